//! The files that a config is made of, and how they look: cheaply, by their stamps, and truly, by a hash of all that
//! is in them. Stamps follow links, so that a link that leads elsewhere shows too.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use crate::config::environment::FillError;
use crate::config::{Environment, beside, folder};
use hookbell_config_file::Diagnostics;
use hookbell_config_file::Document;

/// File systems stamp as coarsely as this: a file younger than that may change again without a new stamp.
const COARSE: Duration = Duration::from_secs(2);

/// What the config file names, itself first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Inputs {
    /// The config file and the files of secrets.
    pub(super) files: Vec<PathBuf>,
    /// Of templates and providers. They need not exist.
    pub(super) folders: Vec<PathBuf>,
}

/// How the files looked at one moment.
#[derive(Debug, Clone)]
pub(super) struct Look {
    pub(super) inputs: Inputs,
    stamps: Stamps,
    /// Some stamp is too young to be relied on.
    young: bool,
    /// Of all names and contents.
    hash: [u8; 32],
}

type Stamps = BTreeMap<PathBuf, Option<Stamp>>;

/// What tells a file from what it was without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    size: u64,
    /// Device, number and the time of the last change of either; none where the system has no such thing.
    node: Option<(u64, u64, i64, i64)>,
}

impl Inputs {
    /// Of a config that has mistakes, or is not there, as many as can be found.
    fn of(path: &Path) -> Self {
        let environment = Environment::process();
        let (base, mut diagnostics) = (path.parent().unwrap_or(Path::new("")), Diagnostics::default());
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let mut document = Document::parse("", &text, &mut diagnostics);
        document.rewrite_strings(|text| environment.fill_in(text, base), FillError::code, &mut diagnostics);
        let mut root = document.root();
        let mut folder = |key: &'static str| {
            let named: Option<String> = root.get(key, &mut diagnostics);
            beside(base, named.as_deref().unwrap_or(key))
        };
        let folders = vec![folder("templates"), folder("providers")];
        let mut files = vec![path.to_owned()];
        files.extend(environment.files());
        Self { files, folders }
    }

    fn stamps(&self) -> Stamps {
        let inside = self.folders.iter().filter_map(|folder| folder::files(folder).ok()).flatten();
        let all = self.files.iter().cloned().chain(inside);
        all.map(|file| (file.clone(), std::fs::metadata(file).ok().map(|metadata| Stamp::of(&metadata)))).collect()
    }
}

impl Look {
    pub(super) fn at(path: &Path) -> Self {
        let inputs = Inputs::of(path);
        let stamps = inputs.stamps();
        // Younger than the stamps and never older: what changes in between shows as new stamps next time.
        let hash = hash(&stamps);
        let young = stamps.values().flatten().any(Stamp::is_young);
        Self { inputs, stamps, young, hash }
    }

    /// TemplatesConfig again; `None` when not even a stamp differs.
    pub(super) fn again(&self, path: &Path) -> Option<Self> {
        (self.young || self.inputs.stamps() != self.stamps).then(|| Self::at(path))
    }

    /// Whether nothing at all happened in between.
    pub(super) fn is_quiet_since(&self, earlier: &Self) -> bool {
        self.stamps == earlier.stamps && self.hash == earlier.hash
    }

    /// Whether all files hold what they held.
    pub(super) fn holds_the_same(&self, earlier: &Self) -> bool {
        self.hash == earlier.hash
    }

    /// Whether a file is empty that was not: most likely somebody is just writing it.
    pub(super) fn was_emptied(&self, earlier: &Self) -> bool {
        let empty = |stamp: &Option<Stamp>| stamp.as_ref().is_some_and(|stamp| stamp.size == 0);
        self.stamps.iter().any(|(file, stamp)| empty(stamp) && !earlier.stamps.get(file).is_some_and(empty))
    }
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self { modified: metadata.modified().ok(), size: metadata.len(), node: node(metadata) }
    }

    fn is_young(&self) -> bool {
        // A time to come is nothing to rely on either.
        !self.modified.is_some_and(|time| time.elapsed().is_ok_and(|age| age >= COARSE))
    }
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have none")]
fn node(metadata: &Metadata) -> Option<(u64, u64, i64, i64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino(), metadata.ctime(), metadata.ctime_nsec()))
}

#[cfg(not(unix))]
fn node(_: &Metadata) -> Option<(u64, u64, i64, i64)> {
    None
}

fn hash(stamps: &Stamps) -> [u8; 32] {
    let mut hash = Sha256::new();
    for file in stamps.keys() {
        hash.update(Sha256::digest(file.as_os_str().as_encoded_bytes()));
        match std::fs::read(file) {
            Ok(content) => hash.update(Sha256::digest(&content)),
            Err(error) => hash.update(format!("{:?}", error.kind())),
        }
    }
    hash.finalize().into()
}
