//! Where a source file reads the clock, outside its tests.

use syn::visit::{self, Visit};

use super::imports::is_for_tests;

/// Every path in the text that reads the time of day, such as `SystemTime::now`.
pub(super) fn clock_reads(text: &str) -> Vec<String> {
    let mut reads = ClockReads::default();
    reads.visit_file(&syn::parse_file(text).expect("Rust"));
    reads.0
}

#[derive(Default)]
struct ClockReads(Vec<String>);

impl<'ast> Visit<'ast> for ClockReads {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !is_for_tests(item) {
            visit::visit_item(self, item);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if let [.., kind, function] = names.as_slice()
            && ["Timestamp", "SystemTime", "OffsetDateTime"].contains(&kind.as_str())
            && function.starts_with("now")
        {
            self.0.push(format!("{kind}::{function}"));
        }
        visit::visit_path(self, path);
    }
}
