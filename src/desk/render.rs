//! From a decision to what goes out: each letter worded, its attachments made, the mail built to the last byte.
//! Done before the commit, so that what is committed is what is sent, and a retry sends the same bytes.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::decide::Decided;
use super::documents::{self, Fault, Laid, Made};
use crate::form::binder::Binder;
use crate::form::write::Mark;
use crate::intake::guard::{self, Keys, MessageId};
use crate::letter::compose::{self, Composed, Context};
use crate::letter::ics;
use crate::letter::mail::{self, Attachment, Mail};
use crate::letter::messages::one_line;
use crate::letter::templates::{self, Templates};
use crate::process::case::{Case, FileKind};
use crate::process::difference;
use crate::process::event::{Event, Recorded};
use crate::process::form::Cell;
use crate::process::house::{At, Email, House, Role};
use crate::process::letters::{Attach, Kind, Letter};
use crate::process::problem::{Kind as Wrong, Problem, Severity};
use crate::process::reworded::Reworded;
use crate::quote::sentences::Sentences;
use crate::store::{NewEffect, Outward};

/// What the letters of a desk are made with.
pub struct Pen<'a> {
    pub house: &'a House,
    pub templates: &'a Templates,
    pub sentences: &'a Sentences,
    /// Makes the files of forms.
    pub binder: &'a dyn Binder,
    /// For the tokens in Message-IDs.
    pub keys: Arc<Keys>,
    /// Letters are answered to an address that names them.
    pub plus: bool,
    pub at: At,
}

/// The mail that a submission came as: its answer joins that thread.
#[derive(Clone, Debug, Default)]
pub struct Came {
    pub message_id: Option<String>,
    pub references: Vec<String>,
    pub subject: Option<String>,
}

/// All that goes out, in order, and the text of the answer to the submission's sender.
#[derive(Debug, Default)]
pub struct Rendered {
    pub effects: Vec<NewEffect>,
    pub answer: String,
    /// Templates of the desk's own that are broken; the built-in ones took their place.
    pub warnings: Vec<String>,
}

/// Renders a decision. `receipt`: lines that the answer has besides; `typed`: what stood in the sender's bad cells.
///
/// # Errors
/// Where a document or letter cannot be made: then nothing of the decision may be committed.
pub fn render(decided: &Decided, came: &Came, receipt: &[String], pen: &Pen) -> Result<Rendered, Fault> {
    let mut out = Rendered::default();
    for laid in &decided.laid {
        out.effects.push(NewEffect {
            case_id: decided.after.id.clone(),
            what: Outward::File,
            name: laid.file.path.clone(),
            at: pen.at,
            not_before: pen.at,
            body: laid.bytes.clone(),
        });
    }
    let letters = &decided.post.letters;
    let ids: Vec<_> = letters.iter().enumerate().map(|(n, letter)| ids(n, letter, decided, pen)).collect();
    let answer = |n: usize| decided.post.answer == Some(n);
    let words = || {
        let each = letters.iter().enumerate().zip(&ids);
        let word = |((n, letter), (id, plus)): ((usize, &Letter), &(String, Option<String>))| {
            word(letter, decided, answer(n), came, receipt, (guard::reference(id), plus.as_deref()), pen)
        };
        each.map(word).collect::<Result<Vec<Composed>, Fault>>()
    };
    // The words of all letters take as long as the form that goes with one: a lone submission has all cores for itself.
    let lone = Rendering::begin();
    let (words, files) = match lone.0 && cores() > 1 && letters.iter().any(|letter| !letter.attach.is_empty()) {
        false => (words(), files(decided, pen)),
        true => std::thread::scope(|scope| {
            let files = scope.spawn(|| files(decided, pen));
            (words(), files.join().unwrap_or_else(|_| Err(died())))
        }),
    };
    for ((n, letter), ((composed, files), id)) in letters.iter().enumerate().zip(words?.into_iter().zip(files?).zip(ids)) {
        if answer(n) {
            out.answer = composed.text.clone();
        }
        out.warnings.extend(composed.warning.clone());
        out.effects.push(mail(letter, id, &composed, decided, answer(n).then_some(came), files, pen)?);
    }
    Ok(out)
}

