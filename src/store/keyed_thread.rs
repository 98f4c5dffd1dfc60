//! The forum post of a thing, where a destination's posts are per key.

use hookbell_model::delivery::Attempt;
use hookbell_model::timestamp::Timestamp;

/// The post that a thing has at a destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedThread {
    pub thread: String,
    /// As it was given when the post was begun.
    pub title: String,
    /// Whether its thing is over.
    pub is_over: bool,
}

/// What a settled delivery says of the post that its message is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadUpdate {
    /// The names of the thing: whatever is about one of them goes into the post from now on.
    pub keys: Vec<String>,
    /// Of a post that is not known yet.
    pub title: String,
    /// Whether the thing is over; none where the message does not say it.
    pub is_over: Option<bool>,
    /// Whether the post of a thing that is over can be archived.
    pub archives: bool,
}

/// A post that is to be archived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadToArchive {
    pub thread: String,
    /// The delivery that was in it last.
    pub delivery: i64,
    pub attempts: u32,
}

/// How an attempt to archive a post has ended.
#[derive(Debug, Clone)]
pub enum ArchiveEnd {
    Archived,
    /// Tried again then.
    Again(Timestamp),
    /// It stays open; the attempt is kept with the delivery.
    LeftOpen(Attempt),
}
