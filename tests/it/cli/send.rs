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
