//! What Slack's mark-up and Markdown become. The cases follow Slack's guide to formatting text, CommonMark, and what
//! people write.

use super::*;

fn shown(text: &str, place: Place) -> String {
    through("mrkdwn", text, place)
}

fn through(filter: &str, text: &str, place: Place) -> String {
    let raw = Raw { body: json!({ "text": text }).to_string().into_bytes(), ..Raw::default() };
    let mut texts = Texts::default();
    let source = texts.add(&format!("{{{{ payload.text | {filter} }}}}"), place, &[]).expect("a text");
    texts.render(&source, &Scope::new(&event_of("x"), &raw)).expect("rendered").text
}

#[test]
fn slacks_marks_become_discords() {
    for (text, expected) in [
        ("Hello *world*, _really_ ~not~", "Hello **world**, *really* ~~not~~"),
        ("*_both_* 2*3*4 snake_case_name *open", r"***both*** 2\*3\*4 snake\_case\_name \*open"),
        ("* not bold * **nor this**", r"\* not bold \* \*\*nor this\*\*"),
        ("a &lt; b &amp;&amp; c &gt; d", r"a \< b && c > d"),
        ("<https://example.com/a?b=1&amp;c=2|the docs>", "[the docs](https://example.com/a?b=1&c=2)"),
        (
            "<https://example.com/c|`51d3f2a`> <https://example.com/d|:bell: a_b>",
            "[`51d3f2a`](https://example.com/c) [🔔 a\\_b](https://example.com/d)",
        ),
        ("<https://example.com/a/>", "[example.com/a](https://example.com/a/)"),
        ("see https://example.com/a_b_c.", "see [example.com/a\\_b\\_c](https://example.com/a_b_c)."),
        ("(https://example.com/a)", r"\([example.com/a](https://example.com/a))"),
        (
            "https://en.example.org/Rust_(game)",
            r"[en.example.org/Rust\_(game)](https://en.example.org/Rust_%28game%29)",
        ),
        ("<mailto:ada@example.com|Ada> <tel:123>", "Ada 123"),
        ("<javascript:alert(1)|x>", r"\<javascript:alert(1)\|x>"),
        (
            "<https://user:pw@evil.example|words> <https://user:pw@evil.example>",
            r"words \<https\://user:pw@evil.example>",
        ),
        ("ping <@U024BE7LH> and <@U1|ada> in <#C024BE7LR|general>", "ping @… and @ada in #general"),
        ("<!here> <!channel|channel> <!subteam^S123|@ops> <!unknown|words>", r"\@here @channel @ops words"),
        ("<!date^1392734382^{date_num} {time}|then>", "<t:1392734382:f>"),
        ("<!date^1392734382^{date}|then> <!date^soon^{date}|then>", "<t:1392734382:D> then"),
        ("a <b> c < d", r"a \<b> c \< d"),
        ("`a*b*` and ``` not `` closed", r"`a*b*` and \`\` `not`\` closed"),
        // What cannot be escaped in code must not end what is around it.
        ("*`** [x](https://u:p@evil.example)`*", "`** [x](https://u:p@evil.example)`"),
        ("`\u{200b}`# BIG", r"\# BIG"),
        ("&gt; ```[x](https://u:p@evil.example)\n\ny```", "> `[x](https://u:p@evil.example)`\n> `y`"),
        ("```\u{200b}\n\u{200b}``` ```[x](https://u:p@evil)```", " ```\n[x](https://u:p@evil)\n```"),
        ("<https://ok.example|`]` x `[`>", r"[\] x \[](https://ok.example/)"),
        ("<https://evil.example|https://bank.example/login>", "[evil.example](https://evil.example/)"),
        ("<https://x.example|\u{200b}> *\u{200b}* _a_", "[x.example](https://x.example/)  *a*"),
        ("src/main.rs:100:5: a:x:b localhost:1234: :100:", r"src/main.rs\:100\:5: a\:x:b localhost\:1234: 💯"),
        ("&gt;&gt;&gt; a\nb", "> a\n> b"),
        ("```\nfn main() {\n  *x*\n}\n```\nafter", "```\nfn main() {\n  *x*\n}\n```\nafter"),
        ("&gt; quoted *b*\nnot", "> quoted **b**\nnot"),
        ("- a\n• b\n1. c", "\\- a\n• b\n1\\. c"),
        (
            ":tada: :large_green_circle: :+1::skin-tone-3: :flag-de: :nope: 12:30:45",
            "🎉 🟢 👍 🇩🇪 \\:nope: 12\\:30\\:45",
        ),
        ("*<https://example.com|bold link>* _`code`_", "**[bold link](https://example.com/)** *`code`*"),
        ("*a <https://example.com/x*y|b* c> d*", r"**a [b\* c](https://example.com/x%2Ay) d**"),
        ("@everyone <@everyone> @here", r"\@everyone @… \@here"),
        ("", ""),
    ] {
        assert_eq!(shown(text, Place::Block), expected, "{text}");
    }
}

