//! `winmail.dat`: how Outlook wraps a mail's files for readers that it takes for its own kind (MS-OXTNEF). Only the files
//! are taken out; whatever is cut off or does not add up ends the reading, with what was found so far.

/// A file in a `winmail.dat`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// As the sender's Windows spelt it; perhaps in the short form of old file systems.
    pub name: String,
    pub bytes: Vec<u8>,
}

const SIGNATURE: [u8; 4] = [0x78, 0x9f, 0x3e, 0x22];
/// Attribute ids (MS-OXTNEF 2.1.3.3).
const ATTACH_BEGINS: u16 = 0x9002;
const ATTACH_NAME: u16 = 0x8010;
const ATTACH_DATA: u16 = 0x800f;
const MOST: usize = 200;

/// The files in a `winmail.dat`; none where it is something else.
pub fn files(bytes: &[u8]) -> Vec<File> {
    let mut files: Vec<File> = vec![];
    // Signature and a key that nobody needs; then level, attribute, its type, length, data, checksum.
    let Some(mut rest) = bytes.strip_prefix(&SIGNATURE).and_then(|rest| rest.get(2..)) else { return files };
    while let Some((id, data, after)) = attribute(rest) {
        rest = after;
        let room = files.len() < MOST;
        match (id, files.last_mut()) {
            (ATTACH_BEGINS, _) if room => files.push(File { name: String::new(), bytes: vec![] }),
            (ATTACH_NAME, Some(file)) => file.name = name(data),
            (ATTACH_DATA, Some(file)) => file.bytes = data.to_vec(),
            _ => {}
        }
    }
    files.retain(|file| !file.bytes.is_empty());
    files
}

fn attribute(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let head = bytes.get(..9)?;
    let id = u16::from_le_bytes([head[1], head[2]]);
    let length = u32::from_le_bytes([head[5], head[6], head[7], head[8]]) as usize;
    let data = bytes.get(9..)?.get(..length)?;
    Some((id, data, bytes.get(9 + length + 2..)?))
}

/// In the code page of the sender's Windows, which is not told: UTF-8 where it is that, else byte by byte.
fn name(data: &[u8]) -> String {
    let text = data.split(|b| *b == 0).next().unwrap_or_default();
    match std::str::from_utf8(text) {
        Ok(text) => text.to_string(),
        Err(_) => text.iter().map(|b| if b.is_ascii() { char::from(*b) } else { '_' }).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(out: &mut Vec<u8>, id: u16, data: &[u8]) {
        out.push(2);
        out.extend(id.to_le_bytes());
        out.extend([1, 0]);
        out.extend((data.len() as u32).to_le_bytes());
        out.extend(data);
        out.extend([0, 0]);
    }

    #[test]
    fn files_come_out_and_broken_ones_end_it() {
        let mut whole = [SIGNATURE.as_slice(), &[1, 0]].concat();
        put(&mut whole, 0x9006, &[0, 0, 1, 0]);
        for (name, bytes) in [("PHIEU~1.XLS\0", b"PK\x03\x04".as_slice()), ("b.pdf\0", b"%PDF")] {
            put(&mut whole, ATTACH_BEGINS, &[0; 14]);
            put(&mut whole, ATTACH_NAME, name.as_bytes());
            put(&mut whole, ATTACH_DATA, bytes);
        }
        let names: Vec<String> = files(&whole).into_iter().map(|f| f.name).collect();
        assert_eq!(names, ["PHIEU~1.XLS", "b.pdf"]);
        for cut in 0..whole.len() {
            files(&whole[..cut]);
        }
        let mut long = whole.clone();
        long[10..14].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(files(&long), []);
        assert_eq!(files(b"no such thing"), []);
    }
}
