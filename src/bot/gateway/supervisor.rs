//! Runs one session of the bot after another until the program stops.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::Method;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::backoff::Backoff;
use super::session::Session;
use crate::bot::config::Config;
use crate::bot::departures;
use crate::bot::dispatch::Dispatcher;
use crate::bot::endpoint::Endpoint;
use crate::bot::register;
use crate::bot::session_end::{Restart, SessionEnd};
use crate::bot::settings::Settings;
use crate::bot::state::{BotHealth, BotState};
use crate::bot::watches;
use crate::discord::Client;
use crate::discord::api::ApiRequest;
use crate::store::{GatewayStarts, Store};
use hookbell_model::timestamp::{Timestamp, format_duration};

const DAY: Duration = Duration::from_secs(86_400);
/// Discord allows one in five seconds.
const BETWEEN_STARTS: Duration = Duration::from_secs(5);
/// Connections to the store for questions, so that they are in nobody's way; as many run at a time.
const QUESTIONS: u32 = 8;

/// What the bot is made of.
#[derive(Debug)]
pub struct Setup {
    pub store: Store,
    /// None = no bot.
    pub settings: watch::Receiver<Option<Arc<Settings>>>,
    pub state: Arc<BotState>,
    /// Open while the config names a public key.
    pub endpoint: Arc<Endpoint>,
}

/// Why a session is over.
enum Over {
    Ended(SessionEnd),
    /// The config names another bot, or none.
    OtherBot,
    ShutDown,
}

/// Runs the bot until `shutdown` is cancelled, starting it anew whenever a session ends or the config names another
/// token. Returns within about two seconds of the shutdown, also while Discord cannot be reached.
pub async fn run(mut setup: Setup, shutdown: CancellationToken) {
    let mut backoff = Backoff::default();
    let mut dispatcher = None;
    while let Some(settings) = next_settings(&mut setup, &shutdown).await {
        if settings.config.public_key.is_some() {
            match serve_endpoint(&mut setup, &settings.config, &shutdown).await {
                Over::ShutDown => break,
                Over::OtherBot | Over::Ended(_) => {
                    (backoff, dispatcher) = (Backoff::default(), None);
                    continue;
                }
            }
        }
        if !wait_for_turn(&setup, &shutdown).await {
            break;
        }
        let started = Instant::now();
        let mut was_ready = false;
        let over = run_session(&mut setup, &mut dispatcher, &settings.config, &mut was_ready, &shutdown).await;
        let end = match over {
            Over::ShutDown => break,
            Over::OtherBot => {
                tracing::info!("the config names another bot token: the Discord bot starts anew");
                (backoff, dispatcher) = (Backoff::default(), None);
                continue;
            }
            Over::Ended(end) => end,
        };
        let uptime = if was_ready { started.elapsed() } else { Duration::ZERO };
        let pause = backoff.next(end.restart(), uptime, fastrand::f64());
        tracing::warn!(reason = %end, next_start_in = %format_duration(pause), "the Discord bot stopped");
        setup.state.set(BotHealth::Failed(end));
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = other_bot(&mut setup.settings, &settings.config) => {
                (backoff, dispatcher) = (Backoff::default(), None);
            }
            () = shutdown.cancelled() => break,
        }
    }
    setup.state.set(BotHealth::Off);
}

/// Waits until a session may begin. What earlier runs spent counts too, so that a service that crashes again and again does not
/// spend the starts that Discord allows in a day. False at the shutdown.
async fn wait_for_turn(setup: &Setup, shutdown: &CancellationToken) -> bool {
    let now = Timestamp::now();
    let spent = match setup.store.gateway_starts(now.before(DAY)).await {
        Ok(spent) => spent,
        Err(error) => {
            tracing::warn!(%error, "cannot read how many sessions of the gateway were begun today");
            GatewayStarts::default()
        }
    };
    let pause = turn(spent, now);
    if !pause.is_zero() {
        tracing::info!(spent = spent.count, "the Discord bot starts in {}", format_duration(pause));
    }
    tokio::select! {
        () = tokio::time::sleep(pause) => true,
        () = shutdown.cancelled() => false,
    }
}

/// How long the next session waits: five seconds after the last one, and ever longer when many were begun.
fn turn(spent: GatewayStarts, now: Timestamp) -> Duration {
    let Some(last) = spent.last else { return Duration::ZERO };
    let apart = match spent.count {
        0..10 => BETWEEN_STARTS,
        10..20 => Duration::from_secs(60),
        20..30 => Duration::from_secs(600),
        _ => Duration::from_secs(5400),
    };
    // A clock that was set back makes it wait no longer.
    apart.saturating_sub(now.since(last)).min(apart)
}

/// Waits until the config names a bot; `None` at the shutdown.
async fn next_settings(setup: &mut Setup, shutdown: &CancellationToken) -> Option<Arc<Settings>> {
    loop {
        let settings = setup.settings.borrow_and_update().clone();
        if let Some(settings) = settings {
            // Later starts keep the reason of the last end visible until the gateway is ready.
            if setup.state.health() == BotHealth::Off {
                setup.state.set(BotHealth::Starting);
            }
            return Some(settings);
        }
        setup.state.set(BotHealth::Off);
        tokio::select! {
            changed = setup.settings.changed() => changed.ok()?,
            () = shutdown.cancelled() => return None,
        }
    }
}

