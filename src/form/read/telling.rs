//! What the words of a cell tell of its row: an item's id or number, a sum, a remark.

use crate::form::book::Raw;
use crate::form::cell::shown;
use crate::text::{fold, nfc};

/// `M01`.
pub(super) fn id(typed: &str) -> Option<String> {
    let id = typed.trim().to_uppercase();
    let digits = id.strip_prefix('M')?;
    (!digits.is_empty() && digits.len() <= 6 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(id)
}

/// `1`, `2.1`, `1.1.2)`.
pub(super) fn is_numbering(stt: &Raw) -> bool {
    let said = shown(stt);
    let said = said.trim();
    number(stt).is_some()
        || said.starts_with(|c: char| c.is_ascii_digit()) && said.chars().all(|c| c.is_ascii_digit() || ".,-)".contains(c))
}

/// `Đợt`, `Ghi chú`; neither `II.1`, `a`, `HM01` nor `Mục 2`.
pub(super) fn has_words(stt: &str) -> bool {
    let said = fold(stt);
    let bare = ["hang muc ", "muc ", "yeu cau "].iter().find_map(|word| said.strip_prefix(word)).unwrap_or_default();
    if bare.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let word = |w: &str| {
        let roman = w.chars().all(|c| "ivxlcIVXLC".contains(c));
        w.chars().filter(|c| c.is_alphabetic()).count() > 1 && !roman && !w.contains(|c: char| c.is_ascii_digit())
    };
    nfc(stt).split(|c: char| !c.is_alphanumeric()).any(word)
}

/// `1`, `1.`, `01)`.
pub(super) fn number(raw: &Raw) -> Option<u32> {
    let text = if let Raw::Amount { value, .. } = raw { value.to_string() } else { shown(raw) };
    text.trim().trim_end_matches(['.', ')']).parse().ok().filter(|n| *n > 0)
}

/// Words that a sum begins with; `Công nợ` and `Cổng thanh toán` do not, though they are the same without their accents.
const SUMS: [&str; 8] = ["tổng", "cộng", "tong", "cong", "total", "subtotal", "grand", "sum"];
/// What may follow them, without accents: `Tổng số tiền`, `Tổng chi phí`, `Tổng thành tiền`.
const SUMMED: [&str; 17] = [
    "so", "tien", "chi", "phi", "gia", "tri", "von", "ngay", "muc", "hang", "thanh", "thoi", "gian", "amount", "cost", "price",
    "days",
];

/// Folded, a remark on the table and no content. `Notebook cho kho`, `Lưu ý kiến khách hàng` and `(Bổ sung) in phiếu cân` are content.
pub(super) fn begins_remark(folded: &str) -> bool {
    let begins = |word: &str| {
        let opinions = |rest: &str| word == "luu y" && rest.starts_with(" kien");
        let behind = folded.strip_prefix(word);
        behind.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric) && !opinions(rest))
    };
    let bracketed = folded.strip_prefix('(').is_some_and(|rest| {
        let (inner, behind) = rest.split_once(')').unwrap_or((rest, ""));
        behind.trim().is_empty() || !inner.contains(char::is_alphabetic)
    });
    folded.starts_with('*') || bracketed || ["ghi chu", "luu y", "note", "notes", "chu thich"].into_iter().any(begins)
}

pub(super) fn begins_sum(text: &str) -> bool {
    let text = nfc(text).to_lowercase();
    text.split(|c: char| !c.is_alphanumeric()).find(|w| !w.is_empty()).is_some_and(|first| SUMS.contains(&first))
}

/// The words of a sum and no others, up to a colon or a bracket: `Tổng cộng: 2 mục`. `Tổng hợp doanh thu` is an item.
pub(super) fn is_sum(text: &str) -> bool {
    let text = nfc(text).to_lowercase();
    let head = text.split([':', '(', '=']).next().unwrap_or_default();
    let mut words = head.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.bytes().all(|b| b.is_ascii_digit()));
    begins_sum(head) && words.all(|w| SUMS.contains(&w) || SUMMED.contains(&fold(w).as_str()))
}

#[cfg(test)]
mod tests {
    use super::begins_remark;
    use crate::text::fold;

    #[test]
    fn remarks_are_told_from_items_that_begin_alike() {
        for said in
            ["Ghi chú: giá chưa gồm VAT", "Lưu ý giao trước tết", "NOTE: gấp", "(*) theo mẫu", "(khách chờ)", "* như trên"]
        {
            assert!(begins_remark(&fold(said)), "{said}");
        }
        for said in ["Notebook cho kho", "Lưu ý kiến khách hàng", "(Bổ sung) in phiếu cân", "Ghi chứng từ tự động"]
        {
            assert!(!begins_remark(&fold(said)), "{said}");
        }
    }
}
