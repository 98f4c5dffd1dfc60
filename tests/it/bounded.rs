//! No template and no payload exhausts the memory: each known way to amplify a small input, in a process of its own
//! whose peak the system measures.

use std::process::Command;

use hookbell_model::event::{Event, EventId, Facts, Raw, Topic};
use hookbell_model::timestamp::Timestamp;
use hookbell_template::expression::{EscapeContext, Expression, Scope, Texts};

/// What all attacks may take beside what the program takes before them: twice the budget of one text, as a buffer
/// that grows needs it, and half as much again for what the allocator keeps.
const MOST_KIB: u64 = 48 * 1024;
const CHILD: &str = "HOOKBELL_TEST_ATTACK";

/// Ways to amplify a small input. `payload.n` is 100 000 000, `payload.s` is 1 MB, `payload.l` 100 000 small entries.
const ATTACKS: &[&str] = &[
    "{{ 'x' * 100000000 }}",
    "{{ payload.n * 'x' }}",
    "{{ payload.s * 1000 }}",
    "{% set a = payload.s %}{% for i in range(40) %}{% set a = a ~ a %}{% endfor %}{{ a }}",
    "{% set n = namespace(a='x') %}{% for i in range(40) %}{% set n.a = n.a ~ n.a %}{% endfor %}{{ n.a }}",
    "{% set n = namespace(a='x') %}{% for i in range(40) %}{% set n.a = n.a + n.a %}{% endfor %}{{ n.a }}",
    "{% set n = namespace(a=[1]) %}{% for i in range(40) %}{% set n.a = n.a + n.a %}{% endfor %}{{ n.a | length }}",
    "{% set n = namespace(a=[]) %}{% for i in range(5000) %}{% set n.a = n.a + [payload.s[0:]] %}{% endfor %}x",
    "{% set n = namespace(a=[]) %}{% for i in range(5000) %}{% set n.a = n.a + [payload.s | upper] %}{% endfor %}x",
    "{% set n = namespace(a=[]) %}{% for i in range(5000) %}{% set n.a = n.a + [payload.s | string ~ i] %}{% endfor %}x",
    "{% set n = namespace(a='x') %}{% for i in range(40) %}{% set n.a = [n.a, n.a] | join %}{% endfor %}x",
    "{% set n = namespace(a='x') %}{% for i in range(40) %}{% set n.a = n.a | replace('x', 'xx') %}{% endfor %}x",
    "{% set n = namespace(a='x') %}{% for i in range(40) %}{% set n.a = '%s%s' | format(n.a, n.a) %}{% endfor %}x",
    "{% set n = namespace(a='x') %}{% for i in range(40) %}{% set n.a %}{{ n.a }}{{ n.a }}{% endset %}{% endfor %}x",
    "{% set n = namespace(a='x') %}{% for i in range(40) %}{% set n.a %}{{ n.a|raw }}{{ n.a|raw }}{% endset %}{% endfor %}x",
    "{% set n = namespace(a={}) %}{% for i in range(40) %}{% set n.a = {'a': n.a, 'b': n.a} %}{% endfor %}{{ n.a }}",
    "{% set n = namespace(a=[1]) %}{% for i in range(40) %}{% set n.a = [n.a, n.a] %}{% endfor %}{{ n.a }}",
    "{% set n = namespace(a=[1]) %}{% for i in range(40) %}{% set n.a = [n.a, n.a] %}{% endfor %}{{ n.a | json }}",
    "{% set n = namespace(a=[1]) %}{% for i in range(40) %}{% set n.a = [n.a, n.a] %}{% endfor %}{{ n.a ~ '' }}",
    "{% set n = namespace(a=[1]) %}{% for i in range(40) %}{% set n.a = [n.a, n.a] %}{% endfor %}{{ n.a | string }}",
    "{% set n = namespace(a=[1]) %}{% for i in range(40) %}{% set n.a = n.a | chain(n.a) %}{% endfor %}{{ n.a | list }}",
    "{{ '%1000000000d' | format(1) }}",
    "{{ '%*d' | format(payload.n, 1) }}",
    "{{ payload.s | indent(payload.n) }}",
    "{{ 'a\nb' | indent(1000000000) }}",
    "{{ payload.s | list }}",
    "{{ payload.s | split('') }}",
    "{{ payload.l | batch(1) }}",
    "{{ payload.l | slice(payload.n) }}",
    "{{ payload.l | batch(payload.n, 'x') }}",
    "{{ payload.l | map('string') | join(payload.s) }}",
    "{{ range(100000) | join(payload.s) }}",
    "{% set x %}{% for i in payload.l %}LITERAL{% endfor %}{% endset %}x",
    "{% filter upper %}{% for i in payload.l %}LITERAL{% endfor %}{% endfilter %}",
    "{% for a in payload.l %}{% for b in payload.l %}{{ payload.s }}{% endfor %}{% endfor %}",
    "{% for a in [[1]] recursive %}{{ payload.s }}{{ loop([[1]]) }}{{ loop([[1]]) }}{% endfor %}",
    "{{ payload.s | truncate(10) }}{{ payload.s | json }}{{ payload.s | block }}{{ payload.s | quote }}",
    "{{ payload.l | diff(payload.l) }}{{ payload | diff({'s': 1, 'l': 2, 'n': payload.s}) }}",
    "{{ payload.s | replace('', payload.s) }}",
    "{{ payload.s | mrkdwn }}{{ payload.s | markdown }}{{ payload.s | plain }}",
    "{{ ('[a](' ~ payload.s ~ ')') | markdown }}{{ ('<https://a.example/' ~ payload.s) | mrkdwn(5) }}",
    "{{ 2 ** 100000 }}{{ payload.n ** payload.n }}",
    "{{ 1 | round(payload.n) }}{{ 1.5 | number(payload.n) }}{{ 1.5 | percent(payload.n) }}",
];