/// That this process may use.
fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| std::thread::available_parallelism().map_or(1, NonZero::get))
}

/// How many decisions are being rendered in this process.
static RENDERING: AtomicUsize = AtomicUsize::new(0);

/// One of them; whether it is the only one.
struct Rendering(bool);

impl Rendering {
    fn begin() -> Rendering {
        Rendering(RENDERING.fetch_add(1, Ordering::Relaxed) == 0)
    }
}

impl Drop for Rendering {
    fn drop(&mut self) {
        RENDERING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A letter's Message-ID, and the address that names it.
fn ids(n: usize, letter: &Letter, decided: &Decided, pen: &Pen) -> (String, Option<String>) {
    let id = MessageId::make(&pen.keys, &decided.after.id, decided.after.version, n, &letter.to, &pen.house.address);
    // A customer answers to whom the letter names, not to a letter.
    let plus = (pen.plus && letter.kind != Kind::QuoteToCustomer).then(|| guard::plus_address(&id, &pen.house.address));
    (id, plus)
}

/// What goes with each letter.
fn files(decided: &Decided, pen: &Pen) -> Result<Vec<Vec<Option<Attachment>>>, Fault> {
    let mut made = Vec::new();
    let mut all = Vec::new();
    for letter in &decided.post.letters {
        let files = letter.attach.iter().map(|what| attach(what, letter, decided, pen, &mut made));
        all.push(files.collect::<Result<Vec<_>, Fault>>()?);
    }
    Ok(all)
}

fn died() -> Fault {
    Fault::Unmade { what: "what goes with a letter".into(), why: "the program failed at it".into() }
}

fn word(
    letter: &Letter,
    decided: &Decided,
    answer: bool,
    came: &Came,
    receipt: &[String],
    (reference, plus): (&str, Option<&str>),
    pen: &Pen,
) -> Result<Composed, Fault> {
    let lang = pen.house.lang;
    let differences = differences(&decided.after, pen.house);
    let to_customer = letter.kind == Kind::QuoteToCustomer;
    let outward = to_customer.then(|| documents::for_customer(&decided.after, pen.house, pen.sentences));
    let context = Context {
        case: outward.as_ref().unwrap_or(&decided.after),
        before: Some(&decided.before),
        events: &decided.events,
        house: pen.house,
        templates: pen.templates,
        at: pen.at,
        lang,
        answer,
        receipt: if answer { receipt } else { &[] },
        passed_on: &passed_on(&decided.post.letters, decided.post.answer),
        problems: &problems(&decided.events),
        reply_to: plus.unwrap_or(&pen.house.address),
        reference: Some(reference),
        answers_subject: came.subject.as_deref().filter(|_| answer),
        differences: &differences,
        reworded: &decided.reworded,
    };
    let unmade = |why: tera::Error| Fault::Unmade { what: format!("letter {}", letter.kind.name()), why: why.to_string() };
    composed(letter, &context, &decided.after, pen.sentences).map_err(unmade)
}

/// A letter in words; one to the customer by the built-in page, where the desk's own shows what is internal. `case`: with all of
/// its internals.
pub(super) fn composed(letter: &Letter, context: &Context, case: &Case, sentences: &Sentences) -> Result<Composed, tera::Error> {
    let composed = compose::compose(letter, context)?;
    let shown = |letter: &Composed| documents::shown_in(letter, case, context.house, sentences);
    let shows = if letter.kind == Kind::QuoteToCustomer { shown(&composed) } else { vec![] };
    if shows.is_empty() {
        return Ok(composed);
    }
    // A page of the desk's own may name more than the built-in one does, which shows what the quote shows.
    let built_in = compose::compose(letter, &Context { templates: &Templates::default(), ..*context })?;
    let known = shown(&built_in);
    let leaks: Vec<String> = shows.iter().filter(|what| !known.contains(what)).map(ToString::to_string).collect();
    if leaks.is_empty() {
        return Ok(composed);
    }
    let (page, leaks) = (templates::name(letter.kind, context.lang), leaks.join("; "));
    let warning = format!("template {page}: it would show the customer what is internal: {leaks}");
    Ok(Composed { warning: Some(warning), ..built_in })
}

/// What the sender's workbook has wrong, for the letter and for the marked form.
pub fn problems(events: &[Recorded]) -> Vec<Problem> {
    let returned = events.iter().rev().find_map(|r| match &r.event {
        Event::FormReturned { problems } => Some(problems.clone()),
        Event::FormTaken { warnings, .. } => Some(warnings.clone()),
        _ => None,
    });
    returned.unwrap_or_default()
}

/// Who reads what the sender has said beside what they did, or alone.
fn passed_on(letters: &[Letter], answer: Option<usize>) -> Vec<Email> {
    let sender = answer.and_then(|n| letters.get(n)).map(|letter| &letter.to);
    let carries = |letter: &&Letter| letter.kind == Kind::Comment || letter.kind.carries_note();
    let mut people: Vec<Email> = vec![];
    for letter in letters.iter().filter(carries).filter(|letter| Some(&letter.to) != sender) {
        if !people.contains(&letter.to) {
            people.push(letter.to.clone());
        }
    }
    people
}

/// What differs from the quote before, where there is one.
fn differences(case: &Case, house: &House) -> Vec<String> {
    let known: Vec<_> = case.quotes.iter().filter(|quote| !quote.withdrawn).collect();
    match known.as_slice() {
        [.., old, new] => compose::differences(&difference::between(old, new), house),
        _ => vec![],
    }
}

fn mail(
    letter: &Letter,
    (message_id, reply_to): (String, Option<String>),
    composed: &Composed,
    decided: &Decided,
    came: Option<&Came>,
    files: Vec<Option<Attachment>>,
    pen: &Pen,
) -> Result<NewEffect, Fault> {
    let case = &decided.after;
    // One root for all letters of a case, so that mail programs keep them together: the mail that opened it, or for a case
    // out of a folder an id that no mail has.
    let domain = pen.house.address.rsplit('@').next().unwrap_or_default();
    let own = || format!("{}.thread@{domain}", case.id.to_lowercase());
    // What the customer gets names no mail of the house.
    let outside = letter.kind == Kind::QuoteToCustomer;
    let came = came.filter(|_| !outside);
    let mut references = vec![case.thread.clone().filter(|_| !outside).unwrap_or_else(own)];
    references.extend(came.into_iter().flat_map(|c| c.references.iter().chain(&c.message_id).cloned()));
    let mail = Mail {
        from: (pen.house.desk_name.clone(), pen.house.address.clone()),
        to: (reader_name(letter, case, pen.house), letter.to.clone()),
        // What a customer answers is for Sales: the desk takes no decision of a customer, and knows no stranger.
        reply_to: case.sales.clone().filter(|_| letter.kind == Kind::QuoteToCustomer).or(reply_to),
        subject: composed.subject.clone(),
        text: composed.text.clone(),
        html: composed.html.clone(),
        date: pen.at,
        message_id: message_id.clone(),
        in_reply_to: came.and_then(|c| c.message_id.clone()),
        references,
        case: case.id.clone(),
        kind: letter.kind.name().to_string(),
        replied: came.is_some(),
        attachments: files.into_iter().flatten().collect(),
    };
    let body = mail::to_eml(&mail)
        .map_err(|why| Fault::Unmade { what: format!("mail {}", letter.kind.name()), why: why.to_string() })?;
    Ok(NewEffect {
        case_id: case.id.clone(),
        what: Outward::Mail { to: letter.to.clone(), letter: letter.kind.name().into(), message_id },
        name: mail_name(pen, &case.id, case.version, letter.kind.name(), &letter.to),
        at: pen.at,
        not_before: letter.not_before.unwrap_or(pen.at),
        body,
    })
}

/// The name beside the address; of a customer that of the form's contact.
fn reader_name(letter: &Letter, case: &Case, house: &House) -> String {
    let contact = case.form.text("contact").filter(|_| letter.kind == Kind::QuoteToCustomer);
    contact.map_or_else(|| house.name_of(&letter.to).to_string(), |contact| one_line(contact, 80))
}

/// `<time>-<case>-<kind>-<to>.eml` (contract: outbox), with the case's version for what happens within one second.
pub fn mail_name(pen: &Pen, case: &str, version: u64, kind: &str, to: &str) -> String {
    let stamp = pen.at.with_timezone(&pen.house.calendar.tz()).format("%Y%m%dT%H%M%S");
    crate::name::clean(&format!("{stamp}-{case}-{version:04}-{kind}-{to}.eml"))
}

/// `made`: what earlier letters of the decision had with them; the same form goes to each of Tech.
fn attach<'a>(
    what: &'a Attach,
    letter: &Letter,
    decided: &Decided,
    pen: &Pen,
    made: &mut Vec<(&'a Attach, Attachment)>,
) -> Result<Option<Attachment>, Fault> {
    let case = &decided.after;
    if let Some((_, same)) = made.iter().find(|(known, _)| *known == what) {
        return Ok(Some(same.clone()));
    }
    let file = match what {
        // Its id is that of the letter's kind.
        Attach::Calendar => {
            return Ok(ics::of(letter, case, pen.house, pen.at).map(Attachment::calendar));
        }
        Attach::Form { role } => {
            let marks =
                if matches!(role, Role::Tech | Role::TechHead) { marks(&stale(decided), case, pen.house) } else { vec![] };
            documents::bound(case, pen.house, Some(*role), marks, pen.binder, pen.at)?
        }
        Attach::MarkedForm { role } => {
            let marks = marks(&problems(&decided.events), case, pen.house);
            documents::bound(case, pen.house, Some(*role), marks, pen.binder, pen.at)?
        }
        Attach::Quote { revision } => match laid(decided, *revision) {
            Some(made) => made,
            None => documents::quote_file(case, pen.house, pen.sentences, *revision)?,
        },
        Attach::Appendix => documents::appendix_file(case, pen.house, pen.sentences, pen.at)?,
    };
    let file = Attachment::workbook(file.name, file.bytes);
    made.push((what, file.clone()));
    Ok(Some(file))
}

/// The quote as this very decision has laid it down.
fn laid(decided: &Decided, revision: u32) -> Option<Made> {
    let quote = decided.after.quotes.iter().find(|q| q.revision == revision)?;
    let same = |laid: &&Laid| laid.file.kind == FileKind::Quote && laid.file.name == quote.file;
    let laid = decided.laid.iter().find(same)?;
    Some(Made { name: quote.file.clone(), bytes: laid.bytes.clone() })
}

/// Tech's answers to what has been worded anew since.
fn stale(decided: &Decided) -> Vec<Problem> {
    let open = decided.reworded.iter().filter(|r| !decided.after.answers.contains_key(&r.item));
    let cell = |r: &Reworded| Cell::Item(r.item.clone(), "kt_kq".into());
    let problem = |r: &Reworded| Problem::of(Some(&cell(r)), Severity::Warning, Wrong::Reworded);
    open.map(problem).collect()
}

/// The bad cells, with what is wrong in the reader's words and what was typed there.
fn marks(problems: &[Problem], case: &Case, house: &House) -> Vec<Mark> {
    let lang = house.lang;
    let words = crate::letter::messages::Words::plain(lang, house, Some(&case.form));
    let mark = |p: &Problem| Mark { at: p.at(), note: words.problem(p), typed: Some(p.found.clone()).filter(|f| !f.is_empty()) };
    let wrong = |p: &&Problem| !p.field.is_empty() && !p.is_note();
    problems.iter().filter(wrong).map(mark).collect()
}
