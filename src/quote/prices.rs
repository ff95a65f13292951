//! The sums under a table of lines, and the sentences on time and money that quote and annex share.

use super::Error;
use super::page::{Align, Cell, Content, Page, Shade, Style};
use super::sentences::{QuoteWords, TableWords, TermWords, fill};
use crate::calendar::days::has_length;
use crate::money::format;
use crate::money::totals::percent_to_thousand;
use crate::process::house::{House, Lang, Vat};
use crate::process::quote::{Line, Quote};
use crate::text::fold;

pub const BORDERED: Style = Style {
    bold: false,
    italic: false,
    larger: 0,
    align: Align::Left,
    top: false,
    border: true,
    shade: Shade::None,
    money: false,
};
pub const MONEY: Style = Style { align: Align::Right, money: true, ..BORDERED };
pub const CENTERED: Style = Style { align: Align::Center, ..BORDERED };
pub const HEAD: Style = Style { bold: true, shade: Shade::Head, ..CENTERED };

/// Days as a number in a cell; blank for none.
pub fn days(half_days: Option<u32>) -> Content {
    half_days.map_or(Content::Blank, |half| Content::Number(f64::from(half) / 2.0))
}

/// `2,5` or `2.5`.
pub fn days_said(half_days: u32, lang: Lang) -> String {
    match lang {
        Lang::Vi => format::days(half_days),
        Lang::En => format::days_en(half_days),
    }
}

fn percent_said(hundredths: i64, lang: Lang) -> String {
    match lang {
        Lang::Vi => format::percent(hundredths),
        Lang::En => format::percent_en(hundredths),
    }
}

/// What is done of a line, and its note, each on a line of its own.
pub fn described(line: &Line, words: &TableWords) -> String {
    let note = if line.note.is_empty() { String::new() } else { fill(&words.note, &[("text", &line.note)]) };
    let parts = [explained(line, &words.scope), note];
    parts.into_iter().filter(|p| !p.trim().is_empty()).collect::<Vec<_>>().join("\n")
}

/// The explanation. Of an item of which a part can be done, that part in its place: beside it the cell would promise what it
/// denies (domain a.4, `kt_pv`).
pub fn explained(line: &Line, scope: &str) -> String {
    if line.scope.is_empty() { line.explanation.clone() } else { fill(scope, &[("text", &line.scope)]) }
}

/// Least height of a row of the sums, points.
const SUM: f64 = 19.0;

/// Points that [`totals`] takes.
pub fn height_of_totals(page: &Page, quote: &Quote, amount: u16, words: &QuoteWords) -> f64 {
    let rows = 2 + usize::from(quote.discount != 0) + quote.vat_lines.len();
    rows as f64 * SUM + page.height_of(&in_words(quote, amount, words)).max(SUM)
}

