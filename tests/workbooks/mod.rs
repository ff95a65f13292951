//! Workbooks from raw parts, for what no library would write.

use std::io::{Cursor, Write};

use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

/// A zip of these parts, in this order.
pub fn zip_of(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        let packed = if *name == "mimetype" { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        zip.start_file(*name, SimpleFileOptions::default().compression_method(packed)).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// An xlsx of one sheet with these rows.
pub fn xlsx_with_sheet(rows: &str) -> Vec<u8> {
    zip_of(&parts("", "", rows))
}

/// The parts of an xlsx of one sheet: what stands before `<sheets>`, in the style sheet, and in `<sheetData>`.
pub fn parts(workbook: &str, styles: &str, rows: &str) -> Vec<(&'static str, Vec<u8>)> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    let relation = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"r1\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let types = format!(
        "<Types xmlns=\"{PACKAGE}/content-types\"><Override PartName=\"/xl/workbook.xml\" \
         ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>"
    );
    let book = format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\">{workbook}<sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
    );
    vec![
        ("[Content_Types].xml", types.into_bytes()),
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml").into_bytes()),
        ("xl/workbook.xml", book.into_bytes()),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml").into_bytes()),
        ("xl/styles.xml", format!("<styleSheet xmlns=\"{MAIN}\">{styles}</styleSheet>").into_bytes()),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>").into_bytes(),
        ),
    ]
}

/// An ods with these tables and the property `qd.case`.
pub fn ods(tables: &str) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    );
    let meta = "<office:document-meta><office:meta><meta:user-defined meta:name=\"qd.case\">YC-2026-0012</meta:user-defined></office:meta></office:document-meta>";
    zip_of(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet".to_vec()),
        ("META-INF/manifest.xml", b"<manifest:manifest/>".to_vec()),
        ("meta.xml", meta.into()),
        ("content.xml", content.into_bytes()),
    ])
}

/// An xlsb ([MS-XLSB]) of one sheet; cells in the order of their rows.
pub fn xlsb(sheet: &str, numbers: &[(u32, u32, f64)], texts: &[(u32, u32, &str)]) -> Vec<u8> {
    let record = |typ: u16, data: &[u8]| {
        let typ = if typ < 128 { vec![typ as u8] } else { vec![typ as u8 | 128, (typ >> 7) as u8] };
        [&typ[..], &[data.len() as u8], data].concat()
    };
    let wide = |text: &str| {
        let letters: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [&(letters.len() as u32 / 2).to_le_bytes()[..], &letters].concat()
    };
    let workbook = [
        record(0x009C, &[&[0, 0, 0, 0, 1, 0, 0, 0][..], &wide("r1"), &wide(sheet)].concat()),
        record(0x0090, &[]),
        record(0x009D, &[]),
    ];
    let mut cells = [record(0x0094, &[0; 16]), record(0x0091, &[])].concat();
    let place = |col: u32| [col.to_le_bytes(), [0; 4]].concat();
    for (row, col, value) in numbers {
        cells.extend(record(0, &row.to_le_bytes()));
        cells.extend(record(5, &[&place(*col)[..], &value.to_le_bytes()].concat()));
    }
    for (row, col, text) in texts {
        cells.extend(record(0, &row.to_le_bytes()));
        cells.extend(record(6, &[place(*col), wide(text)].concat()));
    }
    cells.extend(record(0x0092, &[]));
    let types =
        "<Types><Default Extension=\"bin\" ContentType=\"application/vnd.ms-excel.sheet.binary.macroEnabled.main\"/></Types>";
    let relations = "<Relationships><Relationship Id=\"r1\" Target=\"worksheets/sheet1.bin\"/></Relationships>";
    zip_of(&[
        ("[Content_Types].xml", types.into()),
        ("xl/workbook.bin", workbook.concat()),
        ("xl/_rels/workbook.bin.rels", relations.into()),
        ("xl/worksheets/sheet1.bin", cells),
    ])
}

/// An xls (BIFF8, [MS-XLS]) of one sheet that says to have these many rows and columns.
pub fn xls(sheet: &str, size: (u32, u16), numbers: &[(u16, u16, f64)]) -> Vec<u8> {
    let record = |typ: u16, data: &[u8]| [&typ.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat();
    let bof = |kind: u8| record(0x0809, &[[0, 6, kind, 0].as_slice(), &[0; 12]].concat());
    let eof = record(0x000A, &[]);
    let name: Vec<u8> = sheet.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bound_sheet = |at: u32| {
        let letters = sheet.encode_utf16().count() as u8;
        record(0x0085, &[&at.to_le_bytes()[..], &[0, 0, letters, 1], &name].concat())
    };
    let globals = |at| [bof(5), bound_sheet(at), eof.clone()].concat();
    let mut stream = globals(globals(0).len() as u32);
    stream.extend(bof(0x10));
    let columns = size.1.to_le_bytes();
    stream.extend(record(0x0200, &[&[0; 4][..], &size.0.to_le_bytes(), &[0; 2], &columns, &[0; 2]].concat()));
    for (row, col, value) in numbers {
        let place = [row.to_le_bytes(), col.to_le_bytes(), [0; 2]].concat();
        stream.extend(record(0x0203, &[&place[..], &value.to_le_bytes()].concat()));
    }
    stream.extend(eof);
    stream.resize(stream.len().next_multiple_of(512).max(4096), 0);
    compound("Workbook", &stream)
}

/// A compound file ([MS-CFB] version 3) with one stream of at least 4,096 bytes and whole sectors.
pub fn compound(name: &str, stream: &[u8]) -> Vec<u8> {
    const FREE: u32 = 0xFFFF_FFFF;
    const END: u32 = 0xFFFF_FFFE;
    const FAT: u32 = 0xFFFF_FFFD;
    let mut header = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    header.resize(24, 0);
    header.extend([0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
    header.resize(44, 0);
    // One FAT sector (0), the directory at 1, no mini stream below 4,096 bytes, no further FAT sectors.
    for word in [1, 1, 0, 4096, END, 0, END, 0, 0] {
        header.extend(u32::to_le_bytes(word));
    }
    header.resize(512, 0xFF);

    let sectors = stream.len().div_ceil(512) as u32;
    let mut fat = vec![FAT, END];
    fat.extend((0..sectors).map(|n| if n + 1 == sectors { END } else { n + 3 }));
    fat.resize(128, FREE);

    let entry = |name: &str, kind: u8, child: u32, start: u32, size: u32| {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = entry.len() as u16 + 2;
        entry.resize(64, 0);
        entry.extend(length.to_le_bytes());
        entry.extend([kind, 1]);
        for word in [FREE, FREE, child] {
            entry.extend(word.to_le_bytes());
        }
        entry.resize(116, 0);
        entry.extend(start.to_le_bytes());
        entry.extend(size.to_le_bytes());
        entry.resize(128, 0);
        entry
    };
    let mut directory = entry("Root Entry", 5, 1, END, 0);
    directory.extend(entry(name, 2, FREE, 2, stream.len() as u32));
    directory.resize(512, 0);

    let mut file = header;
    file.extend(fat.into_iter().flat_map(u32::to_le_bytes));
    file.extend(directory);
    file.extend(stream);
    file.resize(file.len().next_multiple_of(512), 0);
    file
}
