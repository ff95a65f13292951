//! Tech's answers by item, as typed into a mail: `1: được, 15tr, 5 ngày`, `mục 2 không làm được do chưa có API`.
//! Whatever is read here is told back and counts only once it is confirmed.

use std::ops::Range;

use super::doubts::{ends_asking, is_marked, is_question};
use super::numbered::{Part, Parts, heads, is_count, parts};
use super::said::{Said, Sort, Word};
use super::values::{blanked, is_rate, one_amount};
use super::words::*;
use super::{Asked, Doubt, Heard, Reading};
use crate::calendar::days::{self, TypedDays};
use crate::money::typed::amounts_in;
use crate::process::act::What;
use crate::process::form::{Cell, Change, Echo};
use crate::process::value::Value;
use crate::text::squash;

/// Reads Tech's answers, and what they ask beside them; `None` where the text holds no answer.
pub(super) fn read(text: &str, ctx: &Asked) -> Option<Reading> {
    read_as(text, ctx, false)
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

fn read_as(text: &str, ctx: &Asked, corrects: bool) -> Option<Reading> {
    let text = &questions_apart(text, ctx);
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
    sheet.reading(text)
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

/// Reads a correction of answers that were given before: what is not said of an item stays as it was.
pub(super) fn correction(text: &str, ctx: &Asked) -> Option<Reading> {
    let (said, heard) = match read_as(text, ctx, true)? {
        Reading::Means { acts, heard } => (acts.into_iter().next(), heard),
        Reading::Ask { sentence, why, .. } => return Some(Reading::Ask { sentence, guess: None, why }),
        Reading::Nothing => return None,
    };
    let Some(What::Said { cells, .. }) = said else { return None };
    Some(Reading::Means { acts: vec![What::Correct { cells }], heard })
}

/// The cells that a text fills in.
#[derive(Default)]
struct Sheet {
    /// Of answers that stand already: no cell is missing that has a value.
    corrects: bool,
    cells: Vec<Change>,
    answered: Vec<String>,
    heard: Vec<Heard>,
    doubt: Option<Doubt>,
    incomplete: Vec<(String, &'static str)>,
    /// What is asked of Sales beside the answers.
    questions: Vec<String>,
}

impl Sheet {
    fn reading(self, text: &str) -> Option<Reading> {
        let said = What::Said { cells: self.cells.clone(), answered: self.answered.clone() };
        let guess = (!self.cells.is_empty()).then_some(said.clone());
        let mut heard = self.heard;
        heard.extend(self.incomplete.iter().map(|(item, cell)| Heard::Incomplete { item: item.clone(), cell }));
        match (self.doubt, &self.incomplete[..]) {
            (Some(doubt), _) => Some(Reading::ask(text, guess, doubt)),
            (None, _) if self.cells.is_empty() => None,
            (None, _) if !self.questions.is_empty() => {
                Some(Reading::Means { acts: vec![said, What::Ask(self.questions.join("\n"))], heard })
            }
            (None, [(item, cell), ..]) if self.answered.is_empty() => {
                Some(Reading::ask(text, guess, Doubt::Incomplete { item: item.clone(), cell }))
            }
            (None, _) => Some(Reading::Means { acts: vec![said], heard }),
        }
    }

    fn doubt(&mut self, doubt: Doubt) {
        self.doubt.get_or_insert(doubt);
    }

    fn put(&mut self, at: Cell, value: Value, typed: &str) {
        self.heard.push(Heard::Cell(Echo { at: at.clone(), typed: squash(typed), value: value.clone() }));
        self.cells.push(Change { at, old: None, new: Some(value) });
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
            self.put(Cell::Field("kt_srv".into()), choice(need), said.of(words));
            if need == "yes" {
                self.server_cost(line, &said);
            }
            if let Some((_, words)) = said.find(UNSURE) {
                self.doubt(Doubt::Condition { word: said.of(words).to_string() });
            }
            return;
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
                _ => self.unread(line),
            }
            return;
        }
        let answer = Answer::read(line);
        let valued = answer.cost.is_some() || answer.days.is_some() || answer.feasible.is_some() || answer.doubt.is_some();
        if cut.parts.is_empty() && valued {
            match &ctx.items[..] {
                [(id, _)] => {
                    self.answer(&Part { items: vec![id.clone()], text: line, whole: line, before: "", ends_list: false })
                }
                _ if answer.feasible.is_some() || answer.cost.is_some() => self.doubt(Doubt::WhichItem),
                _ => self.unread(line),
            }
            return;
        }
        self.unread(line);
    }

    /// What the server costs, and for how long: `cần server riêng, 2tr/tháng`.
    fn server_cost(&mut self, line: &str, said: &Said) {
        let (typed, vnd) = match one_amount(line) {
            Ok(Some((typed, vnd, _))) => (typed, vnd),
            Ok(None) if said.words.iter().any(is_count) => return self.unread(line),
            Ok(None) => return,
            Err(doubt) => return self.doubt(doubt),
        };
        self.put(Cell::Field("kt_srv_cost".into()), Value::Money(vnd), &typed);
        match (said.find(&["tháng", "month"]), said.find(&["năm", "year"])) {
            (None, None) if said.has(&["quý"]) => self.doubt(Doubt::Unclear),
            (None, None) => {}
            (Some((_, words)), None) | (None, Some((_, words))) if !said.words[..words.start].last().is_some_and(is_count) => {
                let cycle =
                    if said.words[words.start].is("tháng") || said.words[words.start].is("month") { "month" } else { "year" };
                self.put(Cell::Field("kt_srv_cycle".into()), choice(cycle), said.of(words));
            }
            _ => self.doubt(Doubt::Unclear),
        }
    }

    /// A line that goes into no cell is told back, that nobody takes it for written down.
    fn unread(&mut self, line: &str) {
        let said = Said::new(line);
        let greets = said.longest_at(0, GREETINGS).is_some();
        if !greets && !said.only(&[POLITE, THANKS, NOTED]) {
            self.heard.push(Heard::LeftOut { line: squash(line) });
        }
    }

    fn answer(&mut self, part: &Part) {
        let text = format!("{} {}", part.before, part.text);
        let answer = Answer::read(text.trim());
        // `không nên làm mục 3, 20tr`, `mục 2 thêm 2tr`: no answer that stands in a list, and no value of its own.
        let denied = Said::new(part.before).has(NEGATORS) && !matches!(answer.feasible, Some("no" | "partial"));
        if denied || is_relative(&Said::new(text.trim())) {
            return self.doubt(Doubt::Unclear);
        }
        let valued = answer.cost.is_some() || answer.days.is_some();
        let said = Said::new(part.text);
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
        if part.items.len() > 1 && (answer.cost.is_some() || answer.days.is_some()) {
            self.doubt(Doubt::WhichItem);
            return;
        }
        for id in &part.items {
            self.fill(id, &answer, text.trim());
        }
    }

    fn fill(&mut self, id: &str, answer: &Answer, text: &str) {
        let at = |cell: &str| Cell::Item(id.into(), cell.into());
        let feasible = match answer.feasible {
            Some(feasible) => feasible,
            None if self.corrects && (answer.cost.is_some() || answer.days.is_some()) => "",
            None if answer.cost.is_some() || answer.days.is_some() => "yes",
            None if answer.server.is_some() => "",
            None => return self.doubt(Doubt::Unclear),
        };
        if !feasible.is_empty() {
            // Cost and days alone say yes as well.
            let typed = if answer.said.is_empty() { text } else { &answer.said };
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
        if !answer.rest.is_empty() {
            self.put(at(words_go), Value::Text(answer.rest.clone()), &answer.rest);
        }
        let missing = match feasible {
            "no" if answer.rest.is_empty() => Some("kt_ld"),
            "no" => None,
            "partial" if answer.rest.is_empty() => Some("kt_pv"),
            _ if self.corrects => None,
            _ if answer.cost.is_none() => Some("kt_cp"),
            _ if answer.days.is_none() => Some("kt_ngay"),
            _ => None,
        };
        match missing {
            Some(cell) => self.incomplete.push((id.into(), cell)),
            None if feasible.is_empty() => {}
            None => self.answered.push(id.into()),
        }
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

/// `cần server riêng`, and its negation, which is the longer phrase.
fn server(said: &Said) -> Option<(&'static str, Range<usize>)> {
    let no = said.find(NO_SERVER).map(|(_, words)| ("no", words));
    no.or_else(|| said.find(SERVER).map(|(_, words)| ("yes", words)))
}

/// What was said of one item.
#[derive(Default)]
struct Answer {
    feasible: Option<&'static str>,
    /// The words that say so.
    said: String,
    cost: Option<(String, i64)>,
    days: Option<(String, u32)>,
    server: Option<(String, &'static str)>,
    /// What is left: a reason, a scope or a note.
    rest: String,
    doubt: Option<Doubt>,
}

impl Answer {
    fn read(text: &str) -> Answer {
        let mut answer = Answer::default();
        let said = Said::new(text);
        let mut used: Vec<Range<usize>> = vec![];
        if let Some((need, words)) = server(&said) {
            answer.server = Some((said.of(words.clone()).to_string(), need));
            used.extend(said.words[words].iter().map(|w| w.at.clone()));
        }
        let money = blanked(text, &used);
        match one_amount(&money) {
            Ok(Some((typed, vnd, _))) => answer.cost = Some((typed, vnd)),
            Ok(None) => {}
            Err(doubt) => answer.doubt = Some(doubt),
        }
        if is_rate(&money) {
            answer.doubt.get_or_insert(Doubt::Unclear);
        }
        let amounts: Vec<_> = amounts_in(&money).into_iter().map(|(at, _)| at).collect();
        used.extend(amounts.iter().cloned());
        let lengths = durations(&said, &used);
        match &lengths[..] {
            [] => {}
            [(at, TypedDays::One { half_days, .. })] => answer.days = Some((text[at.clone()].to_string(), *half_days)),
            [(at, TypedDays::Ambiguous(readings)), ..] => {
                answer.doubt.get_or_insert(Doubt::Days { typed: text[at.clone()].to_string(), readings: readings.clone() });
            }
            several => {
                let readings = several
                    .iter()
                    .filter_map(|(_, d)| if let TypedDays::One { half_days, .. } = d { Some(*half_days) } else { None });
                answer.doubt.get_or_insert(Doubt::Days { typed: squash(text), readings: readings.collect() });
            }
        }
        used.extend(lengths.iter().map(|(at, _)| at.clone()));
        let left = blanked(text, &used);
        let left = Said::new(&left);
        let mut from = None;
        if let Some((feasible, words)) = verdict(&left) {
            answer.feasible = Some(feasible);
            answer.said = left.of(words.clone()).to_string();
            from = Some(words);
        }
        if let Some((_, words)) = left.find(UNSURE).filter(|_| answer.feasible != Some("no")) {
            answer.doubt.get_or_insert(Doubt::Condition { word: left.of(words).to_string() });
        }
        if is_marked(text) {
            answer.doubt.get_or_insert(Doubt::Question);
        }
        answer.rest = rest(&left, from);
        answer
    }
}

/// Can it be done? The first word that says so, the longest phrase there.
fn verdict(said: &Said) -> Option<(&'static str, Range<usize>)> {
    for at in said.starts(&[PARTLY, INFEASIBLE, FEASIBLE]) {
        let of = |list: &'static [&'static str]| said.longest_at(at, list).map(|(p, taken)| (p, at..at + taken));
        let partly = of(PARTLY).map(|(_, words)| ("partial", words));
        if partly.is_some() {
            return partly;
        }
        let stands = |words: &Range<usize>, phrase: &str| {
            // A lone `không` or `có` may deny or affirm anything: only where the thought ends there.
            let lone = matches!(phrase, "không" | "ko" | "k" | "kg" | "hok" | "no" | "có" | "chịu" | "được" | "đc" | "dc");
            let next = said.words.get(words.end);
            let ends =
                next.is_none_or(|w| w.sign().is_some() || BECAUSE.iter().any(|b| w.is(b)) || POLITE.iter().any(|p| w.is(p)));
            let new_clause = next.is_some_and(|n| said.words.get(words.end - 1).is_some_and(|l| n.at.start > l.at.end + 1));
            !lone || ends || new_clause || (!phrase.starts_with('k') && phrase != "có" && phrase != "no")
        };
        let no = of(INFEASIBLE).filter(|(p, words)| stands(words, p));
        let yes = of(FEASIBLE).filter(|(p, words)| stands(words, p));
        match (no, yes) {
            (Some((_, n)), Some((_, y))) if y.end > n.end => return Some(("yes", y)),
            (Some((_, n)), _) => return Some(("no", n)),
            (None, Some((_, y))) => {
                // `được một phần`
                let partly = said.longest_at(y.end, PARTLY).map(|(_, taken)| y.end + taken);
                return Some(partly.map_or(("yes", y.clone()), |end| ("partial", y.start..end)));
            }
            (None, None) => {}
        }
    }
    None
}

/// What is left beside verdict and figures, without `do`, `vì` and polite words around it.
fn rest(left: &Said, verdict: Option<Range<usize>>) -> String {
    let taken = verdict.unwrap_or(0..0);
    let ranges: Vec<_> = left.words.get(taken).unwrap_or_default().iter().map(|w| w.at.clone()).collect();
    let text = squash(&blanked(left.text, &ranges));
    let mut clauses: Vec<String> = vec![];
    for clause in text.split([',', ';', '/', '\n']) {
        let said = Said::new(clause);
        let filler: &[&str] = &[
            "khoảng",
            "chỉ",
            "mất",
            "trong",
            "chi phí",
            "giá",
            "cost",
            "làm",
            "tổng",
            "hết",
            "thì",
            "là",
            "cần",
            "giá vốn",
            "thời gian",
            "vốn",
            "và",
        ];
        if said.only(&[POLITE, THANKS, filler]) {
            continue;
        }
        let mut at = 0;
        while let Some((_, words)) = said.longest_at(at, BECAUSE) {
            at += words;
        }
        while said.words.get(at).is_some_and(|w| w.sign().is_some_and(|c| c != '(')) {
            at += 1;
        }
        clauses.push(said.from(at).trim().trim_end_matches(['.', ',']).to_string());
    }
    squash(&clauses.join(", "))
}

/// The durations of a text outside some bytes.
pub(super) fn durations(said: &Said, outside: &[Range<usize>]) -> Vec<(Range<usize>, TypedDays)> {
    let mut found = vec![];
    let mut at = 0;
    while let Some(word) = said.words.get(at) {
        let free = !outside.iter().any(|r| r.contains(&word.at.start));
        let end = (free && (word.kind == Sort::Number || word.is("nửa"))).then(|| unit_end(said, at)).flatten();
        let Some(end) = end else {
            at += 1;
            continue;
        };
        let from = word.at.start;
        let to = said.words[end - 1].at.end;
        match days::days(&said.text[from..to]) {
            TypedDays::Missing | TypedDays::Wrong => {}
            read => found.push((from..to, read)),
        }
        at = end;
    }
    found
}

/// Where a duration that begins with a number ends: `5 ngày làm việc`, `2-3 ngày`, `1 tuần rưỡi`.
fn unit_end(said: &Said, at: usize) -> Option<usize> {
    let mut end = at + 1;
    let sign = |i: usize| said.words.get(i).and_then(Word::sign);
    if matches!(sign(end), Some('-' | '–')) && said.words.get(end + 1).is_some_and(|w| w.kind == Sort::Number) {
        end += 2;
    }
    said.longest_at(end, DAY_UNITS)?;
    end += 1;
    for more in ["làm việc", "lv", "công", "days", "day", "rưỡi"] {
        if let Some(taken) = said.phrase_at(end, more) {
            end += taken;
        }
    }
    Some(end)
}

/// `thêm 2tr`, `bớt 1 ngày`: of what was there before.
fn is_relative(said: &Said) -> bool {
    said.starts(&[RELATIVE]).into_iter().any(|at| {
        let taken = said.longest_at(at, RELATIVE).map_or(0, |(_, taken)| taken);
        taken > 0 && said.words.get(at + taken).is_some_and(|w| w.kind == Sort::Number)
    })
}

#[cfg(test)]
#[path = "items_tests.rs"]
mod tests;
