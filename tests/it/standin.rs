//! The stand-in behaves as Discord is documented and seen to: limits, errors, rate limits, faults.

use std::time::Duration;

use hookbell::standin::{Limits, Options, StandIn, Trouble, Window};
use serde_json::{Value, json};

async fn unlimited() -> StandIn {
    start(Limits::NONE).await
}

async fn start(limits: Limits) -> StandIn {
    StandIn::start(Options { limits, ..Options::default() }).await.expect("binds")
}

struct Got {
    status: u16,
    headers: reqwest::header::HeaderMap,
    body: Value,
}

impl Got {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

async fn send(request: reqwest::RequestBuilder) -> Got {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = response.text().await.expect("a body");
    Got { status, headers, body: serde_json::from_str(&body).unwrap_or(Value::String(body)) }
}

fn with_body(request: reqwest::RequestBuilder, body: &Value) -> reqwest::RequestBuilder {
    request.header("content-type", "application/json").body(body.to_string())
}

fn hook(standin: &StandIn) -> String {
    standin.webhook_url("alerts").expect("there")
}

async fn post(standin: &StandIn, query: &str, body: Value) -> Got {
    send(with_body(reqwest::Client::new().post(format!("{}?{query}", hook(standin))), &body)).await
}

#[tokio::test]
async fn a_post_is_kept_and_answered_with_the_message() {
    let standin = unlimited().await;
    let got = post(&standin, "wait=true", json!({ "content": " hi ", "username": "Stripe" })).await;
    assert_eq!((got.status, &got.body["content"]), (200, &json!("hi")));
    assert_eq!(got.body["author"]["username"], "Stripe");
    assert_eq!(standin.messages("2222").len(), 1);
    assert_eq!(post(&standin, "", json!({ "content": "quiet" })).await.status, 204);
    standin.stop().await;
}

#[tokio::test]
async fn the_sixth_request_in_two_seconds_is_told_to_wait() {
    let standin = start(Limits::default()).await;
    for left in (0..5).rev() {
        let got = post(&standin, "wait=true", json!({ "content": "x" })).await;
        assert_eq!(got.status, 200);
        assert_eq!(got.header("x-ratelimit-remaining"), Some(left.to_string().as_str()));
    }
    let got = post(&standin, "wait=true", json!({ "content": "x" })).await;
    assert_eq!((got.status, got.header("x-ratelimit-scope")), (429, Some("user")));
    assert!(got.body["retry_after"].as_f64().is_some_and(|wait| wait > 0.0 && wait <= 2.0));
}

#[tokio::test]
async fn the_channels_limit_is_in_no_header() {
    let limits = Limits { channel: Some(Window::new(2, Duration::from_secs(60))), ..Limits::default() };
    let standin = start(limits).await;
    for _ in 0..2 {
        assert_eq!(post(&standin, "wait=true", json!({ "content": "x" })).await.status, 200);
    }
    let got = post(&standin, "wait=true", json!({ "content": "x" })).await;
    assert_eq!((got.status, got.header("x-ratelimit-scope")), (429, Some("shared")));
    assert_eq!(got.header("x-ratelimit-remaining"), Some("2"));
    assert!(got.body["retry_after"].as_f64().is_some_and(|wait| wait > 50.0));
    assert_eq!(standin.invalid_requests(), 0);
}

#[tokio::test]
async fn a_lost_answer_is_posted_and_not_answered() {
    let standin = unlimited().await;
    standin.fault(Trouble::LostAnswer.on("alerts").times(1));
    let sent = with_body(reqwest::Client::new().post(hook(&standin)), &json!({ "content": "x" })).send().await;
    assert!(sent.is_err());
    assert_eq!(standin.messages("2222").len(), 1);
    assert_eq!(post(&standin, "", json!({ "content": "y" })).await.status, 204);
    assert_eq!(standin.requests()[0].status, None);
}

mod bot {
    use std::sync::Arc;

    use hookbell::standin::{Person, Reply};
    use serenity::all::*;
    use tokio::sync::Notify;

    use super::*;

    struct Handler {
        ready: Arc<Notify>,
    }

