//! What goes wrong, and what moderators do.

use std::time::Duration;

use serde_json::json;

use super::StandIn;
use crate::channel_object;
use crate::delivery_fault::DeliveryFault;
use crate::fault::Fault;
use crate::gateway::sessions::{GUILD_WEBHOOKS, GUILDS};
use crate::rate_limit::RateLimits;
use crate::spec::{ChannelKind, ChannelSpec, ThreadState, WebhookSpec};

/// Faults and limits.
impl StandIn {
    /// Switches a fault on, beside those that are on already. The oldest that matches a request applies to it.
    pub fn inject(&self, fault: Fault) {
        self.discord.state().faults.0.push(fault);
        self.discord.publish_faults();
    }

    /// Switches all faults off.
    pub fn clear_faults(&self) {
        self.discord.state().faults.0.clear();
        self.discord.publish_faults();
    }

    /// Sets other limits and resets their counts.
    pub fn set_limits(&self, limits: RateLimits) {
        let mut state = self.discord.state();
        state.limits = limits;
        state.buckets.clear();
    }

    /// What happens to the next interactions on their way to the bot: one fault each, in this order.
    pub fn inject_delivery(&self, faults: impl IntoIterator<Item = DeliveryFault>) {
        self.discord.state().delivery_faults.0.extend(faults);
    }

    /// How long the bot may take for its first response to an interaction, from now on. At the start it is Discord's 3 s.
    pub fn limit_first_response(&self, limit: Duration) {
        self.discord.state().first_response = limit;
    }

    /// The largest file that the bot may send in response to an interaction, in bytes: `attachment_size_limit`. At the start
    /// it is 10 MiB.
    pub fn limit_attachments(&self, bytes: usize) {
        self.discord.state().attachment_limit = bytes;
    }
}

/// Actions in a channel's settings, and of moderators.
impl StandIn {
    /// Adds a webhook, or replaces the one of the same id.
    pub fn put_webhook(&self, webhook: WebhookSpec) {
        let mut state = self.discord.state();
        state.webhooks.retain(|other| other.id != webhook.id);
        state.webhooks.push(webhook);
    }

    /// The webhooks, those that the bot made included.
    pub fn webhooks(&self) -> Vec<WebhookSpec> {
        self.discord.state().webhooks.clone()
    }

    /// Deletes webhooks by their name, and tells bots with the intent GUILD_WEBHOOKS.
    pub fn delete_webhook(&self, name: &str) {
        let mut state = self.discord.state();
        let channels: Vec<String> = state
            .webhooks
            .iter()
            .filter(|webhook| webhook.name == name)
            .map(|webhook| webhook.channel.clone())
            .collect();
        state.webhooks.retain(|webhook| webhook.name != name);
        for channel in channels {
            let guild = state.channel(&channel).map(|channel| channel.spec.guild.clone());
            let data = json!({ "guild_id": guild, "channel_id": channel });
            self.discord.sessions.dispatch_with_intent(GUILD_WEBHOOKS, "WEBHOOKS_UPDATE", &data);
        }
    }

    /// Adds a channel or thread, or replaces the one of the same id, which keeps its messages.
    pub fn put_channel(&self, channel: ChannelSpec) {
        self.discord.state().put_channel(channel);
        self.discord.publish(json!({ "type": "reload" }));
    }

    /// Deletes a message. False when it is not there.
    pub fn delete_message(&self, channel: &str, id: &str) -> bool {
        let found = self.discord.state().remove_message_in(channel, id);
        self.discord.publish(json!({ "type": "delete", "channel": channel, "id": id }));
        found
    }

    /// Deletes a channel with its threads and webhooks, or one thread, and tells bots with the intent GUILDS. False when it
    /// is not there.
    pub fn delete_channel(&self, id: &str) -> bool {
        let mut state = self.discord.state();
        let object = channel_object::full(&state, id).unwrap_or_default();
        let found = state.remove_channel(id);
        state.webhooks.retain(|webhook| webhook.channel != id);
        drop(state);
        if found {
            let event = if object["type"] == 11 { "THREAD_DELETE" } else { "CHANNEL_DELETE" };
            self.discord.sessions.dispatch_with_intent(GUILDS, event, &object);
        }
        self.discord.publish(json!({ "type": "reload" }));
        found
    }

    /// Whether a thread is archived or locked. None when there is no such thread.
    pub fn thread_state(&self, id: &str) -> Option<ThreadState> {
        let state = self.discord.state();
        let thread = state.channel(id).filter(|channel| matches!(channel.spec.kind, ChannelKind::ThreadOf(_)));
        thread.map(|thread| thread.thread)
    }

    /// Archives, locks or opens a thread. False when there is no such thread.
    pub fn set_thread_state(&self, id: &str, to: ThreadState) -> bool {
        let mut state = self.discord.state();
        let thread = state.channel_mut(id).filter(|channel| matches!(channel.spec.kind, ChannelKind::ThreadOf(_)));
        let found = thread.map(|thread| thread.thread = to).is_some();
        drop(state);
        self.discord.publish(json!({ "type": "reload" }));
        found
    }
}
