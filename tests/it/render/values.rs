//! Values from data: severities, colours and vars.

use serde_json::{Value, json};

use super::{render, title};

#[test]
fn severity_and_colour_may_come_from_data() {
    let file = "provider = 'acme'\n[[message]]\nname = 'x'\ntitle = 't'\nseverity = '{{ payload.level }}'\ncolor = '{{ payload.color }}'\n";
    let color = |payload: Value| {
        let rendered = render(file, &payload);
        (
            rendered.message.embeds.first().and_then(|embed| embed.color),
            title(&rendered.message).to_owned(),
            rendered.notes,
        )
    };
    assert_eq!(color(json!({ "level": "critical", "color": null })).1, "🚨 t");
    assert_eq!(color(json!({ "level": "error", "color": "#010203" })).0, Some(0x01_02_03));
    let (seen, _, notes) = color(json!({ "level": "awful", "color": "x" }));
    assert_eq!((seen, notes.len()), (Some(0x58_65_F2), 2));
}

#[test]
fn a_colour_may_be_a_number_and_a_var_may_fail() {
    let file = "provider = 'acme'\n[vars]\nbad = 'payload.a + 1'\ngood = 'payload.a'\n[[message]]\nname = 'x'\n\
                title = '{{ good }}{{ bad }}'\ncolor = 0x010203\n";
    let rendered = render(file, &json!({ "a": "text" }));
    assert_eq!(title(&rendered.message), "text");
    assert_eq!(rendered.message.embeds.first().and_then(|embed| embed.color), Some(0x01_02_03));
    assert!(
        rendered.notes.iter().any(|note| note.to_string().starts_with("var `bad` invalid operation")),
        "{:?}",
        rendered.notes
    );
}

#[test]
fn a_var_is_computed_only_where_a_text_uses_it() {
    let file = "provider = 'acme'\n[vars]\nidle = 'payload.a + 1'\nbase = 'payload.a'\nmade = 'base ~ 2'\nlist = '[1, 2]'\n\
                [[message]]\nname = 'other'\nwhen = 'base | length > 1'\ntitle = 'never'\n\
                [[message]]\nname = 'x'\ntitle = '{% if payload.no %}{% set made = 1 %}{% endif %}{{ made }}'\n\
                [[message.field]]\nname = 'F'\neach = 'list'\nline = '{{ item }}{{ base }}'\n";
    let rendered = render(file, &json!({ "a": "t" }));
    assert!(rendered.notes.is_empty(), "nothing asks for `idle`: {:?}", rendered.notes);
    assert_eq!((title(&rendered.message), rendered.template.as_str()), ("t2", "acme.x"));
    assert_eq!(rendered.message.embeds[0].fields[0].value, "1t\n2t");
}
