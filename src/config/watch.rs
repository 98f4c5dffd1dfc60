//! Notices that the files of a config have changed, by comparing their stamps several times a second, and waits until
//! they are no longer being written. Does not read the files' contents as a config.

mod snapshot;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use self::snapshot::FilesSnapshot;

/// An empty file that was not empty before counts as half-written for this long.
const EMPTIED: Duration = Duration::from_secs(2);
/// Files that never settle are taken as they are after this many snapshots.
const MOST_SNAPSHOTS: usize = 50;
/// A snapshot may take one part in so many of the time: with very many files it is taken less often.
const TIME_SHARE: u32 = 50;
const LONGEST_POLL: Duration = Duration::from_secs(30);

/// How often the files are compared. The defaults bring a change into use in less than half a second.
#[derive(Debug, Clone)]
pub struct WatchIntervals {
    /// Between two comparisons. Default 200 ms, which costs less than one part in a
    /// thousand of a core for a dozen files (0.15 ms each time, measured with the dev profile).
    pub poll: Duration,
    /// For how long nothing may change before a change counts as complete. Default 150 ms.
    pub settle: Duration,
}

/// The files of one config, as they were last.
#[derive(Debug)]
pub struct FileWatcher {
    path: PathBuf,
    intervals: WatchIntervals,
    last: Arc<FilesSnapshot>,
    /// At least `intervals.poll`.
    poll: Duration,
}

impl Default for WatchIntervals {
    fn default() -> Self {
        Self { poll: Duration::from_millis(200), settle: Duration::from_millis(150) }
    }
}

impl FileWatcher {
    /// Takes a snapshot: a change after it is noticed. So call this before the files are read.
    pub fn new(path: &Path, intervals: WatchIntervals) -> Self {
        let last = Arc::new(FilesSnapshot::take(path));
        let poll = intervals.poll;
        Self { path: path.to_owned(), intervals, last, poll }
    }

    /// The config file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns when the contents differ from the last time and have settled. Cancel safe: a change is noticed again by
    /// the next call.
    pub async fn changed(&mut self) {
        loop {
            tokio::time::sleep(self.poll).await;
            let begun = Instant::now();
            let next = self.snapshot_after(&self.last).await;
            self.poll = (begun.elapsed() * TIME_SHARE).min(LONGEST_POLL).max(self.intervals.poll);
            let Some(next) = next else { continue };
            if next.is_same_as(&self.last) {
                self.last = next;
                continue;
            }
            let next = self.settled(next).await;
            let changed = !next.has_contents_of(&self.last);
            self.last = next;
            if changed {
                return;
            }
        }
    }

    /// Takes the files as they are now as known, for a caller who reads them without a change.
    pub async fn catch_up(&mut self) {
        if let Some(next) = self.snapshot_after(&self.last).await {
            self.last = next;
        }
    }

    async fn settled(&self, mut snapshot: Arc<FilesSnapshot>) -> Arc<FilesSnapshot> {
        let begun = Instant::now();
        for _ in 0..MOST_SNAPSHOTS {
            tokio::time::sleep(self.intervals.settle).await;
            let Some(next) = self.snapshot_after(&snapshot).await else { break };
            let same = next.is_same_as(&snapshot);
            snapshot = next;
            if same && (begun.elapsed() >= EMPTIED || !snapshot.has_newly_empty_file(&self.last)) {
                break;
            }
        }
        snapshot
    }

    /// Runs beside the runtime, because disks can be slow. None = nothing has changed.
    async fn snapshot_after(&self, earlier: &Arc<FilesSnapshot>) -> Option<Arc<FilesSnapshot>> {
        let (path, earlier) = (self.path.clone(), Arc::clone(earlier));
        tokio::task::spawn_blocking(move || earlier.retake(&path).map(Arc::new)).await.ok().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_noticed_within_half_a_second() {
        let WatchIntervals { poll, settle } = WatchIntervals::default();
        assert!(poll + settle < Duration::from_millis(400), "the config must be read in the rest of the time");
    }
}
