//! The result of each filter.

use super::*;
use hookbell_model::money::currency::Decimals;

#[test]
fn every_filter_does_what_it_says() {
    for (source, expected) in [
        ("{{ payload.amount | money('usd') }}", "$1,234.56"),
        ("{{ payload.amount | money }}", "1,234.56"),
        ("{{ '900' | money('eur') }}", "€9.00"),
        ("{{ '9.50' | money('eur') }}", "9.50 EUR"),
        ("{{ '9.50' | money('eur', 'major') }} {{ 9.5 | money('eur', unit='major') }}", "€9.50 €9.50"),
        (
            "{{ 9.5 | money('eur', 'written') }} {{ 950 | money('eur', 'written') }} {{ '$9' | money('usd', 'written') }}",
            "€9.50 €9.50 $9.00",
        ),
        ("{{ '1200.50' | money('jpy', 'major') }} {{ 0.001 | money('eur', 'major') }}", "¥1,201 0.001 EUR"),
        ("{{ '12.990000000000002' | money('eur', 'major') }} {{ 9.5 | money('eur') }}", "€12.99 €0.10"),
        ("{{ payload.list | money('eur') }}", "['x`y', '@z'] EUR"),
        ("{{ payload.null | money('eur') }}", ""),
        ("{{ payload.mail | mask }}", "s•••@example.com"),
        ("{{ '4242424242424242' | mask }}", "424•••242"),
        ("{{ 'abc' | mask }}", "•••"),
        ("{{ payload.long | truncate(5) }}", "éééé…"),
        ("{{ 'abcde' | truncate(5) }}", "abcde"),
        ("{{ payload.at | ago }}", "2026-11-21 10:00 UTC"),
        ("{{ payload.at | date('D') }}", "2026-11-21"),
        ("{{ 'soon' | date }}", "soon"),
        ("{{ 1 | plural('commit') }}", "1 commit"),
        ("{{ payload.commits | plural('commit') }}", "3 commits"),
        ("{{ 2000 | plural('entry', 'entries') }}", "2,000 entries"),
        ("{{ payload.lines | first_line }}", "first"),
        ("{{ payload.list | first | code }}", "xˋy"),
        ("{{ payload.words | link(payload.url) }}", "a_b *c*"),
        ("{{ payload.empty | default('none') }}", "none"),
        ("{{ payload.null | default('none') }}", "none"),
        ("{{ payload.nothing.at.all | default('none') }}", "none"),
        ("{{ 1234567 | number }}", "1,234,567"),
        ("{{ '1234.50' | number }}", "1,234.5"),
        ("{{ 1234.5678 | number(2) }}", "1,234.57"),
        ("{{ -0.001 | number(1) }}", "0.0"),
        ("{{ 'many' | number }}", "many"),
        ("{{ payload.list | number }}", "['x`y', '@z']"),
        ("{{ 0.123 | percent }}", "12.3%"),
        ("{{ 12.345 | percent(2, of=100) }}", "12.35%"),
        ("{{ 3 | percent(of=8) }} {{ 3 | percent(of=0) }} {{ 'x' | percent }}", "37.5% 3 x"),
        ("{{ 1234567 | bytes }} {{ 999 | bytes }} {{ 999999 | bytes }} {{ 'x' | bytes }}", "1.2 MB 999 B 1 MB x"),
        ("{{ 1048576 | bytes('binary') }} {{ -1500 | bytes }} {{ 0 | bytes }}", "1 MiB -1.5 kB 0 B"),
        (
            "{{ 3900 | duration }} {{ 59 | duration }} {{ 7200 | duration }} {{ 0 | duration }}",
            "1 h 5 min 59 s 2 h 0 s",
        ),
        ("{{ 3900 | duration('ms') }} {{ 90061 | duration }} {{ -90 | duration }}", "3.9 s 1 d 1 h -1 min 30 s"),
        (
            "{{ 59.99 | duration }} {{ 3599.9 | duration }} {{ 86399 | duration }} {{ 0.25 | duration }}",
            "1 min 1 h 1 d 250 ms",
        ),
        ("{{ 'soon' | duration }} {{ '1e300' | duration }}", "soon 1e300"),
        ("{{ '2026-11-21T10:05:00Z' | duration(since=payload.at) }}", "5 min"),
        ("{{ 'abcdefghij' | truncate(5, 'middle') }} {{ 'abcd' | truncate(1, 'middle') }}", "ab…ij …"),
        ("{{ 'one two three' | truncate(9, 'words') }} {{ 'onetwothree' | truncate(5, 'words') }}", "one two… onet…"),
        ("{{ 'one two three' | truncate(8, payload.mail) }}", "one two…"),
        (
            "{{ payload.lines | lines(1) }}|{{ payload.lines | lines(9) }}",
            "  first   … and 1 more line|  first   second",
        ),
        ("{{ payload.lines | lines | length }} {{ 5 | lines }}", "3 5"),
        (
            "{{ 'da39a3ee5e6b4b0d' | short }} {{ 'sha256:e3b0c44298fc' | short(4) }} {{ 12345678 | short }}",
            "da39a3e e3b0 1234567",
        ),
        ("{{ 'open' | lookup({'open': 'yes'}) }} {{ 'shut' | lookup({'open': 'yes'}) }}", "yes shut"),
        ("{{ 'shut' | lookup({'open': 'yes'}, '?') }} {{ 1 | lookup({'1': 'one'}) }} {{ 1 | lookup(3) }}", "? one 1"),
        ("{{ [1, '2', 'x', none, 0.5] | sum }} {{ 5 | sum }} {{ payload.words | sum }}", "3.5 5 a_b *c*"),
        (
            "{{ ['b', 'a', 'b', none] | group }} {{ 5 | group }} {{ payload.words | group }}",
            "2 × b, 1 × a, 1 × – 5 a_b *c*",
        ),
        ("{{ range(12) | group }}", "1 × 0, 1 × 1, 1 × 2, 1 × 3, 1 × 4, 1 × 5, 1 × 6, 1 × 7, 1 × 8, 1 × 9, … +2"),
        ("{{ 'Über das Ziel! it’s' | slug }}|{{ '!?' | slug }}", "über-das-ziel-its|"),
        ("{{ {'a': [1, 'x\"y', none]} | json }} {{ 'a' | tojson }}", r#"{"a":[1,"x\"y",null]} "a""#),
        ("{{ payload.words | quote }} {{ payload.words | block('rust') }}", "a_b *c* a_b *c*"),
        (
            "{{ 'mail ada@example.com now' | mask('email') }} {{ 'xyz' | mask('email') }}",
            "mail a•••@example.com now •••",
        ),
        (
            "{{ '4242 4242 4242 4242' | mask('card') }} {{ '203.0.113.7' | mask('ip') | mask }}",
            "••• 4242 203.0.•••.•••",
        ),
        ("{{ payload.flag }}", "true"),
        ("{{ payload.half }}", "10.5"),
        ("{{ payload.words | upper }}", "A_B *C*"),
        ("{{ payload.list | join(', ') }}", "x`y, @z"),
        ("{{ payload.commits | length }}", "3"),
        ("{{ headers['x-a'] }}", "b"),
        ("{{ event.facts.amount | money(event.currency) }} {{ event.amount_major }}", "$12.34 12.34"),
        ("{{ event.type }} {{ event.topic }} {{ event.id }}{{ event.actor }}", "order.paid payment "),
    ] {
        // `code` in a plain place shows its text; the look-alike is for markdown alone.
        let expected = if source.contains("| code") { "x`y" } else { expected };
        assert_eq!(shown(source, EscapeContext::Plain), expected, "{source}");
    }
}

#[test]
fn markdown_is_made_by_filters_alone() {
    for (source, expected) in [
        ("{{ payload.list | first | code }}", "`xˋy`"),
        ("{{ payload.list | map('code') | join(', ') }}", "`xˋy`, `@z`"),
        ("{{ payload.words | link(payload.url) }}", r"[a\_b \*c\*](https://example.com/a%28b%29?c=d)"),
        ("{{ payload.words | link(payload.bad) }}", r"a\_b \*c\*"),
        ("{{ payload.words | code | link(payload.url) }}", "[`a_b *c*`](https://example.com/a%28b%29?c=d)"),
        ("{{ payload.at | ago }}", "<t:1795255200:R>"),
        ("{{ event.time | date('f') }}", "<t:1795255200:f>"),
        ("{{ payload.words | block('rust') }}", "```rust\na_b *c*\n```"),
        ("{{ 'a\n````b``' | block }}", "```\na\nˋˋˋ`bˋˋ\n```"),
        ("{{ 'a' | block('x\ny') }}", "```\na\n```"),
        ("{{ '*a*\n> b' | quote }}", "> \\*a\\*\n> \\> b"),
        ("`{{ payload.list[0] }}` and ``{{ payload.words }}``", "`xˋy` and ``a_b *c*``"),
        ("```\n{{ 'a```\nb' }}\n```{{ payload.words }}", "```\naˋˋˋ\nb\n```a\\_b \\*c\\*"),
        ("it`s {{ payload.words }}", "it`s a\\_b \\*c\\*"),
        (
            "[x]({{ payload.url }}) [{{ payload.words }}](https://a.com/{{ payload.words }})",
            "[x](https://example.com/a%28b%29?c=d) [a\\_b \\*c\\*](https://a.com/a_b%20%2Ac%2A)",
        ),
        (
            "[x]({{ payload.bad }}) [x](https://a.com/{{ payload.repo | path }}?q={{ ')x' }})",
            "[x]() [x](https://a.com/owner/re%20po?q=%29x)",
        ),
        ("{% raw %}`{{ x }}`{% endraw %}{{ payload.words }}", "`{{ x }}`a\\_b \\*c\\*"),
        ("{{ payload.words | raw }}", "a_b *c*"),
        ("**{{ payload.words }}**", r"**a\_b \*c\***"),
        ("{{ '<@1>' ~ (payload.at | ago) }}", r"\<@1>2026-11-21 10:00 UTC"),
        ("{% autoescape false %}{{ payload.words }}{% endautoescape %}", r"a\_b \*c\*"),
        ("{% set x %}{{ payload.words }}{% endset %}{{ x }}", r"a\_b \*c\*"),
    ] {
        assert_eq!(shown(source, EscapeContext::Block), expected, "{source}");
    }
}

#[test]
fn a_missing_value_passes_every_filter() {
    for input in ["payload.nope", "payload.null"] {
        for filter in [
            "title",
            "capitalize",
            "upper",
            "replace('a', 'b')",
            "first",
            "last",
            "round",
            "abs",
            "sort",
            "split(',')",
            "lines",
            "items",
            "dictsort",
            "reverse",
            "sum",
            "min",
            "max",
            "unique",
            "map('code')",
            "select",
            "selectattr('a')",
            "groupby('a')",
            "slice(2)",
            "batch(2)",
            "indent(2)",
            "list",
            "string",
            "first_line",
            "zip([1])",
            "chain([1])",
            "mask('email')",
            "upper",
            "json",
            "sum('a')",
            "group",
            "lookup({'a': 1})",
            "slug",
            "short",
            "quote",
            "block('x')",
            "lines(2)",
            "duration",
            "bytes",
            "percent",
            "number",
            "plural('x')",
            "link('x')",
            "code",
            "ago",
            "date('f')",
            "attr('x')",
            "money('usd')",
            "mask",
            "private('note')",
            "without_secrets",
            "secrets",
            "truncate(3)",
            "path",
            "raw",
            "join(', ')",
            "map(attribute='x') | join",
        ] {
            let source = format!("{{{{ {input} | {filter} }}}}");
            assert_eq!(shown(&source, EscapeContext::Plain), "", "{source}");
        }
        assert_eq!(shown(&format!("{{{{ {input} | length }}}}"), EscapeContext::Plain), "0");
    }
}

#[test]
fn builtin_filters_keep_their_arguments() {
    for (source, expected) in [
        ("{{ [{'n': 2}, {'n': 1}] | sort(attribute='n', reverse=true) | map(attribute='n') | join(',') }}", "2,1"),
        ("{{ payload.words | replace('_', '-') | title }}", "A-B *c*"),
        ("{{ 10.456 | round(1) }}", "10.5"),
    ] {
        assert_eq!(shown(source, EscapeContext::Plain), expected);
    }
}

#[test]
fn replacing_text_by_longer_text_cannot_fill_the_memory() {
    let grow = " | replace('\u{e9}', payload.long)".repeat(3);
    let source = format!("{{{{ payload.long{grow} }}}}");
    let mut texts = Texts::default();
    let text = texts.add(&source, EscapeContext::Block, &[]).expect("a text");
    let why = texts.render(&text, &scope()).map(|_| ()).expect_err("27 million characters a step");
    assert!(why.to_string().contains("1 MiB"), "{why}");
    assert_eq!(shown("{{ payload.repo | replace('/', ' and ') }}", EscapeContext::Block), "owner and re po");
}

#[test]
fn changes_are_shown_from_old_to_new() {
    let object =
        "{'status': 'active', 'plan': {'name': 'Pro', 'seats': 3}, 'tags': ['a', 'b'], 'items': [{}, {}], 'same': 1}";
    for (previous, reported) in [
        ("{'status': 'trialing', 'same': 1}", "status: trialing → active"),
        ("{'plan': {'name': 'Free', 'seats': 3}}", "plan.name: Free → Pro"),
        ("{'tags': ['a'], 'items': [{}], 'gone': true}", "gone: true → –; items: [1] → [2]; tags: [a] → [a, b]"),
        ("{'status': {'from': 'trialing'}}", "status: trialing → active"),
        ("{'status': none, 'nope': none}", "status: – → active"),
        ("{}", ""),
        ("payload.nothing", ""),
        ("'old'", "old → {5}"),
    ] {
        assert_eq!(
            shown(&format!("{{{{ {object} | diff({previous}) }}}}"), EscapeContext::Plain),
            reported,
            "{previous}"
        );
    }
    assert_eq!(shown("{{ {'*a*': '_'} | diff({'*a*': '[x]'}) }}", EscapeContext::Block), r"\*a\*: \[x\] → \_");
    let many: Vec<String> = (0..30).map(|at| format!("'k{at:02}': 1")).collect();
    let reported = shown(&format!("{{{{ 1 | diff({{{}}}) }}}}", many.join(", ")), EscapeContext::Block);
    assert!(reported.starts_with("k00: 1 → –\n") && reported.ends_with("\n… and 10 more lines"), "{reported}");
}

#[test]
fn numbers_are_written_as_the_reader_does() {
    let shown = |tag: &str, source: &str| {
        let view = View { locale: Locale::parse(tag).expect(tag), masks: None };
        let scope = Scope::seen_by(&event_of("x"), &Raw::default(), &view);
        let mut texts = Texts::default();
        let text = texts.add(source, EscapeContext::Plain, &[]).expect("a text");
        texts.render(&text, &scope).expect("rendered").text.replace(['\u{a0}', '\u{202f}'], " ")
    };
    for (tag, source, expected) in [
        ("de", "{{ 123456 | money('eur') }}", "1.234,56 €"),
        ("ja", "{{ 1235 | money('jpy') }}", "￥1,235"),
        ("de", "{{ 1234.5 | number }} {{ 0.123 | percent }} {{ 1234567 | bytes }}", "1.234,5 12,3 % 1,2 MB"),
        ("fr", "{{ 1234567 | bytes }} {{ 90000 | duration }}", "1,2 Mo 1 j 1 h"),
        ("ja", "{{ 3900 | duration }} {{ 0.5 | percent }}", "1時間5分 50%"),
        ("de", "{{ 2000 | plural('Eintrag', 'Einträge') }}", "2.000 Einträge"),
        ("de", "{{ '2026-11-21T10:00:00Z' | date }}", "21.11.2026 10:00 UTC"),
        ("en-US", "{{ '2026-11-21T10:00:00Z' | date('D') }}", "11/21/2026"),
        ("ru", "{{ 21 | plural('коммит', 'коммита', 'коммитов') }}", "21 коммит"),
        ("ru", "{{ 3 | plural('коммит', 'коммита', 'коммитов') }}", "3 коммита"),
        ("ru", "{{ [] | plural('коммит', 'коммита', 'коммитов') }}", "0 коммитов"),
        // Two words, of nobody knows which language, are English.
        ("ja", "{{ 2 | plural('entry', 'entries') }} {{ 0 | plural('commit') }}", "2 entries 0 commits"),
        ("ja", "{{ '2026-11-21T10:00:00Z' | date('D') }}", "2026/11/21"),
        ("de", "{{ 'a\nb\nc' | lines(1) }}", "a … und 2 weitere Zeilen"),
        ("fi", "{{ 'a\nb\nc' | lines(1) }}", "a … +2"),
        ("tr", "{{ 0.5 | percent }}", "%50"),
    ] {
        assert_eq!(shown(tag, source), expected, "{tag}: {source}");
    }
}

#[test]
fn money_has_the_decimals_of_the_events_provider() {
    let mut event = event_of("charge");
    event.facts = Facts { amount: Some(500), currency: Some("ISK".into()), decimals: Some(2), ..Facts::default() };
    let scope = Scope::new(&event, &Raw::default());
    let shown = |scope: &Scope| {
        let mut texts = Texts::default();
        let source = "{{ event.amount | money(event.currency) }} {{ event.amount_major }} {{ 500 | money('mga') }} {{ 5 | money('eur') }}";
        let text = texts.add(source, EscapeContext::Plain, &[]).expect("a text");
        texts.render(&text, scope).expect("rendered").text
    };
    assert_eq!(shown(&scope), "ISK 5.00 5 MGA 5.00 €0.05");
    let own = Decimals::new([("MGA".to_owned(), 0)]);
    assert_eq!(shown(&scope.with(currencies::NAME, currencies::value(own))), "ISK 5.00 5 MGA 500 €0.05");
}

#[test]
fn words_in_a_language_have_its_forms() {
    let shown = |language: &str, source: &str| {
        let view = View { locale: Locale::parse("en").expect("English"), masks: None };
        let scope =
            Scope::seen_by(&event_of("x"), &Raw::default(), &view).with(LANGUAGE, minijinja::Value::from(language));
        let mut texts = Texts::default();
        let text = texts.add_in(language, source, EscapeContext::Plain, &[]).expect("a text");
        texts.render(&text, &scope).expect("rendered").text
    };
    assert_eq!(shown("pl", "{{ 22 | plural('plik', 'pliki', 'plików') }}"), "22 pliki");
    assert_eq!(shown("ja", "{{ 1 | plural('件') }} {{ 2 | plural('件') }}"), "1 件 2 件");
    assert_eq!(shown("fr", "{{ 0 | plural('fichier', 'fichiers') }}"), "0 fichier");
    assert_eq!(shown("de", "{{ 0 | plural('Datei', 'Dateien') }}"), "0 Dateien");
}

#[test]
fn addresses_with_names_are_covered_and_a_table_knows_nothing() {
    for (source, expected) in [
        ("{{ 'Ada Example <ada@example.com>' | mask }}", "Ada Example <a•••@example.com>"),
        ("{{ 'Ada <ada@a.example>, grace@b.example' | mask }}", "Ada <a•••@a.example>, g•••@b.example"),
        ("{{ 'ada@example.com <ada@example.com>' | mask }}", "a•••@example.com <a•••@example.com>"),
        ("{{ 'x <secret>' | mask }}", "x •••t>"),
        ("{{ payload.nothing | lookup({'a': 'b'}, 'fallback') }}", "fallback"),
        ("{{ payload.null | lookup({'a': 'b'}, default='fallback') }}", "fallback"),
        ("{{ payload.nothing | lookup({'a': 'b'}) }}", ""),
    ] {
        assert_eq!(shown(source, EscapeContext::Plain), expected, "{source}");
    }
}

#[test]
fn values_that_are_joined_in_a_url_are_encoded() {
    for (source, expected) in [
        ("{{ 'https://x.example/?q=' ~ payload.words }}", "https://x.example/?q=a_b%20%2Ac%2A"),
        ("{{ 'https://x.example/' ~ ('a/b/' ~ payload.words) ~ '/c' }}", "https://x.example/a/b/a_b%20%2Ac%2A/c"),
        (
            "{{ 'https://x.example/a?b=' ~ payload.words if payload.words else 'https://x.example/c?d=e&f' }}",
            "https://x.example/a?b=a_b%20%2Ac%2A",
        ),
        ("{{ 'https://x.example/c?d=e&f' if payload.words else '' }}", "https://x.example/c?d=e&f"),
        ("{{ 'https://x.example/' ~ ('?a/b' | path) }}", "https://x.example/%3Fa/b"),
        ("{{ payload.nothing | default('https://x.example/' ~ payload.words) }}", "https://x.example/a_b%20%2Ac%2A"),
        ("https://x.example/{{ 'a/' ~ payload.words }}", "https://x.example/a/a_b%20%2Ac%2A"),
        (
            "{{ 'https://x.example' ~ ('/y/' ~ payload.mail if payload.mail else '') }}",
            "https://x.example/y/someone%40example.com",
        ),
        (
            "{% if payload.mail %}{{ payload.safe ~ '/y?z=' ~ payload.words }}{% endif %}",
            "https://evil.com/y?z=a_b%20%2Ac%2A",
        ),
    ] {
        assert_eq!(shown(source, EscapeContext::Url), expected, "{source}");
    }
    let linked = "{{ 'x' | link('https://x.example/?q=' ~ payload.words) }}";
    assert_eq!(shown(linked, EscapeContext::Block), "[x](https://x.example/?q=a_b%20%2Ac%2A)");
}
