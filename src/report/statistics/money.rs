//! What the money of each currency comes to.

use std::collections::BTreeMap;

use crate::store::{MoneySum, Statistics};
use hookbell_model::sale::SaleKind;

/// The money of one currency. Test money is apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CurrencySum {
    /// Empty where it is not known.
    pub currency: String,
    /// Of the minor unit of all amounts here.
    pub decimals: u32,
    pub is_test: bool,
    pub sales: MoneySum,
    pub refunds: MoneySum,
    pub disputes: MoneySum,
}

impl CurrencySum {
    /// What is left of the sales.
    pub fn net(&self) -> i128 {
        self.sales.amount.saturating_sub(self.refunds.amount).saturating_sub(self.disputes.amount)
    }

    /// Whether the other is of the same money.
    pub fn is_same_money(&self, other: &Self) -> bool {
        self.currency == other.currency && self.is_test == other.is_test
    }

    /// What is left, in a minor unit of so many decimals.
    pub fn net_with(&self, decimals: u32) -> i128 {
        scaled(self.net(), self.decimals, decimals)
    }
}

/// The currencies of some statistics, those with most sales first, test money last. Where senders count in different
/// minor units of one currency, the smallest of them is taken.
pub fn currency_sums(statistics: &Statistics) -> Vec<CurrencySum> {
    let mut decimals: BTreeMap<(&str, bool), u32> = BTreeMap::new();
    for key in statistics.money.keys() {
        let most = decimals.entry((&key.currency, key.is_test)).or_default();
        *most = key.decimals.max(*most);
    }
    let mut sums: Vec<CurrencySum> = Vec::new();
    for ((currency, is_test), decimals) in decimals {
        let mut sum = CurrencySum { currency: currency.to_owned(), decimals, is_test, ..CurrencySum::default() };
        let own =
            statistics.money.iter().filter(|(key, _)| (key.currency.as_str(), key.is_test) == (currency, is_test));
        for (key, MoneySum { amount, count }) in own {
            let total = match key.kind {
                SaleKind::Sale => &mut sum.sales,
                SaleKind::Refund => &mut sum.refunds,
                SaleKind::Dispute => &mut sum.disputes,
            };
            total.amount = total.amount.saturating_add(scaled(*amount, key.decimals, decimals));
            total.count += count;
        }
        sums.push(sum);
    }
    sums.sort_by_key(|sum| (sum.is_test, std::cmp::Reverse(sum.sales.count), sum.currency.clone()));
    sums
}

fn scaled(amount: i128, from: u32, to: u32) -> i128 {
    let factor = 10i128.saturating_pow(from.abs_diff(to));
    if to >= from { amount.saturating_mul(factor) } else { amount / factor }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MoneyKey;

    #[test]
    fn currencies_are_apart_and_one_currency_is_one_sum_whatever_its_senders_count_in() {
        let mut statistics = Statistics::default();
        for (currency, is_test, kind, decimals, amount, count) in [
            ("ISK", false, SaleKind::Sale, 2, 50_000, 1),
            ("ISK", false, SaleKind::Sale, 0, 700, 2),
            ("ISK", false, SaleKind::Refund, 0, 200, 1),
            ("EUR", false, SaleKind::Sale, 2, 4900, 1),
            ("EUR", false, SaleKind::Dispute, 2, 4900, 1),
            ("EUR", true, SaleKind::Sale, 2, 999, 9),
        ] {
            let key = MoneyKey { currency: currency.into(), is_test, kind, decimals };
            statistics.money.insert(key, MoneySum { amount, count });
        }
        let sums = currency_sums(&statistics);
        let shown: Vec<_> =
            sums.iter().map(|sum| (sum.currency.as_str(), sum.is_test, sum.decimals, sum.net())).collect();
        assert_eq!(shown, [("ISK", false, 2, 100_000), ("EUR", false, 2, 0), ("EUR", true, 2, 999)]);
        assert_eq!((sums[0].sales.count, sums[0].refunds.amount), (3, 20_000));
    }
}
