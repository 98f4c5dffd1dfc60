//! The one gate: every command, suggestion, button, select menu and form passes it before anything is looked up. It
//! decides who may do what, and what an answer may be made of.

mod access;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

pub use self::access::{Access, Capability, Grant};
use super::interaction::{Interaction, Location, User};
use super::options::ChosenChannel;
use crate::store::Scope;

/// How long Discord's word that somebody may view another channel counts, for the buttons of an answer about it.
const VIEW_REMEMBERED: Duration = Duration::from_secs(600);
/// People and channels that are remembered at most.
const MOST_REMEMBERED: usize = 10_000;

/// Who asks, and what they may do and see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Viewer {
    /// The user's id.
    pub(super) user: String,
    /// The name that the server shows; from outside, to be escaped.
    pub(super) name: String,
    /// None in a direct message.
    pub(super) place: Option<Place>,
    /// What they may read from where they ask.
    pub(super) scope: Scope,
    capabilities: Vec<Capability>,
}

/// The channel in which somebody asks; for a thread its parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) guild: String,
    pub(super) channel: String,
    /// The thread of the channel, where it is one.
    pub(super) thread: Option<String>,
}

/// Why the gate stays closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Discord names nobody who asks, or no member of the server.
    Nobody,
    /// A direct message, and who asks is no operator of hookbell.
    NotInServer,
    /// A capability is missing; who has it, in this server.
    Lacks { capability: Capability, granted_to: Vec<Grant> },
    /// Another channel that they may not view, or that is not known any more to be viewed.
    HiddenChannel,
}

/// Decides by the config. Shared by all requests.
#[derive(Debug, Default)]
pub(super) struct Gate {
    /// When Discord last said that a user may view a channel: by user and channel.
    viewed: Mutex<BTreeMap<(String, String), Instant>>,
}

impl Viewer {
    /// Whether they hold a capability where they ask.
    pub(super) fn may(&self, capability: Capability) -> bool {
        self.capabilities.contains(&capability)
    }

    /// The server's id.
    pub(super) fn guild(&self) -> Option<&str> {
        self.place.as_ref().map(|place| place.guild.as_str())
    }
}

impl Gate {
    /// Who asks, as the interaction itself says it: nothing is remembered of an earlier one.
    ///
    /// # Errors
    /// Why they may not, when they lack `needed`.
    pub(super) fn admit(
        &self,
        access: &Access,
        interaction: &Interaction,
        needed: Capability,
    ) -> Result<Viewer, Refusal> {
        let user = interaction.user.clone().ok_or(Refusal::Nobody)?;
        let (place, scope, capabilities) = match &interaction.location {
            Location::Direct if access.is_operator(&user.id) => {
                (None, Scope::Everything, vec![Capability::View, Capability::Operate])
            }
            Location::Direct => return Err(Refusal::NotInServer),
            Location::Guild { guild, channel, thread, roles, permissions } => {
                let permissions = permissions.ok_or(Refusal::Nobody)?;
                let held = access.capabilities(guild, &user.id, roles, permissions);
                let place = Place { guild: guild.clone(), channel: channel.clone(), thread: thread.clone() };
                let scope = Scope::Channel { guild: guild.clone(), channel: channel.clone() };
                (Some(place), scope, held)
            }
        };
        let viewer = Viewer { user: user.id, name: user.name, place, scope, capabilities };
        viewer.require(access, needed)?;
        Ok(viewer)
    }

    /// Who asks for something that is their own, wherever they are. They see nothing.
    ///
    /// # Errors
    /// When Discord names nobody.
    pub(super) fn recognize(&self, interaction: &Interaction) -> Result<Viewer, Refusal> {
        let User { id, name } = interaction.user.clone().ok_or(Refusal::Nobody)?;
        let scope = Scope::Channel { guild: String::new(), channel: String::new() };
        Ok(Viewer { user: id, name, place: None, scope, capabilities: Vec::new() })
    }

    /// The viewer with another channel of the server in view.
    ///
    /// # Errors
    /// When they may not view it.
    pub(super) fn look_into(&self, viewer: &mut Viewer, channel: ChosenChannel<'_>) -> Result<(), Refusal> {
        if !channel.may_view {
            return Err(Refusal::HiddenChannel);
        }
        let mut viewed = self.viewed.lock().unwrap_or_else(PoisonError::into_inner);
        viewed.retain(|_, at| at.elapsed() < VIEW_REMEMBERED);
        if viewed.len() < MOST_REMEMBERED {
            viewed.insert((viewer.user.clone(), channel.parent.to_owned()), Instant::now());
        }
        viewer.see_channel(channel.parent)
    }

    /// As [`Gate::look_into`] for a button of an earlier answer, which comes without what Discord says of the channel.
    ///
    /// # Errors
    /// When it is not known any more that they may view it.
    pub(super) fn look_again(&self, viewer: &mut Viewer, channel: &str) -> Result<(), Refusal> {
        let is_here = viewer.place.as_ref().is_some_and(|place| place.channel == channel);
        let key = (viewer.user.clone(), channel.to_owned());
        let viewed = self.viewed.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = viewed.get(&key).is_some_and(|at| at.elapsed() < VIEW_REMEMBERED);
        drop(viewed);
        if !is_here && !is_known && !viewer.may(Capability::Operate) {
            return Err(Refusal::HiddenChannel);
        }
        viewer.see_channel(channel)
    }
}

