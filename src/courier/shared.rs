//! What all lanes share.

use std::sync::Arc;

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
}

impl Courier {
    /// As they are now.
    pub(super) fn settings(&self) -> Arc<CourierSettings> {
        Arc::clone(&self.settings.borrow())
    }
}
