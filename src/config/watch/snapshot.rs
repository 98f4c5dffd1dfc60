//! The files that a config consists of, at one moment: their stamps, which are cheap to compare, and a hash of their
//! contents. Stamps follow links, so a link that is changed to another target counts as a change.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use crate::config::dotenv;
use crate::config::environment::{Environment, FillError};
use crate::config::folder;
use crate::config::own_output::OwnOutput;
use crate::config::read_file::{read_file, read_text};
use hookbell_config_file::Diagnostics;
use hookbell_config_file::Document;

/// The coarsest time stamps of a file system: a file younger than this may change again without a new stamp.
const STAMP_RESOLUTION: Duration = Duration::from_secs(2);

/// The paths to compare.
#[derive(Debug, Clone, PartialEq, Eq)]
struct WatchedPaths {
    /// The config file, `.env` and the files of secrets. Those of secrets need not exist.
    files: Vec<PathBuf>,
    /// Of templates and providers. They need not exist.
    folders: Vec<PathBuf>,
}

/// The files at one moment.
#[derive(Debug, Clone)]
pub(super) struct FilesSnapshot {
    paths: WatchedPaths,
    stamps: Stamps,
    /// Whether a stamp is so young that the file may change without a new one.
    young: bool,
    /// Of all names and contents.
    hash: [u8; 32],
}

/// None = the file cannot be read.
type Stamps = BTreeMap<PathBuf, Option<FileStamp>>;

/// Shows that a file has changed without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FileStamp {
    modified: Option<SystemTime>,
    size: u64,
    /// Device, inode, and the time of the inode's last change; none on systems without inodes.
    inode: Option<(u64, u64, i64, i64)>,
}

impl WatchedPaths {
    /// Of a config with mistakes, or of none, as many as can be found.
    fn of(path: &Path) -> Self {
        let environment = Environment::beside(path);
        let (base, mut diagnostics) = (path.parent().unwrap_or(Path::new("")), Diagnostics::default());
        let text = read_text(path).unwrap_or_default();
        let mut document = Document::parse("", &text, &mut diagnostics);
        document.rewrite_strings(|text| environment.fill_in(text, base), FillError::code, &mut diagnostics);
        let mut root = document.root();
        let mut folder = |key: &'static str| folder::path_of(&mut root, key, base, &mut diagnostics);
        let folders = vec![folder("templates"), folder("providers")];
        let mut files = vec![path.to_owned(), dotenv::path_beside(path)];
        files.extend(environment.files());
        Self { files, folders }
    }

    fn stamps(&self) -> Stamps {
        let inside = self.folders.iter().filter_map(|folder| folder::files(folder).ok()).flatten();
        let own_output = OwnOutput::find();
        let all = self.files.iter().filter(|file| !own_output.is(file)).cloned().chain(inside);
        all.map(|file| (file.clone(), std::fs::metadata(file).ok().map(|metadata| FileStamp::of(&metadata)))).collect()
    }
}

impl FilesSnapshot {
    pub(super) fn take(path: &Path) -> Self {
        let paths = WatchedPaths::of(path);
        let stamps = paths.stamps();
        // Read after the stamps: what changes in between has new stamps in the next snapshot.
        let hash = hash(&stamps);
        let young = stamps.values().flatten().any(FileStamp::is_young);
        Self { paths, stamps, young, hash }
    }

    /// The snapshot of now; `None` when no stamp differs.
    pub(super) fn retake(&self, path: &Path) -> Option<Self> {
        (self.young || self.paths.stamps() != self.stamps).then(|| Self::take(path))
    }

    /// Whether neither a stamp nor a content differs.
    pub(super) fn is_same_as(&self, earlier: &Self) -> bool {
        self.stamps == earlier.stamps && self.hash == earlier.hash
    }

    /// Whether all files have the same contents.
    pub(super) fn has_contents_of(&self, earlier: &Self) -> bool {
        self.hash == earlier.hash
    }

    /// Whether a file is empty that was not: most likely it is being written.
    pub(super) fn has_newly_empty_file(&self, earlier: &Self) -> bool {
        let empty = |stamp: &Option<FileStamp>| stamp.as_ref().is_some_and(|stamp| stamp.size == 0);
        self.stamps.iter().any(|(file, stamp)| empty(stamp) && !earlier.stamps.get(file).is_some_and(empty))
    }
}

impl FileStamp {
    fn of(metadata: &Metadata) -> Self {
        Self { modified: metadata.modified().ok(), size: metadata.len(), inode: inode(metadata) }
    }

    fn is_young(&self) -> bool {
        // A time in the future counts as young too.
        !self.modified.is_some_and(|time| time.elapsed().is_ok_and(|age| age >= STAMP_RESOLUTION))
    }
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "systems without inodes return none")]
fn inode(metadata: &Metadata) -> Option<(u64, u64, i64, i64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino(), metadata.ctime(), metadata.ctime_nsec()))
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> Option<(u64, u64, i64, i64)> {
    None
}

fn hash(stamps: &Stamps) -> [u8; 32] {
    let mut hash = Sha256::new();
    for file in stamps.keys() {
        hash.update(Sha256::digest(file.as_os_str().as_encoded_bytes()));
        match read_file(file) {
            Ok(content) => hash.update(Sha256::digest(&content)),
            Err(error) => hash.update(format!("{:?}", error.kind())),
        }
    }
    hash.finalize().into()
}
