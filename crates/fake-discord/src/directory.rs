//! Who is in which server, and what anybody may do in a channel.

use std::collections::HashMap;

use crate::people::{BotAccess, Overwrite, Person, RoleSpec, ServerSpec};
use crate::permission::{ADMINISTRATOR, ALL};

/// The servers, the people, and the permission overwrites of channels.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    pub(crate) servers: Vec<ServerSpec>,
    pub(crate) people: Vec<Person>,
    /// By the id of the channel.
    overwrites: HashMap<String, Vec<Overwrite>>,
}

impl Directory {
    pub(crate) fn new(servers: Vec<ServerSpec>, people: Vec<Person>) -> Self {
        Self { servers, people, ..Self::default() }
    }

    pub(crate) fn server(&self, id: &str) -> Option<&ServerSpec> {
        self.servers.iter().find(|server| server.id == id)
    }

    pub(crate) fn person(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    pub(crate) fn role(&self, id: &str) -> Option<&RoleSpec> {
        self.servers.iter().flat_map(|server| &server.roles).find(|role| role.id == id)
    }

    /// Adds a server, or replaces the one of the same id.
    pub(crate) fn put_server(&mut self, server: ServerSpec) {
        match self.servers.iter_mut().find(|other| other.id == server.id) {
            Some(other) => *other = server,
            None => self.servers.push(server),
        }
    }

    /// Adds a person, or replaces the one of the same id.
    pub(crate) fn put_person(&mut self, person: Person) {
        match self.people.iter_mut().find(|other| other.id == person.id) {
            Some(other) => *other = person,
            None => self.people.push(person),
        }
    }

    /// Sets what a channel allows and denies to one role or person.
    pub(crate) fn put_overwrite(&mut self, channel: &str, overwrite: Overwrite) {
        let list = self.overwrites.entry(channel.to_owned()).or_default();
        list.retain(|other| other.target != overwrite.target);
        list.push(overwrite);
    }

    pub(crate) fn overwrites(&self, channel: &str) -> &[Overwrite] {
        self.overwrites.get(channel).map_or(&[], Vec::as_slice)
    }

    /// Whether the application was added to this server.
    pub(crate) fn has_application(&self, server: &str) -> bool {
        self.server(server).is_some_and(|server| server.bot != BotAccess::Absent)
    }

    /// Whether a person takes direct messages of the bot: one who is not closed to them, and shares a server with it where it
    /// is a member. A person who is not known does.
    pub(crate) fn takes_messages(&self, person: &str) -> bool {
        let is_shared = |server: &&ServerSpec| matches!(server.bot, BotAccess::Member { .. });
        self.person(person).is_none_or(|person| {
            let mut shared = self.servers.iter().filter(|server| person.servers.contains_key(&server.id));
            !person.closed_to_messages && shared.any(|server| is_shared(&server))
        })
    }

    /// What a person may do in a channel of a server; `None` for one who is no member. A thread has the overwrites of its
    /// parent: `channel` is the parent's id then.
    pub(crate) fn permissions(&self, person: &str, server: &str, channel: &str) -> Option<u64> {
        let server = self.server(server)?;
        let roles = self.person(person)?.servers.get(&server.id)?;
        if server.owner.as_deref() == Some(person) {
            return Some(ALL);
        }
        let held = server.roles.iter().filter(|role| roles.contains(&role.id));
        let base = held.fold(server.everyone, |bits, role| bits | role.permissions);
        Some(self.within(channel, server, (base, roles, person)))
    }

    /// What the bot may do in a channel; `None` where it is no member.
    pub(crate) fn bot_permissions(&self, application: &str, server: &str, channel: &str) -> Option<u64> {
        let server = self.server(server)?;
        let BotAccess::Member { permissions } = server.bot else { return None };
        Some(self.within(channel, server, (server.everyone | permissions, &[], application)))
    }

    /// The overwrites in Discord's order: `@everyone`, all roles together, the person. [D topics/permissions]
    fn within(&self, channel: &str, server: &ServerSpec, (base, roles, person): (u64, &[String], &str)) -> u64 {
        if base & ADMINISTRATOR != 0 {
            return ALL;
        }
        let all = self.overwrites(channel);
        let together = |of: &dyn Fn(&Overwrite) -> bool| {
            all.iter().filter(|one| of(one)).fold((0, 0), |(allow, deny), one| (allow | one.allow, deny | one.deny))
        };
        let steps = [
            together(&|one| one.target == server.id),
            together(&|one| roles.contains(&one.target)),
            together(&|one| one.target == person),
        ];
        steps.into_iter().fold(base, |bits, (allow, deny)| (bits & !deny) | allow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permission::{MANAGE_MESSAGES, SEND_MESSAGES, VIEW_CHANNEL};

    fn directory() -> Directory {
        let mut directory = Directory::default();
        directory.put_server(ServerSpec::new("1", "Acme").role("20", "Ops", MANAGE_MESSAGES));
        directory.put_person(Person::new("30", "Ada").member_of("1", &["20"]));
        directory.put_person(Person::new("31", "Bob").member_of("1", &[]));
        directory
    }

    fn bits(directory: &Directory, person: &str) -> u64 {
        directory.permissions(person, "1", "40").expect("a member")
    }

    #[test]
    fn a_role_adds_to_what_everyone_may_do() {
        let directory = directory();
        assert_eq!(bits(&directory, "30") & MANAGE_MESSAGES, MANAGE_MESSAGES);
        assert_eq!(bits(&directory, "31") & MANAGE_MESSAGES, 0);
        assert_eq!(directory.permissions("30", "2", "40"), None, "no member of that server");
    }

    #[test]
    fn a_channel_denies_everyone_and_allows_a_role_and_a_person() {
        let mut directory = directory();
        directory.put_overwrite("40", Overwrite::deny("1", VIEW_CHANNEL | SEND_MESSAGES));
        directory.put_overwrite("40", Overwrite::allow("20", VIEW_CHANNEL));
        assert_eq!(bits(&directory, "30") & (VIEW_CHANNEL | SEND_MESSAGES), VIEW_CHANNEL);
        assert_eq!(bits(&directory, "31") & VIEW_CHANNEL, 0);
        directory.put_overwrite("40", Overwrite::allow("31", VIEW_CHANNEL));
        assert_eq!(bits(&directory, "31") & VIEW_CHANNEL, VIEW_CHANNEL);
        directory.put_overwrite("40", Overwrite::deny("30", VIEW_CHANNEL));
        assert_eq!(bits(&directory, "30") & VIEW_CHANNEL, 0, "what is said of a person comes last");
    }

    #[test]
    fn an_administrator_and_an_owner_may_do_everything() {
        let mut directory = directory();
        directory.put_overwrite("40", Overwrite::deny("1", ALL));
        let mut server = ServerSpec::new("1", "Acme").role("20", "Ops", ADMINISTRATOR);
        server.owner = Some("31".to_owned());
        directory.put_server(server);
        assert_eq!((bits(&directory, "30"), bits(&directory, "31")), (ALL, ALL));
    }
}
