//! The paths that a text names (`payload.items[0].name`), where they lead in an event's data, and what stands near the
//! place where one ends: for those who look over a template rather than render it.

use minijinja::Value;
use minijinja::value::ValueKind;

use super::scan::{Lexer, Token};
use super::scope::Scope;
use super::segments::{Segment, segments};
use hookbell_model::suggest::did_you_mean;

/// Keys looked at where a path ends; a larger map is data, not a shape.
const KEYS: usize = 500;

/// A name and the steps from it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Path {
    root: String,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Step {
    /// As it is written: `.name`, `["name"]`, `[0]`.
    written: String,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Kind {
    Key(String),
    Index(i64),
}

/// How far a path leads in one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// To a value, or to where nothing can be said: its root is unknown here.
    Whole,
    /// Only so many steps; with the keys that there are instead.
    Ends { steps: usize, known: Vec<String>, list: bool },
}

/// The paths of a text with `{{ … }}` in it, in their order.
pub fn paths(source: &str) -> Vec<Path> {
    let inside = |segment: Segment<'_>| match segment {
        Segment::Print(_, inside, _) | Segment::Statement(_, inside, _) => expression_paths(inside),
        Segment::Literal(_) | Segment::Other(_) => Vec::new(),
    };
    segments(source).into_iter().flat_map(inside).collect()
}

/// The paths of an expression, in their order.
pub fn expression_paths(text: &str) -> Vec<Path> {
    let tokens = tokens(text);
    let token = |at: usize| tokens.get(at).map(|(token, _)| *token);
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(this) = token(at) {
        let before = at.checked_sub(1).and_then(token);
        let begins = !matches!(before, Some(Token::Pipe | Token::Dot | Token::Ident("is" | "for" | "set" | "filter")));
        let Token::Ident(root) = this else {
            at += 1;
            continue;
        };
        at += 1;
        let mut path = Path { root: root.to_owned(), steps: Vec::new() };
        while let Some((step, taken)) = step(&tokens, at) {
            path.steps.push(step);
            at += taken;
        }
        let names_argument = token(at) == Some(Token::Sign("=")) && token(at + 1) != Some(Token::Sign("="));
        if begins && !names_argument && !path.steps.is_empty() {
            found.push(path);
        }
    }
    found
}

/// Each token as it is written.
fn tokens(text: &str) -> Vec<(Token<'_>, &str)> {
    let mut lexer = Lexer { rest: text };
    let mut tokens = Vec::new();
    loop {
        let before = lexer.rest.trim_start();
        let Some(token) = lexer.next() else { return tokens };
        tokens.push((token, before.get(..before.len() - lexer.rest.len()).unwrap_or_default()));
    }
}

