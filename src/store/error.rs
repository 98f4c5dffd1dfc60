//! The errors of the store.

/// An error of the store. The texts are for the operator.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum Error {
    /// Nothing was kept; the same request may succeed later.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// There is no database where the config says one is.
    #[error("{0}")]
    NotFound(String),
    /// The database was written by a newer hookbell.
    #[error("{0}")]
    TooNew(String),
    /// Another process serves this database.
    #[error("{0}")]
    InUse(String),
    /// The confirmation of a change was spent before, or has expired; nothing was changed.
    #[error("the change was confirmed before, or can be confirmed no more")]
    AlreadyConfirmed,
}

pub type Result<T> = std::result::Result<T, Error>;
