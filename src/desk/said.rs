//! What a form, and the words with it or alone, do to their case.

use super::Desk;
use super::back::Back;
use super::decide::{Deciding, Sender};
use super::understand::{self, Opened};
use crate::form::read::Reading;
use crate::form::returned::{self, Incoming};
use crate::letter::messages::Words;
use crate::letter::reply::{self, Asked, Doubt, Heard, NewText, Reading as Reply};
use crate::process::act::What;
use crate::process::case::Case;
use crate::process::customer::agreed_when_signed;
use crate::process::delivery::without_plan_as_it_is;
use crate::process::event::{Event, Recorded};
use crate::process::form::{Cell, Change, Filled};
use crate::process::house::{At, Role};
use crate::process::problem::{FileFault, Kind, Severity};
use crate::process::roles;
use crate::process::value::Value;

impl Desk {
    /// What the form that came brings to its case.
    pub(super) fn filled(
        &self,
        opened: &Opened,
        case: &Case,
        history: &[Recorded],
        sender: &Sender,
        at: At,
    ) -> Option<Result<Filled, FileFault>> {
        let house = &self.config.house;
        let mut form = opened.form()?.clone();
        Words::drop_marks(&mut form);
        let by = sender.by.as_deref().unwrap_or_default();
        let mut roles = roles::roles(case, house, by, house.day(at));
        roles.retain(|role| !sender.as_sales || *role == Role::Sales);
        let incoming = Incoming { case: Some(case), history, sender: by, name: house.name_of(by), roles: &roles };
        let reading = Reading { today: house.day(at), house, lang: house.lang };
        Some(returned::filled(&mut form, &incoming, &reading))
    }

    /// A form that came; `words`: a mail says something beside it.
    pub(super) fn form(
        &self,
        deciding: &mut Deciding,
        filled: Filled,
        opened: &Opened,
        words: bool,
        by: &str,
        at: At,
    ) -> Vec<String> {
        // Nothing is done yet: whatever is read from here on is read as their answer to this.
        let asked = understand::asked(deciding.case(), &self.config.house, by, self.config.house.day(at));
        let (noted, filled) = noted_alone(filled);
        // An untouched form beside words is only a form that was sent along; what is written on its cells stays.
        if words && filled.is_empty() && (!filled.has_errors() || decide_alone(&filled, opened, &asked)) {
            if !noted.notes.is_empty() {
                [Event::filled(&noted), Event::taken(&noted)].into_iter().for_each(|event| deciding.record(event));
            }
            return self.words(deciding, opened, by, at);
        }
        let filled = Filled { notes: noted.notes, ..filled };
        if let Some((note, told)) = self.note_against(deciding, &filled, &asked, by) {
            deciding.record(Event::NotUnderstood { text: note, guess: None });
            return vec![told];
        }
        if words {
            return self.form_and_words(deciding, filled, opened, &asked, by);
        }
        deciding.act(What::Filled(Box::new(filled)));
        vec![]
    }

    /// A note on the very cell that decides, with a condition, a delay or a no in it (`duyệt nếu khách tăng ngân sách` on Duyệt): asked
    /// back like the same words in a mail (domain e.1). The note, and what to say about it. Any other note stands beside the decision.
    fn note_against(&self, deciding: &Deciding, filled: &Filled, asked: &Asked, by: &str) -> Option<(String, String)> {
        let (cell, code) = decision(filled)?;
        let note = filled.notes.iter().find(|note| note.at == cell.at)?;
        let back = Back::to(by, deciding.case(), &self.config.house);
        // As if said in one line with the decision: `duyệt nếu …`.
        let line = if code == "duyet" { format!("duyệt {}", note.text) } else { note.text.clone() };
        let told = match reply::read(&NewText::plain(&line), asked) {
            Reply::Means { acts, .. } => back.form_differs(acts.iter().find(|act| differs(act, code))?, cell),
            Reply::Ask { why, guess, .. } if code == "duyet" => match why {
                Doubt::Negated { .. } | Doubt::Later { .. } | Doubt::Condition { .. } | Doubt::CounterOffer { .. } => {
                    back.doubt(&why, guess.as_ref())
                }
                _ => return None,
            },
            _ => return None,
        };
        Some((note.text.clone(), told))
    }

