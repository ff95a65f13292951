//! The line that people write when they send a file: it says nothing beyond the file.

use super::doubts::is_question;
use super::said::Said;
use super::words::{CUSTOMER, KIN, POLITE, THANKS};

/// What is said of a file that comes along. A word outside these lists makes it more than a cover note.
const SENDS: &[&str] =
    &["gửi", "gửi lại", "gửi trả", "gửi kèm", "gửi trả lại", "nộp", "nộp lại", "đính kèm", "kèm", "send", "attached"];
const FILE: &[&str] = &["phiếu", "file", "tệp", "form", "bản", "mẫu", "này", "phiếu phân tích", "đây", "the", "here", "is"];
const FILLED_IN: &[&str] =
    &["đã điền", "điền", "điền xong", "đã điền xong", "đã điền đủ", "đầy đủ", "đã sửa", "sửa xong", "đã bổ sung", "filled", "in"];

/// `Em gửi lại phiếu đã điền ạ.`: the form that comes with it is what counts, even where nothing in it has changed.
pub fn is_cover_note(text: &str) -> bool {
    let said = Said::new(text);
    said.has(SENDS) && said.only(&[SENDS, FILE, FILLED_IN, POLITE, KIN, THANKS]) && !is_question(&said)
}

/// What says that a file is not to count yet, or no longer.
const NOT_YET: &[&str] = &[
    "bản nháp",
    "nháp",
    "chưa chính thức",
    "chưa phải bản cuối",
    "chưa phải bản chính thức",
    "chưa phải bản cuối cùng",
    "chưa xong",
    "chưa điền xong",
    "chưa làm xong",
    "chưa hoàn thành",
    "chưa hoàn thiện",
    "chưa điền đủ",
    "chưa điền hết",
    "chưa đầy đủ",
    "đừng gửi",
    "đừng chuyển",
    "đừng trình",
    "khoan gửi",
    "khoan chuyển",
    "khoan trình",
    "khoan hãy",
    "khoan đã",
    "chưa gửi leader",
    "chưa gửi sếp",
    "chưa gửi giám đốc",
    "chưa chuyển",
    "chưa trình",
    "đang tính lại",
    "còn tính lại",
    "sẽ tính lại",
    "mai gửi",
    "mai em gửi",
    "chiều em gửi bản",
    "tối em gửi bản",
    "sẽ gửi sau",
    "gửi sau",
    "bổ sung sau",
    "cập nhật sau",
    "điền sau",
    "trả lời sau",
    "sẽ gửi lại",
    "sẽ gửi bản",
    "sẽ bổ sung",
    "sẽ cập nhật",
    "draft",
    "not final",
    "not finished",
    "not complete",
    "do not send",
    "don't send",
];
const GIVES_UP: &[&str] = &["hủy", "huỷ", "bỏ", "cancel"];
/// The whole that is given up; a part of it (`bỏ mục 2`) is not.
const OF_THE_WHOLE: &[&str] = &["phiếu", "phiếu này", "yêu cầu này", "file", "this form"];

/// The words by which a mail says that the form in it is not final: `Em gửi bản nháp, chưa chính thức`, `riêng mục 2 em đang tính
/// lại`, `hủy giúp em phiếu này`. What the customer has not finished (`khách chưa xong thủ tục`) is not said of the form.
pub fn not_final(text: &str) -> Option<&str> {
    let mut clauses = text.split([',', '.', ';', '!', '\n']);
    clauses.find_map(|clause| {
        let said = Said::new(clause);
        let of_customer = |at: usize| said.find(CUSTOMER).is_some_and(|(_, who)| who.start < at);
        // Typed bare, `nhap` is `nhập` as well.
        let bare = |at: usize| said.words.get(at).is_some_and(|w| w.typed == "nhap" && w.folded == w.typed);
        if let Some((_, words)) = said.find_but(NOT_YET, |at| bare(at) || of_customer(at)) {
            return Some(said.of(words));
        }
        let (_, given_up) = said.find(GIVES_UP)?;
        let (_, what) = said.find(OF_THE_WHOLE).filter(|(_, what)| what.start >= given_up.end && !of_customer(given_up.start))?;
        let between = said.of(given_up.end..what.start);
        Said::new(between).only(&[KIN, POLITE, &["giúp", "giùm", "cho", "the"]]).then(|| said.of(given_up.start..what.end))
    })
}

#[cfg(test)]
mod tests {
    use super::{is_cover_note, not_final};

    #[test]
    fn a_form_that_its_writer_calls_unfinished_is_not_final() {
        for (text, word) in [
            ("Em gửi bản nháp, chưa chính thức, anh chị xem trước giúp em", "bản nháp"),
            ("Đừng gửi Leader vội nhé", "Đừng gửi"),
            ("HỦY giúp em phiếu này", "HỦY giúp em phiếu này"),
            ("Chưa xong, em gửi trước phần trao đổi", "Chưa xong"),
            ("Em gửi phiếu, riêng mục 2 em đang tính lại, mai gửi", "đang tính lại"),
            ("em gui phieu, chua xong dau a", "chua xong"),
            ("Em gửi phiếu ạ, mục 3 em còn hỏi lại khách, chiều em gửi bản cuối", "chiều em gửi bản"),
        ] {
            assert_eq!(not_final(text), Some(word), "{text}");
        }
        for text in [
            "",
            "Em gửi phiếu ạ",
            "Em gửi bản cuối ạ",
            "em gui phieu da nhap",
            "Em gửi phiếu, khách chưa xong thủ tục nội bộ",
            "Bên khách sẽ bổ sung số kho",
            "Mục 2 khách chưa chốt",
            "Khách bỏ mục 2, em sửa phiếu rồi ạ",
            "Em đã sửa phiếu, bỏ mục 2",
            "XONG",
        ] {
            assert_eq!(not_final(text), None, "{text}");
        }
    }

    #[test]
    fn only_words_about_the_file_are_a_cover_note() {
        for text in [
            "Em gửi lại phiếu đã điền ạ.",
            "Anh gửi phiếu nhé",
            "em gui phieu nhe",
            "Phiếu đính kèm ạ, em cảm ơn.",
            "Em nộp phiếu.",
        ] {
            assert!(is_cover_note(text), "{text}");
        }
        for text in [
            "",
            "ạ",
            "Em gửi lại phiếu, anh duyệt giúp em",
            "chưa điền xong, em gửi lại phiếu sau",
            "sửa lại phiếu rồi gửi lại",
            "Em gửi phiếu chưa ạ?",
            "Em gửi phiếu, mục 2 khách bỏ",
            "DUYỆT",
        ] {
            assert!(!is_cover_note(text), "{text}");
        }
    }
}
