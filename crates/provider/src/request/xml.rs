//! XML bodies as JSON: elements under their names as they are written, attributes under `@name`, text beside them under
//! `#text`. Document types are refused, so that there are no entities but the five that XML has.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;
use serde_json::{Map, Value};

use super::body_error::BodyError;

/// A level of XML may be two of JSON, of which `serde_json` reads 128.
const MAX_DEPTH: usize = 48;
/// Elements and attributes of a body.
const MAX_NODES: usize = 100_000;
/// Of one element; whether a name is repeated is looked up one by one.
const MAX_ATTRIBUTES: usize = 100;

/// Why a body is not read, before it is known where.
enum XmlError {
    Invalid,
    Refused(BodyError),
}

/// An element that has begun.
struct OpenElement {
    name: String,
    members: Map<String, Value>,
    text: String,
}

#[derive(Default)]
struct Tree {
    open: Vec<OpenElement>,
    root: Option<(String, Value)>,
    nodes: usize,
}

/// The root element, as an object with one key.
///
/// # Errors
/// When the body is not well-formed XML in UTF-8, has a document type, or is nested too deeply or too large.
pub(super) fn to_value(body: &[u8]) -> Result<Value, BodyError> {
    if body.is_empty() {
        return Err(BodyError::Empty);
    }
    let line_at = |position: usize| body.iter().take(position).filter(|byte| **byte == b'\n').count() + 1;
    let text =
        std::str::from_utf8(body).map_err(|error| BodyError::InvalidXml { line: line_at(error.valid_up_to()) })?;
    if let Some((at, _)) = text.char_indices().find(|(_, c)| !is_character(*c)) {
        return Err(BodyError::InvalidXml { line: line_at(at) });
    }
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_comments = true;
    reader.config_mut().expand_empty_elements = true;
    let mut tree = Tree::default();
    let mut first = true;
    loop {
        let event = reader.read_event().map_err(|_| XmlError::Invalid).and_then(|event| match event {
            Event::Decl(_) if !first => Err(XmlError::Invalid),
            Event::Eof => tree.end().map(Some),
            event => tree.take(event).map(|()| None),
        });
        first = false;
        match event {
            Ok(None) => {}
            Ok(Some(value)) => return Ok(value),
            Err(XmlError::Refused(error)) => return Err(error),
            Err(XmlError::Invalid) => {
                let position = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
                return Err(BodyError::InvalidXml { line: line_at(position) });
            }
        }
    }
}

impl Tree {
    fn take(&mut self, event: Event<'_>) -> Result<(), XmlError> {
        match event {
            Event::Start(start) => self.open(&start),
            // Never: the reader makes two events of it.
            Event::Empty(_) => Err(XmlError::Invalid),
            Event::End(_) => self.close(),
            Event::Text(text) => self.add(&text.xml10_content()),
            Event::CData(text) if !self.open.is_empty() => self.add(&text.xml10_content()),
            Event::CData(_) => Err(XmlError::Invalid),
            Event::GeneralRef(reference) => {
                let character = resolve(&reference).filter(|c| is_character(*c)).ok_or(XmlError::Invalid)?;
                let element = self.open.last_mut().ok_or(XmlError::Invalid)?;
                element.text.push(character);
                Ok(())
            }
            Event::DocType(_) => Err(XmlError::Refused(BodyError::DocumentType)),
            Event::Decl(declaration) => check_declaration(&declaration),
            Event::Comment(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), XmlError> {
        let name = start.name();
        let name = name.as_ref();
        if !is_name(name) || (self.open.is_empty() && self.root.is_some()) {
            return Err(XmlError::Invalid);
        }
        if self.open.len() == MAX_DEPTH {
            return Err(XmlError::Refused(BodyError::TooDeep));
        }
        self.count()?;
        let mut members = Map::new();
        for (at, attribute) in start.attributes().enumerate() {
            if at == MAX_ATTRIBUTES {
                return Err(XmlError::Refused(BodyError::TooManyParts));
            }
            let attribute = attribute.map_err(|_| XmlError::Invalid)?;
            let name = attribute.key.as_ref();
            if !is_name(name) || attribute.value.contains('<') {
                return Err(XmlError::Invalid);
            }
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| XmlError::Invalid)?;
            if !value.chars().all(is_character) {
                return Err(XmlError::Invalid);
            }
            // What a prefix stands for is no part of the data.
            if name != "xmlns" && !name.starts_with("xmlns:") {
                self.count()?;
                members.insert(format!("@{name}"), Value::String(value.into_owned()));
            }
        }
        self.open.push(OpenElement { name: name.to_owned(), members, text: String::new() });
        Ok(())
    }

    fn close(&mut self) -> Result<(), XmlError> {
        let OpenElement { name, mut members, text } = self.open.pop().ok_or(XmlError::Invalid)?;
        let text = text.trim();
        let value = if members.is_empty() {
            Value::String(text.to_owned())
        } else {
            if !text.is_empty() {
                members.insert("#text".to_owned(), Value::String(text.to_owned()));
            }
            Value::Object(members)
        };
        let Some(parent) = self.open.last_mut() else {
            self.root = Some((name, value));
            return Ok(());
        };
        match parent.members.get_mut(&name) {
            None => drop(parent.members.insert(name, value)),
            Some(Value::Array(list)) => list.push(value),
            Some(one) => *one = Value::Array(vec![one.take(), value]),
        }
        Ok(())
    }

    /// Outside of the root there may be white space.
    fn add(&mut self, text: &str) -> Result<(), XmlError> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim_start_matches('\u{feff}').trim().is_empty() => {}
            None => return Err(XmlError::Invalid),
        }
        Ok(())
    }

    fn end(&mut self) -> Result<Value, XmlError> {
        if !self.open.is_empty() {
            return Err(XmlError::Refused(BodyError::TruncatedXml));
        }
        let (name, value) = self.root.take().ok_or(XmlError::Invalid)?;
        Ok(Value::Object(Map::from_iter([(name, value)])))
    }

    fn count(&mut self) -> Result<(), XmlError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES { Err(XmlError::Refused(BodyError::TooManyParts)) } else { Ok(()) }
    }
}