/// Returns when the config names another bot, or none.
async fn other_bot(settings: &mut watch::Receiver<Option<Arc<Settings>>>, config: &Config) {
    let is_other = |settings: &Option<Arc<Settings>>| {
        settings.as_ref().is_none_or(|settings| !settings.config.is_same_bot(config))
    };
    if settings.wait_for(is_other).await.is_err() {
        // Nobody changes the config any more.
        std::future::pending::<()>().await;
    }
}

fn new_dispatcher(setup: &Setup, config: &Config) -> Result<Arc<Dispatcher>, SessionEnd> {
    let client = Client::new(&config.api_base).map_err(|_| SessionEnd::NoTls)?;
    let client = client.with_bot(Some(config.token.clone()));
    let (settings, state) = (setup.settings.clone(), Arc::clone(&setup.state));
    Ok(Arc::new(Dispatcher::new(setup.store.for_questions(QUESTIONS), client, settings, state)))
}

/// Answers interactions that come by HTTP, until the config names another bot or way.
async fn serve_endpoint(setup: &mut Setup, config: &Config, shutdown: &CancellationToken) -> Over {
    let dispatcher = match new_dispatcher(setup, config) {
        Ok(dispatcher) => dispatcher,
        Err(end) => {
            setup.state.set(BotHealth::Failed(end));
            return tokio::select! {
                () = other_bot(&mut setup.settings, config) => Over::OtherBot,
                () = shutdown.cancelled() => Over::ShutDown,
            };
        }
    };
    setup.endpoint.open(Arc::clone(&dispatcher));
    let work = async {
        find_application(&dispatcher).await;
        tokio::select! {
            never = register::follow_config(&dispatcher) => never,
            never = departures::watch(&dispatcher) => never,
            never = watches::follow(&dispatcher) => never,
        }
    };
    let over = tokio::select! {
        never = work => match never {},
        () = other_bot(&mut setup.settings, config) => Over::OtherBot,
        () = shutdown.cancelled() => Over::ShutDown,
    };
    setup.endpoint.close();
    over
}

/// Asks Discord for the application's id, which no gateway tells, until it answers.
async fn find_application(dispatcher: &Dispatcher) {
    loop {
        let path = ["applications", "@me"];
        let request = ApiRequest { as_bot: true, ..ApiRequest::new(Method::GET, &path, BETWEEN_STARTS) };
        let end = match dispatcher.client.request(request).await {
            Ok(answer) => {
                if let Some(id) = answer["id"].as_str() {
                    dispatcher.application.send_replace(Some(id.to_owned()));
                    dispatcher.state.ready(Timestamp::now());
                    tracing::info!(application = id, "the Discord bot answers signed interactions");
                    return;
                }
                SessionEnd::AddressMissing
            }
            Err(error) if error.status() == Some(401) => SessionEnd::TokenRefused,
            Err(error) => SessionEnd::AddressUnknown(error),
        };
        let pause = match end.restart() {
            Restart::Soon => BETWEEN_STARTS,
            _ => Duration::from_secs(600),
        };
        tracing::warn!(reason = %end, next_start_in = %format_duration(pause), "the Discord bot cannot register its commands");
        dispatcher.state.set(BotHealth::Failed(end));
        tokio::time::sleep(pause).await;
    }
}

/// Runs a session to its end. `dispatcher`: that of the same bot's last session, whose limits count on. `was_ready`: whether it
/// ever was.
async fn run_session(
    setup: &mut Setup,
    dispatcher: &mut Option<Arc<Dispatcher>>,
    config: &Config,
    was_ready: &mut bool,
    shutdown: &CancellationToken,
) -> Over {
    let dispatcher = match dispatcher {
        Some(dispatcher) => Arc::clone(dispatcher),
        None => match new_dispatcher(setup, config) {
            Ok(new) => Arc::clone(dispatcher.insert(new)),
            Err(end) => return Over::Ended(end),
        },
    };
    let mut session = match Session::start(config.clone(), &dispatcher) {
        Ok(session) => session,
        Err(error) => return Over::Ended(SessionEnd::NoThread(error.to_string())),
    };
    let over = {
        let other = other_bot(&mut setup.settings, config);
        tokio::select! {
            end = session.wait(&setup.state) => Over::Ended(end),
            () = other => Over::OtherBot,
            never = register::follow_config(&dispatcher) => match never {},
            never = departures::watch(&dispatcher) => match never {},
            never = watches::follow(&dispatcher) => match never {},
            () = shutdown.cancelled() => Over::ShutDown,
        }
    };
    *was_ready = session.was_ready();
    session.close(!matches!(over, Over::Ended(_))).await;
    over
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crash_loop_of_a_day_spends_under_fifty_starts() {
        let (mut now, mut starts) = (Timestamp(0), Vec::<Timestamp>::new());
        while now < Timestamp(0).after(DAY) {
            let spent = GatewayStarts { count: starts.len() as u64, last: starts.last().copied() };
            now = now.after(turn(spent, now)).after(Duration::from_millis(50));
            starts.push(now);
        }
        assert!(starts.len() < 50, "{}", starts.len());
        assert!(starts.windows(2).all(|two| two[1].since(two[0]) >= BETWEEN_STARTS));
    }
}
