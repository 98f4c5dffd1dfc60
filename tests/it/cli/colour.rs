//! `--color`: what is coloured, and who says so.

use super::*;

const ESCAPE: &str = "\u{1b}[";

#[test]
fn a_mistake_is_red_and_a_warning_yellow_where_colours_are_wanted_and_the_text_is_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("config.toml"), "[servr]\n").expect("a config");
    let check = |arguments: &[&str], environment: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hookbell"));
        command.current_dir(folder.path()).args(arguments).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
        command.envs(environment.iter().copied());
        text(&command.output().expect("it runs").stdout)
    };
    let plain = check(&["check"], &[]);
    assert!(!plain.contains(ESCAPE), "{plain:?}");
    let painted = check(&["check", "--color", "always"], &[]);
    assert!(painted.contains("\u{1b}[1m\u{1b}[31merror[unknown-key]\u{1b}[0m"), "{painted:?}");
    assert!(painted.contains("\u{1b}[1m\u{1b}[31m^^^^^\u{1b}[0m"), "{painted:?}");
    assert!(painted.contains("\u{1b}[1m\u{1b}[33mwarning["), "{painted:?}");
    assert_eq!(without_colours(&painted), plain);
    assert_eq!(check(&["check"], &[("CLICOLOR_FORCE", "1")]), painted);
    assert_eq!(check(&["check", "--color", "never"], &[("CLICOLOR_FORCE", "1")]), plain);
    assert_eq!(check(&["--color", "always", "check"], &[("NO_COLOR", "1")]), painted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_has_its_colour_and_the_columns_stay_in_line() {
    let standin = stand_in().await;
    let (folder, _) = folder(&standin);
    let _server = Process::serve(folder.path()).await;
    assert_eq!(hookbell(folder.path(), &["send", "shop"]).status.code(), Some(0));
    let green = "\u{1b}[32mdelivered\u{1b}[0m";
    let list = |color: &str| text(&hookbell(folder.path(), &["events", "list", "--color", color]).stdout);
    let (plain, painted) = (list("never"), list("always"));
    assert!(painted.contains(green) && !plain.contains(ESCAPE), "{painted:?}");
    assert_eq!(without_colours(&painted), plain);
    let id = plain.lines().nth(1).and_then(|line| line.split(' ').next()).expect("an id").to_owned();
    let shown = text(&hookbell(folder.path(), &["events", "show", &id, "--color", "always"]).stdout);
    assert!(shown.contains(&format!("{green} → alerts")), "{shown:?}");
}

fn without_colours(text: &str) -> String {
    let mut parts = text.split(ESCAPE);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| all + part.split_once('m').map_or("", |(_, rest)| rest))
}
