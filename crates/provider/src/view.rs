//! A request as a scheme or a handshake looks at it: its body read as JSON or as a form, but only when something
//! there asks for it, and once.

use std::borrow::Cow;
use std::cell::OnceCell;

use serde_json::Value;

use super::body::Format;
use super::{Request, Settings, body, header};

pub(super) struct View<'a> {
    pub(super) request: Request<'a>,
    pub(super) settings: &'a Settings,
    format: &'a Format,
    json: OnceCell<Option<Value>>,
    form: OnceCell<Option<Vec<(String, String)>>>,
}

/// Where JSON pointers start: the whole body, or an element of it.
#[derive(Clone, Copy)]
pub(super) struct Spot<'v> {
    pub(super) view: &'v View<'v>,
    pub(super) element: Option<&'v Value>,
}

impl<'a> View<'a> {
    pub(super) fn new(request: Request<'a>, format: &'a Format, settings: &'a Settings) -> Self {
        Self { request, settings, format, json: OnceCell::new(), form: OnceCell::new() }
    }

    /// The payload; `None` where the body is none.
    pub(super) fn json(&self) -> Option<&Value> {
        self.json.get_or_init(|| self.format.payload(self.request.headers, self.request.body)).as_ref()
    }

    /// The fields of the body, where it says that it is a form, or is empty.
    pub(super) fn form(&self) -> Option<&[(String, String)]> {
        let read = || {
            let form = self.request.body.is_empty() || body::says_form(self.request.headers);
            form.then(|| body::fields(self.request.body))
        };
        self.form.get_or_init(read).as_deref()
    }

    /// A field that stands once: `Some(None)` where it is absent, `None` where it is doubled or there is no form.
    pub(super) fn field(&self, name: &str) -> Option<Option<&str>> {
        let mut values = self.form()?.iter().filter(|(field, _)| field == name).map(|(_, value)| value.as_str());
        let first = values.next();
        if values.next().is_some() { None } else { Some(first) }
    }

    /// A value of the URL's query that stands once.
    pub(super) fn query(&self, name: &str) -> Option<Cow<'a, str>> {
        let query = self.request.url?.split_once('?')?.1;
        let mut values = url::form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
        let first = values.next()?.1;
        if values.next().is_some() { None } else { Some(first) }
    }

    /// A header that stands once.
    pub(super) fn header(&self, name: &header::Header) -> Option<&'a str> {
        name.single(self.request.headers)
    }
}

impl<'v> Spot<'v> {
    /// The scalar at a pointer as text; empty where there is none or null. `None` for an array or an object, and
    /// where the body is no JSON at all.
    pub(super) fn text(&self, pointer: &str) -> Option<Cow<'v, str>> {
        match self.root()?.pointer(pointer) {
            None | Some(Value::Null) => Some(Cow::Borrowed("")),
            Some(value) => scalar(value),
        }
    }

    /// As [`Spot::text`], but absent is `None` too.
    pub(super) fn present(&self, pointer: &str) -> Option<Cow<'v, str>> {
        scalar(self.root()?.pointer(pointer)?)
    }

    pub(super) fn root(&self) -> Option<&'v Value> {
        self.element.or_else(|| self.view.json())
    }
}

pub(super) fn scalar(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(flag) => Some(Cow::Borrowed(if *flag { "true" } else { "false" })),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
