//! Tech's answers by item, as typed into a mail: `1: được, 15tr, 5 ngày`, `mục 2 không làm được do chưa có API`.
//! Whatever is read here is told back and counts only once it is confirmed.

mod server;

use super::answer::{Answer, answers_later, behind_name, durations, is_limited, is_relative, server};
use super::comment::{is_remark, opens_list};
use super::doubts::{ends_asking, is_marked, is_question};
use super::numbered::{Part, Parts, heads, is_count, parts};
use super::said::Said;
use super::words::*;
use super::{Asked, Doubt, Heard, Reading};
use crate::calendar::days::TypedDays;
use crate::process::act::What;
use crate::process::form::{Cell, Change, Echo};
use crate::process::value::Value;
use crate::text::{fold, squash};

/// Reads Tech's answers, and what they ask beside them; `None` where the text holds no answer.
pub(super) fn read(text: &str, ctx: &Asked) -> Option<Reading> {
    read_as(text, ctx, false)
}

/// The same. `corrects`: answers that stand already.
pub(super) fn read_as(text: &str, ctx: &Asked, corrects: bool) -> Option<Reading> {
    let text = &questions_apart(&rows_told(text), ctx);
    let cut = parts(text, ctx);
    if let Some(number) = cut.unknown.first() {
        return Some(Reading::ask(text, None, Doubt::NoSuchItem { number: number.clone() }));
    }
    let mut sheet = Sheet { corrects, ..Sheet::default() };
    for line in &cut.loose {
        sheet.general(line, &cut, ctx);
    }
    for part in &cut.parts {
        sheet.answer(part);
    }
    let remarks = std::mem::take(&mut sheet.remarks).join("\n");
    sheet.reading(text).map(|read| if remarks.is_empty() { read } else { read.beside(&remarks, ctx) })
}

/// Is there more in it than an `ok`: a figure, a refusal, the server?
pub(super) fn says_more(reading: &Reading) -> bool {
    let said = match reading {
        Reading::Means { acts, .. } => acts.first(),
        Reading::Ask { guess, .. } => guess.as_ref(),
        Reading::Nothing => None,
    };
    let more = |change: &Change| !matches!(&change.at, Cell::Item(_, column) if column == "kt_kq" || column == "kt_gc");
    matches!(said, Some(What::Said { cells, .. }) if cells.iter().any(more))
}

/// `1: được, 15tr, 5 ngày. Khách dùng mẫu in nào?`: the question on a line of its own, with the number of its item. One without a
/// figure, and more than `đúng không?`.
fn questions_apart(text: &str, ctx: &Asked) -> String {
    let apart = |line: &str| {
        let mark = line.find(QUESTION_MARKS)?;
        let cut = line[..mark].rfind([',', ';', '.', '!'])? + 1;
        let (answer, question) = line.split_at(cut);
        let said = Said::new(question);
        let asks = said.words.iter().filter(|w| w.sign().is_none()).count() > 3 && !said.words.iter().any(is_count);
        let named = Said::new(line);
        let heads = heads(&named, ctx);
        let number = heads.first().filter(|head| head.at == 0 && head.end < cut).map_or("", |head| &line[..head.end]);
        (asks && answer.contains(char::is_alphabetic)).then(|| format!("{answer}\n{number}{}", question.trim_start()))
    };
    text.lines().map(|line| apart(line).unwrap_or_else(|| line.to_string())).collect::<Vec<_>>().join("\n")
}

/// Rows of a table as lines: cells come out of a workbook with tabs between them. What stands before the verdict's own cell is
/// the item's name.
pub(super) fn rows_told(text: &str) -> String {
    let told = |line: &str| {
        let cells: Vec<&str> = line.split(['\t', '|']).map(str::trim).filter(|cell| !cell.is_empty()).collect();
        let (no, rest) = cells.split_first().filter(|(_, rest)| !rest.is_empty())?;
        if !no.chars().all(|c| c.is_ascii_digit()) {
            let head = ["stt", "tt", "muc", "so muc", "hang muc", "no", "item", "#"].contains(&fold(no).as_str());
            return (head && !line.contains(|c: char| c.is_ascii_digit())).then(String::new);
        }
        let says = |cell: &&str| Said::new(cell).only(&[FEASIBLE, INFEASIBLE, PARTLY, POLITE]);
        let from = rest.iter().position(says).unwrap_or(0);
        Some(format!("{no}: {}", rest[from..].join(", ")))
    };
    text.lines().map(|line| told(line).unwrap_or_else(|| line.to_string())).collect::<Vec<_>>().join("\n")
}

