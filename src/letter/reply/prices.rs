//! The Director's prices, as typed into a mail: `1 = 18tr`, `giảm cho khách 5%`. Told back before they count, whatever
//! else the mail says (domain e.1, rule 4).

use std::ops::Range;

use super::answer::durations;
use super::doubts::{blocker, is_question};
use super::numbered::{Part, parts};
use super::said::{Said, Sort, Word};
use super::span::Span;
use super::values::{blanked, is_rate, one_amount};
use super::words::*;
use super::{Asked, Doubt, Heard, Reading};
use crate::calendar::days::TypedDays;
use crate::money::percent::{self, TypedPercent};
use crate::money::typed::amounts_in;
use crate::process::act::What;
use crate::process::form::{Cell, Change, Echo};
use crate::process::value::Value;
use crate::text::squash;

/// Reads prices; `None` where the text holds none.
pub(super) fn read(text: &str, ctx: &Asked) -> Option<Reading> {
    let plain = before_tax(text);
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
    for clause in cut.loose.iter().flat_map(|line| clauses(line)) {
        if !cut.parts.is_empty()
            && let ("", Some(total)) = before_total(clause)
        {
            totals.push(total);
            continue;
        }
        prices.general(clause, ctx, cut.parts.is_empty());
    }
    for total in totals {
        prices.total(total);
    }
    prices.reading(text)
}

/// A text before its `Tổng: 40tr`, and that. Of what else is said of a total (`tổng giảm 5%`) there is none.
fn before_total(text: &str) -> (&str, Option<&str>) {
    let said = Said::new(text);
    let sums = |at: &usize| {
        // `18tr cộng 2tr` is no sum of the items.
        let marked = said.words.get(at + 1).is_some_and(|w| matches!(w.sign(), Some(':' | '=')));
        said.longest_at(*at, &["tổng", "total"]).is_some() || (marked && said.words[*at].is("cộng"))
    };
    let Some(at) = (0..said.words.len()).find(sums) else { return (text, None) };
    let total = said.from(at);
    let plain = Said::new(total);
    if plain.has(DISCOUNT) || plain.has(MARKUP) || plain.has(VAT) || total.contains('%') || matches!(one_amount(total), Ok(None))
    {
        return (text, None);
    }
    let before = said.text[..said.words[at].at.start].trim_end_matches([' ', ',', ';', '/', '-', '–', '=', '>', '(', '.']);
    (before.trim_start_matches(['=', '>', '-', '–', '*', '(', ' ']), Some(total))
}

/// `giảm 5%, VAT 10`: two things. The comma of `7,5%` is none between them, nor is one among the terms of payment.
fn clauses(text: &str) -> Vec<&str> {
    let mut cut: Vec<Range<usize>> = vec![];
    let mut terms = false;
    for part in text.split([';', '\n', '(', ')']).flat_map(|part| part.split(", ")).map(str::trim) {
        let at = part.as_ptr() as usize - text.as_ptr() as usize;
        let said = Said::new(part);
        let other = [VAT, DISCOUNT, MARKUP, SERVER_NAMED, VALID, NO_VAT].iter().any(|list| said.has(list));
        match cut.last_mut().filter(|_| terms && !other && !says_nothing(&said)) {
            Some(last) if !text[last.end..at].contains(['\n', ';']) => last.end = at + part.len(),
            _ => {
                terms = are_terms(&said);
                cut.push(at..at + part.len());
            }
        }
    }
    cut.into_iter().map(|at| &text[at]).filter(|clause| !clause.is_empty()).collect()
}

/// `thanh toán 50% khi ký, 50% khi bàn giao`
fn are_terms(said: &Said) -> bool {
    let first = said.words.iter().position(|w| w.sign().is_none()).unwrap_or(0);
    let how = said.words.iter().any(|w| w.kind == Sort::Number) || said.has(PAID_HOW);
    how && said.longest_at(first, PAY_TERMS).is_some()
}

/// Manners and approval beside prices: they are told back anyway.
fn says_nothing(said: &Said) -> bool {
    let beside: &[&str] = &["như sau", "trên", "gửi", "báo", "giúp", "đơn giá", "các mục", "vnd", "vnđ", "đ", "đồng"];
    (said.longest_at(0, GREETINGS).is_some() && blocker(said).is_none())
        || said.only(&[POLITE, THANKS, NOTED, KIN, WEAK, APPROVE, APPROVE_PRICE, BESIDE_APPROVAL, beside])
}