/// The character of `&#10;`, or of one of the five names that XML has by itself.
fn resolve(reference: &BytesRef<'_>) -> Option<char> {
    if let Some(character) = reference.resolve_char_ref().ok()? {
        return Some(character);
    }
    match reference.xml10_content().as_ref() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// A body that says that it is in another encoding is not read as UTF-8, whatever its bytes look like.
fn check_declaration(declaration: &BytesDecl<'_>) -> Result<(), XmlError> {
    match declaration.encoding() {
        None => Ok(()),
        Some(Ok(name)) if ["utf-8", "utf8", "us-ascii"].contains(&name.to_ascii_lowercase().as_str()) => Ok(()),
        Some(_) => Err(XmlError::Refused(BodyError::Encoding)),
    }
}

/// Stricter than XML where it matters: what the keys of JSON would be confused with is no name.
fn is_name(text: &str) -> bool {
    let is_start = |c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii();
    let is_other = |c: char| is_start(c) || c.is_ascii_digit() || matches!(c, '-' | '.' | ':');
    text.starts_with(is_start) && text.chars().all(is_other)
}

/// Whether XML 1.0 has this character.
fn is_character(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'))
}

/// The XML text with another root attribute, for samples that have no id.
pub(super) fn with_attribute(text: &str, name: &str, value: &str) -> String {
    let root =
        text.char_indices().zip(text.chars().skip(1)).find(|((_, c), next)| *c == '<' && is_name(&next.to_string()));
    let Some(((start, _), _)) = root else { return text.to_owned() };
    let rest = text.get(start..).unwrap_or_default();
    let end = start + rest.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(rest.len());
    let (before, after) = text.split_at(end);
    format!("{before} {name}=\"{value}\"{after}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Result<Value, BodyError> {
        to_value(text.as_bytes())
    }

    #[test]
    fn elements_attributes_and_text_have_their_places() {
        for (text, expected) in [
            ("<a>x</a>", json!({ "a": "x" })),
            ("<a/>", json!({ "a": "" })),
            ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- c -->\n<a>\n  x\n</a>\n<!-- c -->", json!({ "a": "x" })),
            ("<a b='1' c=\"&lt;&#65;&#x42;\"/>", json!({ "a": { "@b": "1", "@c": "<AB" } })),
            ("<a b='1'> x <c/> y </a>", json!({ "a": { "@b": "1", "#text": "x  y", "c": "" } })),
            ("<a><b>1</b><c/><b>2</b><b><d/></b></a>", json!({ "a": { "b": ["1", "2", { "d": "" }], "c": "" } })),
            ("<a>&lt;b&gt; &amp; &quot;&apos;&#233;&#x1F600;</a>", json!({ "a": "<b> & \"'é😀" })),
            ("<a><![CDATA[<b>&amp;]]> c</a>", json!({ "a": "<b>&amp; c" })),
            (
                "<f xmlns='urn:a' xmlns:y='urn:b'><y:v y:k='1'>7</y:v></f>",
                json!({ "f": { "y:v": { "@y:k": "1", "#text": "7" } } }),
            ),
            ("<ä>ß</ä>", json!({ "ä": "ß" })),
        ] {
            assert_eq!(read(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        let invalid = [
            "x",
            "<a",
            "<a></b>",
            "</a>",
            "<a/><b/>",
            "<a/>x",
            "x<a/>",
            "<a b=1/>",
            "<a b/>",
            "<a b='1' b='2'/>",
            "<a b='<'/>",
            "<a>&nbsp;</a>",
            "<a>&</a>",
            "<a>& b</a>",
            "<a>&#0;</a>",
            "<a>&#x110000;</a>",
            "<a>&#1;</a>",
            "<a b='&#1;'/>",
            "<a b='&x;'/>",
            "<a>\u{1}</a>",
            "<@a/>",
            "<a><#text/></a>",
            "<1/>",
            "<a/><![CDATA[x]]>",
            "&lt;<a/>",
            "<a><!-- a -- b --></a>",
            "<a><![CDATA[x</a>",
            "<a><!-- x</a>",
            "<a><?xml version='1.0'?></a>",
            "<!-- c -->",
            "<a/><?xml version='1.0'?>",
            "{\"a\":1}",
        ];
        for text in invalid {
            let error = read(text).expect_err(text);
            assert!(matches!(error, BodyError::InvalidXml { .. }), "{text}: {error}");
        }
        assert_eq!(read(""), Err(BodyError::Empty));
        assert_eq!(read("<a><b></b>"), Err(BodyError::TruncatedXml));
        assert_eq!(to_value(b"<a>\n\xff</a>"), Err(BodyError::InvalidXml { line: 2 }));
        let latin = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a/>";
        assert_eq!(read(latin), Err(BodyError::Encoding));
    }

    #[test]
    fn document_types_and_their_entities_are_refused() {
        let laughs = "<!DOCTYPE a [<!ENTITY b \"ha\"><!ENTITY c \"&b;&b;&b;\">]><a>&c;</a>";
        let external = "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>";
        for text in [laughs, external, "<!DOCTYPE a><a/>", "<?xml version='1.0'?>\n<!DOCTYPE a><a/>"] {
            assert_eq!(read(text), Err(BodyError::DocumentType), "{text}");
        }
        assert!(read("<a><!DOCTYPE a></a>").is_err());
    }

    #[test]
    fn depth_size_and_attributes_are_limited() {
        let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        let value = read(&nested(MAX_DEPTH)).expect("as deep as allowed");
        assert!(serde_json::from_str::<Value>(&value.to_string()).is_ok());
        assert_eq!(read(&nested(MAX_DEPTH + 1)), Err(BodyError::TooDeep));
        assert_eq!(read(&"<a>".repeat(1_000_000)), Err(BodyError::TooDeep));
        let twins = "<a><b/>".repeat(MAX_DEPTH - 1) + &"</a>".repeat(MAX_DEPTH - 1);
        let value = read(&twins).expect("siblings");
        assert!(serde_json::from_str::<Value>(&value.to_string()).is_ok());
        assert_eq!(read(&format!("<a>{}</a>", "<b/>".repeat(MAX_NODES))), Err(BodyError::TooManyParts));
        let attributes: String = (0..=MAX_ATTRIBUTES).map(|at| format!(" b{at}=''")).collect();
        assert_eq!(read(&format!("<a{attributes}/>")), Err(BodyError::TooManyParts));
    }

    #[test]
    fn a_root_attribute_makes_another_body() {
        assert_eq!(
            with_attribute("<?xml version='1.0'?>\n<a:b c='1'/>", "s", "7"),
            "<?xml version='1.0'?>\n<a:b s=\"7\" c='1'/>"
        );
        assert_eq!(with_attribute("<a/>", "s", "7"), "<a s=\"7\"/>");
    }
}
