//! What an event says of a sale.

use crate::timestamp::Timestamp;

crate::string_enum! {
    /// In which direction money went.
    SaleKind {
        /// It came.
        Sale = "sale",
        /// It went back.
        Refund = "refund",
        /// A customer's bank takes it back, or may do so.
        Dispute = "dispute",
    }
}

/// An amount of a currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleAmount {
    /// In the minor unit, not negative.
    pub minor: i64,
    /// Upper case; empty where it is not known.
    pub currency: String,
    /// Of the minor unit.
    pub decimals: u32,
}

impl SaleAmount {
    /// More is no amount that anybody paid, and could not be added up.
    pub const MOST: i64 = 1_000_000_000_000_000;

    /// Whether the two can be added.
    pub(super) fn is_of(&self, other: &Self) -> bool {
        self.currency == other.currency && self.decimals == other.decimals
    }
}

/// What an event says of the money of a sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimedMoney {
    Amount(SaleAmount),
    /// What was said before of this money does not hold any more: it was cancelled, it failed, a dispute is won.
    /// The amount where it is known.
    Void(Option<SaleAmount>),
    /// Nothing. The event only ties names together.
    None,
}

/// What an event says of a sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleClaim {
    /// What the sale is known by within its source: an event that names two of them ties them together. Empty = by the
    /// event alone.
    pub keys: Vec<String>,
    pub kind: SaleKind,
    /// Which part of the money it is, such as the id of one of several refunds; empty = the whole.
    pub part: String,
    pub money: ClaimedMoney,
    /// When the money moved, where the event says so and is later: it counts then.
    pub at: Option<Timestamp>,
}

impl SaleClaim {
    /// Keys of one sale; an event cannot name more.
    pub const MOST_KEYS: usize = 8;
}
