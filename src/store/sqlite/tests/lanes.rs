//! Order, leases, and a delivery from accept to its end.

use super::*;
use crate::store::ToldCondition;

fn parked() -> Parked {
    Parked { reason: ParkReason::WebhookDead { error: error() }, fingerprint: "f1".to_owned(), since: Timestamp(7) }
}

async fn claim(store: &Store, owner: &str, now: i64, until: i64) -> Option<ClaimedLane> {
    store.claim_lane("sales", owner, Timestamp(now), Timestamp(until)).await.expect("asked")
}

#[tokio::test]
async fn the_head_is_the_oldest_until_it_is_settled() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    for reference in ["a", "b", "c"] {
        accept(&store, reference, &["sales", "audit"]).await;
    }
    for reference in ["a", "b", "c"] {
        let work = head(&store, "sales").await;
        assert_eq!(work.event.reference, reference);
        store.postpone(vec![postponed(work.delivery.id, true)], Timestamp(3000)).await.expect("postponed");
        assert_eq!(head(&store, "sales").await.event.reference, reference);
        store.settle(vec![settled(work.delivery.id, Status::Delivered)], Timestamp(3000)).await.expect("settled");
    }
    assert_eq!(store.heads("sales", 1).await, Ok(Vec::new()));
    assert_eq!(head(&store, "audit").await.event.reference, "a");
}

#[tokio::test]
async fn a_lane_has_one_owner_until_its_lease_ends() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    accept(&store, "evt_1", &["sales"]).await;
    let first = head(&store, "sales").await.delivery.id;
    let fresh = ClaimedLane::default();
    assert_eq!(claim(&store, "one", 0, 100).await, Some(fresh.clone()));
    assert_eq!(claim(&store, "two", 99, 200).await, None);
    assert_eq!(claim(&store, "one", 99, 200).await, Some(fresh.clone()));
    assert_eq!(claim(&store, "two", 150, 250).await, None);
    assert_eq!(claim(&store, "two", 200, 300).await, Some(ClaimedLane { left_open: vec![first], ..fresh.clone() }));
    assert_eq!(claim(&store, "two", 200, 300).await, Some(fresh.clone()));
    store.release_lanes("one").await.expect("released");
    assert_eq!(claim(&store, "one", 210, 400).await, None);
    store.release_lanes("two").await.expect("released");
    assert_eq!(claim(&store, "one", 210, 400).await, Some(fresh));
}

#[tokio::test]
async fn a_lease_of_a_clock_that_was_ahead_ends_with_that_clock() {
    const DAY: i64 = 86_400_000;
    let folder = TestFolder::new();
    let store = folder.open().await;
    claim(&store, "one", DAY, DAY + 120_000).await.expect("free");
    let taken = claim(&store, "two", 0, 120_000).await.expect("no lease lasts a day");
    assert_eq!(taken, ClaimedLane::default());
}

#[tokio::test]
async fn what_waits_in_a_lane_is_counted_and_its_worst_event_is_masked() {
    use hookbell_model::event::Severity;
    use hookbell_model::own_event::LaneCondition;
    let folder = TestFolder::new();
    let store = folder.open().await;
    for (reference, severity, subject) in [
        ("a", Severity::Warning, "slow"),
        ("b", Severity::Critical, "card of ada@example.com refused"),
        ("c", Severity::Critical, "down"),
    ] {
        let mut event = event("shop", reference);
        (event.facts.severity, event.facts.subject) = (Some(severity), Some(subject.to_owned()));
        store.accept(event, raw(), to(&["sales"])).await.expect("accepted");
    }
    let backlog = store.backlog("sales").await.expect("asked");
    let worst = backlog.worst.expect("there is one");
    assert_eq!((backlog.count, worst.severity), (3, Severity::Critical));
    assert!(worst.title.starts_with("card of a•"), "{}", worst.title);
    let told = ToldCondition { state: LaneCondition::Late, since: Timestamp(7) };
    store.tell_fallback("sales", Some(told)).await.expect("recorded");
    assert_eq!(store.lane_health("sales").await.expect("asked").told, Some(told));
    store.tell_fallback("sales", None).await.expect("recorded");
    let health = store.lane_health("sales").await.expect("asked");
    assert_eq!((health.told, health.oldest), (None, Some(Timestamp(1000))));
}

