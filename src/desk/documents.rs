//! The documents that events call for: quote, appendix, the archived form. Made from values alone, so that the same
//! case makes the same bytes; checked before they can leave.

use std::sync::Arc;

use crate::form::binder::{Binder, Workbooks};
use crate::form::write::{Mark, Sheet};
use crate::intake::folder::sha;
use crate::name;
use crate::process::case::{Case, FileKind, FileRef};
use crate::process::event::Event;
use crate::process::house::{At, House, Role};
use crate::process::letters::Document;
use crate::quote::gate::{self, Internals, Paper};
use crate::quote::public::{Public, Scope};
use crate::quote::sentences::Sentences;
use crate::quote::{appendix, workbook};

/// A document with its proper name.
#[derive(Clone, Debug)]
pub struct Made {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A file that has to be laid down: path relative to the desk's folders, as `outbox/…` or `archive/…`.
#[derive(Clone, Debug)]
pub struct Laid {
    pub file: FileRef,
    pub bytes: Vec<u8>,
}

/// Why a document could not be made. The decision that called for it is not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("{what} could not be made: {why}")]
    Unmade { what: String, why: String },
    /// Something internal would have reached the customer.
    #[error("{what} is held back, it would show what is internal: {leaks}")]
    Leak { what: String, leaks: String },
}

/// Makes what is called for, as files with the events that record them.
pub fn lay(
    documents: &[Document],
    case: &Case,
    house: &House,
    words: &Sentences,
    binder: &dyn Binder,
    at: At,
) -> Result<Vec<Laid>, Fault> {
    let mut laid = Vec::new();
    for document in documents {
        match document {
            Document::Quote { revision } => {
                // Into the customer's folder at once: made again later, it might show what has changed since.
                let made = quote_file(case, house, words, *revision)?;
                laid.push(archived(case, made.clone(), FileKind::Quote));
                laid.push(outbox(made, FileKind::Quote));
            }
            Document::Appendix => {
                let made = appendix_file(case, house, words, at)?;
                laid.push(archived(case, made.clone(), FileKind::Appendix));
                laid.push(outbox(made, FileKind::Appendix));
            }
            Document::Archive => {
                laid.push(archived(case, bound(case, house, None, vec![], binder, at)?, FileKind::Form));
            }
        }
    }
    Ok(laid)
}

/// A file that came with a submission, kept with the case.
pub fn kept(case: &Case, name: &str, bytes: Vec<u8>, kind: FileKind) -> Laid {
    archived(case, Made { name: name::clean(name), bytes }, kind)
}

pub fn recorded(laid: &Laid) -> Event {
    Event::FileKept { file: laid.file.clone() }
}

fn outbox(made: Made, kind: FileKind) -> Laid {
    let file = FileRef { path: format!("outbox/{}", made.name), sha256: sha(&made.bytes), name: made.name, kind };
    Laid { file, bytes: made.bytes }
}

fn archived(case: &Case, made: Made, kind: FileKind) -> Laid {
    let folder = case.folder.clone().unwrap_or_else(|| name::folder(""));
    let path = format!("archive/{folder}/{}/{}", case.id, made.name);
    let file = FileRef { path, sha256: sha(&made.bytes), name: made.name, kind };
    Laid { file, bytes: made.bytes }
}

/// The quote of a revision. Nothing internal is in it: checked in the finished package, not believed.
pub fn quote_file(case: &Case, house: &House, words: &Sentences, revision: u32) -> Result<Made, Fault> {
    let what = || format!("{}: quote {revision}", case.id);
    let Some(quote) = case.quotes.iter().find(|q| q.revision == revision) else {
        return Err(Fault::Unmade { what: what(), why: "there is no such revision".into() });
    };
    let public = Public::of(case, house, quote);
    let bytes =
        workbook::write(quote, &public, house, words).map_err(|why| Fault::Unmade { what: what(), why: why.to_string() })?;
    guard(&bytes, Internals::of(case, house, quote, words, Paper::Quote), what())?;
    Ok(Made { name: quote.file.clone(), bytes })
}

/// The annex to the contract, from the customer's version of the latest quote (step 7).
pub fn appendix_file(case: &Case, house: &House, words: &Sentences, at: At) -> Result<Made, Fault> {
    let what = || format!("{}: appendix", case.id);
    let Some(quote) = case.quote() else {
        return Err(Fault::Unmade { what: what(), why: "there is no quote".into() });
    };
    let (public, scope) = (Public::of(case, house, quote), Scope::of(case, quote));
    let bytes = appendix::write(quote, &public, &scope, house, words);
    let bytes = bytes.map_err(|why| Fault::Unmade { what: what(), why: why.to_string() })?;
    guard(&bytes, Internals::of(case, house, quote, words, Paper::Appendix), what())?;
    let day = case.contract.signed_on.unwrap_or_else(|| house.day(at));
    Ok(Made { name: name::appendix_file(case.short(), day), bytes })
}

fn guard(bytes: &[u8], internals: Internals, what: String) -> Result<(), Fault> {
    gate::check(bytes, &internals).map_err(|leaks| {
        let leaks: Vec<String> = leaks.iter().map(|l| format!("{}: {:?}", l.part, l.what)).collect();
        Fault::Leak { what, leaks: leaks.join("; ") }
    })
}

/// The case's form as a role may see it; `marks`: the sender's bad cells with what is wrong and what was typed.
pub fn bound(
    case: &Case,
    house: &House,
    role: Option<Role>,
    marks: Vec<Mark>,
    binder: &dyn Binder,
    at: At,
) -> Result<Made, Fault> {
    let blank = case.id.is_empty();
    let sheet =
        if blank { Sheet::blank(&case.form, house, role, house.day(at)) } else { Sheet::of(case, house, role, house.day(at)) };
    let sheet = Sheet { marks, ..sheet };
    let bytes = binder.bind(&sheet).map_err(|why| Fault::Unmade { what: format!("{}: form", case.id), why })?;
    Ok(Made { name: name::form_file(case.short(), &case.id), bytes })
}

/// The same as a workbook.
pub fn form(case: &Case, house: &House, role: Option<Role>, marks: Vec<Mark>, at: At) -> Result<Made, Fault> {
    bound(case, house, role, marks, &Workbooks(Arc::default()), at)
}
