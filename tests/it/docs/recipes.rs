//! The recipes of docs/recipes.md, each as its reader copies it: checked by the program, and run between senders that sign and
//! a stand-in for Discord.

mod community;
mod founder;
mod maintainer;
mod on_call;
mod request;
mod running;

use std::process::Command;

use self::request::{SentRequest, sample};
use super::{Page, page};
use crate::support::SECRET;

/// The role that a recipe pings, the first and the second one.
const ROLE: &str = "112233445566778899";
const SECOND_ROLE: &str = "223344556677889900";

/// What is below one heading of the page.
struct Recipe {
    heading: String,
    /// By their paths beside the config.
    files: Vec<(String, String)>,
}

impl Recipe {
    fn all() -> Vec<Self> {
        page("docs/recipes.md").text.split("\n### ").skip(1).map(Self::read).collect()
    }

    fn named(heading: &str) -> Self {
        Self::all().into_iter().find(|recipe| recipe.heading == heading).unwrap_or_else(|| panic!("no `{heading}`"))
    }

    fn read(text: &str) -> Self {
        let (heading, text) = text.split_once('\n').expect("a heading");
        let blocks = Page { name: heading.to_owned(), text: text.to_owned() }.blocks("toml");
        let file = |block: String| {
            let path = block.lines().next().and_then(|line| line.strip_prefix("# ")).map(str::to_owned);
            (path.unwrap_or_else(|| panic!("{heading}: a block says no path")), block)
        };
        Self { heading: heading.to_owned(), files: blocks.into_iter().map(file).collect() }
    }

    fn config(&self) -> &str {
        let config = self.files.iter().find(|(path, _)| path == "config.toml");
        config.map(|(_, text)| text.as_str()).unwrap_or_else(|| panic!("{}: no config", self.heading))
    }

    /// The names in `${NAME}`.
    fn variables(&self) -> Vec<&str> {
        self.config().split("${").skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
    }
}

fn write(folder: &std::path::Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    std::fs::write(path, text).expect("written");
}

#[test]
fn every_recipe_passes_check_with_its_examples_and_without_a_warning() {
    let recipes = Recipe::all();
    assert!(recipes.len() >= 15, "{}", recipes.len());
    for recipe in recipes {
        assert!(recipe.config().contains("[[example]]"), "{}: no example", recipe.heading);
        let folder = tempfile::tempdir().expect("a folder");
        recipe.files.iter().for_each(|(path, text)| write(folder.path(), path, text));
        let mut check = Command::new(env!("CARGO_BIN_EXE_hookbell"));
        for variable in recipe.variables() {
            let url = "https://discord.com/api/webhooks/1/token";
            check.env(variable, if variable.ends_with("WEBHOOK_URL") { url } else { SECRET });
        }
        let output = check.arg("check").current_dir(folder.path()).output().expect("hookbell runs");
        let printed = String::from_utf8_lossy(&output.stdout);
        let is_fine = output.status.success() && printed.starts_with("fine: ") && !printed.contains("warning");
        assert!(is_fine, "{}: {printed}", recipe.heading);
    }
}

/// A recipe that is on the page and nowhere run would be a promise without a proof.
#[test]
fn every_recipe_is_run_by_a_test() {
    let tests = [
        include_str!("recipes/community.rs"),
        include_str!("recipes/founder.rs"),
        include_str!("recipes/maintainer.rs"),
        include_str!("recipes/on_call.rs"),
    ];
    for recipe in Recipe::all() {
        let run = format!("(\"{}\")", recipe.heading);
        assert!(tests.iter().any(|text| text.contains(&run)), "no test runs `{}`", recipe.heading);
    }
}

/// Whoever looks for a recipe finds it in the list at the top.
#[test]
fn every_recipe_is_in_the_list_at_the_top() {
    let text = page("docs/recipes.md").text;
    let list = text.split("\n## ").next().unwrap_or_default().to_owned();
    for recipe in Recipe::all() {
        let anchor: String = recipe.heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-')).collect();
        let link = format!("(#{})", anchor.to_lowercase().replace(' ', "-"));
        assert!(list.contains(&link), "{link}");
    }
}
