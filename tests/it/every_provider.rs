//! Every shipped provider through the whole server, each as its own source with generated keys: all samples over real
//! HTTP, signed as its file defines, and every handshake of its file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hookbell_fake_discord::StandIn;
use hookbell_model::delivery::{Reason, Status};
use hookbell_model::note::Note;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::{Outgoing, Provider, Sample, Settings};
use serde_json::{Value, json};

use crate::judge::{judge_patch, judge_post};
use crate::support::{PUBLIC_URL, RunningApp, Trial, config_text, stand_in};

const PATIENCE: Duration = Duration::from_secs(60);
const ECHOED: &str = "challenge-1815";

fn trials() -> Vec<Trial> {
    hookbell::embedded::providers().iter().map(Trial::of).collect()
}

async fn stage(folder: &Path, trials: &[Trial]) -> (StandIn, RunningApp) {
    let standin = stand_in().await;
    let whole = config_text(&standin, "");
    let (head, rest) = whole.split_once("[sources.").expect("sources");
    let (_, routes) = rest.split_once("[[routes]]").expect("routes");
    let head = head.replacen("[server]\n", &format!("[server]\npublic_url = \"{PUBLIC_URL}\"\n"), 1).replacen(
        "[discord]\n",
        "[discord]\nchannel_budget = \"off\"\n",
        1,
    );
    let sources: String = trials.iter().map(Trial::source).collect();
    // With what is routine, so that Discord's rules are checked on every message.
    let bridge = RunningApp::start(&format!("{head}{sources}\n[[routes]]\nevents = [\"*\"]{routes}"), folder).await;
    (standin, bridge)
}

/// The reference under which the server stores what was sent.
fn reference(provider: &Provider, sent: &Outgoing) -> String {
    let headers = sent.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap_or("").to_owned()));
    let sample = Sample { name: String::new(), headers: headers.collect(), body: sent.body.clone() };
    provider.reading(&sample).expect("a readable sample").reference
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sample_of_every_shipped_provider_arrives_and_is_accepted() {
    let folder = tempfile::tempdir().expect("a folder");
    let trials = trials();
    let (standin, bridge) = stage(folder.path(), &trials).await;
    let mut sent = BTreeSet::new();
    for trial in &trials {
        let name = &trial.provider.name;
        for sample in &trial.provider.samples {
            let sample = trial.provider.renewed(sample, Timestamp::now());
            let outgoing = trial.outgoing(&sample, "");
            let response = trial.send(&bridge, "POST", "", &outgoing).await;
            let word = response.body["status"].as_str();
            let taken = if trial.provider.reply().is_some() { true } else { word == Some("accepted") };
            assert!((200..300).contains(&response.status) && taken, "{name} {}: {response:?}", sample.name);
            let new = sent.insert((name.clone(), reference(&trial.provider, &outgoing)));
            assert!(new, "{name} {}: two samples have the same id", sample.name);
        }
    }
    let kept = bridge.store.recent(Default::default(), None, 10_000).await.expect("a store");
    let known: BTreeSet<(String, String)> =
        kept.iter().map(|summary| (summary.event.source.clone(), summary.event.reference.clone())).collect();
    let missing: Vec<_> = sent.difference(&known).collect();
    assert!(missing.is_empty() && kept.len() >= sent.len() && sent.len() > 30, "not kept: {missing:?}");
    bridge.drained().await;
    let (mut delivered, mut added) = (0, 0);
    for summary in kept {
        let details = bridge.store.details(summary.event.id).await.expect("a store").expect("an event");
        let [(delivery, _)] = details.deliveries.as_slice() else { panic!("{summary:?}") };
        let printed = format!("{} {}: {}", summary.event.source, summary.event.event_type, delivery.reason_text());
        match (delivery.status, &delivery.reason) {
            (Status::Delivered, _) => delivered += 1,
            // A sample may be older than another one of the same thing.
            (Status::Merged, Some(Reason::Older { added: adds })) => added += usize::from(*adds),
            _ => panic!("{printed}"),
        }
        if let Some(Reason::Posted(posted)) = &delivery.reason {
            let is_failure = |note: &Note| {
                matches!(note, Note::TextFailed { .. } | Note::VarFailed { .. } | Note::WhenFailed { .. })
            };
            assert!(!posted.notes.iter().any(is_failure), "{printed}");
        }
    }
    let (mut posted, mut pointers) = (0, 0);
    for request in standin.requests() {
        match (request.method.as_str(), &request.body) {
            ("POST", Some(body)) => judge_post(body),
            ("PATCH", Some(body)) => judge_patch(body),
            _ => continue,
        }
        let description = request.body.as_ref().and_then(|body| body["embeds"][0]["description"].as_str());
        let is_pointer =
            description.is_some_and(|text| text.contains("[To the message](https://discord.com/channels/"));
        *(if is_pointer { &mut pointers } else { &mut posted }) += usize::from(request.status == Some(200));
    }
    assert_eq!(posted, delivered + added, "beside {pointers} links to newer messages");
    bridge.stop().await;
}

/// A request that its file defines as a handshake.
#[derive(Debug, Default)]
struct Asked {
    headers: Vec<(String, String)>,
    query: Vec<(String, String)>,
    form: Vec<(String, String)>,
    body: Value,
}

