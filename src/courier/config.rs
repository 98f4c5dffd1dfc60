//! The courier's own keys of the `[discord]` section. The section's other keys are read elsewhere.

use std::time::Duration;

use hookbell_config_file::Diagnostics;
use hookbell_config_file::Table;
use hookbell_model::rate::Rate;

/// The courier's keys of `[discord]`, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// `channel_budget`: what all webhooks of one channel may post together, 1 to 10,000 in a span; none (`"off"`) =
    /// paced by the headers of the answers alone. Default 30 in 60 seconds.
    pub channel_budget: Option<Rate>,
    /// `give_up_after`: how long after acceptance a delivery that always fails is given up. Default 7 days.
    pub give_up_after: Duration,
    /// How long after a webhook was found dead it is looked up for the first time. Not a key.
    pub first_revival: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            // Discord does not document it and does not put it into headers, but enforces it.
            channel_budget: Some(Rate { count: 30, span: Duration::from_secs(60) }),
            give_up_after: Duration::from_secs(7 * 24 * 3600),
            first_revival: Duration::from_secs(60),
        }
    }
}

impl Config {
    /// Reads `channel_budget` (`"30/60s"` or `"off"`) and `give_up_after` (`"7d"`).
    pub fn read(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let usual = Self::default();
        Self {
            channel_budget: table.read("channel_budget", diagnostics, read_budget).unwrap_or(usual.channel_budget),
            give_up_after: table.get("give_up_after", diagnostics).unwrap_or(usual.give_up_after),
            ..usual
        }
    }
}

/// The text is no budget.
#[derive(Debug, thiserror::Error)]
#[error("expected messages in a span such as `\"30/60s\"`, or `\"off\"`")]
struct ParseBudgetError;

fn read_budget(text: &str) -> Result<Option<Rate>, ParseBudgetError> {
    if text.trim() == "off" {
        return Ok(None);
    }
    let rate: Rate = text.parse().map_err(|_| ParseBudgetError)?;
    // The bound keeps the memory of what was sent small.
    if rate.count > 10_000 { Err(ParseBudgetError) } else { Ok(Some(rate)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hookbell_config_file::Document;

    fn read(text: &str) -> (Config, Diagnostics) {
        let mut diagnostics = Diagnostics::default();
        let document = Document::parse_guarded("config.toml", text, &mut diagnostics);
        let config = Config::read(&mut document.root(), &mut diagnostics);
        (config, diagnostics)
    }

    #[test]
    fn absent_keys_have_their_defaults() {
        assert_eq!(read(""), (Config::default(), Diagnostics::default()));
    }

    #[test]
    fn a_channel_budget_is_read_or_switched_off() {
        let (config, diagnostics) = read("channel_budget = \"10/2s\"\ngive_up_after = \"3d\"");
        assert_eq!(diagnostics.errors(), 0);
        assert_eq!(config.channel_budget, Some(Rate { count: 10, span: Duration::from_secs(2) }));
        assert_eq!(config.give_up_after, Duration::from_secs(3 * 86_400));
        assert_eq!(read("channel_budget = \"off\"").0.channel_budget, None);
    }

    #[test]
    fn an_invalid_budget_is_an_error_that_shows_a_valid_one() {
        for wrong in ["30", "0/60s", "30/0s", "x/60s", "30/soon", "99999999/60s"] {
            let (_, diagnostics) = read(&format!("channel_budget = \"{wrong}\""));
            assert!(diagnostics.to_string().contains("30/60s"), "{wrong}: {diagnostics}");
        }
    }
}
