//! The slash commands as Discord is told them, and whether what Discord has is the same.

use serde_json::{Map, Value};
use serenity::all::{CreateCommand, InstallationContext, InteractionContext, Permissions};

use super::{recent, show};

pub(super) const COMMAND: &str = "events";

/// All commands. Contexts exist for global commands only; a server's own cannot be used elsewhere anyway.
pub(super) fn definitions(global: bool) -> Value {
    // A default: who runs the server may give the command to others, so it is not checked again here.
    let mut events = CreateCommand::new(COMMAND)
        .description("What came in through hookbell, and what became of it")
        .default_member_permissions(Permissions::MANAGE_GUILD)
        .add_option(recent::definition())
        .add_option(show::definition());
    if global {
        events = events.contexts(vec![InteractionContext::Guild]).integration_types(vec![InstallationContext::Guild]);
    }
    serde_json::to_value([events]).unwrap_or_default()
}

/// Whether Discord's commands are ours, apart from what Discord adds. Where we set no contexts, Discord fills
/// in its own.
pub(super) fn same(ours: &Value, theirs: &Value) -> bool {
    let placed = ours[0].get("contexts").is_some();
    let keys: Vec<&str> = COMMANDS.into_iter().chain(PLACES.into_iter().filter(|_| placed)).collect();
    let sorted = |list: &Value| {
        let mut commands: Vec<Value> = list.as_array().into_iter().flatten().map(|one| plain(one, &keys)).collect();
        commands.sort_by_key(|command| command["name"].to_string());
        commands
    };
    theirs.is_array() && sorted(ours) == sorted(theirs)
}

/// The keys that are ours to set; ids, versions and what Discord invents next are not.
const COMMANDS: [&str; 5] = ["name", "type", "description", "default_member_permissions", "options"];
const PLACES: [&str; 2] = ["contexts", "integration_types"];
const OPTIONS: [&str; 12] = [
    "name",
    "type",
    "description",
    "required",
    "autocomplete",
    "min_value",
    "max_value",
    "min_length",
    "max_length",
    "choices",
    "options",
    "value",
];

fn plain(object: &Value, keys: &[&str]) -> Value {
    let mut plain = Map::new();
    for key in keys {
        let value = match (*key, &object[*key]) {
            ("options" | "choices", Value::Array(list)) => list.iter().map(plain_option).collect(),
            ("default_member_permissions", Value::Number(bits)) => Value::String(bits.to_string()),
            ("type", Value::Null) => Value::from(1),
            // Discord may answer 10 as 10.0.
            ("min_value" | "max_value", Value::Number(number)) => Value::from(number.as_f64()),
            (_, value) => value.clone(),
        };
        if !is_default(&value) {
            plain.insert((*key).to_owned(), value);
        }
    }
    Value::Object(plain)
}

fn plain_option(option: &Value) -> Value {
    plain(option, &OPTIONS)
}

fn is_default(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// As Discord sends commands back.
    fn dressed(global: bool) -> Value {
        let mut list = definitions(global);
        let command = &mut list[0];
        for (key, value) in [
            ("id", json!("5")),
            ("application_id", json!("6")),
            ("version", json!("7")),
            ("dm_permission", json!(false)),
            ("name_localizations", json!(null)),
            ("description_localizations", json!(null)),
            ("nsfw", json!(false)),
        ] {
            command[key] = value;
        }
        if !global {
            command["contexts"] = json!(null);
            command["integration_types"] = json!([0]);
        }
        let count = &mut command["options"][0]["options"][4];
        assert_eq!(count["name"], "count");
        count["min_value"] = json!(1.0);
        count.as_object_mut().expect("an option").remove("required");
        list
    }

    #[test]
    fn what_discord_adds_is_no_difference_and_what_changes_is_one() {
        for global in [true, false] {
            let ours = definitions(global);
            assert!(same(&ours, &dressed(global)), "{:#}", dressed(global));
            for (pointer, value) in [
                ("/0/description", json!("other")),
                ("/0/default_member_permissions", json!("8")),
                ("/0/options/0/options/0/autocomplete", json!(false)),
                ("/0/options/0/options/4/max_value", json!(11)),
                ("/0/options/0/options/3/choices/0/value", json!("gone")),
                ("/0/options/1/options/0/required", json!(false)),
            ] {
                let mut theirs = dressed(global);
                *theirs.pointer_mut(pointer).expect(pointer) = value;
                assert!(!same(&ours, &theirs), "{pointer}");
            }
        }
        assert!(!same(&definitions(false), &json!([])));
        assert!(!same(&definitions(false), &json!({})));
        let mut more = dressed(false);
        let stranger = json!({ "name": "old", "description": "x" });
        more.as_array_mut().expect("a list").push(stranger);
        assert!(!same(&definitions(false), &more));
    }

    #[test]
    fn the_command_is_for_those_who_manage_the_server_and_only_there() {
        let global = &definitions(true)[0];
        assert_eq!(global["default_member_permissions"], "32");
        assert_eq!((&global["contexts"], &global["integration_types"]), (&json!([0]), &json!([0])));
        assert!(definitions(false)[0].get("contexts").is_none());
    }
}
