//! One event looking for its message: the one the route names, else the first that fits; and what stands in
//! where that one fails.

use super::evaluate::{Evaluated, evaluate, key_of};
use super::note::TextNote;
use super::template::{MessageTemplate, Template};
use super::vars::{RequiredVars, VarCache};
use super::{Fallback, GENERIC, Rendered, Set, card};
use crate::expression::{Scope, View};
use hookbell_model::delivery::Plan;
use hookbell_model::event::{Event, Raw, Severity};
use hookbell_model::note::Note;

/// The body is parsed once, and each of a file's `[vars]` is computed once.
pub(super) struct Selection<'s> {
    set: &'s Set,
    event: &'s Event,
    /// The event as its readers may see it, where that is another.
    masked: Option<Event>,
    raw: &'s Raw,
    view: &'s View,
    scope: Scope,
    /// The vars of the file that was looked at last.
    vars: Option<VarCache<'s>>,
    pub(super) notes: Vec<Note>,
}

impl<'s> Selection<'s> {
    pub(super) fn new(set: &'s Set, event: &'s Event, raw: &'s Raw, view: &'s View) -> Self {
        let masked = view.masks.map(|masks| masks.event(event));
        Self { set, event, masked, raw, view, scope: Scope::seen_by(event, raw, view), vars: None, notes: Vec::new() }
    }

    /// The message the plan and the templates make of the event, not yet fitted.
    pub(super) fn make(&mut self, plan: &Plan) -> Rendered {
        let picked = self.pick(plan);
        let (mut next, mut why) = (picked, String::new());
        while let Some(template) = next {
            match self.evaluate(template) {
                Ok(evaluated) => {
                    return self.rendered(
                        template,
                        evaluated,
                        picked.is_some_and(|first| !std::ptr::eq(first, template)),
                    );
                }
                Err(notes) => {
                    let failures = || notes.iter().filter(|found| found.note.is_evaluation_failure());
                    let cause = failures().map(|found| Box::new(found.note.clone())).next();
                    why = cause.as_deref().unwrap_or(&Note::NothingToShow).to_string();
                    self.notes.push(Note::TemplateFailed { template: template.name.clone(), cause });
                    self.notes.extend(notes.into_iter().map(|found| found.note));
                }
            }
            next = template.base.and_then(|base| self.set.templates.get(base));
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

    fn rendered(&mut self, template: &Template, evaluated: Evaluated, extended: bool) -> Rendered {
        let failed = evaluated.notes.iter().any(|found| found.note.is_evaluation_failure());
        let fallback = if extended { Some(Fallback::Extended) } else { failed.then_some(Fallback::Part) };
        let mut notes = std::mem::take(&mut self.notes);
        let Evaluated { message, key, severity, notes: found } = evaluated;
        notes.extend(found.into_iter().map(|found| found.note));
        let severity = severity.unwrap_or(Severity::Info);
        Rendered { message, template: template.name.clone(), key, severity, notes, fallback }
    }

    /// The message the route names, else the first that fits.
    fn pick(&mut self, plan: &Plan) -> Option<&'s Template> {
        let set = self.set;
        if let Some(name) = &plan.template {
            if let Some(template) = set.by_name.get(name.as_str()).and_then(|at| set.templates.get(*at)) {
                return Some(template);
            }
            self.notes.push(Note::UnknownTemplate { template: name.clone() });
        }
        set.of(&self.event.provider)
            .iter()
            .filter_map(|at| set.templates.get(*at))
            .find(|template| self.matches(template))
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
    /// When nothing is left to be seen; with what was noted on the way.
    pub(super) fn evaluate(&mut self, template: &'s Template) -> Result<Evaluated, Vec<TextNote>> {
        let scope = self.scope_with(template, &template.needs);
        let Some(worded) = template.worded(self.view.locale) else { return Err(Vec::new()) };
        let scope = match &worded.words {
            Some(words) => scope.with("text", words.clone()),
            None => scope,
        };
        let mut evaluated = evaluate(&worded.look, &template.theme, &self.set.texts, &scope, self.event)?;
        if evaluated.key.is_some() && self.view.masks.is_some_and(|masks| !masks.is_empty()) {
            evaluated.key = self.unmasked_key(template, &worded.look);
        }
        Ok(evaluated)
    }

    /// What is covered looks alike: as a key it would make one message of many people's. Nobody reads a key.
    fn unmasked_key(&mut self, template: &'s Template, look: &MessageTemplate) -> Option<String> {
        let view = View { masks: None, ..*self.view };
        let scope = Scope::seen_by(self.event, self.raw, &view);
        // What failed has been told of the covered ones.
        let scope = VarCache::new(&template.vars, &scope).scope(&template.needs, &mut Vec::new());
        key_of(look, &self.set.texts, &scope)
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
