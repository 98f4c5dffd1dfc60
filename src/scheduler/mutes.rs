//! Reports, once at each destination, how much a mute held back: when its time is over, or it was ended by command.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::store::{self, NewEvent, Store};
use hookbell_model::delivery::Mute;
use hookbell_model::event::Identity;
use hookbell_model::own_event::{MuteEnded, OwnEvent};
use hookbell_model::timestamp::Timestamp;

/// Between two looks at the store.
const ROUND: Duration = Duration::from_secs(1);
/// After the end of a mute: lanes follow one that was ended by command within a second, and settle what they held back.
const GRACE: Duration = Duration::from_secs(2);

/// Runs until `shutdown` is cancelled.
pub async fn run(store: Store, shutdown: CancellationToken) {
    let rounds = async {
        let mut failing = false;
        loop {
            match round(&store, Timestamp::now()).await {
                Ok(()) => failing = false,
                Err(error) => {
                    if !std::mem::replace(&mut failing, true) {
                        warn!(%error, "the ends of mutes cannot be reported yet");
                    }
                }
            }
            tokio::time::sleep(ROUND).await;
        }
    };
    tokio::select! { () = shutdown.cancelled() => {}, () = rounds => {} }
}

async fn round(store: &Store, now: Timestamp) -> store::Result<()> {
    for mute in store.ended_mutes(now.before(GRACE)).await? {
        report(store, &mute, now).await?;
    }
    Ok(())
}

/// Where more was held back meanwhile, the next round reports it.
async fn report(store: &Store, mute: &Mute, now: Timestamp) -> store::Result<()> {
    let held_back = store.held_back(mute.id).await?;
    let ended = MuteEnded::of(mute, &held_back, now);
    let count: u64 = ended.iter().map(|ended| ended.count).sum();
    let event = |ended: MuteEnded| {
        let deliveries = OwnEvent::deliveries([&ended.destination]);
        let (event, raw) = OwnEvent::MuteEnded(Box::new(ended)).into_event(now);
        NewEvent { event, identity: Identity::Id, raw, receipt: None, deliveries, sales: Vec::new() }
    };
    let events = ended.into_iter().map(event).collect();
    if store.report_mute(mute.id, held_back, events, now).await? {
        info!(mute = mute.id.0, held_back = count, "a mute is over");
    }
    Ok(())
}
