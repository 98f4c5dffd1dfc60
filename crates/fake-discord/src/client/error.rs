//! Why Discord's client does not send what a member does, in its words.

/// Why an interaction was not sent.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum InteractionError {
    #[error("there is no such channel")]
    UnknownChannel,
    #[error("there is no such message")]
    UnknownMessage,
    #[error("the message has no such button")]
    UnknownButton,
    #[error("the message has no such menu")]
    UnknownSelect,
    #[error("the menu has no `{0}`")]
    UnknownChoice(String),
    #[error("{least} to {most} must be chosen")]
    ChoiceCount { least: usize, most: usize },
    /// Messages of others, and those of webhooks that no application owns, reach no bot.
    #[error("nobody answers to what is done with this message")]
    NotTheBots,
    #[error("no form is open")]
    NoForm,
    #[error("the form has no field `{0}`")]
    UnknownField(String),
    #[error("the value of `{0}` does not fit")]
    Field(String),
    #[error("the menu has no command `{0}`")]
    UnknownMenuCommand(String),
    #[error("there is no such person here")]
    UnknownPerson,
    /// The person may not view the channel, or may not use commands in it.
    #[error("the channel cannot be seen")]
    HiddenChannel,
    #[error("You do not have permission to use this command")]
    Forbidden,
    #[error(transparent)]
    Input(#[from] InputError),
}

/// Why a typed command cannot be sent, or has nothing to complete.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum InputError {
    #[error("a command starts with `/`")]
    NoSlash,
    #[error("there is no command `/{0}`")]
    UnknownCommand(String),
    /// One of the subcommands has to follow.
    #[error("`/{command}` needs one of {}", quoted(.subcommands))]
    NoSubcommand { command: String, subcommands: Vec<String> },
    #[error("`{0}` is required")]
    MissingOption(String),
    #[error("`{0}` is given twice")]
    RepeatedOption(String),
    #[error("`{0}` is one word too many for this command")]
    ExtraWord(String),
    #[error("`{option}` must be {expected}")]
    Value { option: String, expected: ExpectedValue },
    #[error("files cannot be attached here")]
    Attachment,
    #[error("there is no option to complete")]
    NothingToComplete,
    #[error("`{0}` has no suggestions")]
    NoSuggestions(String),
}

/// What an option takes.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ExpectedValue {
    #[error("one of {}", .0.join(", "))]
    Choice(Vec<String>),
    #[error("a whole number")]
    Integer,
    #[error("a number")]
    Number,
    #[error("true or false")]
    Boolean,
    #[error("a mention or an id")]
    Id,
    #[error("at least {0}")]
    Minimum(f64),
    #[error("at most {0}")]
    Maximum(f64),
    #[error("at least {0} characters long")]
    MinimumLength(usize),
    #[error("at most {0} characters long")]
    MaximumLength(usize),
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
