//! Dresses an event as a message: picks the template, evaluates it, escapes what came from outside, and
//! fits the result into Discord's limits.

mod card;
mod dress;
mod load;
mod look;
mod severity;

use std::collections::HashMap;
use std::sync::Arc;

use include_dir::{Dir, include_dir};

use self::dress::{Dressed, dress};
use self::look::{Template, Vars};
use crate::delivery::Plan;
use crate::document::Document;
use crate::event::{Event, Raw};
use crate::expression::{Scope, Texts};
use crate::message::Message;
use crate::mistake::Mistakes;

/// The template files in the binary.
static SHIPPED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// The generic card's name, where a message's would stand.
const GENERIC: &str = "generic";

/// All message templates, in the order they are tried: the user's own files, then the shipped ones.
#[derive(Debug, Clone, Default)]
pub struct Templates(Arc<Set>);

#[derive(Debug, Default)]
struct Set {
    texts: Texts,
    templates: Vec<Template>,
    /// Where the templates of a provider stand, in order.
    by_provider: HashMap<String, Vec<usize>>,
    /// Where the first template of a name stands.
    by_name: HashMap<String, usize>,
}

/// A message ready to be sent, and what is to be told about its making.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// Fitted into every limit.
    pub message: Message,
    /// The template's name (`stripe.payment`), or `generic` for the generic card.
    pub template: String,
    /// Same key, same destination = the same Discord message, edited in place.
    pub key: Option<String>,
    /// What went wrong or was cut, a line each: missing values, a template that failed, limits hit.
    pub notes: Vec<String>,
}

impl Templates {
    /// The templates embedded in the binary.
    pub fn shipped() -> Self {
        Self::with_own(&[], &mut Mistakes::default())
    }

    /// The user's own files (in order), tried before the shipped ones. Mistakes are added; a file with
    /// mistakes contributes the messages that are right.
    pub fn with_own(own: &[Document], mistakes: &mut Mistakes) -> Self {
        let mut loader = load::Loader::default();
        for document in own {
            loader.read(document, mistakes);
        }
        // A shipped message may bear the name of an own one: the own one goes first.
        loader.forget_names();
        for (name, text) in shipped_files() {
            loader.read(&Document::parse(name, text, mistakes), mistakes);
        }
        let (texts, templates) = loader.finish();
        Self(Arc::new(Set::new(texts, templates)))
    }

    /// Whether a message of this name (`stripe.payment`) exists.
    pub fn has(&self, name: &str) -> bool {
        self.0.by_name.contains_key(name)
    }

    /// Every message's name.
    pub fn names(&self) -> Vec<String> {
        let first = |(at, template): (usize, &Template)| {
            (self.0.by_name.get(&template.name) == Some(&at)).then(|| template.name.clone())
        };
        self.0.templates.iter().enumerate().filter_map(first).collect()
    }

    /// Renders every message strictly against an event: what would be missing or fail live, a line each. For
    /// `check` and tests. Messages that the event does not fit are passed over.
    pub fn judge(&self, event: &Event, raw: &Raw, plan: &Plan) -> Vec<String> {
        let mut told = Vec::new();
        let mut choice = Choice::new(&self.0, event, raw);
        let named = plan.template.as_ref().map(|name| self.0.by_name.get(name.as_str()).copied());
        let candidates: Vec<usize> = match named {
            Some(at) => at.into_iter().collect(),
            None => self.0.of(&event.provider).to_vec(),
        };
        for template in candidates.iter().filter_map(|at| self.0.templates.get(*at)) {
            if plan.template.is_none() && !choice.fits(template) {
                continue;
            }
            match choice.dress(template) {
                Ok(dressed) => told.extend(dressed.notes.iter().map(|note| format!("{}: {note}", template.name))),
                Err(why) => told.push(format!("{}: {why}", template.name)),
            }
        }
        choice.notes.append(&mut told);
        choice.notes
    }

