//! The codes of the diagnostics that arise in provider files; the general ones are `Code`'s own constants.

use hookbell_config_file::Code;

/// The signature does not cover the body, or only a part of it, and the file does not acknowledge that.
pub(crate) const UNSIGNED_BODY: Code = Code::new("unsigned-body");
