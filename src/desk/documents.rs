//! The documents that events call for: quote, appendix, the archived form. Made from values alone, so that the same
//! case makes the same bytes; checked before they can leave.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::config;
use crate::disk::numbered;
use crate::form::binder::{Binder, Workbooks};
use crate::form::write::{Mark, Sheet};
use crate::letter::compose::Composed;
use crate::name;
use crate::process::case::{Case, FileKind, FileRef};
use crate::process::event::Event;
use crate::process::house::{At, House, Role};
use crate::process::letters::Document;
use crate::process::problem::Problem;
use crate::process::quote::Quote;
use crate::quote::gate::{self, Internals, Leak, Paper, What};
use crate::quote::public::{Public, Scope};
use crate::quote::sentences::Sentences;
use crate::quote::{appendix, held, names, prices, telling, workbook};
use crate::text::{letters, sha};

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
    /// Something internal would have reached the customer, and no form can mend it.
    #[error("{what} is held back, it would show what is internal: {leaks}")]
    Leak { what: String, leaks: String },
    /// The same, by what stands in cells of the form: a refusal to whoever has called for the paper, and no fault of the desk.
    #[error("{what} is held back: what is internal stands in {} cells of the form", problems.len())]
    HeldBack { what: String, paper: Paper, problems: Vec<Problem> },
}

