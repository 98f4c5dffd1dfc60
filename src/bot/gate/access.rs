//! Who may do what: `[bot.access]`, and `[bot.servers.ID]` for one server.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::bot::permissions::{Permission, Permissions};
use hookbell_config_file::{Code, Diagnostics, Table};
use hookbell_model::snowflake::is_snowflake;

hookbell_model::string_enum! {
    /// What a command takes.
    Capability {
        /// To look at events.
        View = "view",
        /// To act on them: mute, replay, acknowledge.
        Operate = "operate",
        /// To say what goes where.
        Arrange = "arrange",
    }
}

/// Who has a capability: `everyone`, `role:ID`, `user:ID` or `permission:NAME`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// Whoever may view the channel.
    Everyone,
    Role(String),
    User(String),
    Permission(Permission),
}

/// A text that is no [`Grant`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseGrantError {
    #[error("expected `everyone`, `role:ID`, `user:ID` or `permission:NAME`")]
    Form,
    #[error("expected an id, which is digits only, after `{0}:`")]
    Id(&'static str),
    #[error("unknown permission `{0}`: expected one of {expected}", expected = permissions())]
    Permission(String),
}

/// Who may do what.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Access {
    /// User ids that may ask in direct messages, and see everything there.
    pub operators: Vec<String>,
    grants: Grants,
    servers: BTreeMap<String, Grants>,
}

/// By capability. Absent: as for all servers; there: the default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Grants(BTreeMap<&'static str, Vec<Grant>>);

fn permissions() -> String {
    Permission::ALL.iter().map(|permission| format!("`{permission}`")).collect::<Vec<_>>().join(", ")
}

impl Capability {
    /// Who has it where the config does not say.
    fn default_grant(self) -> Grant {
        match self {
            Self::View => Grant::Everyone,
            Self::Operate => Grant::Permission(Permission::ManageMessages),
            Self::Arrange => Grant::Permission(Permission::ManageGuild),
        }
    }
}

impl Access {
    /// As where the config names these operators and nothing else.
    pub fn with_operators(operators: Vec<String>) -> Self {
        Self { operators, ..Self::default() }
    }

    /// Reads `[bot.access]`, `[bot.servers]` and `operators` from the `[bot]` table.
    pub fn read(bot: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let operators = bot.read_list("operators", diagnostics, read_operator);
        let grants = bot.table("access", diagnostics).map(|mut table| {
            let grants = Grants::read(&mut table, diagnostics);
            table.finish(diagnostics);
            grants
        });
        let mut servers = BTreeMap::new();
        for (guild, mut table) in bot.named_tables("servers", diagnostics) {
            if !is_snowflake(&guild) {
                let what = "expected a server's id, which is digits only";
                diagnostics.add(table.error("", Code::INVALID_VALUE, what));
            }
            servers.insert(guild, Grants::read(&mut table, diagnostics));
            table.finish(diagnostics);
        }
        Self { operators, grants: grants.unwrap_or_default(), servers }
    }

    pub(super) fn is_operator(&self, user: &str) -> bool {
        self.operators.iter().any(|operator| operator == user)
    }

    /// The capabilities of a member.
    pub(super) fn capabilities(
        &self,
        guild: &str,
        user: &str,
        roles: &[String],
        permissions: Permissions,
    ) -> Vec<Capability> {
        let holds = |grant: &Grant| match grant {
            Grant::Everyone => permissions.holds(Permission::ViewChannel),
            Grant::Role(id) => roles.contains(id),
            Grant::User(id) => id == user,
            Grant::Permission(permission) => permissions.holds(*permission),
        };
        let has = |capability: &&Capability| self.granted_to(guild, **capability).iter().any(holds);
        Capability::ALL.iter().filter(has).copied().collect()
    }

    /// Whether a member holds a capability.
    pub(in crate::bot) fn holds(
        &self,
        guild: &str,
        user: &str,
        roles: &[String],
        permissions: Permissions,
        needed: Capability,
    ) -> bool {
        self.capabilities(guild, user, roles, permissions).contains(&needed)
    }

    /// Who has a capability in a server.
    pub(in crate::bot) fn granted_to(&self, guild: &str, capability: Capability) -> Vec<Grant> {
        let of_server = self.servers.get(guild).and_then(|grants| grants.0.get(capability.as_str()));
        let of_all = self.grants.0.get(capability.as_str());
        of_server.or(of_all).cloned().unwrap_or_else(|| vec![capability.default_grant()])
    }
}

impl Grants {
    fn read(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let mut grants = Self::default();
        for capability in Capability::ALL {
            let key = capability.as_str();
            // Known also where it is absent.
            table.tick(&[key]);
            if table.has(key) {
                grants.0.insert(key, table.read_list(key, diagnostics, str::parse));
            }
        }
        grants
    }
}

fn read_operator(text: &str) -> Result<String, ParseGrantError> {
    match text.parse()? {
        Grant::User(id) => Ok(id),
        _ => Err(ParseGrantError::Id("user")),
    }
}

impl FromStr for Grant {
    type Err = ParseGrantError;

    fn from_str(text: &str) -> Result<Self, ParseGrantError> {
        let id = |kind, id: &str| if is_snowflake(id) { Ok(id.to_owned()) } else { Err(ParseGrantError::Id(kind)) };
        match text.trim().split_once(':') {
            None if text.trim() == "everyone" => Ok(Self::Everyone),
            Some(("role", role)) => id("role", role).map(Self::Role),
            Some(("user", user)) => id("user", user).map(Self::User),
            Some(("permission", name)) => {
                let found = name.to_ascii_lowercase().parse();
                found.map(Self::Permission).map_err(|_| ParseGrantError::Permission(name.to_owned()))
            }
            _ => Err(ParseGrantError::Form),
        }
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everyone => f.write_str("everyone"),
            Self::Role(id) => write!(f, "role:{id}"),
            Self::User(id) => write!(f, "user:{id}"),
            Self::Permission(permission) => write!(f, "permission:{permission}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants_are_read_as_they_are_written() {
        for text in ["everyone", "role:12", "user:34", "permission:manage_messages"] {
            assert_eq!(text.parse::<Grant>().expect(text).to_string(), text);
        }
        for wrong in ["", "all", "role:", "role:ops", "user:@mia", "permission:fly", "group:1"] {
            assert!(wrong.parse::<Grant>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_server_of_its_own_goes_before_the_rest_and_that_before_the_default() {
        let grants = |key, grant| Grants(BTreeMap::from([(key, vec![grant])]));
        let access = Access {
            operators: Vec::new(),
            grants: grants("operate", Grant::Role("7".into())),
            servers: BTreeMap::from([("1".into(), grants("operate", Grant::User("5".into())))]),
        };
        let may = |guild: &str, user: &str, roles: &[&str]| {
            let roles: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
            access.capabilities(guild, user, &roles, [Permission::ViewChannel].into_iter().collect())
        };
        assert_eq!(may("1", "5", &[]), [Capability::View, Capability::Operate]);
        assert_eq!(may("1", "6", &["7"]), [Capability::View]);
        assert_eq!(may("2", "6", &["7"]), [Capability::View, Capability::Operate]);
        assert_eq!(access.granted_to("2", Capability::Arrange), [Grant::Permission(Permission::ManageGuild)]);
    }
}
