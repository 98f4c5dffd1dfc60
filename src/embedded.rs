//! The provider and template files that the program carries in its binary.

use std::path::Path;
use std::sync::LazyLock;

use hookbell_config_file::{Diagnostics, Embedded};
use hookbell_provider::Providers;
use hookbell_template::render::{Config, Templates};
use include_dir::{Dir, include_dir};

static PROVIDERS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/providers");
static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// The shipped provider files, by name.
pub fn provider_files() -> &'static [Embedded] {
    static FILES: LazyLock<Vec<Embedded>> = LazyLock::new(|| toml_files(&PROVIDERS));
    &FILES
}

/// The shipped template files, by name.
pub fn template_files() -> &'static [Embedded] {
    static FILES: LazyLock<Vec<Embedded>> = LazyLock::new(|| toml_files(&TEMPLATES));
    &FILES
}

/// The shipped providers.
pub fn providers() -> Providers {
    Providers::shipped(provider_files())
}

/// The shipped templates, which know how the shipped providers count.
pub fn templates() -> Templates {
    let providers = providers();
    let config = Config { decimals: providers.decimals(providers.names()), ..Config::default() };
    Templates::with_own(template_files(), &[], &config, &mut Diagnostics::default())
}

/// The text of a shipped template file, by the name that diagnostics give it: `stripe.toml`.
pub fn template_text(name: &str) -> Option<&'static str> {
    TEMPLATES.get_file(name)?.contents_utf8()
}

fn toml_files(folder: &'static Dir<'static>) -> Vec<Embedded> {
    let is_toml = |path: &Path| path.extension().is_some_and(|extension| extension == "toml");
    let files = folder.files().filter(|file| is_toml(file.path()));
    let mut files: Vec<Embedded> = files
        .filter_map(|file| Some(Embedded { name: file.path().file_stem()?.to_str()?, text: file.contents_utf8()? }))
        .collect();
    files.sort_by_key(|file| file.name);
    files
}