    /// Makes the message for an event. Never fails: a template that does gives the generic card, which says so.
    pub fn render(&self, event: &Event, raw: &Raw, plan: &Plan) -> Rendered {
        let mut choice = Choice::new(&self.0, event, raw);
        let template = choice.pick(plan);
        let dressed = template.map(|template| (&template.name, choice.dress(template)));
        let mut notes = choice.notes;
        let (mut message, template, key) = match dressed {
            Some((name, Ok(dressed))) => {
                notes.extend(dressed.notes);
                (dressed.message, name.clone(), dressed.key)
            }
            Some((name, Err(why))) => {
                notes.push(format!("template `{name}` failed: {why}"));
                (card::failed(event, name, &why), GENERIC.to_owned(), None)
            }
            None => (card::generic(event), GENERIC.to_owned(), None),
        };
        message.mention.clone_from(&plan.mention);
        notes.extend(message.fit());
        Rendered { message, template, key, notes }
    }

    /// The plainest message that can be made of an event: text only, no data that a filter could refuse. The
    /// last resort after Discord refused the rendered one.
    pub fn plain(&self, event: &Event, plan: &Plan, why: &str) -> Message {
        let mut message = card::plain(event, why);
        message.mention.clone_from(&plan.mention);
        // What is cut from the last resort is told by nobody.
        drop(message.fit());
        message
    }
}

/// The shipped files by name, in a fixed order.
fn shipped_files() -> Vec<(&'static str, &'static str)> {
    let mut files: Vec<_> = SHIPPED
        .files()
        .filter(|file| file.path().extension().is_some_and(|extension| extension == "toml"))
        .filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?)))
        .collect();
    files.sort_unstable();
    files
}

impl Set {
    fn new(texts: Texts, templates: Vec<Template>) -> Self {
        let mut by_provider: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_name = HashMap::new();
        for (at, template) in templates.iter().enumerate() {
            by_provider.entry(template.provider.clone()).or_default().push(at);
            by_name.entry(template.name.clone()).or_insert(at);
        }
        Self { texts, templates, by_provider, by_name }
    }

    fn of(&self, provider: &str) -> &[usize] {
        self.by_provider.get(provider).map_or(&[], Vec::as_slice)
    }
}

/// One event looking for its message. The body is parsed once, and a file's `[vars]` are computed once.
struct Choice<'s> {
    set: &'s Set,
    event: &'s Event,
    scope: Scope,
    /// The scope with the vars of the file that was looked at last.
    with_vars: Option<(&'s Arc<Vars>, Scope)>,
    notes: Vec<String>,
}

impl<'s> Choice<'s> {
    fn new(set: &'s Set, event: &'s Event, raw: &Raw) -> Self {
        Self { set, event, scope: Scope::new(event, raw), with_vars: None, notes: Vec::new() }
    }

    /// The message the route names, else the first that fits.
    fn pick(&mut self, plan: &Plan) -> Option<&'s Template> {
        let set = self.set;
        if let Some(name) = &plan.template {
            if let Some(template) = set.by_name.get(name.as_str()).and_then(|at| set.templates.get(*at)) {
                return Some(template);
            }
            self.notes.push(format!("there is no message `{name}`, so the first that fits was taken"));
        }
        set.of(&self.event.provider).iter().filter_map(|at| set.templates.get(*at)).find(|template| self.fits(template))
    }

    fn fits(&mut self, template: &'s Template) -> bool {
        if !template.on.is_empty() && !template.on.matches(&self.event.kind) {
            return false;
        }
        let Some(when) = &template.when else { return true };
        let scope = self.scope_of(template);
        when.holds(&scope).unwrap_or_else(|why| {
            self.notes.push(format!("message `{}` was passed over: its `when` {why}", template.name));
            false
        })
    }

    fn dress(&mut self, template: &'s Template) -> Result<Dressed, String> {
        let scope = self.scope_of(template);
        dress(&template.look, &self.set.texts, &scope, self.event)
    }

    fn scope_of(&mut self, template: &'s Template) -> Scope {
        if let Some((vars, scope)) = &self.with_vars
            && Arc::ptr_eq(vars, &template.vars)
        {
            return scope.clone();
        }
        let (scope, notes) = template.vars.apply(&self.scope);
        self.notes.extend(notes);
        self.with_vars = Some((&template.vars, scope.clone()));
        scope
    }
}
