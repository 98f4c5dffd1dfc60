//! Registers the commands with Discord, only where what Discord has differs: changes are limited per day. What was
//! registered where is remembered in the store, so that what the config no longer names is removed.

mod compare;
mod definitions;

use std::convert::Infallible;
use std::time::Duration;

use futures_util::future::join_all;
use http::Method;
use serde_json::Value;
use tokio::time::sleep;

use self::compare::is_same;
use self::definitions::definitions;
use super::commands::GROUPS;
use super::config::Config;
use super::dispatch::Dispatcher;
use super::state::Place;
use crate::discord::api::{ApiError, ApiRequest};

const TIMEOUT: Duration = Duration::from_secs(10);
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// After a refusal: the bot may be invited meanwhile, and nobody tells when.
const AFTER_REFUSAL: Duration = Duration::from_secs(600);

/// Registers the commands as the config says, again with each new session and each change of the config.
pub(super) async fn follow_config(dispatcher: &Dispatcher) -> Infallible {
    let mut application = dispatcher.application.subscribe();
    let mut settings = dispatcher.settings.clone();
    loop {
        let id = application.borrow_and_update().clone();
        let config = settings.borrow_and_update().as_ref().map(|settings| settings.config.clone());
        let work = async {
            if let (Some(id), Some(config)) = (id, config) {
                register(dispatcher, &id, &config).await;
            }
            std::future::pending::<Infallible>().await
        };
        let changed = async {
            tokio::select! {
                changed = application.changed() => changed.is_ok(),
                changed = settings.changed() => changed.is_ok(),
            }
        };
        tokio::select! {
            never = work => return never,
            is_open = changed => if !is_open {
                std::future::pending::<()>().await;
            },
        }
    }
}

/// Returns when the commands are where they belong and nowhere else. Each place is on its own: one that fails holds up no
/// other.
async fn register(dispatcher: &Dispatcher, application: &str, config: &Config) {
    let wanted = places(config);
    dispatcher.state.register_in(&wanted);
    let unwanted = unwanted(dispatcher, application, &wanted).await;
    let removing = unwanted.iter().map(|place| remove(dispatcher, application, place));
    let adding = wanted.iter().map(|place| put(dispatcher, application, place, definitions(place, config)));
    futures_util::future::join(join_all(adding), join_all(removing)).await;
}

/// Where commands of ours are and should not be. A hookbell that did not remember this registered everywhere where the
/// config named no servers.
async fn unwanted(dispatcher: &Dispatcher, application: &str, wanted: &[Place]) -> Vec<Place> {
    let remembered = match dispatcher.store.registrations(application).await {
        Ok(remembered) => remembered,
        Err(error) => {
            tracing::warn!(%error, "cannot read where the bot's commands were registered");
            return Vec::new();
        }
    };
    let mut unwanted: Vec<Place> =
        remembered.iter().map(|guild| guild.clone().map_or(Place::Everywhere, Place::Guild)).collect();
    if remembered.is_empty() && has_ours(dispatcher, application, &Place::Everywhere).await {
        unwanted.push(Place::Everywhere);
    }
    unwanted.retain(|place| !wanted.contains(place));
    unwanted
}

async fn has_ours(dispatcher: &Dispatcher, application: &str, place: &Place) -> bool {
    let there = registered(dispatcher, application, place).await.unwrap_or_default();
    let is_ours = |command: &Value| GROUPS.iter().any(|group| command["name"] == group.name);
    there.as_array().is_some_and(|there| there.iter().any(is_ours))
}

async fn remove(dispatcher: &Dispatcher, application: &str, place: &Place) {
    let mut pause = FIRST_PAUSE;
    loop {
        let error = match replace(dispatcher, application, place, &Value::Array(Vec::new())).await {
            Ok(()) => {
                tracing::info!(%place, "the bot's commands are removed");
                remember(dispatcher, application, place, false).await;
                return;
            }
            Err(error) => error,
        };
        tracing::warn!(%place, reason = %error, "the bot's commands are not removed");
        // It is no longer there, and so are its commands.
        if error.is_permanent() {
            return;
        }
        sleep(pause).await;
        pause = (pause * 3).min(LONGEST_PAUSE);
    }
}

async fn remember(dispatcher: &Dispatcher, application: &str, place: &Place, is_registered: bool) {
    let guild = match place {
        Place::Everywhere => None,
        Place::Guild(guild) => Some(guild.as_str()),
    };
    if let Err(error) = dispatcher.store.set_registered(application, guild, is_registered).await {
        tracing::warn!(%place, %error, "cannot remember where the bot's commands are registered");
    }
}

/// Where the config wants commands.
fn places(config: &Config) -> Vec<Place> {
    let guilds = config.guilds.iter().cloned().map(Place::Guild);
    // Commands for direct messages can only be registered everywhere.
    let everywhere = config.guilds.is_empty() || !config.access.operators.is_empty();
    everywhere.then_some(Place::Everywhere).into_iter().chain(guilds).collect()
}

async fn put(dispatcher: &Dispatcher, application: &str, place: &Place, ours: Value) {
    // Before the request, which may arrive although its answer does not.
    remember(dispatcher, application, place, true).await;
    let mut pause = FIRST_PAUSE;
    loop {
        let error = match update(dispatcher, application, place, &ours).await {
            Ok(changed) => {
                tracing::info!(%place, changed, "the bot's commands are registered");
                dispatcher.state.registered(place, Ok(()));
                return;
            }
            Err(error) => error,
        };
        let hint = if error.status() == Some(403) { "; is the bot invited there?" } else { "" };
        tracing::warn!(%place, reason = %error, "the bot's commands are not registered{hint}");
        let wait = if error.is_permanent() { AFTER_REFUSAL } else { pause };
        dispatcher.state.registered(place, Err(error));
        sleep(wait).await;
        pause = (pause * 3).min(LONGEST_PAUSE);
    }
}

/// Whether Discord's commands had to be changed.
async fn update(dispatcher: &Dispatcher, application: &str, place: &Place, ours: &Value) -> Result<bool, ApiError> {
    if is_same(ours, &registered(dispatcher, application, place).await?) {
        return Ok(false);
    }
    replace(dispatcher, application, place, ours).await?;
    Ok(true)
}

async fn registered(dispatcher: &Dispatcher, application: &str, place: &Place) -> Result<Value, ApiError> {
    let path = path(application, place);
    // Without it Discord leaves the names in other languages out, and each start would see a difference.
    let query = [("with_localizations", "true")];
    let request = ApiRequest { as_bot: true, query: &query, ..ApiRequest::new(Method::GET, &path, TIMEOUT) };
    dispatcher.client.request(request).await
}

async fn replace(dispatcher: &Dispatcher, application: &str, place: &Place, ours: &Value) -> Result<(), ApiError> {
    let path = path(application, place);
    let request = ApiRequest { as_bot: true, body: Some(ours), ..ApiRequest::new(Method::PUT, &path, TIMEOUT) };
    dispatcher.client.request(request).await.map(drop)
}

fn path<'a>(application: &'a str, place: &'a Place) -> Vec<&'a str> {
    match place {
        Place::Everywhere => vec!["applications", application, "commands"],
        Place::Guild(guild) => vec!["applications", application, "guilds", guild, "commands"],
    }
}
