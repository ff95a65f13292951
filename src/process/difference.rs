//! What differs between two revisions of a quote (step 6), for the letter that goes with the further one.

use super::house::Vat;
use super::quote::{Line, Quote};
use super::value::Vnd;

/// One way in which a further revision differs from the one before, as that letter tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    Added {
        name: String,
        amount: Vnd,
    },
    Removed {
        name: String,
        amount: Vnd,
    },
    /// Same item, other wording.
    Renamed {
        old: String,
        new: String,
    },
    Price {
        name: String,
        old: Vnd,
        new: Vnd,
    },
    /// Working days in halves.
    Days {
        name: String,
        old: Option<u32>,
        new: Option<u32>,
    },
    /// Explanation, scope or note.
    Wording {
        name: String,
    },
    Discount {
        old: Vnd,
        new: Vnd,
    },
    Vat {
        old: Vnd,
        new: Vnd,
    },
    /// The same tax of another kind: 0 % where it was exempt. Rates in the order of the quote.
    VatKind {
        old: Vec<Vat>,
        new: Vec<Vat>,
    },
    Total {
        old: Vnd,
        new: Vnd,
    },
    /// Days from the quote's date to the last on which it holds.
    Validity {
        old: i64,
        new: i64,
    },
    /// Working days of the whole in halves, where no line tells of it.
    Duration {
        old: Option<u32>,
        new: Option<u32>,
    },
    Start {
        old: Option<String>,
        new: Option<String>,
    },
    /// `None`: the company's own terms of payment.
    Payment {
        old: Option<String>,
        new: Option<String>,
    },
}

/// What has changed from one revision to another, in the order of the quote; items are told apart by id.
pub fn between(old: &Quote, new: &Quote) -> Vec<Difference> {
    let mut all = Vec::new();
    for line in &new.lines {
        match old.lines.iter().find(|l| l.item == line.item) {
            Some(before) => line_differences(before, line, &mut all),
            None => all.push(Difference::Added { name: line.name.clone(), amount: line.amount }),
        }
    }
    for line in old.lines.iter().filter(|l| !new.lines.iter().any(|n| n.item == l.item)) {
        all.push(Difference::Removed { name: line.name.clone(), amount: line.amount });
    }
    if old.discount != new.discount {
        all.push(Difference::Discount { old: old.discount, new: new.discount });
    }
    if old.vat != new.vat {
        all.push(Difference::Vat { old: old.vat, new: new.vat });
    }
    let rates = |quote: &Quote| quote.vat_lines.iter().map(|row| row.rate).collect::<Vec<_>>();
    if old.vat == new.vat && rates(old) != rates(new) {
        all.push(Difference::VatKind { old: rates(old), new: rates(new) });
    }
    if old.total != new.total {
        all.push(Difference::Total { old: old.total, new: new.total });
    }
    terms_differences(old, new, &mut all);
    all
}

fn terms_differences(old: &Quote, new: &Quote, all: &mut Vec<Difference>) {
    let validity = |quote: &Quote| (quote.expires - quote.date).num_days();
    if validity(old) != validity(new) {
        all.push(Difference::Validity { old: validity(old), new: validity(new) });
    }
    let told = all.iter().any(|d| matches!(d, Difference::Added { .. } | Difference::Removed { .. } | Difference::Days { .. }));
    if old.half_days != new.half_days && !told {
        all.push(Difference::Duration { old: old.half_days, new: new.half_days });
    }
    if old.start_after != new.start_after {
        all.push(Difference::Start { old: old.start_after.clone(), new: new.start_after.clone() });
    }
    if old.payment_terms != new.payment_terms {
        all.push(Difference::Payment { old: old.payment_terms.clone(), new: new.payment_terms.clone() });
    }
}

fn line_differences(old: &Line, new: &Line, all: &mut Vec<Difference>) {
    let name = || new.name.clone();
    if old.name != new.name {
        all.push(Difference::Renamed { old: old.name.clone(), new: name() });
    }
    if old.amount != new.amount {
        all.push(Difference::Price { name: name(), old: old.amount, new: new.amount });
    }
    if old.half_days != new.half_days {
        all.push(Difference::Days { name: name(), old: old.half_days, new: new.half_days });
    }
    if (&old.explanation, &old.scope, &old.note) != (&new.explanation, &new.scope, &new.note) {
        all.push(Difference::Wording { name: name() });
    }
}
