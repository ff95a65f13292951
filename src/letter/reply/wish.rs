//! What a customer who wants another quote wants: other prices, or other work.

use super::words::*;
use crate::money::typed::amounts_in;
use crate::process::act::{What, Wish};

/// `KH XIN SỬA: …`.
pub fn change(text: impl Into<String>) -> What {
    let text = text.into();
    What::ChangeAsked { about: about(&text), text }
}

/// `BÁO GIÁ LẠI: …`.
pub fn requote(text: impl Into<String>) -> What {
    let text = text.into();
    let same = text.trim().is_empty() || keeps_all(&text);
    What::Requote { about: (!same).then(|| about(&text)), text }
}

fn about(text: &str) -> Wish {
    if about_price_alone(text) { Wish::Price } else { Wish::Work }
}

/// `xin giảm 10%`, `chiết khấu thêm`, `giảm giá mục 3 còn 25tr`: the prices, and nothing of what is to be made.
fn about_price_alone(text: &str) -> bool {
    let clauses = clauses(text);
    let extends = clauses.iter().any(|c| c.says(VALIDITY));
    clauses.iter().any(|c| c.says(ABOUT_PRICE) || c.names_amount()) && !clauses.iter().any(|c| c.changes(extends))
}

/// `khách hỏi lại, giữ nguyên các mục`.
fn keeps_all(text: &str) -> bool {
    let clauses = clauses(text);
    let besides = |c: &Clause| c.says(BUT);
    clauses.iter().any(|c| c.says(KEEPS)) && !clauses.iter().any(|c| c.changes(false) || besides(c))
}

/// The words of a part of a sentence, in small letters.
struct Clause(Vec<String>);

fn clauses(text: &str) -> Vec<Clause> {
    let text = crate::text::nfc(text).to_lowercase();
    let word = |w: &str| w.trim_matches(|c: char| !c.is_alphanumeric() && c != '%').to_string();
    let cut = text.split([';', '\n']).flat_map(|t| t.split(", ")).flat_map(|t| t.split(". "));
    cut.map(|clause| Clause(clause.split_whitespace().map(word).filter(|w| !w.is_empty()).collect())).collect()
}

impl Clause {
    /// Typed bare, a word may be any that differs in its marks alone; typed with them (`bộ`, `đối`), it is itself.
    fn at(&self, at: usize, phrase: &str) -> Option<usize> {
        let same = |typed: &String, word: &str| typed == word || (typed.is_ascii() && *typed == crate::text::fold(word));
        let parts: Vec<&str> = phrase.split(' ').collect();
        let words = self.0.get(at..at.checked_add(parts.len())?)?;
        words.iter().zip(&parts).all(|(typed, word)| same(typed, word)).then_some(parts.len())
    }

    fn says(&self, phrases: &[&str]) -> bool {
        (0..self.0.len()).any(|at| phrases.iter().any(|p| self.at(at, p).is_some()))
    }

    /// Money is named: `5%`, `25tr`, `giá`.
    fn names_money(&self) -> bool {
        let figure = |w: &String| w.starts_with(|c: char| c.is_ascii_digit()) && w.ends_with(['%', 'r', 'k', 'đ', 'd', 'u', '0']);
        self.says(&["giá", "chiết khấu", "price", "discount"])
            || (self.says(&["giảm"]) && self.0.iter().any(figure))
            || (self.says(&["còn", "xuống"]) && self.names_amount())
    }

    /// `45tr`, `5%`
    fn names_amount(&self) -> bool {
        let words = self.0.join(" ");
        words.contains('%') || !amounts_in(&words).is_empty()
    }

