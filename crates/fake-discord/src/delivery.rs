//! Brings an interaction to the bot: over the gateway, or to the endpoint that it registered.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::delivery_fault::DeliveryFault;
use crate::discord::Discord;
use crate::endpoint;

/// Sends an interaction, with the fault that was injected for it.
pub(crate) fn deliver(discord: &Arc<Discord>, mut event: Value, fault: Option<&DeliveryFault>) {
    let mut copies = 1;
    match fault {
        Some(DeliveryFault::Lost) => copies = 0,
        Some(DeliveryFault::Twice) => copies = 2,
        Some(DeliveryFault::Without(pointers)) => pointers.iter().for_each(|pointer| remove(&mut event, pointer)),
        Some(DeliveryFault::OfType(kind)) => event["type"] = json!(kind),
        Some(DeliveryFault::AfterDisconnect) => discord.sessions.disconnect_all(),
        Some(DeliveryFault::Late(_) | DeliveryFault::ThenDisconnect) | None => {}
    }
    let url = discord.state().endpoint.clone();
    for _ in 0..copies {
        match &url {
            None => discord.sessions.dispatch("INTERACTION_CREATE", &event),
            Some(url) => {
                tokio::spawn(endpoint::interaction(Arc::clone(discord), url.clone(), event.clone()));
            }
        }
    }
    if fault == Some(&DeliveryFault::ThenDisconnect) {
        discord.sessions.disconnect_all();
    }
}

/// Removes the field that a JSON pointer names.
fn remove(event: &mut Value, pointer: &str) {
    let (parent, key) = pointer.rsplit_once('/').unwrap_or(("", pointer));
    if let Some(fields) = event.pointer_mut(parent).and_then(Value::as_object_mut) {
        fields.remove(key);
    }
}
