//! What people have written on cells: the notes of Excel and LibreOffice, and the threaded comments of Excel 365.
//!
//! In an xlsx they lie in parts of their own, which the sheet's relations name: `comments1.xml`, and for threads
//! `threadedComment1.xml` with the people's names in `persons/` ([MS-XLSX] 2.1.17). Of each thread Excel keeps a copy among the notes for
//! older versions, with sentences of its own before it: told once, without them. In an ods they are `office:annotation`. Of xls and xlsb
//! it is only seen that there are some.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, Cursor, Read};

use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesRef, BytesStart, Event};
use serde::{Deserialize, Serialize};
use zip::ZipArchive;

use super::gather::{LAST_COL, LAST_ROW};
use super::{FileFault, broken, names};

/// Notes of a workbook; more of them are counted.
pub(super) const MOST_NOTES: usize = 1_000;
/// Characters of one: more than anybody reads beside a cell.
const MOST_TEXT: usize = 8_000;
/// Bytes of all parts that are looked into for them.
const MOST_BYTES: u64 = 8 << 20;
/// Stands in the copy of a thread, whatever language the sentences around it are in.
const LINK: &str = "go.microsoft.com/fwlink/?linkid=870924";

/// A note on a cell. A thread is one, a line for each of its comments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// From 0.
    pub row: u32,
    /// From 0.
    pub col: u32,
    /// As its program names them: anybody's word. Blank for a thread, which names them itself where they are several.
    pub author: String,
    /// Never blank.
    pub text: String,
}

impl Note {
    /// Says something, and stands within a sheet.
    pub(super) fn counts(&self) -> bool {
        !self.text.trim().is_empty() && self.row <= LAST_ROW && self.col <= LAST_COL
    }
}

/// The notes of a workbook by the names of its sheets.
#[derive(Default)]
pub(super) struct Noted {
    pub sheets: HashMap<String, Vec<Note>>,
    pub unread: usize,
    read: usize,
}

impl Noted {
    /// What cannot be read is counted, and no reason to refuse the form.
    fn take(&mut self, sheet: &str, notes: Vec<Note>) {
        let mut notes: Vec<Note> = notes.into_iter().filter(Note::counts).collect();
        let room = MOST_NOTES.saturating_sub(self.read);
        self.unread += notes.len().saturating_sub(room);
        notes.truncate(room);
        self.read += notes.len();
        notes.sort_by_key(|note| (note.row, note.col));
        self.sheets.insert(sheet.to_owned(), notes);
    }
}

/// The notes of an xlsx.
pub(super) fn in_xlsx(zip: ZipArchive<Cursor<&[u8]>>) -> Noted {
    let mut noted = Noted::default();
    let mut package = Package::of(zip);
    if !package.has("comment") {
        return noted;
    }
    let main = package.relations("").into_iter().find(|r| r.kind == "officeDocument").map(|r| r.target);
    let main = main.unwrap_or_else(|| "xl/workbook.xml".into());
    let related = package.relations(&main);
    let mut people = HashMap::new();
    for list in related.iter().filter(|r| r.kind == "person") {
        people.extend(package.part(&list.target).map(|xml| persons(&xml)).unwrap_or_default());
    }
    for (name, id) in package.part(&main).map(|xml| tabs(&xml)).unwrap_or_default() {
        let Some(sheet) = related.iter().find(|r| r.id == id) else { continue };
        let (mut threads, mut notes) = (Vec::new(), Vec::new());
        for of_sheet in package.relations(&sheet.target) {
            let (thread, note) = (of_sheet.kind == "threadedComment", of_sheet.kind == "comments");
            if !(thread || note) {
                continue;
            }
            match package.part(&of_sheet.target) {
                Some(xml) if thread => threads.extend(threaded(&xml, &people)),
                Some(xml) => notes.extend(plain(&xml)),
                None => noted.unread += 1,
            }
        }
        let of_threads: HashSet<(u32, u32)> = threads.iter().map(|thread: &Note| (thread.row, thread.col)).collect();
        notes.retain(|note: &Note| !of_threads.contains(&(note.row, note.col)));
        notes.append(&mut threads);
        noted.take(&name, notes);
    }
    noted
}

