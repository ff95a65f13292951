//! What a file is, by its first bytes and never by its name.

use super::FileFault;

/// Shapes of file that a workbook can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// xlsx, xlsb, ods, or anything else that is zipped.
    Zip,
    /// A compound file that holds a workbook of Excel 5 to 2003.
    Xls,
}

const COMPOUND: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Kinds of file that people send instead of a workbook, by their first bytes.
const OTHERS: &[(&[u8], &str)] = &[
    (b"%PDF", "pdf"),
    (b"\xFF\xD8\xFF", "image"),
    (b"\x89PNG", "image"),
    (b"GIF8", "image"),
    (b"Rar!", "rar"),
    (b"7z\xBC\xAF\x27\x1C", "7z"),
    (b"\x1F\x8B", "gzip"),
    (b"{\\rtf", "rtf"),
    (b"\x09\x00\x04\x00", "excel4"),
    (b"\x09\x02\x06\x00", "excel4"),
    (b"\x09\x04\x06\x00", "excel4"),
];

pub(super) fn shape(bytes: &[u8]) -> Result<Shape, FileFault> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Ok(Shape::Zip);
    }
    if bytes.starts_with(COMPOUND) {
        return compound(bytes);
    }
    let known = OTHERS.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, name)| *name);
    Err(known.or_else(|| text(bytes)).map_or_else(|| super::broken("no kind of file that is known"), not_workbook))
}

/// The entries of a compound file's directory are 128 bytes long, aligned, and begin with their name in UTF-16:
/// what the file holds can be told without following its chains, which may be broken or circular.
fn compound(bytes: &[u8]) -> Result<Shape, FileFault> {
    let holds = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        bytes
            .chunks(128)
            .skip(4)
            .any(|entry| entry.len() >= name.len() && entry.iter().zip(&name).all(|(have, want)| have.eq_ignore_ascii_case(want)))
    };
    if holds("EncryptedPackage") || has_obfuscated_stream(bytes) {
        Err(FileFault::Password)
    } else if holds("Workbook") || holds("Book") {
        Ok(Shape::Xls)
    } else if holds("WordDocument") {
        Err(not_workbook("doc"))
    } else if holds("PowerPoint Document") {
        Err(not_workbook("ppt"))
    } else if holds("__properties_version1.0") {
        Err(not_workbook("msg"))
    } else {
        Err(super::broken("a compound file without a workbook in it"))
    }
}

/// The oldest way to lock an xls, an XOR over its records, which calamine takes for plain: FILEPASS (002F) stands
/// among the first records after BOF (0809). Streams begin at multiples of 64.
fn has_obfuscated_stream(bytes: &[u8]) -> bool {
    let starts = (0..bytes.len()).step_by(64).filter_map(|at| bytes.get(at..)).filter(|from| from.starts_with(&[0x09, 0x08]));
    starts.into_iter().any(|stream| {
        let mut at = 0;
        for _ in 0..4 {
            let Some(&[typ, typ_high, length, length_high]) = stream.get(at..at + 4) else { return false };
            if [typ, typ_high] == [0x2F, 0x00] {
                return true;
            }
            at += 4 + usize::from(u16::from_le_bytes([length, length_high]));
        }
        false
    })
}

fn text(bytes: &[u8]) -> Option<&'static str> {
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
    let start: String =
        head.iter().filter(|b| !b.is_ascii_whitespace() && **b != 0).map(|b| b.to_ascii_lowercase() as char).collect();
    let start = start.trim_start_matches(['\u{EF}', '\u{BB}', '\u{BF}', '\u{FF}', '\u{FE}']);
    let kind =
        if start.starts_with("<!doctypehtml") || start.contains("<html") || start.contains("<table") || start.contains("<meta") {
            "html"
        } else if start.starts_with("mime-version:") {
            "mhtml"
        } else if start.starts_with("<?xml") {
            "xml"
        } else if std::str::from_utf8(head).is_ok_and(|t| !t.contains('\0')) || head.starts_with(&[0xFF, 0xFE]) {
            "text"
        } else {
            return None;
        };
    Some(kind)
}

pub(super) fn not_workbook(looks_like: &str) -> FileFault {
    FileFault::NotWorkbook { looks_like: looks_like.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_people_send_instead() {
        let looks = |bytes: &[u8]| match shape(bytes) {
            Err(FileFault::NotWorkbook { looks_like }) => looks_like,
            other => panic!("{other:?}"),
        };
        assert_eq!(looks(b"\xEF\xBB\xBF\r\n<html><table>"), "html");
        assert_eq!(looks(b"<?xml version='1.0'?><Workbook/>"), "xml");
        assert_eq!(looks("Tên;Ngày\r\n".as_bytes()), "text");
        assert_eq!(looks(b"%PDF-1.7"), "pdf");
        assert!(matches!(shape(&[1, 2, 0xFE, 0, 0xFF]), Err(FileFault::Broken { .. })));
    }
}
