//! What programs write as one word, as people write it.

/// `milestone.created` → `Milestone created`; `PAYMENT.CAPTURE.COMPLETED`, `pullRequest-merged` and `jira:sprint_closed` alike.
pub(super) fn sentence(name: &str) -> String {
    let mut words = words(name);
    // `order order.paid`.
    words.dedup();
    let text = words.join(" ");
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// In lower case.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for letter in name.chars() {
        let begins = letter.is_uppercase() && before.is_lowercase();
        if !letter.is_alphanumeric() || begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.extend(letter.to_lowercase());
        }
        before = letter;
    }
    words.retain(|word| !word.is_empty());
    words
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
