//! The message in a terminal, drawn from the body that would be sent.

use anstyle::Style;
use serde_json::Value;

use super::markdown::{block, inline};
use super::paint::{Canvas, Paint, harmless, width, wrap};
use hookbell_model::timestamp::Timestamp;

/// Inline fields are three in a row, as in Discord, where each has this many columns.
const ABREAST: usize = 3;
const NARROWEST_FIELD: usize = 16;
const GAP: usize = 2;
/// The bar and the space after it.
const BAR: &str = "▌ ";

/// The whole message: its poster, its text, its embeds, its buttons. Ends without a line break.
pub(super) fn card(body: &Value, canvas: Canvas) -> String {
    let card = Card { canvas };
    let mut lines = card.head(body);
    lines.extend(block(&text(body, "content"), canvas.paint, canvas.width));
    let embeds = if flag(body, 1 << 2) { &[] } else { list(body, "embeds") };
    for (at, embed) in embeds.iter().enumerate() {
        lines.extend((at > 0).then(String::new));
        lines.extend(card.embed(embed));
    }
    lines.extend(card.poll(&body["poll"]));
    lines.extend(card.components(list(body, "components")));
    let trimmed: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    trimmed.join("\n")
}

#[derive(Clone, Copy)]
struct Card {
    canvas: Canvas,
}

fn text(value: &Value, key: &str) -> String {
    harmless(value[key].as_str().unwrap_or_default()).trim().to_owned()
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// A message flag, as Discord numbers them: 1 << 2 hides embeds, 1 << 12 sends no notification.
fn flag(body: &Value, bit: u64) -> bool {
    body["flags"].as_u64().is_some_and(|flags| flags & bit != 0)
}

impl Card {
    fn paint(self) -> Paint {
        self.canvas.paint
    }

    fn soft(self, text: &str) -> String {
        self.paint().text(Style::new().dimmed(), text)
    }

    fn head(self, body: &Value) -> Vec<String> {
        let name = Some(text(body, "username")).filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| "your webhook".to_owned());
        let mut head = format!("{} {}", self.paint().text(Style::new().bold(), &name), self.soft("APP"));
        for (bit, word) in [(1 << 12, "silent"), (1 << 2, "embeds hidden")] {
            if flag(body, bit) {
                head.push_str(&self.soft(&format!(" · {word}")));
            }
        }
        let thread = text(body, "thread_name");
        if !thread.is_empty() {
            head.push_str(&self.soft(&format!(" · in the post “{thread}”")));
        }
        wrap(&head, self.canvas.width, "")
    }

    fn embed(self, embed: &Value) -> Vec<String> {
        let paint = self.paint();
        let inner = self.canvas.width - width(BAR);
        let bold = Style::new().bold();
        let mut lines = Vec::new();
        let author = text(&embed["author"], "name");
        lines.extend(wrap(&paint.text(bold, &author), inner, "").into_iter().filter(|line| !line.is_empty()));
        lines.extend(self.address(&embed["author"]["url"], inner));
        let title = text(embed, "title");
        if !title.is_empty() {
            lines.extend(wrap(&inline(&title, bold, false, paint), inner, ""));
        }
        lines.extend(self.address(&embed["url"], inner));
        lines.extend(block(&text(embed, "description"), paint, inner));
        lines.extend(self.fields(list(embed, "fields"), inner));
        for (key, word) in [("thumbnail", "small picture"), ("image", "picture")] {
            let url = text(&embed[key], "url");
            if !url.is_empty() {
                lines.extend(wrap(&self.soft(&format!("[{word}: {url}]")), inner, ""));
            }
        }
        let foot = foot(embed);
        if !foot.is_empty() {
            // An empty line, where there are more than two lines above.
            lines.extend((lines.len() > 2).then(String::new));
            lines.extend(wrap(&self.soft(&foot), inner, ""));
        }
        let color = embed["color"].as_u64().and_then(|color| u32::try_from(color).ok());
        let style = color.map_or_else(|| Style::new().dimmed(), |color| paint.color(color));
        let bar = paint.text(style, BAR);
        lines.into_iter().map(|line| format!("{bar}{line}")).collect()
    }

    fn address(self, url: &Value, inner: usize) -> Vec<String> {
        let url = harmless(url.as_str().unwrap_or_default());
        if url.is_empty() { Vec::new() } else { wrap(&self.soft(&url), inner, "") }
    }

    /// A row of up to three inline fields, or of one that is not.
    fn fields(self, fields: &[Value], inner: usize) -> Vec<String> {
        let most = ((inner + GAP) / (NARROWEST_FIELD + GAP)).clamp(1, ABREAST);
        let is_inline = |field: &Value| field["inline"].as_bool().unwrap_or(false);
        let mut lines = Vec::new();
        let mut rest = fields;
        while !rest.is_empty() {
            let run = rest.iter().take(most).take_while(|field| is_inline(field)).count().max(1);
            let (row, after) = rest.split_at(run);
            lines.push(String::new());
            lines.extend(self.row(row, inner));
            rest = after;
        }
        lines
    }

    fn row(self, fields: &[Value], inner: usize) -> Vec<String> {
        let count = fields.len().max(1);
        // As wide as one of three, so that the columns of several rows align.
        let column = if count == 1 { inner } else { (inner - GAP * (ABREAST.min(count) - 1)) / count };
        let cells: Vec<Vec<String>> = fields.iter().map(|field| self.field(field, column)).collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        let line = |at: usize| {
            let cell = |cell: &Vec<String>| {
                let text = cell.get(at).map_or("", String::as_str);
                format!("{text}{}", " ".repeat(column.saturating_sub(width(text))))
            };
            cells.iter().map(cell).collect::<Vec<_>>().join(&" ".repeat(GAP)).trim_end().to_owned()
        };
        (0..height).map(line).collect()
    }

    fn field(self, field: &Value, column: usize) -> Vec<String> {
        let paint = self.paint();
        let mut lines = wrap(&inline(&text(field, "name"), Style::new().bold(), false, paint), column, "");
        lines.extend(block(&text(field, "value"), paint, column));
        lines
    }

    fn poll(self, poll: &Value) -> Vec<String> {
        let question = text(&poll["question"], "text");
        let mut lines = wrap(&self.paint().text(Style::new().bold(), &question), self.canvas.width, "");
        for answer in list(poll, "answers") {
            lines.extend(wrap(&format!("○ {}", text(&answer["poll_media"], "text")), self.canvas.width, "  "));
        }
        lines.retain(|line| !line.is_empty());
        lines
    }

    /// Rows of buttons, each with where it leads; texts of newer messages.
    fn components(self, components: &[Value]) -> Vec<String> {
        let mut lines = Vec::new();
        for component in components {
            let label = text(component, "label");
            if !label.is_empty() {
                let button = self.paint().text(Style::new().bold(), &format!("[ {label} ]"));
                let whole = format!("{button}  {}", self.soft(&text(component, "url")));
                lines.extend(wrap(&whole, self.canvas.width, "    "));
            }
            lines.extend(block(&text(component, "content"), self.paint(), self.canvas.width));
            lines.extend(self.components(list(component, "components")));
        }
        lines
    }
}

