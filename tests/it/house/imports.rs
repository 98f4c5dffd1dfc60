//! Which module imports which: read from the sources with `syn`, so that `crate::`, `super::` and `self::` count alike,
//! in `use` items and in paths within the code. Code under `#[cfg(test)]` does not count.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

/// A module, by its path within the crate: `["store", "sqlite"]`; the crate's root is empty.
pub(super) type Module = Vec<String>;

/// The modules of one crate and what each imports from the others.
#[derive(Debug, Default)]
pub(super) struct Crate {
    pub(super) modules: BTreeMap<Module, PathBuf>,
    pub(super) imports: BTreeMap<Module, BTreeSet<Module>>,
}

impl Crate {
    /// Reads every source file below `src`, apart from tests.
    pub(super) fn read(src: &Path) -> Self {
        let mut found = Self::default();
        let mut files = Vec::new();
        source_files(src, &mut files);
        for file in files {
            let relative = file.strip_prefix(src).expect("below src");
            if let Some(module) = module_of(relative) {
                found.modules.insert(module, file);
            }
        }
        for (module, file) in &found.modules {
            let text = std::fs::read_to_string(file).expect("a source file");
            let mut paths = Paths {
                module: module.clone(),
                inner: Vec::new(),
                children: found.children(module),
                found: Vec::new(),
            };
            paths.visit_file(&syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display())));
            let targets = paths.found.iter().filter_map(|path| found.owner(path));
            let others = targets.filter(|target| target != module).collect();
            found.imports.insert(module.clone(), others);
        }
        found
    }

    /// The names of the modules right below one.
    fn children(&self, module: &Module) -> BTreeSet<String> {
        let below = |other: &&Module| other.len() == module.len() + 1 && other.starts_with(module);
        self.modules.keys().filter(below).filter_map(|other| other.last().cloned()).collect()
    }

    /// The innermost module that a path of names leads through.
    fn owner(&self, path: &[String]) -> Option<Module> {
        (0..=path.len())
            .rev()
            .map(|length| path.iter().take(length).cloned().collect())
            .find(|prefix: &Module| self.modules.contains_key(prefix))
    }

    /// Groups of modules that import each other, directly or through others.
    pub(super) fn circles(&self) -> Vec<BTreeSet<Module>> {
        let reach: BTreeMap<&Module, BTreeSet<&Module>> =
            self.modules.keys().map(|module| (module, self.reachable(module))).collect();
        let mut circles: Vec<BTreeSet<Module>> = Vec::new();
        for module in self.modules.keys() {
            let mutual = |other: &&&Module| reach.get(**other).is_some_and(|there| there.contains(module));
            let circle: BTreeSet<Module> =
                reach.get(module).into_iter().flatten().filter(mutual).map(|other| (*other).clone()).collect();
            if !circle.is_empty() && !circles.contains(&circle) {
                circles.push(circle);
            }
        }
        circles
    }

    fn reachable<'c>(&'c self, from: &Module) -> BTreeSet<&'c Module> {
        let mut found: BTreeSet<&Module> = BTreeSet::new();
        let mut open: Vec<&Module> = self.imports.get(from).into_iter().flatten().collect();
        while let Some(next) = open.pop() {
            if found.insert(next) {
                open.extend(self.imports.get(next).into_iter().flatten());
            }
        }
        found
    }
}

/// Every Rust file below a folder.
pub(super) fn source_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            source_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
}

/// The module that a file holds; `None` for tests and for the program's `main.rs`, which is a crate of its own.
fn module_of(relative: &Path) -> Option<Module> {
    let mut parts: Module =
        relative.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.iter().any(|part| part == "tests") || parts == ["main"] || parts == ["fixture"] {
        return None;
    }
    if parts.last().is_some_and(|last| last == "lib" || last == "mod") {
        parts.pop();
    }
    Some(parts)
}

/// Collects the paths that begin at the crate, here or above, as names from the crate's root.
struct Paths {
    module: Module,
    /// Inline modules that the visitor is in.
    inner: Vec<String>,
    /// The modules right below this one.
    children: BTreeSet<String>,
    found: Vec<Vec<String>>,
}

impl Paths {
    /// `path` as names from the root; `None` when it leads out of the crate or is local.
    fn resolve(&self, path: &[String]) -> Option<Vec<String>> {
        let (mut base, rest) = match path.first().map(String::as_str) {
            Some("crate") => (Vec::new(), path.get(1..)?),
            Some("self") => (self.here(), path.get(1..)?),
            Some("super") => (self.here(), path),
            // A child module may be named without `self::`.
            Some(child) if self.children.contains(child) => (self.here(), path),
            _ => return None,
        };
        let ups = rest.iter().take_while(|part| *part == "super").count();
        base.truncate(base.len().checked_sub(ups)?);
        let rest = rest.get(ups..)?;
        base.extend(rest.iter().cloned());
        Some(base)
    }

    fn here(&self) -> Vec<String> {
        self.module.iter().chain(&self.inner).cloned().collect()
    }

    fn add(&mut self, path: &[String]) {
        self.found.extend(self.resolve(path));
    }

    fn use_tree(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |name: &syn::Ident| before.iter().cloned().chain([name.to_string()]).collect::<Vec<_>>();
        match tree {
            syn::UseTree::Path(path) => self.use_tree(&with(&path.ident), &path.tree),
            syn::UseTree::Name(name) => self.add(&with(&name.ident)),
            syn::UseTree::Rename(name) => self.add(&with(&name.ident)),
            syn::UseTree::Glob(_) => self.add(before),
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.use_tree(before, item)),
        }
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !is_for_tests(item) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        self.inner.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.inner.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.use_tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.add(&names);
        visit::visit_path(self, path);
    }

    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {
        // `pub(in crate::…)` is a visibility, and imports nothing.
    }
}

pub(super) fn is_for_tests(item: &syn::Item) -> bool {
    let attributes = match item {
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(|attribute| {
        let is_test = |meta: syn::Meta| meta.path().is_ident("test");
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Meta>().is_ok_and(is_test)
    })
}
