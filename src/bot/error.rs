//! Why a command has no answer, and the text that is shown instead.

use super::application::WebhookRefusal;
use super::gate::{Capability, Grant, Refusal};
use super::text::{code, safe};
use super::words::Words;
use crate::store;
use hookbell_model::event::{EventId, Topic};
use hookbell_model::privacy::MaskKind;
use hookbell_model::timestamp::Timestamp;

/// The most characters of a user's own text that are repeated.
const MAX_QUOTE: usize = 60;

/// Why a command has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CommandError {
    Store(store::Error),
    /// The store took too long.
    TimedOut,
    Panicked,
    Refused(Refusal),
    /// Too many interactions of one person in a short time.
    TooMany,
    /// No destination posts here.
    NoDestination,
    UnknownCommand,
    UnknownButton,
    /// A button of an answer that is too long ago.
    Expired,
    /// A button that was made for somebody else, or for another place.
    NotOffered,
    /// A button that has done already what it does.
    AlreadyDone,
    /// Not one that leads to what may be seen here.
    NoSuchRoute {
        written: String,
        near: Option<String>,
    },
    /// No sample of the sources is one that the route takes.
    NoSample {
        route: String,
    },
    UnknownTopic(String),
    UnknownStatus(String),
    UnknownSeverity(String),
    /// An option that is no moment.
    NoMoment {
        written: String,
    },
    NoSuchEvent(String),
    /// A message that none of the events that may be seen is in.
    NotOurMessage,
    /// Not one that may be seen here.
    NoSuchAlert(String),
    /// No longer kept.
    AlertGone,
    /// Somebody has it already.
    AlertOwned {
        by: String,
        since: Timestamp,
        is_yours: bool,
    },
    /// Nobody has it.
    AlertFree,
    /// It is over, because somebody said so or its sender.
    AlertOver {
        by: Option<String>,
    },
    /// Not in force, or not one of this place.
    NoSuchMute,
    /// An option that is no span or time that a mute can have.
    NoSpan {
        written: String,
    },
    /// Not there, or not open to this server: nobody learns which.
    NoSuchSource(String),
    /// Not there, or not one of this place.
    NoSuchFeed,
    /// The place is subscribed to just that.
    SameFeed,
    TooManyFeeds,
    NoSuchTemplate(String),
    UnknownMask(String),
    /// Nothing is given that differs.
    NothingToEdit,
    TooManyWatches,
    /// Nothing is named that is to be heard of.
    NothingToWatch,
    /// The bot cannot find out there whether somebody may see it, or cannot write to them.
    NoNotes,
    /// The bot can have no webhook there.
    NoWebhook(WebhookRefusal),
    /// Larger than Discord takes.
    TooLarge {
        id: EventId,
    },
}

impl From<store::Error> for CommandError {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::AlreadyConfirmed => Self::AlreadyDone,
            error => Self::Store(error),
        }
    }
}

impl From<WebhookRefusal> for CommandError {
    fn from(refusal: WebhookRefusal) -> Self {
        Self::NoWebhook(refusal)
    }
}

