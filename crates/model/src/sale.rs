//! Sales: what events say of money that came, went back or is disputed, and what that adds up to. Several events of one
//! sale count once, in whatever order they come.

mod claim;
mod ledger;

pub use self::claim::{ClaimedMoney, SaleAmount, SaleClaim, SaleKind};
pub use self::ledger::{LedgerChange, LedgerEntry, changes};
