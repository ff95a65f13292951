//! Terms of payment as the Director words them (`50% khi ký, 50% khi bàn giao`): whether the parts make the whole.

use crate::money::percent::{self, TypedPercent};
use crate::text::tokens;

/// What the parts come to, in hundredths of a percent, where several are named and they do not make 100 %. What is no part of the
/// price is left out: a fine or interest (`phạt 0,05%/ngày`), a guarantee, the tax.
pub fn parts_off(terms: &str) -> Option<i64> {
    let mut parts = Vec::new();
    for part in terms.split([';', '\n']).flat_map(apart) {
        let all = tokens(part);
        if all.iter().any(|word| NO_PART.contains(&word.word())) {
            continue;
        }
        let percent = all.windows(2).filter(|w| w[1].is_sign("%")).filter_map(|w| hundredths(w[0].number()?));
        parts.extend(percent);
    }
    let sum: i64 = parts.iter().sum();
    (parts.len() > 1 && sum != 10_000).then_some(sum)
}

/// Words of what is no part of the price.
const NO_PART: &[&str] =
    &["phat", "lai", "lanh", "thue", "vat", "gtgt", "khau", "giam", "penalty", "interest", "tax", "discount"];

/// `50% khi ký và 50% khi bàn giao`; a comma within a number parts nothing.
fn apart(part: &str) -> impl Iterator<Item = &str> {
    part.split(", ").flat_map(|part| part.split(" và ")).flat_map(|part| part.split(" and "))
}

fn hundredths(number: &str) -> Option<i64> {
    match percent::read(&format!("{number}%")) {
        TypedPercent::One { hundredths, .. } => Some(hundredths),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::parts_off;

    #[test]
    fn parts_of_a_price_make_the_whole() {
        for (terms, off) in [
            ("Thanh toán 50% khi ký, 60% khi bàn giao", Some(11_000)),
            ("30% khi ký; 30% khi nghiệm thu", Some(6_000)),
            ("50% khi ký và 50% khi bàn giao", None),
            ("Tạm ứng 50%, nghiệm thu 50%; phạt chậm trả 0,05% mỗi ngày", None),
            ("33,3% khi ký\n33,3% khi test\n33,4% khi bàn giao", None),
            ("Thanh toán 100% khi ký", None),
            ("Thanh toán một lần", None),
            ("Đặt cọc 30%, còn lại khi bàn giao", None),
        ] {
            assert_eq!(parts_off(terms), off, "{terms}");
        }
    }
}
