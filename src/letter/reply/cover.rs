//! The line that people write when they send a file: it says nothing beyond the file.

use super::doubts::is_question;
use super::said::Said;
use super::words::{KIN, POLITE, THANKS};

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

#[cfg(test)]
mod tests {
    use super::is_cover_note;

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
