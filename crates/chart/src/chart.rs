//! What is drawn, and its alt text.

/// In pixels. Discord shows it at half of that on a phone.
pub const WIDTH: u32 = 720;
pub const HEIGHT: u32 = 340;

/// Bars over time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chart {
    /// `Events per hour`.
    pub title: String,
    /// The zone of the labels: `Europe/Berlin`.
    pub zone: String,
    /// From the left to the right.
    pub bars: Vec<Bar>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bar {
    /// `14:00`; not all are shown.
    pub label: String,
    pub value: u64,
}

impl Chart {
    /// Whether there is something to see: several values at several times.
    pub fn is_worthwhile(&self) -> bool {
        let total: u64 = self.bars.iter().map(|bar| bar.value).sum();
        total >= 5 && self.bars.iter().filter(|bar| bar.value > 0).count() >= 3
    }

    /// What it shows, for those who do not see it.
    pub fn alt_text(&self) -> String {
        let total: u64 = self.bars.iter().map(|bar| bar.value).sum();
        let range = match (self.bars.first(), self.bars.last()) {
            (Some(first), Some(last)) => format!(" from {} to {}", first.label, last.label),
            _ => String::new(),
        };
        let most = self.highest().map(|bar| format!("; most at {}: {}", bar.label, bar.value)).unwrap_or_default();
        format!("{} ({}){range}: {total} in all{most}", self.title, self.zone)
    }

    pub(crate) fn highest(&self) -> Option<&Bar> {
        // The first of several.
        self.bars.iter().rev().max_by_key(|bar| bar.value)
    }
}
