//! Compares the commands that Discord has with the ones to register.

use serde_json::{Map, Value};

/// Whether Discord's commands are ours, apart from what Discord adds. Where we set no contexts, Discord fills in its
/// own.
pub(super) fn is_same(ours: &Value, theirs: &Value) -> bool {
    let has_contexts = ours[0].get("contexts").is_some();
    let keys: Vec<&str> = COMMAND_KEYS.into_iter().chain(CONTEXT_KEYS.into_iter().filter(|_| has_contexts)).collect();
    let sorted = |list: &Value| {
        let mut commands: Vec<Value> =
            list.as_array().into_iter().flatten().map(|command| normalize(command, &keys)).collect();
        commands.sort_by_key(|command| command["name"].to_string());
        commands
    };
    theirs.is_array() && sorted(ours) == sorted(theirs)
}

/// The keys that we set; ids, versions and what Discord adds in future are not compared.
const COMMAND_KEYS: [&str; 7] = [
    "name",
    "name_localizations",
    "type",
    "description",
    "description_localizations",
    "default_member_permissions",
    "options",
];
const CONTEXT_KEYS: [&str; 2] = ["contexts", "integration_types"];
const OPTION_KEYS: [&str; 15] = [
    "name",
    "name_localizations",
    "type",
    "description",
    "description_localizations",
    "channel_types",
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

fn normalize(object: &Value, keys: &[&str]) -> Value {
    let mut normal = Map::new();
    for key in keys {
        let value = match (*key, &object[*key]) {
            ("options" | "choices", Value::Array(list)) => list.iter().map(normalize_option).collect(),
            ("default_member_permissions", Value::Number(bits)) => Value::String(bits.to_string()),
            ("type", Value::Null) => Value::from(1),
            // Discord may answer 10 as 10.0.
            ("min_value" | "max_value", Value::Number(number)) => Value::from(number.as_f64()),
            (_, value) => value.clone(),
        };
        if !is_default(&value) {
            normal.insert((*key).to_owned(), value);
        }
    }
    Value::Object(normal)
}

fn normalize_option(option: &Value) -> Value {
    normalize(option, &OPTION_KEYS)
}

fn is_default(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(list) => list.is_empty(),
        // Of a message command.
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::bot::config::Config;
    use crate::bot::register::definitions::definitions;
    use crate::bot::state::Place;
    use hookbell_model::secret::Secret;

    fn ours(place: &Place) -> Value {
        definitions(place, &Config::new(Secret::new("token"), "https://discord.com"))
    }

    /// As Discord sends commands back.
    fn as_discord_sends(place: &Place) -> Value {
        let mut list = ours(place);
        let command = &mut list[0];
        for (key, value) in [
            ("id", json!("5")),
            ("application_id", json!("6")),
            ("version", json!("7")),
            ("dm_permission", json!(false)),
            ("nsfw", json!(false)),
        ] {
            command[key] = value;
        }
        if *place != Place::Everywhere {
            command["contexts"] = json!(null);
            command["integration_types"] = json!([0]);
        }
        let options = command["options"][0]["options"].as_array_mut().expect("options");
        let count = options.iter_mut().find(|option| option["name"] == "count").expect("an option");
        count["min_value"] = json!(1.0);
        count["required"] = json!(false);
        list
    }

    #[test]
    fn what_discord_adds_is_no_difference_and_a_change_is() {
        let here = Place::Guild("1".into());
        for place in [&Place::Everywhere, &here] {
            let ours = ours(place);
            assert!(is_same(&ours, &as_discord_sends(place)), "{:#}", as_discord_sends(place));
            for (pointer, value) in [
                ("/0/description", json!("other")),
                ("/0/description_localizations/de", json!("anders")),
                ("/0/name_localizations", json!(null)),
                ("/0/default_member_permissions", json!("8")),
                ("/0/options/0/name_localizations/ja", json!("別")),
                ("/0/options/0/options/0/autocomplete", json!(false)),
                ("/0/options/0/options/3/choices/0/value", json!("gone")),
                ("/0/options/1/options/0/required", json!(false)),
            ] {
                let mut theirs = as_discord_sends(place);
                match theirs.pointer_mut(pointer) {
                    Some(there) => *there = value,
                    None => theirs[0]["default_member_permissions"] = value,
                }
                assert!(!is_same(&ours, &theirs), "{pointer}");
            }
        }
        assert!(!is_same(&ours(&here), &json!([])));
        assert!(!is_same(&ours(&here), &json!({})));
        let mut more = as_discord_sends(&here);
        let unknown = json!({ "name": "old", "description": "x" });
        more.as_array_mut().expect("a list").push(unknown);
        assert!(!is_same(&ours(&here), &more));
    }
}
