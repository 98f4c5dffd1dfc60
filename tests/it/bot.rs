//! The bot against the stand-in, over real HTTP and a real gateway connection.

mod acting;
mod endpoint;
mod handling;
mod pressure;
mod statistics;
mod test_bot;

use std::time::Duration;

use hookbell::bot::state::BotHealth;
use hookbell_fake_discord::{DeliveryFault, FaultKind, InteractionResponse, Member, StoredMessage};
use hookbell_model::event::Event;
use hookbell_model::secret::Secret;
use serde_json::json;

use self::test_bot::{CHANNEL, OTHER_CHANNEL, TestBot, discord};
use crate::support::CapturedLog;

fn description(message: &StoredMessage) -> &str {
    message.object["embeds"][0]["description"].as_str().unwrap_or_default()
}

fn content(message: &StoredMessage) -> &str {
    message.object["content"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn commands_are_registered_once_and_not_again_while_they_are_the_same() {
    let bot = TestBot::new().await;
    bot.eventually("both servers", |bot| bot.requests("PUT", "/commands").len() == 2).await;
    let Ok(InteractionResponse::Choices(_)) =
        bot.discord.autocomplete(&Member::default(), CHANNEL, "/events recent source:").await
    else {
        panic!("the command is there");
    };
    let before = bot.requests("GET", "/commands").len();
    // A new session requests them again, and finds nothing to change.
    bot.discord.close_gateway(1001);
    bot.eventually("a new session", |bot| bot.requests("GET", "/commands").len() >= before + 2).await;
    assert_eq!(bot.requests("PUT", "/commands").len(), 2);
    bot.stop().await;
}

#[tokio::test]
async fn without_servers_the_command_is_registered_everywhere() {
    let bot = TestBot::with(discord().await, |config| config.guilds.clear()).await;
    bot.eventually("a registration", |bot| !bot.requests("PUT", "/commands").is_empty()).await;
    let [body] = &bot.requests("PUT", "/applications/4444/commands")[..] else { panic!("one") };
    assert_eq!((&body[0]["contexts"], &body[0]["default_member_permissions"]), (&json!([0]), &json!(null)));
    bot.stop().await;
}

#[tokio::test]
async fn recent_lists_pages_and_suggests() {
    let bot = TestBot::new().await;
    let mut ids = Vec::new();
    for _ in 0..7 {
        ids.insert(0, bot.event(&["sales"], |_| {}).await.to_string());
    }
    bot.delivered("sales").await;
    let first = bot.typed(CHANNEL, "/events recent source:stripe count:3").await;
    assert_eq!(description(&first).lines().count(), 6);
    assert!(description(&first).contains("⚪ **Payment** · $12.34\n-# <t:1700000000:R> · ⏳ waiting"), "{first:?}");
    let second = bot.pressed(&first, 1).await;
    assert_eq!(description(&second).lines().count(), 6);
    let third = bot.pressed(&second, 1).await;
    assert!(!description(&third).contains("waiting") && description(&third).lines().count() == 2);
    let back = bot.pressed(&third, 0).await;
    assert_eq!(description(&back), description(&second));
    assert_eq!(bot.suggested("/events recent source:str").await, ["stripe"]);
    assert_eq!(bot.suggested("/events recent type:inv").await, ["invoice.paid"]);
    let id: String = ids[0].chars().take(4).collect();
    assert_eq!(bot.suggested(&format!("/events show id:{id}")).await, [ids[0].clone()]);
    for line in [
        r#"hookbell_bot_interactions_total{command="events recent",outcome="answered"} 1"#,
        r#"hookbell_bot_interactions_total{command="page",outcome="answered"} 3"#,
        "hookbell_bot_state 2",
    ] {
        bot.eventually(line, |bot| bot.metrics().contains(line)).await;
    }
    bot.stop().await;
}

#[tokio::test]
async fn show_links_to_the_message() {
    let bot = TestBot::new().await;
    let id = bot.event(&["sales"], |event| event.facts.subject = Some("@everyone **hi**".into())).await;
    bot.delivered("sales").await;
    let shown = bot.typed(CHANNEL, &format!("/events show id:{id}")).await;
    let title = shown.object["embeds"][0]["title"].as_str().unwrap_or_default();
    assert_eq!(title, r"⚪ Payment: \@everyone \*\*hi\*\*");
    let link = "https://discord.com/channels/1111/2222/777";
    assert!(description(&shown).contains(link), "{shown:?}");
    assert!(shown.object["components"].to_string().contains(link));
    assert!(!shown.mentions.everyone);
    bot.stop().await;
}

#[tokio::test]
async fn servers_do_not_see_each_others_events() {
    let bot = TestBot::new().await;
    let named = |name: &'static str| move |event: &mut Event| event.facts.subject = Some(name.to_owned());
    bot.event(&["sales"], named("ours")).await;
    let theirs = bot.event(&["secret"], named("theirs")).await.to_string();
    bot.eventually("both servers", |bot| !bot.discord.commands(OTHER_CHANNEL).is_empty()).await;
    let here = bot.typed(CHANNEL, "/events recent").await;
    assert!(description(&here).contains("ours") && !description(&here).contains("theirs"));
    let there = bot.typed(OTHER_CHANNEL, "/events recent").await;
    assert!(!description(&there).contains("ours") && description(&there).contains("theirs"));
    let hidden = bot.typed(CHANNEL, &format!("/events show id:{theirs}")).await;
    assert!(content(&hidden).starts_with("No such event here"), "{hidden:?}");
    assert_eq!(bot.suggested("/events recent source:").await, ["stripe"]);
    bot.stop().await;
}

#[tokio::test]
async fn a_lost_gateway_is_found_again_and_the_bot_answers() {
    let bot = TestBot::new().await;
    bot.discord.disconnect_gateway_for(Duration::from_secs(3));
    bot.eventually("the lost gateway to be noticed", |bot| bot.state.health() == BotHealth::Reconnecting).await;
    bot.ready().await;
    bot.event(&["sales"], |_| {}).await;
    assert_eq!(description(&bot.typed(CHANNEL, "/events recent").await).lines().count(), 2);
    bot.stop().await;
}

#[tokio::test]
async fn a_discord_that_starts_later_is_found() {
    let discord = discord().await;
    discord.inject(FaultKind::Status(503).everywhere());
    let bot = TestBot::with(discord, |_| {}).await;
    bot.eventually("a failure", |bot| bot.state.health().as_str() == "failed").await;
    assert!(bot.reason().contains("503"), "{:?}", bot.state.health());
    assert_eq!(bot.discord.gateway_stats().identifies, 0);
    bot.discord.clear_faults();
    bot.ready().await;
    bot.stop().await;
}

#[tokio::test]
async fn a_refused_token_is_reported_and_costs_no_start() {
    let log = CapturedLog::start();
    let bot = TestBot::with(discord().await, |config| config.token = Secret::new("wrong")).await;
    bot.eventually("a failure", |bot| bot.state.health().as_str() == "failed").await;
    assert!(bot.reason().contains("refuses the bot token"), "{:?}", bot.state.health());
    assert_eq!((bot.discord.gateway_stats().identifies, bot.discord.invalid_requests()), (0, 1));
    let log = log.text();
    let pause = log.split("next_start_in=").nth(1).unwrap_or_else(|| panic!("no pause in {log}"));
    assert!(["10m", "11m", "12m"].iter().any(|pause_begin| pause.starts_with(pause_begin)), "{log}");
    bot.stop().await;
}

#[tokio::test]
async fn a_gateway_that_refuses_the_token_is_reported_too() {
    let bot = TestBot::new().await;
    bot.discord.close_gateway(4004);
    bot.eventually("a failure", |bot| bot.reason().contains("4004")).await;
    bot.stop().await;
}

#[tokio::test]
async fn shutdown_is_quick_while_discord_cannot_be_reached() {
    // Nothing listens there; and with a gateway that accepts no connection serenity would retry without end.
    let unreachable = TestBot::with(discord().await, |config| config.api_base = "http://127.0.0.1:9".into()).await;
    unreachable.eventually("a failure", |bot| bot.state.health().as_str() == "failed").await;
    assert!(unreachable.reason().contains("cannot be reached"), "{:?}", unreachable.state.health());
    unreachable.stop().await;
    let refusing = discord().await;
    refusing.refuse_gateway(true);
    let bot = TestBot::with(refusing, |_| {}).await;
    bot.eventually("a second request", |bot| bot.requests("GET", "/gateway").len() >= 2).await;
    bot.stop().await;
}

#[tokio::test]
async fn a_broken_store_is_answered_with_a_text() {
    let bot = TestBot::new().await;
    bot.store.close().await;
    let answer = bot.typed(CHANNEL, "/events recent").await;
    assert!(content(&answer).contains("store cannot be read"), "{answer:?}");
    bot.eventually("a count", |bot| bot.metrics().contains(r#"outcome="failed"} 1"#)).await;
    bot.stop().await;
}

#[tokio::test]
async fn a_client_that_spins_is_detected_and_replaced() {
    let bot = TestBot::new().await;
    // serenity treats this close as an error, keeps the closed connection and polls it without a pause.
    bot.discord.close_gateway(4011);
    bot.eventually("the lost gateway to be noticed", |bot| bot.reason().contains("hangs")).await;
    bot.ready().await;
    bot.stop().await;
}

#[tokio::test]
async fn a_command_registered_is_a_command_removed() {
    let bot = TestBot::new().await;
    bot.eventually("both servers", |bot| !bot.discord.commands(OTHER_CHANNEL).is_empty()).await;
    // A server that the config drops.
    bot.configure(|config| config.guilds = vec!["1111".into()]);
    bot.eventually("removed", |bot| bot.discord.commands(OTHER_CHANNEL).is_empty()).await;
    assert!(!bot.discord.commands(CHANNEL).is_empty());
    // Everywhere, and then not twice.
    bot.configure(|config| config.guilds.clear());
    let groups = |bot: &TestBot, channel| bot.discord.commands(channel).len();
    let all = bot.requests("PUT", "/commands").first().and_then(|body| body.as_array().map(Vec::len)).expect("a list");
    bot.eventually("everywhere", |bot| groups(bot, OTHER_CHANNEL) == all && groups(bot, CHANNEL) == all).await;
    bot.eventually("ready", |bot| matches!(bot.state.health(), BotHealth::Ready { .. })).await;
    bot.configure(|config| config.guilds = vec!["9999".into()]);
    bot.eventually("one server", |bot| groups(bot, OTHER_CHANNEL) == all && groups(bot, CHANNEL) == 0).await;
    bot.stop().await;
}

#[tokio::test]
async fn what_an_earlier_run_registered_is_removed() {
    let discord = discord().await;
    let bot = TestBot::with(discord, |_| {}).await;
    bot.eventually("both servers", |bot| !bot.discord.commands(OTHER_CHANNEL).is_empty()).await;
    let bot = bot.restart(|config| config.guilds = vec!["1111".into()]).await;
    bot.eventually("removed", |bot| bot.discord.commands(OTHER_CHANNEL).is_empty()).await;
    bot.stop().await;
}

#[tokio::test]
async fn one_server_that_fails_holds_up_no_other_and_is_named() {
    let discord = discord().await;
    discord.inject(FaultKind::Status(503).on_commands("1111"));
    let bot = TestBot::with(discord, |_| {}).await;
    bot.eventually("the other server", |bot| !bot.discord.commands(OTHER_CHANNEL).is_empty()).await;
    let is_named = |bot: &TestBot| bot.reason().contains("503") && !bot.reason().contains("9999");
    bot.eventually("a reason that names the one", is_named).await;
    assert_eq!(bot.state.health().as_str(), "registering");
    assert!(bot.reason().contains("server 1111"), "{}", bot.reason());
    bot.stop().await;
}

#[tokio::test]
async fn commands_are_put_only_where_they_differ_names_in_all_languages_included() {
    let bot = TestBot::new().await;
    bot.eventually("both servers", |bot| bot.requests("PUT", "/commands").len() == 2).await;
    let [body, _] = &bot.requests("PUT", "/commands")[..] else { panic!("two") };
    assert_eq!(body[0]["name_localizations"]["de"], "ereignisse");
    let bot = bot.restart(|_| {}).await;
    bot.ready().await;
    bot.eventually("registered", |bot| matches!(bot.state.health(), BotHealth::Ready { .. })).await;
    assert_eq!(bot.requests("PUT", "/commands").len(), 2, "a start alone changes nothing");
    bot.stop().await;
}

#[tokio::test]
async fn one_lost_answer_is_not_a_lost_interaction() {
    let bot = TestBot::new().await;
    bot.event(&["sales"], |_| {}).await;
    for fault in [
        FaultKind::Status(500),
        FaultKind::Status(502),
        FaultKind::StatusHtml(503),
        FaultKind::DropConnection,
        // It did arrive: the repetition is refused with 40060, which is a success.
        FaultKind::LostResponse,
    ] {
        bot.discord.inject(fault.clone().on_interactions().times(1));
        let answer = bot.typed(CHANNEL, "/events recent").await;
        assert_eq!(description(&answer).lines().count(), 2, "{fault:?}");
    }
    let counted = r#"hookbell_bot_interactions_total{command="events recent",outcome="answered"} 5"#;
    bot.eventually(counted, |bot| bot.metrics().contains(counted)).await;
    bot.stop().await;
}

#[tokio::test]
async fn an_interaction_that_comes_twice_is_answered_once() {
    let bot = TestBot::new().await;
    bot.discord.inject_delivery(vec![DeliveryFault::Twice; 3]);
    bot.event(&["sales"], |_| {}).await;
    for _ in 0..3 {
        assert_eq!(description(&bot.typed(CHANNEL, "/events recent").await).lines().count(), 2);
    }
    assert_eq!(bot.requests("POST", "/callback").len(), 3);
    bot.stop().await;
}

#[tokio::test]
async fn who_asks_too_much_is_told() {
    let bot = TestBot::new().await;
    for _ in 0..20 {
        bot.typed(CHANNEL, "/events recent").await;
    }
    let answer = bot.typed(CHANNEL, "/events recent").await;
    assert!(content(&answer).contains("a lot in a short time"), "{answer:?}");
    assert_eq!(bot.suggested("/events recent source:").await, Vec::<String>::new(), "suggestions are not counted");
    let other = Member { id: "6666".into(), name: "else".into(), ..Member::default() };
    let Ok(InteractionResponse::Message(answer)) =
        bot.discord.type_command(&other, CHANNEL, "/events recent", Duration::from_secs(20)).await
    else {
        panic!("somebody else is answered");
    };
    assert!(!content(&answer).contains("a lot"), "{answer:?}");
    bot.stop().await;
}

#[tokio::test]
async fn a_menu_opens_an_event() {
    let bot = TestBot::new().await;
    let id = bot.event(&["sales"], |event| event.facts.subject = Some("Order 7".into())).await.to_string();
    let list = bot.typed(CHANNEL, "/events recent").await;
    let menu = list.object["components"][0]["components"][0]["custom_id"].as_str().expect("a menu").to_owned();
    let here = bot.discord.member(&Member::default()).in_channel(CHANNEL);
    let opened = here.choose(&list, &menu, &[&id]).await.expect("an answer");
    let opened = opened.message().expect("a message");
    assert!(opened.is_ephemeral() && opened.object["embeds"][0]["title"].to_string().contains("Order 7"), "{opened:?}");
    bot.stop().await;
}

#[tokio::test]
async fn an_alert_is_explained_from_its_own_menu() {
    let bot = TestBot::new().await;
    let message = bot.post_by_webhook().await;
    bot.event(&["sales"], |event| event.facts.subject = Some("Order 7".into())).await;
    bot.delivered_as("sales", &message).await;
    let here = bot.discord.member(&Member::default()).in_channel(CHANNEL);
    let explained = here.apps_menu(&message, "Explain this alert").await.expect("an answer");
    assert!(explained.is_ephemeral() && explained.text().contains("received and kept"), "{explained:?}");
    // A message of somebody else's.
    let other = bot.post_by_webhook().await;
    let explained = here.apps_menu(&other, "Explain this alert").await.expect("an answer");
    assert!(explained.text().starts_with("hookbell posted no message like that"), "{explained:?}");
    bot.stop().await;
}

#[tokio::test]
async fn another_token_is_taken_up_without_a_restart() {
    let bot = TestBot::new().await;
    bot.configure(|config| config.token = Secret::new("wrong"));
    bot.eventually("a failure", |bot| bot.reason().contains("refuses the bot token")).await;
    bot.configure(|_| {});
    bot.ready().await;
    bot.settings.send_replace(None);
    bot.eventually("no bot", |bot| bot.state.health() == BotHealth::Off).await;
    bot.stop().await;
}
