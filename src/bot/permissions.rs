//! Discord's permission bits, as far as hookbell looks at them.

use serde_json::Value;

/// What somebody may do in a channel, as Discord computed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Permissions(u128);

hookbell_model::string_enum! {
    /// A permission by the name that Discord's documentation gives it, in lower case.
    Permission {
        Administrator = "administrator", ViewChannel = "view_channel", ManageMessages = "manage_messages",
        ManageChannels = "manage_channels", ManageGuild = "manage_guild", ManageWebhooks = "manage_webhooks",
        ManageRoles = "manage_roles", ModerateMembers = "moderate_members", KickMembers = "kick_members",
        BanMembers = "ban_members", ViewAuditLog = "view_audit_log",
    }
}

impl Permission {
    /// The bit, as Discord documents it.
    pub fn bit(self) -> u128 {
        1 << match self {
            Self::KickMembers => 1,
            Self::BanMembers => 2,
            Self::Administrator => 3,
            Self::ManageChannels => 4,
            Self::ManageGuild => 5,
            Self::ViewAuditLog => 7,
            Self::ViewChannel => 10,
            Self::ManageMessages => 13,
            Self::ManageRoles => 28,
            Self::ManageWebhooks => 29,
            Self::ModerateMembers => 40,
        }
    }
}

impl Permissions {
    /// From a decimal text, as Discord sends it; none of anything else.
    pub(super) fn read(value: &Value) -> Option<Self> {
        value.as_str()?.parse().ok().map(Self)
    }

    /// Of who may do everything.
    pub(super) const ALL: Self = Self(u128::MAX);

    #[must_use]
    pub(super) fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    #[must_use]
    pub(super) fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    pub(super) fn is_administrator(self) -> bool {
        self.0 & Permission::Administrator.bit() != 0
    }

    /// Whether these hold one; an administrator has all.
    pub(super) fn holds(self, permission: Permission) -> bool {
        self.0 & (permission.bit() | Permission::Administrator.bit()) != 0
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(all: I) -> Self {
        Self(all.into_iter().fold(0, |bits, permission| bits | permission.bit()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_administrator_may_do_everything_and_nobody_else() {
        let read = |text: &str| Permissions::read(&json!(text)).expect(text);
        assert!(read("8").holds(Permission::ManageMessages));
        assert!(read("8192").holds(Permission::ManageMessages) && !read("8192").holds(Permission::ManageGuild));
        // Bits of tomorrow are no obstacle.
        assert!(!read("1152921504606846976").holds(Permission::ViewChannel));
        assert_eq!(Permissions::read(&json!(8)), None);
        assert_eq!(Permissions::read(&json!("-1")), None);
    }
}
