//! From an interaction to the command or action that answers it, through the gate.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::{Semaphore, watch};

use super::answer::{Answer, AnswerKind};
use super::application::Application;
use super::command::{Action, Call, Command, OptionKind, Pressed, Where};
use super::commands;
use super::custom_id::CustomId;
use super::error::CommandError;
use super::gate::{Capability, Gate, Viewer};
use super::interaction::{FocusedOption, Interaction, Request};
use super::limits::Limits;
use super::options::Options;
use super::settings::Settings;
use super::state::BotState;
use super::words::{Language, Words};
use crate::discord::Client;
use crate::store::Store;
use hookbell_model::timestamp::Timestamp;

/// Questions that are answered at a time; more of them wait.
const MOST_QUESTIONS: usize = 8;
/// The option that names another channel to look into.
const CHANNEL: &str = "channel";
/// The option that looks into all channels of the server.
const EVERYWHERE: &str = "everywhere";

/// Answers interactions, however they come.
#[derive(Debug)]
pub(super) struct Dispatcher {
    pub(super) store: Store,
    /// For answers, and with the bot's token.
    pub(super) client: Client,
    pub(super) settings: watch::Receiver<Option<Arc<Settings>>>,
    pub(super) state: Arc<BotState>,
    pub(super) limits: Limits,
    /// The application's id, sent again with each new session of the gateway.
    pub(super) application: watch::Sender<Option<String>>,
    gate: Arc<Gate>,
    questions: Arc<Semaphore>,
}

/// A request on its way to an answer.
pub(super) struct Prepared {
    /// For metrics and the log.
    pub(super) name: &'static str,
    /// What the answer is, unless it is an error.
    pub(super) answer: AnswerKind,
    pub(super) job: Job,
}

pub(super) type Job = Pin<Box<dyn Future<Output = Result<Answer, CommandError>> + Send>>;

impl Dispatcher {
    pub(super) fn new(
        store: Store,
        client: Client,
        settings: watch::Receiver<Option<Arc<Settings>>>,
        state: Arc<BotState>,
    ) -> Self {
        Self {
            store,
            client,
            settings,
            state,
            limits: Limits::default(),
            application: watch::Sender::default(),
            gate: Arc::default(),
            questions: Arc::new(Semaphore::new(MOST_QUESTIONS)),
        }
    }

    /// What answers the interaction. Whoever asks has passed the gate before the job looks anything up.
    pub(super) fn prepare(&self, interaction: &Interaction) -> Prepared {
        let is_completion = interaction.request.is_completion();
        if let Some(user) = &interaction.user
            && !is_completion
            && !self.limits.admit(&user.id, Instant::now())
        {
            return failed("too_many", AnswerKind::Private, CommandError::TooMany);
        }
        match &interaction.request {
            Request::Command { name, options } => match commands::find(name) {
                Some(command) => self.command(interaction, command, options.clone()),
                None => failed("other", AnswerKind::Private, CommandError::UnknownCommand),
            },
            Request::MessageCommand { name, target } => match message_command(name) {
                Some(command) => self.command(interaction, command, Options::of_message(target)),
                None => failed("other", AnswerKind::Private, CommandError::UnknownCommand),
            },
            Request::Complete { name, options, focused } => self.complete(interaction, name, options, focused),
            Request::Component { custom_id, values, message } => {
                let pressed = Pressed { values: values.clone(), message: message.clone(), ..Pressed::default() };
                self.action(interaction, custom_id, pressed)
            }
            Request::Submit { custom_id, fields } => {
                let pressed = Pressed { fields: fields.clone(), ..Pressed::default() };
                self.action(interaction, custom_id, pressed)
            }
            Request::Ping | Request::Unknown => failed("other", AnswerKind::Private, CommandError::UnknownCommand),
        }
    }

    fn command(&self, interaction: &Interaction, command: &'static Command, options: Options) -> Prepared {
        let call = self.admit(interaction, command.capability, options);
        let questions = Arc::clone(&self.questions);
        let job = async move {
            let call = call?;
            let _permit = questions.acquire().await;
            (command.run)(&call).await
        };
        Prepared { name: command.name, answer: command.answer, job: Box::pin(job) }
    }

