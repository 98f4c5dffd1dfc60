//! `hookbell send`: samples and payloads of every scheme, one and many.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_sample_is_sent_and_followed_to_its_outcome() {
    let standin = stand_in().await;
    let (folder, _) = folder(&standin);
    let _serve = Process::serve(folder.path()).await;
    for _ in 0..2 {
        let sent = hookbell(folder.path(), &["send", "stripe", "--event", "invoice.paid"]);
        let printed = text(&sent.stdout);
        assert_eq!(sent.status.code(), Some(0), "{printed} {}", text(&sent.stderr));
        assert!(printed.contains("\"status\":\"accepted\"") && printed.contains("delivered → alerts"), "{printed}");
    }
    let list = json(&hookbell(folder.path(), &["events", "list", "--source", "stripe", "--json"]));
    assert_eq!((list.as_array().map(Vec::len), &list[0]["type"]), (Some(2), &"invoice.paid".into()));
    let id = list[0]["id"].as_str().expect("an id");
    let prefix: String = id.chars().take(4).collect();
    let shown = json(&hookbell(folder.path(), &["events", "show", &prefix, "--json"]));
    assert_eq!((&shown["id"], &shown["deliveries"][0]["status"]), (&id.into(), &"delivered".into()));
    let words = text(&hookbell(folder.path(), &["events", "show", id, "--payload"]).stdout);
    assert!(words.contains("delivered → alerts") && words.contains("\"type\": \"invoice.paid\""), "{words}");
    let table = text(&hookbell(folder.path(), &["events", "list", "--status", "delivered"]).stdout);
    assert_eq!(table.lines().count(), 3, "{table}");

    let nobody = hookbell(folder.path(), &["events", "show", "zzzzzzzz"]);
    assert_eq!((nobody.status.code(), nobody.stdout.len()), (Some(2), 0));
    let strange = hookbell(folder.path(), &["send", "strip"]);
    assert!(strange.status.code() == Some(2) && text(&strange.stderr).contains("did you mean `stripe`?"));
    let second = hookbell(folder.path(), &["serve"]);
    assert_eq!(second.status.code(), Some(1));
    assert!(text(&second.stderr).contains("hookbell.db"), "{}", text(&second.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_samples_are_sent_at_a_pace_and_summed_up() {
    let standin = stand_in().await;
    let (folder, _) = folder(&standin);
    extend(folder.path(), "[server]\n", "[sources.slow]\nprovider = \"generic\"\nsecret = \"s\"\nrate = \"2/h\"\n");
    let _serve = Process::serve(folder.path()).await;
    let began = std::time::Instant::now();
    let sent = hookbell(folder.path(), &["send", "shop", "--count", "6", "--rate", "20/s"]);
    let printed = text(&sent.stdout);
    assert!(began.elapsed() >= Duration::from_millis(250), "{printed}");
    assert_eq!(sent.status.code(), Some(0), "{printed} {}", text(&sent.stderr));
    assert!(printed.contains("200 accepted: 6\n") && printed.contains("delivered: 6 of 6\n"), "{printed}");
    let some = hookbell(folder.path(), &["send", "slow", "--count", "5"]);
    let printed = text(&some.stdout);
    assert!(printed.contains("200 accepted: 2\n429 too_many: 3\n5 requests sent"), "{printed}");
    assert_eq!((some.status.code(), printed.contains("delivered: 2 of 2")), (Some(1), true), "{printed}");
    let wrong = hookbell(folder.path(), &["send", "shop", "--count", "5", "--rate", "fast"]);
    assert!(wrong.status.code() == Some(2) && text(&wrong.stderr).contains("such as `50/s`"));
}

/// Provider files whose signature is not in a single header.
const SCHEMES: [(&str, &str); 7] = [
    ("query", "verify = { scheme = \"token\", query = \"key\" }\n"),
    ("field", "verify = { scheme = \"token\", form = \"token\" }\n[body]\nformat = \"form\"\n"),
    ("basic", "verify = { scheme = \"token\", auth = \"basic\" }\n"),
    (
        "inside",
        "verify = { scheme = \"signed\", json = \"/signature\", covers = \"part\", content = \"{json:/id}\" }\n",
    ),
    ("url", "verify = { scheme = \"signed\", header = \"X-Signature\", content = \"{url}{body}\" }\n"),
    (
        "clock",
        "verify = { scheme = \"signed\", header = \"X-Signature\", content = \"{ts}{body}\", timestamp = { header = \"X-Time\" } }\n",
    ),
    ("worded", "verify = { scheme = \"signed\", header = \"X-Signature\" }\n[reply]\nbody = \"[accepted]\"\n"),
];

#[tokio::test(flavor = "multi_thread")]
async fn samples_of_every_scheme_are_signed_where_their_proof_stands() {
    let standin = stand_in().await;
    let (folder, _) = folder(&standin);
    std::fs::create_dir(folder.path().join("providers")).expect("a folder");
    let mut sources = String::new();
    for (name, verify) in SCHEMES {
        let body = if name == "field" { "type=order&id=1" } else { "{\"type\":\"order\",\"id\":\"ev_1a2b3c4d\"}" };
        let old = if name == "clock" { "headers = { X-Time = \"1700000000\" }\n" } else { "" };
        let file = format!(
            "title = \"T\"\n{verify}[event]\ntype = \"/type\"\nid = \"/id\"\n[[sample]]\nname = \"order\"\nbody = '{body}'\n{old}"
        );
        std::fs::write(folder.path().join(format!("providers/{name}.toml")), file).expect("a provider");
        sources.push_str(&format!("[sources.{name}]\nprovider = \"{name}\"\nsecret = \"user:pass\"\n"));
    }
    let der = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    sources.push_str(&format!(
        "[sources.public]\nprovider = \"generic\"\nsecret = \"{der}\"\nverify = {{ scheme = \"signed\", kind = \"ed25519\", key = \"spki-base64\", header = \"X-Signature\" }}\n"
    ));
    extend(folder.path(), "[server]\npublic_url = \"https://hooks.example.com\"\n", &sources);
    let _serve = Process::serve(folder.path()).await;
    for (name, _) in SCHEMES {
        let sent = hookbell(folder.path(), &["send", name]);
        let printed = text(&sent.stdout);
        assert_eq!(sent.status.code(), Some(0), "{name}: {printed} {}", text(&sent.stderr));
        assert!(printed.contains("delivered → alerts"), "{name}: {printed}");
    }
    let many = hookbell(folder.path(), &["send", "worded", "--event", "order", "--count", "3"]);
    assert!(text(&many.stdout).contains("delivered: 3 of 3"), "{many:?}");
    let refused = hookbell(folder.path(), &["send", "public"]);
    let printed = text(&refused.stderr);
    assert!(refused.status.code() == Some(2) && printed.contains("conf.private_key"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_own_payload_is_sent_in_the_providers_format() {
    let standin = stand_in().await;
    let (folder, public) = folder(&standin);
    let _serve = Process::serve(folder.path()).await;
    std::fs::write(folder.path().join("own.json"), "{\"type\":\"signup\",\"name\":\"Ada\"}").expect("a file");
    let url = format!("http://{public}/");
    let sent = hookbell(folder.path(), &["send", "shop", "--payload", "own.json", "--url", &url]);
    assert_eq!(sent.status.code(), Some(0), "{sent:?}");
    assert!(standin.messages("2222").iter().any(|message| message.body.to_string().contains("Ada")));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_run_is_about_a_new_thing_unless_it_is_to_be_the_same() {
    let standin = stand_in().await;
    let (folder, _) = folder(&standin);
    let _serve = Process::serve(folder.path()).await;
    let run = |more: &[&str]| {
        let sent =
            hookbell(folder.path(), &[&["send", "stripe", "--event", "payment_intent.succeeded"], more].concat());
        assert_eq!(sent.status.code(), Some(0), "{sent:?}");
        standin.messages("2222").len()
    };
    assert_eq!([run(&[]), run(&[])], [1, 2]);
    let first = run(&["--same"]);
    assert_eq!((first, run(&["--same"])), (3, 3), "the second edits the message of the first");
    // What was sent differs from what another template would send now, and is still shown.
    let list = json(&hookbell(folder.path(), &["events", "list", "--source", "stripe", "--json"]));
    let id = list[0]["id"].as_str().expect("an id").to_owned();
    let now = text(&hookbell(folder.path(), &["preview", "--event", &id]).stderr);
    assert!(now.contains("this would be sent now, and is what was sent"), "{now}");
    std::fs::create_dir(folder.path().join("templates")).expect("a folder");
    let own =
        "provider = \"stripe\"\n[[message]]\nname = \"payment\"\nextends = \"stripe.payment\"\ntitle = \"We earned\"\n";
    std::fs::write(folder.path().join("templates/own.toml"), own).expect("a template");
    let now = hookbell(folder.path(), &["preview", "--event", &id]);
    assert!(text(&now.stdout).contains("We earned") && text(&now.stderr).contains("differs: `--sent`"), "{now:?}");
    let sent = hookbell(folder.path(), &["preview", "--event", &id, "--sent"]);
    assert!(!text(&sent.stdout).contains("We earned") && text(&sent.stderr).contains("this was sent;"), "{sent:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dates_of_a_sample_keep_their_distance_and_its_headers_are_named() {
    let standin = stand_in().await;
    let (folder, _) = folder(&standin);
    extend(folder.path(), "[server]\n", "[sources.code]\nprovider = \"github\"\nsecret = \"s\"\n");
    let dry = hookbell(folder.path(), &["send", "stripe", "--event", "invoice.payment_failed", "--dry-run"]);
    let printed = text(&dry.stdout);
    let (head, body) = printed.split_once("\n\n").expect("a body");
    assert!(head.starts_with("POST /hooks/stripe HTTP/1.1\nhost: 127.0.0.1:") && head.contains("stripe-signature: t="));
    let body: Value = serde_json::from_str(body).expect("JSON");
    let object = &body["data"]["object"];
    let (now, next) = (body["created"].as_i64().expect("a time"), object["next_payment_attempt"].as_i64());
    assert!(next.is_some_and(|next| next > now), "{object}");
    assert!(
        text(&dry.stderr).contains("invoice.payment_failed → alerts") && text(&dry.stderr).contains("nothing was sent")
    );
    assert_eq!(standin.messages("2222").len(), 0);
    let set = hookbell(folder.path(), &["send", "stripe", "--set", "livemode=false", "--dry-run"]);
    assert!(text(&set.stdout).contains("\"livemode\":false"), "{set:?}");
    let push = hookbell(folder.path(), &["send", "code", "--event", "push", "--dry-run"]);
    assert!(text(&push.stderr).contains("with `X-GitHub-Event: push`, from the sample `push`"), "{push:?}");
    assert!(text(&push.stdout).contains("x-github-event: push"), "{push:?}");
}

#[test]
fn many_to_a_real_channel_are_not_sent_unasked() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = "[server]\nlisten = \"127.0.0.1:9\"\n[destinations.sales]\nwebhook_url = \"https://discord.com/api/webhooks/1/token\"\n[sources.shop]\nprovider = \"generic\"\nsecret = \"s\"\n[[routes]]\nsource = \"shop\"\nto = \"sales\"\n";
    std::fs::write(folder.path().join("config.toml"), config).expect("a config");
    let send = |more: &[&str]| {
        let arguments = [&["send", "shop"], more].concat();
        let mut command = Command::new(env!("CARGO_BIN_EXE_hookbell"));
        command.current_dir(folder.path()).args(arguments).stdin(Stdio::null()).output().expect("hookbell runs")
    };
    let many = send(&["--count", "21"]);
    assert_eq!(many.status.code(), Some(2));
    let printed = text(&many.stderr);
    assert!(
        printed.contains("21 events would be posted to `sales` on discord.com") && printed.contains("`--yes`"),
        "{printed}"
    );
    // Few, and many that somebody agrees to, are tried: nothing listens there.
    for more in [&["--count", "20"][..], &["--count", "21", "--yes"]] {
        let sent = send(more);
        assert!(sent.status.code() == Some(1) && text(&sent.stdout).contains("no answer"), "{sent:?}");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_burst_that_is_stopped_is_summed_up() {
    let standin = stand_in().await;
    let (folder, _) = folder(&standin);
    let serve = Process::serve(folder.path()).await;
    let arguments = ["send", "shop", "--count", "5000", "--rate", "10/s", "--yes"];
    let burst = Process::start(folder.path(), &arguments, |command| command);
    eventually("some are there", async || standin.messages("2222").len() >= 2).await;
    burst.signal("INT");
    burst.wait_for_output("delivered: ", 1).await;
    let printed = burst.output();
    assert!(printed.contains("stopped before all were sent") && printed.contains("requests sent in"), "{printed}");
    assert_eq!(burst.exit_status().await.code(), Some(1));
    drop(serve);
}
