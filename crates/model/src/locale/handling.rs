//! The words of alerts that somebody handles. Languages that are not listed get English.

use super::Locale;
use crate::delivery::AlertButton;

impl Locale {
    /// Who has an alert.
    pub fn has_it(self, name: &str) -> String {
        match self.language() {
            "de" => format!("{name} kümmert sich"),
            "ja" => format!("{name} が対応中"),
            _ => format!("{name} has it"),
        }
    }

    /// Who said that an alert is over.
    pub fn resolved_by(self, name: &str) -> String {
        match self.language() {
            "de" => format!("Von {name} für erledigt erklärt"),
            "ja" => format!("{name} が解決"),
            _ => format!("Resolved by {name}"),
        }
    }

    /// The label of a button; `is_owned`: somebody has the alert.
    pub fn alert_button(self, button: AlertButton, is_owned: bool) -> &'static str {
        match (self.language(), button, is_owned) {
            ("de", AlertButton::Ack, false) => "Übernehmen",
            ("de", AlertButton::Ack, true) => "Abgeben",
            ("de", AlertButton::Mute, _) => "Stummschalten",
            ("de", AlertButton::Explain, _) => "Erklären",
            ("de", AlertButton::Resolve, _) => "Erledigt",
            ("ja", AlertButton::Ack, false) => "対応する",
            ("ja", AlertButton::Ack, true) => "対応をやめる",
            ("ja", AlertButton::Mute, _) => "ミュート",
            ("ja", AlertButton::Explain, _) => "説明",
            ("ja", AlertButton::Resolve, _) => "解決",
            (_, AlertButton::Ack, false) => "Ack",
            (_, AlertButton::Ack, true) => "Unack",
            (_, AlertButton::Mute, _) => "Mute",
            (_, AlertButton::Explain, _) => "Explain",
            (_, AlertButton::Resolve, _) => "Resolve",
        }
    }
}
