//! Is this zip safe to open, and what is in it? Every part is inflated once into nothing and counted; sizes that
//! the zip declares are never believed.

use std::collections::HashSet;
use std::io::{Cursor, Read};

use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::sniff::not_workbook;
use super::{FileFault, Format, Limits, broken, megabytes, too_large};

/// More parts than any workbook of people has (a large one with hundreds of pictures has about 1,000).
const MOST_PARTS: usize = 4_000;
/// Sheets of real workbooks shrink 5 to 60 times, repeated nothing 200 to 1,000 times. Apache POI draws the same line.
const MOST_RATIO: u64 = 100;
/// Below this many inflated bytes the ratio says nothing: a mostly blank sheet is small either way.
const RATIO_FROM: u64 = 10 << 20;
/// What an xlsx may inflate to and still be read without the child's limits.
const ORDINARY_BYTES: u64 = 32 << 20;
/// Styles are held by the reader at a hundred times their written size.
const ORDINARY_STYLES: u64 = 2 << 20;
/// `[Content_Types].xml` and the head of the shared strings are looked into; nothing needs more of them.
const HEAD: u64 = 256 << 10;

/// Content types of the main part of an xlsx and its kin.
const XLSX: &[&str] = &[
    "spreadsheetml.sheet.main",
    "spreadsheetml.template.main",
    "ms-excel.sheet.macroEnabled.main",
    "ms-excel.template.macroEnabled.main",
    "ms-excel.addin.macroEnabled.main",
];

/// What the zip holds.
#[derive(Debug)]
pub(super) struct Contents {
    pub format: Format,
    /// Small and plain enough to be read in this process.
    pub ordinary: bool,
    /// Inflated bytes of the largest part.
    pub largest_part: u64,
}

pub(super) fn inspect(bytes: &[u8], limits: &Limits) -> Result<Contents, FileFault> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(fault)?;
    if zip.len() > MOST_PARTS {
        return Err(too_large("parts", MOST_PARTS.to_string()));
    }
    if zip.has_duplicate_names() {
        return Err(broken("two parts of one name"));
    }
    if zip.has_overlapping_entries().map_err(fault)? {
        return Err(broken("overlapping parts"));
    }
    let mut parts = Parts::default();
    for index in 0..zip.len() {
        let part = zip.by_index(index).map_err(fault)?;
        if part.encrypted() {
            return Err(FileFault::Password);
        }
        if !matches!(part.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
            return Err(broken("a part is packed in a way that no spreadsheet program uses"));
        }
        let name = part.name().map_err(fault)?.replace('\\', "/").to_ascii_lowercase();
        let packed = part.compressed_size();
        parts.count(name, packed, part, limits)?;
    }
    parts.contents()
}

#[derive(Default)]
struct Parts {
    names: HashSet<String>,
    /// Inflated so far.
    total: u64,
    largest: u64,
    odd: bool,
    content_types: String,
    mimetype: String,
}

impl Parts {
    fn count(&mut self, name: String, packed: u64, mut part: impl Read, limits: &Limits) -> Result<(), FileFault> {
        let mut head = Vec::new();
        part.by_ref().take(HEAD).read_to_end(&mut head).map_err(broken)?;
        let mut size = head.len() as u64;
        let mut chunk = [0; 32 << 10];
        loop {
            if self.total + size > limits.workbook_unpacked {
                return Err(too_large("unpacked", megabytes(limits.workbook_unpacked)));
            }
            if size > RATIO_FROM && size / packed.max(1) > MOST_RATIO {
                return Err(too_large("ratio", format!("{MOST_RATIO}:1")));
            }
            match part.read(&mut chunk).map_err(broken)? {
                0 => break,
                more => size += more as u64,
            }
        }
        self.total += size;
        self.largest = self.largest.max(size);
        match name.as_str() {
            "[content_types].xml" => self.content_types = String::from_utf8_lossy(&head).into_owned(),
            "mimetype" => self.mimetype = String::from_utf8_lossy(&head).trim().to_owned(),
            _ => {}
        }
        self.odd |= name.ends_with("styles.xml") && size > ORDINARY_STYLES;
        self.odd |= name.ends_with("sharedstrings.xml") && claims_more_strings_than_fit(&head, size);
        if !self.names.insert(name) {
            return Err(broken("two parts of one name"));
        }
        Ok(())
    }

    fn contents(self) -> Result<Contents, FileFault> {
        let format = self.format()?;
        Ok(Contents { format, ordinary: !self.odd && self.total <= ORDINARY_BYTES, largest_part: self.largest })
    }

    fn format(&self) -> Result<Format, FileFault> {
        let says = |what: &str| self.content_types.contains(what);
        let has = |part: &str| self.names.contains(part);
        if self.mimetype.starts_with("application/vnd.oasis.opendocument.spreadsheet") {
            Ok(Format::Ods)
        } else if self.mimetype.starts_with("application/vnd.oasis.opendocument") {
            Err(not_workbook("opendocument"))
        } else if XLSX.iter().any(|main| says(main)) {
            Ok(Format::Xlsx)
        } else if says("ms-excel.sheet.binary.macroEnabled.main") {
            Ok(Format::Xlsb)
        } else if says("wordprocessingml") || says("ms-word.") {
            Err(not_workbook("docx"))
        } else if says("presentationml") || says("ms-powerpoint.") {
            Err(not_workbook("pptx"))
        } else if has("xl/workbook.xml") {
            Ok(Format::Xlsx)
        } else {
            Err(not_workbook("zip"))
        }
    }
}

/// calamine sets memory aside for as many strings as `uniqueCount` claims (calamine issue 684), and memory that
/// is not there ends the process. No string is shorter than `<si/>`.
fn claims_more_strings_than_fit(head: &[u8], size: u64) -> bool {
    let head = String::from_utf8_lossy(head);
    let Some((_, after)) = head.split_once("uniqueCount") else {
        return false;
    };
    let digits: String = after.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().map_or(true, |claimed: u64| claimed > size / 5 + 1)
}

fn fault(error: ZipError) -> FileFault {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => FileFault::Password,
        other => broken(other),
    }
}
