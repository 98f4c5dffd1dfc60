//! Interactions from the bot's side: the one callback within three seconds, then edits and follow-ups for a
//! quarter of an hour.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::answer::{self, Answer};
use super::api::Handled;
use super::bot;
use super::call::Call;
use super::check::callback::{self, COMMAND};
use super::check::message::{self, Kind};
use super::numbers as n;
use super::object::{self, Frame};
use super::person::Member;
use super::shared::Shared;
use super::state::{State, StoredMessage, now};

/// How long the first answer may take. [D interactions/receiving-and-responding]
pub(crate) const FIRST_ANSWER: Duration = Duration::from_secs(3);
const TOKEN_LIFE: Duration = Duration::from_secs(15 * 60);
const KEPT: usize = 500;

/// The interactions of late, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Interactions(VecDeque<Interaction>);

#[derive(Debug)]
pub(crate) struct Interaction {
    pub(crate) id: String,
    pub(crate) token: String,
    /// Discord's number of its kind.
    pub(crate) kind: i64,
    pub(crate) channel: String,
    pub(crate) guild: String,
    pub(crate) person: Member,
    pub(crate) born: Instant,
    /// The command that was typed, with its subcommand: `events recent`.
    pub(crate) command: Option<String>,
    /// The message whose button was pressed.
    pub(crate) source: Option<String>,
    pub(crate) answered: Option<Answered>,
}

/// How an interaction was answered first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answered {
    /// A message, or "thinking", with this id.
    Message(String),
    /// The pressed message changed, or will.
    Update {
        done: bool,
    },
    Choices(Vec<Value>),
    Modal(Value),
}

