//! Tells others of alerts that nobody has taken in time, as their routes say. What became due while hookbell was not running is
//! told once, as the last step that is due.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::muted::is_muted;
use super::rounds::pause;
use crate::store::{self, DueEscalation, MessageLink, NewEvent, Store};
use hookbell_model::delivery::{EscalationStep, NewDelivery, Plan};
use hookbell_model::event::Identity;
use hookbell_model::own_event::{Escalation, OwnEvent};
use hookbell_model::timestamp::Timestamp;

/// How often is asked what is due; one look-up in a small index.
const POLL: Duration = Duration::from_secs(2);
/// What is muted is looked at again.
const MUTED: Duration = Duration::from_secs(60);
const MOST: usize = 100;

/// Runs until `shutdown` is cancelled.
pub async fn run(store: Store, shutdown: CancellationToken) {
    let rounds = async {
        loop {
            let round = round(&store, Timestamp::now()).await;
            tokio::time::sleep(pause(round, POLL, "an escalation")).await;
        }
    };
    tokio::select! { () = shutdown.cancelled() => {}, () = rounds => {} }
}

/// # Errors
/// When the store does not answer; what is due stays due.
pub async fn round(store: &Store, now: Timestamp) -> store::Result<()> {
    let due = store.due_escalations(now, MOST).await?;
    if due.is_empty() {
        return Ok(());
    }
    let mutes = store.active_mutes(now).await?;
    for due in due {
        let (steps, firing) = (due.thing.state.escalate.as_slice(), due.thing.firing);
        let is_free = due.thing.handling.owner.is_none() && !due.thing.is_over();
        let Some(firing) = firing.filter(|_| is_free) else {
            // Somebody has it, or it is over.
            store.escalate(&due, None, due.escalated, None).await?;
            continue;
        };
        if is_muted(store, (&due.thing.destination, &due.thing.keys), &due.thing.state, &mutes, now).await? {
            store.escalate(&due, None, due.escalated, Some(now.after(MUTED))).await?;
            continue;
        }
        let taken = steps.iter().take_while(|step| firing.after(step.after.0) <= now).count();
        let step = taken.checked_sub(1).and_then(|last| steps.get(last)).filter(|_| taken > due.escalated);
        let next = steps.get(taken).map(|step| firing.after(step.after.0));
        let event = step.map(|step| event(&due, step, (firing, taken), now));
        store.escalate(&due, event, taken.max(due.escalated), next).await?;
    }
    Ok(())
}

fn event(due: &DueEscalation, step: &EscalationStep, (firing, number): (Timestamp, usize), now: Timestamp) -> NewEvent {
    let thing = &due.thing;
    let link = thing.message.clone().zip(due.guild.clone()).map(|(at, guild)| MessageLink { guild, ..at });
    let url = link.and_then(|link| link.link()).unwrap_or_default();
    let escalation = Escalation {
        destination: thing.destination.clone(),
        key: thing.keys.first().cloned().unwrap_or_default(),
        title: thing.title().to_owned(),
        severity: thing.state.severity,
        since: firing.secs(),
        now: now.secs(),
        step: u64::try_from(number).unwrap_or(u64::MAX),
        url,
    };
    let (event, raw) = OwnEvent::Escalation(escalation).into_event(now);
    let destination = step.to.clone().unwrap_or_else(|| thing.destination.clone());
    let plan = Plan { mention: step.mention.clone(), ..Plan::default() };
    let deliveries = vec![NewDelivery { destination, plan }];
    NewEvent { event, identity: Identity::Id, raw, receipt: None, deliveries, sales: Vec::new() }
}
