//! Registers the commands with Discord, only where what Discord has differs: changes are limited per day.

mod compare;

use std::time::Duration;

use serenity::all::{ApplicationId, GuildId};
use serenity::http::{Http, LightMethod, Route};

use self::compare::is_same;
use super::commands::definitions;
use super::discord_error::DiscordError;
use super::http::{get, send};

const MAX_ATTEMPTS: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_secs(5);

/// Registers in each server, or everywhere when none is named. What fails is logged and tried a few times; the next
/// new session tries again.
pub(super) async fn register(http: &Http, application: ApplicationId, guilds: &[String]) {
    if guilds.is_empty() {
        register_at(http, Route::Commands { application_id: application }, None).await;
    }
    for guild in guilds {
        let Some(id) = guild.parse().ok().filter(|id| *id > 0).map(GuildId::new) else { continue };
        register_at(http, Route::GuildCommands { application_id: application, guild_id: id }, Some(guild)).await;
    }
}

async fn register_at(http: &Http, route: Route<'_>, guild: Option<&str>) {
    let server = guild.unwrap_or("all");
    let mut pause = FIRST_PAUSE;
    for _ in 0..MAX_ATTEMPTS {
        match update(http, route, guild.is_none()).await {
            Ok(changed) => {
                tracing::info!(server, changed, "the bot's commands are registered");
                return;
            }
            Err(error) => {
                let hint = if error.status() == Some(403) { "; is the bot invited there?" } else { "" };
                tracing::warn!(server, reason = %error, "the bot's commands are not registered{hint}");
                if error.is_permanent() {
                    return;
                }
            }
        }
        tokio::time::sleep(pause).await;
        pause *= 3;
    }
}

/// Whether Discord's commands had to be changed.
async fn update(http: &Http, route: Route<'_>, global: bool) -> Result<bool, DiscordError> {
    let ours = definitions(global);
    if is_same(&ours, &get(http, route).await?) {
        return Ok(false);
    }
    send(http, route, LightMethod::Put, &ours).await?;
    Ok(true)
}
