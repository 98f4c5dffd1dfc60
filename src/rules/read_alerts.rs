//! The keys of a route about alerts that somebody takes: `buttons` and `escalate`.

use super::known::Known;
use hookbell_config_file::{Code, Diagnostics, Table};
use hookbell_model::delivery::{AlertButton, EscalationStep, Mention, PlanSpan};
use hookbell_model::suggest::suggestion;
use hookbell_model::timestamp::parse_duration;

/// Steps of one route.
const MOST_STEPS: usize = 10;

/// Each button once, in the order of the config.
pub(super) fn buttons(table: &mut Table<'_>, known: &Known, diagnostics: &mut Diagnostics) -> Vec<AlertButton> {
    let mut buttons = Vec::new();
    if table.has("buttons") && !known.has_bot {
        let what = "there is no bot that could answer a button";
        let help = "`[discord] bot_token`; bot.md says how to get one";
        diagnostics.add(table.error("buttons", Code::CONFLICTING_KEYS, what).help(help));
    }
    for button in table.read_list("buttons", diagnostics, str::parse::<AlertButton>) {
        if buttons.contains(&button) {
            let twice = format!("`{button}` is here twice");
            diagnostics.add(table.error("buttons", Code::INVALID_VALUE, twice));
        } else {
            buttons.push(button);
        }
    }
    buttons
}

/// The steps in the order of time.
pub(super) fn escalate(table: &mut Table<'_>, known: &Known, diagnostics: &mut Diagnostics) -> Vec<EscalationStep> {
    let mut steps: Vec<EscalationStep> = Vec::new();
    for inner in table.tables("escalate", diagnostics) {
        steps.extend(step(inner, known, diagnostics));
    }
    if let Some(late) = steps.windows(2).find(|pair| pair[1].after.0 <= pair[0].after.0) {
        let after = hookbell_model::timestamp::format_duration(late[1].after.0);
        let what = format!("the steps are not in the order of time: one after {after} follows a later one");
        diagnostics.add(table.error("escalate", Code::INVALID_VALUE, what));
    }
    if steps.len() > MOST_STEPS {
        let what = format!("at most {MOST_STEPS} steps");
        diagnostics.add(table.error("escalate", Code::INVALID_VALUE, what));
    }
    steps
}

fn step(mut table: Table<'_>, known: &Known, diagnostics: &mut Diagnostics) -> Option<EscalationStep> {
    if !table.has("after") {
        diagnostics.add(table.missing("after").help("how long nobody has it: `after = \"10m\"`"));
    }
    let after = table.read("after", diagnostics, parse_duration).map(PlanSpan);
    let mention = table.read_list("mention", diagnostics, str::parse::<Mention>);
    let to: Option<String> = table.get("to", diagnostics);
    if let Some(name) = to.as_ref().filter(|name| !known.destinations.contains(name)) {
        let unknown = table.error("to", Code::UNKNOWN_REFERENCE, format!("there is no destination `{name}`"));
        diagnostics.add(unknown.maybe_help(suggestion(name, known.destinations.iter().map(String::as_str))));
    }
    if !table.has("mention") && !table.has("to") {
        let help = "who is pinged, `mention = \"role:ID\"`, or where it is told, `to = \"backup\"`, or both";
        diagnostics.add(table.missing("mention").help(help));
    }
    table.finish(diagnostics);
    Some(EscalationStep { after: after?, mention, to })
}