/// The step that begins at this token, and how many tokens it takes.
fn step(tokens: &[(Token<'_>, &str)], at: usize) -> Option<(Step, usize)> {
    let (first, _) = tokens.get(at)?;
    let (second, written) = tokens.get(at + 1)?;
    let third = tokens.get(at + 2).map(|(token, _)| *token);
    match (first, second) {
        // A call is none.
        (Token::Dot, Token::Ident(name)) if third != Some(Token::Sign("(")) => {
            Some((Step { written: format!(".{name}"), kind: Kind::Key((*name).to_owned()) }, 2))
        }
        (Token::Sign("["), Token::Number | Token::Text) if third == Some(Token::Sign("]")) => {
            let inner = written.trim_matches(['"', '\'']);
            let kind = match second {
                Token::Number => Kind::Index(written.parse().ok()?),
                _ => Kind::Key(inner.to_owned()),
            };
            Some((Step { written: format!("[{written}]"), kind }, 3))
        }
        _ => None,
    }
}

impl Path {
    pub fn root(&self) -> &str {
        &self.root
    }

    /// As it is written in the text.
    pub fn text(&self) -> String {
        self.root.clone() + &self.steps.iter().map(|step| step.written.as_str()).collect::<String>()
    }

    /// Without the steps from that one on.
    pub fn begin(&self, steps: usize) -> String {
        self.root.clone() + &self.steps.iter().take(steps).map(|step| step.written.as_str()).collect::<String>()
    }

    pub fn reach(&self, scope: &Scope) -> Reach {
        let mut value = scope.lookup(&self.root);
        if value.is_undefined() {
            return Reach::Whole;
        }
        for (at, step) in self.steps.iter().enumerate() {
            let next = match &step.kind {
                Kind::Key(key) => value.get_item(&Value::from(key.as_str())),
                Kind::Index(index) => value.get_item(&Value::from(*index)),
            };
            let next = next.unwrap_or_default();
            if next.is_undefined() {
                let list = value.kind() == ValueKind::Seq;
                let known = if list { Vec::new() } else { keys(&value) };
                return Reach::Ends { steps: at, known, list };
            }
            value = next;
        }
        Reach::Whole
    }

    /// The path that was most likely meant, where this one ends after so many steps: with the nearest of the known
    /// keys. `sure` takes only what can hardly be anything else than a slip.
    pub fn meant(&self, steps: usize, known: &[String], sure: bool) -> Option<String> {
        let Some(Step { kind: Kind::Key(written), .. }) = self.steps.get(steps) else { return None };
        let known = || known.iter().map(String::as_str).filter(|key| *key != written);
        let alike = known().find(|key| plain(key) == plain(written));
        let near = alike.or_else(|| did_you_mean(written, known()).filter(|near| !sure || is_slip(written, near)))?;
        let rest: String = self.steps.iter().skip(steps + 1).map(|step| step.written.as_str()).collect();
        let is_word = near.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let step = if is_word { format!(".{near}") } else { format!("[\"{near}\"]") };
        Some(format!("{}{step}{rest}", self.begin(steps)))
    }
}

fn keys(value: &Value) -> Vec<String> {
    if value.kind() != ValueKind::Map {
        return Vec::new();
    }
    let keys = value.try_iter().into_iter().flatten();
    keys.take(KEYS).filter_map(|key| key.as_str().map(str::to_owned)).collect()
}

/// `customerEmail` and `customer_email` are alike.
fn plain(key: &str) -> String {
    key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// One letter off, or two in a long word; but `merged_at` and `merged_by` are two words.
fn is_slip(written: &str, near: &str) -> bool {
    let other_end = |(a, b): (&str, &str)| a != b && a.chars().count() <= 3 && b.chars().count() <= 3;
    match strsim::damerau_levenshtein(written, near) {
        0 | 1 => true,
        2 => written.chars().count() >= 6 && !written.rsplit('_').zip(near.rsplit('_')).any(other_end),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use hookbell_model::event::{Event, EventId, Facts, Raw, Topic};
    use hookbell_model::timestamp::Timestamp;

    fn texts(source: &str) -> Vec<String> {
        paths(source).iter().map(Path::text).collect()
    }

    #[test]
    fn the_paths_of_a_text_are_found_as_they_are_written() {
        let source = "a.b {{ payload.a[0].b['c d'] | f(x=payload.d, y.z) }} {% if not item.e is defined %}{# p.q #}\
                      {{ payload.items.first() }}{{ 'p.q' }}";
        assert_eq!(
            texts(source),
            ["payload.a[0].b['c d']", "payload.d", "y.z", "item.e", "payload.items"].map(str::to_owned)
        );
    }

    #[test]
    fn a_path_that_ends_tells_what_was_meant() {
        let body = json!({ "a": [{ "name": 1 }], "merged_by": 2, "customer_email": 3 }).to_string();
        let event = Event {
            id: EventId::UNSET,
            source: String::new(),
            provider: String::new(),
            reference: String::new(),
            event_type: String::new(),
            topic: Topic::Other,
            facts: Facts::default(),
            time: Timestamp::default(),
            received: Timestamp::default(),
        };
        let scope = Scope::new(&event, &Raw { body: body.into_bytes(), ..Raw::default() });
        let meant = |text: &str, sure| {
            let path = expression_paths(text).remove(0);
            match path.reach(&scope) {
                Reach::Whole => None,
                Reach::Ends { steps, known, .. } => path.meant(steps, &known, sure),
            }
        };
        assert_eq!(meant("payload.a[0].name", true), None);
        assert_eq!(meant("payload.a[0].nmae", true).as_deref(), Some("payload.a[0].name"));
        assert_eq!(meant("payload.customerEmail.x", true).as_deref(), Some("payload.customer_email.x"));
        assert_eq!(meant("payload.merged_at", true), None, "two words");
        assert_eq!(meant("payload.merged_at", false).as_deref(), Some("payload.merged_by"));
        assert_eq!(meant("payload.a.name", true), None);
        assert_eq!(meant("unknown.a", true), None);
    }
}
