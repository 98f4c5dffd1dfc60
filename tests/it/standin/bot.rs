//! The stand-in's gateway and interactions, with a real serenity client and with a bare WebSocket.

use std::sync::Arc;

use futures_util::{SinkExt, StreamExt};
use hookbell_fake_discord::{ExpectedValue, InputError, InteractionError, InteractionResponse, Member};
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
                command.create_response(&ctx.http, response).await.expect("accepted");
            }
            Interaction::Component(press) => {
                let message = CreateInteractionResponseMessage::new().content("page 2").components(vec![]);
                let response = CreateInteractionResponse::UpdateMessage(message);
                press.create_response(&ctx.http, response).await.expect("accepted");
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
async fn a_serenity_bot_answers_commands_autocomplete_and_buttons() {
    let standin = stand_in().await;
    let (running, ready) = bot(&standin, standin.bot_token()).await;
    assert!(standin.wait_for_bot(SOON).await);
    ready.notified().await;
    let you = Member::default();

    let reply = standin.type_command(&you, "2222", "/events recent source:stripe count:5", SOON).await;
    let Ok(InteractionResponse::Message(message)) = reply else { panic!("{reply:?}") };
    assert_eq!(message.object["content"], "5 events");
    assert!(message.is_ephemeral());
    assert!(standin.messages("2222").is_empty());

    let choices = standin.autocomplete(&you, "2222", "/events recent source:str").await;
    assert_eq!(choices, Ok(InteractionResponse::Choices(vec![json!({ "name": "stripe", "value": "stripe" })])));

    let reply = standin.press_button(&you, &message.id, "next", SOON).await;
    let Ok(InteractionResponse::Updated(updated)) = reply else { panic!("{reply:?}") };
    assert_eq!((&updated.object["content"], &updated.object["components"]), (&json!("page 2"), &json!([])));

    let too_many =
        InteractionError::from(InputError::Value { option: "count".into(), expected: ExpectedValue::Maximum(20.0) });
    assert_eq!(too_many.to_string(), "`count` must be at most 20");
    let refused = standin.type_command(&you, "2222", "/events recent count:99", SOON).await;
    assert_eq!(refused, Err(too_many));
    running.abort();
}

#[tokio::test]
async fn a_disconnected_bot_resumes_and_one_without_a_session_identifies_again() {
    let standin = stand_in().await;
    let (running, ready) = bot(&standin, standin.bot_token()).await;
    ready.notified().await;
    standin.close_gateway(4000);
    assert!(standin.wait_for(SOON, |standin| (standin.gateway_stats().resumes == 1).then_some(())).await.is_some());
    let you = Member::default();
    let reply = standin.type_command(&you, "2222", "/events recent count:1", SOON).await;
    assert!(matches!(reply, Ok(InteractionResponse::Message(_))), "{reply:?}");
    standin.invalidate_sessions();
    let patience = Duration::from_secs(30);
    assert!(
        standin.wait_for(patience, |standin| (standin.gateway_stats().identifies == 2).then_some(())).await.is_some()
    );
    running.abort();
}

type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

/// The next event of this kind on a bare gateway connection.
async fn next(socket: &mut Socket, kind: &str) -> Value {
    loop {
        let message = socket.next().await.expect("open").expect("a message");
        let event: Value = serde_json::from_str(message.to_text().expect("text")).expect("JSON");
        if event["t"] == kind || event["op"] == 10 && kind == "HELLO" {
            return event["d"].clone();
        }
    }
}

#[tokio::test]
async fn an_interaction_is_answered_once_and_in_time() {
    let standin = stand_in().await;
    let url = format!("{}/gateway?v=10", standin.base().replace("http", "ws"));
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.expect("connects");
    next(&mut socket, "HELLO").await;
    let identify = json!({ "op": 2, "d": { "token": standin.bot_token(), "intents": 0, "properties": {} } });
    socket.send(tokio_tungstenite::tungstenite::Message::Text(identify.to_string())).await.expect("sent");
    next(&mut socket, "READY").await;
    let put = reqwest::Client::new().put(format!("{}/api/v10/applications/4444/commands", standin.base()));
    let put = put.header("authorization", format!("Bot {}", standin.bot_token()));
    fetch(with_body(put, &json!([{ "name": "ping", "description": "Pong" }]))).await;

    let you = Member::default();
    let base = standin.base();
    let answer = |event: Value, body: Value| {
        let (id, token) = (event["id"].as_str().expect("id"), event["token"].as_str().expect("token"));
        let url = format!("{base}/api/v10/interactions/{id}/{token}/callback");
        async move { fetch(with_body(reqwest::Client::new().post(url), &body)).await }
    };
    let bot = async {
        let event = next(&mut socket, "INTERACTION_CREATE").await;
        let long = answer(event.clone(), json!({ "type": 4, "data": { "content": text(2001) } })).await;
        assert_eq!((long.status, leaf(&long.body, "data.content")), (400, "BASE_TYPE_MAX_LENGTH"));
        let wrong = answer(event.clone(), json!({ "type": 8, "data": { "choices": [] } })).await;
        assert_eq!(leaf(&wrong.body, "type"), "BASE_TYPE_CHOICES");
        assert_eq!(answer(event.clone(), json!({ "type": 4, "data": { "content": "pong" } })).await.status, 204);
        let again = answer(event.clone(), json!({ "type": 4, "data": { "content": "pong" } })).await;
        assert_eq!((again.status, &again.body["code"]), (400, &json!(40060)));
        event
    };
    let (reply, event) = tokio::join!(standin.type_command(&you, "2222", "/ping", SOON), bot);
    let Ok(InteractionResponse::Message(message)) = reply else { panic!("{reply:?}") };
    assert!(!message.is_ephemeral());
    let original =
        format!("{base}/api/v10/webhooks/4444/{}/messages/@original", event["token"].as_str().expect("token"));
    let edit = with_body(reqwest::Client::new().patch(&original), &json!({ "content": "pong!" }));
    assert_eq!(fetch(edit).await.status, 200);
    assert_eq!(standin.messages("2222")[0].object["content"], "pong!");

    standin.limit_first_response(Duration::from_millis(20));
    assert_eq!(standin.type_command(&you, "2222", "/ping", SOON).await, Ok(InteractionResponse::NoAnswer));
    let event = next(&mut socket, "INTERACTION_CREATE").await;
    let late = answer(event, json!({ "type": 4, "data": { "content": "pong" } })).await;
    assert_eq!((late.status, &late.body["code"]), (404, &json!(10062)));
}

#[tokio::test]
async fn without_a_bot_the_application_does_not_respond() {
    let standin = stand_in().await;
    let put = reqwest::Client::new().put(format!("{}/api/v10/applications/4444/commands", standin.base()));
    let put = put.header("authorization", format!("Bot {}", standin.bot_token()));
    let response = fetch(with_body(put, &json!([{ "name": "ping", "description": "Pong" }]))).await;
    assert_eq!((response.status, &response.body[0]["application_id"]), (200, &json!("4444")));
    standin.limit_first_response(Duration::from_millis(20));
    let reply = standin.type_command(&Member::default(), "2222", "/ping", SOON).await;
    assert_eq!(reply, Ok(InteractionResponse::NoAnswer));
}

#[tokio::test]
async fn invalid_commands_are_refused() {
    let standin = stand_in().await;
    let put = |commands: Value| {
        let put = reqwest::Client::new().put(format!("{}/api/v10/applications/4444/commands", standin.base()));
        let put = put.header("authorization", format!("Bot {}", standin.bot_token()));
        async move { fetch(with_body(put, &commands)).await }
    };
    let one = |name: &str| json!({ "name": name, "description": "x" });
    let option =
        |name: &str, required: bool| json!({ "type": 3, "name": name, "description": "x", "required": required });
    let with = |options: Vec<Value>| json!([{ "name": "a", "description": "x", "options": options }]);
    let many: Vec<Value> = (0..26).map(|number| option(&format!("o{number}"), false)).collect();
    let cases = [
        (json!([one("Events")]), "0.name", "APPLICATION_COMMAND_INVALID_NAME"),
        (json!([one(&"a".repeat(33))]), "0.name", "BASE_TYPE_BAD_LENGTH"),
        (json!([{ "name": "a" }]), "0.description", "BASE_TYPE_REQUIRED"),
        (json!([{ "name": "a", "description": text(101) }]), "0.description", "BASE_TYPE_BAD_LENGTH"),
        (json!([one("a"), one("a")]), "1", "APPLICATION_COMMANDS_DUPLICATE_NAME"),
        (with(many), "0.options", "BASE_TYPE_MAX_LENGTH"),
        (
            with(vec![option("a", false), option("b", true)]),
            "0.options.1",
            "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        ),
    ];
    for (commands, path, code) in cases {
        let response = put(commands).await;
        assert_eq!((response.status, leaf(&response.body, path)), (400, code), "{}", response.body);
    }
    let first = put(json!([one("a"), one("b")])).await.body;
    let second = put(json!([one("a")])).await.body;
    assert_eq!(first[0], second[0], "an unchanged command keeps its id and version");
}

#[tokio::test]
async fn a_wrong_bot_token_is_refused() {
    let standin = stand_in().await;
    let (running, _) = bot(&standin, "wrong").await;
    let ended = running.await.expect("no panic");
    assert!(matches!(ended, Err(serenity::Error::Gateway(GatewayError::InvalidAuthentication))), "{ended:?}");
}
