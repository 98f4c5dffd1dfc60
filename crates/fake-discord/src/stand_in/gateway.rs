//! The gateway, and the endpoint that takes its place for interactions.

use std::time::Duration;

use serde_json::json;

use super::StandIn;
use crate::endpoint::{self, EndpointError};
use crate::endpoint_call::EndpointCall;
use crate::gateway::sessions::GatewayStats;

/// The gateway.
impl StandIn {
    /// How many bots are connected, and how often bots identified and resumed.
    pub fn gateway_stats(&self) -> GatewayStats {
        self.discord.sessions.stats()
    }

    /// Refuses new gateway connections, or accepts them again.
    pub fn refuse_gateway(&self, refuse: bool) {
        self.discord.sessions.refuse(refuse);
    }

    /// Closes every gateway connection with a code. 1000 and 1001 end the sessions too.
    pub fn close_gateway(&self, code: u16) {
        self.discord.sessions.close_all(code);
    }

    /// Acknowledges heartbeats, or stops doing so.
    pub fn acknowledge_heartbeats(&self, acknowledge: bool) {
        self.discord.sessions.acknowledge(acknowledge);
    }

    /// Sets the heartbeat interval of later connections; Discord's is 41.25 s.
    pub fn set_heartbeat(&self, interval: Duration) {
        self.discord.sessions.set_heartbeat(interval);
    }

    /// Disconnects every bot and refuses new connections for so long.
    pub fn disconnect_gateway_for(&self, span: Duration) {
        self.discord.sessions.disconnect_for(span);
    }

    /// Disconnects every bot and removes its session: a resume is answered with INVALID_SESSION.
    pub fn invalidate_sessions(&self) {
        self.discord.sessions.invalidate();
    }
}

/// Interactions over HTTP.
impl StandIn {
    /// The application's public key in hexadecimal digits, with which an endpoint checks signatures.
    pub fn public_key(&self) -> String {
        self.discord.keys.public()
    }

    /// Registers an `http://` endpoint, to which interactions go from then on, and not to the gateway. A PING must be
    /// answered there, and a request with a wrong signature refused.
    ///
    /// # Errors
    /// What the endpoint does wrong; nothing is changed then.
    pub async fn register_endpoint(&self, url: &str) -> Result<(), EndpointError> {
        endpoint::register(&self.discord, url).await
    }

    /// The endpoint that interactions go to; `None` while they go to the gateway.
    pub fn endpoint(&self) -> Option<String> {
        self.discord.state().endpoint.clone()
    }

    /// Takes the endpoint away: interactions go to the gateway again.
    pub fn remove_endpoint(&self) {
        self.discord.state().endpoint = None;
    }

    /// Posts an interaction whose signature is wrong, as Discord does from time to time, and returns the status of the
    /// response. An endpoint that does not answer 401 is removed.
    ///
    /// # Errors
    /// When the endpoint does not answer.
    pub async fn probe_endpoint(&self, url: &str) -> Result<u16, EndpointError> {
        let event =
            json!({ "type": 2, "id": "1", "token": "t", "version": 1, "data": { "name": "events", "type": 1 } });
        let status = endpoint::probe(&self.discord, url, &event).await?;
        if status != 401 {
            self.discord.state().endpoint.take_if(|endpoint| endpoint == url);
        }
        Ok(status)
    }

    /// The interactions that were posted to the endpoint, oldest first.
    pub fn endpoint_calls(&self) -> Vec<EndpointCall> {
        self.discord.state().endpoint_calls.clone()
    }
}
