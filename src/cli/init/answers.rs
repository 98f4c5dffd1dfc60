//! What a new config needs to know: from flags, and from questions where there is somebody to ask.

use std::io::{self, BufRead, Write};

use super::args::{Args, PrivateData};
use super::questions::Questions;
use crate::cli::random_secret::random_secret;
use crate::intake::Source;
use hookbell_model::base_url::parse_base_url;
use hookbell_model::secret::{ParseWebhookError, Secret, Webhook};
use hookbell_provider::{Provider, Providers};

/// What the user wants, checked.
#[derive(Debug)]
pub(super) struct Answers<'a> {
    pub(super) provider: &'a Provider,
    pub(super) source: String,
    pub(super) destination: String,
    /// None = to be filled in later.
    pub(super) webhook_url: Option<Secret>,
    /// None = to be filled in later, where the provider needs one.
    pub(super) secret: Option<Secret>,
    /// The values of the source's `conf`, by name.
    pub(super) settings: Vec<(String, Option<Secret>)>,
    pub(super) public_url: Option<String>,
    /// Whether the readers may see private data.
    pub(super) shows_private: bool,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum SetupError {
    #[error("which sender? `--provider NAME`; `hookbell providers list` prints the names")]
    NoProvider,
    #[error("there is no provider `{0}`{1}")]
    UnknownProvider(String, String),
    #[error("`{0}`: a name is up to 64 of `a-z A-Z 0-9 - _`")]
    Name(String),
    #[error("{0}")]
    WebhookUrl(#[from] ParseWebhookError),
    #[error("`{0}`: expected scheme and host, such as `https://hooks.example.com`")]
    PublicUrl(String),
    #[error("the secret is empty, or has a line break")]
    Secret,
    #[error("{0:#}")]
    Random(anyhow::Error),
    #[error("{0}")]
    Input(#[from] io::Error),
}

impl<'a> Answers<'a> {
    /// From flags alone: what they do not say has its default, or is left open.
    ///
    /// # Errors
    /// When there is no provider, or a value cannot be used.
    pub(super) fn of(args: Args, providers: &'a Providers) -> Result<Self, SetupError> {
        let provider = provider(&args.provider.ok_or(SetupError::NoProvider)?, providers)?;
        let source = args.source.map_or_else(|| default_source(provider), |name| checked_name(&name))?;
        let destination = args.destination.map_or_else(|| Ok("alerts".to_owned()), |name| checked_name(&name))?;
        let secret = match args.secret {
            Some(secret) => Some(checked_secret(&secret)?),
            None if args.new_secret => Some(random_secret().map_err(SetupError::Random)?),
            None => None,
        };
        let settings = provider.settings().into_iter().map(|name| (name.to_owned(), None)).collect();
        Ok(Self {
            provider,
            source,
            destination,
            webhook_url: args.webhook_url.map(|url| checked_webhook(&url)).transpose()?,
            secret,
            settings,
            public_url: args.public_url.map(|url| checked_base(&url)).transpose()?,
            shows_private: args.private_data == Some(PrivateData::Show),
        })
    }

    /// From flags, and from questions for what they do not say.
    ///
    /// # Errors
    /// When a flag cannot be used, or the answers end.
    pub(super) fn ask(
        mut args: Args,
        providers: &'a Providers,
        mut questions: Questions<impl BufRead, impl Write>,
    ) -> Result<Self, SetupError> {
        if args.provider.is_none() {
            questions.say("Enter takes what is in [brackets]. What you leave open can be filled in later.\n")?;
            let text = "Which sender? Such as stripe, github, alertmanager, or generic for your own app";
            let name =
                questions.ask(text, "stripe", |text| provider(text, providers).map(|found| found.name.clone()))?;
            args.provider = Some(name);
        }
        let provider = provider(args.provider.as_deref().unwrap_or_default(), providers)?;
        if args.destination.is_none() {
            let text = "A name for where its messages go, such as the channel's";
            args.destination = Some(questions.ask(text, "alerts", checked_name)?);
        }
        if args.webhook_url.is_none() {
            let text = "The URL of the channel's webhook (Discord: channel settings → Integrations → Webhooks → New Webhook → Copy Webhook URL)";
            args.webhook_url = questions.ask_for_secret(text, |text| checked_webhook(text).map(drop))?;
        }
        questions.say(&format!("\nAt {}:\n{}\n", provider.title, provider.setup.trim()))?;
        let guide = provider.setup_guide();
        if let Some(what) = guide.secret.filter(|_| !guide.captured && args.secret.is_none() && !args.new_secret) {
            let text = format!("The secret ({what}); `new` makes a random one, where the sender lets you choose");
            args.secret = questions.ask_for_secret(&text, |text| checked_secret(text).map(drop))?;
            args.new_secret = args.secret.as_deref() == Some("new");
            args.secret = args.secret.filter(|_| !args.new_secret);
        }
        let mut settings = Vec::new();
        for name in provider.settings() {
            let value =
                questions.ask_for_secret(&format!("`{name}`, see above"), |text| checked_secret(text).map(drop))?;
            settings.push((name.to_owned(), value.map(Secret::new)));
        }
        if args.public_url.is_none() {
            let text = "How senders reach this machine, such as https://hooks.example.com";
            args.public_url = questions.ask_or_skip(text, checked_base)?;
        }
        if args.private_data.is_none() {
            let text = "May everybody who reads the channel see customers' addresses and other private data?";
            let shows = questions.ask_yes_or_no(text)?;
            args.private_data = Some(if shows { PrivateData::Show } else { PrivateData::Hide });
        }
        Ok(Self { settings, ..Self::of(args, providers)? })
    }

    /// What is to be pasted at the sender; with a placeholder where the address is not known yet.
    pub(super) fn url(&self) -> String {
        let base = self.public_url.as_deref().unwrap_or("https://YOUR.HOST");
        let query = self.provider.setup_guide().query.map(|query| format!("?{query}")).unwrap_or_default();
        format!("{}/hooks/{}{query}", base.trim_end_matches('/'), self.source)
    }

    /// Scheme and host of the webhook's URL, where it is a stand-in's and not Discord's.
    pub(super) fn stand_in(&self) -> Option<String> {
        let url = url::Url::parse(self.webhook_url.as_ref()?.expose()).ok()?;
        let host = url.host_str()?;
        let is_discord = ["discord.com", "discordapp.com"]
            .iter()
            .any(|domain| host == *domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')));
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        (!is_discord).then(|| format!("{}://{host}{port}", url.scheme()))
    }
}

fn provider<'a>(name: &str, providers: &'a Providers) -> Result<&'a Provider, SetupError> {
    let name = name.trim().to_lowercase();
    let by_alias = || providers.iter().find(|one| one.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(&name)));
    providers.get(&name).or_else(by_alias).ok_or_else(|| {
        let hint = providers.suggestion(&name).map(|hint| format!("; {hint}")).unwrap_or_default();
        SetupError::UnknownProvider(name.clone(), hint)
    })
}

