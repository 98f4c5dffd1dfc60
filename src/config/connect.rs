//! What `hookbell connect` reads of the config: the application, and the file that is to hold a destination's webhook URL. The rest
//! of the config need not be right, and the file need not exist.

use std::path::{Path, PathBuf};

use super::assemble::{Config, parse_api_base, read_file};
use super::environment::{Environment, FillError};
use crate::discord::oauth::OAuthApplication;
use hookbell_config_file::{Code, DiagnosticSeverity, Diagnostics, Document};
use hookbell_model::secret::Webhook;
use hookbell_model::suggest::suggestion;

/// A destination that can be connected.
#[derive(Debug)]
pub struct ConnectTarget {
    /// Scheme and host of Discord or a stand-in.
    pub api_base: String,
    pub application: OAuthApplication,
    /// The file that `webhook_url` names, as the config's folder has it.
    pub file: PathBuf,
}

/// Why a destination cannot be connected. Never repeats a value of `webhook_url`.
#[derive(Debug, thiserror::Error)]
pub enum ConnectTargetError {
    #[error("{0}")]
    Config(Diagnostics),
    #[error("the config has no destination `{name}`; {}", hint.as_deref().unwrap_or("it has none at all"))]
    UnknownDestination { name: String, hint: Option<String> },
    #[error(
        "`destinations.{name}.webhook_url` names no file that the URL can be written to\n  help: \
         `webhook_url = \"${{file:secrets/{name}}}\"`; the file is written by this command"
    )]
    NoFile { name: String },
    #[error(
        "`[discord]` has no `client_id` and `client_secret`\n  help: the developer portal shows them under OAuth2; give them to the \
         config as `client_id = \"…\"` and `client_secret = \"${{DISCORD_CLIENT_SECRET}}\"`"
    )]
    NoApplication,
}

impl Config {
    /// Reads what is needed to connect a destination.
    ///
    /// # Errors
    /// When the file is not TOML, its `[discord]` has mistakes that concern the application, or the destination has no file.
    pub fn load_connect_target(
        path: &Path,
        environment: &Environment<'_>,
        name: &str,
    ) -> Result<ConnectTarget, ConnectTargetError> {
        let mut diagnostics = Diagnostics::default();
        let base = path.parent().unwrap_or(Path::new(""));
        let shown = path.display().to_string();
        let Some(text) = read_file(path, &shown, &mut diagnostics) else {
            return Err(ConnectTargetError::Config(diagnostics));
        };
        let mut document = Document::parse_guarded(&shown, &text, &mut diagnostics);
        // As it is written, before anything is filled in.
        let configured = webhook_url(&document, name);
        document.rewrite_strings(|text| environment.fill_in(text, base), FillError::code, &mut diagnostics);
        let mut table = document.root().table("discord", &mut diagnostics);
        let api_base = table.as_mut().and_then(|table| table.read("api_base", &mut diagnostics, parse_api_base));
        let application = table.as_mut().and_then(|table| OAuthApplication::read(table, &mut diagnostics));
        diagnostics.0.retain(|diagnostic| {
            let concerns = ["discord", "discord.api_base", "discord.client_id", "discord.client_secret"];
            let is_relevant = diagnostic.code == Code::SYNTAX || concerns.contains(&diagnostic.location.key.as_str());
            diagnostic.severity == DiagnosticSeverity::Error && is_relevant
        });
        if !diagnostics.0.is_empty() {
            return Err(ConnectTargetError::Config(diagnostics));
        }
        let configured = configured?;
        let file = file_of(&configured).ok_or_else(|| ConnectTargetError::NoFile { name: name.to_owned() })?;
        Ok(ConnectTarget {
            api_base: api_base.unwrap_or_else(|| "https://discord.com".to_owned()),
            application: application.ok_or(ConnectTargetError::NoApplication)?,
            file: base.join(file),
        })
    }
}

/// The destination's `webhook_url` as it is written; empty when it has none.
fn webhook_url(document: &Document, name: &str) -> Result<String, ConnectTargetError> {
    // Mistakes in other values are no obstacle.
    let mut passed_over = Diagnostics::default();
    let tables = document.root().named_tables("destinations", &mut passed_over);
    let names: Vec<String> = tables.iter().map(|(name, _)| name.clone()).collect();
    match tables.into_iter().find(|(other, _)| other == name) {
        Some((_, mut table)) => Ok(table.get("webhook_url", &mut passed_over).unwrap_or_default()),
        None => Err(ConnectTargetError::UnknownDestination {
            name: name.to_owned(),
            hint: suggestion(name, names.iter().map(String::as_str)),
        }),
    }
}

/// The path of `${file:PATH}`, after which only what keeps a URL one may come, such as `?thread_id=…`.
fn file_of(text: &str) -> Option<&str> {
    let (inner, rest) = text.trim().strip_prefix("${")?.split_once('}')?;
    let path = inner.trim().strip_prefix("file:").filter(|path| !path.is_empty())?;
    Webhook::parse(&format!("https://discord.com/api/webhooks/1/t{rest}")).ok()?;
    (rest.is_empty() || rest.starts_with('?')).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_alone_can_take_a_url() {
        assert_eq!(file_of("${file:secrets/sales}"), Some("secrets/sales"));
        assert_eq!(file_of(" ${ file:sales }?thread_id=7 "), Some("sales"));
        let others = ["", "${SALES}", "https://discord.com/api/webhooks/1/t", "$${file:x}", "${file:}", "${file:x"];
        for text in others.into_iter().chain(["x${file:x}", "${file:x}${file:y}", "${file:x}/slack", "${file:x}y"]) {
            assert_eq!(file_of(text), None, "{text}");
        }
    }
}