/// How many notes an xlsb has: records that begin with 635 and their length (BrtBeginComment, [MS-XLSB] 2.4.28).
pub(super) fn in_xlsb(bytes: &[u8]) -> usize {
    let Ok(zip) = ZipArchive::new(Cursor::new(bytes)) else { return 0 };
    let mut package = Package::of(zip);
    let parts: Vec<String> =
        package.names.keys().filter(|name| name.contains("comments") && name.ends_with(".bin")).cloned().collect();
    let count = |bytes: Vec<u8>| bytes.windows(3).filter(|record| *record == [0xFB, 0x04, 0x24]).count();
    parts.iter().filter_map(|name| package.bytes(name)).map(count).sum()
}

/// How many notes an xls has, less those that lie across the edge of a block: each is an object (005D) that says of itself that it is a
/// note (ftCmo with 0019, [MS-XLS] 2.5.143).
pub(super) fn in_xls(bytes: &[u8]) -> usize {
    let is_note = |at: &&[u8]| at.starts_with(&[0x5D, 0x00]) && at.ends_with(&[0x15, 0x00, 0x12, 0x00, 0x19, 0x00]);
    bytes.windows(10).filter(is_note).count()
}

/// One note of an ods: author and text. The reader stands behind its start, and then behind its end.
pub(super) fn in_ods<R: BufRead>(xml: &mut Reader<R>) -> Result<(String, String), FileFault> {
    let (mut author, mut text) = (String::new(), String::new());
    let (mut depth, mut paragraphs, mut in_author, mut in_paragraph) = (1, 0, false, false);
    let mut buffer = Vec::new();
    while depth > 0 {
        buffer.clear();
        let mut said = None;
        match xml.read_event_into(&mut buffer).map_err(broken)? {
            Event::Start(e) => match e.name().as_ref() {
                "office:annotation" => depth += 1,
                "dc:creator" => in_author = true,
                "text:p" => {
                    text.push_str(if paragraphs > 0 { "\n" } else { "" });
                    (paragraphs, in_paragraph) = (paragraphs + 1, true);
                }
                "text:s" | "text:tab" => text.push(' '),
                "text:line-break" => text.push('\n'),
                _ => {}
            },
            Event::End(e) => match e.name().as_ref() {
                "office:annotation" => depth -= 1,
                "dc:creator" => in_author = false,
                "text:p" => in_paragraph = false,
                _ => {}
            },
            Event::Text(chars) => said = Some(chars.xml10_content().into_owned()),
            Event::CData(chars) => said = Some(chars.xml10_content().into_owned()),
            Event::GeneralRef(entity) => said = entity_text(&entity),
            Event::Eof => return Err(broken("a note that does not end")),
            _ => {}
        }
        // As in cells, a run of white space counts as one blank.
        let blanks = |said: String| said.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect::<String>();
        match said.map(blanks) {
            Some(said) if in_author => author.push_str(&said),
            Some(said) if in_paragraph => text.push_str(&said),
            _ => {}
        }
    }
    Ok((cut(author), cut(text)))
}

// ---- the parts of an xlsx

/// A note's part: those by authors whose names are a thread's id (`tc={…}`) are copies of threads.
fn plain(xml: &str) -> Vec<Note> {
    let mut reader = Reader::from_str(xml.trim_start_matches('\u{feff}'));
    let (mut authors, mut notes, mut open) = (Vec::new(), Vec::new(), None);
    let (mut author, mut text, mut in_author, mut in_text, mut spoken) = (0, String::new(), false, false, false);
    loop {
        let mut said = None;
        match reader.read_event() {
            Ok(Event::Start(tag)) => match tag.local_name().as_ref() {
                "author" => (in_author, text) = (true, String::new()),
                "comment" => {
                    open = attribute(&tag, "ref").and_then(|at| names::cell(at.split(':').next()?));
                    author = attribute(&tag, "authorId").and_then(|id| id.parse().ok()).unwrap_or(usize::MAX);
                    text = String::new();
                }
                "t" => in_text = !spoken,
                "rPh" => spoken = true,
                _ => {}
            },
            Ok(Event::End(tag)) => match tag.local_name().as_ref() {
                "author" => {
                    in_author = false;
                    authors.push(std::mem::take(&mut text));
                }
                "comment" => {
                    let author = authors.get(author).cloned().unwrap_or_default();
                    let text = std::mem::take(&mut text);
                    notes.extend(open.take().map(|(row, col)| note(row, col, &author, &text)));
                }
                "t" => in_text = false,
                "rPh" => spoken = false,
                _ => {}
            },
            Ok(Event::Text(chars)) => said = Some(chars.xml10_content().into_owned()),
            Ok(Event::CData(chars)) => said = Some(chars.xml10_content().into_owned()),
            Ok(Event::GeneralRef(entity)) => said = entity_text(&entity),
            Ok(Event::Eof) | Err(_) => return notes,
            Ok(_) => {}
        }
        text.extend(said.filter(|_| in_author || in_text));
    }
}

