//! Servers, people and what they may do; and what people write.

use serde_json::{Value, json};

use super::StandIn;
use crate::flags;
use crate::gateway::sessions::GUILDS;
use crate::member::{Member, person_object, unknown_user};
use crate::message::NewMessage;
use crate::people::{BotAccess, Overwrite, Person, ServerSpec};
use crate::test_client::PersonClient;

impl StandIn {
    /// A known person, by id, as a user of Discord's client.
    pub fn person(&self, id: &str) -> PersonClient<'_> {
        PersonClient::known(&self.discord, id)
    }

    /// Somebody with permissions as they are said, as a user of Discord's client.
    pub fn member(&self, member: &Member) -> PersonClient<'_> {
        PersonClient::member(&self.discord, member)
    }

    /// Adds a server, or replaces the one of the same id. When the bot is no member any more, it receives GUILD_DELETE, with
    /// the intent GUILDS, and its commands there are gone.
    pub fn put_server(&self, server: ServerSpec) {
        let (id, bot) = (server.id.clone(), server.bot);
        let mut state = self.discord.state();
        let was = state.directory.server(&id).map(|server| server.bot);
        state.directory.put_server(server);
        if bot == BotAccess::Absent {
            state.commands.set(Some(&id), Vec::new());
        }
        drop(state);
        let is_member = |access| matches!(access, BotAccess::Member { .. });
        if was.is_some_and(is_member) && !is_member(bot) {
            self.discord.sessions.dispatch_with_intent(GUILDS, "GUILD_DELETE", &json!({ "id": id }));
        }
        self.discord.publish(json!({ "type": "reload" }));
    }

    /// Changes how the application is in a server that is known.
    pub fn set_bot(&self, server: &str, bot: BotAccess) {
        let known = self.discord.state().directory.server(server).cloned();
        if let Some(known) = known {
            self.put_server(known.bot(bot));
        }
    }

    /// The servers.
    pub fn servers(&self) -> Vec<ServerSpec> {
        self.discord.state().directory.servers.clone()
    }

    /// Adds a person, or replaces the one of the same id: roles, servers, language.
    pub fn put_person(&self, person: Person) {
        self.discord.state().directory.put_person(person);
        self.discord.publish(json!({ "type": "reload" }));
    }

    /// Sets what a channel allows and denies to a role or person, or with the server's id to everybody.
    pub fn put_overwrite(&self, channel: &str, overwrite: Overwrite) {
        self.discord.state().directory.put_overwrite(channel, overwrite);
        self.discord.publish(json!({ "type": "reload" }));
    }

    /// The id of the direct messages between the bot and a person.
    pub fn direct_channel(&self, person: &str) -> String {
        self.discord.state().direct_channel(person)
    }

    /// Posts a message of a person and returns its id.
    pub fn say(&self, person: &str, channel: &str, content: &str) -> String {
        let state = self.discord.state();
        let known = state.directory.person(person);
        let author = known.map_or_else(|| unknown_user(person), |known| person_object(person, &known.name));
        drop(state);
        self.put_message(channel, &json!({ "author": author, "content": content }))
    }

    /// Adds a message with these fields of Discord's object, over those of an ordinary one, and returns its id. The fields
    /// need not be such as a client can read: another application's message may hold anything.
    pub fn put_message(&self, channel: &str, fields: &Value) -> String {
        let mut state = self.discord.state();
        let id = fields["id"].as_str().map_or_else(|| state.ids.next(), str::to_owned);
        let author = unknown_user("100000000000000002");
        let new = NewMessage { id: &id, channel, webhook: None, author, with_components: true };
        let mut message = new.with_body(serde_json::Map::new());
        for (key, value) in fields.as_object().into_iter().flatten() {
            message.object[key] = value.clone();
        }
        message.object["id"] = json!(id);
        debug_assert!(message.object["flags"].as_i64().unwrap_or(0) & flags::EPHEMERAL == 0, "it has no viewer");
        let object = message.object.clone();
        state.add_message(message);
        drop(state);
        self.discord.publish(json!({ "type": "message", "channel": channel, "message": object }));
        id
    }
}
