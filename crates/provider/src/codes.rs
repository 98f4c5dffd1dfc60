//! The codes of the diagnostics that arise in provider files; the general ones are `Code`'s own constants.

hookbell_config_file::codes! {
    /// The signature does not cover the body, or only a part of it, and the file does not acknowledge that.
    UNSIGNED_BODY = "unsigned-body";
}
