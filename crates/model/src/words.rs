//! What programs write as one word, as people write it.

use std::borrow::Cow;

/// The words of a name in small letters: `resetToken`, `reset_token` and `X-Reset-Token` have `reset` and `token`.
pub fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        let begins = c.is_uppercase() && before.is_lowercase();
        if !c.is_alphanumeric() || begins {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// `milestone.created` → `Milestone created`; `PAYMENT.CAPTURE.COMPLETED`, `pullRequest-merged` and `jira:sprint_closed` alike.
pub fn sentence(name: &str) -> String {
    let mut words = words(name);
    // `order.order.paid`.
    words.dedup();
    let text = words.join(" ");
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A sender's own word for something, such as `product_not_received`, as people write it; any other text as it is.
pub fn spoken(text: &str) -> Cow<'_, str> {
    let is_identifier = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') && text.contains('_');
    if is_identifier { Cow::Owned(text.replace('_', " ")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_write_becomes_words() {
        for (name, text) in [
            ("milestone.created", "Milestone created"),
            ("PAYMENT.CAPTURE.COMPLETED", "Payment capture completed"),
            ("pullRequest-merged", "Pull request merged"),
            ("jira:sprint_closed", "Jira sprint closed"),
            ("orders/paid", "Orders paid"),
            ("order.order.paid", "Order paid"),
            ("X", "X"),
            ("", ""),
        ] {
            assert_eq!(sentence(name), text);
        }
    }
}