    #[serenity::async_trait]
    impl EventHandler for Handler {
        async fn ready(&self, ctx: Context, _: Ready) {
            let recent = CreateCommandOption::new(CommandOptionType::SubCommand, "recent", "The latest events")
                .add_sub_option(
                    CreateCommandOption::new(CommandOptionType::String, "source", "From where").set_autocomplete(true),
                )
                .add_sub_option(
                    CreateCommandOption::new(CommandOptionType::Integer, "count", "How many")
                        .min_int_value(1)
                        .max_int_value(20),
                );
            let command = CreateCommand::new("events").description("What came in").add_option(recent);
            GuildId::new(1111).set_commands(&ctx.http, vec![command]).await.expect("registered");
            self.ready.notify_one();
        }

        async fn interaction_create(&self, ctx: Context, interaction: Interaction) {
            match interaction {
                Interaction::Command(command) => answer_command(&ctx, &command).await,
                Interaction::Autocomplete(command) => {
                    let typed = command.data.autocomplete().expect("a focused option").value;
                    let choices = CreateAutocompleteResponse::new().add_string_choice(format!("{typed}ipe"), "stripe");
                    let response = CreateInteractionResponse::Autocomplete(choices);
                    command.create_response(&ctx.http, response).await.expect("taken");
                }
                Interaction::Component(press) => {
                    let message = CreateInteractionResponseMessage::new().content("page 2").components(vec![]);
                    let response = CreateInteractionResponse::UpdateMessage(message);
                    press.create_response(&ctx.http, response).await.expect("taken");
                }
                _ => {}
            }
        }
    }

    async fn answer_command(ctx: &Context, command: &CommandInteraction) {
        command.defer_ephemeral(&ctx.http).await.expect("deferred");
        let ResolvedValue::SubCommand(options) = &command.data.options()[0].value else { panic!("a subcommand") };
        let count = options.iter().find(|option| option.name == "count").map(|option| option.value.clone());
        let Some(ResolvedValue::Integer(count)) = count else { panic!("a count") };
        let row = CreateActionRow::Buttons(vec![CreateButton::new("next").label("Next")]);
        let edit = EditInteractionResponse::new().content(format!("{count} events")).components(vec![row]);
        command.edit_response(&ctx.http, edit).await.expect("edited");
    }

    async fn bot(standin: &StandIn, token: &str) -> (tokio::task::JoinHandle<serenity::Result<()>>, Arc<Notify>) {
        let http = HttpBuilder::new(token)
            .proxy(standin.base())
            .ratelimiter_disabled(true)
            .application_id(ApplicationId::new(4444))
            .build();
        let ready = Arc::new(Notify::new());
        let handler = Handler { ready: Arc::clone(&ready) };
        let mut client =
            ClientBuilder::new_with_http(http, GatewayIntents::empty()).event_handler(handler).await.expect("a client");
        assert_eq!(*client.ws_url.lock().await, format!("ws://{}/gateway", standin.base().replace("http://", "")));
        (tokio::spawn(async move { client.start().await }), ready)
    }

    const SOON: Duration = Duration::from_secs(10);

    #[tokio::test]
    async fn a_serenity_bot_takes_commands_suggestions_and_buttons() {
        let standin = unlimited().await;
        let (running, ready) = bot(&standin, standin.bot_token()).await;
        assert!(standin.wait_for_bot(SOON).await);
        ready.notified().await;
        let you = Person::default();

        let reply = standin.type_command(&you, "2222", "/events recent source:stripe count:5", SOON).await;
        let Ok(Reply::Message(message)) = reply else { panic!("{reply:?}") };
        assert_eq!(message.object["content"], "5 events");
        assert!(message.is_ephemeral());
        assert!(standin.messages("2222").is_empty());

        let choices = standin.complete(&you, "2222", "/events recent source:str").await;
        assert_eq!(choices, Ok(Reply::Choices(vec![json!({ "name": "stripe", "value": "stripe" })])));

        let reply = standin.press(&you, &message.id, "next", SOON).await;
        let Ok(Reply::Updated(updated)) = reply else { panic!("{reply:?}") };
        assert_eq!((&updated.object["content"], &updated.object["components"]), (&json!("page 2"), &json!([])));

        let refused = standin.type_command(&you, "2222", "/events recent count:99", SOON).await;
        assert_eq!(refused, Err("`count` must be at most 20".to_owned()));
        running.abort();
    }

    #[tokio::test]
    async fn a_wrong_bot_token_is_turned_away() {
        let standin = unlimited().await;
        let (running, _) = bot(&standin, "wrong").await;
        let ended = running.await.expect("no panic");
        assert!(matches!(ended, Err(serenity::Error::Gateway(GatewayError::InvalidAuthentication))), "{ended:?}");
    }
}
