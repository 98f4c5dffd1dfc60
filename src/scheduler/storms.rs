//! Keeps the message of a storm up to date while its events come, and ends it when they do not.

use std::collections::HashMap;
use std::time::Duration;

use crate::store::{self, CollectedGroup, Store};
use hookbell_model::delivery::{NewDelivery, Plan};
use hookbell_model::own_event::{DigestBuilder, DigestPeriod, OwnEvent, Storm};
use hookbell_model::timestamp::Timestamp;

/// Between two edits of one message.
const EVERY: Duration = Duration::from_secs(5);
/// Lines of the first and of the last events.
const LINES: usize = 3;
/// Deliveries that are read at a time.
const PAGE: usize = 500;
/// A storm of a plan that names no span.
const CALM: Duration = Duration::from_secs(60);

/// What was reported of the storms that go on, by destination, route and beginning.
#[derive(Debug, Default)]
pub(super) struct Storms(HashMap<(String, String, i64), Reported>);

#[derive(Debug, Clone, Copy)]
struct Reported {
    count: u64,
    at: Timestamp,
}

impl Storms {
    /// Reports a storm if there is something new to report, or if it is over.
    pub(super) async fn report(&mut self, store: &Store, group: CollectedGroup, now: Timestamp) -> store::Result<()> {
        let route = group.plan.route.as_ref().map(ToString::to_string).unwrap_or_default();
        let name = (group.destination.clone(), route.clone(), group.until.0);
        let known = self.0.get(&name).copied();
        if known.is_some_and(|known| now < known.at.after(EVERY) && now >= known.at) {
            return Ok(());
        }
        let period = DigestPeriod { destination: group.destination.clone(), route, ..DigestPeriod::default() };
        let mut builder = DigestBuilder::new(period);
        let (mut first_lines, mut last_lines) = (Vec::new(), Vec::new());
        let (mut through, mut last) = (0, group.since);
        loop {
            let page = store.collected(group.clone(), through, PAGE).await?;
            let Some(newest) = page.last() else { break };
            through = newest.delivery;
            let is_last = page.len() < PAGE;
            for item in page {
                last = last.max(item.event.received);
                if first_lines.len() < LINES {
                    first_lines.push(item.collected.line.clone());
                } else {
                    last_lines.push(item.collected.line.clone());
                    if last_lines.len() > LINES {
                        last_lines.remove(0);
                    }
                }
                builder.add(item);
            }
            if is_last {
                break;
            }
        }
        if builder.is_empty() {
            return Ok(());
        }
        let calm = group.plan.storm.map_or(CALM, |storm| storm.per);
        // A clock that was ahead has been set back: nothing that came is waited for.
        let is_over = now >= last.after(calm) || last > now.after(calm);
        let digest = builder.finish(None);
        let count = digest.count;
        if !is_over && known.is_some_and(|known| known.count == count) {
            return Ok(());
        }
        let storm = Storm::of(digest, group.until.secs(), last.secs(), is_over);
        let storm = Storm { first_lines, last_lines, ..storm };
        let deliveries = vec![NewDelivery { destination: group.destination.clone(), plan: plan(&group) }];
        let (event, raw) = OwnEvent::Storm(Box::new(storm)).into_event(now);
        if is_over {
            store.accept_digest(event, raw, deliveries, group, through).await?;
            self.0.remove(&name);
        } else {
            store.accept(event, raw, deliveries).await?;
            self.0.insert(name, Reported { count, at: now });
        }
        Ok(())
    }
}

/// The route's own plan, for a message that is not held back itself.
fn plan(group: &CollectedGroup) -> Plan {
    let Plan { route, mention, mask, quiet, order, .. } = group.plan.clone();
    Plan { route, mention, mask, quiet, order, ..Plan::default() }
}
