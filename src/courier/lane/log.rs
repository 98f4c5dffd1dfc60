//! The log lines about what became of an attempt.

use tracing::{debug, error, info, warn};

use super::super::batch::Batch;
use super::super::decision::Decision;
use crate::report::troubles::Troubles;
use crate::store::{Postponement, Settlement};
use hookbell_model::delivery::Status;
use hookbell_model::own_event::Trouble;
use hookbell_model::timestamp::{Timestamp, format_duration};

/// Changes of state are errors, warnings and infos, further attempts are debug lines. `failing`: the last attempt
/// failed.
pub(super) fn log(destination: &str, batch: &Batch, decision: &Decision, failing: &mut bool) {
    let event = batch.first().event;
    match decision {
        Decision::Resend => {}
        Decision::Settle(settlements) => {
            for Settlement { status, reason, .. } in settlements {
                if *status == Status::Dead {
                    error!(destination, %event, %reason, "a delivery is dead");
                    continue;
                }
                if std::mem::take(failing) {
                    info!(destination, %event, "deliveries go through again");
                }
                debug!(destination, %event, %status, %reason, "a delivery is over");
            }
        }
        Decision::Park { error, .. } => error!(
            destination,
            reason = %error,
            "the webhook is dead: its lane is parked, and everything is kept until another URL is configured"
        ),
        Decision::Postpone(postponements) | Decision::Split(postponements) => {
            let Some(Postponement { not_before, reason, counts, .. }) = postponements.first() else { return };
            let wait = format_duration(not_before.since(Timestamp::now()));
            if *counts && !std::mem::replace(failing, true) {
                warn!(destination, %event, %reason, wait, "a delivery failed and is tried again");
            } else {
                debug!(destination, %event, %reason, wait, "a delivery waits");
            }
        }
    }
}

/// What an operator has to know of. What no route made is left out, that is hookbell's own: an alert about a dead alert could
/// be dead too.
pub(super) fn report(troubles: &Troubles, destination: &str, batch: &Batch, decision: &Decision) {
    let destination = destination.to_owned();
    match decision {
        Decision::Settle(settlements) => {
            for (delivery, settlement) in batch.deliveries().zip(settlements) {
                if settlement.status == Status::Dead && delivery.plan.route.is_some() {
                    let (event, reason) = (delivery.event.to_string(), settlement.reason.to_string());
                    troubles.add(Trouble::DeadDelivery { destination: destination.clone(), event, reason });
                }
            }
        }
        Decision::Park { error, .. } => troubles.add(Trouble::LaneParked { destination, reason: error.to_string() }),
        _ => {}
    }
}
