//! What a person on the page does with the bot: commands, suggestions, buttons, menus, forms, and a message's menu.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State as Shared};
use axum::routing::post;
use serde_json::{Value, json};

use super::body::{read, text};
use crate::client::{self, InteractionError};
use crate::discord::Discord;
use crate::interaction::InteractionResponse;
use crate::member::Member;
use crate::response::ApiResponse;

type Sent = Result<String, InteractionError>;

pub(super) fn router() -> Router<Arc<Discord>> {
    Router::new()
        .route("/_standin/command", post(command))
        .route("/_standin/complete", post(complete))
        .route("/_standin/press", post(press))
        .route("/_standin/choose", post(choose))
        .route("/_standin/menu", post(menu))
        .route("/_standin/submit", post(submit))
        .route("/_standin/direct", post(direct))
}

/// The person whom the page is used as, in a channel, with the language that is chosen on the page.
fn member(discord: &Discord, body: &Value, channel: &str) -> Result<Member, InteractionError> {
    let state = discord.state();
    let known = state.directory.people.iter().find(|one| one.id == text(body, "person"));
    let mut member = match known.or(state.directory.people.first()) {
        Some(person) => state.member(&person.id, channel).ok_or(InteractionError::UnknownPerson)?,
        None => Member::default(),
    };
    if !text(body, "locale").is_empty() {
        text(body, "locale").clone_into(&mut member.locale);
    }
    Ok(member)
}

/// The person in the channel of a message.
fn reader(discord: &Discord, body: &Value) -> Result<Member, InteractionError> {
    let channel = discord.state().message(text(body, "message")).map(|message| message.channel.clone());
    member(discord, body, &channel.ok_or(InteractionError::UnknownMessage)?)
}

async fn command(Shared(discord): Shared<Arc<Discord>>, request: Request) -> ApiResponse {
    let body = read(request).await;
    let channel = text(&body, "channel");
    let sent = member(&discord, &body, channel)
        .and_then(|member| client::send_command(&discord, &member, channel, text(&body, "text")));
    outcome(&discord, sent).await
}

async fn complete(Shared(discord): Shared<Arc<Discord>>, request: Request) -> ApiResponse {
    let body = read(request).await;
    let channel = text(&body, "channel");
    let sent = member(&discord, &body, channel)
        .and_then(|member| client::send_autocomplete(&discord, &member, channel, text(&body, "text")));
    outcome(&discord, sent).await
}

async fn press(Shared(discord): Shared<Arc<Discord>>, request: Request) -> ApiResponse {
    let body = read(request).await;
    let sent = reader(&discord, &body)
        .and_then(|member| client::send_press(&discord, &member, text(&body, "message"), text(&body, "custom_id")));
    outcome(&discord, sent).await
}

async fn choose(Shared(discord): Shared<Arc<Discord>>, request: Request) -> ApiResponse {
    let body = read(request).await;
    let chosen: Vec<&str> = body["values"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let choice = (text(&body, "custom_id"), chosen.as_slice());
    let sent = reader(&discord, &body)
        .and_then(|member| client::send_choice(&discord, &member, text(&body, "message"), choice));
    outcome(&discord, sent).await
}

async fn menu(Shared(discord): Shared<Arc<Discord>>, request: Request) -> ApiResponse {
    let body = read(request).await;
    let sent = reader(&discord, &body)
        .and_then(|member| client::send_menu_command(&discord, &member, text(&body, "message"), text(&body, "name")));
    outcome(&discord, sent).await
}

async fn submit(Shared(discord): Shared<Arc<Discord>>, request: Request) -> ApiResponse {
    let body = read(request).await;
    let fields: Vec<(&str, &str)> = body["fields"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
        .collect();
    let sent = member(&discord, &body, text(&body, "channel"))
        .and_then(|member| client::send_form(&discord, &member, text(&body, "interaction"), &fields));
    outcome(&discord, sent).await
}

/// Opens the direct messages with the bot.
async fn direct(Shared(discord): Shared<Arc<Discord>>, request: Request) -> ApiResponse {
    let body = read(request).await;
    let state = discord.state();
    let known = state.directory.people.iter().find(|one| one.id == text(&body, "person"));
    let person = known.or(state.directory.people.first()).map(|person| person.id.clone());
    drop(state);
    let channel = discord.state().direct_channel(&person.unwrap_or_else(|| Member::default().id));
    discord.publish(json!({ "type": "reload" }));
    ApiResponse::json(json!({ "channel": channel }))
}

/// The outcome of an interaction within the time for the first response. The page receives messages by its event
/// stream.
async fn outcome(discord: &Discord, sent: Sent) -> ApiResponse {
    let id = match sent {
        Ok(id) => id,
        Err(error) => return ApiResponse::json(json!({ "error": error.to_string() })),
    };
    ApiResponse::json(match client::response(discord, &id, Duration::ZERO).await {
        InteractionResponse::NoAnswer => json!({ "error": "The application did not respond" }),
        InteractionResponse::Choices(choices) => json!({ "choices": choices }),
        InteractionResponse::Modal(form) => json!({ "form": form, "interaction": id }),
        InteractionResponse::Message(_)
        | InteractionResponse::Updated(_)
        | InteractionResponse::Thinking(_)
        | InteractionResponse::Acknowledged => {
            json!({})
        }
    })
}
