//! The options of `hookbell init`: each is the answer to a question.

/// Write a config, its secrets and a template, after a few questions
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell init\n  hookbell init --provider stripe --destination sales --public-url https://hooks.example.com --private-data hide\n\nAsks for what the options do not say, where it runs in a terminal; what is left open goes into `.env` as an empty line to fill in. Writes the config (see --config), `.env` beside it (mode 600), templates/PROVIDER.toml and .hookbell/*.json, which editors complete keys with; then prints what to do at the sender. A file that exists is not touched, except that `.env` gets the lines that it does not have."
)]
pub(in crate::cli) struct Args {
    /// The kind of sender, see `hookbell providers list`
    #[arg(long, value_name = "NAME")]
    pub(super) provider: Option<String>,
    /// The source's name, a part of its URL; left out = the provider's name
    #[arg(long, value_name = "NAME")]
    pub(super) source: Option<String>,
    /// A name for where the messages go, such as the channel's
    #[arg(long, value_name = "NAME")]
    pub(super) destination: Option<String>,
    /// The URL of the channel's webhook, as Discord shows it
    #[arg(long, value_name = "URL")]
    pub(super) webhook_url: Option<String>,
    /// The secret that the sender and you share
    #[arg(long, value_name = "SECRET", conflicts_with = "new_secret")]
    pub(super) secret: Option<String>,
    /// Make a random secret, for a sender that lets you choose it
    #[arg(long)]
    pub(super) new_secret: bool,
    /// How senders reach this machine, e.g. `https://hooks.example.com`
    #[arg(long, value_name = "URL")]
    pub(super) public_url: Option<String>,
    /// Whether the readers of the channel may see customers' addresses and other private data
    #[arg(long, value_name = "WHAT")]
    pub(super) private_data: Option<PrivateData>,
    /// Replace a config that is there; `.env` keeps its lines
    #[arg(long)]
    pub(super) force: bool,
    /// Ask nothing, also in a terminal
    #[arg(long)]
    pub(super) no_input: bool,
    /// Print JSON for programs; asks nothing
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum PrivateData {
    /// Masked, as everywhere by default
    Hide,
    /// As it came: for a channel of your own people
    Show,
}
