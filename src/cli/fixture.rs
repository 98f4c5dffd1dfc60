//! Selects the event and the message that a command shows or sends: the event comes from a provider's sample, a file
//! or the store. Shared by all commands that show or try a message.

pub(super) mod example;
pub(super) mod sample;

use std::io::Read;
use std::path::Path;

use self::sample::FixtureError;
use super::{
    stored_event,
    usage::{Mistakes, Usage},
};
use crate::compose::{ComposeInputs, MessageTarget, compose};
use crate::config::{Config, Environment, TemplatesConfig};
use crate::store::{SentMessage, Store};
use hookbell_model::delivery::Plan;
use hookbell_model::event::{Event, EventId, Raw};
use hookbell_model::live::LiveContext;
use hookbell_model::locale::Locale;
use hookbell_model::suggest::suggestion;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::{Assignment, NewKey, Provider, Sample};
use hookbell_template::render::{Rendered, Templates};

/// The arguments of a command that choose an event.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct FixtureRequest<'a> {
    /// A message, or a provider or source.
    pub(super) message: Option<&'a str>,
    /// The source or provider whose payload it is.
    pub(super) source: Option<&'a str>,
    pub(super) event: Option<&'a str>,
    pub(super) sample: Option<&'a str>,
    /// `-` is stdin.
    pub(super) payload: Option<&'a Path>,
    /// Of the payload's request, `Name: value`.
    pub(super) headers: &'a [String],
    /// Values that are put into the payload before it is read.
    pub(super) set: &'a [Assignment],
}

/// The event that a message is rendered from.
#[derive(Debug, Clone)]
pub(super) struct Fixture {
    pub(super) event: Event,
    pub(super) raw: Raw,
    /// Names the requested message; for an event of the store also the route's pings.
    pub(super) plan: Plan,
    pub(super) locale: Locale,
    /// For an event of the store: the destination whose forum tags count.
    pub(super) destination: Option<String>,
    /// In words: `the sample …`.
    pub(super) from: String,
    pub(super) notes: Vec<String>,
    /// For an event of the store: what was posted for it, where that is kept.
    pub(super) sent: Option<SentMessage>,
}

/// The message and the provider that `MESSAGE` and `--source` name together.
struct Subject<'l> {
    message: Option<String>,
    source: &'l str,
    /// As the source has it.
    provider: &'l Provider,
    /// As its file has it: its samples do not follow what a source overrides.
    shipped: &'l Provider,
}

impl Fixture {
    /// # Errors
    /// As usage, where there is no such message, sample or event, or where a file cannot be read as an event.
    pub(super) async fn find(
        request: FixtureRequest<'_>,
        config: &TemplatesConfig,
        path: &Path,
    ) -> anyhow::Result<Self> {
        let mut fixture = match request.event {
            Some(id) => stored(id, request.message, config, path).await?,
            None => {
                let subject = Subject::of(request, config)?;
                match request.payload {
                    Some(file) => subject.payload(file, request, &config.templates)?,
                    None => subject.sample(request, &config.templates)?,
                }
            }
        };
        let fitting = config.templates.matching(&fixture.event, &fixture.raw);
        if let Some(name) = fixture.plan.template.as_ref().filter(|name| fitting.first() != Some(name)) {
            let instead = fitting.first().map_or("the generic card", String::as_str);
            fixture.notes.push(format!(
                "an event of type `{}` gets {instead} unless its route says `template = \"{name}\"`",
                fixture.event.event_type
            ));
        }
        Ok(fixture)
    }

    /// Its message, as the courier would render it.
    pub(super) fn compose(&self, config: &TemplatesConfig) -> Rendered {
        let tags = config.tags(self.destination.as_deref());
        let target = MessageTarget::new(self.locale, &tags);
        // What its thing had said before, as far as it is known.
        let nothing = LiveContext::default();
        let context = self.sent.as_ref().map_or(&nothing, |sent| &sent.context);
        compose(&config.templates, &ComposeInputs::one(&self.event, &self.raw, &self.plan), &target, context)
    }
}

async fn stored(id: &str, message: Option<&str>, config: &TemplatesConfig, path: &Path) -> anyhow::Result<Fixture> {
    let store_config = Config::load_store(path, &Environment::beside(path)).map_err(Mistakes)?;
    let store = Store::attach(&store_config).await?;
    let details = stored_event::find(&store, id).await?;
    let template = message.map(|name| if config.templates.has(name) { Ok(name) } else { Err(unknown(name, config)) });
    let delivery = details.deliveries.into_iter().next().map(|(delivery, _)| delivery);
    // What another message would say is compared with nothing.
    let sent = match (&delivery, message) {
        (Some(delivery), None) => sent(&store, details.event.id, &delivery.destination).await?,
        _ => None,
    };
    let mut notes = Vec::new();
    notes.extend(delivery.as_ref().map(|delivery| format!("as it went to `{}`", delivery.destination)));
    let locale = delivery.as_ref().map(|delivery| config.locale(&delivery.destination)).unwrap_or_default();
    let destination = delivery.as_ref().map(|delivery| delivery.destination.clone());
    let mut plan = delivery.map(|delivery| delivery.plan).unwrap_or_default();
    if let Some(name) = template.transpose()? {
        plan.template = Some(name.to_owned());
    }
    let from = format!("the event {} ({}, {})", details.event.id, details.event.source, details.event.event_type);
    Ok(Fixture { event: details.event, raw: details.raw, plan, locale, destination, from, notes, sent })
}

