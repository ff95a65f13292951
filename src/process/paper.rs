//! Which of the files that come along is the signed contract (step 7): by the word that it comes with and by its name. People send
//! `HD 15-2026 da ky.pdf`, `Hợp đồng An Phát.pdf`, `scan0001.pdf`, photographs of pages, and beside them quotes, payment orders, invoices,
//! drawings, and pictures out of their mail's signature. Where that is not plain, none is taken for it and Sales is asked.

use super::act::{NeedsWhat, Refusal};
use super::case::{Case, FileKind, FileRef, State};
use super::event::Event;
use super::step::{Decision, Step};
use crate::text::fold;

/// What a file is, as far as its name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Called {
    Contract,
    /// A scan, a photograph: anything.
    Unclear,
    Other,
}

/// Whole words, accents and signs aside.
const CONTRACT: [&str; 12] =
    ["hd", "hdkt", "hdmb", "hdnt", "hdpm", "plhd", "hop dong", "hopdong", "phu luc", "contract", "agreement", "da ky"];
/// Another paper, even where it names the contract that it belongs to: `UNC HD 15-2026.pdf`.
const OTHER: [&str; 43] = [
    "bao gia",
    "baogia",
    "bg",
    "bang gia",
    "quotation",
    "quote",
    "unc",
    "uy nhiem chi",
    "chuyen khoan",
    "ck",
    "thanh toan",
    "tam ung",
    "payment",
    "receipt",
    "sao ke",
    "bien lai",
    "phieu thu",
    "phieu chi",
    "phieu",
    "hoa don",
    "hoadon",
    "hddt",
    "gtgt",
    "vat",
    "invoice",
    "dien tu",
    "bien ban",
    "nghiem thu",
    "thanh ly",
    "ban giao",
    "de nghi",
    "ban ve",
    "so do",
    "man hinh",
    "screenshot",
    "danh sach",
    "huong dan",
    "gioi thieu",
    "du thao",
    "draft",
    "chua ky",
    "mau",
    "catalogue",
];
/// What mail programs and signatures leave behind, and papers on what the contract is about; a contract may name them.
const TRIMMINGS: [&str; 12] =
    ["logo", "chu ky", "chuky", "signature", "con dau", "condau", "stamp", "banner", "outlook", "tai lieu", "yeu cau", "nhu cau"];
const SCANS: [&str; 8] = [".pdf", ".jpg", ".jpeg", ".png", ".heic", ".tif", ".tiff", ".webp"];
const WRITTEN: [&str; 4] = [".doc", ".docx", ".zip", ".rar"];

pub fn called(name: &str) -> Called {
    let lower = fold(name);
    let is_scan = SCANS.iter().any(|end| lower.ends_with(end));
    if !is_scan && !WRITTEN.iter().any(|end| lower.ends_with(end)) {
        return Called::Other;
    }
    let stem = lower.rsplit_once('.').map_or(lower.as_str(), |(stem, _)| stem);
    // `HD15_2026`: figures are words of their own.
    let mut words = String::from(" ");
    let mut figure = false;
    for c in stem.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }) {
        if c.is_ascii_digit() != figure {
            figure = c.is_ascii_digit();
            words.push(' ');
        }
        words.push(c);
    }
    let words = format!(" {} ", words.split_whitespace().collect::<Vec<_>>().join(" "));
    let has = |list: &[&str]| list.iter().any(|word| words.contains(&format!(" {word} ")));
    // `image001.png` is what Outlook calls the pictures of a signature.
    let of_outlook = lower.starts_with("image0") && !lower.ends_with(".pdf");
    match () {
        () if has(&OTHER) || of_outlook => Called::Other,
        () if has(&CONTRACT) => Called::Contract,
        () if has(&TRIMMINGS) || !is_scan => Called::Other,
        () => Called::Unclear,
    }
}

/// What the files come with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside<'a> {
    /// Told in the same mail: the signature, a payment.
    pub signed: bool,
    pub paid: bool,
    /// The mail's own words.
    pub text: &'a str,
}

/// Which of these files are the signed contract. `by_sales`: nobody else brings it.
pub fn contracts(names: &[&str], beside: Beside, case: &Case, by_sales: bool) -> Vec<bool> {
    let kinds: Vec<Called> = names.iter().map(|name| called(name)).collect();
    let none = vec![false; names.len()];
    let awaited = matches!(case.state, State::Contracting | State::Scheduling) || case.lacks_contract();
    if !by_sales || !(beside.signed || awaited) {
        return none;
    }
    if kinds.contains(&Called::Contract) {
        return kinds.iter().map(|kind| *kind == Called::Contract).collect();
    }
    let unclear: Vec<&str> =
        names.iter().zip(&kinds).filter(|(_, kind)| **kind == Called::Unclear).map(|(name, _)| *name).collect();
    // Pages are photographed one by one.
    let pages = unclear.len() == 1 || unclear.iter().all(|name| !fold(name).ends_with(".pdf"));
    let told = beside.signed && !beside.paid || speaks_of_it(beside.text);
    if pages && told { kinds.iter().map(|kind| *kind == Called::Unclear).collect() } else { none }
}

