//! A request whose body is parsed, as JSON or as a form, at most once and only when it is needed.

use std::borrow::Cow;
use std::cell::OnceCell;

use serde_json::Value;

use super::body::BodySpec;
use super::body_format::{announces_form, announces_multipart};
use super::form::parse_form;
use super::header::HeaderKey;
use super::incoming::Request;
use super::multipart;
use super::settings::Settings;
use super::unpack::Unpack;

pub(crate) struct RequestView<'a> {
    pub(crate) request: Request<'a>,
    pub(crate) settings: &'a Settings,
    body: &'a BodySpec,
    json: OnceCell<Option<Value>>,
    fields: OnceCell<Option<Vec<(String, String)>>>,
}

/// Where JSON pointers start: at the whole body, or at an element of it.
#[derive(Clone, Copy)]
pub(crate) struct ValueScope<'v> {
    pub(crate) view: &'v RequestView<'v>,
    pub(crate) element: Option<&'v Value>,
}

impl<'a> RequestView<'a> {
    pub(crate) fn new(request: Request<'a>, body: &'a BodySpec, settings: &'a Settings) -> Self {
        Self { request, settings, body, json: OnceCell::new(), fields: OnceCell::new() }
    }

    /// What is packed inside the body.
    pub(crate) fn unpack(&self) -> &'a Unpack {
        &self.body.unpack
    }

    /// The payload as it came; `None` where the body has none.
    pub(crate) fn json(&self) -> Option<&Value> {
        self.json.get_or_init(|| self.body.payload(self.request.headers, self.request.body)).as_ref()
    }

    /// All that a body says, where it is announced as a form of `a=1&b=2` or empty.
    pub(crate) fn form(&self) -> Option<&[(String, String)]> {
        let is_form = self.request.body.is_empty() || announces_form(self.request.headers);
        if is_form { self.fields() } else { None }
    }

    /// A form field: `Some(None)` where it is absent, `None` where it is repeated or there is no form.
    pub(crate) fn field(&self, name: &str) -> Option<Option<&str>> {
        let mut values = self.fields()?.iter().filter(|(field, _)| field == name).map(|(_, value)| value.as_str());
        let first = values.next();
        if values.next().is_some() { None } else { Some(first) }
    }

    /// The text fields of any form.
    fn fields(&self) -> Option<&[(String, String)]> {
        let Request { headers, body, .. } = self.request;
        let read = || match body.is_empty() || announces_form(headers) {
            true => Some(parse_form(body)),
            false if announces_multipart(headers) => multipart::text_fields(headers, body),
            false => None,
        };
        self.fields.get_or_init(read).as_deref()
    }

    /// A value of the URL's query; `None` where it is repeated.
    pub(crate) fn query(&self, name: &str) -> Option<Cow<'a, str>> {
        let query = self.request.url?.split_once('?')?.1;
        let mut values = url::form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
        let first = values.next()?.1;
        if values.next().is_some() { None } else { Some(first) }
    }

    /// Whether the URL's query has this key, once or several times.
    pub(crate) fn has_query(&self, name: &str) -> bool {
        let query = self.request.url.and_then(|url| url.split_once('?')).map(|(_, query)| query).unwrap_or_default();
        url::form_urlencoded::parse(query.as_bytes()).any(|(key, _)| key == name)
    }

    /// A header; `None` where it is repeated.
    pub(crate) fn header(&self, key: &HeaderKey) -> Option<&'a str> {
        key.only_value(self.request.headers)
    }
}

impl<'v> ValueScope<'v> {
    pub(crate) fn of(view: &'v RequestView<'v>) -> Self {
        Self { view, element: None }
    }

    /// The scalar at a pointer as text; empty where it is absent or null. `None` for an array or an object, and where
    /// the body is not JSON.
    pub(crate) fn text_or_empty(&self, pointer: &str) -> Option<Cow<'v, str>> {
        match self.root()?.pointer(pointer) {
            None | Some(Value::Null) => Some(Cow::Borrowed("")),
            Some(value) => scalar_text(value),
        }
    }

    /// The scalar at a pointer as text.
    pub(crate) fn text(&self, pointer: &str) -> Option<Cow<'v, str>> {
        scalar_text(self.root()?.pointer(pointer)?)
    }

    /// The value at which pointers start.
    pub(crate) fn root(&self) -> Option<&'v Value> {
        self.element.or_else(|| self.view.json())
    }
}

/// A string, number or boolean as text.
pub(crate) fn scalar_text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(flag) => Some(Cow::Borrowed(if *flag { "true" } else { "false" })),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
