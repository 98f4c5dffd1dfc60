//! The forum posts of things, where a destination's posts are per key.

use super::super::{ArchiveEnd, KeyedThread, Result, Store, ThreadToArchive};
use hookbell_model::timestamp::Timestamp;

impl Store {
    /// The post of the thing that is known by one of these keys.
    pub async fn keyed_thread(&self, destination: &str, keys: &[String]) -> Result<Option<KeyedThread>> {
        call!(self.keyed_thread(destination, keys)).await
    }

    /// The next post that is to be archived now. One in which a message is still to be edited comes after that.
    pub async fn thread_to_archive(&self, destination: &str, now: Timestamp) -> Result<Option<ThreadToArchive>> {
        call!(self.thread_to_archive(destination, now)).await
    }

    /// Records how it ended.
    pub async fn settle_archive(&self, destination: &str, done: ThreadToArchive, end: ArchiveEnd) -> Result<()> {
        call!(self.settle_archive(destination, done, end)).await
    }

    /// An archived post is opened for an edit: where its thing is over, it is to be archived again.
    pub async fn thread_opened(&self, destination: &str, thread: &str, now: Timestamp) -> Result<()> {
        call!(self.thread_opened(destination, thread, now)).await
    }
}
