//! The filters and tests for suggestions; the engine itself may have more.

#[rustfmt::skip]
pub(super) const FILTERS: &[&str] = &[
    "money", "number", "percent", "bytes", "duration", "ago", "date", "plural", "truncate", "first_line", "lines",
    "code", "block", "quote", "link", "mrkdwn", "markdown", "plain", "html", "wiki", "mask", "private", "without_secrets", "secrets", "short", "lookup", "diff", "sum", "join", "group", "slug", "json",
    "tojson", "path", "default", "d", "raw", "safe", "abs", "attr", "batch", "bool", "capitalize", "chain", "count",
    "dictsort", "first", "float", "format", "groupby", "indent", "int", "items", "last", "length", "list", "lower",
    "map", "max", "min", "reject", "rejectattr", "replace", "reverse", "round", "select", "selectattr", "slice",
    "sort", "split", "string", "title", "trim", "unique", "upper", "zip",
];
/// Names of the engine's that are no values.
pub(super) const FUNCTIONS: &[&str] = &["range", "dict", "namespace", "debug"];
pub(super) const TESTS: &[&str] = &[
    "boolean",
    "defined",
    "divisibleby",
    "endingwith",
    "eq",
    "even",
    "false",
    "float",
    "ge",
    "gt",
    "in",
    "integer",
    "iterable",
    "le",
    "lower",
    "lt",
    "mapping",
    "ne",
    "none",
    "number",
    "odd",
    "sameas",
    "sequence",
    "startingwith",
    "string",
    "true",
    "undefined",
    "upper",
];
