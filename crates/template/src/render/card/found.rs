//! What an event says that no message was written for, found by the names that the payloads of many senders share. What is
//! only an id, a raw time or an address for programs is never taken for a name.

use serde_json::{Map, Value as Json};

use super::names::{
    CONCERNED, CUSTOMERS_TEXTS, DOUBTFUL, FAILED, FLAT_PEOPLE, NOTES, PEOPLE, PLACES, STATES, TEXTS, TITLES, WRAPPERS,
};
use super::shape::{is_id, is_name};
use super::values::{KEYS, first_object, get, name_of, page_in, person, snake, text_of};
use hookbell_model::event::{Event, Severity, Topic};
use hookbell_model::locale::Locale;
use hookbell_model::money::amount::AmountUnit;
use hookbell_model::money::currency::Decimals;
use hookbell_model::money::{self, currency};
use hookbell_model::privacy::secret_field::{is_secret_name, is_secret_text};
use hookbell_model::words::{sentence, spoken, words};

/// Objects that are looked at, and keys of each; a payload of megabytes has more.
const OBJECTS: usize = 60;
/// How deep below the body things are looked for.
const DEPTH: usize = 5;
/// Plain values that are listed where nothing better was found.
const DETAILS: usize = 6;
/// In characters.
const SHORT: usize = 40;

/// What was found of an event: texts of the payload, not escaped.
#[derive(Debug)]
pub(super) struct Found {
    /// What it is about.
    pub(super) title: Option<String>,
    pub(super) actor: Option<String>,
    pub(super) actor_icon: Option<String>,
    /// Whether it was done for them or happened to them, rather than by them.
    pub(super) is_concerned: bool,
    /// Where it happened: a repository, a project, a channel.
    pub(super) place: Option<String>,
    /// As people write it; none where the type of the event says it already.
    pub(super) state: Option<String>,
    pub(super) amount: Option<String>,
    pub(super) text: Option<String>,
    pub(super) url: Option<String>,
    /// Names and values, where the above says too little.
    pub(super) details: Vec<(String, String)>,
    pub(super) severity: Severity,
}

/// The objects of a payload by how close they are to what the event is about.
struct Objects<'p> {
    /// Those that a word of the event's type names, then what is in a wrapper, then the body itself.
    about: Vec<&'p Map<String, Json>>,
    /// From the body inwards: who did it stands outside more often than not.
    outside: Vec<&'p Map<String, Json>>,
    /// How many of `about` the type names.
    named: usize,
}

/// Who did it, or whom it is about.
struct Actor {
    name: Option<String>,
    /// The address of a picture.
    icon: Option<String>,
    is_concerned: bool,
}

