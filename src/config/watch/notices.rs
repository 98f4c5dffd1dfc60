//! Has the system tell when something happens in the folders where the files stand. It may not be able to (limits,
//! network drives, mounts of another machine's files), so nothing relies on it.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;

use super::files::Inputs;

/// Tells as long as it lives.
#[derive(Debug)]
pub struct Notices {
    _watcher: RecommendedWatcher,
}

/// What to be told of.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Where the files stand, where the folders stand, and where links lead to.
    folders: BTreeSet<PathBuf>,
    /// What the files and folders are called, also behind links.
    names: BTreeSet<OsString>,
    /// Rung when something happened.
    bell: Arc<Notify>,
}

impl Notices {
    /// The way of the system.
    ///
    /// # Errors
    /// In words, when it cannot.
    pub fn of_system(wanted: &Wanted) -> Result<Self, String> {
        let told = wanted.clone();
        let tell = move |event: notify::Result<Event>| {
            // An error is a queue that has overflown, and a reason to look.
            if event.is_ok_and(|event| !told.is_concerned_by(&event)) {
                return;
            }
            told.bell.notify_one();
        };
        let mut watcher = notify::recommended_watcher(tell).map_err(|error| error.to_string())?;
        let mut watching = 0;
        for folder in &wanted.folders {
            // One that is not there (yet) is seen by its parent.
            watching += usize::from(watcher.watch(folder, RecursiveMode::NonRecursive).is_ok());
        }
        if watching == 0 { Err("no folder can be watched".to_owned()) } else { Ok(Self { _watcher: watcher }) }
    }
}

impl Wanted {
    pub(super) fn new(inputs: &Inputs, bell: &Arc<Notify>) -> Self {
        let named = inputs.files.iter().chain(&inputs.folders);
        let all: Vec<PathBuf> =
            named.flat_map(|path| [Some(path.clone()), path.canonicalize().ok()]).flatten().collect();
        let parents = all.iter().filter_map(|path| path.parent().map(whole));
        let folders = parents.chain(inputs.folders.iter().cloned()).collect();
        let names = all.iter().filter_map(|path| path.file_name().map(OsString::from)).collect();
        Self { folders, names, bell: Arc::clone(bell) }
    }

    /// Not by what the database beside the config does, nor by our own reading.
    fn is_concerned_by(&self, event: &Event) -> bool {
        if matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write)) {
            return false;
        }
        event.paths.is_empty() || event.paths.iter().any(|path| self.is_concerned_with(path))
    }

    fn is_concerned_with(&self, path: &Path) -> bool {
        let Some(name) = path.file_name() else { return true };
        // Kubernetes keeps the files behind the link `..data`.
        let behind = name.to_string_lossy().starts_with("..");
        behind || self.names.contains(name) || path.extension().is_some_and(|extension| extension == "toml")
    }
}

/// The folder of a bare file name is the working directory.
fn whole(folder: &Path) -> PathBuf {
    if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() }
}
