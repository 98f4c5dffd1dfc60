//! Selects the template of an event: the one that the route names, else the first that takes it; and what is used
//! where that one fails.

use minijinja::Value;

use super::card::{self, Card};
use super::evaluate::{Evaluated, evaluate};
use super::live::{self, LiveValues};
use super::note::TextNote;
use super::rendered::{Fallback, GENERIC, Rendered};
use super::set::TemplateSet;
use super::template::{LocalizedTemplate, Template};
use super::text_evaluator::TextEvaluator;
use super::theme::Theme;
use super::vars::{Fill, RequiredVars, VarCache};
use crate::expression::{HISTORY, LANGUAGE, Scope, View, currencies};
use hookbell_model::delivery::Plan;
use hookbell_model::event::{Event, Raw, Severity};
use hookbell_model::live::{HistoryEvent, LiveContext, RememberedValues, is_missing};
use hookbell_model::note::Note;

/// In bytes of JSON.
const LARGEST_REMEMBERED: usize = 4096;

/// The body is parsed once, and each of a file's `[vars]` is computed once.
pub(super) struct Selection<'s> {
    set: &'s TemplateSet,
    event: &'s Event,
    raw: &'s Raw,
    view: &'s View,
    context: &'s LiveContext,
    scope: Scope,
    /// The vars of the template that was tried last.
    vars: Option<VarCache<'s>>,
    pub(super) notes: Vec<Note>,
}

impl<'s> Selection<'s> {
    pub(super) fn new(
        set: &'s TemplateSet,
        event: &'s Event,
        raw: &'s Raw,
        view: &'s View,
        context: &'s LiveContext,
    ) -> Self {
        let masked = view.masks.map(|masks| masks.event(event));
        let shown = &masked.as_ref().unwrap_or(event).facts;
        let unread = shown.amount_text.as_ref().filter(|_| shown.amount.is_none());
        let notes = unread.map(|text| Note::AmountUnread { text: text.clone() }).into_iter().collect();
        let scope = scope(set, event, raw, view, context);
        Self { set, event, raw, view, context, scope, vars: None, notes }
    }

    /// The message the plan and the templates make of the event, not yet fitted.
    pub(super) fn render(&mut self, plan: &Plan) -> Rendered {
        let picked = self.pick(plan);
        let (mut next, mut why) = (picked, String::new());
        while let Some(template) = next {
            match self.evaluate(template) {
                Ok(evaluated) => {
                    let is_base = picked.is_some_and(|first| !std::ptr::eq(first, template));
                    return self.rendered(template, evaluated, is_base);
                }
                Err(notes) => {
                    let failures = || notes.iter().filter(|found| found.note.is_evaluation_failure());
                    let cause = failures().map(|found| Box::new(found.note.clone())).next();
                    why = cause.as_deref().unwrap_or(&Note::NothingToShow).to_string();
                    self.notes.push(Note::TemplateFailed { template: template.name.clone(), cause });
                    self.notes.extend(notes.into_iter().map(|found| found.note));
                }
            }
            next = self.set.base_of(template);
        }
        let (Card { message, severity }, fallback) = match picked {
            Some(template) => (card::failed(self.card(), &template.name, &why), Some(Fallback::Generic)),
            None => (self.card(), None),
        };
        let notes = std::mem::take(&mut self.notes);
        Rendered { message, template: GENERIC.to_owned(), live: LiveValues::default(), severity, notes, fallback }
    }

    /// The generic card, with what the provider's messages have in common.
    fn card(&mut self) -> Card {
        let set = self.set;
        let Some(defaults) = set.defaults_of(&self.event.provider) else {
            return card::generic(self.event, self.raw, self.view, &Theme::default());
        };
        let mut card = card::generic(self.event, self.raw, self.view, &defaults.theme);
        let scope = self.scope_with(defaults, &defaults.needs);
        if let Some(localized) = defaults.localized_for(self.view.locale) {
            // What is missing in an event of an unknown type is no mistake.
            let (mut evaluator, scope) = (TextEvaluator::new(&set.texts), with_texts(localized, scope));
            let embed = localized.message.embeds.first().map(|embed| embed.texts.as_slice()).unwrap_or_default();
            for text in localized.message.texts.iter().chain(embed) {
                card.take(text.key, || evaluator.text(text, &scope));
            }
            card.message.silent |= localized.message.silent;
            let tags = localized.message.tags.iter().map(|tag| evaluator.text(tag, &scope));
            card.message.tags = tags.filter(|tag| !tag.is_empty()).collect();
        }
        card
    }

    fn rendered(&mut self, template: &Template, evaluated: Evaluated, is_base: bool) -> Rendered {
        let failed = evaluated.notes.iter().any(|found| found.note.is_evaluation_failure());
        let fallback = if is_base { Some(Fallback::Extended) } else { failed.then_some(Fallback::Part) };
        let mut notes = std::mem::take(&mut self.notes);
        let Evaluated { message, live, severity, notes: found } = evaluated;
        notes.extend(found.into_iter().map(|found| found.note));
        let severity = severity.unwrap_or(Severity::Info);
        Rendered { message, template: template.name.clone(), live, severity, notes, fallback }
    }

