//! The ways in which editors, tools and clusters change files.

use std::fs;
use std::os::unix::fs::symlink;
use std::time::Instant;

use super::*;

type Way = fn(&Path, &str);

/// Each way brings new text under the template's name.
const WAYS: &[(&str, Way)] = &[
    ("in place", |file, text| fs::write(file, text).expect("written")),
    ("another file is moved over it", |file, text| {
        let other = file.with_file_name(".own.toml.swp");
        fs::write(&other, text).expect("written");
        fs::rename(other, file).expect("moved");
    }),
    ("the old one is moved away first", |file, text| {
        fs::rename(file, file.with_file_name("own.toml~")).expect("moved");
        fs::write(file, text).expect("written");
    }),
    ("removed and made anew", |file, text| {
        fs::remove_file(file).expect("removed");
        fs::write(file, text).expect("written");
    }),
    ("the whole folder is another", |file, text| {
        let (folder, other) =
            (file.parent().expect("a folder"), file.parent().expect("a folder").with_extension("new"));
        fs::create_dir(&other).expect("a folder");
        fs::write(other.join("own.toml"), text).expect("written");
        fs::rename(folder, folder.with_extension(format!("old-{}", text.len()))).expect("moved");
        fs::rename(other, folder).expect("moved");
    }),
];

#[tokio::test]
async fn every_way_of_writing_is_noticed() {
    let stage = Stage::new().await;
    let mut titles = Vec::new();
    for (at, (way, write)) in WAYS.iter().chain(WAYS).enumerate() {
        let word = format!("Look{}", "k".repeat(at));
        write(&stage.path("templates/own.toml"), &look(&word));
        eventually(way, async || {
            stage.health().await["config"]["state"] == "current" && shows(&stage, &word, at, &mut titles).await
        })
        .await;
    }
    stage.bridge.stop().await;
}

/// Whether the next message has this appearance. Each attempt is a message of its own.
async fn shows(stage: &Stage, word: &str, at: usize, titles: &mut Vec<String>) -> bool {
    let name = format!("Person {at} {}", titles.len());
    stage.sign_up(&name).await;
    *titles = stage.titles(titles.len() + 1).await;
    titles.last().is_some_and(|title| *title == format!("{word} {name}"))
}

#[tokio::test]
async fn a_file_that_is_just_being_written_is_awaited() {
    let stage = Stage::new().await;
    let text = config(&stage.sink, "");
    let file = fs::File::create(stage.path("config.toml")).expect("emptied");
    // An empty config is valid and would have no source; it is not used, however long files must be unchanged.
    let (begun, mut sent) = (Instant::now(), 0);
    while begun.elapsed() < QUICK.settle * 10 {
        stage.sign_up(&format!("Ada {sent}")).await;
        sent += 1;
    }
    std::io::Write::write_all(&mut &file, text.replace("webhooks/1/", "webhooks/2/").as_bytes()).expect("written");
    drop(file);
    stage.reloaded("taken", 1).await;
    stage.sign_up("Grace").await;
    let seen = stage.sink.wait_for(sent + 1).await;
    let posted_to = |id: &str| seen.iter().filter(|seen| seen.path.contains(id)).count();
    assert_eq!((posted_to("/webhooks/1/"), posted_to("/webhooks/2/")), (sent, 1), "{seen:?}");
    assert_eq!((stage.reloads("taken").await, stage.reloads("refused").await), (1, 0));
    stage.bridge.stop().await;
}

#[tokio::test]
async fn an_unchanged_content_is_no_change() {
    let stage = Stage::new().await;
    stage.write("templates/own.toml", &look("Old"));
    stage.write("templates/notes.txt", "not a template");
    stage.write("templates/own.toml", &look("New"));
    stage.reloaded("taken", 1).await;
    stage.write("templates/own.toml", &look("New"));
    // Compared many times meanwhile.
    for name in 0..50 {
        stage.sign_up(&format!("Person {name}")).await;
    }
    assert_eq!(stage.reloads("taken").await, 1);
    stage.write("templates/other.toml", "provider = \"generic\"\n");
    stage.reloaded("taken", 2).await;
    assert_eq!((stage.reloads("taken").await, stage.reloads("refused").await), (2, 0));
    stage.bridge.stop().await;
}

/// A ConfigMap as Kubernetes mounts it: the files are links through `..data`, which is replaced atomically.
#[tokio::test]
async fn a_config_map_is_swapped_by_its_link() {
    let (folder, sink) = (tempfile::tempdir().expect("a folder"), Sink::start().await);
    let fill = |version: &str, word: &str, webhook: &str| {
        let at = folder.path().join(version);
        fs::create_dir_all(at.join("templates")).expect("a folder");
        fs::write(at.join("config.toml"), config(&sink, "").replace("webhooks/1/", webhook)).expect("a config");
        fs::write(at.join("templates/own.toml"), look(word)).expect("a template");
        fs::write(at.join("secret"), "first").expect("a secret");
    };
    fill("..1", "Old", "webhooks/1/");
    symlink("..1", folder.path().join("..data")).expect("a link");
    for name in ["config.toml", "templates", "secret"] {
        symlink(format!("..data/{name}"), folder.path().join(name)).expect("a link");
    }
    fill("..2", "New", "webhooks/2/");
    let stage = Stage::on(folder, sink, QUICK).await;
    symlink("..2", stage.path("..data_tmp")).expect("a link");
    fs::rename(stage.path("..data_tmp"), stage.path("..data")).expect("swapped");
    stage.reloaded("taken", 1).await;
    stage.sign_up("Ada").await;
    let seen = stage.sink.wait_for(1).await;
    assert_eq!((title(&seen[0]).as_str(), seen[0].path.contains("/webhooks/2/")), ("New Ada", true));
    stage.bridge.stop().await;
}

#[tokio::test]
async fn folders_that_come_later_are_seen() {
    let stage = Stage::new().await;
    let provider = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("providers/generic.toml"));
    let provider = provider.expect("the file").replacen("title = \"", "title = \"Our ", 1);
    fs::create_dir(stage.path("providers")).expect("a folder");
    stage.write("providers/ours.toml", &provider);
    stage.reloaded("taken", 1).await;
    let source =
        "[sources.ours]\nprovider = \"ours\"\nverify = \"none\"\n[[routes]]\nsource = \"ours\"\nto = \"alerts\"\n";
    stage.configure(source);
    stage.reloaded("taken", 2).await;
    assert_eq!(stage.send("ours", "", "Ada").await.status, 200);
    stage.bridge.stop().await;
}

#[tokio::test]
async fn an_emptied_config_is_not_taken_however_long_it_stays() {
    let stage = Stage::new().await;
    stage.write("config.toml", "");
    stage.reloaded("refused", 1).await;
    stage.sign_up("Ada").await;
    assert_eq!(stage.health().await["config"]["diagnostics"][0]["code"], "empty-config");
    stage.configure("");
    stage.reloaded("taken", 1).await;
    stage.bridge.stop().await;
}