impl From<Refusal> for CommandError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl CommandError {
    /// In Discord's Markdown; what comes from outside is escaped.
    pub(super) fn text(&self, words: Words) -> String {
        match self {
            Self::Store(_) => words.text("error.store").to_owned(),
            Self::TimedOut => words.text("error.timed_out").to_owned(),
            Self::Panicked => words.text("error.panicked").to_owned(),
            Self::TooMany => words.text("error.too_many").to_owned(),
            Self::NoDestination => words.text("error.no_destination").to_owned(),
            Self::UnknownCommand => words.text("error.unknown_command").to_owned(),
            Self::UnknownButton => words.text("error.unknown_button").to_owned(),
            Self::Expired => words.text("error.expired").to_owned(),
            Self::NotOffered => words.text("error.not_offered").to_owned(),
            Self::AlreadyDone => words.text("error.already_done").to_owned(),
            Self::NoSuchRoute { written, near } => {
                let written = code(written, MAX_QUOTE);
                match near {
                    Some(near) => {
                        words.fill("error.no_such_route_near", &[("route", &written), ("near", &code(near, MAX_QUOTE))])
                    }
                    None => words.fill("error.no_such_route", &[("route", &written)]),
                }
            }
            Self::NoSample { route } => words.fill("error.no_sample", &[("route", &code(route, MAX_QUOTE))]),
            Self::UnknownTopic(written) => {
                words.fill("error.unknown_topic", &[("topic", &code(written, MAX_QUOTE)), ("topics", &topics())])
            }
            Self::UnknownStatus(written) => {
                words.fill("error.unknown_status", &[("status", &code(written, MAX_QUOTE))])
            }
            Self::UnknownSeverity(written) => {
                words.fill("error.unknown_severity", &[("severity", &code(written, MAX_QUOTE))])
            }
            Self::NoMoment { written } => words.fill("error.no_moment", &[("written", &code(written, MAX_QUOTE))]),
            Self::TooLarge { id } => words.fill("error.too_large", &[("id", &code(&id.to_string(), 8))]),
            Self::NoSuchAlert(alert) => words.fill("error.no_such_alert", &[("alert", &code(alert, MAX_QUOTE))]),
            Self::AlertGone => words.text("error.alert_gone").to_owned(),
            Self::AlertOwned { is_yours: true, .. } => words.text("error.alert_yours").to_owned(),
            Self::AlertOwned { by, since, .. } => {
                let since = format!("<t:{}:R>", since.secs());
                words.fill("error.alert_owned", &[("who", &safe(by, 40)), ("since", &since)])
            }
            Self::AlertFree => words.text("error.alert_free").to_owned(),
            Self::AlertOver { by: Some(by) } => words.fill("error.alert_resolved", &[("who", &safe(by, 40))]),
            Self::AlertOver { by: None } => words.text("error.alert_over").to_owned(),
            Self::NoSuchMute => words.text("error.no_such_mute").to_owned(),
            Self::NoSpan { written } => words.fill("error.no_span", &[("written", &code(written, MAX_QUOTE))]),
            Self::NoSuchSource(written) => words.fill("error.no_such_source", &[("source", &code(written, MAX_QUOTE))]),
            Self::NoSuchFeed => words.text("error.no_such_feed").to_owned(),
            Self::SameFeed => words.text("error.same_feed").to_owned(),
            Self::TooManyFeeds => words.text("error.too_many_feeds").to_owned(),
            Self::NoSuchTemplate(written) => {
                words.fill("error.no_such_template", &[("template", &code(written, MAX_QUOTE))])
            }
            Self::UnknownMask(written) => {
                words.fill("error.unknown_mask", &[("mask", &code(written, MAX_QUOTE)), ("masks", &masks())])
            }
            Self::NothingToEdit => words.text("error.nothing_to_edit").to_owned(),
            Self::TooManyWatches => words.text("error.too_many_watches").to_owned(),
            Self::NothingToWatch => words.text("error.nothing_to_watch").to_owned(),
            Self::NoNotes => words.text("error.no_notes").to_owned(),
            Self::NoWebhook(refusal) => no_webhook(refusal, words),
            Self::NotOurMessage => words.text("error.not_our_message").to_owned(),
            Self::NoSuchEvent(id) => words.fill("error.no_such_event", &[("id", &code(id, 40))]),
            Self::Refused(refusal) => refused(refusal, words),
        }
    }
}

fn refused(refusal: &Refusal, words: Words) -> String {
    match refusal {
        Refusal::Nobody => words.text("refusal.nobody").to_owned(),
        Refusal::NotInServer => words.text("refusal.not_in_server").to_owned(),
        Refusal::HiddenChannel => words.text("refusal.hidden_channel").to_owned(),
        Refusal::Lacks { capability, granted_to } => {
            let what = match capability {
                Capability::View => words.text("refusal.view"),
                Capability::Operate => words.text("refusal.operate"),
                Capability::Arrange => words.text("refusal.arrange"),
            };
            let who: Vec<String> = granted_to.iter().map(|grant| granted(grant, words)).collect();
            let who = if who.is_empty() { words.text("refusal.nobody_has_it").to_owned() } else { who.join(", ") };
            words.fill("refusal.lacks", &[("what", what), ("who", &who)])
        }
    }
}

/// Who has a capability, as a message shows it; mentions in an answer to one person notify nobody.
fn granted(grant: &Grant, words: Words) -> String {
    match grant {
        Grant::Everyone => words.text("refusal.everyone").to_owned(),
        Grant::Role(id) => format!("<@&{id}>"),
        Grant::User(id) => format!("<@{id}>"),
        Grant::Permission(permission) => {
            words.fill("refusal.permission", &[("permission", words.text(&format!("permission.{permission}")))])
        }
    }
}

fn no_webhook(refusal: &WebhookRefusal, words: Words) -> String {
    match refusal {
        WebhookRefusal::NotAllowed { link } => words.fill("webhook.not_allowed", &[("link", link)]),
        WebhookRefusal::Full => words.text("webhook.full").to_owned(),
        WebhookRefusal::WrongChannel => words.text("webhook.wrong_channel").to_owned(),
        WebhookRefusal::Failed(error) => words.fill("webhook.failed", &[("reason", &code(&error.to_string(), 120))]),
    }
}

fn masks() -> String {
    MaskKind::ALL.iter().map(|kind| format!("`{kind}`")).collect::<Vec<_>>().join(", ")
}

fn topics() -> String {
    Topic::ALL.iter().map(|topic| format!("`{topic}`")).collect::<Vec<_>>().join(", ")
}