/// A note without what its program has put before its words: the author's name, or the sentences of the copy of a thread.
pub(super) fn note(row: u32, col: u32, author: &str, text: &str) -> Note {
    let of_thread = author.starts_with("tc={");
    let author = if of_thread { "" } else { author.trim() };
    let text = match text.split_once(LINK) {
        Some((_, copied)) => behind_the_link(copied),
        None => {
            let named = text.trim_start().strip_prefix(author).filter(|_| !author.is_empty());
            named.and_then(|rest| rest.strip_prefix(':')).unwrap_or(text).trim().to_owned()
        }
    };
    Note { row, col, author: cut(author.to_owned()), text: cut(text) }
}

/// The comments of a copied thread: set in by four blanks, below a word in the language of Excel (`Comment:`, `Reply:`) that stands at
/// the margin.
fn behind_the_link(copied: &str) -> String {
    let is_said = |line: &&str| line.starts_with(' ') || !line.trim_end().ends_with(':');
    let lines = copied.lines().skip(1).filter(is_said).map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// The threads of a sheet, each at its cell; who said what where several speak.
fn threaded(xml: &str, people: &HashMap<String, String>) -> Vec<Note> {
    let mut reader = Reader::from_str(xml.trim_start_matches('\u{feff}'));
    let mut said: Vec<((u32, u32), String, String)> = Vec::new();
    let (mut open, mut text, mut in_text) = (None, String::new(), false);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => match tag.local_name().as_ref() {
                "threadedComment" => {
                    let at = attribute(&tag, "ref").and_then(|at| names::cell(&at));
                    let who =
                        attribute(&tag, "personId").and_then(|id| people.get(&id.to_lowercase()).cloned()).unwrap_or_default();
                    (open, text) = (at.map(|at| (at, who)), String::new());
                }
                "text" => in_text = true,
                _ => {}
            },
            Ok(Event::End(tag)) => match tag.local_name().as_ref() {
                "threadedComment" => {
                    let text = std::mem::take(&mut text).trim().to_owned();
                    said.extend(open.take().filter(|_| !text.is_empty()).map(|(at, who)| (at, who, text)));
                }
                "text" => in_text = false,
                _ => {}
            },
            Ok(Event::Text(chars)) if in_text => text.push_str(&chars.xml10_content()),
            Ok(Event::CData(chars)) if in_text => text.push_str(&chars.xml10_content()),
            Ok(Event::GeneralRef(entity)) if in_text => text.extend(entity_text(&entity)),
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    // The order of a thread is that of its comments in the part.
    said.sort_by_key(|(at, ..)| *at);
    let thread = |comments: &[((u32, u32), String, String)]| {
        let ((row, col), first, _) = comments.first()?;
        let several = comments.iter().any(|(_, who, _)| who != first);
        let line = |(_, who, text): &((u32, u32), String, String)| match several && !who.is_empty() {
            true => format!("{who}: {text}"),
            false => text.clone(),
        };
        let author = if several { String::new() } else { first.clone() };
        let text = comments.iter().map(line).collect::<Vec<_>>().join("\n");
        Some(Note { row: *row, col: *col, author: cut(author), text: cut(text) })
    };
    said.chunk_by(|a, b| a.0 == b.0).filter_map(thread).collect()
}

/// Names by id, in small letters.
fn persons(xml: &str) -> HashMap<String, String> {
    let person = |tag: &BytesStart| {
        let named = tag.local_name().as_ref() == "person";
        attribute(tag, "id").zip(attribute(tag, "displayName")).filter(|_| named).map(|(id, name)| (id.to_lowercase(), name))
    };
    starts(xml, person).into_iter().collect()
}

/// Name and relation of each sheet.
fn tabs(xml: &str) -> Vec<(String, String)> {
    starts(xml, |tag| {
        let id = tag.attributes().flatten().find(|a| a.key.prefix().is_some() && a.key.local_name().as_ref() == "id")?;
        let named = tag.local_name().as_ref() == "sheet";
        attribute(tag, "name").zip(Some(id.value.into_owned())).filter(|_| named)
    })
}

/// What a relation is, by the last part of its type, and which part of the package it leads to.
struct Relation {
    id: String,
    kind: String,
    target: String,
}

/// Something of each start tag.
fn starts<T>(xml: &str, of: impl Fn(&BytesStart) -> Option<T>) -> Vec<T> {
    let mut reader = Reader::from_str(xml.trim_start_matches('\u{feff}'));
    let mut found = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => found.extend(of(&tag)),
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Places in the zip, by name in small letters.
    names: HashMap<String, usize>,
    bytes_left: u64,
}

impl<'a> Package<'a> {
    fn of(mut zip: ZipArchive<Cursor<&'a [u8]>>) -> Package<'a> {
        let mut names = HashMap::new();
        for at in 0..zip.len() {
            let name = zip.by_index_raw(at).ok().and_then(|part| Some(part.name().ok()?.into_owned()));
            names.extend(name.map(|name| (name.replace('\\', "/").to_ascii_lowercase(), at)));
        }
        Package { zip, names, bytes_left: MOST_BYTES }
    }

    fn has(&self, what: &str) -> bool {
        self.names.keys().any(|name| name.contains(what))
    }

    fn bytes(&mut self, name: &str) -> Option<Vec<u8>> {
        let part = self.zip.by_index(*self.names.get(&name.to_ascii_lowercase())?).ok()?;
        let mut bytes = Vec::new();
        part.take(self.bytes_left + 1).read_to_end(&mut bytes).ok()?;
        let left = self.bytes_left.checked_sub(bytes.len() as u64);
        self.bytes_left = left.unwrap_or_default();
        left.map(|_| bytes)
    }

    fn part(&mut self, name: &str) -> Option<String> {
        String::from_utf8(self.bytes(name)?).ok()
    }

    /// Where a part leads; the package itself is the part without a name.
    fn relations(&mut self, of: &str) -> Vec<Relation> {
        let (folder, name) = of.rsplit_once('/').unwrap_or(("", of));
        let slash = if folder.is_empty() { "" } else { "/" };
        let Some(xml) = self.part(&format!("{folder}{slash}_rels/{name}.rels")) else { return Vec::new() };
        starts(&xml, |tag| {
            let (id, target) = (attribute(tag, "Id")?, attribute(tag, "Target")?);
            let kind = attribute(tag, "Type")?.rsplit('/').next()?.to_owned();
            let external = attribute(tag, "TargetMode").is_some_and(|mode| mode.eq_ignore_ascii_case("external"));
            let target = joined(folder, &target);
            (!external).then_some(Relation { id, kind, target })
        })
    }
}

/// A path of the package, from the folder that names it.
fn joined(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut path: Vec<&str> = if target.starts_with('/') { vec![] } else { folder.split('/').collect() };
    for step in target.split('/') {
        match step {
            ".." => drop(path.pop()),
            "" | "." => {}
            step => path.push(step),
        }
    }
    path.retain(|step| !step.is_empty());
    path.join("/")
}

fn attribute(tag: &BytesStart, name: &str) -> Option<String> {
    let attribute = tag.attributes().flatten().find(|a| a.key.as_ref() == name)?;
    unescape(&attribute.value).ok().map(|value| value.into_owned())
}

/// What a DTD would have an entity stand for is never looked up.
fn entity_text(entity: &BytesRef<'_>) -> Option<String> {
    let known = resolve_predefined_entity(entity).map(str::to_owned);
    known.or_else(|| entity.resolve_char_ref().ok().flatten().map(String::from))
}

fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MOST_TEXT) {
        text.truncate(end);
    }
    text
}
