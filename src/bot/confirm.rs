//! Changes that wait for the press of a button: offered to one person at one place, and made once. The button holds a token;
//! the store its hash, with what is to be done.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::command::{Call, Pressed};
use super::custom_id::CustomId;
use super::error::CommandError;
use super::gate::Place;
use crate::store::{Confirmable, Confirmation, ConfirmationToken, Store};
use hookbell_model::audit::AuthorPlace;

/// How long a change is offered.
pub(super) const OFFERED_FOR: Duration = Duration::from_secs(600);

/// A change in the store; the action, so that a token is good for no other button.
#[derive(Serialize, Deserialize)]
struct Offered<T> {
    action: String,
    change: T,
}

/// Offers a change to who asks; returns the custom id of the button or menu that makes it.
pub(super) async fn offer(call: &Call, action: &str, change: &impl Serialize) -> Result<CustomId, CommandError> {
    let offered = Offered { action: action.to_owned(), change };
    let change = serde_json::to_string(&offered).map_err(|_| CommandError::Panicked)?;
    let token = ConfirmationToken::random()?;
    let offered = Confirmation {
        person: call.viewer.user.clone(),
        place: place(call),
        change,
        expires: call.now.after(OFFERED_FOR),
    };
    call.store.offer(&token, offered, call.now).await?;
    Ok(CustomId::new(action, token))
}

/// The change that somebody has pressed, and the store that makes it as theirs, once.
///
/// # Errors
/// When it was offered to somebody else, elsewhere or for another button, when it is over or made already.
pub(super) async fn pressed<T: DeserializeOwned>(
    call: &Call,
    action: &str,
    pressed: &Pressed,
) -> Result<(T, Store), CommandError> {
    let token = ConfirmationToken::read(&pressed.key).ok_or(CommandError::UnknownButton)?;
    let change = match call.store.confirmable(&token, &call.viewer.user, place(call), call.now).await? {
        Confirmable::Open(change) => change,
        Confirmable::Spent => return Err(CommandError::AlreadyDone),
        Confirmable::Expired => return Err(CommandError::Expired),
        Confirmable::Unknown => return Err(CommandError::NotOffered),
    };
    let offered: Offered<T> = serde_json::from_str(&change).map_err(|_| CommandError::NotOffered)?;
    if offered.action != action {
        return Err(CommandError::NotOffered);
    }
    Ok((offered.change, call.store.confirmed_by(call.author(), token)))
}

fn place(call: &Call) -> Option<AuthorPlace> {
    let place = |at: &Place| AuthorPlace { guild: at.guild.clone(), channel: at.channel.clone() };
    call.viewer.place.as_ref().map(place)
}
