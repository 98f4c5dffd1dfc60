//! Past events, with what was posted.

use serde_json::json;

use super::*;
use hookbell_model::live::LiveContext;

fn sent() -> SentMessage {
    SentMessage {
        template: "stripe.payment".to_owned(),
        keys: vec!["payment:1".to_owned()],
        context: LiveContext::default(),
        notes: vec![hookbell_model::note::Note::PingsLeftOut { count: 3 }],
        body: json!({ "content": "Zoë paid \u{0}", "embeds": [{ "color": 255 }] }),
    }
}

#[tokio::test]
async fn a_posted_message_is_kept_with_its_delivery_and_removed_with_its_event() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let id = accept(&store, "evt_1", &["sales", "ops"]).await;
    let delivery = head(&store, "sales").await.delivery.id;
    let end = Settlement { sent: Some(sent()), ..settled(delivery, Status::Delivered) };
    store.settle(vec![end], Timestamp(1)).await.expect("settled");
    let beside = folder.attach().await;
    let past = beside.history(None, None, 10).await.expect("the past");
    let [HistoryEntry { event, raw: body, deliveries }] = past.as_slice() else { panic!("{past:?}") };
    assert_eq!((event.id, body), (id, &raw()));
    assert_eq!(deliveries.iter().map(|(_, sent)| sent.clone()).collect::<Vec<_>>(), [Some(sent()), None]);
    let other = head(&store, "ops").await.delivery.id;
    store.settle(vec![settled(other, Status::Dead)], Timestamp(1)).await.expect("settled");
    assert_eq!(store.prune(Timestamp(5000), 10).await, Ok(1));
    assert_eq!(folder.number("SELECT count(*) FROM sent"), 0);
}

#[tokio::test]
async fn history_comes_in_pages_and_a_page_of_large_bodies_is_short() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    for n in 0..5 {
        let large = Raw { body: vec![b'x'; 3 << 20], ..Raw::default() };
        store.accept(event("shop", &format!("evt_{n}")), large, to(&[])).await.expect("accepted");
    }
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let page = store.history(None, before, 100).await.expect("a page");
        let Some(last) = page.last() else { break };
        assert!(page.len() <= 3, "{}", page.len());
        before = Some(last.event.id);
        seen.extend(page.iter().map(|past| past.event.reference.clone()));
    }
    assert_eq!(seen, ["evt_4", "evt_3", "evt_2", "evt_1", "evt_0"]);
    assert_eq!(store.history(Some(Timestamp(i64::MAX)), None, 100).await.map(|page| page.len()), Ok(0));
}
