//! The same sequences in a forum where each thing is a post, beside a channel that shows them as ever.

use super::own;
use super::player::{Played, Player, Post, Request};

/// Of an issue, a pull request, an incident, a ticket, a conversation and a payment.
const PLAYED: &[&str] = &[
    "github_issue_closed_and_reopened",
    "github_pull_request_to_merge",
    "gitlab_merge_request_to_merge",
    "grafana_group_grows_and_ends",
    "intercom_conversation_to_its_rating",
    "jira_issue_done_and_not",
    "linear_issue_done_and_not",
    "opsgenie_acknowledged_escalated_and_closed",
    "pagerduty_incident_escalated_and_reopened",
    "sentry_issue_comes_back",
    "statuspage_incident_gets_worse_and_ends",
    "stripe_dispute",
    "zendesk_ticket_gets_urgent_and_is_solved",
];

fn played() -> Vec<(String, Vec<Request>)> {
    own().into_iter().filter(|(name, _)| PLAYED.contains(&name.as_str())).collect()
}

fn text(played: &Played) -> String {
    let post = |Post { title, is_archived, messages }: &Post| {
        let state = if *is_archived { " [archived]" } else { "" };
        let messages: String = messages.iter().map(|message| format!("  {message}\n")).collect();
        format!("# {title}{state}\n{messages}")
    };
    played.posts.iter().map(post).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_thing_is_a_post_with_all_that_belongs_to_it_and_the_channel_beside_it_is_as_ever() {
    for (name, requests) in played() {
        let in_forum = Player::in_forum(&requests).await.play(&requests).await;
        assert_eq!(in_forum.text(), Player::start(&requests).await.play(&requests).await.text(), "{name}");
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!(format!("forum_{name}"), text(&in_forum));
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_posts_are_the_same_after_repeats_and_restarts() {
    for (name, requests) in played().into_iter().filter(|(name, _)| name.starts_with("gi") || name.starts_with("pa")) {
        let plain = Player::in_forum(&requests).await.play(&requests).await;
        let repeated = Player::in_forum(&requests).await.restarting().repeating().play(&requests).await;
        assert_eq!(text(&repeated), text(&plain), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_whatever_order_things_are_told_each_is_one_post_and_what_is_over_is_archived() {
    let mut random = fastrand::Rng::with_seed(1815);
    for (name, mut requests) in played().into_iter().filter(|(name, _)| name.starts_with("gi")) {
        let shape = |played: &Played| {
            let mut posts: Vec<_> = played.posts.iter().map(|post| (post.title.clone(), post.is_archived)).collect();
            posts.sort();
            posts
        };
        let plain = Player::in_forum(&requests).await.play(&requests).await;
        random.shuffle(&mut requests);
        let shuffled = Player::in_forum(&requests).await.play(&requests).await;
        assert_eq!(shape(&shuffled), shape(&plain), "{name}");
    }
}