/// Footer and time in one line.
fn foot(embed: &Value) -> String {
    let at = embed["timestamp"].as_str().and_then(Timestamp::parse_rfc3339);
    let at = at.map(|at| at.to_rfc3339().chars().take(16).collect::<String>().replace('T', " ") + " UTC");
    let parts = [Some(text(&embed["footer"], "text")).filter(|text| !text.is_empty()), at];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn drawn(body: &Value, width: usize) -> String {
        card(body, Canvas { paint: Paint::Plain, width })
    }

    #[test]
    fn fields_stand_side_by_side_where_there_is_room() {
        let field = |name: &str, value: &str| json!({ "name": name, "value": value, "inline": true });
        let fields =
            [field("One", "1"), field("Two", "2"), field("Three", "long enough to be wrapped"), field("漢字", "x")];
        let body = json!({ "embeds": [{ "title": "T", "fields": fields }] });
        insta::assert_snapshot!("fields_wide", drawn(&body, 60));
        insta::assert_snapshot!("fields_narrow", drawn(&body, 30));
    }

    #[test]
    fn everything_a_body_can_hold_is_drawn() {
        let body = json!({
            "username": "Shop", "content": "<@&22> paid", "flags": 1 << 12, "thread_name": "Orders",
            "embeds": [
                { "author": { "name": "Ada", "url": "https://a.example" }, "title": "**Title**", "url": "https://t.example",
                  "description": "- one\n- two", "color": 0xff_00_00, "image": { "url": "https://i.example/x.png" },
                  "footer": { "text": "live" }, "timestamp": "2026-11-21T10:00:00Z" },
                { "description": "second" },
            ],
            "poll": { "question": { "text": "Which?" }, "answers": [{ "poll_media": { "text": "This" } }] },
            "components": [{ "type": 1, "components": [{ "type": 2, "style": 5, "label": "Open", "url": "https://b.example" }] }],
        });
        insta::assert_snapshot!("whole_body", drawn(&body, 60));
        let colored = card(&body, Canvas { paint: Paint::Full, width: 60 }).replace('\u{1b}', "^");
        assert!(colored.contains("^[38;2;255;0;0m▌^[0m ^[1mTitle^[0m"), "{colored}");
    }

    #[test]
    fn hostile_and_endless_bodies_stay_within_the_lines() {
        let long = "word ".repeat(900) + &"x".repeat(3000);
        let body = json!({ "username": "\u{1b}]0;owned\u{7}", "content": long, "embeds": [{ "title": "\u{1b}[2Jgone", "fields": [{ "name": "a", "value": long, "inline": true }] }] });
        for columns in [24, 60, 90] {
            let drawn = drawn(&body, columns);
            assert!(!drawn.contains(['\u{1b}', '\u{7}']), "an escape came through");
            assert!(drawn.lines().all(|line| width(line) <= columns), "{columns}");
        }
        assert_eq!(drawn(&Value::Null, 60), "your webhook APP");
        let hidden = json!({ "flags": 1 << 2, "embeds": [{ "title": "unseen" }] });
        assert_eq!(drawn(&hidden, 60), "your webhook APP · embeds hidden");
    }
}
