//! The codes of the diagnostics that arise in templates; the general ones are `Code`'s own constants.

hookbell_config_file::codes! {
    /// A text or an expression that cannot be parsed, or that uses an unknown name or filter.
    TEMPLATE_SYNTAX = "template-syntax";
    /// Literal text over one of Discord's limits, whatever the data is.
    OVER_LIMIT = "over-limit";
    /// A message or an embed without anything to show.
    EMPTY_MESSAGE = "empty-message";
    /// A ping in a template's own words, which notifies nobody.
    PING_IN_TEXT = "ping-in-text";
    /// The placeholder of another language in a template's own words.
    LITERAL_PLACEHOLDER = "literal-placeholder";
    /// Messages that extend each other.
    EXTENDS_CYCLE = "extends-cycle";
    /// A reserved name.
    RESERVED_NAME = "reserved-name";
    /// A text that is missing in one of the languages.
    MISSING_TRANSLATION = "missing-translation";
    /// A payload would choose who is pinged, or where a link leads.
    UNSAFE_VALUE = "unsafe-value";
}
