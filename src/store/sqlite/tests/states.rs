//! A delivery goes from status to status as `Status::may_become` says, whatever is asked of the store.

use super::*;

#[tokio::test]
async fn no_write_takes_a_delivery_where_the_state_diagram_has_no_way() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    for (number, from) in Status::ALL.iter().enumerate() {
        for to in Status::ALL {
            let id = accept(&store, &format!("{number}-{to}"), &["sales"]).await;
            let delivery = head(&store, "sales").await.delivery.id;
            if *from != Status::Pending {
                store.settle(vec![settled(delivery, *from)], Timestamp(1)).await.expect("settled");
            }
            store.settle(vec![settled(delivery, *to)], Timestamp(2)).await.expect("asked");
            let now = store.details(id).await.expect("asked").expect("kept").deliveries[0].0.status;
            // A dead delivery is merged by a replay alone.
            let by_replay = (*from, *to) == (Status::Dead, Status::Merged);
            let expected = if from.may_become(*to) && !by_replay { to } else { from };
            assert_eq!(now, *expected, "{from} → {to}");
            // A postponement changes no status, and nothing of what is over.
            store.postpone(vec![postponed(delivery, true)], Timestamp(3)).await.expect("asked");
            let after = store.details(id).await.expect("asked").expect("kept").deliveries[0].0.clone();
            assert_eq!((after.status, after.updated == Timestamp(3)), (now, now == Status::Pending), "{from} → {to}");
            if !now.is_final() {
                store.settle(vec![settled(delivery, Status::Dead)], Timestamp(4)).await.expect("settled");
            }
        }
    }
}
