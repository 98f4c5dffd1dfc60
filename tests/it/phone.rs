//! The bot's answers as a person with a phone sees them, drawn by the stand-in's page. `UPDATE_DOCS=1` writes the pictures of
//! docs/bot.md; it wants `fonts-noto-color-emoji`.

mod picture;
mod stage;

use std::path::PathBuf;

use hookbell::bot::command_names;
use serde_json::{Value, json};

use self::stage::{Scene, Stage};
use crate::page::browser;
use crate::support::{Area, Phone, SCALE, WIDTH};

/// Bytes of one picture.
const LARGEST: usize = 60_000;

/// What is wider than the phone, or has to be scrolled sideways, below the message of this id; and where the message is.
const MEASURE: &str = r#"(() => {
  const message = document.querySelector('SELECTOR');
  message.scrollIntoView();
  const over = [...message.querySelectorAll('*'), message].filter((node) => {
    const box = node.getBoundingClientRect();
    const scrolls = node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0 && getComputedStyle(node).display !== 'inline';
    return box.right > innerWidth + 0.5 || box.left < -0.5 || scrolls;
  }).map((node) => node.tagName + '.' + node.className + ': ' + node.textContent.slice(0, 60));
  if (document.documentElement.scrollWidth > innerWidth) over.push('the page');
  const box = message.getBoundingClientRect();
  return { over, x: box.x, y: box.y, width: box.width, height: box.height, text: message.innerText };
})()"#;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/bot")
}

async fn measure(phone: &mut Phone, stage: &Stage, scene: &Scene) -> Value {
    let message = scene.answer.message().unwrap_or_else(|| panic!("{}: {:?}", scene.command, scene.answer));
    let selector = format!("[data-id=\"{}\"]", message.id);
    let channel = stage.discord.channels().into_iter().find(|channel| channel.channel == scene.channel);
    let url = format!("{}/?still=1#{}", stage.discord.base(), channel.expect("a channel").name);
    // Only what follows `#` differs: the same page would not be loaded anew.
    phone.open("about:blank", "body").await;
    phone.open(&url, &selector).await;
    // The stand-in's own menu, which a phone does not show.
    phone.evaluate("document.querySelectorAll('.apps, .why').forEach((node) => node.remove())").await;
    phone.evaluate(&MEASURE.replace("SELECTOR", &selector)).await
}

async fn every_answer_fits(locale: &str, mut draw: impl AsyncFnMut(&mut Phone, &Scene, &Value)) {
    let Some(browser) = browser() else { return };
    let stage = Stage::start(locale).await;
    let scenes = stage.scenes().await;
    let mut phone = Phone::start(browser).await;
    for scene in &scenes {
        let measured = measure(&mut phone, &stage, scene).await;
        assert_eq!(measured["over"], json!([]), "{locale}: {} does not fit: {measured}", scene.command);
        assert!(measured["text"].as_str().is_some_and(|text| text.len() > 20), "{}: {measured}", scene.command);
        draw(&mut phone, scene, &measured).await;
    }
    let drawn: Vec<&str> = scenes.iter().map(|scene| scene.command).collect();
    let known = command_names();
    for (command, _) in &known {
        assert!(drawn.contains(&command.as_str()), "`{command}` needs a scene in tests/it/phone/stage.rs");
    }
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_fits_a_phone_and_has_its_picture_in_the_docs() {
    let docs = std::fs::read_to_string(folder().with_extension("md")).expect("docs/bot.md");
    every_answer_fits("en-US", async |phone, scene, measured| {
        let path = folder().join(format!("{}.png", scene.file));
        if std::env::var_os("UPDATE_DOCS").is_some() {
            let number = |key: &str| measured[key].as_f64().expect("a number");
            let area = Area { x: 0.0, y: number("y") - 6.0, width: f64::from(WIDTH), height: number("height") + 12.0 };
            let file = picture::with_palette(&phone.picture(area).await);
            std::fs::create_dir_all(folder()).expect("a folder");
            std::fs::write(&path, file).expect("written");
        }
        let file = std::fs::read(&path).unwrap_or_else(|_| panic!("UPDATE_DOCS=1 makes {}", path.display()));
        let (width, height, is_indexed) = picture::describe(&file);
        assert!(width == WIDTH * SCALE && height > 100 && is_indexed, "{}: {width} × {height}", scene.file);
        assert!(file.len() < LARGEST, "{}: {} bytes", scene.file, file.len());
        assert!(docs.contains(&format!("\"bot/{}.png\"", scene.file)), "docs/bot.md does not show {}.png", scene.file);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_fits_a_phone_in_german_and_japanese() {
    for locale in ["de", "ja"] {
        every_answer_fits(locale, async |_, _, _| {}).await;
    }
}
