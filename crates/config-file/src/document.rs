//! A TOML file with positions, read key by key so that every mistake in it is found in one go. serde would stop at the
//! first; here a wrong value costs one diagnostic and reading goes on.

mod from_toml;
mod key_homes;
mod key_log;
mod literal;
mod source_span;
mod parse;
mod possible_secrets;
mod remedy;
mod report;
mod snippet;
mod source;
mod syntax_slip;
mod table;
mod toml_value;

pub use self::from_toml::{FromToml, Remedy, ValueError};
pub use self::key_homes::KeyHomes;
pub use self::key_log::{KeyLog, TableKeys, ValueShape};
pub use self::source::Document;
pub use self::source_span::SourceSpan;
pub use self::table::Table;
pub use self::toml_value::{TomlEntry, TomlKind, TomlValue};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;
    use crate::diagnostic::Diagnostics;

    #[test]
    fn every_mistake_is_reported_at_its_place() {
        let text = "name = 3\nsiez = 1\n[inner]\nflag = \"yes\"\n";
        let mut diagnostics = Diagnostics::default();
        let document = Document::parse("a.toml", text, &mut diagnostics);
        let mut root = document.root();
        assert_eq!(root.get::<String>("name", &mut diagnostics), None);
        assert_eq!(root.get::<u64>("size", &mut diagnostics), None);
        let mut inner = root.table("inner", &mut diagnostics).expect("a table");
        assert_eq!(inner.get::<bool>("flag", &mut diagnostics), None);
        assert_eq!(inner.require::<String>("to", &mut diagnostics), None);
        inner.finish(&mut diagnostics);
        root.finish(&mut diagnostics);
        let reported = diagnostics.to_string();
        for part in [
            "a.toml:1:8: `name`: expected a string, found an integer",
            "a.toml:2:1: `siez`: unknown key\n  2 | siez = 1\n    | ^^^^\n  help: did you mean `size`?",
            "a.toml:4:8: `inner.flag`: expected true or false, found a string",
            "a.toml:3:1: `inner.to`: missing key",
        ] {
            assert!(reported.contains(part), "{part}\n--\n{reported}");
        }
        assert_eq!(diagnostics.errors(), 4);
    }

    #[test]
    fn what_cannot_be_filled_in_is_reported_once() {
        let mut diagnostics = Diagnostics::default();
        let text = "size = \"$A\"\nlist = [\"1\", \"$B\", \"x\"]\none = \"$C\"\n";
        let mut document = Document::parse("a.toml", text, &mut diagnostics);
        let unset = |text: &str| if text.starts_with('$') { Err("unset") } else { Ok(None) };
        document.rewrite_strings(unset, |_| Code::INVALID_VALUE, &mut diagnostics);
        let mut root = document.root();
        assert_eq!(root.read("size", &mut diagnostics, str::parse::<u8>), None);
        assert_eq!(root.read_list("list", &mut diagnostics, str::parse::<u8>), [1]);
        assert_eq!(root.read_list("one", &mut diagnostics, str::parse::<u8>), Vec::<u8>::new());
        let lines: Vec<(usize, &str)> =
            diagnostics.0.iter().map(|found| (found.location.line, found.message.as_str())).collect();
        assert_eq!(lines, [(1, "unset"), (2, "unset"), (3, "unset"), (2, "invalid digit found in string")]);
    }

    #[test]
    fn broken_syntax_still_leaves_the_rest_to_be_read() {
        let mut diagnostics = Diagnostics::default();
        let document = Document::parse("a.toml", "a = \nb = 2\nc = = 3\n", &mut diagnostics);
        assert!(diagnostics.errors() >= 2, "{diagnostics}");
        assert_eq!(document.root().get::<u64>("b", &mut diagnostics), Some(2));
    }

    #[test]
    fn tables_keep_the_order_of_the_file() {
        let mut diagnostics = Diagnostics::default();
        let document = Document::parse("a.toml", "[vars]\nz = 1\na = 2\nm = 3\n", &mut diagnostics);
        let vars = document.root().table("vars", &mut diagnostics).expect("a table");
        assert_eq!(vars.all().iter().map(|entry| entry.key.as_str()).collect::<Vec<_>>(), ["z", "a", "m"]);
    }
}