#[tokio::test]
async fn a_lane_left_by_a_crash_says_so_once() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    claim(&store, "one", 0, i64::MAX).await.expect("free");
    accept(&store, "evt_1", &["sales"]).await;
    let first = head(&store, "sales").await.delivery.id;
    store.close().await;
    let store = folder.open().await;
    assert_eq!(claim(&store, "two", 0, 100).await.expect("the lease is void").left_open, [first]);
    assert!(claim(&store, "two", 0, 100).await.expect("mine").left_open.is_empty());
    store.release_lanes("two").await.expect("released");
    store.close().await;
    let store = folder.open().await;
    assert!(claim(&store, "three", 0, 100).await.expect("free").left_open.is_empty());
}

#[tokio::test]
async fn a_crash_within_a_request_of_several_names_them_until_its_outcome_is_recorded() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    for reference in ["a", "b", "c"] {
        accept(&store, reference, &["sales"]).await;
    }
    let ids: Vec<i64> = heads(&store, 3).await;
    claim(&store, "one", 0, 100).await.expect("free");
    store.set_in_flight("sales", ids[..2].to_vec()).await.expect("recorded");
    assert_eq!(claim(&store, "two", 100, 200).await.expect("expired").left_open, ids[..2]);
    let both = ids[..2].iter().map(|id| settled(*id, Status::Delivered)).collect();
    store.settle(both, Timestamp(3000)).await.expect("settled");
    assert_eq!(claim(&store, "three", 200, 300).await.expect("expired").left_open, ids[2..]);
}

#[tokio::test]
async fn what_is_urgent_is_at_the_head_and_the_rest_in_its_order() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    for (reference, mention) in [("a", false), ("b", true), ("c", false), ("d", true)] {
        let mention = if mention { vec![Mention::Here] } else { Vec::new() };
        let plan = Plan { mention, ..Plan::default() };
        let delivery = NewDelivery { destination: "sales".to_owned(), plan };
        store.accept(event("shop", reference), raw(), vec![delivery]).await.expect("accepted");
    }
    let heads = store.heads("sales", 9).await.expect("asked");
    let order: Vec<&str> = heads.iter().map(|head| head.event.reference.as_str()).collect();
    assert_eq!(order, ["b", "d", "a", "c"]);
}

fn posted_as(delivery: i64, message: i64) -> Settlement {
    let message = Some(MessageRef { id: message.to_string(), channel: "88".to_owned() });
    Settlement { message, ..settled(delivery, Status::Delivered) }
}

#[tokio::test]
async fn deliveries_of_one_message_are_one_post() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    for n in 0..3 {
        accept(&store, &format!("evt_{n}"), &["sales"]).await;
    }
    let together = heads(&store, 3).await.into_iter().map(|id| posted_as(id, 7)).collect();
    store.settle(together, Timestamp(2_000)).await.expect("settled");
    assert_eq!(store.posts_since("sales", Timestamp(0)).await.expect("known"), [Timestamp(2_000)]);
}

async fn heads(store: &Store, limit: usize) -> Vec<i64> {
    let heads = store.heads("sales", limit).await.expect("asked");
    heads.into_iter().map(|head| head.delivery.id).collect()
}

#[tokio::test]
async fn parking_and_the_channel_survive_a_restart() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let at = WebhookChannel { guild: None, channel: "c".to_owned(), fingerprint: "f1".to_owned(), application: None };
    store.set_channel("sales", at.clone()).await.expect("recorded");
    store.park_lane("sales", parked()).await.expect("parked");
    accept(&store, "evt_1", &["sales"]).await;
    accept(&store, "evt_2", &["sales"]).await;
    accept(&store, "evt_3", &["new"]).await;
    store.close().await;
    let store = folder.open().await;
    let lane = claim(&store, "two", 0, 100).await.expect("free");
    assert_eq!(lane, ClaimedLane { parked: Some(parked()), channel: Some(at.clone()), ..ClaimedLane::default() });
    let lanes = store.lanes().await.expect("asked");
    let sales = LaneState {
        destination: "sales".to_owned(),
        depth: 2,
        oldest: Some(Timestamp(1000)),
        parked: Some(parked()),
        paused: None,
        head: Some(head(&store, "sales").await.delivery),
        first_attempt: None,
        channel: Some(at),
    };
    assert_eq!(lanes[0].destination, "new");
    assert_eq!((lanes[0].depth, &lanes[0].channel), (1, &None));
    assert_eq!(lanes[1], sales);
    store.unpark_lane("sales").await.expect("freed");
    assert_eq!(claim(&store, "two", 0, 100).await.expect("mine").parked, None);
}