impl Found {
    /// Without what customers wrote in their own words, as far as the names of texts say so, where notes are masked.
    pub(super) fn of(event: &Event, payload: &Json, locale: Locale, masks_notes: bool) -> Self {
        let objects = Objects::of(payload, &event.event_type);
        let facts = &event.facts;
        let actor = facts.actor.clone().filter(|actor| is_name(actor));
        let Actor { name: found_actor, icon: actor_icon, is_concerned } = objects.actor();
        let is_concerned = match facts.actor {
            Some(_) => is_about_customers(event.topic),
            None => is_concerned,
        };
        let same = actor.is_none() || actor == found_actor;
        let actor = actor.or(found_actor);
        let place = objects.place();
        let subject = facts.subject.clone().filter(|subject| is_subject(subject));
        let title = match (objects.title(), subject) {
            // What the type names is what it is about; the subject of the file may be the place alone.
            (Some((title, true)), subject) => {
                Some(subject.filter(|subject| Some(subject) != place.as_ref()).unwrap_or(title))
            }
            (found, subject) => subject.or(found.map(|(title, _)| title)),
        };
        let type_words = words(&event.event_type);
        let title = title.filter(|title| words(title) != type_words);
        // `customer.updated` is about a person, who need not have done it.
        let actor = actor.filter(|actor| Some(actor) != title.as_ref());
        // `hello-world` is `octocat/hello-world`.
        let whole = |title: String| match &place {
            Some(place) if place.ends_with(&format!("/{title}")) => place.clone(),
            _ => title,
        };
        let title = title.map(whole);
        let place = place.filter(|place| !title.as_ref().is_some_and(|title| title.contains(place.as_str())));
        let place = place.filter(|place| Some(place) != actor.as_ref());
        let is_written_by_customers = is_about_customers(event.topic) || event.topic == Topic::Message;
        let hidden = match (masks_notes, is_written_by_customers) {
            (true, true) => CUSTOMERS_TEXTS,
            (true, false) => NOTES,
            (false, _) => &[],
        };
        // What is said already is not said again.
        let text = objects.text(hidden).filter(|text| Some(text) != title.as_ref() && Some(text) != actor.as_ref());
        let state = objects.state();
        let amount = facts.money(locale).or_else(|| objects.amount(locale));
        // A file may know the page of the place alone; that of the thing itself is below it.
        let closer = objects.url_of_named().filter(|url| facts.url.as_ref().is_none_or(|known| url.starts_with(known)));
        let url = closer.or_else(|| facts.url.clone()).or_else(|| objects.url());
        let severity = severity(event, state.as_deref());
        let state = state.filter(|state| !words(state).iter().all(|word| type_words.contains(word)));
        let mut found = Self {
            actor_icon: actor_icon.filter(|_| same && actor.is_some()),
            title,
            actor,
            is_concerned,
            place,
            state,
            amount,
            text,
            url,
            severity,
            details: Vec::new(),
        };
        let said =
            [&found.title, &found.text, &found.amount, &found.place].into_iter().filter(|part| part.is_some()).count();
        if said < 2 {
            found.details = objects.details(&found, &type_words, hidden);
        }
        found
    }
}

/// Whether the people of such events are customers, to whom things happen.
fn is_about_customers(topic: Topic) -> bool {
    matches!(
        topic,
        Topic::Payment | Topic::Refund | Topic::Subscription | Topic::Signup | Topic::Cancellation | Topic::Dispute
    )
}

/// A file's subject may be made of an id (`Invoice in_1NG8Du…`), and is no name then.
fn is_subject(subject: &str) -> bool {
    is_name(subject) && !subject.split_whitespace().last().is_some_and(|word| is_id(word) && word.len() > 8)
}

/// The severity of the file, unless it is what a file says of all that it does not know and the event says that it failed.
fn severity(event: &Event, state: Option<&str>) -> Severity {
    let known = event.facts.severity.unwrap_or(Severity::Info);
    let said = words(&event.event_type).into_iter().chain(state.map(words).unwrap_or_default());
    let said: Vec<String> = said.collect();
    let says = |list: &[&str]| said.iter().any(|word| list.contains(&word.as_str()));
    match known {
        Severity::Info if says(FAILED) => Severity::Error,
        Severity::Info if says(DOUBTFUL) => Severity::Warning,
        known => known,
    }
}

impl<'p> Objects<'p> {
    fn of(payload: &'p Json, event_type: &str) -> Self {
        let mut outside = Vec::new();
        let mut named: Vec<(usize, &Map<String, Json>)> = Vec::new();
        let type_words: Vec<String> = words(event_type).iter().map(|word| singular(word)).collect();
        let mut level: Vec<&Map<String, Json>> = first_object(payload).into_iter().collect();
        for _ in 0..DEPTH {
            let mut next = Vec::new();
            for &object in &level {
                if outside.len() >= OBJECTS {
                    break;
                }
                outside.push(object);
                for (key, value) in object.iter().take(KEYS) {
                    let Some(inner) = first_object(value) else { continue };
                    if named.len() < OBJECTS
                        && let Some(rank) = rank(key, &type_words)
                    {
                        named.push((rank, inner));
                    }
                    if WRAPPERS.contains(&snake(key).as_str()) {
                        next.push(inner);
                    }
                }
            }
            level = next;
        }
        // The longest run of the type's words is the closest; of equal ones that nearer the body.
        named.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
        let named: Vec<_> = named.into_iter().map(|(_, object)| object).collect();
        let mut about = named.clone();
        about.extend(outside.iter().rev().copied());
        Self { about, outside, named: named.len() }
    }

