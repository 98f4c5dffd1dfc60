//! `--color`: whether what is printed to stdout is coloured, and what the colours mean. One choice for the whole process, as
//! the arguments make it once.

use std::io::IsTerminal;
use std::sync::OnceLock;

use anstyle::{AnsiColor, Style};
use clap::ColorChoice;

use crate::store::EventStatus;
use hookbell_model::delivery::Status;

static CHOICE: OnceLock<ColorChoice> = OnceLock::new();

/// What the arguments say. The first call counts.
pub(super) fn choose(choice: ColorChoice) {
    CHOICE.get_or_init(|| choice);
}

/// Whether stdout is coloured: as `--color` says, and with `auto` where it is a terminal that can, unless the environment
/// says otherwise (`NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE`).
pub(super) fn is_wanted() -> bool {
    match CHOICE.get().copied().unwrap_or(ColorChoice::Auto) {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            let can = std::io::stdout().is_terminal() && anstyle_query::term_supports_ansi_color();
            let may = !anstyle_query::no_color() && anstyle_query::clicolor().unwrap_or(true);
            anstyle_query::clicolor_force() || (can && may)
        }
    }
}

/// `text` in a style, where stdout is coloured.
pub(super) fn painted(style: Style, text: &str) -> String {
    if text.is_empty() || style.is_plain() || !is_wanted() {
        return text.to_owned();
    }
    format!("{}{text}{}", style.render(), style.render_reset())
}

/// Red is what somebody has to look at, green what has arrived, yellow what is on its way.
pub(super) fn of_status(status: EventStatus) -> Style {
    let color = match status {
        EventStatus::Has(Status::Dead) => AnsiColor::Red,
        EventStatus::Has(Status::Delivered) => AnsiColor::Green,
        EventStatus::Has(Status::Pending | Status::Collecting) => AnsiColor::Yellow,
        EventStatus::Unrouted | EventStatus::Has(Status::Merged | Status::Muted | Status::Unrouted) => {
            return Style::new().dimmed();
        }
    };
    color.on_default()
}

/// What names a column or a part.
pub(super) fn of_heading() -> Style {
    Style::new().bold()
}
