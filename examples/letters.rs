//! Writes every letter of a sample case into a folder, as HTML, text and mail, in both languages: to look at.
//!
//!     cargo run --example letters -- /tmp/letters

#[path = "../tests/letters/sample.rs"]
#[allow(dead_code)]
mod sample;

use std::path::PathBuf;

use quotedesk::letter::compose::{self, Context};
use quotedesk::letter::ics;
use quotedesk::letter::mail::{self, Attachment, Mail};
use quotedesk::letter::templates::Templates;
use quotedesk::process::difference::{self, Difference};
use quotedesk::process::house::Lang;
use quotedesk::process::letters::{Attach, Kind};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("usage: letters FOLDER")?);
    let house = sample::house();
    let templates = Templates::default();
    for lang in [Lang::Vi, Lang::En] {
        let out = folder.join(if lang == Lang::Vi { "vi" } else { "en" });
        std::fs::create_dir_all(&out)?;
        for kind in Kind::ALL {
            let (letter, events, case) = sample::scene(kind);
            let found: Vec<Difference> = match case.quotes.as_slice() {
                [.., old, new] => difference::between(old, new),
                _ => vec![],
            };
            let context = Context {
                case: &case,
                before: None,
                events: &events,
                house: &house,
                templates: &templates,
                at: sample::now(),
                lang,
                answer: matches!(kind, Kind::Receipt | Kind::Contracting),
                receipt: &[],
                passed_on: &[],
                problems: &[],
                reply_to: &house.address,
                reference: Some("yc-2026-0012.17-0.abcdefghijklmnop"),
                answers_subject: None,
                differences: &compose::differences(&found, &house),
                reworded: &[],
            };
            let composed = compose::compose(&letter, &context)?;
            std::fs::write(out.join(format!("{}.html", kind.name())), &composed.html)?;
            std::fs::write(out.join(format!("{}.txt", kind.name())), format!("{}\n\n{}", composed.subject, composed.text))?;
            let calendar =
                letter.attach.contains(&Attach::Calendar).then(|| ics::of(&letter, &case, &house, sample::now())).flatten();
            let mail = Mail {
                from: (house.desk_name.clone(), house.address.clone()),
                to: (house.name_of(&letter.to).to_string(), letter.to.clone()),
                reply_to: None,
                subject: composed.subject,
                text: composed.text,
                html: composed.html,
                date: sample::now(),
                message_id: format!("{}.17.{}@vanphucsoft.example", case.id, kind.name()),
                in_reply_to: None,
                references: vec![],
                case: case.id.clone(),
                kind: kind.name().into(),
                replied: false,
                attachments: calendar.into_iter().map(Attachment::calendar).collect(),
            };
            std::fs::write(out.join(format!("{}.eml", kind.name())), mail::to_eml(&mail)?)?;
        }
    }
    Ok(())
}
