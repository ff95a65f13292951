//! Where a value stands that was read well and is refused all the same. `toml` tells no places by then, so the file is looked
//! through once more; what is not written line by line is named without its line.

/// A section, and the keys in it, each with its line.
struct Section<'a> {
    name: &'a str,
    line: usize,
    keys: Vec<(usize, &'a str, &'a str)>,
}

impl Section<'_> {
    fn line_of(&self, key: &str) -> Option<usize> {
        self.keys.iter().find(|(_, name, _)| *name == key).map(|(line, ..)| *line)
    }

    /// Is it this person's, or this region's?
    fn is_of(&self, who: &str) -> bool {
        let quoted = format!("\"{who}\"");
        self.keys.iter().any(|(_, name, value)| matches!(*name, "name" | "id") && value.starts_with(&quoted))
    }
}

/// The line of a key as refusals name it: `limits.attachment`, `people "Trần Thị Lan": away.deputy`, or a whole section. Of a
/// key that is missing the line of its section.
pub(super) fn of(text: &str, key: &str) -> Option<usize> {
    let sections = sections(text);
    let named = |name: &str| sections.iter().find(|section| section.name == name);
    if let Some((list, (who, field))) = key.split_once(" \"").and_then(|(list, rest)| Some((list, rest.rsplit_once("\": ")?))) {
        let section = sections.iter().find(|section| section.name == list && section.is_of(who))?;
        return section.line_of(field.split('.').next()?).or(Some(section.line));
    }
    if let Some(section) = named(key) {
        return Some(section.line);
    }
    let (name, field) = key.rsplit_once('.')?;
    let section = named(name)?;
    section.line_of(field).or(Some(section.line))
}

fn sections(text: &str) -> Vec<Section<'_>> {
    let mut sections: Vec<Section> = Vec::new();
    for (line, words) in (1..).zip(text.lines().map(str::trim)) {
        let head = words.split('#').next().unwrap_or_default().trim();
        match (head.starts_with('[') && head.ends_with(']'), words.split_once('='), sections.last_mut()) {
            (true, ..) => sections.push(Section { name: head.trim_matches(['[', ']', ' ']), line, keys: vec![] }),
            (false, Some((name, value)), Some(section)) if !words.starts_with('#') => {
                section.keys.push((line, name.trim(), value.trim()));
            }
            _ => {}
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn a_refused_value_is_found_again() {
        let text = "[desk]\n# state = \"x\"\nstate = \"\"\n\n[[people]]\nname = \"Trần Thị Lan\"\nemail = \"lan\"\n[[people]]\n\
                    name = \"Lê Hùng\"\naway = { from = \"2026-01-05\", to = \"2026-01-01\", deputy = \"x\" }\n\
                    [mail.smtp]   # the way out = by port 25\nport = 25\n[limits]\nattachment = \"much\"\n";
        let lines = [
            ("desk.state", Some(3)),
            ("people \"Trần Thị Lan\": email", Some(7)),
            ("people \"Lê Hùng\": away.deputy", Some(10)),
            ("people \"Lê Hùng\": email", Some(8)),
            ("mail.smtp", Some(11)),
            ("mail.smtp.user", Some(11)),
            ("limits.attachment", Some(14)),
            ("quote.vat", None),
        ];
        for (key, line) in lines {
            assert_eq!(of(text, key), line, "{key}");
        }
    }
}