/// Rows of subtotal, discount, VAT by rate, total and the total in words. `rows` are those of the lines, as formulas
/// count; amounts stand in column `amount`.
pub fn totals(page: &mut Page, quote: &Quote, rows: &[u32], amount: u16, words: &QuoteWords, lang: Lang) -> Result<(), Error> {
    let column = Page::column(amount);
    let sums = Sums { quote, rows, column };
    let bold = Style { bold: true, ..MONEY };
    let plain = MONEY;
    let table = &words.table;

    let subtotal = page.next();
    let formula = format!("=SUM({})", sums.cells(|_| true));
    put(page, amount, &table.subtotal, bold, Content::Formula(formula, quote.subtotal))?;

    let discount = (quote.discount != 0).then(|| page.next());
    if discount.is_some() {
        // The percentage is not of the subtotal where a server is in it: the line says so (domain a.8).
        let server = quote.lines.iter().any(|l| l.item.is_none());
        let of_part = |part: &'_ String, whole: &'_ String| if server && !part.is_empty() { part.clone() } else { whole.clone() };
        let label = match quote.discount_percent {
            Some(p) => {
                let sentence = of_part(&table.discount_percent_software, &table.discount_percent);
                fill(&sentence, &[("percent", &percent_said(p, lang))])
            }
            None => of_part(&table.discount_software, &table.discount),
        };
        put(page, amount, &label, plain, sums.discount())?;
    }

    let first_vat = page.next();
    let mixed = quote.vat_lines.len() > 1;
    for row in &quote.vat_lines {
        let lines = quote.numbers(|l| l.vat == row.rate);
        let (sentence, content) = match (row.rate, mixed) {
            (Vat::Exempt, false) => (&table.vat_exempt, None),
            (Vat::Exempt, true) => (&table.vat_exempt_of_lines, None),
            (Vat::Rate(rate), _) => {
                let sentence = if mixed { &table.vat_of_lines } else { &table.vat };
                (sentence, Some(Content::Formula(sums.vat(row.rate, rate, discount), row.vat)))
            }
        };
        let percent = if let Vat::Rate(rate) = row.rate { percent_said(rate, lang) } else { String::new() };
        let label = fill(sentence, &[("percent", &percent), ("lines", &lines)]);
        match content {
            Some(content) => put(page, amount, &label, plain, content)?,
            // Not subject to VAT is no rate of 0 %: words, no amount (domain b.3).
            None => page.row(
                vec![
                    Cell::text(0, amount - 2, label, plain),
                    Cell::text(amount - 1, amount, table.exempt.as_str(), Style { italic: true, money: false, ..plain }),
                ],
                SUM,
            )?,
        }
    }

    let before = discount.map_or(String::new(), |row| format!("+{column}{row}"));
    let vat = format!("+SUM({column}{first_vat}:{column}{})", page.next() - 1);
    let formula = format!("={column}{subtotal}{before}{vat}");
    let total = Style { shade: Shade::Head, ..bold };
    put(page, amount, &table.total, total, Content::Formula(formula, quote.total))?;
    page.row(in_words(quote, amount, words), SUM)
}

fn in_words(quote: &Quote, amount: u16, words: &QuoteWords) -> Vec<Cell> {
    let said = fill(&words.table.in_words, &[("words", &quote.total_in_words)]);
    vec![Cell::text(0, amount, said, Style { bold: true, italic: true, ..BORDERED })]
}

fn put(page: &mut Page, amount: u16, label: &str, style: Style, content: Content) -> Result<(), Error> {
    let label = Cell::text(0, amount - 1, label, Style { money: false, ..style });
    page.row(vec![label, Cell { from: amount, to: amount, content, style }], SUM)
}

/// Formulas over the amounts of a quote's lines.
struct Sums<'a> {
    quote: &'a Quote,
    rows: &'a [u32],
    column: char,
}

impl Sums<'_> {
    /// `H12:H20,H22`.
    fn cells(&self, which: impl Fn(&Line) -> bool) -> String {
        let c = self.column;
        let row = |n: usize| self.rows.get(n).copied().unwrap_or_default();
        let range = |(from, to): (usize, usize)| format!("{c}{}:{c}{}", row(from), row(to));
        self.quote.runs(which).into_iter().map(range).collect::<Vec<_>>().join(",")
    }

    fn discount(&self) -> Content {
        let software = |l: &Line| l.item.is_some();
        let sum: i64 = self.quote.lines.iter().filter(|l| software(l)).fold(0, |sum, l| sum.saturating_add(l.amount));
        match self.quote.discount_percent {
            Some(p) if percent_to_thousand(sum, p) == self.quote.discount => {
                Content::Formula(format!("=-ROUND(SUM({})*{p}/10000,-3)", self.cells(software)), -self.quote.discount)
            }
            _ => Content::Number(-self.quote.discount as f64),
        }
    }

    /// The discount lowers the software's VAT alone.
    fn vat(&self, of: Vat, rate: i64, discount: Option<u32>) -> String {
        let software = self.quote.lines.iter().any(|l| l.item.is_some() && l.vat == of);
        let less = discount.filter(|_| software).map_or(String::new(), |row| format!("+{}{row}", self.column));
        format!("=ROUND((SUM({}){less})*{rate}/10000,0)", self.cells(|l| l.vat == of))
    }
}

/// How long the whole takes, and when it starts.
pub fn schedule(quote: &Quote, words: &TermWords, lang: Lang) -> Vec<String> {
    let mut all = Vec::new();
    if let Some(half) = quote.half_days {
        let sum = quote.lines.iter().filter_map(|l| l.half_days).fold(0, u32::saturating_add);
        let sentence = if half < sum { &words.duration_parallel } else { &words.duration };
        all.push(fill(sentence, &[("days", &days_said(half, lang))]));
    }
    all.extend(start(quote, &words.start, &words.start_as_said, words));
    all
}