#[tokio::test]
async fn waiting_costs_an_attempt_only_when_it_counts() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let id = accept(&store, "evt_1", &["sales"]).await;
    let delivery = head(&store, "sales").await.delivery.id;
    store.postpone(vec![postponed(delivery, false)], Timestamp(3000)).await.expect("postponed");
    let now = head(&store, "sales").await.delivery;
    assert_eq!((now.attempts, now.not_before, now.updated), (0, Timestamp(5000), Timestamp(3000)));
    let lost = Postponement { possible_repeat: true, ..postponed(delivery, true) };
    store.postpone(vec![lost], Timestamp(3000)).await.expect("postponed");
    assert_eq!(head(&store, "sales").await.delivery.attempts, 1);
    store.settle(vec![settled(delivery, Status::Delivered)], Timestamp(4000)).await.expect("settled");
    let details = store.details(id).await.expect("asked").expect("kept");
    let (end, attempts) = &details.deliveries[0];
    assert_eq!((end.attempts, end.status, end.possible_repeat), (2, Status::Delivered, true));
    assert_eq!(end.message, settled(delivery, Status::Delivered).message);
    assert_eq!(
        attempts,
        &[attempt(AttemptOutcome::Waited), attempt(AttemptOutcome::Waited), attempt(AttemptOutcome::Delivered)]
    );
}

#[tokio::test]
async fn the_end_of_a_delivery_is_final() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let id = accept(&store, "evt_1", &["sales"]).await;
    let delivery = head(&store, "sales").await.delivery.id;
    store.settle(vec![settled(delivery, Status::Delivered)], Timestamp(4000)).await.expect("settled");
    store.settle(vec![settled(delivery, Status::Dead)], Timestamp(5000)).await.expect("no error");
    store.postpone(vec![postponed(delivery, true)], Timestamp(5000)).await.expect("no error");
    let details = store.details(id).await.expect("asked").expect("kept");
    assert_eq!((details.deliveries[0].0.status, details.deliveries[0].1.len()), (Status::Delivered, 1));
}

#[tokio::test]
async fn the_last_hundred_attempts_of_a_delivery_are_kept() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let id = accept(&store, "evt_1", &["sales"]).await;
    let delivery = head(&store, "sales").await.delivery.id;
    for n in 0..105 {
        let attempt = Attempt { at: Timestamp(n), ..attempt(AttemptOutcome::Waited) };
        let wait = Postponement { attempt: Some(attempt), ..postponed(delivery, false) };
        store.postpone(vec![wait], Timestamp(n)).await.expect("postponed");
    }
    let details = store.details(id).await.expect("asked").expect("kept");
    let attempts = &details.deliveries[0].1;
    assert_eq!((attempts.len(), attempts[0].at, attempts[99].at), (100, Timestamp(5), Timestamp(104)));
}

#[tokio::test]
async fn a_post_is_found_by_its_title_after_a_restart_and_replaced() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    for (reference, thread) in [("a", "t1"), ("b", "t2")] {
        accept(&store, reference, &["sales"]).await;
        let delivery = head(&store, "sales").await.delivery.id;
        let at = MessageRef { id: "m".to_owned(), channel: thread.to_owned() };
        let (live, post) = (Some(live_update(None, &["k"])), Some("Order 1".to_owned()));
        let end = Settlement { live, post, in_thread: true, message: Some(at), ..settled(delivery, Status::Delivered) };
        store.settle(vec![end], Timestamp(1)).await.expect("settled");
        assert_eq!(store.post("sales", "Order 1").await, Ok(Some(thread.to_owned())));
    }
    store.close().await;
    let store = folder.open().await;
    assert_eq!(store.post("sales", "Order 1").await, Ok(Some("t2".to_owned())));
    assert_eq!(store.post("sales", "order 1").await, Ok(None));
    assert_eq!(store.post("audit", "Order 1").await, Ok(None));
    let keyed = store.live_messages("sales", vec!["k".to_owned()]).await.expect("asked").pop().expect("remembered");
    assert!(keyed.in_thread && keyed.message.as_ref().is_some_and(|message| message.channel == "t2"), "{keyed:?}");
}

