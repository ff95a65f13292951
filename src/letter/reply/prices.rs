//! The Director's prices, as typed into a mail: `1 = 18tr`, `giảm cho khách 5%`. Told back before they count, whatever
//! else the mail says (domain e.1, rule 4).

mod clauses;
mod rate;
mod tax;
mod whole;

use super::answer::durations;
use super::comment::is_remark;
use super::doubts::blocker;
use super::numbered::{Part, parts};
use super::said::{Said, Sort, Word};
use super::values::{blanked, is_rate, one_amount};
use super::words::*;
use super::{Asked, Doubt, Heard, Reading};
use crate::calendar::days::TypedDays;
use crate::money::typed::amounts_in;
use crate::process::act::What;
use crate::process::form::{Cell, Change, Echo};
use crate::process::value::Value;
use crate::text::squash;
use clauses::{before_total, clauses};
use rate::{is_times, times};
use tax::{before_tax, holds_tax};

/// Reads prices; `None` where the text holds none.
pub(super) fn read(text: &str, ctx: &Asked) -> Option<Reading> {
    let plain = before_tax(&rows_told(text));
    let cut = parts(&plain, ctx);
    let mut prices = Prices { cycle: ctx.server_cycle.as_deref(), ..Prices::default() };
    let valued = |t: &str| !matches!(one_amount(t), Ok(None));
    let unknown = |part: &Part| part.items.is_empty() && (leaves_out(part.before, part.text) || is_free(&Said::new(part.text)));
    if let Some(number) = cut.unknown.first().filter(|_| valued(text) || cut.parts.iter().any(unknown)) {
        return Some(Reading::ask(text, None, Doubt::NoSuchItem { number: number.clone() }));
    }
    let mut totals = vec![];
    for (at, part) in cut.parts.iter().enumerate() {
        let (own, total) = before_total(part.text);
        totals.extend(total);
        let last = at + 1 == cut.parts.len();
        prices.part(part, own, (last && part.ends_list) || ctx.items.len() == 1);
    }
    // `khách xin giảm 10%`: what the customer wants is not what the Director says.
    let whole = Said::new(&plain);
    if whole.has(CUSTOMER) && whole.has(CUSTOMER_WANTS) {
        prices.doubt(Doubt::Unclear);
    }
    if holds_tax(&whole) && (whole.has(&["giá"]) || valued(&plain)) {
        prices.doubt(Doubt::WithTax);
    }
    let mut remarks = vec![];
    for line in &cut.loose {
        // `server = 25tr/năm, VAT 10%`, on a line of its own.
        prices.of_server = Said::new(line).longest_at(0, SERVER_NAMED).is_some();
        let (cells, left, sure) = (prices.cells.len(), prices.left.len(), prices.doubt.is_none());
        for clause in clauses(line) {
            if !cut.parts.is_empty()
                && let ("", Some(total)) = before_total(clause)
            {
                totals.push(total);
                continue;
            }
            prices.general(clause, ctx, cut.parts.is_empty());
        }
        let nothing_else = prices.cells.len() == cells && sure == prices.doubt.is_none();
        if nothing_else && prices.left.len() > left && is_remark(line, ctx) {
            prices.left.truncate(left);
            remarks.push(*line);
        }
    }
    for total in totals {
        prices.at_hand = total;
        prices.total(total);
    }
    let remarks = remarks.join("\n");
    prices.reading(text).map(|read| if remarks.is_empty() { read } else { read.beside(&remarks, ctx) })
}

/// Rows of a table as lines: the item's number, and the only amount, where that ends the row. Any other row stays as it is.
fn rows_told(text: &str) -> String {
    let told = |line: &str| {
        let cells: Vec<&str> = line.split('\t').map(str::trim).filter(|cell| !cell.is_empty()).collect();
        let (no, rest) = cells.split_first()?;
        let (price, names) = rest.split_last()?;
        if !line.contains(|c: char| c.is_ascii_digit()) {
            return Some(String::new());
        }
        let priced = |cell: &&&str| !matches!(one_amount(cell), Ok(None));
        let row = no.chars().all(|c| c.is_ascii_digit()) && matches!(one_amount(price), Ok(Some(_)));
        (row && !names.iter().any(|name| priced(&name))).then(|| format!("{no} = {price}"))
    };
    text.lines().map(|line| told(line).unwrap_or_else(|| line.to_string())).collect::<Vec<_>>().join("\n")
}

