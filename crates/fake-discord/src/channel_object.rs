//! Channels and servers as Discord describes them, for people and for the bot.

use serde_json::{Value, json};

use crate::directory::Directory;
use crate::member::{person_object, unknown_user};
use crate::people::{Overwrite, ServerSpec};
use crate::spec::{ChannelKind, ThreadState};
use crate::state::{ChannelState, DiscordState};

/// A channel as interactions show it, with what their maker may do in it.
pub(crate) fn partial(state: &DiscordState, id: &str, permissions: u64) -> Option<Value> {
    let channel = state.channel(id)?;
    let spec = &channel.spec;
    if let ChannelKind::DirectWith(person) = &spec.kind {
        return Some(direct(&state.directory, &spec.channel, person));
    }
    let (kind, parent) = kind_and_parent(&spec.kind);
    let mut object = json!({
        "id": spec.channel, "guild_id": spec.guild, "name": spec.name, "type": kind, "parent_id": parent,
        "permissions": permissions.to_string(), "flags": 0, "last_message_id": last_message(channel),
    });
    let more = if matches!(spec.kind, ChannelKind::ThreadOf(_)) {
        json!({
            "thread_metadata": thread_metadata(channel.thread), "owner_id": "100000000000000001", "message_count": channel.messages.len(),
            "member_count": 1, "rate_limit_per_user": 0, "total_message_sent": channel.messages.len(),
        })
    } else {
        json!({ "topic": null, "position": 0, "nsfw": false, "rate_limit_per_user": 0 })
    };
    merge(&mut object, more);
    Some(object)
}

/// A channel as the bot reads it.
pub(crate) fn full(state: &DiscordState, id: &str) -> Option<Value> {
    let mut object = partial(state, id, 0)?;
    if let Some(fields) = object.as_object_mut() {
        fields.remove("permissions");
    }
    let overwrite = |one: &Overwrite| {
        let person = state.directory.person(&one.target).is_some();
        json!({
            "id": one.target, "type": i32::from(person), "allow": one.allow.to_string(), "deny": one.deny.to_string(),
        })
    };
    if !matches!(state.channel(id)?.spec.kind, ChannelKind::ThreadOf(_) | ChannelKind::DirectWith(_)) {
        object["permission_overwrites"] = state.directory.overwrites(id).iter().map(overwrite).collect();
    }
    if let ChannelKind::Forum(forum) = &state.channel(id)?.spec.kind {
        let tag = |(id, name): &(String, String)| json!({ "id": id, "name": name, "moderated": false, "emoji_id": null, "emoji_name": null });
        object["available_tags"] = forum.tags.iter().map(tag).collect();
    }
    Some(object)
}

/// A server as the bot reads it.
pub(crate) fn guild(server: &ServerSpec) -> Value {
    let role = |id: &str, name: &str, permissions: u64, position: usize| {
        json!({
            "id": id, "name": name, "permissions": permissions.to_string(), "position": position, "color": 0,
            "colors": { "primary_color": 0, "secondary_color": null, "tertiary_color": null }, "hoist": false,
            "managed": false, "mentionable": false, "icon": null, "unicode_emoji": null, "flags": 0,
        })
    };
    let mut roles = vec![role(&server.id, "@everyone", server.everyone, 0)];
    let named = server.roles.iter().enumerate();
    roles.extend(named.map(|(at, one)| role(&one.id, &one.name, one.permissions, at + 1)));
    json!({
        "id": server.id, "name": server.name, "icon": null, "icon_hash": null, "splash": null, "discovery_splash": null,
        "owner_id": server.owner.as_deref().unwrap_or("100000000000000001"), "afk_channel_id": null, "afk_timeout": 300,
        "widget_enabled": false, "widget_channel_id": null, "verification_level": 1, "default_message_notifications": 1,
        "explicit_content_filter": 0, "roles": roles, "emojis": [], "stickers": [], "features": [], "mfa_level": 0,
        "application_id": null, "system_channel_id": null, "system_channel_flags": 0, "rules_channel_id": null,
        "max_presences": null, "max_members": 500_000, "vanity_url_code": null, "description": null, "banner": null,
        "premium_tier": 0, "premium_subscription_count": 0, "preferred_locale": server.locale,
        "public_updates_channel_id": null, "max_video_channel_users": 25, "max_stage_video_channel_users": 50,
        "nsfw_level": 0, "nsfw": false, "premium_progress_bar_enabled": false, "safety_alerts_channel_id": null,
        "welcome_screen": null, "incidents_data": null, "region": "deprecated",
    })
}

/// A server with its channels and threads, as a gateway session receives it.
pub(crate) fn guild_create(state: &DiscordState, server: &ServerSpec) -> Value {
    let own = |thread: bool| {
        let all = state.channels.iter().filter(|channel| channel.spec.guild == server.id);
        let some = all.filter(|channel| matches!(channel.spec.kind, ChannelKind::ThreadOf(_)) == thread);
        some.filter_map(|channel| full(state, &channel.spec.channel)).collect::<Vec<Value>>()
    };
    let mut object = guild(server);
    merge(
        &mut object,
        json!({
            "joined_at": "2026-01-01T00:00:00.000000+00:00", "large": false, "unavailable": false, "member_count": 2,
            "voice_states": [], "members": [], "channels": own(false), "threads": own(true), "presences": [],
            "stage_instances": [], "guild_scheduled_events": [], "soundboard_sounds": [],
        }),
    );
    object
}

/// The direct messages with a person.
fn direct(directory: &Directory, id: &str, person: &str) -> Value {
    let user = directory.person(person).map_or_else(|| unknown_user(person), |one| person_object(person, &one.name));
    json!({ "id": id, "type": 1, "recipients": [user], "last_message_id": null, "flags": 0 })
}

fn kind_and_parent(kind: &ChannelKind) -> (u8, Option<&String>) {
    match kind {
        ChannelKind::Text => (0, None),
        ChannelKind::DirectWith(_) => (1, None),
        ChannelKind::ThreadOf(parent) => (11, Some(parent)),
        ChannelKind::Forum(_) => (15, None),
    }
}

fn thread_metadata(state: ThreadState) -> Value {
    json!({
        "archived": state.is_archived(), "locked": state.is_locked(), "auto_archive_duration": 1440,
        "archive_timestamp": "2026-01-01T00:00:00.000000+00:00", "create_timestamp": "2026-01-01T00:00:00.000000+00:00",
    })
}

fn last_message(channel: &ChannelState) -> Option<&String> {
    channel.messages.back().map(|message| &message.id)
}

fn merge(object: &mut Value, more: Value) {
    if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
        object.extend(more);
    }
}
