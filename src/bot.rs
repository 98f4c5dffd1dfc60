//! The Discord bot: answers `/events` from the store, for what a server may see. It may fail, be kicked off
//! or lose the gateway without anybody else noticing, and comes back by itself.
//!
//! Leaves posting to the courier, and every decision about events to others: it only reads the store.

mod backoff;
mod commands;
mod complete;
pub mod dispatch;
mod gateway;
mod life;
pub mod metrics;
mod options;
mod page;
pub mod recent;
mod register;
pub mod reply;
pub mod show;
pub mod sight;
pub mod state;
mod watchdog;
mod words;

use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

use self::backoff::Backoff;
use self::life::{End, Life};
use self::state::{Health, State};
use crate::document::Table;
use crate::mistake::Mistakes;
use crate::secret::Secret;
use crate::store::Store;
use crate::timestamp::{Timestamp, human_span};

/// Log filters the roof must set whatever the user asks for. serenity logs frames it cannot parse with their
/// payload, and its spans carry requests and events: all of them hold interaction tokens. Below these levels
/// the WebSocket and HTTP crates print frames and headers.
pub const LOG_FILTERS: &[&str] =
    &["serenity=error", "tungstenite=warn", "tokio_tungstenite=warn", "hyper=warn", "reqwest=warn"];

/// The bot's part of the `[discord]` section, checked.
#[derive(Debug, Clone)]
pub struct Config {
    pub token: Secret,
    /// Where commands are registered (ids, digits only); empty = everywhere.
    pub guilds: Vec<String>,
    /// Such as `https://discord.com`; the gateway's address is asked there too.
    pub api_base: String,
}

impl Config {
    /// Reads `bot_token` and `guilds` from the `[discord]` table; the other keys belong to others. `None`
    /// when there is no token, which means no bot, or when the token is wrong, which is a mistake.
    pub fn read(table: &mut Table<'_>, api_base: &str, mistakes: &mut Mistakes) -> Option<Self> {
        let token = table.read("bot_token", mistakes, read_token);
        let guilds = table.read_list("guilds", mistakes, read_guild);
        Some(Self { token: token?, guilds, api_base: api_base.to_owned() })
    }
}

/// The text may be a secret of another kind, so it is never repeated.
fn read_token(text: &str) -> Result<Secret, String> {
    let text = text.trim();
    let text = text.strip_prefix("Bot ").unwrap_or(text).trim();
    if text.is_empty() {
        return Err("the bot token is empty; leave `bot_token` out for no bot".to_owned());
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("expected a bot token as Discord's developer portal shows it, without spaces".to_owned());
    }
    Ok(Secret::new(text))
}

fn read_guild(text: &str) -> Result<String, String> {
    match text.parse::<u64>() {
        Ok(id) if id > 0 && text.bytes().all(|byte| byte.is_ascii_digit()) => Ok(text.to_owned()),
        _ => Err("expected a server's id, which is digits only, such as `\"112233445566778899\"`".to_owned()),
    }
}

/// Runs the bot until `shutdown` turns true, starting it anew whenever it ends. Returns within about two
/// seconds of the shutdown, also while Discord cannot be reached.
pub async fn run(config: Config, store: Store, state: Arc<State>, mut shutdown: watch::Receiver<bool>) {
    let config = Arc::new(config);
    let mut backoff = Backoff::default();
    loop {
        state.set(Health::Starting);
        let born = Instant::now();
        let end = match Life::begin(&config, &store, &state) {
            Ok(mut life) => {
                let end = tokio::select! {
                    end = life.ended(&state) => Some(end),
                    () = stopped(&mut shutdown) => None,
                };
                life.close(end.is_none()).await;
                end
            }
            Err(error) => Some(End::failed(format!("its thread cannot be started: {error}"))),
        };
        let Some(end) = end else { break };
        let pause = backoff.next(&end, born.elapsed(), fastrand::f64());
        tracing::warn!(reason = %end.why, next_start_in = %human_span(pause), "the Discord bot stopped");
        state.set(Health::Failed { why: end.why });
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stopped(&mut shutdown) => break,
        }
    }
    state.set(Health::Off);
}

/// Returns when the signal is given, or when nobody is left to give it.
async fn stopped(shutdown: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a shutdown too.
    drop(shutdown.wait_for(|stop| *stop).await);
}

fn now() -> Timestamp {
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    Timestamp(i64::try_from(millis).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    fn read(text: &str) -> (Option<Config>, Mistakes) {
        let mut mistakes = Mistakes::default();
        let document = Document::parse("config.toml", text, &mut mistakes);
        let config = Config::read(&mut document.root(), "https://discord.com", &mut mistakes);
        (config, mistakes)
    }

    #[test]
    fn no_token_is_no_bot_and_no_mistake() {
        let (config, mistakes) = read("guilds = [\"1111\"]\napi_base = \"x\"\n");
        assert!(config.is_none());
        assert_eq!(mistakes.errors(), 0, "{mistakes}");
    }

    #[test]
    fn token_and_guilds_are_checked_and_the_token_is_never_told() {
        let (config, mistakes) = read("bot_token = \" Bot abc.def \"\nguilds = [\"1111\", \"22\"]\n");
        let config = config.expect("a bot");
        assert_eq!((config.token.expose(), config.guilds.len(), mistakes.errors()), ("abc.def", 2, 0));
        let (config, mistakes) = read("bot_token = \"s3cret token\"\nguilds = [\"my server\", \"0\", \"+5\"]\n");
        assert!(config.is_none());
        assert_eq!(mistakes.errors(), 2, "one for the token, one for the list\n{mistakes}");
        assert!(!mistakes.to_string().contains("s3cret"), "{mistakes}");
        assert_eq!(read("bot_token = \"\"\n").1.errors(), 1);
    }
}
