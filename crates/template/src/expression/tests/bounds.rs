//! No text can crash or block a thread: what is read is bounded in length and depth, what is evaluated in work,
//! memory and time. Everything runs on a stack smaller than a worker's.

use std::time::{Duration, Instant};

use super::*;

/// Less than half of what a worker thread of the server has.
const STACK: usize = 768 * 1024;

fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(run).expect("a thread");
    thread.join().expect("it did not panic");
}

fn shown_or_refused(source: &str) -> Result<RenderedText, ExpressionError> {
    shown_within(Duration::from_secs(60), source)
}

fn shown_within(time: Duration, source: &str) -> Result<RenderedText, ExpressionError> {
    let mut texts = Texts::default();
    let text = texts.add(source, EscapeContext::Block, &[])?;
    texts.render(&text, &scope().within(time))
}

/// Templates that nest as deeply as `n` says, each in its own way.
fn nested(n: usize) -> Vec<String> {
    let around = |open: &str, inside: &str, close: &str| format!("{}{inside}{}", open.repeat(n), close.repeat(n));
    let mut sources: Vec<String> = [
        ("not ".repeat(n), "x"),
        ("- ".repeat(n), "1"),
        ("payload".to_owned() + &".a".repeat(n), ""),
        ("payload".to_owned() + &"[0]".repeat(n), ""),
        ("payload".to_owned() + &"(0)".repeat(n), ""),
        ("payload".to_owned() + &"[0:1]".repeat(n), ""),
        ("payload".to_owned() + &" | upper".repeat(n), ""),
        ("payload".to_owned() + &" is odd".repeat(n), ""),
        ("1".to_owned() + &" + 1".repeat(n), ""),
        ("1".to_owned() + &" - 1 + 1".repeat(n), ""),
        ("1".to_owned() + &" ~ 1".repeat(n), ""),
        ("1".to_owned() + &" ** 1".repeat(n), ""),
        ("1".to_owned() + &" < 1".repeat(n), ""),
        ("payload".to_owned() + &" or payload".repeat(n), ""),
        ("payload".to_owned() + &" if payload".repeat(n), ""),
        ("payload".to_owned() + &" if payload else payload".repeat(n), ""),
        (around("(", "x", ")"), ""),
        (around("[", "payload", "]"), ""),
        (around("[", "payload, 1 + 1", "]"), ""),
        (around("{'a': ", "payload", "}"), ""),
        (around("(payload, ", "1", ")"), ""),
        (around("payload[", "1", "]"), ""),
        (around("payload | default(", "1", ")"), ""),
        (around("-(1 - 1 + ", "1", ")"), ""),
        (around("dict(a=", "1", ")"), ""),
    ]
    .into_iter()
    .map(|(begin, end)| format!("{{{{ {begin}{end} }}}}"))
    .collect();
    sources.extend([
        around("{% if payload %}", "x", "{% endif %}"),
        around("{% for x in payload.list %}", "x", "{% endfor %}"),
        around("{% with x = 1 %}", "x", "{% endwith %}"),
        around("{% set x %}", "x", "{% endset %}"),
        around("{% filter upper %}", "x", "{% endfilter %}"),
        around("{% autoescape false %}", "x", "{% endautoescape %}"),
        format!("{{% if payload %}}x{}{{% endif %}}", "{% elif payload %}x".repeat(n)),
        format!("{{% if payload %}}x{}{}", "{% else %}{% if payload %}x".repeat(n), "{% endif %}".repeat(n + 1)),
        "{% if ".repeat(n),
        "{% for x in y %}".repeat(n),
        "{{ (".repeat(n),
        "{% set a, (".repeat(n) + &")".repeat(n),
        format!("{{% set {}a{} = 1 %}}", "(".repeat(n), ")".repeat(n)),
    ]);
    sources
}

#[test]
fn no_text_overflows_the_stack_however_deep_it_nests() {
    on_a_small_stack(|| {
        // Just below and just above the limits, and as many times as the text's length allows, and more.
        for n in (5..110).step_by(5).chain([500, 3_000, 9_600, 20_000, 100_000]) {
            for source in nested(n) {
                let result = shown_or_refused(&source);
                assert!(n < 120 || result.is_err(), "{n} times: {}", source.split_at(40).0);
                let inside = source.trim_start_matches("{{").trim_end_matches("}}");
                if let Ok(expression) = Expression::parse(inside, &[]) {
                    drop(expression.value(&scope()));
                }
                let _ = (paths(&source), expression_paths(inside));
            }
        }
    });
}