    /// The template that the route names, else the first that takes the event.
    fn pick(&mut self, plan: &Plan) -> Option<&'s Template> {
        let set = self.set;
        if let Some(name) = &plan.template {
            if let Some(template) = set.named(name) {
                return Some(template);
            }
            self.notes.push(Note::UnknownTemplate { template: name.clone() });
        }
        set.of_provider(&self.event.provider).find(|template| self.matches(template))
    }

    pub(super) fn matches(&mut self, template: &'s Template) -> bool {
        if !template.takes(self.event) {
            return false;
        }
        let Some(when) = &template.when else { return true };
        let scope = self.scope_with(template, &template.when_needs);
        when.holds(&scope).unwrap_or_else(|error| {
            self.notes.push(Note::WhenFailed { template: template.name.clone(), error: error.to_string() });
            false
        })
    }

    /// # Errors
    /// When there is nothing to show; with the notes so far.
    pub(super) fn evaluate(&mut self, template: &'s Template) -> Result<Evaluated, Vec<TextNote>> {
        let (vars, own) = self.remembering_scope(template);
        let Some(localized) = template.localized_for(self.view.locale) else { return Err(Vec::new()) };
        let scope = with_texts(localized, vars.clone());
        let mut evaluated = evaluate(&localized.message, &template.theme, &self.set.texts, &scope, self.event)?;
        if !evaluated.live.keys.is_empty() {
            if self.scope.is_masked() {
                evaluated.live.keys = self.unmasked_keys(template, localized);
            }
            evaluated.live.remembered = own;
        }
        Ok(evaluated)
    }

    /// Keys use unmasked values: masked ones are equal for different people, whose messages would be merged. A key is
    /// not displayed.
    fn unmasked_keys(&self, template: &Template, localized: &LocalizedTemplate) -> Vec<String> {
        let view = View { masks: None, ..*self.view };
        let scope = scope(self.set, self.event, self.raw, &view, self.context);
        // What fails is noted with the masked values.
        let scope = VarCache::new(&template.vars, &scope).scope(&template.key_needs, &mut Vec::new());
        live::names(
            &localized.message.live.keys,
            &mut TextEvaluator::new(&self.set.texts),
            &with_texts(localized, scope),
        )
    }

    /// The scope of the texts, where what is missing of the vars that the template remembers is filled in; and what the
    /// event itself says of these vars, where it is not too large to be kept.
    fn remembering_scope(&mut self, template: &'s Template) -> (Scope, RememberedValues) {
        if template.remember.is_empty() {
            return (self.scope_with(template, &template.needs), RememberedValues::new());
        }
        let fill = Fill { places: &template.remember, values: &self.context.remembered };
        let mut vars = VarCache::filled(&template.vars, &self.scope, fill);
        let scope = vars.scope(&template.needs, &mut self.notes);
        let mut own = vars.into_own();
        own.retain(|_, value| !is_missing(value) && value.to_string().len() <= LARGEST_REMEMBERED);
        (scope, own)
    }

    /// With every var of the template's file.
    pub(super) fn scope_of(&mut self, template: &'s Template) -> Scope {
        self.scope_with(template, &template.vars.all())
    }

    fn scope_with(&mut self, template: &'s Template, needed: &RequiredVars) -> Scope {
        let known = self.vars.take().filter(|vars| vars.are_of(&template.vars));
        let vars = self.vars.insert(known.unwrap_or_else(|| VarCache::new(&template.vars, &self.scope)));
        vars.scope(needed, &mut self.notes)
    }
}

fn with_texts(localized: &LocalizedTemplate, scope: Scope) -> Scope {
    match &localized.texts {
        Some(texts) => scope.with("text", texts.clone()).with(LANGUAGE, Value::from(localized.language.as_str())),
        None => scope,
    }
}

/// Earlier events as templates see them.
fn history(events: &[HistoryEvent]) -> Value {
    let event = |event: &HistoryEvent| {
        Value::from_pairs([
            ("time", Value::from(event.position.time.secs())),
            ("type", Value::from(event.event_type.as_str())),
            ("severity", Value::from(event.severity.as_str())),
            ("title", Value::from(event.title.as_str())),
        ])
    };
    events.iter().map(event).collect()
}

/// What an event's templates see of it, without their vars.
fn scope(set: &TemplateSet, event: &Event, raw: &Raw, view: &View, context: &LiveContext) -> Scope {
    let mut scope = Scope::seen_by(event, raw, view);
    scope.set(HISTORY, history(&context.history));
    match set.decimals_of(&event.provider) {
        Some(decimals) => scope.with(currencies::NAME, decimals.clone()),
        None => scope,
    }
}
