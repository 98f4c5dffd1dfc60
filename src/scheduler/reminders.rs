//! Reports things that are still open, as often as their routes want.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::muted::is_muted;
use super::rounds::pause;
use crate::store::{self, DueReminder, NewEvent, Store};
use hookbell_model::delivery::{NewDelivery, Plan};
use hookbell_model::event::Identity;
use hookbell_model::own_event::{OpenReminder, OwnEvent};
use hookbell_model::timestamp::Timestamp;

/// How often is asked what is due; one look-up in a small index.
const POLL: Duration = Duration::from_secs(2);
const MOST: usize = 100;

/// Runs until `shutdown` is cancelled.
pub async fn run(store: Store, shutdown: CancellationToken) {
    let rounds = async {
        loop {
            let round = round(&store, Timestamp::now()).await;
            tokio::time::sleep(pause(round, POLL, "a reminder")).await;
        }
    };
    tokio::select! { () = shutdown.cancelled() => {}, () = rounds => {} }
}

async fn round(store: &Store, now: Timestamp) -> store::Result<()> {
    let due = store.due_reminders(now, MOST).await?;
    if due.is_empty() {
        return Ok(());
    }
    let mutes = store.active_mutes(now).await?;
    for reminder in due {
        let next = reminder.state.reminder.map(|plan| now.after(plan.every.0));
        let is_reported = reminder.message.is_some() && !reminder.state.closed;
        let is_muted = is_muted(store, (&reminder.destination, &reminder.keys), &reminder.state, &mutes, now).await?;
        let (record, event) = (reminder.record, (is_reported && !is_muted).then(|| event(reminder, now)));
        store.remind(event, record, next).await?;
    }
    Ok(())
}

fn event(reminder: DueReminder, now: Timestamp) -> NewEvent {
    let DueReminder { destination, message, state, guild, keys, .. } = reminder;
    let url =
        guild.zip(message).map(|(guild, at)| format!("https://discord.com/channels/{guild}/{}/{}", at.channel, at.id));
    let title = state.history.last().map(|last| last.title.clone()).filter(|title| !title.is_empty());
    let open = OpenReminder {
        destination: destination.clone(),
        key: keys.into_iter().next().unwrap_or_default(),
        title: title.unwrap_or_default(),
        severity: state.severity,
        since: state.since().unwrap_or(now).secs(),
        now: now.secs(),
        url: url.unwrap_or_default(),
    };
    let (event, raw) = OwnEvent::Reminder(open).into_event(now);
    // Whoever was pinged for the thing is pinged again.
    let mention = state.shown.map(|shown| shown.mention).unwrap_or_default();
    let deliveries = vec![NewDelivery { destination, plan: Plan { mention, ..Plan::default() } }];
    NewEvent { event, identity: Identity::Id, raw, receipt: None, deliveries, sales: Vec::new() }
}
