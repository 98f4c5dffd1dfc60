//! Names that a webhook must not have. [D resources/webhook "Create Webhook", resources/user; observed on the override]

use super::validator::{FieldPath, Validator};

/// Checks a name under a path.
pub(crate) fn check(validator: &mut Validator, path: &FieldPath, name: &str) {
    let lower = name.to_lowercase();
    for word in ["clyde", "discord", "@", "#", ":", "```"] {
        if lower.contains(word) {
            validator.error(path, "USERNAME_INVALID_CONTAINS", format!("Username cannot contain \"{word}\""));
        }
    }
    if ["everyone", "here"].contains(&lower.as_str()) {
        validator.error(path, "USERNAME_INVALID_EXACT", format!("Username cannot be \"{lower}\""));
    }
}
