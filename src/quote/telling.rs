//! Words of our own people that the customer reads and that tell what the work costs: `Giá vốn 10tr, mình lãi 5tr` in the note for the
//! customer. The last look ([`super::gate`]) knows internal cells; this looks into those that are meant to be read.

use std::collections::BTreeSet;

use super::held::problem;
use crate::money::typed::{Typed, amounts_in};
use crate::process::case::Case;
use crate::process::form::{Cell, Item};
use crate::process::problem::{Kind, Problem};
use crate::process::quote::Quote;
use crate::process::value::Vnd;
use crate::text::{letters, nfc};

/// What the house says of its own: beside an amount, a percentage or a word to a colleague. A module for cost of goods is the
/// customer's own affair.
const COST: [&str; 10] =
    ["gia von", "gia goc", "bien loi nhuan", "bien lai", "loi nhuan", "cost price", "our cost", "margin", "profit", "gia noi bo"];
/// As one speaks within the house.
const AMONG_US: [&str; 6] = ["minh", "dung giam", "theo bao cua", "ky thuat bao", "tech", "noi bo"];
/// Beside the very amount of a cost these are enough where the work is described.
const BESIDE_AMOUNT: [&str; 4] = ["chi phi", "von", "cost", "theo bao cua"];

/// The cells of this quote that tell what it costs us, each once. The amount of a cost is none where it is a price as well, or the
/// customer's budget.
pub fn cells(case: &Case, quote: &Quote) -> Vec<Problem> {
    let costs = costs(case, quote);
    let (form, mut told) = (&case.form, Vec::new());
    let mut look = |at: Cell, text: &str, remark: bool| {
        if tells(text, &costs, remark) {
            told.push(problem(Some(&at), Kind::TellsCost));
        }
    };
    for item in quote.lines.iter().filter_map(|line| form.item(line.item.as_deref()?)) {
        for (column, remark) in [("khu", false), ("nd", false), ("dg", false), ("kt_pv", true), ("kh_gc", true)] {
            let text = item.text(column).filter(|_| column != "kt_pv" || item.feasible() == Some("partial"));
            look(Cell::Item(item.id.clone(), column.into()), text.unwrap_or_default(), remark);
        }
    }
    for field in ["pr_pay", "kt_start"] {
        look(Cell::Field(field.into()), form.text(field).unwrap_or_default(), true);
    }
    told
}

fn costs(case: &Case, quote: &Quote) -> BTreeSet<Vnd> {
    let form = &case.form;
    let server = form.vnd("kt_srv_cost");
    let items = form.items.iter().filter_map(Item::cost_vnd).fold(0, Vnd::saturating_add);
    let mut costs: BTreeSet<Vnd> = form.items.iter().filter_map(Item::cost_vnd).chain(server).collect();
    costs.extend([items, items.saturating_add(server.unwrap_or(0))]);
    let mut open: BTreeSet<Vnd> = [quote.subtotal, quote.discount, quote.vat, quote.total, 0].into();
    open.extend(quote.lines.iter().flat_map(|l| [l.unit_price, l.amount]));
    open.extend(quote.vat_lines.iter().flat_map(|v| [v.base, v.vat]));
    open.extend(["budget", "budget_srv"].iter().filter_map(|field| form.vnd(field)));
    costs.difference(&open).copied().collect()
}

/// `remark`: words beside the work; what describes it speaks of the customer's own costs and profits.
fn tells(text: &str, costs: &BTreeSet<Vnd>, remark: bool) -> bool {
    let plain = format!(" {} ", letters(text));
    let says = |words: &[&str]| words.iter().any(|word| plain.contains(&format!(" {word} ")));
    let amounts = amounts_in(text);
    let is_cost = |typed: &Typed| match typed {
        Typed::One { vnd, .. } => costs.contains(vnd),
        Typed::Ambiguous(all) => all.iter().any(|vnd| costs.contains(vnd)),
        _ => false,
    };
    let a_cost = amounts.iter().any(|(_, typed)| is_cost(typed));
    if !remark {
        return a_cost && (says(&COST) || says(&BESIDE_AMOUNT));
    }
    a_cost || says(&COST) && (!amounts.is_empty() || text.contains('%') || says(&AMONG_US)) || tells_gain(text)
}

/// `mình lãi 5tr`. `lại` is another word, and `tính lãi 0,05%/ngày` a term of payment.
fn tells_gain(text: &str) -> bool {
    let text = nfc(text).to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let ours = |word: &&str| matches!(*word, "mình" | "ta" | "được" | "còn");
    let at = |n: usize| words.get(n).is_some_and(|word| *word == "lãi");
    (0..words.len()).any(|n| at(n) && (n > 0 && ours(&words[n - 1]) || matches!(words.get(n + 1), Some(&"gộp" | &"ròng"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_a_cost() {
        let costs = BTreeSet::from([10_000_000, 20_000_000]);
        for text in [
            "Giá vốn 10tr, mình lãi 5tr, đừng giảm",
            "giá vốn mục 1 là 10.000.000 đ",
            "chi phí 20.000.000 theo báo của anh Lộc",
            "mình lãi khá rồi",
            "margin 30%",
            "Cost price 12,000,000 VND",
            "Đã gồm đào tạo (20 triệu)",
        ] {
            assert!(tells(text, &costs, true), "{text}");
        }
        for text in [
            "Đã gồm đào tạo",
            "Gồm báo cáo giá vốn và lãi lỗ theo tháng",
            "Chậm thanh toán tính lãi 0,05%/ngày",
            "Chi phí đi lại khách tự lo",
            "Khách trả 15.000.000 đ khi ký",
            "gửi lại trong 10 ngày",
        ] {
            assert!(!tells(text, &costs, true), "{text}");
        }
        assert!(tells("Báo cáo tồn, chi phí 20.000.000 đ", &costs, false));
        assert!(!tells("Đơn trên 20.000.000 đ phải duyệt", &costs, false), "the customer's own amount");
        assert!(!tells("Cảnh báo khi giá bán thấp hơn giá vốn 10%", &costs, false));
    }
}