    fn action(&self, interaction: &Interaction, custom_id: &str, pressed: Pressed) -> Prepared {
        let id: Option<CustomId> = custom_id.parse().ok();
        if let Some((action, key)) = id.as_ref().and_then(|id| Some((commands::personal_action(&id.action)?, &id.key)))
        {
            let call = self.gate.recognize(interaction).map_err(CommandError::from);
            let call = call.and_then(|viewer| self.call(interaction, viewer, Options::default()));
            return press(action, call, Pressed { key: key.clone(), ..pressed }, Arc::clone(&self.questions));
        }
        let known = id.and_then(|CustomId { action, key }| Some((commands::action(&action)?, key)));
        let Some((action, key)): Option<(&'static Action, String)> = known else {
            return failed("unknown", AnswerKind::Private, CommandError::UnknownButton);
        };
        let call = self.admit(interaction, action.capability, Options::default());
        press(action, call, Pressed { key, ..pressed }, Arc::clone(&self.questions))
    }

    fn complete(&self, interaction: &Interaction, name: &str, options: &Options, focused: &FocusedOption) -> Prepared {
        let command = commands::find(name);
        let suggest = command.and_then(|command| {
            let option = command.options.iter().find(|option| option.name == focused.name)?;
            match option.kind {
                OptionKind::Text { suggest, .. } => suggest,
                _ => None,
            }
        });
        let capability = command.map_or(Capability::View, |command| command.capability);
        let call = self.admit(interaction, capability, options.clone());
        let typed = focused.typed.clone();
        let job = async move {
            let choices = match suggest {
                Some(suggest) => suggest(&call?, &typed).await?,
                None => Vec::new(),
            };
            Ok(Answer::Choices(choices))
        };
        Prepared { name: "autocomplete", answer: AnswerKind::Choices, job: Box::pin(job) }
    }

    fn admit(&self, interaction: &Interaction, capability: Capability, options: Options) -> Result<Call, CommandError> {
        let settings = self.settings.borrow().clone().ok_or(CommandError::UnknownCommand)?;
        let viewer = self.gate.admit(&settings.config.access, interaction, capability)?;
        self.call(interaction, viewer, options)
    }

    fn call(&self, interaction: &Interaction, mut viewer: Viewer, options: Options) -> Result<Call, CommandError> {
        let settings = self.settings.borrow().clone().ok_or(CommandError::UnknownCommand)?;
        let looks = self.widen(&mut viewer, &settings, &options)?;
        Ok(Call {
            viewer,
            options,
            store: self.store.clone(),
            settings,
            words: Words::of(&interaction.locale),
            now: Timestamp::now(),
            attachment_size_limit: interaction.attachment_size_limit,
            looks,
            gate: Arc::clone(&self.gate),
            health: self.state.health(),
            application: Application {
                id: interaction.application.clone(),
                client: self.client.clone(),
                permissions: interaction.app_permissions,
            },
            guild_locale: interaction.guild_locale.clone(),
        })
    }

    /// What the options say of where to look.
    fn widen(&self, viewer: &mut Viewer, settings: &Settings, options: &Options) -> Result<Where, CommandError> {
        if let Some(channel) = options.channel(CHANNEL) {
            self.gate.look_into(viewer, channel)?;
            return Ok(Where::Channel(channel.parent.to_owned()));
        }
        if options.flag(EVERYWHERE) {
            viewer.see_server(&settings.config.access)?;
            return Ok(Where::Server);
        }
        Ok(Where::Here)
    }
}

/// What answers a press of somebody who has passed the gate.
fn press(
    action: &'static Action,
    call: Result<Call, CommandError>,
    pressed: Pressed,
    questions: Arc<Semaphore>,
) -> Prepared {
    let job = async move {
        let call = call?;
        let _permit = questions.acquire().await;
        (action.run)(&call, &pressed).await
    };
    Prepared { name: action.name, answer: action.answer, job: Box::pin(job) }
}

/// The command of a message's menu that has this name in English.
fn message_command(name: &str) -> Option<&'static Command> {
    commands::message_commands().find(|command| Language::English.text(&format!("{}.name", command.text_key())) == name)
}

fn failed(name: &'static str, answer: AnswerKind, error: CommandError) -> Prepared {
    Prepared { name, answer, job: Box::pin(std::future::ready(Err(error))) }
}
