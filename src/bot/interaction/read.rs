//! From Discord's JSON, each value with a default.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{FocusedOption, Interaction, Location, Request, User};
use crate::bot::options::{OptionValue, Options};
use crate::bot::permissions::Permissions;
use hookbell_model::handling::Person;
use hookbell_model::secret::Secret;
use hookbell_model::snowflake::is_snowflake;

/// Files may have at least so many bytes, where Discord does not say.
const DEFAULT_ATTACHMENT_SIZE: u64 = 10 << 20;
/// Types of channels that are threads: of announcements, public, private.
const THREADS: [u64; 3] = [10, 11, 12];
const SUB_COMMAND: u64 = 1;
const SUB_COMMAND_GROUP: u64 = 2;
const MESSAGE_COMMAND: u64 = 3;

impl Interaction {
    /// `None` when it lacks what an answer needs: id, application and token.
    pub(in crate::bot) fn read(value: &Value) -> Option<Self> {
        let id = |key: &str| snowflake(&value[key]);
        Some(Self {
            id: id("id")?,
            application: id("application_id")?,
            token: Secret::new(value["token"].as_str().filter(|token| !token.is_empty())?),
            request: request(value),
            user: user(value),
            location: location(value),
            locale: text(&value["locale"]),
            guild_locale: text(&value["guild_locale"]),
            app_permissions: Permissions::read(&value["app_permissions"]),
            attachment_size_limit: value["attachment_size_limit"]
                .as_u64()
                .filter(|size| *size > 0)
                .unwrap_or(DEFAULT_ATTACHMENT_SIZE),
        })
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// An id, as text or as a number.
fn snowflake(value: &Value) -> Option<String> {
    let id = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.as_u64()?.to_string(),
        _ => return None,
    };
    is_snowflake(&id).then_some(id)
}

fn user(value: &Value) -> Option<User> {
    let member = &value["member"];
    let user = if member["user"].is_object() { &member["user"] } else { &value["user"] };
    let names = [&member["nick"], &user["global_name"], &user["username"]];
    let name = names.into_iter().find_map(|name| name.as_str().filter(|name| !name.trim().is_empty()));
    Some(User { id: snowflake(&user["id"])?, name: name.unwrap_or("?").to_owned() })
}

fn location(value: &Value) -> Location {
    let Some(guild) = snowflake(&value["guild_id"]).or_else(|| snowflake(&value["guild"]["id"])) else {
        return Location::Direct;
    };
    let channel = &value["channel"];
    let is_thread = channel["type"].as_u64().is_some_and(|kind| THREADS.contains(&kind));
    let parent = snowflake(&channel["parent_id"]).filter(|_| is_thread);
    let own = snowflake(&value["channel_id"]).or_else(|| snowflake(&channel["id"])).unwrap_or_default();
    let (channel, thread) = match parent {
        Some(parent) => (parent, Some(own)),
        None => (own, None),
    };
    let member = &value["member"];
    Location::Guild {
        guild,
        channel,
        thread,
        roles: member["roles"].as_array().into_iter().flatten().filter_map(snowflake).collect(),
        permissions: Permissions::read(&member["permissions"]).filter(|_| member.is_object()),
    }
}

fn request(value: &Value) -> Request {
    let data = &value["data"];
    match value["type"].as_u64() {
        Some(1) => Request::Ping,
        Some(2) if data["type"].as_u64() == Some(MESSAGE_COMMAND) => Request::MessageCommand {
            name: text(&data["name"]),
            target: snowflake(&data["target_id"]).unwrap_or_default(),
        },
        Some(2) => {
            let (name, options) = command(data);
            Request::Command { name, options: read_options(options, &data["resolved"]) }
        }
        Some(4) => {
            let (name, options) = command(data);
            match options.iter().find(|option| option["focused"] == true) {
                Some(focused) => Request::Complete {
                    name,
                    options: read_options(options, &data["resolved"]),
                    focused: FocusedOption { name: text(&focused["name"]), typed: as_typed(&focused["value"]) },
                },
                None => Request::Unknown,
            }
        }
        Some(3) => Request::Component {
            custom_id: text(&data["custom_id"]),
            values: data["values"].as_array().into_iter().flatten().map(text).collect(),
            message: snowflake(&value["message"]["id"]),
        },
        Some(5) => Request::Submit { custom_id: text(&data["custom_id"]), fields: fields(&data["components"]) },
        _ => Request::Unknown,
    }
}

/// The full name of a command, and its options: those of the innermost subcommand.
fn command(data: &Value) -> (String, &[Value]) {
    let mut name = text(&data["name"]);
    let mut options = data["options"].as_array().map_or(&[][..], Vec::as_slice);
    while let [option] = options {
        if !matches!(option["type"].as_u64(), Some(SUB_COMMAND | SUB_COMMAND_GROUP)) {
            break;
        }
        name = format!("{name} {}", text(&option["name"]));
        options = option["options"].as_array().map_or(&[][..], Vec::as_slice);
    }
    (name, options)
}

/// What is typed for a number comes as a text while it is being typed.
fn as_typed(value: &Value) -> String {
    value.as_str().map_or_else(|| if value.is_null() { String::new() } else { value.to_string() }, str::to_owned)
}

fn read_options(options: &[Value], resolved: &Value) -> Options {
    let mut read = Options::default();
    for option in options.iter().filter(|option| option["focused"] != true) {
        let value = &option["value"];
        let found = match option["type"].as_u64() {
            Some(3) => Some(OptionValue::Text(text(value))),
            Some(4) => value.as_i64().map(OptionValue::Number),
            Some(5) => value.as_bool().map(OptionValue::Flag),
            Some(6) => snowflake(value).map(|id| person(id, resolved)),
            Some(7) => snowflake(value).map(|id| channel(id, resolved)),
            _ => None,
        };
        if let Some(found) = found {
            read.insert(text(&option["name"]), found);
        }
    }
    read
}

/// A channel that was chosen, with what who asks may do there.
fn channel(id: String, resolved: &Value) -> OptionValue {
    let channel = &resolved["channels"][&id];
    let is_thread = channel["type"].as_u64().is_some_and(|kind| THREADS.contains(&kind));
    let parent = snowflake(&channel["parent_id"]).filter(|_| is_thread);
    let permissions = Permissions::read(&channel["permissions"]);
    match parent {
        Some(parent) => OptionValue::Channel { permissions, parent, thread: Some(id) },
        None => OptionValue::Channel { permissions, parent: id, thread: None },
    }
}

/// Somebody who was chosen, by the name that the server shows.
fn person(id: String, resolved: &Value) -> OptionValue {
    let (member, user) = (&resolved["members"][&id], &resolved["users"][&id]);
    let names = [&member["nick"], &user["global_name"], &user["username"]];
    let name = names.into_iter().find_map(|name| name.as_str().filter(|name| !name.trim().is_empty()));
    OptionValue::Person(Person { name: name.unwrap_or("?").to_owned(), id })
}

/// The texts of a form, whether its inputs are in action rows or in labels.
fn fields(rows: &Value) -> BTreeMap<String, String> {
    let inputs = rows.as_array().into_iter().flatten().flat_map(|row| {
        let in_row = row["components"].as_array().into_iter().flatten();
        in_row.chain(row["component"].is_object().then_some(&row["component"]))
    });
    inputs.map(|input| (text(&input["custom_id"]), text(&input["value"]))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn base(kind: u8, data: &Value) -> Value {
        json!({
            "id": "10", "application_id": "4444", "token": "tok", "type": kind, "data": data, "guild_id": "1111",
            "channel_id": "2222", "member": { "user": { "id": "5", "username": "mia" }, "permissions": "1024" },
        })
    }

    #[test]
    fn what_is_missing_or_new_is_no_obstacle() {
        let data = json!({ "name": "events", "options": [{ "type": 1, "name": "recent" }], "new": [1] });
        let read = Interaction::read(&base(2, &data)).expect("an interaction");
        assert_eq!(read.request, Request::Command { name: "events recent".into(), options: Options::default() });
        assert_eq!((read.locale.as_str(), read.attachment_size_limit), ("", DEFAULT_ATTACHMENT_SIZE));
        assert!(Interaction::read(&json!({ "id": "10", "application_id": "4444" })).is_none());
        assert_eq!(Interaction::read(&base(99, &json!({}))).expect("one").request, Request::Unknown);
    }

    #[test]
    fn a_thread_counts_as_its_channel_and_a_channel_of_a_category_as_itself() {
        for (kind, channel) in [(11, "7777"), (12, "7777"), (0, "2222"), (15, "2222")] {
            let mut value = base(2, &json!({}));
            value["channel"] = json!({ "id": "2222", "type": kind, "parent_id": "7777" });
            let Location::Guild { channel: read, .. } = Interaction::read(&value).expect("one").location else {
                panic!("in a server")
            };
            assert_eq!(read, channel, "{kind}");
        }
    }

    #[test]
    fn without_a_member_there_are_no_permissions() {
        let mut value = base(2, &json!({}));
        value.as_object_mut().expect("an object").remove("member");
        let read = Interaction::read(&value).expect("one");
        assert!(read.user.is_none());
        assert!(matches!(read.location, Location::Guild { permissions: None, .. }));
    }

    #[test]
    fn a_form_is_read_from_rows_and_from_labels() {
        let rows = json!([
            { "type": 1, "components": [{ "type": 4, "custom_id": "a", "value": "x" }] },
            { "type": 18, "component": { "type": 4, "custom_id": "b", "value": "y" } },
        ]);
        let read = Interaction::read(&base(5, &json!({ "custom_id": "1:f:", "components": rows }))).expect("one");
        let fields = BTreeMap::from([("a".into(), "x".into()), ("b".into(), "y".into())]);
        assert_eq!(read.request, Request::Submit { custom_id: "1:f:".into(), fields });
    }

    #[test]
    fn the_option_that_is_typed_is_apart_from_the_others() {
        let options = json!([
            { "name": "source", "type": 3, "value": "stripe" },
            { "name": "type", "type": 3, "value": "inv", "focused": true },
        ]);
        let data = json!({ "name": "events", "options": [{ "type": 1, "name": "recent", "options": options }] });
        let Request::Complete { options, focused, .. } = Interaction::read(&base(4, &data)).expect("one").request
        else {
            panic!("a completion")
        };
        assert_eq!(focused, FocusedOption { name: "type".into(), typed: "inv".into() });
        assert_eq!((options.text("source"), options.text("type")), (Some("stripe"), None));
    }
}