    /// The name of the thing, and whether it is of what the type names.
    fn title(&self) -> Option<(String, bool)> {
        let named = |(at, object): (usize, &&'p Map<String, Json>)| {
            let title = TITLES.iter().find_map(|key| name_of(get(object, key)?))?;
            let number = get(object, "number").or_else(|| get(object, "iid")).and_then(Json::as_u64);
            let is_numbered =
                number.is_some_and(|number| title != number.to_string() && !title.contains(&format!("#{number}")));
            let title = match number {
                Some(number) if is_numbered && get(object, "title").is_some() => format!("#{number} {title}"),
                _ => title,
            };
            Some((title, at < self.named))
        };
        let of_body = || self.about.iter().enumerate().find_map(named);
        // `{ "milestone": { "title": … } }` where the type does not name it.
        let inside = || {
            let objects = self.about.iter().flat_map(|object| object.iter().take(KEYS));
            let things = objects.filter(|(key, _)| {
                let key = snake(key);
                !PEOPLE.contains(&key.as_str()) && !PLACES.contains(&key.as_str()) && !WRAPPERS.contains(&key.as_str())
            });
            things
                .filter_map(|(_, value)| value.as_object())
                .find_map(|object| TITLES.iter().find_map(|key| name_of(get(object, key)?)).map(|title| (title, false)))
        };
        of_body().or_else(inside)
    }

    fn actor(&self) -> Actor {
        for object in &self.outside {
            for key in PEOPLE {
                let Some(value) = get(object, key) else { continue };
                if let Some(name) = person(value) {
                    let pictures = ["avatar_url", "avatar", "image", "profile_image_url"];
                    let icon = first_object(value)
                        .and_then(|person| pictures.iter().find_map(|key| get(person, key)?.as_str()))
                        .filter(|icon| icon.starts_with("https://"));
                    let icon = icon.map(str::to_owned);
                    return Actor { name: Some(name), icon, is_concerned: CONCERNED.contains(key) };
                }
            }
        }
        let flat = |object: &&Map<String, Json>| FLAT_PEOPLE.iter().find_map(|key| name_of(get(object, key)?));
        let name = self.outside.iter().find_map(flat).or_else(|| self.about.iter().find_map(flat));
        Actor { name, icon: None, is_concerned: true }
    }

    fn place(&self) -> Option<String> {
        let name = |value: &Json| match value {
            Json::Object(place) => ["full_name", "path_with_namespace", "name", "title", "display_name", "slug"]
                .iter()
                .find_map(|key| name_of(get(place, key)?)),
            other => name_of(other),
        };
        self.outside.iter().find_map(|object| PLACES.iter().find_map(|key| name(get(object, key)?)))
    }

    fn state(&self) -> Option<String> {
        let state = |object: &&Map<String, Json>| {
            STATES.iter().find_map(|key| {
                let text = name_of(get(object, key)?)?;
                (text.chars().count() <= SHORT && text.split_whitespace().count() <= 3)
                    .then(|| sentence(&text).to_lowercase())
            })
        };
        self.about.iter().find_map(state)
    }