/// Makes what is called for, as files with the events that record them. `taken`: names that other cases have in `outbox/`.
pub fn lay(
    documents: &[Document],
    case: &Case,
    house: &House,
    words: &Sentences,
    binder: &dyn Binder,
    at: At,
    taken: &[String],
) -> Result<Vec<Laid>, Fault> {
    let mut laid = Vec::new();
    for document in documents {
        match document {
            Document::Quote { revision } => {
                // Into the customer's folder at once: made again later, it might show what has changed since.
                let told = case.quotes.iter().find(|q| q.revision == *revision).map(|quote| telling::cells(case, quote));
                let told = told.unwrap_or_default();
                // All that keeps it back is told at once.
                let made = match quote_file(case, house, words, *revision) {
                    Err(Fault::HeldBack { what, paper, problems }) => {
                        return Err(Fault::HeldBack { what, paper, problems: [problems, told].concat() });
                    }
                    Ok(_) if !told.is_empty() => {
                        let what = format!("{}: quote {revision}", case.id);
                        return Err(Fault::HeldBack { what, paper: Paper::Quote, problems: told });
                    }
                    made => made?,
                };
                laid.push(archived(case, made.clone(), FileKind::Quote));
                laid.push(outbox(made, FileKind::Quote));
            }
            Document::Appendix => {
                let made = named(appendix_file(case, house, words, at)?, case, appendix_day(case, house, at), taken);
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

/// In the case's own folder, under the first name that no other file there has: that which it gets when it is laid down.
fn archived(case: &Case, made: Made, kind: FileKind) -> Laid {
    let (folder, sha256) = (case.folder.clone().unwrap_or_else(|| name::folder("")), sha(&made.bytes));
    let place = |name: &str| format!("archive/{folder}/{}/{name}", case.id);
    let name = free(|n| numbered(&made.name, n), |name| is_free(case, &place(name), &sha256));
    Laid { file: FileRef { path: place(&name), sha256, name, kind }, bytes: made.bytes }
}

/// An appendix under a name of its own: of a contract that is signed anew on the same day `… R2`, where another case's has
/// the name with this case's id in it.
fn named(made: Made, case: &Case, day: NaiveDate, taken: &[String]) -> Made {
    let name = |nth, beside: &str| name::appendix_file(case.short(), day, nth, beside);
    let theirs = taken.iter().any(|taken| name::same(taken, &name(1, "")));
    let beside = if theirs { case.id.as_str() } else { "" };
    let sha = sha(&made.bytes);
    let name = free(|nth| name(nth, beside), |name| is_free(case, &format!("outbox/{name}"), &sha));
    Made { name, ..made }
}

/// A name in `outbox/` that no other case may have from now on.
pub fn is_new_appendix(file: &FileRef, before: &Case) -> bool {
    file.kind == FileKind::Appendix && file.path.starts_with("outbox/") && !before.files.contains(file)
}

fn free(name: impl Fn(u32) -> String, is_free: impl Fn(&str) -> bool) -> String {
    let mut nth = 1;
    while !is_free(&name(nth)) {
        nth += 1;
    }
    name(nth)
}

/// Has the case no other file there?
fn is_free(case: &Case, path: &str, sha256: &str) -> bool {
    !case.files.iter().any(|file| name::same(&file.path, path) && file.sha256 != sha256)
}

/// The quote of a revision. Nothing internal is in it: checked in the finished package, not believed.
pub fn quote_file(case: &Case, house: &House, words: &Sentences, revision: u32) -> Result<Made, Fault> {
    let what = || format!("{}: quote {revision}", case.id);
    let Some(quote) = case.quotes.iter().find(|q| q.revision == revision) else {
        return Err(Fault::Unmade { what: what(), why: "there is no such revision".into() });
    };
    let public = Public::of(case, house, quote);
    let outward = outward(quote, &public, house, words);
    let bytes = workbook::write(&outward, &public, house, words);
    let bytes = bytes.map_err(|why| Fault::Unmade { what: what(), why: why.to_string() })?;
    Guard { house, words, public: &public, paper: Paper::Quote }.check(&bytes, case, quote, what())?;
    Ok(Made { name: quote.file.clone(), bytes })
}

/// The annex to the contract, from the customer's version of the latest quote (step 7).
pub fn appendix_file(case: &Case, house: &House, words: &Sentences, at: At) -> Result<Made, Fault> {
    let what = || format!("{}: appendix", case.id);
    let Some(quote) = case.quote() else {
        return Err(Fault::Unmade { what: what(), why: "there is no quote".into() });
    };
    let public = Public::of(case, house, quote);
    let outward = outward(quote, &public, house, words);
    let scope = names::without_in_scope(Scope::of(case, quote), &names::of_tech(house, &public), &words.quote.terms.tech);
    let bytes = appendix::write(&outward, &public, &scope, house, words);
    let bytes = bytes.map_err(|why| Fault::Unmade { what: what(), why: why.to_string() })?;
    Guard { house, words, public: &public, paper: Paper::Appendix }.check(&bytes, case, quote, what())?;
    Ok(Made { name: name::appendix_file(case.short(), appendix_day(case, house, at), 1, ""), bytes })
}

/// A quote as its customer reads it.
fn outward(quote: &Quote, public: &Public, house: &House, words: &Sentences) -> Quote {
    names::without(quote, &names::of_tech(house, public), &words.quote.terms.tech)
}

/// The case as a letter to its customer has it: the quote says there what it says in the workbook.
pub fn for_customer(case: &Case, house: &House, words: &Sentences) -> Case {
    let said = |quote: &Quote| {
        let quote = outward(quote, &Public::of(case, house, quote), house, words);
        Quote { start_after: prices::start_said(&quote, &words.quote.terms), ..quote }
    };
    Case { quotes: case.quotes.iter().map(said).collect(), ..case.clone() }
}

/// What of the case's internals a letter to the customer shows.
pub fn shown_in(letter: &Composed, case: &Case, house: &House, words: &Sentences) -> Vec<gate::What> {
    let Some(quote) = case.quote() else { return vec![] };
    let internals = Internals::of(case, house, quote, words, Paper::Quote);
    gate::in_letter(&[&letter.subject, &letter.html, &letter.text].map(String::as_str).join("\n"), &internals)
}

fn appendix_day(case: &Case, house: &House, at: At) -> NaiveDate {
    case.appendix_signed_on().unwrap_or_else(|| house.day(at))
}

/// The last look at a finished paper.
struct Guard<'a> {
    house: &'a House,
    words: &'a Sentences,
    public: &'a Public,
    paper: Paper,
}

impl Guard<'_> {
    fn check(&self, bytes: &[u8], case: &Case, quote: &Quote, what: String) -> Result<(), Fault> {
        let Guard { house, words, public, paper } = *self;
        let internals = Internals::of(case, house, quote, words, paper);
        gate::check(bytes, &internals).map_err(|leaks| match held::in_cells(&leaks, &internals, public, house, paper) {
            Some(problems) => Fault::HeldBack { what, paper, problems },
            None => {
                let told = |leak: &Leak| match self.written_in(&leak.what) {
                    Some(place) => format!("{} ({place}: take it out there, and reload)", leak.what),
                    None => format!("{} in {}", leak.what, leak.part),
                };
                let mut leaks: Vec<String> = leaks.iter().map(told).collect();
                leaks.dedup();
                Fault::Leak { what, leaks: leaks.join("; ") }
            }
        })
    }

    /// Where the company itself has written this, in its own words for papers or in the config: the operator's to mend.
    fn written_in(&self, what: &What) -> Option<String> {
        let holds = |text: &str| match what {
            What::Text(found) => format!(" {} ", letters(text)).contains(&format!(" {found} ")),
            What::FormName => text.to_lowercase().contains("qd_"),
            _ => false,
        };
        if let Some((file, line)) = self.words.place_of(holds) {
            return Some(format!("the template {file}, line {line}"));
        }
        let found = config::on_papers(self.house).into_iter().find(|(_, texts)| texts.iter().any(|text| holds(text)));
        found.map(|(key, _)| format!("the config, {key}"))
    }
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
