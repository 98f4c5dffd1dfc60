//! All message templates behind one value: reads them, renders events with them, and lists them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::card;
use super::example::Example;
use super::live::LiveValues;
use super::load::compile_all;
use super::loaded_files::LoadedFiles;
use super::rendered::Rendered;
use super::selection::Selection;
use super::set::TemplateSet;
use super::shipped;
use super::summary::{ShadowedTemplate, TemplateSummary};
use super::template::Template;
use super::test_mode;
use super::theme::Theme;
use crate::expression::{Scope, View};
use crate::fit;
use hookbell_config_file::{Diagnostics, Document, Embedded, Location};
use hookbell_model::delivery::Plan;
use hookbell_model::event::{Event, EventId, Raw};
use hookbell_model::live::LiveContext;
use hookbell_model::locale::Locale;
use hookbell_model::message::Message;
use hookbell_model::money::currency::Decimals;
use hookbell_model::note::Note;

/// The config's settings for templates.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// `[theme]`: under the themes of the files.
    pub theme: Theme,
    /// Whether a bot can show what was cut off.
    pub bot: bool,
    /// The providers whose shipped templates are needed; none = all.
    pub only: Option<BTreeSet<String>>,
    /// How many decimals the currencies of a provider have, where it does not count as ISO 4217 does.
    pub decimals: BTreeMap<String, Decimals>,
}

