//! Why a session of the bot ended, and when the next one may start.

use std::time::Duration;

use crate::discord::api::ApiError;

/// After an answer that counts against this address.
const AFTER_REFUSAL: Duration = Duration::from_secs(600);

/// Why a session ended. The texts are for people; they never hold a URL or a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SessionEnd {
    #[error("its thread cannot be started: {0}")]
    NoThread(String),
    #[error("TLS cannot be set up")]
    NoTls,
    #[error("Discord refuses the bot token (401); check `bot_token`")]
    TokenRefused,
    #[error("Discord's gateway refuses the bot token (4004); check `bot_token`")]
    TokenRefusedByGateway,
    #[error("Discord's gateway refuses the bot's intents (4013 or 4014)")]
    IntentsRefused,
    #[error("this bot is in too many servers for one connection; use a bot of its own for hookbell")]
    TooManyServers,
    #[error("the bot was started too often today; Discord allows no more starts for now")]
    NoStartsLeft { reset_after: Duration },
    /// 403 or 429 on the request for the gateway's address.
    #[error("{0}")]
    Refused(ApiError),
    #[error("the gateway's address is not known: {0}")]
    AddressUnknown(ApiError),
    #[error("the gateway's address is not known: Discord's answer holds none")]
    AddressMissing,
    #[error("Discord's gateway closed the connection")]
    Closed,
    #[error("{0}")]
    Failed(GatewayFailure),
    #[error("the Discord client panicked (a bug)")]
    Panicked,
    #[error("the Discord client hangs")]
    Hangs,
    #[error("Discord's gateway did not become ready within a minute")]
    NotReady,
    #[error("Discord's gateway keeps ending the session")]
    SessionsKeepEnding,
    #[error("no connection to Discord's gateway for three minutes")]
    Disconnected,
    #[error("Discord's gateway has stopped answering")]
    NoHeartbeat,
}

/// How the connection to the gateway failed. Its text holds no URL and no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GatewayFailure {
    #[error("Discord's gateway: {0}")]
    Gateway(String),
    #[error("the connection to Discord's gateway broke")]
    Broken,
}

/// When the next session may start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::bot) enum Restart {
    /// Soon; later with every further failure.
    Backoff,
    /// Soon, however often: Discord was not there, which costs nothing and may end at any moment.
    Soon,
    /// Starting soon would not help: the operator has to change something first.
    Slow,
    /// Not before this span is over.
    After(Duration),
}

impl SessionEnd {
    pub(in crate::bot) fn restart(&self) -> Restart {
        match self {
            Self::TokenRefused | Self::TokenRefusedByGateway | Self::IntentsRefused | Self::TooManyServers => {
                Restart::Slow
            }
            Self::Refused(_) => Restart::After(AFTER_REFUSAL),
            Self::AddressUnknown(_) | Self::NotReady | Self::Disconnected => Restart::Soon,
            Self::NoStartsLeft { reset_after } => Restart::After((*reset_after).max(AFTER_REFUSAL)),
            _ => Restart::Backoff,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_has_to_change_restarts_slowly_and_a_broken_connection_soon() {
        for end in [SessionEnd::TokenRefused, SessionEnd::TokenRefusedByGateway, SessionEnd::IntentsRefused] {
            assert_eq!(end.restart(), Restart::Slow, "{end}");
        }
        for end in [SessionEnd::Closed, SessionEnd::Hangs, SessionEnd::SessionsKeepEnding] {
            assert_eq!(end.restart(), Restart::Backoff, "{end}");
        }
        for end in [SessionEnd::AddressUnknown(ApiError::TimedOut), SessionEnd::NotReady] {
            assert_eq!(end.restart(), Restart::Soon, "{end}");
        }
        let limited = ApiError::Answered { status: 429, code: None, message: String::new(), retry_after: None };
        assert_eq!(SessionEnd::Refused(limited).restart(), Restart::After(AFTER_REFUSAL));
        let soon = SessionEnd::NoStartsLeft { reset_after: Duration::from_secs(1) };
        assert_eq!(soon.restart(), Restart::After(AFTER_REFUSAL));
    }
}