#[test]
fn usual_texts_are_not_too_deep() {
    let or = ["event.type == 'a.b'"; 60].join(" or ");
    let lookup = format!(
        "event.type | lookup({{{}}})",
        (0..300).map(|n| format!("'k{n}': 'v{n}'")).collect::<Vec<_>>().join(", ")
    );
    let concat = ["payload.a"; 30].join(" ~ ', ' ~ ");
    for text in [or, lookup, concat, "payload".to_owned() + &".items[0]".repeat(20)] {
        assert_eq!(Expression::parse(&text, &[]).map(|_| ()), Ok(()), "{text}");
    }
    let elif = format!("{{% if payload.a == 0 %}}x{}{{% endif %}}", "{% elif payload.a == 1 %}y".repeat(30));
    assert!(shown_or_refused(&elif).is_ok());
}

#[test]
fn a_text_that_is_too_long_or_too_deep_is_refused_at_its_place_and_at_once() {
    let begin = Instant::now();
    let deep = format!("x {{{{ payload | default({}) }}}}", "(".repeat(30_000));
    for (text, kind) in [
        (format!("{{{{ 1{} }}}}", " + 1".repeat(30_000)), ErrorKind::TooLong { bytes: 120_007, most: 32 * 1024 }),
        (format!("{{{{ 1{} }}}}", "+1".repeat(10_000)), ErrorKind::TooDeep),
        (deep, ErrorKind::TooDeep),
    ] {
        let error = Texts::default().add(&text, EscapeContext::Block, &[]).expect_err("refused");
        assert_eq!(error.kind, kind);
        assert!(kind != ErrorKind::TooDeep || error.span.len() == 1, "{:?}", error.span);
    }
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
}

/// Templates whose few instructions take long: each step goes through a list that holds another many times.
const SLOW: [&str; 6] = [
    "{% set n = namespace(a=[1], b=[1]) %}{% for i in range(60) %}{% set n.a = [n.a, n.a] %}{% set n.b = [n.b, n.b] %}{% endfor %}{{ n.a == n.b }}",
    "{% set n = namespace(a=[1], b=[1]) %}{% for i in range(60) %}{% set n.a = n.a | zip(n.a) %}{% set n.b = n.b | zip(n.b) %}{% endfor %}{{ n.a < n.b }}",
    "{% set n = namespace(a={'x': 1}) %}{% for i in range(60) %}{% set n.a = {'x': n.a, 'y': n.a} %}{% endfor %}{{ [n.a, n.a] | unique }}",
    "{% set l = range(20000) | list %}{% set m = range(20000) | list %}{% for i in range(9000) %}{% if l == m and l is eq(m) %}{% endif %}{% endfor %}",
    "{% for i in range(9000) %}{% if (payload.words * 100000) | length %}{% endif %}{% endfor %}",
    "{% set l = range(20000) | list %}{% for i in range(9000) if l == (l | sort) %}{% endfor %}",
];

#[test]
fn a_render_ends_within_its_time() {
    on_a_small_stack(|| {
        for source in SLOW {
            let begin = Instant::now();
            let error = shown_within(Duration::from_millis(50), source).expect_err(source);
            let bounded = matches!(error.kind, ErrorKind::OutOfTime | ErrorKind::OutOfMemory(_));
            assert!(bounded, "{source}: {error}");
            // Debug speed on a busy machine; without the bounds some take hours.
            assert!(begin.elapsed() < Duration::from_secs(10), "{source}: {:?}", begin.elapsed());
        }
    });
}

#[test]
fn all_texts_of_a_message_share_its_time() {
    let mut texts = Texts::default();
    let slow = texts.add(SLOW[3], EscapeContext::Block, &[]).expect("a text");
    let quick = texts.add("{{ payload.words | upper }}", EscapeContext::Block, &[]).expect("a text");
    let scope = scope().within(Duration::from_millis(200));
    assert_eq!(texts.render(&quick, &scope).map(|output| output.text), Ok(r"A\_B \*C\*".to_owned()));
    assert_eq!(texts.render(&slow, &scope).expect_err("slow").kind, ErrorKind::OutOfTime);
    assert_eq!(texts.render(&quick, &scope).expect_err("no time is left").kind, ErrorKind::OutOfTime);
    let condition = Condition::parse("payload.words | upper == 'x'").expect("a condition");
    assert_eq!(condition.holds(&scope).expect_err("no time is left").kind, ErrorKind::OutOfTime);
}