/// When the work starts, as Tech has written it: a bare length of time gets its sentence, all else stays as it is.
pub fn start(quote: &Quote, sentence: &str, as_said: &str, words: &TermWords) -> Option<String> {
    let said = start_said(quote, words)?;
    let folded = format!(" {} ", fold(&said));
    let whole = [" sau ", " khi ", " ke tu ", " tu ", " after ", " from ", " once "].iter().any(|w| folded.contains(w));
    let said = said.trim_end_matches('.');
    if whole || !has_length(said) {
        return Some(fill(as_said, &[("text", said)]));
    }
    // The sentence says `trong vòng` itself.
    let opens = ["trong vòng ", "trong ", "within ", "in "].into_iter();
    let length = opens.filter_map(|word| said.get(word.len()..).filter(|_| said.to_lowercase().starts_with(word))).next();
    Some(fill(sentence, &[("text", length.unwrap_or(said))]))
}

/// Tech's words on the start, with the customer as they are called to their face.
pub fn start_said(quote: &Quote, words: &TermWords) -> Option<String> {
    let said = quote.start_after.as_deref().map(str::trim).filter(|s| !s.is_empty())?;
    let for_customer = |word: &str| match word {
        short if short == words.customer_short => words.customer_long.clone(),
        word => word.to_string(),
    };
    Some(said.split_whitespace().map(for_customer).collect::<Vec<_>>().join(" "))
}

/// The terms of payment: the Director's own in place of those of the config that speak of payment.
pub fn payment(quote: &Quote, house: &House, words: &TermWords) -> Vec<String> {
    let mut all: Vec<String> = match &quote.payment_terms {
        Some(own) if begins_with_payment(&fold(own)) => vec![sentence(own)],
        Some(own) => vec![fill(&words.payment, &[("text", own)])],
        None => house.quote.terms.iter().filter(|term| is_payment(term)).cloned().collect(),
    };
    if let Some(bank) = &house.quote.letterhead.bank {
        all.push(fill(&words.bank, &[("text", bank)]));
    }
    all
}

/// The company's terms that are not about payment.
pub fn other_terms(house: &House) -> impl Iterator<Item = &String> {
    house.quote.terms.iter().filter(|term| !is_payment(term))
}

/// A term of the config is about payment where it begins with that word, or names a share to be paid and when: `Đặt cọc 50%
/// khi ký hợp đồng`. A penalty is a share as well.
fn is_payment(term: &str) -> bool {
    let folded = fold(term);
    let plain = folded.split(|c: char| !c.is_alphanumeric()).collect::<Vec<_>>().join(" ");
    let says = |words: &[&str]| words.iter().any(|word| format!(" {plain} ").contains(&format!(" {word} ")));
    let when = ["thanh toan", "dat coc", "coc", "tam ung", "khi ky", "nghiem thu", "payment", "deposit", "signing", "acceptance"];
    begins_with_payment(&folded) || term.contains('%') && says(&when) && !says(&["phat", "penalty"])
}

/// As a sentence begins: terms come as they were typed.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn begins_with_payment(folded: &str) -> bool {
    ["thanh toan", "payment"].iter().any(|word| folded.starts_with(word))
}

/// Which tax the prices are without.
pub fn tax(quote: &Quote, words: &TermWords, lang: Lang) -> String {
    match quote.vat_lines.as_slice() {
        [only] => match only.rate {
            Vat::Exempt => words.vat_exempt.clone(),
            Vat::Rate(rate) => fill(&words.vat_rate, &[("percent", &percent_said(rate, lang))]),
        },
        rows if rows.iter().any(|r| r.rate == Vat::Exempt) && software_alone_exempt(quote) => words.vat_mixed.clone(),
        rows => {
            let mut rates: Vec<String> = Vec::new();
            for row in rows {
                if let Vat::Rate(rate) = row.rate {
                    rates.push(percent_said(rate, lang));
                }
            }
            fill(&words.vat_rate, &[("percent", &rates.join("% / "))])
        }
    }
}

/// No tax on any of the software, and on all else. Otherwise the table says which lines are without: a private server may be.
fn software_alone_exempt(quote: &Quote) -> bool {
    quote.lines.iter().all(|line| line.item.is_some() == (line.vat == Vat::Exempt))
}
