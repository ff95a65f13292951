//! What a form, and the words with it or alone, do to their case.

use super::Desk;
use super::back::Back;
use super::decide::{Deciding, Sender};
use super::understand::{self, Opened};
use crate::form::read::Reading;
use crate::form::returned::{self, Incoming};
use crate::letter::messages::{Words, text};
use crate::letter::reply::{self, Asked, Doubt, Heard, NewText, Reading as Reply};
use crate::process::act::What;
use crate::process::case::{Case, State};
use crate::process::customer::agreed_when_signed;
use crate::process::delivery::without_plan_as_it_is;
use crate::process::event::{Event, Recorded};
use crate::process::form::{Cell, Change, Echo, Filled};
use crate::process::house::{At, Role};
use crate::process::problem::{FileFault, Kind, Severity};
use crate::process::roles;
use crate::process::value::Value;
use crate::text::letters;

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
        if let Some(told) = self.for_another_customer(deciding.case(), &filled) {
            deciding.record(Event::NotUnderstood { text: String::new(), guess: None });
            return vec![told];
        }
        let beside = match self.text_beside(deciding, &filled, &asked, by) {
            Beside::Against { said, told } => {
                deciding.record(Event::NotUnderstood { text: said, guess: None });
                return vec![told];
            }
            Beside::PassedOn(said) => Some(said),
            Beside::Nothing => None,
        };
        let wrong = |echo: &Echo| filled.problems.iter().any(|p| p.severity == Severity::Error && p.at() == echo.at);
        let echoes: Vec<Echo> = filled.echoes.iter().filter(|echo| !wrong(echo)).cloned().collect();
        let mut told = match words {
            true => self.form_and_words(deciding, filled, opened, &asked, by),
            false => {
                deciding.act(What::Filled(Box::new(filled)));
                vec![]
            }
        };
        // What was right in a form that goes back is kept: how it was read is told now, for its cells come back as they were read.
        if deciding.returned_form() {
            let back = Back::to(by, deciding.case(), &self.config.house);
            told.extend(echoes.into_iter().filter_map(|echo| back.heard(&Heard::Cell(echo))));
        }
        // Who acts next reads it, where the form was taken.
        if let Some(text) = beside.filter(|_| deciding.took_form()) {
            deciding.act(What::Comment { text, mentions: vec![] });
        }
        told
    }

    /// The form of one customer typed over with the name and the tax code of another: an old form that is used again for a new need, and a
    /// case that would be lost by it. Either alone is put right like any cell.
    fn for_another_customer(&self, case: &Case, filled: &Filled) -> Option<String> {
        let changed = |field: &str| {
            let change = filled.changes.iter().find(|c| c.at == Cell::Field(field.into()))?;
            Some((change.old.as_ref()?.text()?, change.new.as_ref()?.text()?))
        };
        let ((old, new), (old_tax, new_tax)) = (changed("customer")?, changed("tax")?);
        let others = other_company(old, new) && other_code(old_tax, new_tax);
        let fill = [("id", case.id.as_str()), ("old", old), ("new", new)];
        others.then(|| text(self.config.house.lang, "desk.other_customer", &fill))
    }

    /// What is newly written beside a `Duyệt` in the form's own cell for questions or remarks, where only a form that sends back or turns
    /// down is asked for words: a condition, a delay or a no is asked back like the same words in a mail (domain e.1), `OK, cảm ơn em` is
    /// nothing, and anything else goes to whoever acts next.
    fn text_beside(&self, deciding: &Deciding, filled: &Filled, asked: &Asked, by: &str) -> Beside {
        let Some((cell, "duyet")) = decision(filled) else { return Beside::Nothing };
        let remark = match &cell.at {
            Cell::Field(name) if name == "ld_all" => "ld_ask",
            _ => "pr_note",
        };
        let new = filled.changes.iter().find(|c| c.at == Cell::Field(remark.into()));
        let Some(said) = new.and_then(|c| c.new.as_ref()?.text()).map(str::trim).filter(|said| !said.is_empty()) else {
            return Beside::Nothing;
        };
        let back = Back::to(by, deciding.case(), &self.config.house);
        let against = |told: String| Beside::Against { said: said.to_string(), told };
        match reply::read(&NewText::plain(&format!("duyệt, {said}")), asked) {
            Reply::Means { acts, .. } => match acts.iter().find(|act| differs(act, "duyet")) {
                Some(other) => against(back.form_differs(other, cell)),
                None if acts.iter().any(|act| matches!(act, What::Comment { .. })) => Beside::PassedOn(said.to_string()),
                None => Beside::Nothing,
            },
            Reply::Ask { why, guess, .. } => match why {
                Doubt::Negated { .. } | Doubt::Later { .. } | Doubt::Condition { .. } | Doubt::CounterOffer { .. } => {
                    against(back.doubt(&why, guess.as_ref()))
                }
                _ => Beside::PassedOn(said.to_string()),
            },
            Reply::Nothing => Beside::Nothing,
        }
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
        let reading = reply::read(&opened.text, asked);
        let filled = decided_by_mail(filled, &reading);
        let decides = decision(&filled);
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
        if let Some(told) = self.put_off(deciding.case(), &filled, &reading, opened, asked, by) {
            deciding.record(Event::NotUnderstood { text: opened.text.text.clone(), guess: None });
            return vec![told];
        }
        deciding.act(What::Filled(Box::new(filled)));
        let comment = |text: &str| What::Comment { text: text.to_string(), mentions: vec![] };
        match reading {
            Reply::Means { acts, .. } => {
                // `Em gửi phiếu ạ.` above a signature is nothing to pass on either.
                let told = |a: &What| matches!(a, What::Comment { text, .. } if !reply::is_cover_note(text));
                // What the form says itself, or says nothing of its own.
                let in_form = |a: &What| {
                    use What::{Comment, Confirm, Done, Filled, Noted, Reject, Return, Status};
                    matches!(a, Comment { .. } | Confirm | Done | Filled(_) | Noted(_) | Reject(_) | Return(_) | Status)
                };
                if !acts.iter().all(in_form) {
                    // Not done beside a form, and not lost: kept as a comment, and its writer is told.
                    deciding.act(comment(&opened.text.text));
                    return vec![Back::to(by, deciding.case(), &self.config.house).words_left(&opened.text.text)];
                }
                acts.into_iter().filter(told).for_each(|a| deciding.act(a))
            }
            Reply::Ask { .. } => deciding.act(comment(&opened.text.text)),
            Reply::Nothing => {}
        }
        vec![]
    }

    /// A form of Sales or Tech moves its case on by itself: words with it that call it unfinished, or give the case up, are asked back
    /// like a `chưa duyệt` above a form that says Duyệt.
    fn put_off(&self, case: &Case, filled: &Filled, reading: &Reply, opened: &Opened, asked: &Asked, by: &str) -> Option<String> {
        let is = |role: Role| asked.roles.contains(&role);
        let moves = match case.state {
            State::Drafting | State::Completing => is(Role::Sales),
            State::Feedback => is(Role::Tech) || is(Role::TechHead),
            _ => false,
        };
        if !moves || filled.has_errors() {
            return None;
        }
        let gives_up = match reading {
            Reply::Means { acts, .. } => acts.iter().any(|act| matches!(act, What::Withdraw(_) | What::Declined(_))),
            Reply::Ask { guess, .. } => matches!(guess, Some(What::Withdraw(_) | What::Declined(_))),
            Reply::Nothing => false,
        };
        let text = opened.text.text.as_str();
        let word = reply::not_final(text).or(gives_up.then_some(text))?;
        Some(Back::to(by, case, &self.config.house).not_final(word))
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

/// Names of companies that have nothing in common but what many are called.
fn other_company(old: &str, new: &str) -> bool {
    const GENERIC: [&str; 20] = [
        "cong", "ty", "tnhh", "co", "phan", "cp", "mtv", "mot", "thanh", "vien", "thuong", "mai", "dich", "vu", "san", "xuat",
        "va", "tm", "dv", "sx",
    ];
    let own = |name: &str| -> Vec<String> {
        letters(name).split(' ').filter(|word| !word.is_empty() && !GENERIC.contains(word)).map(String::from).collect()
    };
    let (old, new) = (own(old), own(new));
    !old.is_empty() && !new.is_empty() && !old.iter().any(|word| new.contains(word))
}

/// Tax codes of which more than a slip differs.
fn other_code(old: &str, new: &str) -> bool {
    let digits = |code: &str| code.chars().filter(char::is_ascii_digit).take(10).collect::<Vec<char>>();
    let (old, new) = (digits(old), digits(new));
    old.len() != new.len() || old.iter().zip(&new).filter(|(a, b)| a != b).count() > 2
}

/// What a form says beside its `Duyệt`.
enum Beside {
    Nothing,
    /// It takes the approval back, or puts it off.
    Against {
        said: String,
        told: String,
    },
    PassedOn(String),
}

/// Nothing is wrong with the form but that the cells for a decision are blank, and the words beside it decide.
fn decide_alone(filled: &Filled, opened: &Opened, asked: &Asked) -> bool {
    let of_decision = |field: &str| ["ck_", "ld_", "pr_", "gd_"].iter().any(|family| field.starts_with(family));
    let mut wrong = filled.problems.iter().filter(|p| p.severity == Severity::Error);
    wrong.all(|p| matches!(p.kind, Kind::Missing | Kind::NoReason) && of_decision(&p.field))
        && matches!(reply::read(&opened.text, asked), Reply::Means { acts, .. } if acts.iter().any(What::decides))
}

/// Prices whose decision is the mail's `DUYỆT` alone: it stands for the blank cell.
fn decided_by_mail(mut filled: Filled, reading: &Reply) -> Filled {
    let confirms = matches!(reading, Reply::Means { acts, .. } if acts.contains(&What::Confirm));
    let mut wrong = filled.problems.iter().filter(|p| p.severity == Severity::Error);
    let lacks = wrong.next().is_some_and(|p| p.field == "pr_dec" && p.kind == Kind::Missing) && wrong.next().is_none();
    if confirms && lacks {
        filled.problems.retain(|p| p.field != "pr_dec");
        let (at, new) = (Cell::Field("pr_dec".into()), Some(Value::Choice("duyet".into())));
        filled.changes.push(Change { at, old: None, new });
    }
    filled
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