/// The cells that a text fills in.
#[derive(Default)]
struct Sheet {
    /// Of answers that stand already: no cell is missing that has a value.
    corrects: bool,
    cells: Vec<Change>,
    /// The items that something was said of.
    named: Vec<String>,
    heard: Vec<Heard>,
    doubt: Option<Doubt>,
    /// What is said to others beside the answers.
    remarks: Vec<String>,
    /// What is asked of Sales beside the answers.
    questions: Vec<String>,
}

impl Sheet {
    fn reading(self, text: &str) -> Option<Reading> {
        let mut answered = vec![];
        let mut incomplete = vec![];
        for id in &self.named {
            match self.missing(id) {
                Some(cell) => incomplete.push((id.clone(), cell)),
                None if self.choice_of(id).is_some() => answered.push(id.clone()),
                None => {}
            }
        }
        let said = What::Said { cells: self.cells.clone(), answered: answered.clone() };
        let guess = (!self.cells.is_empty()).then_some(said.clone());
        let mut heard = self.heard;
        heard.extend(incomplete.iter().map(|(item, cell)| Heard::Incomplete { item: item.clone(), cell }));
        match (self.doubt, &incomplete[..]) {
            (Some(doubt), _) => Some(Reading::ask(text, guess, doubt)),
            (None, _) if self.cells.is_empty() => None,
            (None, _) if !self.questions.is_empty() => {
                Some(Reading::Means { acts: vec![said, What::Ask(self.questions.join("\n"))], heard })
            }
            (None, [(item, cell), ..]) if answered.is_empty() => {
                Some(Reading::ask(text, guess, Doubt::Incomplete { item: item.clone(), cell }))
            }
            (None, _) => Some(Reading::Means { acts: vec![said], heard }),
        }
    }

    fn doubt(&mut self, doubt: Doubt) {
        self.doubt.get_or_insert(doubt);
    }

    /// The same again is no other answer, and notes stand beside each other.
    fn put(&mut self, at: Cell, value: Value, typed: &str) {
        let known = self.cells.iter_mut().find(|c| c.at == at).and_then(|c| c.new.as_mut());
        let value = match (known, value) {
            (None, value) => {
                self.cells.push(Change { at: at.clone(), old: None, new: Some(value.clone()) });
                value
            }
            (Some(before), value) if *before == value => return,
            (Some(Value::Text(before)), Value::Text(more)) => {
                *before = format!("{before}, {more}");
                Value::Text(more)
            }
            _ => {
                return self.doubt(match at {
                    Cell::Item(item, _) => Doubt::Twice { item },
                    Cell::Field(_) => Doubt::Several,
                });
            }
        };
        self.heard.push(Heard::Cell(Echo { at, typed: squash(typed), value }));
    }

    fn value_of(&self, id: &str, cell: &str) -> Option<&Value> {
        let here = |c: &&Change| matches!(&c.at, Cell::Item(item, name) if item == id && name == cell);
        self.cells.iter().find(here).and_then(|c| c.new.as_ref())
    }

    fn choice_of(&self, id: &str) -> Option<&str> {
        self.value_of(id, "kt_kq").and_then(Value::text)
    }

