//! Selects the template of an event: the one that the route names, else the first that takes it; and what is used
//! where that one fails.

use super::card;
use super::evaluate::{Evaluated, evaluate, key_of};
use super::note::TextNote;
use super::rendered::{Fallback, GENERIC, Rendered};
use super::set::TemplateSet;
use super::template::{MessageTemplate, Template};
use super::vars::{RequiredVars, VarCache};
use crate::expression::{Scope, View};
use hookbell_model::delivery::Plan;
use hookbell_model::event::{Event, Raw, Severity};
use hookbell_model::note::Note;

/// The body is parsed once, and each of a file's `[vars]` is computed once.
pub(super) struct Selection<'s> {
    set: &'s TemplateSet,
    event: &'s Event,
    /// The masked event, where it differs.
    masked: Option<Event>,
    raw: &'s Raw,
    view: &'s View,
    scope: Scope,
    /// The vars of the template that was tried last.
    vars: Option<VarCache<'s>>,
    pub(super) notes: Vec<Note>,
}

impl<'s> Selection<'s> {
    pub(super) fn new(set: &'s TemplateSet, event: &'s Event, raw: &'s Raw, view: &'s View) -> Self {
        let masked = view.masks.map(|masks| masks.event(event));
        Self { set, event, masked, raw, view, scope: Scope::seen_by(event, raw, view), vars: None, notes: Vec::new() }
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
        let (message, fallback) = match picked {
            Some(template) => (card::failed(self.shown(), &template.name, &why), Some(Fallback::Generic)),
            None => (card::generic(self.shown()), None),
        };
        let notes = std::mem::take(&mut self.notes);
        let severity = self.event.facts.severity.unwrap_or(Severity::Info);
        Rendered { message, template: GENERIC.to_owned(), key: None, severity, notes, fallback }
    }

    fn shown(&self) -> &Event {
        self.masked.as_ref().unwrap_or(self.event)
    }

    fn rendered(&mut self, template: &Template, evaluated: Evaluated, is_base: bool) -> Rendered {
        let failed = evaluated.notes.iter().any(|found| found.note.is_evaluation_failure());
        let fallback = if is_base { Some(Fallback::Extended) } else { failed.then_some(Fallback::Part) };
        let mut notes = std::mem::take(&mut self.notes);
        let Evaluated { message, key, severity, notes: found } = evaluated;
        notes.extend(found.into_iter().map(|found| found.note));
        let severity = severity.unwrap_or(Severity::Info);
        Rendered { message, template: template.name.clone(), key, severity, notes, fallback }
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
        let scope = self.scope_with(template, &template.needs);
        let Some(localized) = template.localized_for(self.view.locale) else { return Err(Vec::new()) };
        let scope = match &localized.texts {
            Some(texts) => scope.with("text", texts.clone()),
            None => scope,
        };
        let mut evaluated = evaluate(&localized.message, &template.theme, &self.set.texts, &scope, self.event)?;
        if evaluated.key.is_some() && self.view.masks.is_some_and(|masks| !masks.is_empty()) {
            evaluated.key = self.unmasked_key(template, &localized.message);
        }
        Ok(evaluated)
    }

    /// Keys use unmasked values: masked ones are equal for different people, whose messages would be merged. A key is
    /// not displayed.
    fn unmasked_key(&mut self, template: &'s Template, message: &MessageTemplate) -> Option<String> {
        let view = View { masks: None, ..*self.view };
        let scope = Scope::seen_by(self.event, self.raw, &view);
        // What fails is noted already, with the masked values.
        let scope = VarCache::new(&template.vars, &scope).scope(&template.needs, &mut Vec::new());
        key_of(message, &self.set.texts, &scope)
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
