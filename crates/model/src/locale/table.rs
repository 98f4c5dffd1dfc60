//! The facts, one row a locale: separators, positions of signs, signs that differ from the common ones. Source:
//! the Unicode project's locale data (CLDR), reduced to what a message needs.

use self::Dates::{DayFirst, Iso, MonthFirst, YearFirst};
use self::Percent::{After, AfterApart as PercentApart, Before as PercentBefore};
use self::Sign::{AfterApart, Before, BeforeApart};

/// The position of a currency's sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// `$1.00`
    Before,
    /// `R$ 1,00`
    BeforeApart,
    /// `1,00 €`
    AfterApart,
}

/// The position of the percent sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Percent {
    /// `12.3%`
    After,
    /// `12,3 %`
    AfterApart,
    /// `%12,3`
    Before,
}

/// The order and the separator of a date's parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dates {
    /// `2026-11-21`
    Iso,
    DayFirst(char),
    MonthFirst,
    YearFirst(char),
}

pub(super) struct Row {
    pub(super) tag: &'static str,
    pub(super) decimal: char,
    pub(super) group: char,
    /// Least digits before the first separator.
    pub(super) least: u8,
    /// Groups of two beyond the thousands.
    pub(super) lakh: bool,
    pub(super) sign: Sign,
    pub(super) percent: Percent,
    pub(super) dates: Dates,
    pub(super) signs: &'static [(&'static str, &'static str)],
}

type Signs = &'static [(&'static str, &'static str)];

const fn row(tag: &'static str, separators: (char, char), sign: Sign, percent: Percent, dates: Dates) -> Row {
    let (decimal, group) = separators;
    Row { tag, decimal, group, least: 1, lakh: false, sign, percent, dates, signs: &[] }
}

impl Row {
    /// Four digits stay together.
    const fn loose(mut self) -> Self {
        self.least = 2;
        self
    }

    const fn lakh(mut self) -> Self {
        self.lakh = true;
        self
    }

    const fn signs(mut self, signs: Signs) -> Self {
        self.signs = signs;
        self
    }
}

const POINT: (char, char) = ('.', ',');
const COMMA: (char, char) = (',', '.');
const SPACE: (char, char) = (',', '\u{a0}');
const NARROW: (char, char) = (',', '\u{202f}');

/// The default; its dates are ISO 8601, which is unambiguous.
pub(super) static ENGLISH: Row = row("en", POINT, Before, After, Iso);

pub(super) static ROWS: [Row; 47] = [
    row("en", POINT, Before, After, Iso),
    row("en-US", POINT, Before, After, MonthFirst),
    row("en-GB", POINT, Before, After, DayFirst('/')),
    row("en-AU", POINT, Before, After, DayFirst('/')).signs(&[("AUD", "$"), ("USD", "US$")]),
    row("en-CA", POINT, Before, After, Iso).signs(&[("CAD", "$"), ("USD", "US$")]),
    row("en-IN", POINT, Before, After, DayFirst('/')).lakh(),
    row("bg", SPACE, AfterApart, After, DayFirst('.')).loose().signs(&[("BGN", "лв.")]),
    row("cs", SPACE, AfterApart, PercentApart, DayFirst('.')).signs(&[("CZK", "Kč")]),
    row("da", COMMA, AfterApart, PercentApart, DayFirst('.')).signs(&[("DKK", "kr.")]),
    row("de", COMMA, AfterApart, PercentApart, DayFirst('.')),
    row("de-AT", COMMA, BeforeApart, PercentApart, DayFirst('.')),
    row("de-CH", ('.', '’'), BeforeApart, After, DayFirst('.')),
    row("el", COMMA, AfterApart, After, DayFirst('/')),
    row("es", COMMA, AfterApart, PercentApart, DayFirst('/')).loose(),
    row("es-419", POINT, Before, PercentApart, DayFirst('/')),
    row("es-AR", COMMA, BeforeApart, PercentApart, DayFirst('/')).signs(&[("ARS", "$"), ("USD", "US$")]),
    row("es-MX", POINT, Before, After, DayFirst('/')).signs(&[("MXN", "$"), ("USD", "US$")]),
    row("fi", SPACE, AfterApart, PercentApart, DayFirst('.')),
    row("fr", NARROW, AfterApart, PercentApart, DayFirst('/')).signs(&[("USD", "$US"), ("GBP", "£GB")]),
    row("fr-CA", SPACE, AfterApart, PercentApart, Iso).signs(&[("CAD", "$"), ("USD", "$ US")]),
    row("fr-CH", NARROW, AfterApart, PercentApart, DayFirst('.')),
    row("he", POINT, AfterApart, After, DayFirst('.')),
    row("hi", POINT, Before, After, DayFirst('/')).lakh(),
    row("hr", COMMA, AfterApart, PercentApart, DayFirst('.')),
    row("hu", SPACE, AfterApart, After, YearFirst('.')).signs(&[("HUF", "Ft")]),
    row("id", COMMA, BeforeApart, After, DayFirst('/')).signs(&[("IDR", "Rp")]),
    row("it", COMMA, AfterApart, After, DayFirst('/')),
    row("ja", POINT, Before, After, YearFirst('/')).signs(&[("JPY", "￥"), ("CNY", "元")]),
    row("ko", POINT, Before, After, YearFirst('.')),
    row("lt", SPACE, AfterApart, PercentApart, Iso),
    row("nb", SPACE, AfterApart, PercentApart, DayFirst('.')).signs(&[("NOK", "kr")]),
    row("nl", COMMA, BeforeApart, After, DayFirst('-')),
    row("no", SPACE, AfterApart, PercentApart, DayFirst('.')).signs(&[("NOK", "kr")]),
    row("pl", SPACE, AfterApart, After, DayFirst('.')).loose().signs(&[("PLN", "zł")]),
    row("pt", COMMA, BeforeApart, After, DayFirst('/')),
    row("pt-BR", COMMA, BeforeApart, After, DayFirst('/')).signs(&[("USD", "US$")]),
    row("pt-PT", SPACE, AfterApart, After, DayFirst('/')).loose(),
    row("ro", COMMA, AfterApart, PercentApart, DayFirst('.')),
    row("ru", SPACE, AfterApart, PercentApart, DayFirst('.')).signs(&[("RUB", "₽")]),
    row("sk", SPACE, AfterApart, PercentApart, DayFirst('.')),
    row("sv", SPACE, AfterApart, PercentApart, Iso).signs(&[("SEK", "kr")]),
    row("th", POINT, Before, After, DayFirst('/')).signs(&[("THB", "฿")]),
    row("tr", COMMA, Before, PercentBefore, DayFirst('.')).signs(&[("TRY", "₺")]),
    row("uk", SPACE, AfterApart, After, DayFirst('.')).signs(&[("UAH", "₴")]),
    row("vi", COMMA, AfterApart, After, DayFirst('/')),
    row("zh", POINT, Before, After, YearFirst('/')).signs(&[("CNY", "¥"), ("JPY", "JP¥"), ("USD", "US$")]),
    row("zh-TW", POINT, Before, After, YearFirst('/')).signs(&[("TWD", "$"), ("USD", "US$"), ("CNY", "CN¥")]),
];
