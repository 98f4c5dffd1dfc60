//! Looks up where a webhook posts: its channel, for the budget, and its guild, for the bot. Runs beside the lane,
//! which never waits for it.

use std::sync::Arc;
use std::time::Duration;

use tracing::debug;

use super::feed_end;
use super::rate_limiter::RequestKind;
use super::settings::Destination;
use super::shared::Courier;
use super::stop::Stop;
use crate::discord::{Outcome, Response, WebhookInfo};
use crate::store::{self, WebhookChannel};

const FIRST_PAUSE: Duration = Duration::from_secs(60);
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// Repeats the look-up at growing intervals until Discord answers. A dead webhook ends it: the lane detects that
/// itself.
pub(super) async fn find(courier: Arc<Courier>, destination: Destination, stop: Stop) {
    let mut pause = FIRST_PAUSE;
    while !stop.is_set() {
        match look_up(&courier, &destination, &stop).await {
            Some(Ok(info)) => match record(&courier, &destination, info).await {
                Ok(()) => return,
                Err(error) => debug!(destination = destination.name, %error, "the channel could not be recorded"),
            },
            Some(Err(Response { outcome: Outcome::WebhookDead { error }, .. })) => {
                if let Some((feed, cause)) = feed_end::of(&destination, &error)
                    && let Err(error) = feed_end::end(&courier.store, feed, cause, courier.clock.now()).await
                {
                    debug!(destination = destination.name, %error, "the end of the feed could not be recorded");
                }
                return;
            }
            Some(Err(_)) => debug!(destination = destination.name, "the webhook's channel is not known yet"),
            None => {}
        }
        stop.sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// One look-up, within the rate limits; `None` when no permit came in time.
pub(super) async fn look_up(
    courier: &Courier,
    destination: &Destination,
    stop: &Stop,
) -> Option<Result<WebhookInfo, Response>> {
    let permit = courier.pacer.permit(RequestKind::LookUp, true, &destination.webhook, FIRST_PAUSE, stop).await?;
    let answer = courier.client.look_up(&destination.webhook).await;
    if let Err(response) = &answer {
        courier.pacer.note(&permit, response);
    }
    Some(answer)
}

/// Whether the server at the other end takes requests, after this response to one.
pub(super) fn is_answer(response: &Response) -> bool {
    let turned_away =
        matches!(response.outcome, Outcome::WebhookDead { .. } | Outcome::Banned { .. } | Outcome::Wait { .. });
    !turned_away && response.status.is_some_and(|status| status < 500)
}

/// As [`is_answer`], of a look-up. A server without it answers 404 or 405, and that a webhook is dead is an answer of a
/// server that works.
pub(super) fn is_answered(look_up: &Result<WebhookInfo, Response>) -> bool {
    match look_up {
        Ok(_) => true,
        Err(response) => is_answer(response) || matches!(response.outcome, Outcome::WebhookDead { .. }),
    }
}

/// Records where the webhook posts, in this process and in the store.
pub(super) async fn record(courier: &Courier, destination: &Destination, info: WebhookInfo) -> store::Result<()> {
    courier.pacer.place(&destination.webhook, &info.channel);
    let fingerprint = destination.webhook.fingerprint();
    courier.note_owner(&destination.webhook, info.application.is_some());
    let WebhookInfo { guild, channel, application } = info;
    let channel = WebhookChannel { guild, channel, fingerprint, application };
    courier.store.set_channel(&destination.name, channel).await
}