    /// A form with words beside it: the form counts, and a comment is kept and passed on. Words that do not go with what
    /// the form decides (`chưa duyệt` above a form that says Duyệt, `DUYỆT` above one that says Từ chối) are asked back, and
    /// nothing is done.
    fn form_and_words(&self, deciding: &mut Deciding, filled: Filled, opened: &Opened, asked: &Asked, by: &str) -> Vec<String> {
        let decides = decision(&filled);
        let reading = reply::read(&opened.text, asked);
        let back = Back::to(by, deciding.case(), &self.config.house);
        let against = decides.and_then(|(cell, code)| match &reading {
            Reply::Means { acts, .. } => {
                let other = acts.iter().find(|act| differs(act, code))?;
                Some(back.form_differs(other, cell))
            }
            Reply::Ask { why, guess, .. } if code == "duyet" && !matches!(why, Doubt::Weak | Doubt::Unclear) => {
                Some(back.doubt(why, guess.as_ref()))
            }
            _ => None,
        });
        if let Some(told) = against {
            deciding.record(Event::NotUnderstood { text: opened.text.text.clone(), guess: None });
            return vec![told];
        }
        deciding.act(What::Filled(Box::new(filled)));
        let comment = |text: &str| What::Comment { text: text.to_string(), mentions: vec![] };
        match reading {
            Reply::Means { acts, .. } => {
                // `Em gửi phiếu ạ.` above a signature is nothing to pass on either.
                let told = |a: &What| matches!(a, What::Comment { text, .. } if !reply::is_cover_note(text));
                acts.into_iter().filter(told).for_each(|a| deciding.act(a))
            }
            Reply::Ask { .. } => deciding.act(comment(&opened.text.text)),
            Reply::Nothing => {}
        }
        vec![]
    }

    /// The words of a mail, or of `tell`.
    pub(super) fn words(&self, deciding: &mut Deciding, opened: &Opened, by: &str, at: At) -> Vec<String> {
        let house = &self.config.house;
        let asked = understand::asked(deciding.case(), house, by, house.day(at));
        let files = !opened.kept.is_empty() || opened.faults().next().is_some();
        // What is wrong with it stands in the answer already; half a mail decides nothing.
        if opened.unreadable.is_some() {
            deciding.record(Event::NotUnderstood { text: String::new(), guess: None });
            return vec![];
        }
        let reading = understand::read(opened, deciding.case(), house, &asked);
        if opened.text.nothing_left && files && matches!(reading, Reply::Nothing) {
            deciding.act(What::Noted(String::new()));
            return vec![];
        }
        match reading {
            Reply::Means { acts, heard } => {
                let acts = without_plan_as_it_is(agreed_when_signed(acts, deciding.case()), deciding.case());
                acts.into_iter().for_each(|act| deciding.act(act));
                let back = Back::to(by, deciding.case(), house);
                // Of items that are others by now nothing was read.
                let of_items = |h: &&Heard| !(matches!(h, Heard::Cell(_)) && deciding.is_superseded());
                heard.iter().filter(of_items).filter_map(|h| back.heard(h)).collect()
            }
            Reply::Nothing if opened.text.nothing_left => {
                deciding.record(Event::NotUnderstood { text: String::new(), guess: None });
                vec![]
            }
            Reply::Nothing => {
                deciding.act(What::Noted(opened.text.text.clone()));
                vec![]
            }
            Reply::Ask { sentence, guess, why } => {
                let back = Back::to(by, deciding.case(), house);
                let lines = back.asked(&sentence, &why, guess.as_ref(), &opened.text.text, house.day(at));
                deciding.record(Event::NotUnderstood { text: sentence, guess: guess.map(|g| g.name().to_string()) });
                lines
            }
        }
    }
}

/// Nothing is wrong with the form but that the cells for a decision are blank, and the words beside it decide.
fn decide_alone(filled: &Filled, opened: &Opened, asked: &Asked) -> bool {
    let of_decision = |field: &str| ["ck_", "ld_", "pr_", "gd_"].iter().any(|family| field.starts_with(family));
    let mut wrong = filled.problems.iter().filter(|p| p.severity == Severity::Error);
    wrong.all(|p| matches!(p.kind, Kind::Missing | Kind::NoReason) && of_decision(&p.field))
        && matches!(reply::read(&opened.text, asked), Reply::Means { acts, .. } if acts.iter().any(What::decides))
}

/// The cell by which a form decides, and what.
fn decision(filled: &Filled) -> Option<(&Change, &str)> {
    filled.changes.iter().find_map(|c| {
        let decision = matches!(&c.at, Cell::Field(name) if name == "ld_all" || name == "pr_dec");
        c.new.as_ref().and_then(Value::text).filter(|_| decision).map(|code| (c, code))
    })
}

/// What is written on the cells of a form, with what is told of it, and the form without.
fn noted_alone(mut filled: Filled) -> (Filled, Filled) {
    let notes = std::mem::take(&mut filled.notes);
    let told = filled.problems.iter().filter(|p| p.is_note()).cloned().collect();
    (Filled { notes, problems: told, ..Filled::default() }, filled)
}

/// Does an act not go with what a form decides?
fn differs(act: &What, decided: &str) -> bool {
    match (act, decided) {
        (What::Comment { .. } | What::Noted(_) | What::Status, _) => false,
        (What::Confirm | What::Done, _) => decided != "duyet",
        (What::Return(_), _) => decided != "tra_lai",
        (What::Reject(_), _) => decided != "tu_choi",
        // What else is said beside a form that sends back or turns down goes where it does.
        _ => decided == "duyet",
    }
}