/// What makes a price no price: a `không`, a question, a `nếu`. The `giảm` of `giảm 5%` is none, nor hides it what stands behind.
fn open(said: &Said) -> Option<Doubt> {
    let said = said.without_compounds();
    // The `thêm` of `giá vốn cộng thêm 30%`.
    let added = said
        .find(MARKUP)
        .filter(|(phrase, _)| phrase.ends_with("thêm") && *phrase != "cộng thêm")
        .map_or(0..0, |(_, words)| words);
    let added: Vec<usize> = said.words[added].iter().map(|w| w.at.start).collect();
    let said = said.without(|w| added.contains(&w.at.start));
    match blocker(&said) {
        Some(Doubt::Condition { word }) if Said::new(&word).only(&[UNDOES_PRICE, ADDS_OR_DROPS]) => {
            Some(Doubt::Condition { word })
        }
        Some(Doubt::Condition { .. }) => {
            said.find(UNDOES_PRICE).map(|(_, words)| Doubt::Condition { word: said.of(words).to_string() })
        }
        doubt => doubt,
    }
}

#[derive(Default)]
struct Prices<'a> {
    /// How long the server's price holds, as Tech says.
    cycle: Option<&'a str>,
    cells: Vec<Change>,
    heard: Vec<Heard>,
    doubt: Option<Doubt>,
    /// What is looked at, and where the doubt arose.
    at_hand: &'a str,
    doubted: &'a str,
    /// What went into no cell.
    left: Vec<&'a str>,
    /// The line is the server's.
    of_server: bool,
    /// A rate is said that goes into none, and nothing else.
    rate_alone: bool,
}

impl<'a> Prices<'a> {
    /// Said twice it has to be the same.
    fn put(&mut self, at: Cell, value: Value, typed: &str) {
        let before = self.heard.iter().find_map(|h| match h {
            Heard::Cell(echo) if echo.at == at => Some(echo),
            _ => None,
        });
        let doubt = before.filter(|echo| echo.value != value).map(|echo| match (&echo.value, &value) {
            (Value::Money(a), Value::Money(b)) => {
                Doubt::Money { typed: format!("{}, {}", echo.typed, squash(typed)), readings: vec![*a, *b] }
            }
            _ => Doubt::Several,
        });
        match doubt {
            Some(doubt) => self.doubt(doubt),
            None if before.is_some() => {}
            None => {
                self.heard.push(Heard::Cell(Echo { at: at.clone(), typed: squash(typed), value: value.clone() }));
                self.cells.push(Change { at, old: None, new: Some(value) });
            }
        }
    }

    fn doubt(&mut self, doubt: Doubt) {
        if self.doubt.is_none() {
            (self.doubt, self.doubted) = (Some(doubt), self.at_hand);
        }
    }

    /// A `không`, a question, a `nếu` comes before any other doubt.
    fn settled(&mut self, text: &str) {
        if let Some(doubt) = open(&Said::new(text)) {
            (self.doubt, self.doubted) = (Some(doubt), self.at_hand);
        }
    }

