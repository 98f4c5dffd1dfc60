//! What all lanes share.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use super::metrics::Metrics;
use super::mutes::ActiveMutes;
use super::outage::Outage;
use super::pacer::Pacer;
use super::settings::CourierSettings;
use crate::discord;
use crate::notify::Notifier;
use crate::report::troubles::Troubles;
use crate::store::Store;
use hookbell_model::secret::Webhook;
use hookbell_model::timestamp::{Clock, Timestamp};

#[derive(Debug)]
pub(super) struct Courier {
    pub(super) store: Store,
    pub(super) client: discord::Client,
    pub(super) settings: watch::Receiver<Arc<CourierSettings>>,
    /// Since when this process delivers.
    pub(super) started: Timestamp,
    pub(super) owner: String,
    pub(super) metrics: Metrics,
    pub(super) pacer: Pacer,
    pub(super) clock: Clock,
    pub(super) outage: Outage,
    /// Changes with the commands of operators.
    pub(super) commands: watch::Sender<()>,
    pub(super) mutes: ActiveMutes,
    pub(super) notifier: Notifier,
    pub(super) troubles: Troubles,
    /// The fingerprints of webhooks that belong to an application: its bot answers the buttons of their messages.
    pub(super) bot_owned: Mutex<BTreeSet<String>>,
}

impl Courier {
    /// Whether a webhook belongs to an application, as Discord said.
    pub(super) fn note_owner(&self, webhook: &Webhook, is_application: bool) {
        let mut owned = self.bot_owned.lock().unwrap_or_else(PoisonError::into_inner);
        if is_application {
            owned.insert(webhook.fingerprint());
        } else {
            owned.remove(&webhook.fingerprint());
        }
    }

    pub(super) fn is_bot_owned(&self, webhook: &Webhook) -> bool {
        let owned = self.bot_owned.lock().unwrap_or_else(PoisonError::into_inner);
        self.client.has_bot() && owned.contains(&webhook.fingerprint())
    }

    /// As they are now.
    pub(super) fn settings(&self) -> Arc<CourierSettings> {
        Arc::clone(&self.settings.borrow())
    }
}