impl Asked {
    /// Puts a value into a place that has none.
    fn put(&mut self, place: &str, value: Value) {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let add = |list: &mut Vec<(String, String)>, name: &str| {
            if !list.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
                list.push((name.to_owned(), text.clone()));
            }
        };
        match place.split_once(':') {
            Some(("header", name)) => add(&mut self.headers, name),
            Some(("query", name)) => add(&mut self.query, name),
            Some(("form", name)) => add(&mut self.form, name),
            _ if self.body.pointer(place).is_none() => {
                let mut at = &mut self.body;
                for key in place.split('/').skip(1) {
                    if !at.is_object() {
                        *at = json!({});
                    }
                    at = &mut at[key];
                }
                *at = value;
            }
            _ => {}
        }
    }

    fn query(&self) -> String {
        let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.query).finish();
        if text.is_empty() { text } else { format!("?{text}") }
    }

    fn sample(&self, provider: &Provider) -> Sample {
        let mut sample = if self.form.is_empty() {
            Sample { name: String::new(), headers: Vec::new(), body: self.body.to_string() }
        } else {
            provider.sample_of(url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.form).finish())
        };
        if !self.form.is_empty() {
            sample.headers = vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
        }
        sample.headers.extend(self.headers.clone());
        sample
    }
}

/// The places that an answer echoes, `hmac-…:` taken off.
fn holes(reply: &Value) -> Vec<String> {
    let mut found = Vec::new();
    match reply {
        Value::String(text) => {
            let inner = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
            found.extend(inner.map(|(hole, _)| match hole.split_once(':') {
                Some(("hmac-hex" | "hmac-base64", place)) => place.to_owned(),
                _ => hole.to_owned(),
            }));
        }
        Value::Object(map) => found.extend(map.values().flat_map(holes)),
        _ => {}
    }
    found
}

fn asked(handshake: &Value, settings: &Settings) -> Asked {
    let (when, reply, capture) = (&handshake["when"], &handshake["reply"], &handshake["capture"]);
    let mut asked = Asked { body: json!({}), ..Asked::default() };
    for (place, wanted) in when.as_object().into_iter().flatten().filter(|(place, _)| *place != "method") {
        let setting = wanted.as_str().and_then(|text| settings.get(text.strip_prefix("conf:")?));
        match (wanted.as_str(), setting) {
            (Some("-"), _) => {}
            (Some("*"), _) => asked.put(place, ECHOED.into()),
            (_, Some(setting)) => asked.put(place, setting.expose().into()),
            _ => asked.put(place, wanted.clone()),
        }
    }
    for hole in holes(reply).into_iter().chain(capture.as_str().map(str::to_owned)) {
        asked.put(&hole, ECHOED.into());
    }
    asked
}

fn shipped_file(name: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("providers/{name}.toml"));
    toml::from_str(&std::fs::read_to_string(path).expect("a file")).expect("TOML")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_handshake_of_every_shipped_provider_is_answered_and_is_no_event() {
    let folder = tempfile::tempdir().expect("a folder");
    let trials = trials();
    let (_standin, bridge) = stage(folder.path(), &trials).await;
    let mut shaken = 0;
    for trial in &trials {
        let name = &trial.provider.name;
        let file = shipped_file(name);
        for handshake in file["handshake"].as_array().into_iter().flatten() {
            let asked = asked(handshake, &trial.settings);
            let method = handshake["when"]["method"].as_str().unwrap_or("POST");
            let mut sent = trial.outgoing(&asked.sample(&trial.provider), &asked.query());
            if handshake["signed"] == Value::Bool(false) {
                // It is sent without a signature.
                sent = Outgoing {
                    headers: asked.sample(&trial.provider).header_map(),
                    body: asked.sample(&trial.provider).body,
                    query: String::new(),
                };
            }
            if handshake["capture"].is_string() {
                let early = trial.send(&bridge, method, &asked.query(), &sent).await;
                assert_eq!(early.status, 401, "{name}: nobody waits for its secret yet");
                let (path, now) = (folder.path().join("hookbell.db"), Timestamp::now());
                let store = hookbell::store::Config::new(hookbell::store::StoreUrl::sqlite(path));
                let until = hookbell_model::timestamp::Timestamp::after(now, PATIENCE);
                hookbell::store::Store::attach(&store)
                    .await
                    .expect("a store")
                    .open_window(name, now, until)
                    .await
                    .expect("a window");
            }
            let response = trial.send(&bridge, method, &asked.query(), &sent).await;
            let status = handshake["reply"]["status"].as_u64().unwrap_or(200);
            assert_eq!(u64::from(response.status), status, "{name}: {handshake} {response:?}");
            assert!(
                response.body.get("event").is_none() && response.body.get("error").is_none(),
                "{name}: {response:?}"
            );
            let echoes = handshake["reply"].to_string();
            if method != "HEAD" && (echoes.contains("{/") || echoes.contains("{query:") || echoes.contains("{header:"))
            {
                let printed = format!("{:?} {}", response.headers, response.body);
                assert!(printed.contains(ECHOED) || printed.contains("demo-setting"), "{name}: {printed}");
            }
            shaken += 1;
        }
    }
    eprintln!("{shaken} handshakes");
    assert!(bridge.store.recent(Default::default(), None, 10).await.expect("a store").is_empty());
    bridge.stop().await;
}