/// The provider's name. Where nothing else keeps others out, a name that nobody guesses.
fn default_source(provider: &Provider) -> Result<String, SetupError> {
    if !provider.is_unchecked() {
        return Ok(provider.name.clone());
    }
    let random: String = random_secret().map_err(SetupError::Random)?.expose().chars().take(16).collect();
    Ok(format!("{}-{random}", provider.name))
}

fn checked_name(name: &str) -> Result<String, SetupError> {
    let name = name.trim();
    if Source::is_name(name) { Ok(name.to_owned()) } else { Err(SetupError::Name(name.to_owned())) }
}

fn checked_webhook(url: &str) -> Result<Secret, SetupError> {
    Webhook::parse(url)?;
    Ok(Secret::new(url.trim()))
}

fn checked_base(url: &str) -> Result<String, SetupError> {
    let parsed = parse_base_url(url).ok_or_else(|| SetupError::PublicUrl(url.to_owned()))?;
    Ok(parsed.as_str().trim_end_matches('/').to_owned())
}

fn checked_secret(secret: &str) -> Result<Secret, SetupError> {
    let secret = secret.trim();
    if secret.is_empty() || secret.contains(['\n', '\r', '\0']) {
        return Err(SetupError::Secret);
    }
    Ok(Secret::new(secret))
}
