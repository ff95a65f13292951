//! The Director's prices, as typed into a mail: `1 = 18tr`, `giảm cho khách 5%`. Told back before they count, whatever
//! else the mail says (domain e.1, rule 4).

use super::items::parts;
use super::read::{blocker, one_amount};
use super::said::{Said, Sort};
use super::words::*;
use super::{Asked, Doubt, Heard, Reading};
use crate::money::percent::{self, TypedPercent};
use crate::process::act::What;
use crate::process::form::{Cell, Change, Echo};
use crate::process::value::Value;
use crate::text::squash;

/// Reads prices; `None` where the text holds none.
pub(super) fn read(text: &str, ctx: &Asked) -> Option<Reading> {
    let cut = parts(text, ctx);
    let mut prices = Prices::default();
    let valued = |t: &str| !matches!(one_amount(t), Ok(None));
    if let Some(number) = cut.unknown.first().filter(|_| valued(text)) {
        return Some(Reading::ask(text, None, Doubt::NoSuchItem { number: number.clone() }));
    }
    let mut totals = vec![];
    for part in &cut.parts {
        let (own, total) = before_total(part.text);
        totals.extend(total);
        let said = Said::new(own);
        match one_amount(own) {
            Err(doubt) => prices.doubt(doubt),
            Ok(Some((typed, vnd, _))) => match &part.items[..] {
                [id] if !said.has(&["giảm", "tăng thêm", "bớt", "cộng"]) || said.has(PRICE_TO) => {
                    prices.put(Cell::Item(id.clone(), "gd_gia".into()), Value::Money(vnd), &typed);
                }
                _ => prices.doubt(Doubt::WhichItem),
            },
            // `bỏ mục 3`: said of an item, and no price.
            Ok(None) => prices.doubt(Doubt::Unclear),
        }
        if let Some(doubt) = blocker(&said).filter(open) {
            prices.doubt(doubt);
        }
    }
    // `khách xin giảm 10%`: what the customer wants is not what the Director says.
    let whole = Said::new(text);
    if whole.has(CUSTOMER) && whole.has(CUSTOMER_WANTS) {
        prices.doubt(Doubt::Unclear);
    }
    for clause in cut.loose.iter().flat_map(|line| clauses(line)) {
        if !cut.parts.is_empty()
            && let ("", Some(total)) = before_total(clause)
        {
            totals.push(total);
            continue;
        }
        if let Some(doubt) = blocker(&Said::new(clause)).filter(open).filter(|_| !Said::new(clause).has(NO_VAT)) {
            prices.doubt = Some(doubt);
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

/// `giảm 5%, VAT 10`: two things. The comma of `7,5%` is none between them.
fn clauses(line: &str) -> impl Iterator<Item = &str> {
    line.split([';', '\n']).flat_map(|part| part.split(", ")).map(str::trim).filter(|clause| !clause.is_empty())
}

const NO_VAT: &[&str] = &["không chịu thuế", "ko chịu thuế", "k chịu thuế", "không chịu vat", "kct"];

const SERVER_NAMED: &[&str] = &["server", "server riêng", "máy chủ", "máy chủ riêng", "sv", "private server"];

const PRICE_TO: &[&str] = &["lên", "xuống", "thành", "còn", "to"];

/// What makes a price no price: a `không`, a question, a `nếu`.
fn open(doubt: &Doubt) -> bool {
    match doubt {
        Doubt::Negated { .. } | Doubt::Question | Doubt::Later { .. } => true,
        Doubt::Condition { word } => Said::new(word).only(&[&[
            "nếu",
            "nhưng",
            "if",
            "trừ",
            "miễn là",
            "với điều kiện",
            "tuy nhiên",
            "but",
            "except",
            "unless",
            "bỏ",
            "thêm",
            "ngoại trừ",
        ]]),
        _ => false,
    }
}

#[derive(Default)]
struct Prices {
    cells: Vec<Change>,
    heard: Vec<Heard>,
    doubt: Option<Doubt>,
}

impl Prices {
    fn put(&mut self, at: Cell, value: Value, typed: &str) {
        self.heard.push(Heard::Cell(Echo { at: at.clone(), typed: squash(typed), value: value.clone() }));
        self.cells.push(Change { at, old: None, new: Some(value) });
    }

    fn doubt(&mut self, doubt: Doubt) {
        self.doubt.get_or_insert(doubt);
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

    /// What holds for the whole quote: discount, markup, VAT; or the price of a case's only item.
    fn general(&mut self, text: &str, ctx: &Asked, alone: bool) {
        let said = Said::new(text);
        let percent = percent_of(&said);
        let amount = one_amount(text);
        if said.has(NO_VAT) {
            return self.field("pr_vat", Value::Choice("kct".into()), text);
        }
        if said.words.iter().filter(|w| w.sign() == Some('%')).count() > 1 {
            return self.doubt(Doubt::Unclear);
        }
        // `server = 36tr`: its own price. A discount or a tax beside it may be meant for either.
        if said.has(SERVER_NAMED) {
            let else_said = percent.is_some() || said.has(VAT) || said.has(DISCOUNT) && !said.has(PRICE_TO);
            return match amount {
                Err(doubt) => self.doubt(doubt),
                Ok(Some((typed, vnd, _))) if !else_said => self.field("pr_srv", Value::Money(vnd), &typed),
                Ok(_) => self.doubt(Doubt::Unclear),
            };
        }
        // `VAT 10`
        let rate = || {
            let (_, words) = said.find(VAT)?;
            let at = (words.end..said.words.len()).find(|at| said.words[*at].kind == Sort::Number)?;
            let typed = said.of(at..at + 1);
            match percent::read(&format!("{typed}%")) {
                TypedPercent::One { hundredths, .. } => Some((typed.to_string(), hundredths)),
                _ => None,
            }
        };
        let percent = percent.or_else(|| rate().filter(|_| said.words.len() <= 6));
        match (percent, amount) {
            (Some((typed, hundredths)), _) if said.has(VAT) => {
                let code = (hundredths % 100 == 0)
                    .then(|| (hundredths / 100).to_string())
                    .filter(|c| matches!(c.as_str(), "0" | "5" | "8" | "10"));
                match code {
                    Some(code) => self.field("pr_vat", Value::Choice(code), &typed),
                    None => self.doubt(Doubt::Unclear),
                }
            }
            (Some((typed, hundredths)), _) if said.has(MARKUP) => {
                self.field("pr_mode", Value::Choice("markup".into()), &typed);
                self.field("pr_markup", Value::Percent(hundredths), &typed);
            }
            (Some((typed, hundredths)), _) if said.has(DISCOUNT) => self.field("pr_disc_pct", Value::Percent(hundredths), &typed),
            // `tăng 10%`: of what?
            (Some(_), _) => self.doubt(Doubt::Unclear),
            (None, Err(doubt)) => self.doubt(doubt),
            (None, Ok(Some((typed, vnd, _)))) if said.has(DISCOUNT) && !said.has(PRICE_TO) => {
                self.field("pr_disc_amt", Value::Money(vnd), &typed);
            }
            (None, Ok(Some((typed, vnd, _)))) if alone && (said.has(PRICE) || said.words.len() < 5) => match &ctx.items[..] {
                [(id, _)] => self.put(Cell::Item(id.clone(), "gd_gia".into()), Value::Money(vnd), &typed),
                _ => self.doubt(Doubt::WhichItem),
            },
            (None, Ok(Some(_))) => self.doubt(Doubt::WhichItem),
            (None, Ok(None)) => {}
        }
    }

    fn reading(self, text: &str) -> Option<Reading> {
        let said = What::Said { cells: self.cells.clone(), answered: vec![] };
        let guess = (!self.cells.is_empty()).then_some(said.clone());
        match self.doubt {
            Some(doubt)
                if guess.is_some()
                    || !matches!(
                        doubt,
                        Doubt::Negated { .. } | Doubt::Question | Doubt::Later { .. } | Doubt::Condition { .. } | Doubt::Unclear
                    ) =>
            {
                Some(Reading::ask(text, guess, doubt))
            }
            Some(_) => None,
            None => guess.map(|act| Reading::Means { acts: vec![act], heard: self.heard }),
        }
    }
}

/// The one percentage of a text, in hundredths of a percent.
fn percent_of(said: &Said) -> Option<(String, i64)> {
    let at = said.words.iter().position(|w| w.sign() == Some('%'))?;
    let number = at.checked_sub(1).filter(|n| said.words[*n].kind == Sort::Number)?;
    let typed = said.of(number..at + 1);
    match percent::read(typed) {
        TypedPercent::One { hundredths, .. } => Some((typed.to_string(), hundredths)),
        _ => None,
    }
}
