//! Tells Discord the commands, only where what Discord has differs: there is a limit of changes a day.

use std::time::Duration;

use serenity::all::{ApplicationId, GuildId};
use serenity::http::{Http, LightMethod, Request, Route};

use super::commands::{definitions, same};
use super::gateway::get;
use super::words::{status, words};

const TRIES: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_secs(5);

/// Registers in each server, or everywhere when none is named. What fails is logged and tried a few times;
/// the next new session tries again.
pub(super) async fn register(http: &Http, application: ApplicationId, guilds: &[String]) {
    if guilds.is_empty() {
        insist(http, Route::Commands { application_id: application }, None).await;
    }
    for guild in guilds {
        let Some(id) = guild.parse().ok().filter(|id| *id > 0).map(GuildId::new) else { continue };
        insist(http, Route::GuildCommands { application_id: application, guild_id: id }, Some(guild)).await;
    }
}

async fn insist(http: &Http, route: Route<'_>, guild: Option<&str>) {
    let server = guild.unwrap_or("all");
    let mut pause = FIRST_PAUSE;
    for _ in 0..TRIES {
        match once(http, route, guild.is_none()).await {
            Ok(changed) => {
                tracing::info!(server, changed, "the bot's commands are registered");
                return;
            }
            Err(error) => {
                let final_ = matches!(status(&error), Some(400..=428 | 430..=499));
                let hint = if status(&error) == Some(403) { "; is the bot invited there?" } else { "" };
                tracing::warn!(server, reason = %words(&error), "the bot's commands are not registered{hint}");
                if final_ {
                    return;
                }
            }
        }
        tokio::time::sleep(pause).await;
        pause *= 3;
    }
}

async fn once(http: &Http, route: Route<'_>, global: bool) -> serenity::Result<bool> {
    let ours = definitions(global);
    if same(&ours, &get(http, route).await?) {
        return Ok(false);
    }
    let body = serde_json::to_vec(&ours)?;
    http.request(Request::new(route, LightMethod::Put).body(Some(body))).await?;
    Ok(true)
}
