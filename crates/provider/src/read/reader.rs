//! Reads the events of a request.

use std::borrow::Cow;
use std::time::Duration;

use http::HeaderMap;
use http::header::HeaderName;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::event_fields::EventFields;
use super::facts::{self, FactRule};
use super::ignore::IgnoreRule;
use super::locator::{Locator, LocatorScope};
use super::reading::{ReadEvent, ReadRequest, Reading};
use super::sale::{self, ReadFacts, SaleRule};
use super::type_rule::TypeRule;
use crate::request::{
    BodyError, BodyFormat, BodySpec, FieldCondition, HeaderKey, REDACTED, Request, RequestView, Settings, ValueScope,
    parse_json,
};
use hookbell_config_file::{Code, Diagnostics, Table, TomlKind};
use hookbell_model::event::{Globs, Identity, Topic};
use hookbell_model::money::currency::Decimals;
use hookbell_model::timestamp::parse_duration;

/// `repeat`, where the file does not set it.
const DEFAULT_REPEAT: Duration = Duration::from_secs(60);

/// The parts of a provider file that define its events.
#[derive(Debug, Clone)]
pub(crate) struct EventReader {
    pub(crate) body: BodySpec,
    pub(crate) fields: EventFields,
    /// The first that holds names the type; else its place does.
    types: Vec<TypeRule>,
    /// `repeat` in `[event]`: for how long equal bytes without an id are a repetition.
    pub(crate) repeat: Duration,
    facts: Vec<FactRule>,
    ignore: Vec<IgnoreRule>,
    /// Types that nobody wants to be notified of.
    pub(crate) routine: Globs,
    /// Any of them says that an event is a test.
    test: Vec<FieldCondition>,
    /// Any of them says that a program did it, or wrote what it is about.
    bot: Vec<FieldCondition>,
    sales: Vec<SaleRule>,
    /// How many decimals the minor units of its currencies have.
    pub(crate) decimals: Decimals,
}

/// The parts of a request that are not read, which depends on the scheme that verified it.
#[derive(Debug, Default)]
pub(crate) struct Exclusions<'a> {
    /// Headers that count as absent, because they were not signed.
    pub(crate) untrusted: Vec<&'a HeaderName>,
    /// JSON pointers of tokens, which are redacted.
    pub(crate) tokens: Vec<String>,
}

impl EventReader {
    /// Reads `routine`, `[body]`, `[event]`, `[[type]]`, `[[facts]]`, `[[ignore]]`, `[[test]]`, `[[bot]]`, `[[sale]]` and
    /// `[money]`.
    pub(crate) fn read(root: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let body = BodySpec::read(root.table("body", diagnostics), diagnostics);
        let mut event = root.table("event", diagnostics);
        let types = root.tables("type", diagnostics);
        let types: Vec<_> = types.into_iter().map(|table| TypeRule::read(table, diagnostics)).collect();
        if types.is_empty() && event.as_ref().is_none_or(|event| !event.has("type")) {
            let help = "say where the event type is: `type = \"/type\"` in `[event]`";
            diagnostics.add(root.span("event").missing("type").help(help));
        }
        let repeat = event.as_mut().and_then(|event| event.read("repeat", diagnostics, parse_duration));
        let fields = event.map(|table| EventFields::default().read_over(table, diagnostics)).unwrap_or_default();
        let facts = root.tables("facts", diagnostics);
        let facts = facts.into_iter().map(|table| FactRule::read(table, diagnostics)).collect();
        let ignore = root.tables("ignore", diagnostics);
        let ignore = ignore.into_iter().map(|table| IgnoreRule::read(table, diagnostics)).collect();
        let routine = Globs::new(root.get::<Vec<String>>("routine", diagnostics).unwrap_or_default());
        let test = root.tables("test", diagnostics);
        let test = test.into_iter().filter_map(|table| flag_rule(table, TEST_HELP, diagnostics)).collect();
        let bot = root.tables("bot", diagnostics);
        let bot = bot.into_iter().filter_map(|table| flag_rule(table, BOT_HELP, diagnostics)).collect();
        let sales = root.tables("sale", diagnostics);
        let sales = sales.into_iter().map(|table| SaleRule::read(table, diagnostics)).collect();
        let decimals = root.table("money", diagnostics).map(|table| decimals(table, diagnostics)).unwrap_or_default();
        Self {
            body,
            fields,
            types,
            repeat: repeat.unwrap_or(DEFAULT_REPEAT),
            facts,
            ignore,
            routine,
            test,
            bot,
            sales,
            decimals,
        }
    }