    /// What an item's answer lacks.
    fn missing(&self, id: &str) -> Option<&'static str> {
        let needed: &[&str] = match self.choice_of(id) {
            None => &[],
            Some("no") => &["kt_ld"],
            Some("partial") if self.corrects => &["kt_pv"],
            Some("partial") => &["kt_pv", "kt_cp", "kt_ngay"],
            Some(_) if self.corrects => &[],
            Some(_) => &["kt_cp", "kt_ngay"],
        };
        needed.iter().copied().find(|cell| self.value_of(id, cell).is_none())
    }

    /// A question beside the answers goes its own way; one that corrects what was answered has to be an answer.
    fn asks(&mut self, question: &str) {
        match self.corrects {
            true => self.doubt(Doubt::Question),
            false => self.questions.push(squash(question)),
        }
    }

    /// A line that names no item: the server, the lead time, or the answer for a case's only item.
    fn general(&mut self, line: &str, cut: &Parts, ctx: &Asked) {
        let said = Said::new(line);
        let asks = match server(&said) {
            // `server riêng: không` ends as a question does.
            Some(("no", _)) => false,
            Some(_) => ends_asking(&said),
            None => is_question(&said) && !said.has(LEAD) && !cut.parts.is_empty(),
        };
        if asks || is_marked(line) {
            return self.asks(line);
        }
        if let Some((need, words)) = server(&said) {
            return self.server(&said, need, words, cut, ctx);
        }
        if said.has(LEAD) {
            if let Some((_, words)) = said.find(UNSURE) {
                return self.doubt(Doubt::Condition { word: said.of(words).to_string() });
            }
            let found = durations(&said, &[]);
            match found.first().map(|(_, days)| days) {
                Some(TypedDays::One { half_days, .. }) => {
                    let value = Value::Lead { days: Some(*half_days), said: lead_said(&said) };
                    self.put(Cell::Field("kt_start".into()), value, line);
                }
                Some(TypedDays::Ambiguous(readings)) => {
                    self.doubt(Doubt::Days { typed: squash(line), readings: readings.clone() });
                }
                _ => self.unread(line, ctx),
            }
            return;
        }
        let answer = Answer::read(line);
        let valued = answer.cost.is_some() || answer.days.is_some() || answer.feasible.is_some() || answer.doubt.is_some();
        if cut.parts.is_empty() && valued {
            match &ctx.items[..] {
                [_, _, ..] if let Some(text) = of_all(&said) => {
                    let items = ctx.items.iter().map(|(id, _)| id.clone()).collect();
                    self.answer(&Part { items, text, whole: line, before: "", ends_list: false });
                }
                [(id, _)] => {
                    self.answer(&Part { items: vec![id.clone()], text: line, whole: line, before: "", ends_list: false })
                }
                _ if answer.feasible.is_some() || answer.cost.is_some() || answer.doubt == Some(Doubt::WhichItem) => {
                    self.doubt(Doubt::WhichItem);
                }
                _ => self.unread(line, ctx),
            }
            return;
        }
        self.unread(line, ctx);
    }

    /// A line that goes into no cell is told back, that nobody takes it for written down.
    fn unread(&mut self, line: &str, ctx: &Asked) {
        let said = Said::new(line);
        let greets = said.longest_at(0, GREETINGS).is_some() || opens_list(&said);
        match () {
            () if greets || said.only(&[POLITE, THANKS, NOTED]) => {}
            () if is_remark(line, ctx) => self.remarks.push(squash(line)),
            () => self.heard.push(Heard::LeftOut { line: squash(line) }),
        }
    }

    fn answer(&mut self, part: &Part) {
        let text = format!("{} {}", part.before, behind_name(part.text));
        let answer = Answer::read(text.trim());
        // `không nên làm mục 3, 20tr`, `mục 2 thêm 2tr`: no answer that stands in a list, and no value of its own.
        let before = Said::new(part.before);
        let denied = before.has(NEGATORS) && !matches!(answer.feasible, Some("no" | "partial"));
        // `Tất cả làm được trừ mục 3`
        let excepts = before.has(ALL_ITEMS);
        if denied || excepts || is_relative(&Said::new(text.trim())) {
            return self.doubt(Doubt::Unclear);
        }
        let valued = answer.cost.is_some() || answer.days.is_some();
        let said = Said::new(part.text);
        if !valued
            && answer.feasible.is_none()
            && let Some(word) = answers_later(&said)
        {
            return self.later(part, word);
        }
        let asks = match answer.feasible {
            None => is_question(&said) || said.has(CLARIFY),
            // `làm được không`
            Some("yes") => ends_asking(&said),
            Some(_) => false,
        };
        if (asks || is_marked(part.text)) && !valued {
            return self.asks(part.whole);
        }
        if let Some(doubt) = answer.doubt {
            self.doubt(doubt);
            return;
        }
        // One figure for several items: each, or together?
        if part.items.len() > 1 && valued && !said.has(EACH) {
            self.doubt(Doubt::Each);
            return;
        }
        for id in &part.items {
            self.fill(id, &answer, text.trim());
        }
    }

    /// `4: để em hỏi lại`: the others count, and this one is missing still.
    fn later(&mut self, part: &Part, word: String) {
        match self.corrects {
            true => self.doubt(Doubt::Later { word }),
            false => {
                let still = |item: &String| Heard::Incomplete { item: item.clone(), cell: "kt_kq" };
                self.heard.extend(part.items.iter().map(still));
            }
        }
    }

    fn fill(&mut self, id: &str, answer: &Answer, text: &str) {
        let at = |cell: &str| Cell::Item(id.into(), cell.into());
        let valued = answer.cost.is_some() || answer.days.is_some();
        let feasible = match answer.feasible {
            Some(feasible) => feasible,
            None if valued && (self.corrects || self.choice_of(id).is_some()) => "",
            None if valued => "yes",
            None if answer.server.is_some() => "",
            None => return self.doubt(Doubt::Unclear),
        };
        let rest = Said::new(&answer.rest);
        if feasible == "yes" && rest.has(BUT_NOT) {
            return self.doubt(Doubt::Incomplete { item: id.into(), cell: "kt_pv" });
        }
        let limited = feasible == "yes" && is_limited(&rest);
        let feasible = if limited { "partial" } else { feasible };
        if !self.named.iter().any(|named| named == id) {
            self.named.push(id.into());
        }
        if !feasible.is_empty() {
            // Cost and days alone say yes as well.
            let typed = if answer.said.is_empty() || limited { text } else { &answer.said };
            self.put(at("kt_kq"), choice(feasible), typed);
        }
        if let Some((typed, vnd)) = &answer.cost {
            self.put(at("kt_cp"), Value::Money(*vnd), typed);
        }
        if let Some((typed, half_days)) = &answer.days {
            self.put(at("kt_ngay"), Value::Days(*half_days), typed);
        }
        if let Some((typed, need)) = &answer.server {
            self.put(at("kt_sv"), choice(need), typed);
        }
        let words_go = match feasible {
            "no" => "kt_ld",
            "partial" => "kt_pv",
            _ => "kt_gc",
        };
        let opens = if limited { rest.longest_at(0, BUT_OPENS).map_or(0, |(_, taken)| taken) } else { 0 };
        let words = rest.from(opens).trim();
        if !words.is_empty() {
            self.put(at(words_go), Value::Text(words.into()), words);
        }
    }
}

