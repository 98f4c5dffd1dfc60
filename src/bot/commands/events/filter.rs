//! Which events a list shows: from the options of a command, or from the custom id of a button below an earlier page. An
//! id holds no text of events: names are there as hashes, which the classes that the asker may see give back.

use std::time::Duration;

use crate::bot::base36;
use crate::bot::command::{Call, Where};
use crate::bot::error::CommandError;
use crate::bot::gate::Capability;
use crate::bot::moment;
use crate::bot::options::Options;
use crate::store::{Class, EventFilter, EventStatus, Paging, Scope};
use hookbell_model::event::{EventId, Severity, Topic};
use hookbell_model::timestamp::Timestamp;

/// How long the buttons below a search work.
const KEPT: Duration = Duration::from_secs(86_400);
/// Events on a page.
pub(super) const MOST: usize = 10;
const DEFAULT: usize = 5;
/// Before the key of a text that is also looked for in payloads.
const PAYLOAD: &str = "+";

/// The filters of a list, and where it looks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct EventQuery {
    pub(super) place: Where,
    pub(super) filter: EventFilter,
    /// 1 to [`MOST`].
    pub(super) count: usize,
    /// The key under which the text that is searched for is kept.
    kept: Option<String>,
}

impl EventQuery {
    /// # Errors
    /// For a value that no option can have; the asker is told.
    pub(super) fn read(call: &Call, place: Where) -> Result<Self, CommandError> {
        let options = &call.options;
        let topic = |text: &str| text.to_lowercase().parse().map_err(|_| CommandError::UnknownTopic(text.to_owned()));
        let status = |text: &str| text.parse().map_err(|_| CommandError::UnknownStatus(text.to_owned()));
        let severity = |text: &str| text.parse().map_err(|_| CommandError::UnknownSeverity(text.to_owned()));
        let filter = EventFilter {
            source: options.text("source").map(str::to_owned),
            event_type: options.text("type").map(str::to_owned),
            topic: options.text("topic").map(topic).transpose()?,
            severity: options.text("severity").map(severity).transpose()?,
            status: options.text("status").map(status).transpose()?,
            since: moment_of(call, options, "since")?,
            until: moment_of(call, options, "until")?,
            ..EventFilter::default()
        };
        let count = options.number("count").and_then(|count| usize::try_from(count.max(1)).ok());
        Ok(Self { place, filter, count: count.unwrap_or(DEFAULT).min(MOST), kept: None })
    }

    /// Searches for a text, which is kept for the buttons below the answer.
    ///
    /// # Errors
    /// When the store cannot keep it.
    pub(super) async fn search(&mut self, call: &Call, text: &str) -> Result<(), CommandError> {
        let asker = &call.viewer.user;
        let key = format!("{}{}", base36::hash(asker), base36::hash(text));
        call.store.keep_query(&key, asker, text, call.now, call.now.after(KEPT)).await?;
        self.filter.search = Some(text.to_owned());
        self.kept = Some(key);
        Ok(())
    }

    /// # Errors
    /// When they may not operate, and want to look into payloads.
    pub(super) fn may(&self, call: &Call) -> Result<(), CommandError> {
        match self.filter.in_payload {
            true => Ok(call.viewer.require(&call.settings.config.access, Capability::Operate)?),
            false => Ok(()),
        }
    }

    /// The key of a page's button.
    pub(super) fn key(&self, paging: Paging) -> String {
        let filter = &self.filter;
        let page = match paging {
            Paging::Newest => "n".to_owned(),
            Paging::Before(id) => format!("b{}", number(id.0)),
            Paging::After(id) => format!("a{}", number(id.0)),
        };
        let name = |name: &Option<String>| name.as_deref().map(base36::hash).unwrap_or_default();
        let moment = |at: Option<Timestamp>| at.map(|at| number(at.secs())).unwrap_or_default();
        let codes: String = [
            code(Topic::ALL, filter.topic),
            code(Severity::ALL, filter.severity),
            code(&EventStatus::ALL, filter.status),
            char::from_digit(u32::try_from(self.count).unwrap_or_default(), 36).unwrap_or('5'),
        ]
        .into_iter()
        .collect();
        let parts = [
            page,
            self.place.to_string(),
            name(&filter.source),
            name(&filter.event_type),
            codes,
            moment(filter.since),
            moment(filter.until),
            format!("{}{}", if filter.in_payload { PAYLOAD } else { "" }, self.kept.clone().unwrap_or_default()),
        ];
        parts.join(".")
    }