/// All message templates, in the order they are tried: the user's own files, then the shipped ones.
#[derive(Debug, Clone, Default)]
pub struct Templates(Arc<TemplateSet>);

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
    /// The user's own files (in order), tried before the shipped ones. Diagnostics are added; a file with mistakes
    /// contributes the templates that are right.
    pub fn with_own(files: &[Embedded], own: &[Document], config: &Config, diagnostics: &mut Diagnostics) -> Self {
        let shipped = shipped::documents(files, own, config.only.as_ref(), diagnostics);
        let mut files = LoadedFiles::default();
        for (document, is_own) in own.iter().map(|own| (own, true)).chain(shipped.iter().map(|file| (file, false))) {
            files.read(document, is_own, diagnostics);
        }
        let examples = files.examples(diagnostics);
        let compiled = compile_all(&files, &config.theme, diagnostics);
        diagnostics.sort();
        let set = TemplateSet::new(compiled, examples, config.bot);
        Self(Arc::new(set.with_decimals(&config.decimals)))
    }

    /// Whether a template of this name (`stripe.payment`) exists.
    pub fn has(&self, name: &str) -> bool {
        self.0.named(name).is_some()
    }

    /// Every template's name.
    pub fn names(&self) -> Vec<String> {
        self.0.by_name().map(|template| template.name.clone()).collect()
    }

    /// Every template, in the order they are tried; of two with one name the one that the name means.
    pub fn list(&self) -> Vec<TemplateSummary> {
        self.0.summaries()
    }

    /// Where the template of this name is defined.
    pub fn location(&self, name: &str) -> Option<&Location> {
        Some(&self.0.named(name)?.location)
    }

    /// The user's own templates before which another one of theirs takes whatever they could take, and which no other
    /// extends.
    pub fn shadowed(&self) -> Vec<ShadowedTemplate> {
        self.0.shadowed()
    }

    /// The names of forum tags that are literal in the user's own templates, each once a template.
    pub fn literal_tags(&self) -> Vec<(String, Location)> {
        self.0.literal_tags()
    }

    /// The `[[example]]`s of the files, in their order.
    pub fn examples(&self) -> &[Example] {
        &self.0.examples
    }

    /// What the texts of this template can use of an event, its `[vars]` included.
    pub fn scope(&self, name: &str, event: &Event, raw: &Raw) -> Option<Scope> {
        let template = self.0.named(name)?;
        Some(Selection::new(&self.0, event, raw, &View::default(), &LiveContext::default()).scope_of(template))
    }

    /// The names of the templates that take an event, in the order they are tried: the first is used where no route
    /// names another.
    pub fn matching(&self, event: &Event, raw: &Raw) -> Vec<String> {
        let (view, context) = (View::default(), &LiveContext::default());
        let mut selection = Selection::new(&self.0, event, raw, &view, context);
        let mut names: Vec<String> = Vec::new();
        for template in self.0.of_provider(&event.provider) {
            if selection.matches(template) && !names.contains(&template.name) {
                names.push(template.name.clone());
            }
        }
        names
    }

    /// Evaluates every template that takes the event, or the one that the plan names: what would be missing or fail
    /// live. For `check` and tests.
    pub fn validate(&self, event: &Event, raw: &Raw, plan: &Plan) -> Vec<Finding> {
        let (view, context) = (View::default(), &LiveContext::default());
        let mut selection = Selection::new(&self.0, event, raw, &view, context);
        let candidates: Vec<&Template> = match &plan.template {
            Some(name) => self.0.named(name).into_iter().collect(),
            None => self.0.of_provider(&event.provider).collect(),
        };
        let mut findings = Vec::new();
        for template in candidates {
            let is_used = plan.template.is_some() || selection.matches(template);
            let (notes, is_empty) = match is_used.then(|| selection.evaluate(template)) {
                None => (Vec::new(), false),
                Some(Ok(evaluated)) => (evaluated.notes, false),
                Some(Err(notes)) => (notes, true),
            };
            let finding = |note, location| Finding { template: template.name.clone(), location, note };
            findings.extend(selection.notes.drain(..).map(|note| finding(note, template.location.clone())));
            findings.extend(notes.into_iter().map(|found| finding(found.note, found.location)));
            if is_empty {
                findings.push(finding(Note::NothingToShow, template.location.clone()));
            }
        }
        findings
    }

    /// Makes the message for an event. Never fails: what fails of a template is left out; where nothing of it is
    /// left the template it extends is used, then the generic card, which says why.
    pub fn render(&self, event: &Event, raw: &Raw, plan: &Plan, locale: Locale) -> Rendered {
        self.render_live(event, raw, plan, locale, &LiveContext::default())
    }

    /// As [`Templates::render`], for an event of a thing of which something is known already.
    pub fn render_live(
        &self,
        event: &Event,
        raw: &Raw,
        plan: &Plan,
        locale: Locale,
        context: &LiveContext,
    ) -> Rendered {
        let masks = plan.masks();
        let view = View { locale, masks: Some(masks) };
        let masked = (!context.is_empty() && !masks.is_empty()).then(|| context.masked(masks));
        let context = masked.as_ref().unwrap_or(context);
        let mut rendered = Selection::new(&self.0, event, raw, &view, context).render(plan);
        rendered.message.mention.clone_from(&plan.mention);
        rendered.message.rest_hint = self.rest_hint(event.id);
        if plan.test {
            rendered.live = LiveValues::default();
            test_mode::mark_trial(&mut rendered.message);
        } else if event.facts.test {
            test_mode::mark(&mut rendered.message);
        }
        rendered.notes.extend(fit::fit_message(&mut rendered.message));
        rendered
    }

    /// The hint at how to see what was cut.
    fn rest_hint(&self, id: EventId) -> String {
        let command = if self.0.bot { "/events show" } else { "hookbell events show" };
        if id == EventId::UNSET { String::new() } else { format!("{command} {id}") }
    }

    /// The plainest message that can be made of an event: text only, no data that a filter could refuse. The
    /// last resort after Discord refused the rendered one.
    pub fn plain(&self, event: &Event, plan: &Plan, why: &str) -> Message {
        let mut message = card::plain(event, why);
        if plan.test {
            test_mode::mark_trial(&mut message);
        } else if event.facts.test {
            test_mode::mark(&mut message);
        }
        message.mention.clone_from(&plan.mention);
        // Cuts of the plain message are not noted.
        drop(fit::fit_message(&mut message));
        message
    }
}