impl Viewer {
    /// # Errors
    /// When they lack it.
    pub(super) fn require(&self, access: &Access, needed: Capability) -> Result<(), Refusal> {
        if self.may(needed) {
            return Ok(());
        }
        let granted_to = self.guild().map(|guild| access.granted_to(guild, needed)).unwrap_or_default();
        Err(Refusal::Lacks { capability: needed, granted_to })
    }

    /// All of the server in view.
    ///
    /// # Errors
    /// For those who may not operate.
    pub(super) fn see_server(&mut self, access: &Access) -> Result<(), Refusal> {
        self.require(access, Capability::Operate)?;
        if let Some(place) = &self.place {
            self.scope = Scope::Guild(place.guild.clone());
        }
        Ok(())
    }

    fn see_channel(&mut self, channel: &str) -> Result<(), Refusal> {
        let place = self.place.as_ref().ok_or(Refusal::NotInServer)?;
        self.scope = Scope::Channel { guild: place.guild.clone(), channel: channel.to_owned() };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn from(member: &serde_json::Value) -> Interaction {
        let value = json!({
            "id": "10", "application_id": "4444", "token": "tok", "type": 2, "data": { "name": "events" },
            "guild_id": "1111", "channel_id": "2222", "member": member,
        });
        Interaction::read(&value).expect("an interaction")
    }

    fn member(permissions: &str, roles: &[&str]) -> serde_json::Value {
        json!({ "user": { "id": "5", "username": "mia" }, "permissions": permissions, "roles": roles })
    }

    #[test]
    fn no_member_is_nobody() {
        let gate = Gate::default();
        let without = gate.admit(&Access::default(), &from(&json!(null)), Capability::View);
        assert_eq!(without, Err(Refusal::Nobody));
        let without = json!({ "user": { "id": "5", "username": "mia" } });
        assert_eq!(gate.admit(&Access::default(), &from(&without), Capability::View), Err(Refusal::Nobody));
    }

    #[test]
    fn who_asks_sees_the_channel_and_the_server_only_as_an_operator() {
        let (gate, access) = (Gate::default(), Access::default());
        let mut viewer = gate.admit(&access, &from(&member("1024", &[])), Capability::View).expect("may view");
        let here = Scope::Channel { guild: "1111".into(), channel: "2222".into() };
        assert_eq!(viewer.scope, here);
        assert!(matches!(viewer.see_server(&access), Err(Refusal::Lacks { capability: Capability::Operate, .. })));
        assert_eq!(viewer.scope, here);
        let mut operator = gate.admit(&access, &from(&member("9216", &[])), Capability::Operate).expect("may operate");
        operator.see_server(&access).expect("an operator");
        assert_eq!(operator.scope, Scope::Guild("1111".into()));
    }

    #[test]
    fn another_channel_is_seen_by_those_who_may_view_it() {
        let (gate, access) = (Gate::default(), Access::default());
        let viewer = gate.admit(&access, &from(&member("1024", &[])), Capability::View).expect("may view");
        let channel = |may_view| ChosenChannel { parent: "3333", thread: None, may_view };
        assert_eq!(gate.look_into(&mut viewer.clone(), channel(false)), Err(Refusal::HiddenChannel));
        assert_eq!(gate.look_again(&mut viewer.clone(), "3333"), Err(Refusal::HiddenChannel));
        let mut seeing = viewer.clone();
        gate.look_into(&mut seeing, channel(true)).expect("may view");
        assert_eq!(seeing.scope, Scope::Channel { guild: "1111".into(), channel: "3333".into() });
        gate.look_again(&mut viewer.clone(), "3333").expect("Discord has just said so");
        let other = Viewer { user: "6".into(), ..viewer };
        assert_eq!(gate.look_again(&mut other.clone(), "3333"), Err(Refusal::HiddenChannel));
    }

    #[test]
    fn a_direct_message_is_for_operators_of_hookbell() {
        let mut value = json!({
            "id": "10", "application_id": "4444", "token": "tok", "type": 2, "data": { "name": "events" },
            "user": { "id": "5", "username": "mia" },
        });
        let direct = Interaction::read(&value).expect("an interaction");
        let gate = Gate::default();
        assert_eq!(gate.admit(&Access::default(), &direct, Capability::View), Err(Refusal::NotInServer));
        let access = Access::with_operators(vec!["5".into()]);
        let viewer = gate.admit(&access, &direct, Capability::View).expect("an operator");
        assert_eq!((viewer.scope, viewer.place), (Scope::Everything, None));
        value["user"]["id"] = json!("6");
        let other = Interaction::read(&value).expect("an interaction");
        assert_eq!(gate.admit(&access, &other, Capability::View), Err(Refusal::NotInServer));
    }
}