    /// The first event of a request, ignored or not.
    ///
    /// # Errors
    /// When the body is not in the provider's format, or holds no event.
    pub(crate) fn first_event(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        exclusions: &Exclusions<'_>,
    ) -> Result<Reading, BodyError> {
        let first = self.event_texts(headers, body)?.into_iter().next().ok_or(BodyError::NoEvent)?;
        let settings = Settings::default();
        let view = RequestView::new(Request { method: "POST", url: None, headers, body }, &self.body, &settings);
        self.read_event(&view, first, exclusions).map(|(event, _)| event.reading)
    }

    /// All events of a request that are not ignored.
    ///
    /// # Errors
    /// When the body is not in the provider's format, or holds too many events.
    pub(crate) fn all_events<'a>(
        &self,
        request: Request<'a>,
        exclusions: &Exclusions<'_>,
    ) -> Result<ReadRequest<'a>, BodyError> {
        let texts = self.event_texts(request.headers, request.body)?;
        let mut read = ReadRequest { events: Vec::with_capacity(texts.len()), ignored: 0 };
        let settings = Settings::default();
        let view = RequestView::new(request, &self.body, &settings);
        for text in texts {
            let (event, payload) = self.read_event(&view, text, exclusions)?;
            let scope = ValueScope { view: &view, element: Some(&payload) };
            if self.ignore.iter().any(|rule| rule.matches(&event.reading.event_type, &scope)) {
                read.ignored += 1;
            } else {
                read.events.push(event);
            }
        }
        Ok(read)
    }

    /// The headers that it reads.
    pub(crate) fn headers(&self) -> impl Iterator<Item = &HeaderKey> {
        let locators = self.fields.locators().into_iter().chain(self.facts.iter().flat_map(FactRule::locators));
        let locators = locators.chain(self.sales.iter().flat_map(SaleRule::locators));
        locators.flat_map(Locator::headers)
    }

    /// The event types that the file names without a wildcard.
    pub(crate) fn known_types(&self) -> impl Iterator<Item = &str> {
        let named = self.types.iter().map(|rule| rule.event_type.as_str());
        self.facts.iter().flat_map(FactRule::known_types).chain(named)
    }

    /// These fields with those of a source's own `[event]`, whose type goes before the rules of the file.
    pub(crate) fn override_fields(&mut self, event: Table<'_>, diagnostics: &mut Diagnostics) {
        if event.has("type") {
            self.types.clear();
        }
        self.fields = self.fields.read_over(event, diagnostics);
    }

    /// The topic that the facts give to events of this type.
    pub(crate) fn topic_of(&self, event_type: &str) -> Topic {
        self.facts.iter().find_map(|rule| rule.topic_of(event_type)).unwrap_or(Topic::Other)
    }

    pub(crate) fn knows_sales(&self) -> bool {
        !self.sales.is_empty()
    }

    /// The topics that the facts can give.
    pub(crate) fn topics(&self) -> Vec<Topic> {
        let given = |topic: &Topic| self.facts.iter().any(|rule| rule.topic == Some(*topic));
        Topic::ALL.iter().copied().filter(given).collect()
    }

    fn event_texts<'b>(&self, headers: &HeaderMap, body: &'b [u8]) -> Result<Vec<Cow<'b, [u8]>>, BodyError> {
        // An empty body is reported as such, whatever it lacks besides.
        self.body.event_texts(headers, body).map_err(|error| if body.is_empty() { BodyError::Empty } else { error })
    }

    fn read_event<'a>(
        &self,
        view: &RequestView<'_>,
        text: Cow<'a, [u8]>,
        exclusions: &Exclusions<'_>,
    ) -> Result<(ReadEvent<'a>, Value), BodyError> {
        let headers = view.request.headers;
        let parsed = parse_json(text);
        let (mut payload, text) = parsed.map_err(|(error, text)| self.json_error(headers, &text, &error))?;
        let redacted = self.body.redact(&mut payload) | redact_tokens(&mut payload, &exclusions.tokens);
        let untrusted = exclusions.untrusted.as_slice();
        let scope = LocatorScope { headers, payload: &payload, json: &text, base: Cow::Borrowed(""), untrusted };
        let whole = ValueScope { view, element: Some(&payload) };
        let named = self.types.iter().find(|rule| rule.holds(&whole));
        let event_type = named.map_or_else(|| self.fields.event_type(&scope), |rule| rule.event_type.clone());
        let (topic, mut facts) = facts::gather(&self.facts, &event_type, &scope, &self.decimals);
        facts.sequence = self.fields.sequence(&scope);
        facts.rank = self.fields.rank(&event_type);
        facts.routine = self.routine.matches(&event_type);
        facts.test = self.test.iter().any(|condition| condition.holds(&whole));
        facts.bot = self.bot.iter().any(|condition| condition.holds(&whole));
        let id = self.fields.id(&scope);
        let time = self.fields.time(&scope);
        let read = ReadFacts { event_type: &event_type, topic, facts: &facts, id: id.as_deref(), time };
        let sales = sale::claims(&self.sales, &read, &scope, &whole, &self.decimals);
        let (reference, identity) = match id {
            Some(id) => (id, Identity::Id),
            None => (hex::encode(Sha256::digest(&text)), Identity::Body { repeat: self.repeat }),
        };
        let reading = Reading { reference, identity, time, event_type, topic, facts, sales };
        let body = if redacted { Cow::Owned(payload.to_string().into_bytes()) } else { text };
        Ok((ReadEvent { reading, body }, payload))
    }

    /// A form where none is expected is reported as such, not as broken JSON.
    fn json_error(&self, headers: &HeaderMap, text: &[u8], error: &serde_json::Error) -> BodyError {
        if !text.is_empty() && BodyFormat::is_unexpected_form(headers, self.body.format_of(headers)) {
            return BodyError::UnexpectedForm;
        }
        BodyError::from_json(text, error)
    }
}