/// What was posted for an event to this destination.
async fn sent(store: &Store, event: EventId, destination: &str) -> anyhow::Result<Option<SentMessage>> {
    let page = store.history(None, Some(EventId(event.0.saturating_add(1))), 1).await?;
    let deliveries = page.into_iter().filter(|entry| entry.event.id == event).flat_map(|entry| entry.deliveries);
    let mut sent = deliveries.filter(|(delivery, _)| delivery.destination == destination);
    Ok(sent.find_map(|(_, sent)| sent))
}

impl<'l> Subject<'l> {
    fn of(request: FixtureRequest<'_>, config: &'l TemplatesConfig) -> Result<Self, Usage> {
        let named = request.source.map(|name| config.sender(name).ok_or_else(|| unknown(name, config)));
        let named = named.transpose()?;
        let name = request.message;
        let listed = name.and_then(|name| config.templates.list().into_iter().find(|listed| listed.name == name));
        let message = listed.as_ref().map(|listed| listed.name.clone());
        let own = match (&listed, name) {
            (Some(listed), _) => config.sender_of(&listed.provider),
            (None, Some(name)) => Some(config.sender(name).ok_or_else(|| unknown(name, config))?),
            (None, None) => None,
        };
        let Some((source, provider)) = named.or(own) else {
            let of = listed.map(|listed| listed.provider).unwrap_or_default();
            return Err(Usage(format!("there is no provider `{of}`, so nothing can be read for this message")));
        };
        let shipped = config.providers.get(&provider.name).unwrap_or(provider);
        Ok(Self { message, source, provider, shipped })
    }

    fn plan(&self) -> Plan {
        Plan { template: self.message.clone(), ..Plan::default() }
    }

    /// The body of a file, read as the intake would, without a signature.
    /// Where it cannot be read so and no header is given, those of the sample that fits are used: some providers put
    /// the event type there.
    fn payload(&self, file: &Path, request: FixtureRequest<'_>, templates: &Templates) -> anyhow::Result<Fixture> {
        let headers = request.headers;
        let (name, bytes) = read(file)?;
        let body = String::from_utf8(bytes).map_err(|_| Usage(format!("error: {name}: this is no UTF-8 text")))?;
        let mut sample = self.provider.sample_of(body);
        for header in headers {
            let (name, value) = header
                .split_once(':')
                .ok_or_else(|| Usage(format!("--header: expected `Name: value`, found `{header}`")))?;
            sample.headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
        let (mut sample, notes) = with_values(self.provider, &sample, request.set)?;
        let read = self.read(self.provider, &sample, &name).or_else(|what| {
            let like = self.message.as_ref().filter(|_| headers.is_empty()).and_then(|_| self.fitting(templates));
            sample.headers = like.ok_or(what)?.0.headers.clone();
            self.read(self.provider, &sample, &name)
        });
        let mut fixture = read.map_err(|what| Usage(format!("error: {name}: {what}")))?;
        fixture.notes.extend(notes);
        Ok(fixture)
    }

    /// The named sample; otherwise the first from which the message would be rendered, or could be.
    fn sample(&self, request: FixtureRequest<'_>, templates: &Templates) -> Result<Fixture, Usage> {
        let (provider, named) = (self.shipped, request.sample);
        let names = || provider.samples.iter().map(|sample| sample.name.as_str());
        let fixture = |sample: &Sample| self.read(provider, sample, &format!("the sample `{}`", sample.name)).ok();
        let set = |sample: &Sample, found: Fixture| {
            if request.set.is_empty() {
                return Ok(found);
            }
            let (sample, notes) = with_values(provider, sample, request.set)?;
            let read = self.read(provider, &sample, &format!("the sample `{}` with other values", sample.name));
            let mut fixture = read.map_err(|what| Usage(format!("with these values: {what}")))?;
            fixture.notes.extend(notes);
            Ok(fixture)
        };
        if let Some(named) = named {
            let sample = provider.sample(named).ok_or_else(|| {
                let hint = suggestion(named, names()).unwrap_or_else(|| "it has none at all".to_owned());
                Usage(format!("provider `{}` has no sample `{named}`\n  help: {hint}", provider.name))
            })?;
            let found = fixture(sample).ok_or_else(|| Usage(format!("the sample `{named}` holds no event")))?;
            return set(sample, found);
        }
        let found = match &self.message {
            Some(_) => self.fitting(templates),
            None => provider.samples.iter().find_map(|sample| Some((sample, fixture(sample)?))),
        };
        let (sample, found) = found.ok_or_else(|| self.nothing_fits(templates))?;
        set(sample, found)
    }

    /// The sample from which the message would be rendered, or could be: the one with the fewest messages before it.
    fn fitting(&self, templates: &Templates) -> Option<(&'l Sample, Fixture)> {
        let name = self.message.as_ref()?;
        let placed = |sample: &'l Sample| {
            let fixture = self.read(self.shipped, sample, &format!("the sample `{}`", sample.name)).ok()?;
            let fitting = templates.matching(&fixture.event, &fixture.raw);
            Some((fitting.iter().position(|fitting| fitting == name)?, (sample, fixture)))
        };
        let placed = self.shipped.samples.iter().filter_map(placed);
        placed.min_by_key(|(place, _)| *place).map(|(_, found)| found)
    }