    /// What is said of items: a price, and beside it their days, or what holds for all. `ends`: nothing else can be meant by
    /// a discount there.
    fn part(&mut self, part: &Part<'a>, text: &'a str, ends: bool) {
        self.at_hand = text;
        let items = &part.items[..];
        let clauses = clauses(text);
        let (first, rest) = clauses.split_first().map_or(("", &[][..]), |(first, rest)| (*first, rest));
        if leaves_out(part.before, first) {
            let typed = format!("{} {first}", part.before);
            for id in items {
                self.put(Cell::Item(id.clone(), "gd_bao".into()), Value::Choice("no".into()), &typed);
            }
            return rest.iter().for_each(|clause| self.beside(items, clause, ends));
        }
        self.settled(part.before);
        let priced = |clause: &&str| !matches!(one_amount(clause), Ok(None)) || is_free(&Said::new(clause));
        let Some(priced) = clauses.iter().position(priced) else {
            // `1 = 18`: millions, as people write among themselves? Else, as `bỏ mục 3`, said of an item, and no price.
            let said = Said::new(text);
            let rate = (said.has(MARKUP) || times(&said).is_some()) && said.words.iter().any(|w| w.kind == Sort::Number);
            return self.doubt(small(text).unwrap_or(if rate { Doubt::ForAll } else { Doubt::Unclear }));
        };
        for (at, clause) in clauses.into_iter().enumerate() {
            let beside = match at {
                _ if at == priced => self.price(items, part.before, clause),
                // The item's own words.
                _ if at < priced && !clause.contains('%') => continue,
                _ => clause,
            };
            self.beside(items, beside, ends);
        }
    }