impl Interactions {
    pub(crate) fn add(&mut self, interaction: Interaction) {
        self.0.push_back(interaction);
        if self.0.len() > KEPT {
            self.0.pop_front();
        }
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Interaction> {
        self.0.iter().find(|interaction| interaction.id == id)
    }

    fn get_mut(&mut self, id: &str) -> Option<&mut Interaction> {
        self.0.iter_mut().find(|interaction| interaction.id == id)
    }

    /// The id of the interaction a token belongs to.
    fn by_token(&self, token: &str) -> Option<String> {
        let known = self.0.iter().find(|interaction| interaction.token == token)?;
        (known.born.elapsed() < TOKEN_LIFE).then(|| known.id.clone())
    }
}

/// `POST /interactions/{id}/{token}/callback`
pub(crate) fn callback(shared: &Shared, state: &mut State, call: &Call, to: (&str, &str)) -> Handled {
    let (id, token) = to;
    let unknown = || Answer::problem(404, 10_062, "Unknown interaction");
    let known = state.interactions.get(id).filter(|known| known.token == token).ok_or_else(unknown)?;
    if known.answered.is_some() {
        return Err(Answer::problem(400, 40_060, "Interaction has already been acknowledged."));
    }
    if known.born.elapsed() > FIRST_ANSWER {
        return Err(unknown());
    }
    let (kind, source) = (known.kind, known.source.clone());
    let (answer, data, ignored) = callback::check(&call.sent()?.json, kind)?;
    let answered = match answer {
        4 => Answered::Message(post(shared, state, id, &data)),
        5 => Answered::Message(post(shared, state, id, &thinking(&data))),
        6 => Answered::Update { done: false },
        7 => {
            if let Some(source) = &source {
                edit(shared, state, source, &data)?;
            }
            Answered::Update { done: true }
        }
        8 => Answered::Choices(data.get("choices").and_then(Value::as_array).cloned().unwrap_or_default()),
        _ => Answered::Modal(Value::Object(data)),
    };
    let resource = resource(state, (answer, id, kind), &answered);
    if let Some(interaction) = state.interactions.get_mut(id) {
        interaction.answered = Some(answered);
    }
    shared.tell(json!({ "type": "answered", "interaction": id }));
    let answer = if call.flag("with_response") { Answer::json(resource) } else { Answer::no_content() };
    Ok((answer, ignored))
}

/// The body of the message that says the bot is thinking.
fn thinking(data: &Map<String, Value>) -> Map<String, Value> {
    let flags = data.get("flags").and_then(Value::as_i64).unwrap_or(0) & n::EPHEMERAL;
    Map::from_iter([("flags".to_owned(), json!(flags | n::LOADING))])
}

fn resource(state: &State, (answer, id, kind): (i64, &str, i64), answered: &Answered) -> Value {
    let mut body = json!({ "interaction": { "id": id, "type": kind }, "resource": { "type": answer } });
    if let Answered::Message(message) = answered {
        let object = state.find(message).map(|message| message.object.clone()).unwrap_or_default();
        let flags = object["flags"].as_i64().unwrap_or(0);
        body["interaction"]["response_message_id"] = json!(message);
        body["interaction"]["response_message_loading"] = json!(flags & n::LOADING != 0);
        body["interaction"]["response_message_ephemeral"] = json!(flags & n::EPHEMERAL != 0);
        body["resource"]["message"] = object;
    }
    body
}

/// `/webhooks/{application}/{token}…`: follow-ups, and the messages of an interaction.
pub(crate) fn follow_up(shared: &Shared, state: &mut State, call: &Call, to: (&str, &[&str])) -> Handled {
    let (token, rest) = to;
    let id = state.interactions.by_token(token).ok_or_else(answer::bad_webhook_token)?;
    let known = state.interactions.get(&id).ok_or_else(answer::bad_webhook_token)?;
    // Before the first answer the token opens nothing.
    let first = known.answered.clone().ok_or_else(answer::unknown_webhook)?;
    let original = match &first {
        Answered::Message(message) => Some(message.clone()),
        Answered::Update { .. } => known.source.clone(),
        Answered::Choices(_) | Answered::Modal(_) => None,
    };
    match (call.method.as_str(), rest) {
        ("POST", []) => create(shared, state, call, (&id, original)),
        ("GET" | "PATCH" | "DELETE", ["messages", message]) => {
            let message = if *message == "@original" { original } else { Some((*message).to_owned()) };
            let message =
                message.filter(|message| state.find(message).is_some()).ok_or_else(answer::unknown_message)?;
            change(shared, state, call, (&id, &message))
        }
        _ => Err(answer::not_found()),
    }
}

fn create(shared: &Shared, state: &mut State, call: &Call, what: (&str, Option<String>)) -> Handled {
    let (id, original) = what;
    let sent = call.sent()?;
    let ignored = message::check(&sent.json, Kind::Reply, sent.files)?;
    let loading = original.filter(|message| state.find(message).is_some_and(StoredMessage::is_loading));
    let message = match loading {
        // The first follow-up after "thinking" takes that message's place.
        Some(message) => edit(shared, state, &message, &sent.json).map(|()| message)?,
        None => post(shared, state, id, &sent.json),
    };
    let object = state.find(&message).map(|message| message.object.clone()).unwrap_or_default();
    Ok((Answer::json(object), ignored))
}

fn change(shared: &Shared, state: &mut State, call: &Call, what: (&str, &str)) -> Handled {
    let (id, message) = what;
    let mut ignored = Vec::new();
    match call.method.as_str() {
        "DELETE" => {
            let channel = state.forget(message);
            shared.tell(json!({ "type": "delete", "channel": channel, "id": message }));
            return Ok((Answer::no_content(), ignored));
        }
        "PATCH" => {
            let sent = call.sent()?;
            ignored = message::check(&sent.json, Kind::ReplyEdit, sent.files)?;
            edit(shared, state, message, &sent.json)?;
            if let Some(interaction) = state.interactions.get_mut(id)
                && matches!(interaction.answered, Some(Answered::Update { .. }))
                && interaction.source.as_deref() == Some(message)
            {
                interaction.answered = Some(Answered::Update { done: true });
            }
        }
        _ => {}
    }
    let object = state.find(message).map(|message| message.object.clone()).unwrap_or_default();
    Ok((Answer::json(object), ignored))
}

/// Posts a message of the bot in answer to an interaction; answers its id.
fn post(shared: &Shared, state: &mut State, interaction: &str, body: &Map<String, Value>) -> String {
    let id = state.snowflake();
    let at = now();
    let Some(known) = state.interactions.get(interaction) else { return id };
    let channel = known.channel.clone();
    let author = bot_author(shared);
    let frame = Frame { id: &id, channel: &channel, author, at, components: true };
    let (mut object, pinged) = object::create(body, &frame);
    object["application_id"] = json!(shared.about.application_id);
    object["webhook_id"] = json!(shared.about.application_id);
    object["type"] = json!(if known.kind == COMMAND && known.answered.is_none() { 20 } else { 0 });
    object["interaction_metadata"] = known.metadata();
    if let Some(name) = known.command.as_ref().filter(|_| known.answered.is_none()) {
        let user = known.person.user();
        object["interaction"] = json!({ "id": known.id, "type": COMMAND, "name": name, "user": user });
    }
    let message = StoredMessage {
        id: id.clone(),
        channel: channel.clone(),
        webhook: None,
        body: Value::Object(body.clone()),
        object: object.clone(),
        mentions: pinged,
        created: at,
        edited: None,
        edits: 0,
    };
    if message.is_ephemeral() {
        state.hide(message)
    } else {
        state.keep(message)
    }
    shared.tell(json!({ "type": "message", "channel": channel, "message": object }));
    id
}

fn bot_author(shared: &Shared) -> Value {
    let mut author = bot::me(shared);
    if let Some(author) = author.as_object_mut() {
        for private in ["mfa_enabled", "locale", "verified", "email"] {
            author.remove(private);
        }
    }
    author
}

/// Edits a message of the bot. Who sees it cannot change; "thinking" ends with it.
fn edit(shared: &Shared, state: &mut State, message: &str, body: &Map<String, Value>) -> Result<(), Answer> {
    let stored = state.find_mut(message).ok_or_else(answer::unknown_message)?;
    let (ephemeral, loading) = (stored.is_ephemeral(), stored.is_loading());
    let mut edited = stored.clone();
    edited.apply(body, now(), true);
    let flags = edited.object["flags"].as_i64().unwrap_or(0) & !(n::LOADING | n::EPHEMERAL);
    edited.object["flags"] = json!(flags | if ephemeral { n::EPHEMERAL } else { 0 });
    if edited.is_empty() {
        return Err(answer::empty_message());
    }
    if loading {
        edited.object["edited_timestamp"] = Value::Null;
    }
    *stored = edited;
    let (channel, object) = (stored.channel.clone(), stored.object.clone());
    shared.tell(json!({ "type": "message", "channel": channel, "message": object }));
    Ok(())
}

impl Interaction {
    fn metadata(&self) -> Value {
        let mut metadata = json!({
            "id": self.id, "type": self.kind, "user": self.person.user(),
            "authorizing_integration_owners": { "0": self.guild },
        });
        if let Some(source) = &self.source {
            metadata["interacted_message_id"] = json!(source);
        }
        metadata
    }
}