    /// What a button's key says; `scope` gets the place in view.
    ///
    /// # Errors
    /// For a key that no button of this hookbell has, and when the names behind it are gone.
    pub(super) async fn of_key(call: &Call, key: &str) -> Result<(Self, Paging, Scope), CommandError> {
        let parts: Vec<&str> = key.split('.').collect();
        let [page, place, source, event_type, codes, since, until, kept] = parts[..] else {
            return Err(CommandError::UnknownButton);
        };
        let place: Where = place.parse().map_err(|_| CommandError::UnknownButton)?;
        let scope = call.look_again(&place)?;
        let paging = paging(page).ok_or(CommandError::UnknownButton)?;
        let [topic, severity, status, count] = codes.chars().collect::<Vec<_>>()[..] else {
            return Err(CommandError::UnknownButton);
        };
        let classes = if source.is_empty() && event_type.is_empty() {
            Vec::new()
        } else {
            call.store.classes(scope.clone()).await?
        };
        let (in_payload, kept) = match kept.strip_prefix(PAYLOAD) {
            Some(kept) => (true, kept),
            None => (false, kept),
        };
        let search = match kept {
            "" => None,
            key => Some(call.store.kept_query(key, &call.viewer.user, call.now).await?.ok_or(CommandError::Expired)?),
        };
        let kept = (!kept.is_empty()).then(|| kept.to_owned());
        let filter = EventFilter {
            search,
            in_payload,
            source: named(source, &classes, |class| &class.source)?,
            event_type: named(event_type, &classes, |class| &class.event_type)?,
            topic: coded(Topic::ALL, topic)?,
            severity: coded(Severity::ALL, severity)?,
            status: coded(&EventStatus::ALL, status)?,
            since: moment_of_key(since)?,
            until: moment_of_key(until)?,
            ..EventFilter::default()
        };
        let count = count.to_digit(36).and_then(|count| usize::try_from(count).ok()).unwrap_or(DEFAULT);
        let query = Self { place, filter, count: count.clamp(1, MOST), kept };
        query.may(call)?;
        Ok((query, paging, scope))
    }
}

fn moment_of(call: &Call, options: &Options, name: &'static str) -> Result<Option<Timestamp>, CommandError> {
    let Some(text) = options.text(name) else { return Ok(None) };
    let moment = moment::read(text, &call.settings.config.zone, call.now);
    moment.map(Some).ok_or_else(|| CommandError::NoMoment { written: text.to_owned() })
}

fn moment_of_key(text: &str) -> Result<Option<Timestamp>, CommandError> {
    if text.is_empty() {
        return Ok(None);
    }
    let secs = base36::read(text).and_then(|secs| i64::try_from(secs).ok());
    secs.map(|secs| Some(Timestamp::from_secs(secs))).ok_or(CommandError::UnknownButton)
}

fn paging(text: &str) -> Option<Paging> {
    let id = |text: &str| Some(EventId(i64::try_from(base36::read(text)?).ok()?));
    match text.split_at_checked(1)? {
        ("n", "") => Some(Paging::Newest),
        ("b", rest) => id(rest).map(Paging::Before),
        ("a", rest) => id(rest).map(Paging::After),
        _ => None,
    }
}

fn number(number: i64) -> String {
    base36::write(u64::try_from(number).unwrap_or_default())
}

/// A word by its number among all.
fn code<T: PartialEq>(all: &[T], value: Option<T>) -> char {
    let at = value.and_then(|value| all.iter().position(|known| *known == value));
    at.and_then(|at| char::from_digit(u32::try_from(at).ok()?, 36)).unwrap_or('-')
}

fn coded<T: Copy>(all: &[T], code: char) -> Result<Option<T>, CommandError> {
    if code == '-' {
        return Ok(None);
    }
    let at = code.to_digit(36).and_then(|at| usize::try_from(at).ok());
    at.and_then(|at| all.get(at).copied()).map(Some).ok_or(CommandError::UnknownButton)
}

/// The name that a hash stands for, among those that the asker may see.
fn named(hash: &str, classes: &[Class], name: fn(&Class) -> &str) -> Result<Option<String>, CommandError> {
    if hash.is_empty() {
        return Ok(None);
    }
    let found = classes.iter().map(name).find(|name| base36::hash(name) == hash);
    found.map(|name| Some(name.to_owned())).ok_or(CommandError::UnknownButton)
}
