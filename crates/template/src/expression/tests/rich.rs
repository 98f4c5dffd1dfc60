//! Conversion of Slack's markup and Markdown. The cases follow Slack's guide to formatting text, CommonMark, and texts
//! as users write them.

use super::*;

fn shown(text: &str, place: EscapeContext) -> String {
    through("mrkdwn", text, place)
}

fn through(filter: &str, text: &str, place: EscapeContext) -> String {
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
        ("<https://ok.example|`]` x `[`>", "[`］` x `［`](https://ok.example/)"),
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
        assert_eq!(shown(text, EscapeContext::Block), expected, "{text}");
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
        assert_eq!(through("markdown", text, EscapeContext::Block), expected, "{text}");
    }
}

#[test]
fn plain_is_the_words_of_a_markdown_text() {
    let text =
        "## New\n\n- The **lens** counts its [turns](https://example.com)\n- `1.4.0`: https://example.com/a\n\n> so";
    assert_eq!(
        through("plain", text, EscapeContext::Plain),
        "New • The lens counts its turns • 1.4.0: example.com/a  so"
    );
    assert_eq!(
        through("plain", text, EscapeContext::Block),
        "New\n• The lens counts its turns\n• 1.4.0: example.com/a\n\nso"
    );
    assert_eq!(through("plain(20)", text, EscapeContext::Block), "New\n• The lens…");
    assert_eq!(through("plain(3)", text, EscapeContext::Block), "New…");
    assert_eq!(through("markdown(4)", "abc **d**", EscapeContext::Block), "abc …");
    assert_eq!(through("markdown(16)", text, EscapeContext::Block), "**New**\n- The **lens**…");
    assert_eq!(through("mrkdwn(12)", "*Ada Example* paid a lot", EscapeContext::Block), "**Ada Example**…");
    assert_eq!(through("plain", "*not* _html_ <3 & a &amp; b", EscapeContext::Bare), "not html <3 & a & b");
}

#[test]
fn wiki_markup_is_its_words() {
    for (text, expected) in [
        (r"Are you sure\!? a\-b [~accountid:5b10ac8d] and [~ada]", "Are you sure!? a-b @… and @ada"),
        ("{noformat}\n*as it is* {code}\n{noformat}\nafter", "*as it is* {code}\nafter"),
        ("{code:java}int *p;{code} x", "int *p; x"),
        ("h2. Title\n* one\n** _two_\n# three\nbq. said", "Title\n• one\n  • two\n• three\nsaid"),
        (
            "[the docs|https://example.com/a] [https://example.com/b/] [^log.txt] [1]",
            "the docs example.com/b log.txt [1]",
        ),
        ("||Host||Load||\n|lamp|93|", "Host · Load\nlamp · 93"),
        (
            "*bold* _it_ -gone- {color:red}red{color} {{mono}} !shot.png|thumbnail! 2*3*4 a_b_c -1",
            "bold it gone red mono shot.png 2*3*4 a_b_c -1",
        ),
        ("{quote}\na\n{quote}\n----\nb! c!", "a\nb! c!"),
        ("", ""),
    ] {
        assert_eq!(through("wiki", text, EscapeContext::Bare), expected.replace('\n', " "), "{text}");
    }
    assert_eq!(through("wiki(12)", "*two little* words", EscapeContext::Bare), "two little…");
}

#[test]
fn html_is_its_words() {
    for (text, expected) in [
        ("<p>a &amp; b</p><p>1 &lt; 2 &#8211; &#x2014; &hellip;&nbsp;x</p>", "a & b 1 < 2 – — … x"),
        ("<b>bold</b>face<br/>line &amp;lt; &unknown; & 3 < 4", "boldface line &lt; &unknown; & 3 < 4"),
        ("<style>p { color: red }</style>seen<script>x()</script><!-- no -->", "seen"),
        ("<ul><li>a</li><li><a href=\"https://evil.example\">b</a></li></ul>", "a b"),
    ] {
        assert_eq!(through("html", text, EscapeContext::Bare), expected, "{text}");
    }
}

#[test]
fn where_no_markdown_renders_the_words_stay() {
    let text = "*Ada* <https://example.com|paid> `x`\n```a\nb```\n&gt; at <!date^1392734382^{date} {time}|then> :tada:";
    assert_eq!(shown(text, EscapeContext::Title), "Ada paid x a b at 2014-02-18 14:39 UTC 🎉");
    assert_eq!(shown(text, EscapeContext::Plain), "Ada paid x a b at 2014-02-18 14:39 UTC 🎉");
    assert_eq!(
        shown(text, EscapeContext::Line),
        "**Ada** [paid](https://example.com/) `x` `a b` at <t:1392734382:f> 🎉"
    );
}

