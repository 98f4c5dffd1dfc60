//! The snippets of docs/own-app.md, run against a hookbell: each sends a sign-up that is accepted.

use std::process::Command;

use super::page;
use crate::support::TestBridge;

const SECRET: &str = "correct horse battery staple";

/// Language of the block, and the program that runs such a file.
const LANGUAGES: [(&str, &str, &str); 3] = [("sh", "sh", "sh"), ("python", "python3", "py"), ("js", "node", "mjs")];

#[tokio::test(flavor = "multi_thread")]
async fn every_snippet_signs_and_sends_a_signup_that_is_accepted() {
    let more = format!(
        "[sources.shop]\nprovider = \"generic\"\nsecret = \"{SECRET}\"\n\n[sources.token]\nprovider = \"generic\"\n\
         secret = \"{SECRET}\"\nverify = {{ scheme = \"token\", header = \"Authorization\", prefix = \"Bearer \" }}\n"
    );
    let bridge = TestBridge::builder().config(&more).start().await;
    for (language, program, ending) in LANGUAGES {
        let needed: &[&str] = if language == "sh" { &["curl", "openssl"] } else { &[program] };
        if let Some(absent) = needed.iter().find(|program| Command::new(program).arg("--version").output().is_err()) {
            eprintln!("skipped: there is no `{absent}` to run the snippet with");
            continue;
        }
        for (at, block) in page("docs/own-app.md").blocks(language).iter().enumerate() {
            let source = if block.contains("Bearer") { "token" } else { "shop" };
            let code = block.replace("http://localhost:8080/hooks/shop", &bridge.url(source));
            assert_ne!(*block, code, "{language}: the address is not there");
            let file = bridge.folder.path().join(format!("snippet{at}.{ending}"));
            std::fs::write(&file, code).expect("a file");
            let run = move || Command::new(program).arg(&file).env("SHOP_SECRET", SECRET).output();
            let output = tokio::task::spawn_blocking(run).await.expect("no panic").expect("it runs");
            let stdout = String::from_utf8_lossy(&output.stdout);
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(stdout.contains("\"status\":\"accepted\""), "{language}: {stdout}\n{stderr}");
        }
    }
    bridge.stop().await;
}
