//! Notices that the files of a config have changed: told by the system where it can, and looked at every few seconds
//! in any case. Knows when they are quiet again, not what they mean.

mod files;
mod notices;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use self::files::Look;
pub use self::notices::{Notices, Wanted};

/// How long an empty file that was not empty may stay so before it is taken at its word.
const EMPTIED: Duration = Duration::from_secs(2);
/// Files that never come to rest are taken as they are after so many looks.
const RESTLESS: usize = 50;
/// Of so much time, looking may take one part: with very many files it is done more rarely.
const SHARE: u32 = 50;
const RAREST: Duration = Duration::from_secs(30);

/// How the files are watched.
#[derive(Debug, Clone)]
pub struct Watching {
    /// How long nothing may have happened before a change counts. Default 200 ms.
    pub quiet: Duration,
    /// How long a change that nobody tells of may go unnoticed. Default 2 s.
    pub poll: Duration,
    /// Who tells of changes: the system, unless a test says otherwise.
    pub notices: fn(&Wanted) -> Result<Notices, String>,
}

/// The files of one config, and how they looked last.
#[derive(Debug)]
pub struct Watch {
    path: PathBuf,
    watching: Watching,
    last: Arc<Look>,
    bell: Arc<Notify>,
    notices: Option<Notices>,
    /// Nobody tells of changes, and that was said.
    on_its_own: bool,
    poll: Duration,
}

impl Default for Watching {
    fn default() -> Self {
        Self { quiet: Duration::from_millis(200), poll: Duration::from_secs(2), notices: Notices::of_system }
    }
}

impl Watch {
    /// TemplatesConfig once: what changes from here on is noticed. So it is made before the files are read.
    pub fn begin(path: &Path, watching: Watching) -> Self {
        let last = Arc::new(Look::at(path));
        let (bell, poll) = (Arc::default(), watching.poll);
        Self { path: path.to_owned(), watching, last, bell, notices: None, on_its_own: false, poll }
    }

    /// The config file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns when the files hold something else than the last time, and have come to rest. Dropped half-way it
    /// has noticed nothing yet.
    pub async fn changed(&mut self) {
        loop {
            // What happened before anybody listened is told by nobody.
            if !self.listen() {
                tokio::select! {
                    // Many notices are one.
                    () = self.bell.notified() => tokio::time::sleep(self.watching.quiet / 4).await,
                    () = tokio::time::sleep(self.poll) => {}
                }
            }
            let begun = Instant::now();
            let found = self.look(&self.last).await;
            self.poll = (begun.elapsed() * SHARE).min(RAREST).max(self.watching.poll);
            let Some(found) = found else { continue };
            if found.is_quiet_since(&self.last) {
                self.last = found;
                continue;
            }
            let found = self.at_rest(found).await;
            let changed = !found.holds_the_same(&self.last);
            // Other folders may be named now, or others stand under the same names.
            self.notices = None;
            self.last = found;
            if changed {
                return;
            }
        }
    }

    /// Takes the files as they are now as known: for who reads them without having been told.
    pub async fn catch_up(&mut self) {
        if let Some(found) = self.look(&self.last).await {
            (self.last, self.notices) = (found, None);
        }
    }

    /// `true` when this is new.
    fn listen(&mut self) -> bool {
        if self.notices.is_some() || self.on_its_own {
            return false;
        }
        match (self.watching.notices)(&Wanted::new(&self.last.inputs, &self.bell)) {
            Ok(notices) => self.notices = Some(notices),
            Err(why) => {
                let every = hookbell_model::timestamp::format_duration(self.watching.poll);
                tracing::warn!(why, every, "the system does not tell when files change: they are looked at instead");
                self.on_its_own = true;
            }
        }
        true
    }

    async fn at_rest(&self, mut found: Arc<Look>) -> Arc<Look> {
        let begun = Instant::now();
        for _ in 0..RESTLESS {
            tokio::time::sleep(self.watching.quiet).await;
            let Some(later) = self.look(&found).await else { break };
            let quiet = later.is_quiet_since(&found);
            found = later;
            if quiet && (begun.elapsed() >= EMPTIED || !found.was_emptied(&self.last)) {
                break;
            }
        }
        found
    }

    /// TemplatesConfig beside the runtime: disks can be slow.
    async fn look(&self, since: &Arc<Look>) -> Option<Arc<Look>> {
        let (path, since) = (self.path.clone(), Arc::clone(since));
        tokio::task::spawn_blocking(move || since.again(&path).map(Arc::new)).await.ok().flatten()
    }
}
