//! A browser as wide as a phone, steered by the DevTools protocol: what it has drawn can be measured and photographed.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::http::{client, fetch};
use super::wait::{PATIENCE, eventually};

/// CSS pixels of a small phone, and so many pixels of the picture for each.
pub(crate) const WIDTH: u32 = 360;
pub(crate) const SCALE: u32 = 2;
/// In CSS pixels: so high that no answer is cut.
const HEIGHT: u32 = 2_400;

/// A browser with one page. Killed when dropped.
pub(crate) struct Phone {
    child: Child,
    page: WebSocketStream<MaybeTlsStream<TcpStream>>,
    last_id: u64,
    _profile: tempfile::TempDir,
}

/// A part of the page, in CSS pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Area {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Phone {
    pub(crate) async fn start(browser: &'static str) -> Self {
        let profile = tempfile::tempdir().expect("a folder");
        let mut child = Command::new(browser)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--hide-scrollbars",
            ])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--remote-debugging-port=0", "--lang=en-US"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the browser runs");
        let stderr = child.stderr.take().expect("piped");
        let address = tokio::task::spawn_blocking(move || {
            let mut lines = BufReader::new(stderr).lines().map_while(Result::ok);
            let address = lines.find_map(|line| Some(line.split_once("DevTools listening on ws://")?.1.to_owned()));
            // A pipe that nobody reads would stop the browser.
            std::thread::spawn(move || lines.for_each(drop));
            address
        });
        let address = tokio::time::timeout(PATIENCE, address).await.expect("in time").expect("no panic");
        let address = address.expect("the browser listens");
        let (host, _) = address.split_once('/').expect("a path");
        let pages = fetch(client().get(format!("http://{host}/json/list"))).await.body;
        let page = pages.as_array().and_then(|pages| pages.iter().find(|page| page["type"] == "page")).expect("a page");
        let url = page["webSocketDebuggerUrl"].as_str().expect("an address");
        let (page, _) = tokio_tungstenite::connect_async(url).await.expect("connects");
        let mut phone = Self { child, page, last_id: 0, _profile: profile };
        let metrics = json!({ "width": WIDTH, "height": HEIGHT, "deviceScaleFactor": SCALE, "mobile": true });
        phone.call("Emulation.setDeviceMetricsOverride", metrics).await;
        let dark = json!({ "features": [{ "name": "prefers-color-scheme", "value": "dark" }] });
        phone.call("Emulation.setEmulatedMedia", dark).await;
        phone
    }

    /// Opens a page and waits until it has drawn what the selector finds.
    pub(crate) async fn open(&mut self, url: &str, selector: &str) {
        self.call("Page.navigate", json!({ "url": url })).await;
        let found = format!("document.querySelector({}) !== null", json!(selector));
        let what = format!("{selector} is drawn at {url}");
        eventually(&what, async || self.evaluate(&found).await == json!(true)).await;
    }

    /// The value of an expression on the page.
    pub(crate) async fn evaluate(&mut self, expression: &str) -> Value {
        let result = self.call("Runtime.evaluate", json!({ "expression": expression, "returnByValue": true })).await;
        result["result"]["value"].clone()
    }

    /// A part of the page as a PNG file.
    pub(crate) async fn picture(&mut self, area: Area) -> Vec<u8> {
        let clip = json!({ "x": area.x, "y": area.y, "width": area.width, "height": area.height, "scale": 1 });
        let shot = self.call("Page.captureScreenshot", json!({ "format": "png", "clip": clip })).await;
        STANDARD.decode(shot["data"].as_str().expect("a picture")).expect("base64")
    }

    async fn call(&mut self, method: &str, params: Value) -> Value {
        self.last_id += 1;
        let id = self.last_id;
        let call = json!({ "id": id, "method": method, "params": params });
        self.page.send(Message::Text(call.to_string())).await.expect("sent");
        let answered = async {
            loop {
                let message = self.page.next().await.expect("the browser runs").expect("a message");
                let Ok(answer) = serde_json::from_str::<Value>(message.to_text().unwrap_or_default()) else { continue };
                if answer["id"] == id {
                    assert!(answer["error"].is_null(), "{method}: {answer}");
                    return answer["result"].clone();
                }
            }
        };
        tokio::time::timeout(PATIENCE, answered).await.unwrap_or_else(|_| panic!("{method} is not answered"))
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        // Both fail when it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