/// `18tr chưa VAT`: a text without what says that its prices are before tax, for all are.
fn before_tax(text: &str) -> String {
    let said = Said::new(text);
    // `đã cộng thuế`
    let added = |at: &usize| *at > 0 && said.words[at - 1].is("đã");
    let without = (0..said.words.len()).filter(|at| !added(at)).filter_map(|at| {
        let tax = at + said.longest_at(at, WITHOUT_TAX)?.1;
        let end = tax + said.longest_at(tax, VAT)?.1;
        let rate = said.words.get(end).filter(|w| w.kind == Sort::Number);
        let rate = rate.is_some_and(|w| !text[said.words[end - 1].at.end..w.at.start].contains('\n'));
        Some(said.words[at].at.start..said.words[if rate { tax } else { end } - 1].at.end)
    });
    blanked(text, &without.collect::<Vec<_>>())
}

/// A price is said to hold its tax: `đã gồm VAT`, `VAT 10% đã gồm`, `VAT rồi`.
fn holds_tax(said: &Said) -> bool {
    let taxed = |at| said.longest_at(at, VAT).map(|(_, taken)| at + taken);
    let with = |at| said.longest_at(at, WITH_TAX).is_some_and(|(_, taken)| taxed(at + taken).is_some());
    let rate = |w: &Word| w.kind == Sort::Number || matches!(w.sign(), Some('%' | ',' | '(' | ')' | '-'));
    let within = |at| {
        let Some(behind) = taxed(at) else { return false };
        let next = (behind..said.words.len()).find(|next| !rate(&said.words[*next]));
        next.is_some_and(|next| said.longest_at(next, TAX_WITHIN).is_some())
    };
    (0..said.words.len()).any(|at| with(at) || within(at)) || (said.has(VAT) && said.has(&["included", "inclusive"]))
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
    /// What went into no cell.
    left: Vec<&'a str>,
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
        self.doubt.get_or_insert(doubt);
    }

    /// A `không`, a question, a `nếu` comes before any other doubt.
    fn settled(&mut self, text: &str) {
        if let Some(doubt) = open(&Said::new(text)) {
            self.doubt = Some(doubt);
        }
    }

    /// What is said of items: a price, and beside it their days, or what holds for all. `ends`: nothing else can be meant by
    /// a discount there.
    fn part(&mut self, part: &Part<'a>, text: &'a str, ends: bool) {
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
        match &ctx.items[..] {
            [(id, _)] if self.days(id, text) => {}
            _ => self.whole(text, alone.then_some(ctx)),
        }
    }

    /// What holds for the whole quote: discount, markup, VAT, validity, terms; or the price of a case's only item.
    fn whole(&mut self, text: &'a str, alone: Option<&Asked>) {
        let said = Said::new(text);
        if says_nothing(&said) {
            return;
        }
        if are_terms(&said) {
            let sure = !is_question(&said) && !said.has(&["chưa", "đừng", "chờ", "đợi", "để"]);
            return if sure { self.field("pr_pay", Value::Text(squash(text)), text) } else { self.doubt(Doubt::Unclear) };
        }
        if said.has(SERVER_NAMED) && is_free(&said) {
            return self.field("pr_srv", Value::Money(0), text);
        }
        if !said.has(NO_VAT) {
            self.settled(text);
        }
        if let Some(days) = valid_days(&said) {
            return self.field("pr_valid", Value::Number(days), text);
        }
        let explicit = percent_of(&said);
        let amount = one_amount(text);
        if said.has(NO_VAT) {
            return self.field("pr_vat", Value::Choice("kct".into()), text);
        }
        if said.words.iter().filter(|w| w.sign() == Some('%')).count() > 1 {
            return self.doubt(Doubt::Unclear);
        }
        // `server = 36tr`: its own price. A discount or a tax beside it may be meant for either.
        if said.has(SERVER_NAMED) {
            let else_said = explicit.is_some() || said.has(VAT) || said.has(DISCOUNT) && !said.has(PRICE_TO);
            return match amount {
                Ok(Some(_)) if Span::of(&said).is_some_and(|span| !span.is(self.cycle)) => self.doubt(Doubt::ServerSpan),
                Err(doubt) => self.doubt(doubt),
                Ok(Some((typed, vnd, _))) if !else_said => self.field("pr_srv", Value::Money(vnd), &typed),
                Ok(_) => self.doubt(Doubt::Unclear),
            };
        }
        // `server = 36tr, 12 tháng`
        if self.cells.iter().any(|c| c.at == Cell::Field("pr_srv".into()))
            && let Some(span) = Span::alone(&said)
        {
            if !span.is(self.cycle) {
                self.doubt(Doubt::ServerSpan);
            }
            return;
        }
        if is_rate(text) {
            return self.doubt(Doubt::Unclear);
        }
        // `VAT 10`, `hệ số 30`.
        let rate = || {
            let (least, (_, words)) = said.find(VAT).map(|vat| (0, vat)).or_else(|| Some((500, said.find(MARKUP)?)))?;
            let at = (words.end..said.words.len()).find(|at| said.words[*at].kind == Sort::Number)?;
            let typed = said.of(at..at + 1);
            match percent::read(&format!("{typed}%")) {
                TypedPercent::One { hundredths, .. } if hundredths >= least => Some((typed.to_string(), hundredths)),
                _ => None,
            }
        };
        let factor = if explicit.is_none() { factor_of(&said) } else { None };
        let is_factor = factor.is_some();
        let percent = explicit.or(factor).or_else(|| rate().filter(|_| said.words.len() <= 6 && matches!(amount, Ok(None))));
        let bare = said.words.iter().find(|w| w.kind == Sort::Number);
        let on_cost = said.has(MARKUP) || times(&said).is_some();
        let lowers = said.has(DISCOUNT) || said.has(LOWER);
        // `hệ số 130%`: so much on top, or so much in all?
        let whole = times(&said).is_some() && !is_factor && percent.as_ref().is_some_and(|(_, hundredths)| *hundredths >= 10_000);
        let figure = percent.is_some() || !matches!(amount, Ok(None));
        if (figure && lowers && (on_cost || said.has(COST))) || whole || (bare.is_some() && said.has(GROSS_MARGIN)) {
            return self.doubt(Doubt::Rate);
        }
        if percent.is_some() && said.has(THE_REST) {
            return self.doubt(if on_cost { Doubt::ForAll } else { Doubt::Unclear });
        }
        match (percent, amount) {
            (Some((typed, hundredths)), _) if said.has(VAT) => {
                let code = (hundredths % 100 == 0)
                    .then(|| (hundredths / 100).to_string())
                    .filter(|c| matches!(c.as_str(), "0" | "5" | "8" | "10"));
                match code {
                    Some(code) => self.field("pr_vat", Value::Choice(code), &typed),
                    // There is no such tax.
                    None => self.unclear(&said),
                }
                self.left_beside(&said, &typed);
            }
            (Some((typed, hundredths)), _) if on_cost => {
                self.field("pr_mode", Value::Choice("markup".into()), &typed);
                self.field("pr_markup", Value::Percent(hundredths), &typed);
                self.left_beside(&said, &typed);
            }
            (Some((typed, hundredths)), _) if said.has(DISCOUNT) => {
                self.field("pr_disc_pct", Value::Percent(hundredths), &typed);
                self.left_beside(&said, &typed);
            }
            // `tăng 10%`: of what?
            (Some(_), _) => self.unclear(&said),
            (None, Err(doubt)) => self.doubt(doubt),
            (None, Ok(Some((typed, vnd, _)))) if said.has(DISCOUNT) && !said.has(PRICE_TO) => {
                self.field("pr_disc_amt", Value::Money(vnd), &typed);
                self.left_beside(&said, &typed);
            }
            (None, Ok(Some(_))) if said.has(VAT) => self.doubt(Doubt::Unclear),
            (None, Ok(Some((typed, vnd, _)))) if said.has(PRICE) || said.words.len() < 5 => match alone.map(|ctx| &ctx.items[..])
            {
                Some([(id, _)]) => self.put(price_of(id), Value::Money(vnd), &typed),
                _ => self.doubt(Doubt::WhichItem),
            },
            (None, Ok(Some(_))) => self.doubt(Doubt::WhichItem),
            // `hệ số 3`, `giá vốn x 2`
            (None, Ok(None)) if bare.is_some() && on_cost && said.words.len() <= 8 => self.doubt(Doubt::Rate),
            // `giảm 5`: percent, or millions?
            (None, Ok(None)) if bare.is_some() && said.has(DISCOUNT) && said.words.len() <= 4 => {
                self.doubt(Doubt::Unclear);
            }
            (None, Ok(None)) => self.left.push(text),
        }
    }

    /// A rate that goes into no cell. Where nothing else is said, that is all that the mail can be about.
    fn unclear(&mut self, said: &Said<'a>) {
        self.doubt(Doubt::Unclear);
        self.rate_alone |= other_than_rate(said, &[RELATIVE, PRICE]).is_none();
    }

    /// `markup 30% làm tròn`: what is said beside a value of the whole quote, before it or behind it, and goes into no cell.
    fn left_beside(&mut self, said: &Said<'a>, typed: &str) {
        let text: &'a str = said.text;
        let (before, behind) = text.split_once(typed).unwrap_or(("", text));
        // `phần in giảm 5%`: the discount is taken.
        let words = Said::new(before);
        let taken = |at: &usize| other_than_rate(&Said::new(words.from(*at)), &[]).is_none();
        let taken = (0..words.words.len()).find(taken).map_or(before.len(), |at| words.words[at].at.start);
        for part in [&before[..taken], behind] {
            if let Some(at) = other_than_rate(&Said::new(part), &[]) {
                self.left.push(part[at..].trim());
            }
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
        match self.doubt.or(both.then_some(Doubt::ForAll)).or(twice) {
            Some(doubt)
                if guess.is_some()
                    || self.rate_alone
                    || !matches!(
                        doubt,
                        Doubt::Negated { .. } | Doubt::Question | Doubt::Later { .. } | Doubt::Condition { .. } | Doubt::Unclear
                    ) =>
            {
                Some(Reading::ask(text, guess, doubt))
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

/// Where something begins that is no rate, no manners and none of these.
fn other_than_rate(said: &Said, beside: &[&[&str]]) -> Option<usize> {
    let words = said.without(|w| w.kind == Sort::Number || is_times(w) || matches!(w.sign(), Some('%' | '+' | '=' | '>')));
    let amounts = amounts_in(said.text);
    let words = words.without(|w| amounts.iter().any(|(at, _)| at.contains(&w.at.start)));
    let known = [DISCOUNT, MARKUP, TIMES_COST, COST, VAT, BESIDE_RATE, POLITE, THANKS, KIN, APPROVE, APPROVE_PRICE, WEAK];
    words.first_other(&[&known[..], beside].concat()).map(|word| word.at.start)
}

/// Where it is said how many times the cost: `hệ số 1,3`, `giá vốn x 1,5`, `1,5 x giá vốn`, `x1.3`. The `x` of `2 chuyến x 3tr` is
/// no such thing.
fn times(said: &Said) -> Option<usize> {
    let number = |at: &usize| said.words.get(*at).is_some_and(|w| w.kind == Sort::Number);
    if let Some((_, words)) = said.find(TIMES_COST) {
        return (words.end..said.words.len()).find(number);
    }
    let sign = said.words.iter().position(is_times)?;
    let cost = |words: Range<usize>| Said::new(said.of(words)).has(COST);
    let glued = sign == 0 && said.words[0].is("x") && said.words.get(1).is_some_and(|w| w.glued);
    let behind = Some(sign + 1).filter(|_| cost(0..sign) || glued);
    behind.or_else(|| sign.checked_sub(1).filter(|_| cost(sign..said.words.len()))).filter(number)
}

/// `hệ số 1,3`: that many times the cost, which is 30 % more, in hundredths of a percent.
fn factor_of(said: &Said) -> Option<(String, i64)> {
    let at = times(said)?;
    let typed = said.of(at..at + 1);
    match percent::read(&format!("{typed}%")) {
        TypedPercent::One { hundredths, .. } if typed.contains([',', '.']) && (101..500).contains(&hundredths) => {
            Some((typed.to_string(), (hundredths - 100) * 100))
        }
        _ => None,
    }
}

fn is_times(word: &Word) -> bool {
    word.is("x") || matches!(word.sign(), Some('*' | '×'))
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

/// `hiệu lực 30 ngày`, and nothing else said of it.
fn valid_days(said: &Said) -> Option<i64> {
    let beside: &[&str] = &["báo giá", "giá", "giá này", "có", "trong", "là", "vòng", "days", "day", "ngày", "for"];
    let at = said.words.iter().position(|w| w.kind == Sort::Number).filter(|_| said.has(VALID))?;
    let unit = said.words.get(at + 1).is_some_and(|w| ["ngày", "day", "days"].iter().any(|unit| w.is(unit)));
    let rest = said.without(|w| w.at == said.words[at].at);
    (unit && rest.only(&[VALID, beside, POLITE])).then(|| said.words[at].typed.parse().ok())?
}

/// The one percentage of a text, in hundredths of a percent.
fn percent_of(said: &Said) -> Option<(String, i64)> {
    let sign = said.words.iter().position(|w| w.sign() == Some('%')).map(|at| at..at + 1);
    let sign = sign.or_else(|| said.find(&["phần trăm", "percent"]).map(|(_, words)| words))?;
    let number = sign.start.checked_sub(1).filter(|n| said.words[*n].kind == Sort::Number)?;
    match percent::read(&format!("{}%", said.of(number..number + 1))) {
        TypedPercent::One { hundredths, .. } => Some((said.of(number..sign.end).to_string(), hundredths)),
        _ => None,
    }
}
