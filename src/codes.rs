//! The codes of the diagnostics that arise in this crate; the general ones are `Code`'s own constants.

use hookbell_config_file::Code;

/// A fault of the program, not of the file.
pub const INTERNAL: Code = Code::new("internal-error");
/// `${VAR}` names a variable that the environment does not have.
pub const UNSET_VARIABLE: Code = Code::new("unset-variable");
/// A glob that no known event type matches.
pub const UNMATCHED_GLOB: Code = Code::new("unmatched-glob");
/// The config has no source, so no event can be accepted.
pub const NO_SOURCES: Code = Code::new("no-sources");
/// No route takes events of a source.
pub const UNROUTED_SOURCE: Code = Code::new("unrouted-source");
/// No route leads to a destination.
pub const UNUSED_DESTINATION: Code = Code::new("unused-destination");
/// A message names a forum tag that no destination has.
pub const UNKNOWN_TAG: Code = Code::new("unknown-tag");
/// A source takes requests without checking who sent them.
pub const UNVERIFIED_SOURCE: Code = Code::new("unverified-source");
/// A provider's signature scheme is not confirmed.
pub const UNPROVED_PROVIDER: Code = Code::new("unproved-provider");
/// The secret of a source is still to be captured, so it refuses every request.
pub const UNCAPTURED_SECRET: Code = Code::new("uncaptured-secret");
/// The admin listener is open to others and has no token.
pub const UNPROTECTED_LISTENER: Code = Code::new("unprotected-listener");
/// A message that no event can get.
pub const UNREACHABLE_MESSAGE: Code = Code::new("unreachable-message");
/// A template reads what is in no sample and no past event.
pub const UNKNOWN_PATH: Code = Code::new("unknown-path");
/// A sample does not have what its message needs.
pub const FAILED_SAMPLE: Code = Code::new("failed-sample");
/// The result of an `[[example]]` differs from what it expects.
pub const FAILED_EXAMPLE: Code = Code::new("failed-example");
/// Past events would lack something in their message, or have it cut.
pub const FAILED_PAST_EVENT: Code = Code::new("failed-past-event");
