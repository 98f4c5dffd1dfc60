//! The shape of the code: imports run down the layers and never in a circle, files introduce themselves and stay small,
//! tests do not sleep.

mod clock;
mod imports;

use std::collections::BTreeSet;
use std::path::PathBuf;

use self::clock::clock_reads;
use self::imports::{Crate, source_files};

/// The program's modules by layer, from the lowest up. The crates below `crates/` are lower still; there the compiler
/// enforces the order.
const DOMAIN: &[&str] = &["codes", "rules", "store", "compose", "discord", "notify", "report", "replay"];
const SERVICES: &[&str] = &["intake", "courier", "bot", "web", "scheduler"];
const APP: &[&str] = &["embedded", "config", "app", "cli"];
const LAYERS: [&[&str]; 3] = [DOMAIN, SERVICES, APP];

fn layer(module: &str) -> usize {
    LAYERS
        .iter()
        .position(|layer| layer.contains(&module))
        .unwrap_or_else(|| panic!("`{module}` is in no layer: add it to this test"))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The program and every crate below it: name and source folder.
fn crates() -> Vec<(String, PathBuf)> {
    let mut found = vec![("hookbell".to_owned(), root().join("src"))];
    for entry in std::fs::read_dir(root().join("crates")).expect("the crates") {
        let path = entry.expect("an entry").path();
        found.push((path.file_name().expect("a name").to_string_lossy().into_owned(), path.join("src")));
    }
    found.sort();
    found
}

#[test]
fn no_two_modules_import_each_other() {
    let mut errors = Vec::new();
    for (name, src) in crates() {
        for circle in Crate::read(&src).circles() {
            let modules: Vec<String> = circle.iter().map(|module| module.join("::")).collect();
            errors.push(format!("{name}: {}", modules.join(" · ")));
        }
    }
    assert!(errors.is_empty(), "{} circles:\n{}", errors.len(), errors.join("\n"));
}

#[test]
fn imports_run_down_and_services_meet_only_at_the_store() {
    let mut errors = Vec::new();
    let program = Crate::read(&root().join("src"));
    for (module, targets) in &program.imports {
        let Some(from) = module.first() else { continue };
        for to in targets.iter().filter_map(|target| target.first()).filter(|to| *to != from) {
            let (here, there) = (layer(from), layer(to));
            // Services do not import each other; modules of the domain and of the app may, in one direction.
            if there > here || (there == here && SERVICES.contains(&from.as_str())) {
                errors.push(format!("{}: `{from}` imports `{to}`", module.join("::")));
            }
        }
    }
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

/// The model defines the one reader of the clock; the stand-in acts as Discord, which has a clock of its own.
#[test]
fn only_services_and_the_app_read_the_clock() {
    let mut errors = Vec::new();
    for (name, src) in crates() {
        let program = name == "hookbell";
        let mut files = Vec::new();
        source_files(&src, &mut files);
        for file in files {
            let relative = file.strip_prefix(&src).expect("below src");
            let allowed = match relative.iter().next().and_then(|first| first.to_str()) {
                Some(first) if program => !DOMAIN.contains(&first.trim_end_matches(".rs")),
                Some("timestamp.rs") => name == "model",
                _ => name == "fake-discord",
            };
            let test = relative.iter().any(|part| part == "tests" || part == "tests.rs");
            if !allowed && !test {
                let text = std::fs::read_to_string(&file).expect("a source file");
                errors.extend(clock_reads(&text).iter().map(|path| format!("{}: `{path}`", file.display())));
            }
        }
    }
    assert!(errors.is_empty(), "take the time as an argument:\n{}", errors.join("\n"));
}

#[test]
fn the_clock_test_detects_a_clock() {
    let code =
        "fn f() { let _ = std::time::SystemTime::now(); } fn g() -> Option<Timestamp> { x.map(|_| Timestamp::now()) }";
    assert_eq!(clock_reads(code), ["SystemTime::now", "Timestamp::now"]);
    assert!(clock_reads("#[cfg(test)] mod tests { fn f() { Timestamp::now(); } }").is_empty());
    assert!(clock_reads("fn f() { Instant::now(); }").is_empty());
}

#[test]
fn the_circle_test_finds_circles() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    };
    write("lib.rs", "mod a; mod b; mod c;");
    write("a.rs", "mod inner; use crate::b::B; pub struct A;");
    write("a/inner.rs", "use super::A; fn f() { super::super::c::g() }");
    write("b.rs", "pub struct B; #[cfg(test)] mod tests { use crate::a::A; }");
    write("c.rs", "pub fn g() {}");
    assert_eq!(Crate::read(folder.path()).circles(), []);
    write("c.rs", "pub fn g() { let _ = self::super::a::inner::X; }");
    let circle = |names: &[&str]| -> BTreeSet<Vec<String>> {
        names.iter().map(|name| name.split("::").map(str::to_owned).collect()).collect()
    };
    assert_eq!(Crate::read(folder.path()).circles(), [circle(&["a::inner", "c"])]);
    write("c.rs", "pub fn g() {}");
    write("a.rs", "mod inner; use self::inner::X; pub struct A;");
    assert_eq!(Crate::read(folder.path()).circles(), [circle(&["a", "a::inner"])]);
    write("a.rs", "mod inner; pub struct A; fn f() { inner::g() }");
    assert_eq!(Crate::read(folder.path()).circles(), [circle(&["a", "a::inner"])], "without `self::`");
}

#[test]
fn every_file_introduces_itself_and_stays_small() {
    let mut errors = Vec::new();
    let mut files = Vec::new();
    for (_, src) in crates() {
        source_files(&src, &mut files);
    }
    for path in files {
        let text = std::fs::read_to_string(&path).expect("a source file");
        let path = path.strip_prefix(root()).expect("below the root").display().to_string();
        if !text.starts_with("//!") {
            errors.push(format!("{path} does not begin with `//!`"));
        }
        let lines = text.lines().count();
        if lines > 400 {
            errors.push(format!("{path} has {lines} lines"));
        }
    }
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn tests_wait_for_events_and_not_for_time() {
    let mut files = Vec::new();
    for (_, src) in crates() {
        source_files(&src, &mut files);
    }
    // Unit tests in files of their own; those at the end of a file cannot be distinguished from its code here.
    files.retain(|path| path.iter().any(|part| part == "tests" || part == "tests.rs"));
    source_files(&root().join("tests/it"), &mut files);
    // Spelled so that this file does not match.
    let sleep = ["sleep", "("].concat();
    let mut sleeping: Vec<String> = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path).expect("a source file");
        if text.contains(&sleep) {
            sleeping.push(path.strip_prefix(root()).expect("below the root").display().to_string());
        }
    }
    assert_eq!(sleeping, ["tests/it/support/wait.rs"], "wait for an event, or use `support::eventually`");
}

#[test]
fn every_module_is_on_the_map() {
    let map = std::fs::read_to_string(root().join("src/lib.rs")).expect("the map");
    let listed: Vec<&str> = map.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let program = Crate::read(&root().join("src"));
    let modules: BTreeSet<&str> =
        program.modules.keys().filter_map(|module| module.first()).map(String::as_str).collect();
    assert_eq!(listed.iter().copied().collect::<BTreeSet<_>>(), modules);
    let layers: Vec<usize> = listed.iter().map(|name| layer(name)).collect();
    assert!(layers.is_sorted(), "the map is not in the order of its layers: {listed:?}");
}
