//! A message whose answer was lost, where the bot can read the channel: it is found there, and not sent again.

use std::time::Duration;

use hookbell_fake_discord::{FaultKind, StandIn};
use hookbell_model::delivery::{Delivery, Posted, Reason, RepeatCause, Status};
use http::Method;
use serde_json::json;

use crate::support::{PATIENCE, Process, RunningApp, client, config_text, fetch, free_port, stand_in};

fn config(standin: &StandIn, token: &str) -> String {
    config_text(standin, "").replacen("[discord]\n", &format!("[discord]\nbot_token = \"{token}\"\n"), 1)
}

async fn start(standin: &StandIn, token: &str, folder: &tempfile::TempDir) -> RunningApp {
    RunningApp::start(&config(standin, token), folder.path()).await
}

async fn order(app: &RunningApp, id: u32, name: &str) -> Delivery {
    let body = json!({ "id": format!("e{id}"), "type": "order", "name": name }).to_string();
    let event = app.send("generic", &[], &body).await.event().to_owned();
    app.drained().await;
    app.details(&event).await.deliveries.remove(0).0
}

fn posted(delivery: &Delivery) -> (Option<RepeatCause>, Option<RepeatCause>) {
    match &delivery.reason {
        Some(Reason::Posted(Posted { found, repeat, .. })) => (*found, *repeat),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_message_whose_answer_was_lost_is_found_and_not_sent_again() {
    let (standin, folder) = (stand_in().await, tempfile::tempdir().expect("a folder"));
    let app = start(&standin, standin.bot_token(), &folder).await;
    order(&app, 1, "Ada").await;
    standin.inject(FaultKind::LostResponse.on_all().only(Method::POST).times(1));
    let lost = order(&app, 2, "Bob").await;
    let messages = standin.messages("2222");
    assert_eq!(messages.len(), 2);
    assert_eq!(lost.message.as_ref().map(|message| message.id.as_str()), Some(messages[1].id.as_str()));
    assert_eq!((lost.status, lost.possible_repeat), (Status::Delivered, false));
    assert_eq!(posted(&lost), (Some(RepeatCause::AnswerLost), None));
    let (_, metrics) = app.ask("/metrics").await;
    assert!(metrics.contains("hookbell_found_messages_total{destination=\"alerts\"} 1"), "{metrics}");
    assert!(metrics.contains("hookbell_possible_repeats_total{destination=\"alerts\"} 0"), "{metrics}");
}

#[tokio::test]
async fn an_equal_message_of_another_delivery_is_not_taken_for_the_lost_one() {
    let (standin, folder) = (stand_in().await, tempfile::tempdir().expect("a folder"));
    let app = start(&standin, standin.bot_token(), &folder).await;
    order(&app, 1, "Ada").await;
    // The connection ends, and nothing is saved.
    standin.inject(FaultKind::DropConnection.on_all().only(Method::POST).times(1));
    let second = order(&app, 2, "Ada").await;
    assert_eq!(standin.messages("2222").len(), 2);
    assert_eq!(posted(&second), (None, Some(RepeatCause::AnswerLost)));
}

#[tokio::test]
async fn where_the_channel_cannot_be_read_it_is_sent_once_more_and_marked() {
    let (standin, folder) = (stand_in().await, tempfile::tempdir().expect("a folder"));
    let app = start(&standin, "another.bot.token", &folder).await;
    standin.inject(FaultKind::LostResponse.on_all().only(Method::POST).times(1));
    let lost = order(&app, 1, "Ada").await;
    assert_eq!(standin.messages("2222").len(), 2);
    assert_eq!((lost.possible_repeat, posted(&lost)), (true, (None, Some(RepeatCause::AnswerLost))));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_kill_between_send_and_record_the_message_is_found() {
    let (standin, folder) = (stand_in().await, tempfile::tempdir().expect("a folder"));
    let public = free_port();
    let text = config(&standin, standin.bot_token()).replacen("127.0.0.1:0", &public.to_string(), 1);
    std::fs::write(folder.path().join("config.toml"), text).expect("a config");
    let serve = Process::serve(folder.path()).await;
    // Saved, and not answered as long as the process lives.
    standin.inject(FaultKind::Slow(Duration::from_secs(10)).on_all().only(Method::POST).times(1));
    let body = json!({ "id": "e1", "type": "order", "name": "Ada" }).to_string();
    let request = RunningApp::request(&format!("http://{public}/hooks/generic"), "generic", &[], &body);
    assert_eq!(fetch(request).await.status, 200);
    assert_eq!(standin.wait_for_messages("2222", 1, PATIENCE).await.len(), 1);
    serve.kill();
    standin.clear_faults();

    let serve = Process::serve(folder.path()).await;
    // What comes next is sent when the first is settled: the lane is in order.
    let body = json!({ "id": "e2", "type": "order", "name": "Bob" }).to_string();
    let request = RunningApp::request(&format!("http://{public}/hooks/generic"), "generic", &[], &body);
    assert_eq!(fetch(request).await.status, 200);
    let bob = |standin: &StandIn| {
        let messages = standin.messages("2222");
        messages.iter().any(|message| message.body.to_string().contains("Bob")).then_some(messages.len())
    };
    assert_eq!(standin.wait_for(PATIENCE, bob).await, Some(2));
    drop((serve, client()));
}
