//! `/alerts test`: posts a sample by a route, marked as a test, so that one sees what would come and whether it does.

use super::routes;
use crate::bot::answer::{Answer, AnswerKind, Reply};
use crate::bot::command::{Answering, Call, Command, CommandForm, EVERYWHERE_OPTION, OptionSpec};
use crate::bot::error::CommandError;
use crate::bot::gate::Capability;
use crate::bot::text::safe;
use hookbell_model::delivery::{NewDelivery, Plan, RouteName};
use hookbell_model::event::{Event, Raw};

pub(in crate::bot) static COMMAND: Command = Command {
    name: "alerts test",
    form: CommandForm::Slash,
    capability: Capability::Operate,
    answer: AnswerKind::Private,
    options: &[OptionSpec::suggested("route", routes::suggest).required(), EVERYWHERE_OPTION],
    run,
    actions: &[],
};

fn run(call: &Call) -> Answering<'_> {
    Box::pin(async move {
        let visible = routes::visible(call).await?;
        let route = routes::named(call, call.options.text("route").unwrap_or_default(), &visible)?;
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