const TEST_HELP: &str = "what says that it is a test: `when = { \"/livemode\" = false }`";
const BOT_HELP: &str = "what says that a program did it: `when = { \"/sender/type\" = \"Bot\" }`";

/// `[[test]]` and `[[bot]]`: what says that an event is of that kind.
fn flag_rule(mut table: Table<'_>, help: &str, diagnostics: &mut Diagnostics) -> Option<FieldCondition> {
    if !table.has("when") {
        diagnostics.add(table.missing("when").help(help));
    }
    let when = table.table("when", diagnostics).map(|when| FieldCondition::read(&when, diagnostics));
    table.finish(diagnostics);
    when.filter(|when| !when.is_empty())
}

/// `[money]`: `decimals = { CLP = 2 }`.
fn decimals(mut table: Table<'_>, diagnostics: &mut Diagnostics) -> Decimals {
    let mut decimals = Vec::new();
    if let Some(own) = table.table("decimals", diagnostics) {
        for entry in own.all() {
            let is_code = entry.key.len() == 3 && entry.key.bytes().all(|byte| byte.is_ascii_uppercase());
            match &entry.node.value {
                TomlKind::Integer(number) if is_code && (0..=i64::from(Decimals::MOST)).contains(number) => {
                    decimals.extend(u32::try_from(*number).map(|number| (entry.key.clone(), number)));
                }
                _ => diagnostics.add(own.error(
                    &entry.key,
                    Code::INVALID_VALUE,
                    format!("expected a currency and its decimals, 0 to {}: `CLP = 2`", Decimals::MOST),
                )),
            }
        }
    }
    table.finish(diagnostics);
    Decimals::new(decimals)
}

fn redact_tokens(payload: &mut Value, pointers: &[String]) -> bool {
    let mut redacted = false;
    for pointer in pointers {
        if let Some(value) = payload.pointer_mut(pointer) {
            *value = Value::String(REDACTED.to_owned());
            redacted = true;
        }
    }
    redacted
}
