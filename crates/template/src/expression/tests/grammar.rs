//! Assumptions about the engine's parser, and that rewritten texts keep their meaning.

use minijinja::machinery::ast::{BinOpKind, Expr};
use proptest::prelude::*;

use super::*;
use crate::expression::engine::ENGINE;
use crate::expression::rewrite;
use crate::expression::syntax::Syntax;

/// One of everything that the grammar has.
const EVERYTHING: &str = "a{# b #}{{ c.d['e'].0[f] -}}
{% for g, (h, i) in j | items if g is not none recursive %}{{ loop.index ~ loop(h) }}{% else %}k{% endfor %}
{% if not l and m or n %}{% elif o in [1, 2.5, 'p' 'q', true, none] %}{% else %}{% endif %}
{% with r = {'s': -t}, u = (v, w) %}{{ u[1:2:3] }}{% endwith %}{% set x.y = 1 + 2 - 3 * 4 / 5 // 6 % 7 ** 8 %}
{% set z | upper | replace('a', new='b') %}{% endset %}{% filter lower %}{% endfilter %}
{% autoescape false %}{% raw %}{{ raw }}{% endraw %}{% endautoescape %}
{{ a if b else c if d }}{{ 1 < 2 <= 3 == 4 != 5 > 6 >= 7 not in 8 }}{% do f(*g, **h) %}{% set i, j = k, l %}";

#[test]
fn the_grammar_of_the_engine_is_the_known_one() {
    let tree = minijinja::machinery::parse(EVERYTHING, "", Default::default()).expect("a template");
    insta::assert_snapshot!("grammar", format!("{tree:#?}"));
}

/// The operators that the engine would evaluate itself, without charging the budget.
fn unpaid(text: &str) -> Vec<&'static str> {
    let syntax = Syntax::expression(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let mut found = Vec::new();
    syntax.each_expression(&mut |expression| {
        if let Expr::BinOp(node) = expression {
            match node.op {
                BinOpKind::Add => found.push("+"),
                BinOpKind::Mul => found.push("*"),
                BinOpKind::Concat => found.push("~"),
                _ => {}
            }
        }
    });
    found
}

fn rewritten(text: &str) -> String {
    rewrite::expression(&Syntax::expression(text).expect(text)).text.into_owned()
}

#[test]
fn every_operator_with_a_large_result_charges_the_budget() {
    for (written, compiled) in [
        ("a ~ b", "a |builtin_concat( b)"),
        ("a + b * c", "a |builtin_add( b |builtin_times( c))"),
        ("(a + b) * (c)", "(a |builtin_add( b)) |builtin_times( (c))"),
        ("a - b + c", "(a - b )|builtin_add( c)"),
        ("-a.b + c ** d", "-a.b |builtin_add( c ** d)"),
        ("a ~ b | upper", "a |builtin_concat( b | upper)"),
        ("a[1:2] ~ a[:2].b", "a[1:2]|builtin_kept |builtin_concat( a[:2].b)"),
        ("[a, [b]][0]", "[a, [b]|builtin_kept][0]"),
        ("{'a': b} | items", "{'a': b}|builtin_kept | items"),
        ("[1, 'a']", "[1, 'a']"),
        ("a == 'x' and b == c", "a == 'x' and b |builtin_timed == c"),
        ("(a if b else c) in d", "(a if b else c) |builtin_timed in d"),
        ("a is not eq(b + 1)", "a |builtin_timed is not eq(b |builtin_add( 1))"),
        ("a is sameas b[0:1]", "a |builtin_timed is sameas (b[0:1]|builtin_kept)"),
        ("'+' ~ \"~\" ~ '*'", "'+' |builtin_concat( \"~\") |builtin_concat( '*')"),
    ] {
        assert_eq!(rewritten(written), compiled);
    }
    let template = |source: &str| {
        let syntax = Syntax::template(source).expect(source);
        rewrite::template(&syntax, EscapeContext::Block).expect(source).text.into_owned()
    };
    for (written, compiled) in [
        ("{% set a = b, c %}", "{% set a = (b, c)|builtin_kept %}"),
        ("{% set n.a = b -%} x", "{% set n.a = (b)|builtin_stored -%} x"),
        (
            "{% for a in b -%} {% if a %}x{% endif %}{% endfor %}",
            "{% for a in b -%}{{ 0|builtin_tick -}} {% if a %}x{% endif %}{% endfor %}",
        ),
        ("{% for a in b %}{{ a }}{% endfor %}", "{% for a in b %}{{ a }}{% endfor %}"),
        ("`{{ a ~ b }}`", "`{{ (a |builtin_concat( b))|builtin_in_code }}`"),
        ("[x]({{ a }}) ```{{ (a).b }}```", "[x]({{ (a)|builtin_in_href }}) ```{{ ((a).b)|builtin_in_block }}```"),
    ] {
        assert_eq!(template(written), compiled);
    }
}

fn expressions() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "1",
        "2",
        "0.5",
        "'ab'",
        "'+'",
        "payload.amount",
        "payload.words",
        "payload.list",
        "payload.nothing",
        "true",
        "none",
        "[1, 2]",
        "payload['words']",
        "payload.list[0]",
        "payload.words[0:2]",
        "-payload.half",
        "{'a': payload.half}.a",
        "(payload.amount, 1)",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(4, 24, 3, |inner| {
        let operators = prop::sample::select(vec![
            "+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", "<=", "in", "not in", "and", "or",
        ]);
        prop_oneof![
            (inner.clone(), operators.clone(), inner.clone()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
            (inner.clone(), operators, inner.clone()).prop_map(|(a, op, b)| format!("({a}) {op} ({b})")),
            inner.clone().prop_map(|a| format!("({a})")),
            inner.clone().prop_map(|a| format!("not {a}")),
            inner.clone().prop_map(|a| format!("{a} | string")),
            inner.clone().prop_map(|a| format!("{a} is defined")),
            inner.clone().prop_map(|a| format!("{a} is eq 1")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("[{a}, {b}]")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a})[{b}:]")),
            (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("{a} if {b} else {c}")),
        ]
    })
}

proptest! {
    /// Whatever is written: no operator that makes much of little is left to the engine, and the value is the one that
    /// the engine would have found.
    #[test]
    fn rewritten_texts_charge_the_budget_and_keep_their_meaning(text in expressions()) {
        let Ok(expression) = Expression::parse(&text, &[]) else { return Ok(()) };
        prop_assert_eq!(unpaid(&rewritten(&text)), Vec::<&str>::new(), "{}", &text);
        let scope = scope();
        let own = ENGINE.compile_expression(&text).expect("it was parsed").eval(scope.value());
        match (expression.value(&scope), own) {
            // A missing value and none are empty texts to our `~`, and words to the engine's.
            (Ok(ours), Ok(own)) if !text.contains('~') => prop_assert_eq!(ours.to_string(), own.to_string(), "{}", text),
            // A list cannot be repeated here.
            (Err(error), Ok(own)) if !text.contains(['~', '*']) => prop_assert!(false, "{text}: {error}, not {own}"),
            _ => {}
        }
    }
}
