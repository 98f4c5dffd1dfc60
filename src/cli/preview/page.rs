//! Messages as a page: one file that loads nothing from elsewhere and draws messages with the demo's script.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::super::fixture::Fixture;
use super::gallery::Gallery;
use hookbell_fake_discord::assets;

const HTML: &str = include_str!("page.html");
const CSS: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// One message.
pub(super) fn message(fixture: &Fixture, template: &str, body: &Value, notes: &[String]) -> String {
    page(&json!({ "one": {
        "from": fixture.from, "at": fixture.event.time.to_rfc3339(), "body": body,
        "notes": notes, "template": template,
    } }))
}

/// All of them.
pub(super) fn gallery(gallery: &Gallery) -> String {
    page(&gallery.to_json())
}

fn page(data: &Value) -> String {
    let style = [assets::CSS, CSS].concat();
    let script = [assets::MARKDOWN, assets::MESSAGE, SCRIPT].concat();
    // Only this script runs, whatever a payload contains; nothing is loaded or sent.
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; img-src data:; base-uri 'none'; form-action 'none'",
        hash(&style),
        hash(&script)
    );
    let html = HTML.replace("{policy}", &policy).replace("/*css*/", &style).replace("/*js*/", &script);
    // Last, so that nothing in the data is taken for a placeholder.
    html.replace("/*data*/", &embedded(data))
}

fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

/// JSON that cannot close the `script` element around it.
fn embedded(data: &Value) -> String {
    data.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_stays_data() {
        let hostile = "</script><script>alert(1)</script><!--/*js*/{policy}/*css*/";
        let page = page(&json!({ "one": { "body": { "content": hostile } } }));
        assert_eq!(page.matches("<script").count(), 2, "the data and the page's own");
        assert!(!page.contains("alert(1)</") && !page.contains("<!--"));
        let (_, data) = page.split_once("id=\"data\">").expect("the data");
        let (data, _) = data.split_once("</script>").expect("its end");
        let data: Value = serde_json::from_str(data).expect("JSON");
        assert_eq!(data["one"]["body"]["content"], hostile);
    }

    #[test]
    fn nothing_is_loaded_from_anywhere() {
        let page = page(&json!({}));
        for forbidden in ["src=", "@import", "url(", "fetch(", "XMLHttpRequest", "EventSource", "innerHTML"] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
    }
}
