//! What one event costs in the three trades of the hot path: verify, render, fit. `cargo bench --bench micro`.

use std::hint::black_box;
use std::time::Instant;

use criterion::{Criterion, criterion_group, criterion_main};
use hookbell_config_file::Diagnostics;
use hookbell_config_file::Document;
use hookbell_model::delivery::Plan;
use hookbell_model::event::{Event, EventId, Raw};
use hookbell_model::locale::Locale;
use hookbell_model::message::{Embed, Field, Message};
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::{Providers, Request, Sample, Signer};
use hookbell_template::render::{Config, Templates};

const NOW: Timestamp = Timestamp(1_795_000_000_000);

/// A signed sample of a provider and what reading it gives.
fn sample(providers: &Providers, provider: &str, name: &str) -> (Sample, Event, Raw) {
    let provider = providers.get(provider).expect("shipped");
    let sample = provider.samples.iter().find(|sample| sample.name == name).expect("a sample").clone();
    let reading = provider.reading(&sample).expect("readable");
    let event = Event {
        id: EventId(7),
        source: provider.name.clone(),
        provider: provider.name.clone(),
        reference: reading.reference,
        event_type: reading.event_type,
        topic: reading.topic,
        facts: reading.facts,
        time: NOW,
        received: NOW,
    };
    let raw = Raw { headers: Default::default(), body: sample.body.clone().into_bytes() };
    (sample, event, raw)
}

fn verify(criterion: &mut Criterion) {
    let providers = hookbell::embedded::providers();
    for (name, event) in [("stripe", "invoice.paid"), ("github", "push")] {
        let (sample, ..) = sample(&providers, name, event);
        let provider = providers.get(name).expect("shipped");
        let verifier = provider.verifier(&[Secret::new("whsec_bench")]).expect("a verifier");
        let headers = Signer::new(&verifier).signed_headers(&sample, NOW);
        let request = Request { method: "POST", url: None, headers: &headers, body: sample.body.as_bytes() };
        let title = format!("verify {name}, {} bytes", sample.body.len());
        criterion.bench_function(&title, |bencher| bencher.iter(|| verifier.verify(black_box(request), NOW).is_ok()));
        let verified = verifier.verify(request, NOW).expect("valid");
        criterion.bench_function(&format!("read {name}"), |bencher| {
            bencher.iter(|| provider.first_event(black_box(verified)))
        });
    }
}

fn render(criterion: &mut Criterion) {
    let providers = hookbell::embedded::providers();
    let templates = hookbell::embedded::templates();
    for (name, sample_name) in [
        ("stripe", "invoice.paid"),
        ("github", "push"),
        ("generic", "signup"),
        ("alertmanager", "firing.group"),
        ("discord-slack", "message.monitor"),
    ] {
        let (_, event, raw) = sample(&providers, name, sample_name);
        let title = format!("render {name}.{sample_name}, {} bytes", raw.body.len());
        criterion.bench_function(&title, |bencher| {
            bencher.iter(|| templates.render(black_box(&event), &raw, &Plan::default(), Locale::default()))
        });
    }
}

/// Every sample of every provider: the mean through criterion, and the slowest by name.
fn render_all(criterion: &mut Criterion) {
    let providers = hookbell::embedded::providers();
    let templates = hookbell::embedded::templates();
    let names =
        providers.iter().flat_map(|provider| provider.samples.iter().map(|sample| (&provider.name, &sample.name)));
    let events: Vec<_> = names.map(|(provider, name)| (provider, name, sample(&providers, provider, name))).collect();
    let render = |event: &Event, raw: &Raw| templates.render(event, raw, &Plan::default(), Locale::default());
    criterion.bench_function(&format!("render all {} samples", events.len()), |bencher| {
        bencher.iter(|| events.iter().for_each(|(_, _, (_, event, raw))| drop(black_box(render(event, raw)))));
    });
    if !std::env::args().any(|argument| argument == "slowest") {
        return;
    }
    let mut times: Vec<_> = events
        .iter()
        .map(|(provider, name, (_, event, raw))| {
            let rounds = (0..20).map(|_| {
                let begin = Instant::now();
                (0..20).for_each(|_| drop(black_box(render(event, raw))));
                begin.elapsed() / 20
            });
            (rounds.min().unwrap_or_default(), raw.body.len(), format!("{provider}.{name}"))
        })
        .collect();
    times.sort();
    eprintln!("median {:?}; the slowest:", times[times.len() / 2].0);
    times.iter().rev().take(8).for_each(|(time, bytes, name)| eprintln!("  {time:?}  {name}, {bytes} bytes"));
}

/// Ten thousand messages of a user's own, and all the shipped ones.
fn load(criterion: &mut Criterion) {
    let mut file = "provider = 'acme'\n[vars]\nobject = 'payload.data.object'\n".to_owned();
    for at in 0..10_000 {
        file += &format!(
            "[[message]]\nname = 'm{at}'\non = ['type{at}.*']\nkey = 'k:{{{{ object.id }}}}'\ntitle = '{{{{ object.amount | money(object.currency) }}}} received'\n\
             description = '{{{{ object.description | truncate(300) }}}}'\n[[message.field]]\nname = 'Customer'\nvalue = '{{{{ object.email | mask }}}}'\ninline = true\n"
        );
    }
    let read = |own: &[Document], config: &Config| {
        let mut diagnostics = Diagnostics::default();
        let templates = Templates::with_own(hookbell::embedded::template_files(), own, config, &mut diagnostics);
        assert_eq!(diagnostics.errors(), 0);
        templates
    };
    let none = Config { only: Some(Default::default()), ..Config::default() };
    let mut group = criterion.benchmark_group("load");
    group.sample_size(10);
    group.bench_function("10,000 messages of one's own", |bencher| {
        bencher.iter(|| {
            let document = Document::parse("own.toml", &file, &mut Diagnostics::default());
            read(&[document], &none)
        });
    });
    group.bench_function("all shipped messages", |bencher| bencher.iter(|| read(&[], &Config::default())));
    let stripe = Config { only: Some(["stripe".to_owned()].into()), ..Config::default() };
    group.bench_function("those of stripe alone", |bencher| bencher.iter(|| read(&[], &stripe)));
    group.finish();
}

fn fit(criterion: &mut Criterion) {
    let field = |at: usize| Field {
        name: format!("Field {at}"),
        value: "an ordinary value".into(),
        inline: true,
        ..Field::default()
    };
    let small = Message {
        embeds: vec![Embed { title: "Invoice paid".into(), fields: (0..6).map(field).collect(), ..Embed::default() }],
        ..Message::default()
    };
    let mut huge = small.clone();
    huge.embeds[0].description = "word ".repeat(20_000);
    huge.embeds[0].fields = (0..60).map(field).collect();
    for (title, message) in [("fit an ordinary message", small), ("fit a message far over every limit", huge)] {
        criterion.bench_function(title, |bencher| {
            bencher.iter_batched(
                || message.clone(),
                |mut message| hookbell_template::fit::fit_message(&mut message),
                criterion::BatchSize::SmallInput,
            );
        });
    }
}

criterion_group!(benches, verify, render, render_all, load, fit);
criterion_main!(benches);
