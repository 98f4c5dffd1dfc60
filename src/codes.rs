//! The codes of the diagnostics that arise in this crate; the general ones are `Code`'s own constants.

hookbell_config_file::codes! {
    /// A fault of the program, not of the file.
    INTERNAL = "internal-error";
    /// `${VAR}` names a variable that the environment does not have.
    UNSET_VARIABLE = "unset-variable";
    /// A file that holds secrets can be read by every user of the machine.
    EXPOSED_SECRETS = "exposed-secrets";
    /// The store's file or folder cannot be used on this machine.
    UNUSABLE_STORE = "unusable-store";
    /// An address cannot be bound on this machine.
    UNUSABLE_ADDRESS = "unusable-address";
    /// Discord does not know a destination's webhook.
    DEAD_WEBHOOK = "dead-webhook";
    /// Discord, or the public URL, does not answer as it should.
    UNREACHABLE = "unreachable";
    /// A value that stands for another one, and was not replaced.
    PLACEHOLDER_VALUE = "placeholder-value";
    /// A glob that no known event type matches.
    UNMATCHED_GLOB = "unmatched-glob";
    /// A route asks for events that come often and say little.
    ROUTINE_EVENTS = "routine-events";
    /// The config has no key at all.
    EMPTY_CONFIG = "empty-config";
    /// The config has no source, so no event can be accepted.
    NO_SOURCES = "no-sources";
    /// No route takes events of a source.
    UNROUTED_SOURCE = "unrouted-source";
    /// No route leads to a destination.
    UNUSED_DESTINATION = "unused-destination";
    /// A message names a forum tag that no destination has.
    UNKNOWN_TAG = "unknown-tag";
    /// A source takes requests without checking who sent them.
    UNVERIFIED_SOURCE = "unverified-source";
    /// A provider's signature scheme is not confirmed.
    UNPROVED_PROVIDER = "unproved-provider";
    /// The secret of a source is still to be captured, so it refuses every request.
    UNCAPTURED_SECRET = "uncaptured-secret";
    /// A webhook that was made by hand is to carry buttons.
    HAND_MADE_WEBHOOK = "hand-made-webhook";
    /// The admin listener is open to others and has no token.
    UNPROTECTED_LISTENER = "unprotected-listener";
    /// A message that no event can get.
    UNREACHABLE_MESSAGE = "unreachable-message";
    /// A template reads what is in no sample and no past event.
    UNKNOWN_PATH = "unknown-path";
    /// A number is compared with a text, in every sample and past event.
    COMPARED_KINDS = "compared-kinds";
    /// A sample does not have what its message needs.
    FAILED_SAMPLE = "failed-sample";
    /// The result of an `[[example]]` differs from what it expects.
    FAILED_EXAMPLE = "failed-example";
    /// Past events would lack something in their message, or have it cut.
    FAILED_PAST_EVENT = "failed-past-event";
}
