//! Collects what is wrong with a request body, as Discord reports it: every error in one tree, each under its path.
//! Works on raw JSON.

use std::fmt::Display;

use serde_json::{Map, Value, json};

use crate::response::{ApiBody, ApiResponse};

/// Collects the errors of a body, each under its path, and the unknown keys.
#[derive(Debug, Default)]
pub(crate) struct Validator {
    errors: Map<String, Value>,
    /// Paths of unknown keys. Discord ignores them without an error; tests should not.
    pub(crate) ignored: Vec<String>,
}

/// The path of a field in a body: `embeds.0.title`.
#[derive(Debug, Clone, Default)]
pub(crate) struct FieldPath(Vec<String>);

impl FieldPath {
    pub(crate) fn root() -> Self {
        Self::default()
    }

    pub(crate) fn at(&self, step: impl Display) -> Self {
        let mut steps = self.0.clone();
        steps.push(step.to_string());
        Self(steps)
    }
}

impl Validator {
    /// Adds an error at a path.
    pub(crate) fn error(&mut self, path: &FieldPath, code: &str, message: impl Into<String>) {
        let mut node = &mut self.errors;
        for step in path.0.iter().map(String::as_str).chain(["_errors"]) {
            if step == "_errors" {
                break;
            }
            let next = node.entry(step).or_insert_with(|| json!({}));
            let Value::Object(map) = next else { return };
            node = map;
        }
        let list = node.entry("_errors").or_insert_with(|| json!([]));
        if let Value::Array(list) = list {
            list.push(json!({ "code": code, "message": message.into() }));
        }
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.errors.is_empty()
    }

    /// # Errors
    /// Discord's 400 with all errors, when there are any.
    pub(crate) fn result(&self) -> Result<(), ApiResponse> {
        if self.is_clean() {
            return Ok(());
        }
        let body = json!({ "message": "Invalid Form Body", "code": 50_035, "errors": self.errors });
        Err(ApiResponse::new(http::StatusCode::BAD_REQUEST, ApiBody::Json(body)))
    }

    /// Records the keys of an object that are none of these as ignored.
    pub(crate) fn known(&mut self, path: &FieldPath, object: &Map<String, Value>, keys: &[&str]) {
        for key in object.keys().filter(|key| !keys.contains(&key.as_str())) {
            self.ignored.push(path.at(key).0.join("."));
        }
    }

    pub(crate) fn required(&mut self, path: &FieldPath) {
        self.error(path, "BASE_TYPE_REQUIRED", "This field is required");
    }

    /// The text under a key, trimmed; absent and null are the same. At most `most` code points.
    pub(crate) fn text(
        &mut self,
        path: &FieldPath,
        object: &Map<String, Value>,
        key: &str,
        most: usize,
    ) -> Option<String> {
        let path = path.at(key);
        let text = match object.get(key)? {
            Value::Null => return None,
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            other => {
                self.error(&path, "STRING_TYPE_CONVERT", format!("Could not interpret \"{other}\" as string."));
                return None;
            }
        };
        if text.chars().count() > most {
            self.error(&path, "BASE_TYPE_MAX_LENGTH", format!("Must be {most} or fewer in length."));
        }
        Some(text)
    }

    /// A text that is required and must not be empty after trimming.
    pub(crate) fn needed(&mut self, path: &FieldPath, object: &Map<String, Value>, key: &str, most: usize) -> String {
        let text = self.text(path, object, key, most).unwrap_or_default();
        let path = path.at(key);
        if text.is_empty() && !self.has(&path) {
            self.required(&path);
        }
        text
    }

    /// A text between two lengths.
    pub(crate) fn between(
        &mut self,
        path: &FieldPath,
        object: &Map<String, Value>,
        key: &str,
        (least, most): (usize, usize),
    ) -> Option<String> {
        let text = self.text(path, object, key, usize::MAX)?;
        if !(least..=most).contains(&text.chars().count()) {
            let message = format!("Must be between {least} and {most} in length.");
            self.error(&path.at(key), "BASE_TYPE_BAD_LENGTH", message);
        }
        Some(text)
    }

