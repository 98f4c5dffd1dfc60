//! The bot's part of the `[discord]` section.

use hookbell_config_file::Diagnostics;
use hookbell_config_file::Table;
use hookbell_model::secret::Secret;
use hookbell_model::snowflake::is_snowflake;

/// The bot's part of the `[discord]` section, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// `bot_token`, without `Bot ` before it.
    pub token: Secret,
    /// `guilds`: where commands are registered (ids, digits only). Default empty = everywhere.
    pub guilds: Vec<String>,
    /// Such as `https://discord.com`; the gateway's address is requested there too.
    pub api_base: String,
}

impl Config {
    /// Reads `bot_token` and `guilds` from the `[discord]` table; other modules read the other keys. `None`
    /// when there is no token, which means no bot, or when the token is wrong, which is a mistake.
    pub fn read(table: &mut Table<'_>, api_base: &str, diagnostics: &mut Diagnostics) -> Option<Self> {
        let token = table.read("bot_token", diagnostics, read_token);
        let guilds = table.read_list("guilds", diagnostics, read_guild);
        Some(Self { token: token?, guilds, api_base: api_base.to_owned() })
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
        let config = Config::read(&mut document.root(), "https://discord.com", &mut diagnostics);
        (config, diagnostics)
    }

    #[test]
    fn no_token_is_no_bot_and_no_mistake() {
        let (config, diagnostics) = read("guilds = [\"1111\"]\napi_base = \"x\"\n");
        assert!(config.is_none());
        assert_eq!(diagnostics.errors(), 0, "{diagnostics}");
    }

    #[test]
    fn token_and_guilds_are_checked_and_the_token_is_never_printed() {
        let (config, diagnostics) = read("bot_token = \" Bot abc.def \"\nguilds = [\"1111\", \"22\"]\n");
        let config = config.expect("a bot");
        assert_eq!((config.token.expose(), config.guilds.len(), diagnostics.errors()), ("abc.def", 2, 0));
        let (config, diagnostics) = read("bot_token = \"s3cret token\"\nguilds = [\"my server\", \"0\", \"+5\"]\n");
        assert!(config.is_none());
        assert_eq!(diagnostics.errors(), 2, "one for the token, one for the list\n{diagnostics}");
        assert!(!diagnostics.to_string().contains("s3cret"), "{diagnostics}");
        assert_eq!(read("bot_token = \"\"\n").1.errors(), 1);
    }
}
