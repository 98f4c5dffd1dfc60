//! The codes of the diagnostics that arise in templates; the general ones are `Code`'s own constants.

use hookbell_config_file::Code;

/// A text or an expression that cannot be parsed, or that uses an unknown name or filter.
pub const TEMPLATE_SYNTAX: Code = Code::new("template-syntax");
/// Literal text over one of Discord's limits, whatever the data is.
pub const OVER_LIMIT: Code = Code::new("over-limit");
/// A message or an embed without anything to show.
pub const EMPTY_MESSAGE: Code = Code::new("empty-message");
/// Messages that extend each other.
pub const EXTENDS_CYCLE: Code = Code::new("extends-cycle");
/// A reserved name.
pub const RESERVED_NAME: Code = Code::new("reserved-name");
/// A text that is missing in one of the languages.
pub const MISSING_TRANSLATION: Code = Code::new("missing-translation");
/// A payload would choose who is pinged, or where a link leads.
pub const UNSAFE_VALUE: Code = Code::new("unsafe-value");
