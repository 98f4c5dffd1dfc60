//! Dresses an event as a message: picks the template, evaluates it, escapes what came from outside, and
//! fits the result into Discord's limits.

mod card;
mod selection;
mod compile;
mod evaluate;
mod example;
mod extends;
mod keys;
mod summary;
mod load;
mod template;
mod note;
mod raw_body;
mod raw_template;
mod shipped;
mod theme;
mod vars;
mod localized_texts;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use self::evaluate::Evaluated;
pub use self::example::{Example, ExampleInput};
use self::selection::Selection;
pub use self::summary::{ShadowedTemplate, TemplateSummary};
use self::template::Template;
pub use self::theme::Theme;
use crate::expression::{Texts, View};
use crate::fit;
use hookbell_config_file::Diagnostics;
use hookbell_config_file::{Document, Embedded, Location};
use hookbell_model::delivery::Plan;
use hookbell_model::event::{Event, EventId, Raw, Severity};
use hookbell_model::locale::Locale;
use hookbell_model::message::Message;
use hookbell_model::note::Note;

/// The generic card's name, where a message's would stand.
const GENERIC: &str = "generic";

hookbell_model::string_enum! {
    /// What stood in for something of a template that failed, from little to much.
    Fallback { Part = "part", Extended = "extended", Generic = "generic", Plain = "plain" }
}

/// What the config says about looks.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// `[theme]`: under the themes of the files.
    pub theme: Theme,
    /// Whether a bot can be asked for what was cut off.
    pub bot: bool,
    /// The providers whose shipped messages are needed; none = all.
    pub only: Option<BTreeSet<String>>,
}

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
    examples: Vec<Example>,
    bot: bool,
}

/// A message ready to be sent, and the notes about its making.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// Fitted into every limit.
    pub message: Message,
    /// The template's name (`stripe.payment`), or `generic` for the generic card.
    pub template: String,
    /// Same key, same destination = the same Discord message, edited in place.
    pub key: Option<String>,
    pub severity: Severity,
    /// What went wrong or was cut: missing values, a template that failed, limits hit.
    pub notes: Vec<Note>,
    /// The most that had to stand in; none = the template did it all.
    pub fallback: Option<Fallback>,
}

/// What validating a template against an event found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The template's full name.
    pub template: String,
    /// Of the text; of the whole template where it is about no single text.
    pub location: Location,
    pub note: Note,
}

impl Templates {
    /// The templates that the program carries, and no others.
    pub fn shipped(files: &[Embedded]) -> Self {
        Self::with_own(files, &[], &Config::default(), &mut Diagnostics::default())
    }

    /// The user's own files (in order), tried before the shipped ones. Mistakes are added; a file with
    /// mistakes contributes the messages that are right.
    pub fn with_own(files: &[Embedded], own: &[Document], config: &Config, diagnostics: &mut Diagnostics) -> Self {
        let shipped = shipped::documents(files, own, config.only.as_ref(), diagnostics);
        let mut loader = load::Loader::default();
        for (document, is_own) in own.iter().map(|own| (own, true)).chain(shipped.iter().map(|file| (file, false))) {
            loader.read(document, is_own, diagnostics);
        }
        let examples = loader.examples(diagnostics);
        let (texts, templates) = loader.finish(&config.theme, diagnostics);
        diagnostics.sort();
        Self(Arc::new(Set { examples, ..Set::new(texts, templates, config.bot) }))
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

    /// The `[[example]]`s of the files, in their order.
    pub fn examples(&self) -> &[Example] {
        &self.0.examples
    }

    /// Evaluates every template that takes the event, or the one that the plan names: what would be missing or fail
    /// live. For `check` and tests.
    pub fn validate(&self, event: &Event, raw: &Raw, plan: &Plan) -> Vec<Finding> {
        let view = View::default();
        let mut selection = Selection::new(&self.0, event, raw, &view);
        let named = plan.template.as_ref().map(|name| self.0.by_name.get(name.as_str()).copied());
        let candidates: Vec<usize> = match named {
            Some(at) => at.into_iter().collect(),
            None => self.0.of(&event.provider).to_vec(),
        };
        let mut findings = Vec::new();
        for template in candidates.iter().filter_map(|at| self.0.templates.get(*at)) {
            let fits = plan.template.is_some() || selection.matches(template);
            let found = if fits { selection.evaluate(template) } else { Ok(Evaluated::default()) };
            let (notes, empty) = match found {
                Ok(evaluated) => (evaluated.notes, false),
                Err(notes) => (notes, true),
            };
            let finding = |note, location| Finding { template: template.name.clone(), location, note };
            findings.extend(selection.notes.drain(..).map(|note| finding(note, template.location.clone())));
            findings.extend(notes.into_iter().map(|found| finding(found.note, found.location)));
            if empty {
                findings.push(finding(Note::NothingToShow, template.location.clone()));
            }
        }
        findings
    }

    /// Makes the message for an event. Never fails: what fails of a template is left out; where nothing of it is
    /// left the message it extends stands in, then the generic card, which says why.
    pub fn render(&self, event: &Event, raw: &Raw, plan: &Plan, locale: Locale) -> Rendered {
        let view = View { locale, masks: plan.mask };
        let mut selection = Selection::new(&self.0, event, raw, &view);
        let mut rendered = selection.make(plan);
        rendered.message.mention.clone_from(&plan.mention);
        rendered.message.rest_hint = self.rest_hint(event.id);
        rendered.notes.extend(fit::fit_message(&mut rendered.message));
        rendered
    }

    /// How a reader gets at what a message has no room for.
    fn rest_hint(&self, id: EventId) -> String {
        let command = if self.0.bot { "/events show" } else { "hookbell events show" };
        if id == EventId::UNSET { String::new() } else { format!("{command} {id}") }
    }

    /// The plainest message that can be made of an event: text only, no data that a filter could refuse. The
    /// last resort after Discord refused the rendered one.
    pub fn plain(&self, event: &Event, plan: &Plan, why: &str) -> Message {
        let mut message = card::plain(event, why);
        message.mention.clone_from(&plan.mention);
        // What is cut from the last resort is told by nobody.
        drop(fit::fit_message(&mut message));
        message
    }
}

impl Set {
    fn new(texts: Texts, templates: Vec<Template>, bot: bool) -> Self {
        let mut by_provider: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_name = HashMap::new();
        for (at, template) in templates.iter().enumerate() {
            by_provider.entry(template.provider.clone()).or_default().push(at);
            by_name.entry(template.name.clone()).or_insert(at);
        }
        Self { texts, templates, by_provider, by_name, examples: Vec::new(), bot }
    }

    fn of(&self, provider: &str) -> &[usize] {
        self.by_provider.get(provider).map_or(&[], Vec::as_slice)
    }
}