#[test]
fn markdown_is_written_for_discord() {
    for (text, expected) in [
        (
            "## What's **new**\n\nIt is *fast*,\n~~slow~~ `quick`.\n\nEnd",
            "**What's new**\nIt is *fast*,\n~~slow~~ `quick`.\n\nEnd",
        ),
        ("- one\n- two\n  - inner\n\n1. a\n2. b", "- one\n- two\n  - inner\n\n1. a\n2. b"),
        ("- [x] done\n- [ ] to do", "☑ done\n☐ to do"),
        ("> quoted\n> more\n\nafter", "> quoted\n> more\n\nafter"),
        ("```rust\nfn a() {}\n```\nafter", "```rust\nfn a() {}\n```\nafter"),
        ("<!-- Describe your change -->\nFixes #12 for @ada", "Fixes #12 for @ada"),
        ("<details>\n<summary>Logs</summary>\n\nhidden\n\n</details>", "Logs\nhidden"),
        ("a<br>b <b>c</b> <!-- d -->e", "a\nb c e"),
        (
            "[docs](https://example.com/a_(b)) [bad](javascript:x) [rel](../x)",
            "[docs](https://example.com/a_%28b%29) bad rel",
        ),
        (
            "![shot](https://example.com/a.png) [![build](https://ci.example/b.svg)](https://ci.example/)",
            "[shot](https://example.com/a.png) [build](https://ci.example/)",
        ),
        (
            "see https://example.com/x_y_z. <https://example.com>",
            "see [example.com/x\\_y\\_z](https://example.com/x_y_z). [example.com](https://example.com/)",
        ),
        ("| a | b |\n|---|---|\n| 1 | *2* |", "a · b\n1 · *2*"),
        ("@everyone <@&1> :tada: a_b_c 2 * 3", r"\@everyone \<@&1> 🎉 a\_b\_c 2 \* 3"),
        ("# ", ""),
        ("> ```\n> code\n> ```\n- ```\n  code\n  ```", "> `code`\n\n- \n```\ncode\n```"),
        ("- Run:\n  ```\n  make\n  ```\n- a\n  > b", "- Run\\:\n```\nmake\n```\n- a\n> b"),
        ("- `[x](https://u:p@evil)`\n  ```\n  x\n  ```", "- `[x](https://u:p@evil)`\n```\nx\n```"),
        ("text\n\n> quote\n> more\n\nend", "text\n\n> quote\n> more\n\nend"),
        ("<p>a &amp; b</p><p>1 < 2</p>\n<ul><li>c</li></ul>", "a & b\n1 \\< 2\nc"),
        ("***both*** and **a*b*c**", "***both*** and **a*b*c**"),
        ("Title\n=====\n\n---\n\nx", "**Title**\n\nx"),
    ] {
        assert_eq!(through("markdown", text, Place::Block), expected, "{text}");
    }
}

