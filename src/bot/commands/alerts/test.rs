//! `/alerts test`: posts a sample by a route, marked as a test, so that one sees what would come and whether it does.

use crate::bot::answer::{Answer, AnswerKind, OptionChoice, Reply};
use crate::bot::command::{Answering, Call, Command, CommandForm, EVERYWHERE_OPTION, OptionSpec, Suggesting};
use crate::bot::error::CommandError;
use crate::bot::gate::Capability;
use crate::bot::text::{plain, safe};
use crate::rules::Rules;
use crate::store::Scope;
use hookbell_model::delivery::{NewDelivery, Plan, RouteName};
use hookbell_model::event::{Event, Raw};
use hookbell_model::suggest::did_you_mean;

pub(in crate::bot) static COMMAND: Command = Command {
    name: "alerts test",
    form: CommandForm::Slash,
    capability: Capability::Operate,
    answer: AnswerKind::Private,
    options: &[OptionSpec::suggested("route", routes).required(), EVERYWHERE_OPTION],
    run,
    actions: &[],
};

fn run(call: &Call) -> Answering<'_> {
    Box::pin(async move {
        let written = call.options.text("route").unwrap_or_default();
        let visible = visible(call).await?;
        let known: Vec<&RouteName> = routes_to(&call.settings.rules, &visible).collect();
        let Some(route) = known.iter().find(|route| route.to_string() == written) else {
            let names: Vec<String> = known.iter().map(ToString::to_string).collect();
            let near = did_you_mean(written, names.iter().map(String::as_str)).map(str::to_owned);
            return Err(CommandError::NoSuchRoute { written: written.to_owned(), near });
        };
        let sample = sample(call, route, &visible);
        let (event, raw, deliveries) = sample.ok_or_else(|| CommandError::NoSample { route: route.to_string() })?;
        let to: Vec<String> = deliveries.iter().map(|new| format!("**{}**", safe(&new.destination, 60))).collect();
        let id = call.store.on_behalf_of(call.author()).accept_test(event, raw, deliveries, call.now).await?;
        let values = [("to", to.join(", ")), ("id", id.to_string())];
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Ok(Answer::Private(Reply::text(call.words.fill("alerts.test.done", &values))))
    })
}

/// The first sample of a source that the route takes, with the deliveries that it makes: without pings, at once, and about
/// no thing that others know.
fn sample(call: &Call, route: &RouteName, visible: &[String]) -> Option<(Event, Raw, Vec<NewDelivery>)> {
    let settings = &call.settings;
    for (source, provider) in &settings.sources {
        let shipped = settings.providers.get(&provider.name).unwrap_or(provider);
        for sample in &shipped.samples {
            let Ok((events, _)) = shipped.read_sample(source, sample, call.now) else { continue };
            for (mut event, raw) in events {
                let deliveries = settings.rules.route(&event, &raw).deliveries;
                let of_route =
                    |new: &NewDelivery| new.plan.route.as_ref() == Some(route) && visible.contains(&new.destination);
                let test = |new: NewDelivery| NewDelivery { plan: test_plan(new.plan), ..new };
                let deliveries: Vec<NewDelivery> = deliveries.into_iter().filter(of_route).map(test).collect();
                if deliveries.is_empty() {
                    continue;
                }
                event.facts.test = true;
                (event.time, event.received) = (call.now, call.now);
                return Some((event, raw, deliveries));
            }
        }
    }
    None
}

/// What shows the message now: nothing that would hold it back, and nobody pinged.
fn test_plan(plan: Plan) -> Plan {
    let Plan { route, template, notes, mask, .. } = plan;
    Plan { route, template, notes, mask, test: true, ..Plan::default() }
}

fn routes<'a>(call: &'a Call, typed: &'a str) -> Suggesting<'a> {
    Box::pin(async move {
        let (typed, visible) = (typed.trim().to_lowercase(), visible(call).await?);
        let rules = &call.settings.rules;
        let choice = |name: &RouteName| {
            let sources = rules.sources_of(name).map(|sources| format!("{}: ", sources.join(", "))).unwrap_or_default();
            let label = format!("{sources}→ {} ({name})", rules.destinations_of(name).join(", "));
            OptionChoice { name: plain(&label, 100), value: name.to_string() }
        };
        let choices = routes_to(rules, &visible).map(choice);
        Ok(choices.filter(|choice| choice.name.to_lowercase().contains(&typed)).collect())
    })
}

fn routes_to<'r>(rules: &'r Rules, destinations: &[String]) -> impl Iterator<Item = &'r RouteName> {
    let leads_there = |name: &&RouteName| rules.destinations_of(name).iter().any(|to| destinations.contains(to));
    rules.names().filter(leads_there)
}

/// The destinations that one may see.
async fn visible(call: &Call) -> Result<Vec<String>, CommandError> {
    match &call.viewer.scope {
        Scope::Everything => Ok(call.settings.destinations.keys().cloned().collect()),
        scope => Ok(call.store.destinations_in(scope.clone()).await?),
    }
}
