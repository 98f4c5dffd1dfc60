//! All that the page shows to one person.

use serde_json::{Value, json};

use crate::commands::LOCALES;
use crate::discord::Discord;
use crate::member::Member;
use crate::people::ServerSpec;
use crate::permission::{ADMINISTRATOR, VIEW_CHANNEL};
use crate::request_log::RecordedRequest;
use crate::spec::{ChannelKind, ThreadState};
use crate::state::{ChannelState, DiscordState};

/// Requests shown on the page.
const SHOWN: usize = 60;

/// The state as a person sees it; the first person's when there is no such one.
pub(super) fn of(discord: &Discord, person: &str) -> Value {
    let live = discord.sessions.stats().live;
    let buttons = discord
        .buttons
        .iter()
        .map(|button| json!({ "name": button.name, "label": button.label, "about": button.about }));
    let (buttons, explains): (Vec<Value>, bool) = (buttons.collect(), discord.host().is_some());
    let state = discord.state();
    let user = user(&state, person);
    let person = user["id"].as_str().unwrap_or_default().to_owned();
    let seen = state.channels.iter().filter_map(|channel| channel_json(&state, channel, &person));
    let channels: Vec<Value> = seen.collect();
    let private =
        state.ephemeral.iter().filter(|message| message.viewer.as_deref().is_none_or(|viewer| viewer == person));
    let hidden: Vec<&Value> = private.map(|message| &message.object).collect();
    let skip = state.requests.iter().len().saturating_sub(SHOWN);
    let requests: Vec<Value> = state.requests.iter().skip(skip).map(RecordedRequest::to_json).collect();
    let webhooks: Vec<&String> = state.webhooks.iter().map(|webhook| &webhook.name).collect();
    let people = &state.directory.people;
    let people: Vec<Value> =
        people.iter().map(|one| json!({ "id": one.id, "name": one.name, "locale": one.locale })).collect();
    let servers = &state.directory.servers;
    let servers: Vec<Value> = servers.iter().map(server_json).collect();
    json!({
        "server": servers.first().map(|server| server["name"].clone()), "servers": servers, "people": people,
        "application": discord.identity.application_name, "application_id": discord.identity.application_id,
        "locales": LOCALES, "person": user, "channels": channels, "hidden": hidden, "requests": requests,
        "webhooks": webhooks, "counts": state.requests.totals(), "faults": state.faults.to_json(),
        "live": if state.endpoint.is_some() { live.max(1) } else { live }, "buttons": buttons, "explains": explains,
    })
}

fn server_json(server: &ServerSpec) -> Value {
    let roles: Vec<Value> = server.roles.iter().map(|role| json!({ "id": role.id, "name": role.name })).collect();
    json!({ "id": server.id, "name": server.name, "roles": roles })
}

/// The user object of a person, with the language of the person's client.
fn user(state: &DiscordState, person: &str) -> Value {
    let known = state.directory.person(person).or(state.directory.people.first());
    let member = known.map_or_else(Member::default, |known| Member {
        id: known.id.clone(),
        name: known.name.clone(),
        locale: known.locale.clone(),
        ..Member::default()
    });
    let mut user = member.user();
    user["locale"] = json!(member.locale);
    user
}

/// A channel with what is in it; `None` for a person who does not see it.
fn channel_json(state: &DiscordState, channel: &ChannelState, person: &str) -> Option<Value> {
    let spec = &channel.spec;
    let known = state.directory.person(person).is_some();
    let member = if known { state.member(person, &spec.channel)? } else { Member::default() };
    if member.permissions & (VIEW_CHANNEL | ADMINISTRATOR) == 0 {
        return None;
    }
    let (forum, direct, parent) = match &spec.kind {
        ChannelKind::Text => (false, false, None),
        ChannelKind::Forum(_) => (true, false, None),
        ChannelKind::ThreadOf(parent) => (false, false, Some(parent)),
        ChannelKind::DirectWith(with) if with == person => (false, true, None),
        ChannelKind::DirectWith(_) => return None,
    };
    let parent_kind = parent.and_then(|parent| state.channel(parent)).map(|parent| &parent.spec.kind);
    let tags = if let Some(ChannelKind::Forum(forum)) = parent_kind { forum.tags.as_slice() } else { &[] };
    let tags: Vec<&String> = tags.iter().filter(|(id, _)| spec.tags.contains(id)).map(|(_, name)| name).collect();
    let messages: Vec<&Value> = channel.messages.iter().map(|message| &message.object).collect();
    let commands = state.commands_in(&spec.channel).unwrap_or_default();
    let commands: Vec<Value> = commands.into_iter().filter(|command| direct || member.may_use(command)).collect();
    Some(json!({
        "id": spec.channel, "name": spec.name, "guild": spec.guild, "parent": parent,
        "forum": forum, "direct": direct, "tags": tags, "closed": channel.thread != ThreadState::Open,
        "messages": messages, "commands": commands,
    }))
}