    fn read(&self, provider: &Provider, sample: &Sample, from: &str) -> Result<Fixture, FixtureError> {
        let now = Timestamp::now();
        let (mut fixtures, ignored) = provider.read_sample(self.source, sample, now)?;
        let mut notes = Vec::new();
        if fixtures.len() > 1 {
            notes.push(format!("{} holds {} events, this is the first", sample.name, fixtures.len()));
        }
        if fixtures.is_empty() {
            return Err(match ignored {
                0 => FixtureError::NoEvent,
                _ => FixtureError::Ignored { provider: self.provider.name.clone() },
            });
        }
        let (event, raw) = fixtures.swap_remove(0);
        let named = from.contains(&format!("`{}`", event.event_type));
        let from = if named { from.to_owned() } else { format!("{from} ({})", event.event_type) };
        let (plan, locale) = (self.plan(), Locale::default());
        Ok(Fixture { event, raw, plan, locale, destination: None, from, notes, sent: None })
    }

    fn nothing_fits(&self, templates: &Templates) -> Usage {
        let listed = templates.list().into_iter().find(|listed| Some(&listed.name) == self.message.as_ref());
        let types = listed.as_ref().map(|listed| listed.on.iter().map(|glob| format!("`{glob}`")).collect::<Vec<_>>());
        let takes = match types.filter(|types| !types.is_empty()) {
            Some(types) => format!("it takes events of type {}", types.join(", ")),
            None => "it takes every type".to_owned(),
        };
        let when = if listed.is_some_and(|listed| listed.conditional) { " for which its `when` holds" } else { "" };
        let what = self.message.as_ref().map_or_else(
            || format!("provider `{}` has no sample", self.provider.name),
            |name| format!("no sample of provider `{}` fits `{name}`: {takes}{when}", self.provider.name),
        );
        let name = self.message.as_deref().unwrap_or(self.source);
        Usage(format!("{what}\n  help: give it a payload of yours: `hookbell preview {name} --payload FILE`"))
    }
}

/// The sample with these values in its payload, and a note about each key that is new in it.
pub(super) fn with_values(
    provider: &Provider,
    sample: &Sample,
    set: &[Assignment],
) -> Result<(Sample, Vec<String>), Usage> {
    let changed = provider.editor().with_values(sample, set);
    let (sample, new) = changed.map_err(|why| Usage(format!("error: --set {why}")))?;
    let note = |key: NewKey| {
        let hint = key.nearest.map(|nearest| format!("; did you mean `{nearest}`?")).unwrap_or_default();
        format!("--set: `{}` is new in the payload{hint}", key.path)
    };
    Ok((sample, new.into_iter().map(note).collect()))
}

/// The file's name for messages, and its bytes.
fn read(file: &Path) -> Result<(String, Vec<u8>), Usage> {
    if file == Path::new("-") {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        return read.map(|_| ("stdin".to_owned(), bytes)).map_err(|error| Usage(format!("error: stdin: {error}")));
    }
    let name = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|error| Usage(format!("error: cannot read {name}: {error}")))?;
    Ok((name, bytes))
}

/// The error for an unknown name, with the nearest known name.
pub(super) fn unknown(name: &str, config: &TemplatesConfig) -> Usage {
    let messages = config.templates.names();
    let providers = config.providers.names();
    let senders = config.sources.iter().map(|(source, _)| source.as_str()).chain(providers);
    // For a known provider, only its messages.
    let sibling = |other: &&String| {
        let provider = name.split_once('.').map(|(provider, _)| provider);
        other.split_once('.').map(|(provider, _)| provider) == provider
    };
    let siblings: Vec<&str> = messages.iter().filter(sibling).map(String::as_str).collect();
    let hint = if siblings.is_empty() {
        suggestion(name, senders.chain(messages.iter().map(String::as_str)))
    } else {
        suggestion(name, siblings)
    };
    let hint = hint.map(|hint| format!("\n  help: {hint}")).unwrap_or_default();
    Usage(format!("there is no message, provider or source `{name}`{hint}"))
}