/// What is live in a text as Discord reads it: the targets of links, bare addresses and pings. In its order: a quote, a
/// list and a heading end with their line, and emphasis is looked for before code.
fn live(text: &str, begins: bool, found: &mut Vec<String>) {
    let (mut rest, mut begins) = (text, begins);
    while let Some(c) = rest.chars().next() {
        let line = rest.split('\n').next().unwrap_or_default();
        let bare = line.trim_start();
        let marks = ["> ", "- ", "-# ", "# ", "## ", "### "];
        if let Some(mark) = marks.iter().find(|mark| begins && bare.starts_with(**mark)) {
            live(bare.split_at(mark.len()).1, true, found);
            rest = rest.split_at(line.len()).1;
            begins = false;
            continue;
        }
        let length = if c == '\\' {
            1 + rest.chars().nth(1).map_or(0, char::len_utf8)
        } else if let Some(length) = between(rest, "```") {
            length
        } else if let Some((mark, length)) =
            ["**", "__", "~~", "||", "*", "_"].iter().find_map(|mark| Some((mark, between(rest, mark)?)))
        {
            let inside = rest.split_at(length - mark.len()).0.split_at(mark.len()).1;
            live(inside, false, found);
            length
        } else if let Some((label, target)) = link(rest) {
            found.push(format!("link {target}"));
            live(label, false, found);
            label.len() + target.len() + "[]()".len()
        } else if let Some(length) = between(rest, "`") {
            length
        } else {
            let ends = |c: char| c.is_whitespace() || c == ')';
            if rest.starts_with("http://") || rest.starts_with("https://") {
                let address = rest.split(ends).next().unwrap_or_default();
                found.push(format!("address {address}"));
                address.len()
            } else {
                let ping = ["@everyone", "@here", "<@"].iter().find(|ping| rest.starts_with(**ping));
                found.extend(ping.map(|ping| (*ping).to_owned()));
                c.len_utf8()
            }
        };
        begins = rest.split_at(length).0.ends_with('\n') || (begins && c == ' ');
        rest = rest.split_at(length).1;
    }
}

/// The label and the target of a link that begins here; also this goes before code.
fn link(text: &str) -> Option<(&str, &str)> {
    let label = text.strip_prefix('[')?;
    let mut at = 0;
    while !label.get(at..)?.starts_with("](") {
        let c = label.get(at..)?.chars().next()?;
        at += c.len_utf8();
        if c == '\\' {
            at += label.get(at..)?.chars().next()?.len_utf8();
        }
    }
    let (label, target) = label.split_at(at);
    let (target, _) = target.strip_prefix("](")?.split_once(')')?;
    target.starts_with("http").then_some((label, target))
}

/// The length of what begins and ends with a mark; a backslash before it counts, but not in code.
fn between(text: &str, mark: &str) -> Option<usize> {
    let inside = text.strip_prefix(mark)?;
    let escapes = !mark.starts_with('`');
    let mut at = 0;
    while let Some(c) = inside.get(at..)?.chars().next() {
        if inside.get(at..)?.starts_with(mark) && at > 0 {
            return Some(at + 2 * mark.len());
        }
        at += c.len_utf8();
        if c == '\\' && escapes {
            at += inside.get(at..)?.chars().next().map_or(0, char::len_utf8);
        }
    }
    None
}

#[test]
fn the_check_for_live_markup_finds_it() {
    let live = |text: &str| {
        let mut found = Vec::new();
        live(text, true, &mut found);
        found.join(", ")
    };
    for (text, reported) in [
        ("[a](https://x) `[b](https://y)` \\[c\\](z)", "link https://x"),
        ("**`** [x](https://e)`**", "link https://e"),
        ("> ```\n[x](https://e)\n```", "link https://e"),
        ("- ```\n[x](https://e)\n```", "link https://e"),
        ("[`](https://e) [x`](https://ok)", "link https://e, link https://ok"),
        ("```\n[x](https://e) @here\n```\n@here", "@here"),
        ("see https://e and https\\://f <@1>", "address https://e, <@"),
    ] {
        assert_eq!(live(text), reported, "{text}");
    }
}

proptest::proptest! {
    /// Whatever it reads, it pings nobody, and links only to addresses that are in the text and may be posted.
    #[test]
    fn nothing_in_it_pings_or_links_by_itself(
        parts in proptest::collection::vec(proptest::sample::select(vec![
            "*", "**", "_", "~", "~~", "`", "```", "<", ">", "|", "@", "everyone", "here", "!", "#", "&amp;", "&lt;", "&gt;", " ", "\n", "\n\n",
            ":", "tada", "http://a.example/", "https://user@b.example", "](https://user@b.example)", "javascript:", "[", "[x](", "]", ")", "\\",
            "@U1", "date^1^", "a", "1.", "- ", "> ", "# ", "é", "\u{200b}", "\u{202e}", "<p>", "<!--", "|a|b|\n|-|-|\n",
        ]), 0..40),
    ) {
        let text = parts.concat();
        for filter in ["mrkdwn", "markdown", "plain", "markdown(20)", "code", "code | link('http://a.example/')"] {
            let block = through(filter, &text, EscapeContext::Block);
            let mut found = Vec::new();
            live(&block, true, &mut found);
            found.retain(|found| !found.starts_with("link http://a.example/"));
            proptest::prop_assert!(found.is_empty(), "{filter}: {text:?} {block:?} {found:?}");
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
        shown(&text, EscapeContext::Block);
        through("markdown", &text, EscapeContext::Block);
    }
    // Debug speed on a busy machine; without its bounds it takes minutes.
    assert!(begin.elapsed().as_secs() < 60, "{:?}", begin.elapsed());
}