#[test]
fn values_nest_no_deeper_than_a_stack_can_take() {
    on_a_small_stack(|| {
        for step in ["[n.a]", "{'a': n.a}", "(n.a,)", "n.a | batch(1)", "n.a | slice(1)", "[n.a] | zip", "dict(a=n.a)"]
        {
            let source = format!(
                "{{% set n = namespace(a=[1]) %}}{{% for i in range(9000) %}}{{% set n.a = {step} %}}{{% endfor %}}{{{{ n.a }}}}"
            );
            let error = shown_or_refused(&source).expect_err(step);
            assert!(matches!(error.kind, ErrorKind::ValueTooDeep | ErrorKind::OutOfMemory(_)), "{step}: {error}");
        }
        // These give a copy each time, which is no deeper than the one before.
        for step in ["n.a[0:]", "n.a | chain([])", "n.a | list", "n.a | map('default')", "n.a + []"] {
            let source = format!(
                "{{% set n = namespace(a=[1]) %}}{{% for i in range(9000) %}}{{% set n.a = {step} %}}{{% endfor %}}{{{{ n.a }}}}"
            );
            assert_eq!(shown_or_refused(&source).map(|output| output.text), Ok(r"\[1\]".to_owned()), "{step}");
        }
        let source = "{% set n = namespace(a={}) %}{% for i in range(9000) %}{% set n.a = n.a | chain({'a': 1}) %}{% endfor %}{{ n.a }}";
        assert_eq!(shown_or_refused(source).map(|output| output.text), Ok("{'a': 1}".to_owned()));
    });
}

#[test]
fn a_namespace_cannot_hold_itself() {
    on_a_small_stack(|| {
        for step in ["n", "[n]", "{'a': [n]}", "namespace(a=n)", "dict(a=n)", "n | items"] {
            let source =
                format!("{{% set n = namespace(b=1) %}}{{% set n.a = {step} %}}{{% set n.c = n.a %}}{{{{ n }}}}");
            let result = shown_or_refused(&source);
            let refused = result.as_ref().is_err_and(|error| error.kind == ErrorKind::NamespaceInside);
            assert!(refused || step == "n | items", "{step}: {result:?}");
        }
    });
}

#[test]
fn a_format_that_the_engine_panics_on_is_refused() {
    let error = shown_or_refused("{{ '%(\u{e9})s' | format(1) }}").expect_err("a key beyond ASCII");
    assert!(error.to_string().contains("keys of `format`"), "{error}");
    assert_eq!(
        shown_or_refused("{{ '5%%(\u{e9}) %s' | format(1) }}").map(|output| output.text),
        Ok("5%(\u{e9}) 1".to_owned())
    );
}

#[test]
fn a_panic_of_the_engine_is_an_error() {
    let error = crate::expression::engine::without_panic(|| -> Result<(), _> { panic!("on purpose") });
    assert!(error.is_err_and(|error| error.to_string().contains("panicked")));
}

#[test]
fn an_error_names_the_bytes_that_are_wrong() {
    for (source, wrong) in [
        ("a\nb {{ x y }}", "y"),
        ("{{ payload.x | }}", "}}"),
        ("ä {{ payload.a ~ paylod.b }}", "paylod"),
        ("{{ payload.x | upper | trunkate(3) }}", "trunkate"),
        ("{{ [payload.x is defned] }}", "defned"),
        ("{{ event.tpye }}", "tpye"),
        ("{{ payload.x.upper() }}", "upper"),
        ("{{ payload.x | truncate(5, mode='start') }}", "'start'"),
        ("{{ payload.x | date('R') ~ (payload.y | date('q')) }}", "'q'"),
        ("`{{ payload.a }}{% if event %}b{% endif %}`", "if event %}b{% endif"),
        ("https://a.com{{ payload.x }}", "{{ payload.x"),
    ] {
        let context = if source.starts_with("https") { EscapeContext::Url } else { EscapeContext::Block };
        let error = Texts::default().add(source, context, &[]).expect_err(source);
        assert_eq!(source.get(error.span.clone()), Some(wrong), "{source}: {error}");
    }
}

#[test]
fn an_evaluation_that_fails_names_what_was_written() {
    for (source, wrong) in [
        ("{{ 'a' ~ 'b' ~ (payload.words - 1) }}", "payload.words - 1"),
        ("x\n{{ [payload.a, payload.words + 1] }}", "+ 1"),
        ("{% for a in [payload.a] %}{{ payload.list * 2 }}{% endfor %}", "* 2"),
    ] {
        let error = shown_or_refused(source).expect_err(source);
        let written = source.get(error.span.clone()).unwrap_or_default();
        assert!(written.contains(wrong) && written.len() < wrong.len() + 6, "{source}: {written}: {error}");
        assert!(error.to_string().ends_with("`)"), "{error}");
    }
}
