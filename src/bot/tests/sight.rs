//! What a server may see, and an interaction that the library cannot read.

use super::*;

#[tokio::test]
async fn a_server_sees_only_what_was_routed_to_it() {
    let house = House::new().await;
    let both = house.event(&["sales", "secret"], |_| {}).await;
    let hidden = house.event(&["secret"], |event| {
        event.source = "payroll".into();
        event.event_type = "salary.paid".into();
        event.topic = Topic::Other;
    });
    let hidden = hidden.await;
    house.event(&[], |event| event.source = "nowhere".into()).await;
    house.settle("secret", Status::Dead, "the secret channel is gone").await;
    let list = house.list(recent(&[])).await;
    assert_eq!(list.lines().count(), 1);
    assert!(list.contains(&both.to_string()) && list.contains("pending") && !list.contains("dead"), "{list}");
    assert!(house.list(recent(&[("status", json!("dead"))])).await.starts_with("No events"));
    assert_eq!(house.choices(typing("recent", "source", "")).await, ["stripe"]);
    assert_eq!(house.choices(typing("recent", "type", "a")).await, ["invoice.paid"]);
    assert_eq!(house.choices(typing("recent", "topic", "")).await, ["payment"]);
    assert_eq!(house.choices(typing("show", "id", "")).await, [both.to_string()]);
    assert!(house.choices(typing("show", "id", &hidden.to_string())).await.is_empty());
    let told = format!("{:?}", house.reply(show(&both.to_string())).await);
    assert!(told.contains("sales") && !told.contains("secret"), "{told}");
    let unseen = house.list(show(&hidden.to_string())).await;
    let missing = house.list(show("zzzzzzzz")).await;
    assert_eq!(unseen.replace(&hidden.to_string(), "zzzzzzzz"), missing, "the same words as for a missing one");
    let list = house.list(from(Some(ELSEWHERE), recent(&[]))).await;
    assert!(list.contains(&hidden.to_string()) && list.contains(&both.to_string()), "{list}");
}

#[tokio::test]
async fn servers_without_destinations_and_direct_messages_are_told_why() {
    let house = House::new().await;
    house.event(&["sales"], |_| {}).await;
    for asked in [recent(&[]), show("abc")] {
        assert!(house.list(from(Some("3"), asked.clone())).await.contains("No hookbell destination"));
        assert!(house.list(from(None, asked)).await.contains("in a server"));
    }
    assert!(house.choices(from(None, typing("recent", "source", ""))).await.is_empty());
}

#[test]
fn an_interaction_the_library_cannot_read_is_mended_and_read() {
    let mut asked = recent(&[("source", json!("stripe"))]);
    for key in ["locale", "entitlements", "attachment_size_limit", "version"] {
        asked.as_object_mut().expect("an object").remove(key);
    }
    assert!(serde_json::from_value::<Interaction>(asked.clone()).is_err(), "the reason for mending");
    let mended = repair(asked).expect("mended");
    assert!(matches!(Call::read(&mended).expect("a call").ask, Ask::Recent(query) if query.source.is_some()));
    assert!(repair(json!({ "type": 99 })).is_none() && repair(json!([])).is_none());
}