/// `Em gửi hợp đồng đã ký ạ`.
fn speaks_of_it(text: &str) -> bool {
    let text = fold(text);
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    says(&["hop dong da ky", "hd da ky", "ban scan hop dong", "ban ky hop dong", "hop dong ban scan", "hop dong co dau"])
        && !says(&["chua", "khong", "sap "])
}

impl Case {
    /// Kept as something else, and maybe the contract, of which there is no paper yet: asked.
    pub fn may_be_contract(&self, file: &FileRef) -> bool {
        let none = !self.files.iter().any(|file| file.kind == FileKind::Contract);
        let time = self.state == State::Contracting || self.lacks_contract();
        file.kind == FileKind::Attachment && none && time && called(&file.name) != Called::Other
    }
}

impl Step<'_> {
    /// `LÀ HỢP ĐỒNG`, `KHÔNG PHẢI HỢP ĐỒNG`: of the file that came last, as its answer has named it.
    pub fn paper(&self, is_contract: bool) -> Decision {
        let (was, is) = match is_contract {
            true => (FileKind::Attachment, FileKind::Contract),
            false => (FileKind::Contract, FileKind::Attachment),
        };
        let may_be = |file: &&FileRef| file.kind == was && (!is_contract || called(&file.name) != Called::Other);
        match self.case.files.iter().rev().find(may_be) {
            Some(file) => Ok(vec![Event::FileKept { file: FileRef { kind: is, ..file.clone() } }]),
            None => Err(Refusal::Needs { what: NeedsWhat::Paper }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_people_give() {
        let all = |kind, names: &[&str]| names.iter().for_each(|name| assert_eq!(called(name), kind, "{name}"));
        all(
            Called::Contract,
            &[
                "HD 15-2026 da ky.pdf",
                "Hợp đồng An Phát - Minh Phát.PDF",
                "hd.pdf",
                "HD15_2026.pdf",
                "YC-2026-0003 hợp đồng 2.pdf",
                "Phụ lục hợp đồng Nam Phong (05.01.26).pdf",
                "15-2026 đã ký.jpg",
                "HĐ 15 có chữ ký và con dấu.pdf",
                "hop dong.docx",
                "Hợp đồng tùy biến theo yêu cầu - An Phát.pdf",
            ],
        );
        all(Called::Unclear, &["scan0001.pdf", "IMG_2034.jpg", "20260105101500.pdf", "Document.pdf", "z5123.jpg"]);
        all(
            Called::Other,
            &[
                "Báo giá tùy biến Minh Phát (05.01.26).pdf",
                "UNC HD 15-2026.pdf",
                "HĐ GTGT 0000123.pdf",
                "image001.png",
                "logo.png",
                "chu ky.jpg",
                "con dau.png",
                "Bien ban nghiem thu HD 15.pdf",
                "hop dong chua ky.docx",
                "bản vẽ.pdf",
                "lịch.ics",
                "gia.xlsx",
                "notes.docx",
                "yêu cầu của khách.pdf",
            ],
        );
    }

    #[test]
    fn what_comes_with_it_tells_the_rest() {
        let case = Case { state: State::Contracting, ..Case::default() };
        let taken = |names: &[&str], signed, paid, text| contracts(names, Beside { signed, paid, text }, &case, true);
        assert_eq!(taken(&["HD 15.pdf", "Bao gia.pdf", "image001.png"], true, false, ""), [true, false, false]);
        assert_eq!(taken(&["HD 15.pdf"], false, false, ""), [true]);
        assert_eq!(taken(&["scan0001.pdf", "logo.png"], true, false, ""), [true, false]);
        assert_eq!(taken(&["scan0001.pdf"], true, true, ""), [false], "the contract or the payment order");
        assert_eq!(taken(&["scan0001.pdf", "scan0002.pdf"], true, false, ""), [false, false], "which of them?");
        assert_eq!(taken(&["IMG_1.jpg", "IMG_2.jpg"], true, false, ""), [true, true], "its pages");
        assert_eq!(taken(&["scan0001.pdf"], false, false, "Em gửi chị"), [false]);
        assert_eq!(taken(&["scan0001.pdf"], false, false, "Em gửi hợp đồng đã ký ạ"), [true]);
        assert_eq!(contracts(&["HD 15.pdf"], Beside::default(), &case, false), [false], "nobody but Sales brings it");
    }
}
