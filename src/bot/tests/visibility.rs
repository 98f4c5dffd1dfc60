//! What a server may see, and an interaction that the Discord library cannot read.

use super::*;
use hookbell_model::privacy::Masks;

#[tokio::test]
async fn a_server_sees_only_what_was_routed_to_it() {
    let fixture = BotFixture::new().await;
    let both = fixture.event(&["sales", "secret"], |_| {}).await;
    let hidden = fixture.event(&["secret"], |event| {
        event.source = "payroll".into();
        event.event_type = "salary.paid".into();
        event.topic = Topic::Other;
    });
    let hidden = hidden.await;
    fixture.event(&[], |event| event.source = "nowhere".into()).await;
    fixture.settle("secret", Status::Dead, "the secret channel is gone").await;
    let list = fixture.list(recent(&[])).await;
    assert_eq!(list.lines().count(), 1);
    assert!(list.contains(&both.to_string()) && list.contains("pending") && !list.contains("dead"), "{list}");
    assert!(fixture.list(recent(&[("status", json!("dead"))])).await.starts_with("No events"));
    assert_eq!(fixture.choices(typing("recent", "source", "")).await, ["stripe"]);
    assert_eq!(fixture.choices(typing("recent", "type", "a")).await, ["invoice.paid"]);
    assert_eq!(fixture.choices(typing("recent", "topic", "")).await, ["payment"]);
    assert_eq!(fixture.choices(typing("show", "id", "")).await, [both.to_string()]);
    assert!(fixture.choices(typing("show", "id", &hidden.to_string())).await.is_empty());
    let text = format!("{:?}", fixture.reply(show(&both.to_string())).await);
    assert!(text.contains("sales") && !text.contains("secret"), "{text}");
    let hidden_reply = fixture.list(show(&hidden.to_string())).await;
    let missing = fixture.list(show("zzzzzzzz")).await;
    assert_eq!(hidden_reply.replace(&hidden.to_string(), "zzzzzzzz"), missing, "the same text as for a missing one");
    let list = fixture.list(from(Some(ELSEWHERE), recent(&[]))).await;
    assert!(list.contains(&hidden.to_string()) && list.contains(&both.to_string()), "{list}");
}

#[tokio::test]
async fn what_is_private_is_masked_unless_the_route_says_otherwise() {
    let fixture = BotFixture::new().await;
    let private = |event: &mut Event| {
        event.facts.subject = Some("Order of ada@example.com".into());
        event.facts.actor = Some("ada@example.com".into());
    };
    let staff = Plan { mask: Some(Masks::default()), ..Plan::default() };
    for (plan, is_shown) in [(Plan::default(), false), (staff, true)] {
        let id = fixture.planned_event(&plan, &["sales"], private).await.to_string();
        let list = fixture.list(recent(&[("count", json!(1))])).await;
        let shown = format!("{:?}", fixture.reply(show(&id)).await.message);
        let CommandOutput::Choices(choices) = fixture.run(typing("show", "id", &id)).await.expect("choices") else {
            panic!("choices");
        };
        for text in [list, shown, format!("{choices:?}")] {
            assert_eq!(text.contains("ada@"), is_shown, "{text}");
        }
    }
}

#[tokio::test]
async fn servers_without_destinations_and_direct_messages_get_a_reason() {
    let fixture = BotFixture::new().await;
    fixture.event(&["sales"], |_| {}).await;
    for asked in [recent(&[]), show("abc")] {
        assert!(fixture.list(from(Some("3"), asked.clone())).await.contains("No hookbell destination"));
        assert!(fixture.list(from(None, asked)).await.contains("in a server"));
    }
    let typing = from(None, typing("recent", "source", ""));
    assert_eq!(fixture.run(typing).await, Err(CommandError::NotInServer), "which is answered without suggestions");
}

#[test]
fn an_interaction_the_library_cannot_read_is_repaired_and_read() {
    let mut asked = recent(&[("source", json!("stripe"))]);
    for key in ["locale", "entitlements", "attachment_size_limit", "version"] {
        asked.as_object_mut().expect("an object").remove(key);
    }
    assert!(serde_json::from_value::<Interaction>(asked.clone()).is_err(), "the reason for repairing");
    let repaired = repair(asked).expect("repaired");
    let invocation = Invocation::new(&repaired).expect("one of ours");
    assert!(matches!(invocation.action, Ok(Action::Run(_, options)) if options.text("source") == Some("stripe")));
    assert!(repair(json!({ "type": 99 })).is_none() && repair(json!([])).is_none());
}