/// `Tất cả làm được`: behind the words that name every item.
fn of_all<'a>(said: &Said<'a>) -> Option<&'a str> {
    // `Em gửi anh: tất cả làm được`
    let mut first = said.words.iter().position(|w| w.sign() == Some(':')).filter(|at| *at < 8).map_or(0, |at| at + 1);
    if said.words[..first].iter().any(is_count) || said.longest_at(0, ALL_ITEMS).is_some() {
        first = 0;
    }
    while let Some((_, taken)) = said.longest_at(first, POLITE) {
        first += taken;
    }
    match said.longest_at(first, ALL_ITEMS) {
        Some((_, taken)) => Some(said.from(first + taken)),
        None => said.longest_at(first, EACH).map(|_| said.from(first)),
    }
}

/// `khởi động sau 5 ngày làm việc`: the quote has words of its own for what stands before the days.
fn lead_said(said: &Said) -> String {
    let first = said.words.iter().position(|w| w.sign().is_none()).unwrap_or(0);
    let mut at = said.longest_at(first, LEAD_OPENS).map_or(first, |(_, taken)| first + taken);
    while said.words.get(at).is_some_and(|w| matches!(w.sign(), Some(':' | '=' | '-' | '–')) || w.is("là")) {
        at += 1;
    }
    let left = squash(said.from(at));
    if left.is_empty() { squash(said.text) } else { left.trim_end_matches('.').to_string() }
}

fn choice(code: &str) -> Value {
    Value::Choice(code.into())
}

#[cfg(test)]
#[path = "items_tests.rs"]
mod tests;