    /// The price of an item. What follows it in its clause.
    fn price(&mut self, items: &[String], named: &str, clause: &'a str) -> &'a str {
        if is_free(&Said::new(clause)) && !Said::new(named).has(RELATIVE) {
            items.iter().for_each(|id| self.put(price_of(id), Value::Money(0), clause));
            return "";
        }
        if is_rate(clause) {
            self.doubt(Doubt::Unclear);
        }
        let found = amounts_in(clause);
        let (Some((first, _)), Some((last, _))) = (found.first(), found.last()) else { return clause };
        let before = Said::new(&clause[..first.start]);
        let times = before.words.last().is_some_and(is_times);
        let by = before.has(RELATIVE) || Said::new(named).has(RELATIVE);
        let named = !by || before.has(PRICE_TO);
        self.settled(before.text);
        match (one_amount(clause), items) {
            (Err(doubt), _) => self.doubt(doubt),
            _ if times => self.doubt(Doubt::Unclear),
            (Ok(Some((typed, vnd, _))), [id]) if named => self.put(price_of(id), Value::Money(vnd), &typed),
            _ => self.doubt(Doubt::WhichItem),
        }
        &clause[last.end..]
    }

    /// What stands beside the price of an item.
    fn beside(&mut self, items: &[String], text: &'a str, ends: bool) {
        let text = text.trim_matches([' ', ',', '.', '-', '–', ':', '/']);
        let said = Said::new(text);
        let alone =
            amounts_in(text).first().is_some_and(|(at, _)| Said::new(&blanked(text, std::slice::from_ref(at))).is_blank());
        match (one_amount(text), items) {
            _ if said.is_blank() => {}
            (Ok(Some((typed, vnd, _))), [id]) if alone => self.put(price_of(id), Value::Money(vnd), &typed),
            // `12tr x 2`: the whole, or each?
            _ if is_times(&said.words[0]) => self.doubt(Doubt::Unclear),
            (_, [id]) if self.days(id, text) => {}
            _ if !ends && said.has(DISCOUNT) => self.doubt(Doubt::Unclear),
            _ => self.whole(text, None),
        }
    }

    /// `5 ngày`: the days that the customer is told.
    fn days(&mut self, id: &str, text: &str) -> bool {
        let beside: &[&str] = &["làm", "trong", "thời gian", "xong", "hoàn thành", "báo khách", "báo kh", "là"];
        let found = durations(&Said::new(text), &[]);
        let [(at, read)] = &found[..] else { return false };
        if !Said::new(&blanked(text, std::slice::from_ref(at))).only(&[POLITE, beside]) {
            return false;
        }
        match read {
            TypedDays::One { half_days, .. } => {
                self.put(Cell::Item(id.into(), "gd_ngay".into()), Value::Days(*half_days), &text[at.clone()]);
            }
            TypedDays::Ambiguous(readings) => self.doubt(Doubt::Days { typed: squash(text), readings: readings.clone() }),
            _ => return false,
        }
        true
    }

    /// The sum that the Director wrote below the prices: it has to be theirs.
    fn total(&mut self, typed: &str) {
        let price = |c: &Change| match (&c.at, &c.new) {
            (Cell::Item(_, name), Some(Value::Money(vnd))) if name == "gd_gia" => Some(*vnd),
            _ => None,
        };
        let sum = self.cells.iter().filter_map(price).sum::<i64>();
        match one_amount(typed) {
            Ok(Some((_, vnd, _))) if vnd == sum => {}
            Ok(Some((_, vnd, _))) => self.doubt(Doubt::Money { typed: squash(typed), readings: vec![vnd, sum] }),
            Ok(None) => {}
            Err(doubt) => self.doubt(doubt),
        }
    }

    fn field(&mut self, name: &str, value: Value, typed: &str) {
        self.put(Cell::Field(name.into()), value, typed);
    }

    /// A clause that names no item. `alone`: none in the text does.
    fn general(&mut self, text: &'a str, ctx: &Asked, alone: bool) {
        self.at_hand = text;
        match &ctx.items[..] {
            [(id, _)] if self.days(id, text) => {}
            _ => self.whole(text, alone.then_some(ctx)),
        }
    }

    fn reading(self, text: &str) -> Option<Reading> {
        let said = What::Said { cells: self.cells.clone(), answered: vec![] };
        let guess = (!self.cells.is_empty()).then_some(said.clone());
        let priced = |cell: &Cell| {
            self.cells.iter().any(|c| c.at == *cell || matches!((&c.at, cell), (Cell::Item(_, a), Cell::Item(_, b)) if a == b))
        };
        let both = priced(&Cell::Field("pr_markup".into())) && priced(&price_of(""));
        // `4 = 18tr`, and `4: không`.
        let has_price = |id: &String| self.cells.iter().any(|c| c.at == price_of(id));
        let left_out = |c: &Change| matches!(&c.at, Cell::Item(id, column) if column == "gd_bao" && has_price(id));
        let twice = self.cells.iter().any(left_out).then_some(Doubt::Several);
        // Of several lines the one that is not understood, where the words of the doubt do not name it.
        let line = text.lines().find(|line| !self.doubted.trim().is_empty() && line.contains(self.doubted.trim()));
        let sentence = line.filter(|_| self.doubt == Some(Doubt::Unclear)).unwrap_or(text);
        match self.doubt.or(both.then_some(Doubt::ForAll)).or(twice) {
            Some(doubt)
                if guess.is_some()
                    || self.rate_alone
                    || !matches!(
                        doubt,
                        Doubt::Negated { .. } | Doubt::Question | Doubt::Later { .. } | Doubt::Condition { .. } | Doubt::Unclear
                    ) =>
            {
                Some(Reading::ask(sentence, guess, doubt))
            }
            Some(_) => None,
            None => guess.map(|act| {
                let left = (!self.left.is_empty()).then(|| Heard::LeftOut { line: squash(&self.left.join("; ")) });
                Reading::Means { acts: vec![act], heard: self.heard.into_iter().chain(left).collect() }
            }),
        }
    }
}

/// A figure without its unit, which nobody means in đồng.
fn small(text: &str) -> Option<Doubt> {
    let typed = text.trim();
    let thousands = typed.parse::<i64>().ok().filter(|n| (1..1_000).contains(n))? * 1_000;
    Some(Doubt::Money { typed: typed.into(), readings: vec![thousands * 1_000, thousands] })
}

/// `0`, `tặng khách`, `miễn phí`, and nothing else.
fn is_free(said: &Said) -> bool {
    let zero = |w: &Word| w.typed == "0";
    let rest = said.without(|w| zero(w) || w.sign() == Some('='));
    (said.words.iter().any(zero) || said.has(FREE)) && rest.only(&[FREE, BESIDE_FREE, SERVER_NAMED, POLITE])
}

/// `4: không`, `mục 4 không đưa vào báo giá`, `không báo mục 4`.
fn leaves_out(before: &str, text: &str) -> bool {
    let text = format!("{before} {text}");
    let said = Said::new(&text);
    said.has(LEAVES_OUT) && said.only(&[LEAVES_OUT, BESIDE_LEAVING, POLITE])
}

fn price_of(id: &str) -> Cell {
    Cell::Item(id.into(), "gd_gia".into())
}
