//! Consents to a webhook, as strict as OAuth2 and Discord are.

use hookbell_fake_discord::permission::MANAGE_WEBHOOKS;
use hookbell_fake_discord::{Overwrite, Person, RateLimits, StandIn, StandInOptions};

use crate::support::{HttpResponse, client, fetch};

const REDIRECT: &str = "http://127.0.0.1:8790/";
const QUERY: &str =
    "response_type=code&client_id=4444&scope=webhook.incoming&redirect_uri=http%3A%2F%2F127.0.0.1%3A8790%2F&state=abc";

async fn start() -> StandIn {
    let options = StandInOptions {
        limits: RateLimits::NONE,
        redirects: vec![REDIRECT.to_owned()],
        people: vec![
            Person::new("601", "Ada").member_of("1111", &[]),
            Person::new("602", "Bob").member_of("1111", &[]),
        ],
        ..StandInOptions::default()
    };
    let standin = StandIn::start(options).await.expect("binds");
    standin.put_overwrite("2222", Overwrite::allow("601", MANAGE_WEBHOOKS));
    standin
}

/// The answer to the form, with where it would lead.
async fn decide(standin: &StandIn, query: &str, form: &str) -> HttpResponse {
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    let url = format!("{}/oauth2/authorize?{query}", standin.base());
    let request = client.build().expect("a client").post(url);
    fetch(request.header("content-type", "application/x-www-form-urlencoded").body(form.to_owned())).await
}

async fn code(standin: &StandIn) -> String {
    let back = decide(standin, QUERY, "person=601&channel=2222&decision=authorize").await;
    assert_eq!(back.status, 302, "{back:?}");
    let location = back.header("location").expect("a location");
    let rest = location.strip_prefix("http://127.0.0.1:8790/?code=").expect("the redirect");
    rest.strip_suffix("&state=abc").expect("the state").to_owned()
}

async fn exchange(standin: &StandIn, body: &str) -> HttpResponse {
    let request = client().post(format!("{}/api/oauth2/token", standin.base()));
    fetch(request.header("content-type", "application/x-www-form-urlencoded").body(body.to_owned())).await
}

#[tokio::test]
async fn only_a_link_to_a_registered_redirect_is_shown() {
    let standin = start().await;
    assert_eq!(fetch(client().get(format!("{}/oauth2/authorize?{QUERY}", standin.base()))).await.status, 200);
    for (from, to, error) in [
        ("client_id=4444", "client_id=4445", "Unknown Application"),
        ("8790%2F", "8790", "Invalid OAuth2 redirect_uri"),
        ("response_type=code", "response_type=token", "response_type"),
        ("scope=webhook.incoming", "scope=webhooks", "scope is invalid"),
    ] {
        let query = QUERY.replace(from, to);
        let shown = fetch(client().get(format!("{}/oauth2/authorize?{query}", standin.base()))).await;
        assert!(shown.status == 400 && shown.body.to_string().contains(error), "{shown:?}");
        let decided = decide(&standin, &query, "person=601&channel=2222&decision=authorize").await;
        assert!(decided.status == 400 && decided.header("location").is_none(), "{decided:?}");
    }
    standin.stop().await;
}

#[tokio::test]
async fn only_who_may_manage_webhooks_there_can_consent_and_anybody_can_refuse() {
    let standin = start().await;
    for form in ["person=602&channel=2222", "person=601&channel=9", "channel=2222"] {
        let decided = decide(&standin, QUERY, &format!("{form}&decision=authorize")).await;
        assert_eq!(decided.status, 403, "{form}");
    }
    let refused = decide(&standin, QUERY, "person=602&decision=cancel").await;
    let location = refused.header("location").expect("a location");
    assert!(location.starts_with(&format!("{REDIRECT}?error=access_denied&")), "{location}");
    assert!(location.ends_with("&state=abc"), "{location}");
    standin.stop().await;
}

#[tokio::test]
async fn a_code_is_exchanged_once_by_its_own_application_in_a_form() {
    let standin = start().await;
    let redirect = "redirect_uri=http%3A%2F%2F127.0.0.1%3A8790%2F";
    let client_of = "client_id=4444&client_secret=stand-in-client-secret&grant_type=authorization_code";
    let first = code(&standin).await;
    let answer = exchange(&standin, &format!("client_id=4444&client_secret=x&{redirect}&code={first}")).await;
    assert_eq!((answer.status, answer.body["error"].as_str()), (401, Some("invalid_client")));
    let credentials = client_of.replace("authorization_code", "password");
    let answer = exchange(&standin, &format!("{credentials}&{redirect}&code={first}")).await;
    assert_eq!((answer.status, answer.body["error"].as_str()), (400, Some("unsupported_grant_type")));
    let json = client().post(format!("{}/api/oauth2/token", standin.base())).header("content-type", "application/json");
    assert_eq!(fetch(json.body("{}")).await.body["error"], "invalid_request");

    let answer = exchange(&standin, &format!("{client_of}&{redirect}&code={first}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let webhook = &answer.body["webhook"];
    assert_eq!((webhook["channel_id"].as_str(), webhook["guild_id"].as_str()), (Some("2222"), Some("1111")));
    assert_eq!(webhook["application_id"], "4444");
    let url = webhook["url"].as_str().expect("a URL");
    let posted = client().post(url).header("content-type", "application/json").body("{\"content\":\"hello\"}");
    assert_eq!(posted.send().await.expect("an answer").status(), 204);

    let again = exchange(&standin, &format!("{client_of}&{redirect}&code={first}")).await;
    assert_eq!((again.status, again.body["error"].as_str()), (400, Some("invalid_grant")));
    let second = code(&standin).await;
    let other = exchange(&standin, &format!("{client_of}&redirect_uri=http%3A%2F%2Flocalhost%2F&code={second}")).await;
    assert_eq!((other.status, other.body["error"].as_str()), (400, Some("invalid_request")));
    standin.stop().await;
}
