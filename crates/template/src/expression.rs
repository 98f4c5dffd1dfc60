//! The language of `when`, `[vars]` and `{{ … }}`: reading it, and evaluating it for an event. One engine for routes and
//! templates; `render` makes messages of it.
//!
//! A text is read by `syntax` (bounded by `limits`), checked by `names`, `arguments` and `comparisons`, and edited by `rewrite` so that
//! every operation pays from a `budget`. The engine evaluates it on a `scope`, and what is printed is escaped for its
//! context.

mod error;
mod limits;
mod syntax;
mod vocabulary;
mod names;
mod arguments;
mod comparisons;
mod surroundings;
mod recognize;
mod rewrite;
mod paths;
mod condition;
mod cut;
mod text;
mod engine;
mod budget;
mod operators;
mod filters;
mod rich;
mod markdown;
mod marked;
mod matching;
mod masked_payload;
mod moment;
mod plural;
mod value;
mod view;
pub mod currencies;
mod scope;
mod slip;
pub mod escape;
pub mod url;

pub use self::budget::TIME;
pub use self::comparisons::Known;
pub use self::condition::{Condition, Expression};
pub(crate) use self::cut::cut;
pub use self::engine::is_global;
pub use self::error::{ArgumentError, ErrorKind, ExpressionError};
pub use self::escape::EscapeContext;
pub use self::moment::to_rfc3339;
pub use self::paths::{PathLookup, ValuePath, compared_paths, expression_paths, paths};
pub(crate) use self::rich::html_words;
pub use self::scope::{HISTORY, Scope};
pub use self::slip::ExpressionSlip;
pub(crate) use self::syntax::literals;
pub use self::text::{RenderedText, Text, Texts};
pub use self::view::{LANGUAGE, View};

#[cfg(test)]
mod tests;
