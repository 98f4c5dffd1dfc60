//! `hookbell schema`: the JSON Schemas with which editors complete and check the files that people write.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use super::usage::Usage;

/// Print the JSON Schema of a kind of file, for editors
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell schema --write\n  hookbell schema config > config.schema.json\n\n`--write` puts all three into `.hookbell` beside the config, where the line `#:schema .hookbell/config.schema.json` at the top of config.toml finds them (`#:schema ../.hookbell/template.schema.json` in templates/, `#:schema ../.hookbell/provider.schema.json` in providers/). Editors with Taplo or Tombi, such as VS Code with Even Better TOML, then complete keys, explain them and mark mistakes."
)]
pub(super) struct Args {
    /// The kind of file
    #[arg(required_unless_present = "write")]
    name: Option<SchemaName>,
    /// Write all of them into `.hookbell` beside the config
    #[arg(long, conflicts_with = "name")]
    write: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum SchemaName {
    /// config.toml
    Config,
    /// A file of templates/
    Template,
    /// A file of providers/
    Provider,
}

impl SchemaName {
    const ALL: [Self; 3] = [Self::Config, Self::Template, Self::Provider];

    fn text(self) -> &'static str {
        match self {
            Self::Config => include_str!("../../schemas/config.schema.json"),
            Self::Template => include_str!("../../schemas/template.schema.json"),
            Self::Provider => include_str!("../../schemas/provider.schema.json"),
        }
    }

    fn file(self) -> &'static str {
        match self {
            Self::Config => "config.schema.json",
            Self::Template => "template.schema.json",
            Self::Provider => "provider.schema.json",
        }
    }
}

pub(super) fn run(args: &Args, config: &Path) -> anyhow::Result<ExitCode> {
    if args.write {
        let folder = write_all(config)?;
        eprintln!("schemas written into {}", folder.display());
        return Ok(ExitCode::SUCCESS);
    }
    let name = args.name.ok_or_else(|| Usage("name a kind of file: config, template or provider".to_owned()))?;
    std::io::stdout().write_all(name.text().as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Writes all of them into `.hookbell` beside the config, and returns that folder.
pub(super) fn write_all(config: &Path) -> anyhow::Result<std::path::PathBuf> {
    let folder = config.parent().unwrap_or(Path::new("")).join(".hookbell");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for schema in SchemaName::ALL {
        let file = folder.join(schema.file());
        std::fs::write(&file, schema.text()).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(folder)
}
