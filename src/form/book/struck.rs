//! Words that are crossed out within a cell. calamine joins a cell's runs and drops their looks: `10` crossed out and `7`
//! beside it would be 107.

use std::collections::{HashMap, HashSet};
use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

/// Larger parts are not looked through.
const MOST_BYTES: u64 = 32 << 20;

/// The texts of an xlsx in which a part is crossed out, each with what is left, be it nothing. A text that also stands
/// somewhere whole is not among them. What cannot be read here is left to the reader proper.
pub(super) fn texts(zip: &mut ZipArchive<Cursor<&[u8]>>) -> HashMap<String, String> {
    let (mut struck, mut plain) = (HashMap::new(), HashSet::new());
    for index in 0..zip.len() {
        let Ok(part) = zip.by_index(index) else { continue };
        let name = part.name().map(|name| name.to_ascii_lowercase()).unwrap_or_default();
        let mut xml = String::new();
        let strings = name.ends_with("sharedstrings.xml") || (name.contains("worksheets/") && name.ends_with(".xml"));
        if strings && part.take(MOST_BYTES).read_to_string(&mut xml).is_ok() && xml.contains("strike") {
            runs(&xml, &mut struck, &mut plain);
        }
    }
    struck.retain(|whole, _| !plain.contains(whole));
    struck
}

fn runs(xml: &str, struck: &mut HashMap<String, String>, plain: &mut HashSet<String>) {
    let mut reader = Reader::from_str(xml);
    let (mut whole, mut left) = (String::new(), String::new());
    let (mut in_text, mut crossed, mut spoken) = (false, false, false);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) if tag.local_name().as_ref() == "strike" => crossed = is_on(&tag),
            Ok(Event::Start(tag)) => match tag.local_name().as_ref() {
                "si" | "is" => (whole, left, spoken) = (String::new(), String::new(), false),
                "r" => crossed = false,
                "t" => in_text = !spoken,
                "rPh" => spoken = true,
                _ => {}
            },
            Ok(Event::Text(text)) if in_text => {
                let text = text.xml10_content();
                whole.push_str(&text);
                if !crossed {
                    left.push_str(&text);
                }
            }
            // What an entity stands for does not matter: a text with one is left as it is.
            Ok(Event::GeneralRef(_)) if in_text => whole.push('\u{0}'),
            Ok(Event::End(tag)) => match tag.local_name().as_ref() {
                "t" => in_text = false,
                "r" => crossed = false,
                "rPh" => spoken = false,
                "si" | "is" if whole == left => drop(plain.insert(std::mem::take(&mut whole))),
                "si" | "is" => {
                    struck.insert(std::mem::take(&mut whole), std::mem::take(&mut left));
                }
                _ => {}
            },
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

fn is_on(tag: &BytesStart) -> bool {
    let off = |value: &str| matches!(value, "0" | "false");
    !tag.attributes().flatten().any(|a| a.key.local_name().as_ref() == "val" && off(&a.value))
}
