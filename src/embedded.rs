//! The provider and template files that the program carries in its binary. A debug build reads them from the source tree
//! when it starts, so that an edited file needs no new build.

use std::borrow::Cow;
use std::sync::LazyLock;

use hookbell_config_file::{Diagnostics, Embedded};
use hookbell_provider::Providers;
use hookbell_template::render::{Config, Templates};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "providers/"]
struct ProviderFiles;

#[derive(RustEmbed)]
#[folder = "templates/"]
struct TemplateFiles;

/// The shipped provider files, by name.
pub fn provider_files() -> &'static [Embedded] {
    static FILES: LazyLock<Vec<Embedded>> = LazyLock::new(read::<ProviderFiles>);
    &FILES
}

/// The shipped template files, by name.
pub fn template_files() -> &'static [Embedded] {
    static FILES: LazyLock<Vec<Embedded>> = LazyLock::new(read::<TemplateFiles>);
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
    let name = name.strip_suffix(".toml")?;
    template_files().iter().find(|file| file.name == name).map(|file| file.text)
}

/// Whether a diagnostic about this file is about a shipped template, which its reader did not write and cannot mend.
pub fn is_shipped(name: &str) -> bool {
    template_text(name).is_some()
}

/// The files of a folder, which live as long as the program.
fn read<Folder: RustEmbed>() -> Vec<Embedded> {
    let mut files: Vec<Embedded> = Folder::iter()
        .filter_map(|path| {
            let text = match Folder::get(&path)?.data {
                Cow::Borrowed(bytes) => str::from_utf8(bytes).ok()?,
                Cow::Owned(bytes) => String::from_utf8(bytes).ok()?.leak(),
            };
            Some(Embedded { name: path.strip_suffix(".toml")?.to_owned().leak(), text })
        })
        .collect();
    files.sort_by_key(|file| file.name);
    files
}
