//! Makes a digest of what was collected for it when it is due: one event of hookbell's own, whose message the lane posts.
//! What was due while hookbell was down is made up for at the start.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::info;

use super::rounds::pause;
use super::storms::Storms;
use crate::store::{self, CollectedGroup, EventFilter, Store};
use hookbell_model::delivery::{CollectCause, NewDelivery, Plan, RouteName};
use hookbell_model::own_event::{CurrencySum, Digest, DigestBuilder, DigestPeriod, OWN, OwnEvent, PreviousPeriod};
use hookbell_model::schedule::Period;
use hookbell_model::timestamp::Timestamp;
use hookbell_model::zone::Zone;

/// How often is asked what is due; one look-up in a small index.
const POLL: Duration = Duration::from_secs(1);
/// Deliveries that are read at a time.
const PAGE: usize = 500;
/// Earlier digests of a destination among which that of the period before is looked for.
const EARLIER: usize = 20;

/// Runs until `shutdown` is cancelled.
pub async fn run(store: Store, shutdown: CancellationToken) {
    let rounds = async {
        let mut storms = Storms::default();
        loop {
            let round = round(&store, &mut storms, Timestamp::now()).await;
            tokio::time::sleep(pause(round, POLL, "a digest")).await;
        }
    };
    tokio::select! { () = shutdown.cancelled() => {}, () = rounds => {} }
}

/// Makes every digest that is due.
async fn round(store: &Store, storms: &mut Storms, now: Timestamp) -> store::Result<()> {
    let (groups, _) = store.due_digests(now).await?;
    // What the lane of a digest still holds may belong to it, and would be before it in the lane anyway.
    for group in groups {
        match group.cause {
            CollectCause::Hold | CollectCause::Inhibition => store.release(group).await?,
            CollectCause::Storm => storms.report(store, group, now).await?,
            _ if group.is_incomplete => {}
            _ => make(store, group, now).await?,
        }
    }
    Ok(())
}

async fn make(store: &Store, group: CollectedGroup, now: Timestamp) -> store::Result<()> {
    let of = period(&group);
    let mut builder = DigestBuilder::new(of.clone());
    let mut through = 0;
    loop {
        let page = store.collected(group.clone(), through, PAGE).await?;
        let Some(last) = page.last() else { break };
        through = last.delivery;
        let is_last = page.len() < PAGE;
        page.into_iter().for_each(|item| builder.add(item));
        if is_last {
            break;
        }
    }
    if builder.is_empty() {
        return Ok(());
    }
    let digest = builder.finish(previous(store, &of).await?);
    let (destination, events) = (group.destination.clone(), digest.count);
    let deliveries = vec![NewDelivery { destination: destination.clone(), plan: plan(&group) }];
    let (event, raw) = OwnEvent::Digest(Box::new(digest)).into_event(now);
    store.accept_digest(event, raw, deliveries, group, through).await?;
    info!(destination, events, "a digest is made");
    Ok(())
}

/// The route's own plan, for a message that is not held back again.
fn plan(group: &CollectedGroup) -> Plan {
    let plan = group.plan.clone();
    let template = plan.digest.as_ref().and_then(|digest| digest.template.clone());
    // The digest itself waits for nothing.
    let Plan { route, mention, mask, quiet, order, .. } = plan;
    Plan { route, template, mention, mask, quiet, order, ..Plan::default() }
}

fn period(group: &CollectedGroup) -> DigestPeriod {
    let CollectedGroup { destination, until, plan, cause, since, .. } = group;
    let just_before = Timestamp(until.0.saturating_sub(1));
    let (from, zone, every) = match (cause, &plan.digest, &plan.quiet) {
        (CollectCause::Digest, Some(digest), _) => {
            (digest.every.period(just_before).from, digest.every.zone(), digest.every.to_string())
        }
        (CollectCause::QuietHours, _, Some(quiet)) => {
            (quiet.begin(*until).unwrap_or(*since), quiet.zone.clone(), quiet.to_string())
        }
        (CollectCause::Rate, ..) => (*since, Zone::default(), "rate".to_owned()),
        (CollectCause::Stale, ..) => (*since, Zone::default(), "stale".to_owned()),
        _ => (*since, Zone::default(), String::new()),
    };
    DigestPeriod {
        destination: destination.clone(),
        route: plan.route.as_ref().map(RouteName::to_string).unwrap_or_default(),
        every,
        // The summary of a rate may come every minute: no chart for that.
        buckets: if *cause == CollectCause::Rate { Vec::new() } else { Period { from, to: *until }.parts(&zone) },
        zone: zone.name().to_owned(),
        from,
        to: *until,
    }
}

/// The period before this one, by the digests that are kept of it. Where there is none although there are earlier ones,
/// nothing came in.
async fn previous(store: &Store, of: &DigestPeriod) -> store::Result<Option<PreviousPeriod>> {
    let filter = EventFilter {
        source: Some(OWN.to_owned()),
        event_type: Some(Digest::EVENT_TYPE.to_owned()),
        destinations: Some(vec![of.destination.clone()]),
        ..EventFilter::default()
    };
    let mut found = None;
    for summary in store.recent(filter, None, EARLIER).await? {
        let Some((_, raw)) = store.event(summary.event.id).await? else { continue };
        let Ok(earlier) = serde_json::from_slice::<Digest>(&raw.body) else { continue };
        if !earlier.is_of(&of.destination, &of.route) || earlier.every != of.every || earlier.to > of.from.secs() {
            continue;
        }
        let before: &mut PreviousPeriod = found.get_or_insert_default();
        if earlier.to < of.from.secs() {
            break;
        }
        before.count += earlier.count;
        for sum in earlier.sums {
            match before.sums.iter_mut().find(|known| known.currency == sum.currency) {
                None => before.sums.push(sum),
                Some(known) => add(known, &sum),
            }
        }
    }
    Ok(found)
}

/// One period may have two digests, where something came late.
fn add(known: &mut CurrencySum, more: &CurrencySum) {
    known.paid = known.paid.saturating_add(more.paid);
    known.refunded = known.refunded.saturating_add(more.refunded);
    known.net = known.net.saturating_add(more.net);
    known.payments += more.payments;
    known.refunds += more.refunds;
}