#[tokio::test]
async fn the_recent_posts_of_a_lane_are_known_after_a_restart() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    for n in 0..6 {
        accept(&store, &format!("evt_{n}"), &["sales", "ops"]).await;
    }
    for n in 0..4 {
        let work = head(&store, "sales").await;
        store.settle(vec![posted_as(work.delivery.id, n)], Timestamp(1_000 * (n + 1))).await.expect("settled");
    }
    let work = head(&store, "sales").await;
    store.settle(vec![settled(work.delivery.id, Status::Dead)], Timestamp(4_500)).await.expect("settled");
    store.close().await;
    let store = folder.open().await;
    let posts = store.posts_since("sales", Timestamp(2_000)).await.expect("known");
    assert_eq!(posts, [Timestamp(2_000), Timestamp(3_000), Timestamp(4_000)]);
    assert!(store.posts_since("ops", Timestamp(0)).await.expect("known").is_empty());
}

#[tokio::test]
async fn the_heads_of_a_lane_are_its_oldest_deliveries_in_order() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    for reference in ["a", "b", "c"] {
        accept(&store, reference, &["sales", "ops", "sales"]).await;
    }
    let references = async |limit| {
        let heads = store.heads("sales", limit).await.expect("asked");
        heads.into_iter().map(|head| head.event.reference).collect::<Vec<_>>()
    };
    assert_eq!(references(4).await, ["a", "a", "b", "b"]);
    assert_eq!(references(1).await, ["a"]);
    assert_eq!(references(0).await, [""; 0]);
}

#[tokio::test]
async fn many_deliveries_are_postponed_and_settled_in_one_transaction() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    for reference in ["a", "b", "c"] {
        accept(&store, reference, &["sales"]).await;
    }
    let ids: Vec<i64> = store.heads("sales", 9).await.expect("asked").iter().map(|head| head.delivery.id).collect();
    let postponements = ids.iter().map(|id| postponed(*id, true)).collect();
    store.postpone(postponements, Timestamp(3000)).await.expect("postponed");
    let heads = store.heads("sales", 9).await.expect("asked");
    assert!(heads.iter().all(|head| head.delivery.attempts == 1 && head.delivery.not_before == Timestamp(5000)));
    let settlements = ids.iter().take(2).map(|id| settled(*id, Status::Delivered)).collect();
    store.settle(settlements, Timestamp(3000)).await.expect("settled");
    assert_eq!(folder.number("SELECT count(*) FROM deliveries WHERE status = 'delivered'"), 2);
    assert_eq!(head(&store, "sales").await.event.reference, "c");
    assert_eq!(folder.number("SELECT count(*) FROM attempts"), 5);
}

#[tokio::test]
async fn a_collecting_delivery_is_no_head_blocks_no_lane_and_is_not_pruned() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    for reference in ["a", "b"] {
        accept(&store, reference, &["sales"]).await;
    }
    let collecting = head(&store, "sales").await.delivery.id;
    let text = "UPDATE deliveries SET status = 'collecting' WHERE id = 1";
    sqlite(&store).write(move |conn| conn.execute_batch(text)).await.expect("set");
    let next = head(&store, "sales").await;
    assert_eq!(next.event.reference, "b");
    assert_eq!(store.lanes().await.expect("asked")[0].depth, 1);
    store.settle(vec![settled(next.delivery.id, Status::Delivered)], Timestamp(2000)).await.expect("settled");
    assert_eq!(store.heads("sales", 9).await, Ok(Vec::new()));
    assert_eq!(store.posts_since("sales", Timestamp(0)).await, Ok(vec![Timestamp(2000)]));
    store.postpone(vec![postponed(collecting, true)], Timestamp(2000)).await.expect("no error");

    // Not final: it stays however old it is.
    assert_eq!(store.prune(Timestamp(9000), 10).await, Ok(1));
    let filter = EventFilter { status: Some(EventStatus::Has(Status::Collecting)), ..EventFilter::default() };
    let events = store.recent(filter, None, 9).await.expect("asked");
    assert_eq!(events[0].event.reference, "a");
    assert_eq!(events[0].status, EventStatus::Has(Status::Collecting));

    // Until it is merged.
    let merged = Settlement { attempt: None, ..settled(collecting, Status::Merged) };
    store.settle(vec![merged], Timestamp(3000)).await.expect("settled");
    assert_eq!(store.prune(Timestamp(9000 + 3_600_000), 10).await, Ok(1));
}
