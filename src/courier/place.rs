//! Finds out where a webhook posts: its channel, for the budget, and its guild, for the bot. Done beside the
//! lane, which never waits for it.

use std::sync::Arc;
use std::time::Duration;

use tracing::debug;

use super::pace::Verb;
use super::stop::Stop;
use super::{Courier, Destination};
use crate::discord::{Answer, Outcome, WebhookInfo};
use crate::store::{self, WebhookChannel};

const FIRST_PAUSE: Duration = Duration::from_secs(60);
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// Asks until Discord tells, ever more rarely; a dead webhook is left to the lane to find.
pub(super) async fn find(courier: Arc<Courier>, destination: Destination, stop: Stop) {
    let mut pause = FIRST_PAUSE;
    while !stop.is_set() {
        match look_up(&courier, &destination, &stop).await {
            Some(Ok(info)) => match keep(&courier, &destination, info).await {
                Ok(()) => return,
                Err(error) => debug!(destination = destination.name, %error, "the channel could not be noted"),
            },
            Some(Err(Answer { outcome: Outcome::WebhookDead { .. }, .. })) => return,
            Some(Err(_)) => debug!(destination = destination.name, "the webhook's channel is not known yet"),
            None => {}
        }
        stop.sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// One look-up at the shared pace; `None` when its turn did not come.
pub(super) async fn look_up(
    courier: &Courier,
    destination: &Destination,
    stop: &Stop,
) -> Option<Result<WebhookInfo, Answer>> {
    let permit = courier.pacer.turn(Verb::Ask, &destination.webhook, FIRST_PAUSE, stop).await?;
    let told = courier.client.look_up(&destination.webhook).await;
    if let Err(answer) = &told {
        courier.pacer.note(&permit, answer);
    }
    Some(told)
}

/// Notes where the webhook posts, for this process and for the store.
pub(super) async fn keep(courier: &Courier, destination: &Destination, info: WebhookInfo) -> store::Result<()> {
    courier.pacer.place(&destination.webhook, &info.channel);
    let fingerprint = destination.webhook.fingerprint();
    let channel = WebhookChannel { guild: info.guild, channel: info.channel, fingerprint };
    courier.store.set_channel(&destination.name, channel).await
}
