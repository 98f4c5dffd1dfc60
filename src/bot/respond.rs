//! Answers an interaction within Discord's three seconds, whatever happens to the command: it may be slow, fail or
//! panic, and the user gets a reply.

mod send;

use std::time::Duration;

use serde_json::Value;
use tokio::task::{JoinError, JoinHandle};
use tokio::time::{Instant, timeout};

pub(super) use self::send::FirstResponse;
use self::send::{Callback, Sender};
use super::answer::json::deferred;
use super::answer::{Answer, AnswerKind, Reply};
use super::dispatch::{Dispatcher, Prepared};
use super::error::CommandError;
use super::interaction::{Interaction, Request};
use super::metrics::InteractionOutcome;
use super::words::Words;

/// Then "thinking…" is sent; leaves enough of the three seconds for the requests to Discord.
const DEFER_AFTER: Duration = Duration::from_millis(1200);
/// Suggestions cannot be deferred.
const UNDEFERRED_TIMEOUT: Duration = Duration::from_millis(2000);
/// Then a deferred command is given up.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

/// Answers an interaction. One that cannot be read, or that came before, is not answered.
pub(super) async fn respond(dispatcher: &Dispatcher, interaction: &Value, first: FirstResponse) {
    let arrived = Instant::now();
    let Some(interaction) = Interaction::read(interaction) else {
        tracing::warn!("an interaction without id, application or token cannot be answered");
        return;
    };
    if interaction.request == Request::Unknown || !dispatcher.limits.is_new(&interaction.id) {
        tracing::debug!(id = interaction.id, "an interaction of an unknown kind, or one that came before");
        return;
    }
    let prepared = dispatcher.prepare(&interaction);
    let sender = Sender::new(&dispatcher.client, &interaction, prepared.name, arrived);
    let words = Words::of(&interaction.locale);
    answer(dispatcher, prepared, &sender, words, first).await;
}

async fn answer(dispatcher: &Dispatcher, prepared: Prepared, sender: &Sender<'_>, words: Words, first: FirstResponse) {
    let Prepared { name, answer: kind, job } = prepared;
    // A task of its own, so that a panic becomes an answer too.
    let mut job = tokio::spawn(job);
    let deferral = deferred(kind);
    let at_most = if deferral.is_some() { DEFER_AFTER } else { UNDEFERRED_TIMEOUT };
    let (first_answer, outcome) = match (timeout(at_most, &mut job).await, &deferral) {
        (Ok(ended), _) => {
            let (answer, outcome) = finish(flatten(ended), kind, words);
            (Ok(answer), Some(outcome))
        }
        (Err(_), Some(deferral)) => (Err(deferral), None),
        (Err(_), None) => {
            let (answer, outcome) = finish(Err(CommandError::TimedOut), kind, words);
            (Ok(answer), Some(outcome))
        }
    };
    let sent = match &first_answer {
        Ok(answer) => sender.first(first, &answer.callback(), answer.files()).await,
        Err(deferral) => sender.first(first, deferral, &[]).await,
    };
    dispatcher.state.metrics.answered_after(sender.arrived.elapsed());
    let outcome = match (sent, outcome) {
        (Callback::Failed, _) => InteractionOutcome::Unsent,
        (Callback::AnsweredElsewhere, _) => InteractionOutcome::Repeated,
        (Callback::Sent, Some(outcome)) => outcome,
        (Callback::Sent, None) => later(sender, kind, &mut job, words).await,
    };
    // Whoever asked has gone: the question is given up with its job.
    job.abort();
    dispatcher.state.metrics.ended(name, outcome);
}

/// The answer after "thinking…".
async fn later(
    sender: &Sender<'_>,
    kind: AnswerKind,
    job: &mut JoinHandle<Result<Answer, CommandError>>,
    words: Words,
) -> InteractionOutcome {
    let result = timeout(COMMAND_TIMEOUT, job).await.map_or(Err(CommandError::TimedOut), flatten);
    let (answer, outcome) = finish(result, kind, words);
    let sent = match (&answer, kind) {
        (Answer::Update(reply), AnswerKind::Update) => sender.edit(reply).await,
        (Answer::Private(reply), AnswerKind::Private) | (Answer::Public(reply), AnswerKind::Public) => {
            sender.edit(reply).await
        }
        // An error is for who asked alone: it neither replaces a list nor is shown to all.
        (Answer::Private(reply), AnswerKind::Public) => {
            sender.delete().await;
            sender.follow_up(reply).await
        }
        (Answer::Private(reply), _) => sender.follow_up(reply).await,
        (answer, _) => match answer.reply() {
            Some(reply) => sender.edit(reply).await,
            None => false,
        },
    };
    match (sent, outcome) {
        (false, _) => InteractionOutcome::Unsent,
        (true, InteractionOutcome::Answered) => InteractionOutcome::Deferred,
        (true, outcome) => outcome,
    }
}

fn flatten(ended: Result<Result<Answer, CommandError>, JoinError>) -> Result<Answer, CommandError> {
    ended.unwrap_or(Err(CommandError::Panicked))
}

/// What to answer, and how to count it. Logs failures for the operator.
fn finish(result: Result<Answer, CommandError>, kind: AnswerKind, words: Words) -> (Answer, InteractionOutcome) {
    let error = match result {
        Ok(answer) => return (answer, InteractionOutcome::Answered),
        Err(error) => error,
    };
    let outcome = match &error {
        CommandError::Store(error) => {
            tracing::warn!(%error, "a bot command failed: the store does not answer");
            InteractionOutcome::Failed
        }
        CommandError::TimedOut => InteractionOutcome::Failed,
        CommandError::Panicked => {
            tracing::error!("a bot command panicked (a bug)");
            InteractionOutcome::Panicked
        }
        // Also what was forged, and what was pressed again or by somebody else.
        CommandError::Refused(_)
        | CommandError::TooMany
        | CommandError::UnknownButton
        | CommandError::NotOffered
        | CommandError::AlreadyDone => InteractionOutcome::Refused,
        _ => InteractionOutcome::Answered,
    };
    let answer = match kind {
        AnswerKind::Choices => Answer::Choices(Vec::new()),
        _ => Answer::Private(Reply::text(error.text(words))),
    };
    (answer, outcome)
}
