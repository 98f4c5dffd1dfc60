//! The words that filters print. Languages that are not listed get symbols instead.

use std::time::Duration;

use super::Locale;
use crate::delay::DelayCause;

/// Days, hours, minutes, seconds, milliseconds; and whether a blank separates them from the number.
pub struct Units {
    pub day: &'static str,
    pub hour: &'static str,
    pub minute: &'static str,
    pub second: &'static str,
    pub milli: &'static str,
    /// The separators between number and unit, and between two of them.
    pub between: &'static str,
}

const fn units(day: &'static str, hour: &'static str, minute: &'static str, second: &'static str) -> Units {
    Units { day, hour, minute, second, milli: "ms", between: " " }
}

const fn signs(day: &'static str, hour: &'static str, minute: &'static str, second: &'static str) -> Units {
    Units { day, hour, minute, second, milli: "ms", between: "" }
}

impl Locale {
    pub fn units(self) -> Units {
        match self.language() {
            "fr" => units("j", "h", "min", "s"),
            "ja" => signs("日", "時間", "分", "秒"),
            "zh" if self.tag() == "zh-TW" => signs("天", "小時", "分鐘", "秒"),
            "zh" => signs("天", "小时", "分钟", "秒"),
            "ko" => signs("일", "시간", "분", "초"),
            "ru" => units("д", "ч", "мин", "с"),
            "uk" => units("дн", "год", "хв", "с"),
            _ => units("d", "h", "min", "s"),
        }
    }

    /// The letter of a byte in `kB`: French counts octets.
    pub fn byte(self) -> &'static str {
        if self.language() == "fr" { "o" } else { "B" }
    }

    /// What leads from a message to the one that shows its thing.
    pub fn to_the_message(self) -> &'static str {
        match self.language() {
            "en" => "To the message",
            "de" => "Zur Nachricht",
            "fr" => "Vers le message",
            "es" => "Al mensaje",
            "pt" => "Para a mensagem",
            "it" => "Al messaggio",
            "nl" => "Naar het bericht",
            "ja" => "メッセージへ",
            "zh" if self.tag() == "zh-TW" => "前往訊息",
            "zh" => "前往消息",
            "ko" => "메시지로",
            "ru" => "К сообщению",
            "uk" => "До повідомлення",
            _ => "→",
        }
    }

    /// What counts the messages whose text was left out.
    pub fn and_more(self, count: usize) -> String {
        let number = self.number(&count.to_string());
        match self.language() {
            "en" => format!("… and {number} more"),
            "de" => format!("… und {number} weitere"),
            "fr" => format!("… et {number} de plus"),
            "es" => format!("… y {number} más"),
            "pt" => format!("… e mais {number}"),
            "it" => format!("… e altri {number}"),
            "nl" => format!("… en nog {number}"),
            "ja" => format!("… 他{number}件"),
            "zh" => format!("… 另有 {number} 条"),
            "ko" => format!("… 외 {number}건"),
            _ => format!("… +{number}"),
        }
    }

    /// What a late message says: by how much, in the largest unit, and why.
    pub fn delayed(self, delay: Duration, cause: DelayCause) -> String {
        let units = self.units();
        let (number, unit) = match delay.as_secs() {
            seconds if seconds >= 2 * 86_400 => (seconds / 86_400, units.day),
            seconds if seconds >= 2 * 3600 => (seconds / 3600, units.hour),
            seconds => (seconds / 60, units.minute),
        };
        let span = format!("{number}{}{unit}", units.between);
        let cause = self.delay_cause(cause);
        match self.language() {
            "de" => format!("{span} verspätet: {cause}"),
            _ => format!("delayed {span}: {cause}"),
        }
    }

    /// Why a message is late.
    pub fn delay_cause(self, cause: DelayCause) -> &'static str {
        match (self.language(), cause) {
            ("de", DelayCause::RateLimit) => "Discords Ratenlimit",
            ("de", DelayCause::Outage) => "Discord hat nicht geantwortet",
            ("de", DelayCause::DeadWebhook) => "der Webhook war tot",
            ("de", DelayCause::NotRunning) => "hookbell lief nicht",
            (_, DelayCause::RateLimit) => "Discord's rate limit",
            (_, DelayCause::Outage) => "Discord did not answer",
            (_, DelayCause::DeadWebhook) => "the webhook was dead",
            (_, DelayCause::NotRunning) => "hookbell was not running",
        }
    }

    /// The line that counts the lines that were left out.
    pub fn more_lines(self, count: usize) -> String {
        let number = self.number(&count.to_string());
        match (self.language(), count) {
            ("en", 1) => "… and 1 more line".to_owned(),
            ("en", _) => format!("… and {number} more lines"),
            ("de", 1) => "… und 1 weitere Zeile".to_owned(),
            ("de", _) => format!("… und {number} weitere Zeilen"),
            ("fr", 1) => "… et 1 autre ligne".to_owned(),
            ("fr", _) => format!("… et {number} autres lignes"),
            ("es", 1) => "… y 1 línea más".to_owned(),
            ("es", _) => format!("… y {number} líneas más"),
            ("pt", 1) => "… e mais 1 linha".to_owned(),
            ("pt", _) => format!("… e mais {number} linhas"),
            ("it", 1) => "… e un’altra riga".to_owned(),
            ("it", _) => format!("… e altre {number} righe"),
            ("nl", 1) => "… en nog 1 regel".to_owned(),
            ("nl", _) => format!("… en nog {number} regels"),
            ("ja", _) => format!("… 他{number}行"),
            ("zh", _) => format!("… 另有 {number} 行"),
            ("ko", _) => format!("… 외 {number}줄"),
            _ => format!("… +{number}"),
        }
    }
}
