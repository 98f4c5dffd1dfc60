//! `path=value`: a value of a payload to be replaced, for trying a rule on something else than the sample says.

use std::str::FromStr;

use serde_json::Value;

use hookbell_model::suggest::{did_you_mean, suggestion};

/// A value and where in a payload it goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// As it was written.
    path: String,
    steps: Vec<String>,
    value: Value,
}

/// A key that a payload did not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// The path as it was written.
    pub path: String,
    /// A key of the same object that is nearly the same.
    pub nearest: Option<String>,
}

/// Why a value cannot be put into a payload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssignmentError {
    #[error("expected `path=value`, such as `data.object.amount=250000`, found `{0}`")]
    Syntax(String),
    #[error("`{path}`: the payload has no `{missing}`{}", help(.hint.as_ref()))]
    UnknownKey { path: String, missing: String, hint: Option<String> },
    #[error("`{path}`: `{list}` has {length} elements, numbered from 0")]
    OutOfRange { path: String, list: String, length: usize },
    #[error("`{path}`: `{parent}` is {kind} and has nothing in it")]
    NoContainer { path: String, parent: String, kind: &'static str },
    #[error("values of a body in {0} cannot be set; change a copy of it and give that as a payload")]
    Format(&'static str),
    #[error("the body cannot be read, so no value of it can be set")]
    Unreadable,
}

fn help(hint: Option<&String>) -> String {
    hint.map(|hint| format!("\n  help: {hint}")).unwrap_or_default()
}

impl FromStr for Assignment {
    type Err = AssignmentError;

    /// A dotted path (`items.0.price`, `items[0].price`) or a JSON pointer (`/items/0/price`); the value is read as JSON,
    /// else it is a text.
    fn from_str(text: &str) -> Result<Self, AssignmentError> {
        let syntax = || AssignmentError::Syntax(text.to_owned());
        let (path, value) = text.split_once('=').ok_or_else(syntax)?;
        let path = path.trim();
        let steps: Vec<String> = match path.strip_prefix('/') {
            Some(pointer) => pointer.split('/').map(|step| step.replace("~1", "/").replace("~0", "~")).collect(),
            None => path.replace('[', ".").replace(']', "").split('.').map(str::to_owned).collect(),
        };
        if steps.iter().any(String::is_empty) {
            return Err(syntax());
        }
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
        Ok(Self { path: path.to_owned(), steps, value })
    }
}

impl Assignment {
    /// Puts the value there; a last key that an object does not have is added, and returned.
    pub(super) fn apply(&self, payload: &mut Value) -> Result<Option<NewKey>, AssignmentError> {
        let (last, parents) = self.steps.split_last().ok_or_else(|| AssignmentError::Syntax(self.path.clone()))?;
        // What templates call `payload.data` is `data` here.
        let skipped = usize::from(
            self.steps.first().is_some_and(|first| first == "payload")
                && !parents.is_empty()
                && payload.get("payload").is_none(),
        );
        let mut place = payload;
        for (at, step) in parents.iter().enumerate().skip(skipped) {
            place = self.child(place, skipped, at, step)?;
        }
        if let Value::Object(map) = place
            && !map.contains_key(last)
        {
            let nearest = did_you_mean(last, map.keys().map(String::as_str)).map(str::to_owned);
            map.insert(last.clone(), self.value.clone());
            return Ok(Some(NewKey { path: self.path.clone(), nearest }));
        }
        *self.child(place, skipped, parents.len(), last)? = self.value.clone();
        Ok(None)
    }

    /// The value under the step number `at`.
    fn child<'v>(
        &self,
        parent: &'v mut Value,
        skipped: usize,
        at: usize,
        step: &str,
    ) -> Result<&'v mut Value, AssignmentError> {
        let until = |end: usize| self.steps.get(skipped..end).unwrap_or_default().join(".");
        let path = || self.path.clone();
        match parent {
            Value::Object(map) => {
                let hint = match map.contains_key(step) {
                    true => None,
                    false => suggestion(step, map.keys().map(String::as_str)),
                };
                let missing = until(at + 1);
                map.get_mut(step).ok_or_else(|| AssignmentError::UnknownKey { path: path(), missing, hint })
            }
            Value::Array(list) => {
                let length = list.len();
                let found = step.parse::<usize>().ok().and_then(|number| list.get_mut(number));
                found.ok_or_else(|| AssignmentError::OutOfRange { path: path(), list: until(at), length })
            }
            other => Err(AssignmentError::NoContainer { path: path(), parent: until(at), kind: kind(other) }),
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn set(assignment: &str) -> (Value, Result<Option<NewKey>, AssignmentError>) {
        let mut payload = json!({ "data": { "object": { "amount": 1, "items": [{ "x": 1 }, { "x": 2 }] } }, "a.b": 1 });
        let result = assignment.parse::<Assignment>().and_then(|assignment| assignment.apply(&mut payload));
        (payload, result)
    }

    #[test]
    fn a_value_is_put_where_the_path_leads() {
        for (assignment, pointer, value) in [
            ("data.object.amount=250000", "/data/object/amount", json!(250_000)),
            ("payload.data.object.amount=2", "/data/object/amount", json!(2)),
            ("/data/object/amount=x y", "/data/object/amount", json!("x y")),
            ("data.object.items[1].x=\"7\"", "/data/object/items/1/x", json!("7")),
            ("data.object.items.0={\"y\":[]}", "/data/object/items/0", json!({ "y": [] })),
            ("/a.b=null", "/a.b", json!(null)),
            ("data.object.note=a=b", "/data/object/note", json!("a=b")),
        ] {
            let (payload, result) = set(assignment);
            assert_eq!(payload.pointer(pointer), Some(&value), "{assignment}: {result:?}");
        }
    }

    #[test]
    fn a_path_that_leads_nowhere_says_what_there_is() {
        let error = |assignment: &str| set(assignment).1.expect_err(assignment).to_string();
        assert_eq!(
            error("data.objct.amount=1"),
            "`data.objct.amount`: the payload has no `data.objct`\n  help: did you mean `object`?"
        );
        assert_eq!(
            error("data.object.items.9.x=1"),
            "`data.object.items.9.x`: `data.object.items` has 2 elements, numbered from 0"
        );
        assert_eq!(
            error("data.object.amount.x=1"),
            "`data.object.amount.x`: `data.object.amount` is a number and has nothing in it"
        );
        assert!(error("amount").contains("expected `path=value`") && error("a..b=1").contains("expected"));
    }

    #[test]
    fn a_new_key_of_an_object_is_added_and_reported() {
        let (payload, result) = set("data.object.amuont=2");
        let new = NewKey { path: "data.object.amuont".to_owned(), nearest: Some("amount".to_owned()) };
        assert_eq!((result, &payload["data"]["object"]["amuont"]), (Ok(Some(new)), &json!(2)));
    }
}