    pub(crate) fn integer(
        &mut self,
        path: &FieldPath,
        object: &Map<String, Value>,
        key: &str,
        (least, most): (i64, i64),
    ) -> Option<i64> {
        let path = path.at(key);
        let value = object.get(key).filter(|value| !value.is_null())?;
        let number = value.as_i64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        let Some(number) = number else {
            self.error(&path, "NUMBER_TYPE_COERCE", format!("Value \"{value}\" is not int."));
            return None;
        };
        if number > most {
            let message = format!("int value should be less than or equal to {most}.");
            self.error(&path, "NUMBER_TYPE_MAX", message);
        } else if number < least {
            let message = format!("int value should be greater than or equal to {least}.");
            self.error(&path, "NUMBER_TYPE_MIN", message);
        }
        Some(number)
    }

    pub(crate) fn boolean(&mut self, path: &FieldPath, object: &Map<String, Value>, key: &str) -> Option<bool> {
        let value = object.get(key).filter(|value| !value.is_null())?;
        if value.as_bool().is_none() {
            self.error(&path.at(key), "BOOLEAN_TYPE_CONVERT", "Must be either true or false.");
        }
        value.as_bool()
    }

    /// The list under a key; absent and null are empty.
    pub(crate) fn list<'v>(
        &mut self,
        path: &FieldPath,
        object: &'v Map<String, Value>,
        key: &str,
        most: usize,
    ) -> &'v [Value] {
        let path = path.at(key);
        match object.get(key) {
            None | Some(Value::Null) => &[],
            Some(Value::Array(list)) => {
                if list.len() > most {
                    self.error(&path, "BASE_TYPE_MAX_LENGTH", format!("Must be {most} or fewer in length."));
                }
                list
            }
            Some(_) => {
                self.error(&path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
                &[]
            }
        }
    }

    pub(crate) fn object<'v>(&mut self, path: &FieldPath, value: &'v Value) -> Option<&'v Map<String, Value>> {
        if value.as_object().is_none() {
            self.error(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType");
        }
        value.as_object()
    }

    /// The object under a key; absent and null are the same.
    pub(crate) fn inner<'v>(
        &mut self,
        path: &FieldPath,
        object: &'v Map<String, Value>,
        key: &str,
    ) -> Option<&'v Map<String, Value>> {
        let value = object.get(key).filter(|value| !value.is_null())?;
        self.object(&path.at(key), value)
    }

    /// A URL with one of these schemes.
    pub(crate) fn url(
        &mut self,
        path: &FieldPath,
        object: &Map<String, Value>,
        key: &str,
        (most, schemes): (usize, &[&str]),
    ) -> Option<String> {
        let text = self.text(path, object, key, most).filter(|text| !text.is_empty())?;
        let path = path.at(key);
        match url::Url::parse(&text) {
            Err(_) => self.error(&path, "URL_TYPE_INVALID_URL", "Not a well formed URL."),
            Ok(url) if !schemes.contains(&url.scheme()) => {
                let allowed = schemes.iter().map(|scheme| format!("'{scheme}'")).collect::<Vec<_>>().join(", ");
                let message = format!("Scheme \"{}\" must be one of ({allowed}).", url.scheme());
                self.error(&path, "URL_TYPE_INVALID_SCHEME", message);
            }
            Ok(url) if text.contains(char::is_whitespace) || (!url.has_host() && url.scheme() != "attachment") => {
                self.error(&path, "URL_TYPE_INVALID_URL", "Not a well formed URL.");
            }
            Ok(_) => {}
        }
        Some(text)
    }

    fn has(&self, path: &FieldPath) -> bool {
        let mut node = Some(&self.errors);
        for step in &path.0 {
            node = node.and_then(|map| map.get(step)).and_then(Value::as_object);
        }
        node.is_some()
    }
}