#[test]
fn plain_is_the_words_of_a_markdown_text() {
    let text =
        "## New\n\n- The **lens** counts its [turns](https://example.com)\n- `1.4.0`: https://example.com/a\n\n> so";
    assert_eq!(through("plain", text, Place::Plain), "New • The lens counts its turns • 1.4.0: example.com/a  so");
    assert_eq!(through("plain", text, Place::Block), "New\n• The lens counts its turns\n• 1.4.0: example.com/a\n\nso");
    assert_eq!(through("plain(20)", text, Place::Block), "New\n• The lens…");
    assert_eq!(through("plain(3)", text, Place::Block), "New…");
    assert_eq!(through("markdown(4)", "abc **d**", Place::Block), "abc …");
    assert_eq!(through("markdown(16)", text, Place::Block), "**New**\n- The **lens**…");
    assert_eq!(through("mrkdwn(12)", "*Ada Example* paid a lot", Place::Block), "**Ada Example**…");
    assert_eq!(through("plain", "*not* _html_ <3 & a &amp; b", Place::Bare), "not html <3 & a & b");
}

#[test]
fn where_no_markdown_renders_the_words_stay() {
    let text = "*Ada* <https://example.com|paid> `x`\n```a\nb```\n&gt; at <!date^1392734382^{date} {time}|then> :tada:";
    assert_eq!(shown(text, Place::Title), "Ada paid x a b at 2014-02-18 14:39 UTC 🎉");
    assert_eq!(shown(text, Place::Plain), "Ada paid x a b at 2014-02-18 14:39 UTC 🎉");
    assert_eq!(shown(text, Place::Line), "**Ada** [paid](https://example.com/) `x` `a b` at <t:1392734382:f> 🎉");
}

/// What Discord reads as more than letters: escaped characters and code are dots.
fn outside_code(markdown: &str) -> String {
    let (mut rest, mut out) = (markdown, String::new());
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '\\' => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            '`' => {
                let fence = if rest.starts_with("```") { "```" } else { "`" };
                let inside = rest.split_at(fence.len()).1;
                inside.find(fence).map_or(fence.len(), |length| length + 2 * fence.len())
            }
            c => {
                out.push(c);
                rest = rest.split_at(c.len_utf8()).1;
                continue;
            }
        };
        out.push('.');
        rest = rest.split_at(length).1;
    }
    out
}

proptest::proptest! {
    /// Whatever it reads, it pings nobody, links only to addresses that stand in the text and that may be posted.
    #[test]
    fn nothing_in_it_pings_or_links_by_itself(
        parts in proptest::collection::vec(proptest::sample::select(vec![
            "*", "_", "~", "`", "```", "<", ">", "|", "@", "everyone", "here", "!", "#", "&amp;", "&lt;", "&gt;", " ", "\n", ":", "tada",
            "http://a.example/", "https://user@b.example", "javascript:", "[x](", ")", "\\", "@U1", "date^1^", "a", "1.", "-", "é", "\u{202e}",
        ]), 0..40),
    ) {
        let text = parts.concat();
        for filter in ["mrkdwn", "markdown", "plain", "markdown(20)"] {
        let block = through(filter, &text, Place::Block);
        let outside = outside_code(&block);
        let mut parts = outside.split("](");
        let mut words = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            // A link's target pings nobody.
            let (target, rest) = part.split_once(')').unwrap_or((part, ""));
            proptest::prop_assert!(target.starts_with("http://a.example/"), "{text:?} {block:?}");
            words += rest;
        }
        proptest::prop_assert!(!["@everyone", "@here", "<@"].iter().any(|ping| words.contains(ping)), "{text:?} {block:?}");
        }
    }
}

#[test]
fn long_texts_and_many_open_marks_take_no_time() {
    let begin = std::time::Instant::now();
    for mark in [
        "*a ",
        "<a",
        "`",
        "_<b ",
        ":a",
        "https://a.example/(((",
        "*_~x ",
        "[a](",
        "> ",
        "- ",
        "**a *b ",
        "*a<",
        "-https://u@b)))))",
    ] {
        let text = mark.repeat(1_000_000 / mark.len());
        shown(&text, Place::Block);
        through("markdown", &text, Place::Block);
    }
    // Debug speed on a busy machine; without its bounds it takes minutes.
    assert!(begin.elapsed().as_secs() < 20, "{:?}", begin.elapsed());
}