    /// An amount with its currency, where its decimals are written: whole numbers may be cents or not.
    fn amount(&self, locale: Locale) -> Option<String> {
        let amount = |object: &&Map<String, Json>| {
            let currency =
                ["currency", "currency_code", "currency_iso"].iter().find_map(|key| get(object, key)?.as_str())?;
            let value = ["amount", "total", "total_price", "total_amount", "price", "value", "gross"]
                .iter()
                .find_map(|key| get(object, key))?;
            let text = match value {
                Json::String(text) => text.clone(),
                Json::Number(number) if number.is_f64() => number.to_string(),
                _ => return None,
            };
            let code = currency.to_uppercase();
            if !text.contains('.') || !currency::is_known(&code) {
                return None;
            }
            let minor = AmountUnit::Major.read(&text, Some(&code), &Decimals::default())?.minor;
            Some(money::money_in(minor.into(), &code, locale))
        };
        let objects = self.about.iter().copied();
        let inner = self.about.iter().flat_map(|object| object.values().take(KEYS).filter_map(Json::as_object));
        objects.chain(inner).find_map(|object| amount(&object))
    }

    fn text(&self, hidden: &[&str]) -> Option<String> {
        let keys = TEXTS.iter().filter(|key| !hidden.contains(key));
        self.about.iter().find_map(|object| keys.clone().find_map(|key| text_of(get(object, key)?)))
    }

    /// The page of what the type names.
    fn url_of_named(&self) -> Option<String> {
        self.about.iter().take(self.named).find_map(|object| page_in(object))
    }

    fn url(&self) -> Option<String> {
        let places =
            self.outside.iter().flat_map(|object| PLACES.iter().filter_map(|key| get(object, key)?.as_object()));
        self.about.iter().copied().chain(places).find_map(page_in)
    }

    /// The plain values of the thing that nobody said yet.
    fn details(&self, found: &Found, type_words: &[String], hidden: &[&str]) -> Vec<(String, String)> {
        let said = [&found.title, &found.actor, &found.place, &found.text, &found.url];
        let mut details: Vec<(String, String)> = Vec::new();
        for object in &self.about {
            for (key, value) in object.iter().take(KEYS) {
                let value = match value {
                    Json::String(text) => text.trim().to_owned(),
                    Json::Number(number) => number.to_string(),
                    Json::Bool(true) => "yes".to_owned(),
                    _ => continue,
                };
                let plain = snake(key);
                let is_reference = plain == "id"
                    || plain.ends_with("_id")
                    || plain.ends_with("_at")
                    || plain == "object"
                    || plain == "type"
                    || plain == "event"
                    || (found.state.is_some() && STATES.contains(&plain.as_str()));
                let is_date = ["time", "timestamp", "date", "created", "updated", "ts"]
                    .iter()
                    .any(|word| plain.split('_').any(|part| part == *word));
                let is_plain = value == "yes" || value.len() <= 6 && value.parse::<f64>().is_ok() || is_name(&value);
                // `action = "created"`.
                let is_in_type = words(&value).iter().all(|word| type_words.contains(word));
                let is_new = !is_in_type
                    && !said.iter().any(|known| known.as_deref() == Some(value.as_str()))
                    && !details.iter().any(|(name, _)| *name == sentence(key));
                // Whole numbers may be cents or not.
                let is_amount = object.keys().any(|key| key.to_lowercase().contains("currency"))
                    && (value.parse::<f64>().is_ok() && !value.contains('.') || plain.contains("currency"));
                let is_note = hidden.contains(&plain.as_str());
                let is_hidden = is_amount || is_note || is_secret_name(key) || is_secret_text(&value);
                if is_plain && is_new && !is_reference && !is_date && !is_hidden && value.chars().count() <= 5 * SHORT {
                    details.push((sentence(key), spoken(&value).into_owned()));
                }
                if details.len() == DETAILS {
                    return details;
                }
            }
        }
        details
    }
}

/// How many words of the type a key is made of; later words of the type come first.
fn rank(key: &str, type_words: &[String]) -> Option<usize> {
    let key: Vec<String> = words(key).iter().map(|word| singular(word)).collect();
    let at = type_words.windows(key.len().max(1)).position(|window| window == key)?;
    Some(key.len() * 10 + at.min(9))
}

fn singular(word: &str) -> String {
    match word.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => word.strip_suffix('s').filter(|stem| stem.len() > 2 && !stem.ends_with('s')).unwrap_or(word).to_owned(),
    }
}