fn scope() -> Scope {
    let body = serde_json::json!({ "n": 100_000_000, "s": "a b\n".repeat(250_000), "l": vec![1; 100_000] });
    let event = Event {
        id: EventId(1),
        source: "s".into(),
        provider: "p".into(),
        reference: String::new(),
        event_type: "k".into(),
        topic: Topic::Other,
        facts: Facts::default(),
        time: Timestamp(0),
        received: Timestamp(0),
    };
    Scope::new(&event, &Raw { body: body.to_string().into_bytes(), ..Raw::default() })
}

fn attack(attack: &str) {
    let source = attack.replace("LITERAL", &"literal ".repeat(1000));
    let scope = scope();
    let mut texts = Texts::default();
    // Refused at load or at the event, or harmless: what counts is the memory.
    if let Ok(text) = texts.add(&source, EscapeContext::Block, &[]) {
        let rendered = texts.render(&text, &scope);
        assert!(rendered.is_err() || rendered.is_ok_and(|output| output.text.len() <= 16 * 1024));
    }
    let inside = source.trim_start_matches("{{").trim_end_matches("}}");
    if let Ok(expression) = Expression::parse(inside, &[]) {
        drop(expression.value(&scope));
    }
}

/// The peak of this process in KiB, where the system reports it.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().split(' ').next()?.parse().ok()
}

#[test]
fn no_template_fills_the_memory() {
    if std::env::var_os(CHILD).is_some() {
        attack("{{ payload.n }}");
        let before = peak_kib().expect("a peak");
        for one in ATTACKS {
            attack(one);
            let taken = peak_kib().expect("a peak") - before;
            assert!(taken < MOST_KIB, "{} MiB more after {one}", taken / 1024);
        }
        return;
    }
    if peak_kib().is_none() {
        eprintln!("skipped: this system does not tell a process's peak");
        return;
    }
    let child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "bounded::no_template_fills_the_memory", "--nocapture", "--test-threads=1"])
        .env(CHILD, "1")
        .output()
        .expect("a child");
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
}
