//! What the config says of the bot: its part of `[discord]`, and `[bot]`.

use hookbell_config_file::Diagnostics;
use hookbell_config_file::Table;
use hookbell_model::secret::Secret;
use hookbell_model::snowflake::is_snowflake;
use hookbell_model::zone::Zone;

use super::gate::Access;
use super::public_key::PublicKey;

/// What the config says of the bot, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// `bot_token`, without `Bot ` before it.
    pub token: Secret,
    /// `guilds`: where commands are registered (ids, digits only). Default empty = everywhere.
    pub guilds: Vec<String>,
    /// Such as `https://discord.com`; the gateway's address is requested there too.
    pub api_base: String,
    /// `public_key`: interactions come by HTTP, signed with it, and not over the gateway.
    pub public_key: Option<PublicKey>,
    /// `[bot] operators`, `[bot.access]` and `[bot.servers.ID]`.
    pub access: Access,
    /// `[bot] zone`: in which days and weeks are cut. Default UTC.
    pub zone: Zone,
}

impl Config {
    /// For a bot with this token; everything else as where the config does not say.
    pub fn new(token: Secret, api_base: &str) -> Self {
        let (guilds, access) = (Vec::new(), Access::default());
        Self { token, guilds, api_base: api_base.to_owned(), access, zone: Zone::default(), public_key: None }
    }

    /// Reads `bot_token` and `guilds` from the `[discord]` table, whose other keys other modules read, and all of
    /// `[bot]`. `None` when there is no token, which means no bot, or when the token is wrong, which is a mistake.
    pub fn read(
        discord: Option<&mut Table<'_>>,
        bot: Option<&mut Table<'_>>,
        api_base: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let (mut token, mut guilds, mut public_key) = (None, Vec::new(), None);
        if let Some(table) = discord {
            token = table.read("bot_token", diagnostics, read_token);
            guilds = table.read_list("guilds", diagnostics, read_guild);
            public_key = table.read("public_key", diagnostics, str::parse);
        }
        let (mut access, mut zone) = (Access::default(), None);
        if let Some(table) = bot {
            access = Access::read(table, diagnostics);
            zone = table.read("zone", diagnostics, str::parse);
        }
        let zone = zone.unwrap_or_default();
        Some(Self { guilds, access, zone, public_key, ..Self::new(token?, api_base) })
    }

    /// Whether a session with one of them is a session with the other: everything else is taken up without a new one.
    pub(super) fn is_same_bot(&self, other: &Self) -> bool {
        self.token == other.token && self.api_base == other.api_base && self.public_key == other.public_key
    }
}

/// Why a value is refused. The text may be a secret of another kind, so messages never contain it.
#[derive(Debug, thiserror::Error)]
enum ConfigError {
    #[error("the bot token is empty; leave `bot_token` out for no bot")]
    EmptyToken,
    #[error("expected a bot token as Discord's developer portal shows it, without spaces")]
    Token,
    #[error("expected a server's id, which is digits only, such as `\"112233445566778899\"`")]
    Guild,
}

fn read_token(text: &str) -> Result<Secret, ConfigError> {
    let text = text.trim();
    let text = text.strip_prefix("Bot ").unwrap_or(text).trim();
    if text.is_empty() {
        return Err(ConfigError::EmptyToken);
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ConfigError::Token);
    }
    Ok(Secret::new(text))
}

fn read_guild(text: &str) -> Result<String, ConfigError> {
    if is_snowflake(text) { Ok(text.to_owned()) } else { Err(ConfigError::Guild) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hookbell_config_file::Document;

    fn read(text: &str) -> (Option<Config>, Diagnostics) {
        let mut diagnostics = Diagnostics::default();
        let document = Document::parse_guarded("config.toml", text, &mut diagnostics);
        let mut root = document.root();
        let (mut discord, mut bot) = (root.table("discord", &mut diagnostics), root.table("bot", &mut diagnostics));
        let config = Config::read(discord.as_mut(), bot.as_mut(), "https://discord.com", &mut diagnostics);
        (config, diagnostics)
    }

    #[test]
    fn no_token_is_no_bot_and_no_mistake() {
        let (config, diagnostics) = read("[discord]\nguilds = [\"1111\"]\n[bot]\nzone = \"Europe/Berlin\"\n");
        assert!(config.is_none());
        assert_eq!(diagnostics.errors(), 0, "{diagnostics}");
    }

    #[test]
    fn token_and_guilds_are_checked_and_the_token_is_never_printed() {
        let (config, diagnostics) = read("[discord]\nbot_token = \" Bot abc.def \"\nguilds = [\"1111\", \"22\"]\n");
        let config = config.expect("a bot");
        assert_eq!((config.token.expose(), config.guilds.len(), diagnostics.errors()), ("abc.def", 2, 0));
        let (config, diagnostics) =
            read("[discord]\nbot_token = \"s3cret token\"\nguilds = [\"my server\", \"0\", \"+5\"]\n");
        assert!(config.is_none());
        assert_eq!(diagnostics.errors(), 2, "one for the token, one for the list\n{diagnostics}");
        assert!(!diagnostics.to_string().contains("s3cret"), "{diagnostics}");
        assert_eq!(read("[discord]\nbot_token = \"\"\n").1.errors(), 1);
    }

    #[test]
    fn access_and_zone_are_read_and_every_mistake_in_them_is_reported() {
        let (config, diagnostics) = read(
            "[discord]\nbot_token = \"abc\"\n[bot]\nzone = \"Asia/Tokyo\"\noperators = [\"user:5\"]\n\
             [bot.access]\noperate = [\"role:7\", \"permission:manage_channels\"]\n[bot.servers.1111]\nview = [\"role:8\"]\n",
        );
        let config = config.expect("a bot");
        assert_eq!((config.zone.name(), diagnostics.errors()), ("Asia/Tokyo", 0), "{diagnostics}");
        assert_eq!(config.access.operators, ["5"]);
        let (_, diagnostics) = read(
            "[discord]\nbot_token = \"abc\"\n[bot]\nzone = \"Berlin\"\noperators = [\"mia\"]\n\
             [bot.access]\nfly = [\"everyone\"]\nview = [\"all\"]\n[bot.servers.home]\nview = [\"role:ops\"]\n",
        );
        assert_eq!(diagnostics.errors(), 6, "{diagnostics}");
    }
}