    fn changes(&self, extends: bool) -> bool {
        let number = |at: usize| self.0.get(at).is_some_and(|w| w.starts_with(|c: char| c.is_ascii_digit()));
        let keeps = self.says(KEEPS);
        // `xin giảm giá thêm`, `giảm thêm 5%`; but `giảm giá thêm phiếu cân` may be more of the work.
        let more = |at: usize| {
            let beside =
                |p: &str| (0..at).any(|from| self.at(from, p).is_some_and(|n| from + n == at)) || self.at(at + 1, p).is_some();
            let ends = |next: usize| {
                next >= self.0.len()
                    || number(next)
                    || ["nữa", "chút", "ít", "được", "tiền"].iter().any(|w| self.at(next, w).is_some())
            };
            let next = ["giảm giá", "chiết khấu", "giá"].iter().find_map(|p| self.at(at + 1, p)).unwrap_or(0);
            ["giảm", "giảm giá", "chiết khấu", "giá"].iter().any(|p| beside(p)) && ends(at + 1 + next)
        };
        (0..self.0.len()).any(|at| {
            let Some(phrase) = ABOUT_WORK.iter().find(|p| self.at(at, p).is_some()) else { return false };
            // The `mục` of `hạng mục` stands with its first word.
            let second = *phrase == "mục" && at > 0 && self.at(at - 1, "hạng mục").is_some();
            let from = at + phrase.split(' ').count();
            let before = |words: &str| {
                let many = words.split(' ').count();
                at >= many && self.at(at - many, words).is_some()
            };
            // `giảm giá mục báo cáo`, `giảm 5% cả 3 hạng mục`
            let priced = ["giá", "giá mục", "giá phần"].iter().any(|words| before(words));
            let all = ["các", "cả", "tất cả"].iter().any(|words| before(words)) || (at > 0 && number(at - 1));
            match *phrase {
                _ if second => false,
                "bỏ" | "đổi" if TERMS.iter().any(|term| self.at(from, term).is_some()) => false,
                // `đổi thanh toán 30-70`
                "đổi" if self.at(from, "thanh toán").is_some() && number(from + 2) => false,
                "mục" | "hạng mục" if priced || (all && self.names_money()) => false,
                "báo cáo" | "màn hình" | "chức năng" | "phân hệ" | "mẫu in" if priced => false,
                "thêm" => !(extends || more(at)),
                "đổi" if keeps => {
                    !(self.at(at.wrapping_sub(1), "không đổi").is_some() || self.at(at.wrapping_sub(1), "thay đổi").is_some())
                }
                // `giữ nguyên mục 1` leaves the others open.
                "mục" | "hạng mục" => !(if keeps { !number(from) } else { number(from) && self.names_money() }),
                "tính năng" | "báo cáo" | "phương án" | "số lượng" | "user" | "người dùng" => !keeps,
                _ => true,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_about_the_price_is_told_from_one_about_the_work() {
        for text in [
            "xin giảm 10%",
            "khách xin giảm giá thêm",
            "xin giảm thêm 5%",
            "xin giam gia them 5%",
            "chiết khấu thêm",
            "xin thêm chiết khấu 3%",
            "giảm giá mục 3 còn 25tr",
            "giảm mục 3 còn 25tr, mục 4 giảm 5%",
            "khách đòi giảm giá toàn bộ 5%",
            "giữ nguyên các mục, giảm 5%",
            "gia hạn báo giá thêm 7 ngày",
            "xin thanh toán 3 đợt",
            "thanh toán 30/70",
            "xin bỏ VAT",
            "xin xuất hóa đơn không VAT",
            "đổi cách thanh toán",
            "giảm thêm tiền",
            "mục 1 còn 15tr",
            "đổi thanh toán 30-70",
            "chốt 30tr",
            "làm tròn 32tr",
            "bớt 2tr",
            "ck 5%",
            "45tr",
            "hạ xuống 45 triệu",
            "VAT 10%",
            "khách xin bớt 2tr",
            "khách đòi ck 5%",
            "hạ xuống 45tr",
            "thanh toán 3 đợt",
            "khách xin giảm 5% cho cả 3 hạng mục",
            "khách xin giảm giá mục báo cáo",
        ] {
            assert!(about_price_alone(text), "{text}");
        }
        for text in [
            "bỏ mục 3, giảm 5%",
            "bo muc 3, giảm 5%",
            "thêm phiếu cân xe, giảm giá",
            "giảm giá, thêm phiếu cân xe",
            "giảm giá thêm phiếu cân xe",
            "giảm mục 3",
            "giảm số lượng user, giá tương ứng",
            "đổi tên công ty",
            "sửa màn hình thanh toán",
            "màn hình thanh toán chậm",
            "báo cáo thanh toán theo đợt",
            "bỏ VAT, thêm cột thuế",
            "chuyển 30 user",
            "giữ nguyên mục 1 và giá, bỏ phần in",
            "bớt mục 3",
            "thêm màn hình thanh toán",
            "màn hình thanh toán",
            "đổi hạ tầng",
            "giảm báo cáo",
            "bỏ mục báo cáo, còn 45tr",
        ] {
            assert!(!about_price_alone(text), "{text}");
        }
    }

    #[test]
    fn what_is_kept_as_it_was_is_no_change() {
        for text in [
            "khách hỏi lại, giữ nguyên các mục",
            "giữ nguyên",
            "các mục không đổi",
            "khách muốn làm tiếp, không thay đổi gì",
            "Như cũ",
            "giu nguyen cac muc",
        ] {
            assert!(keeps_all(text), "{text}");
        }
        for text in [
            "bỏ mục 3",
            "giữ nguyên mục 1",
            "giữ nguyên các mục, thêm phiếu cân xe",
            "giữ nguyên các mục chỉ đổi tên cột",
            "giữ nguyên các mục nhưng làm gấp",
            "khách hỏi lại",
        ] {
            assert!(!keeps_all(text), "{text}");
        }
    }
}
