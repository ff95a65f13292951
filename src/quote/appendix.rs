//! The contract annex (step 7; domain b.4): from the approved quote and the scope of each item, never from the form.
//!
//! All wording is in `phu-luc.toml`, where a lawyer owns it.

use super::Error;
use super::page::{Align, Cell, Content, Page, Style};
use super::prices::{self, BORDERED, CENTERED, HEAD, MONEY};
use super::public::{Public, Scope};
use super::sentences::{AppendixWords, PartyA, PartyWords, Sentences, dated, fill};
use crate::process::house::House;
use crate::process::quote::Quote;

/// One grid for both tables: STT, area, content, explanation (two columns), solution (two columns); in the table of
/// prices the content takes three columns, then days, unit price and amount. Pixels.
const WIDTHS: [u16; 7] = [40, 104, 176, 136, 72, 116, 152];
const AMOUNT: u16 = 6;
const PLAIN: Style = Style { border: false, top: true, ..BORDERED };
const BOLD: Style = Style { bold: true, ..PLAIN };
const CENTER: Style = Style { align: Align::Center, ..PLAIN };

/// The annex as an xlsx file, the same bytes whenever it is made from the same values.
pub fn write(quote: &Quote, public: &Public, scope: &Scope, house: &House, sentences: &Sentences) -> Result<Vec<u8>, Error> {
    let writer = Writer { quote, public, scope, house, sentences, words: &sentences.appendix };
    let mut page = Page::new(&writer.words.sheet, &WIDTHS)?;
    writer.head(&mut page)?;
    writer.parties(&mut page)?;
    writer.scope_article(&mut page)?;
    writer.value_article(&mut page)?;
    let last = writer.other_articles(&mut page)?;
    let w = &writer.words.party;
    let [a, b] = writer.in_order("", house.quote.letterhead.signer.as_deref().unwrap_or_default());
    page.signatures(&last, 14.0, [[&w.sign_a, &w.sign, a], [&w.sign_b, &w.sign, b]])?;
    page.footer(&format!("{} – {}", house.company, writer.contract()), &sentences.quote.page);
    let title = fill(&writer.words.property_title, &[("contract", &writer.contract())]);
    page.finish(&title, &house.company, quote.date)
}

struct Writer<'a> {
    quote: &'a Quote,
    public: &'a Public,
    scope: &'a Scope,
    house: &'a House,
    sentences: &'a Sentences,
    words: &'a AppendixWords,
}

impl Writer<'_> {
    fn contract(&self) -> String {
        self.scope.contract.clone().unwrap_or_else(|| self.words.contract_unknown.clone())
    }

    /// A sentence with the numbers and dates of contract, quote and annex in it.
    fn say(&self, sentence: &str) -> String {
        self.say_on(sentence, self.scope.signed_on)
    }

    /// The same of another day than the contract's.
    fn say_on(&self, sentence: &str, signed: Option<chrono::NaiveDate>) -> String {
        let w = &self.sentences.quote;
        let signed = signed.map_or_else(|| self.words.signed_unknown.clone(), |day| dated(&w.date, day));
        let appendix = self.scope.appendix.clone().unwrap_or_else(|| self.words.appendix_unknown.clone());
        let values = [
            ("contract", self.contract()),
            ("signed", signed),
            ("appendix", appendix),
            ("quote", self.quote.number.clone()),
            ("quote_date", dated(&w.date_short, self.quote.date)),
        ];
        fill(sentence, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
    }

    /// What belongs to the customer and to the company, in the order of party A and party B.
    fn in_order<T>(&self, customer: T, company: T) -> [T; 2] {
        match self.words.party_a {
            PartyA::Customer => [customer, company],
            PartyA::Company => [company, customer],
        }
    }

    fn head(&self, page: &mut Page) -> Result<(), Error> {
        let w = self.words;
        page.line(&w.nation, Style { bold: true, larger: 1, ..CENTER })?;
        page.line(&w.motto, Style { bold: true, ..CENTER })?;
        page.gap(12.0)?;
        page.line(self.say(&w.title), Style { bold: true, larger: 5, ..CENTER })?;
        page.line(self.say(&w.subtitle), Style { italic: true, ..CENTER })?;
        page.gap(8.0)?;
        for ground in &w.grounds {
            page.line(format!("– {}", self.say(ground)), Style { italic: true, ..PLAIN })?;
        }
        page.gap(4.0)?;
        page.line(self.say_on(&w.today, self.scope.appendix_signed_on), PLAIN)
    }

    fn parties(&self, page: &mut Page) -> Result<(), Error> {
        let w = &self.words.party;
        let head = &self.house.quote.letterhead;
        let p = self.public;
        let known = |text: &Option<String>| text.clone().unwrap_or_default();
        let customer = Party {
            name: format!("{} ({})", p.customer.to_uppercase(), w.customer_role),
            address: p.address.clone(),
            tax_code: p.tax_code.clone(),
            phone: p.phone.clone(),
            bank: String::new(),
            // Who signs for the customer is not known: the contact of a form is often somebody else.
            person: String::new(),
            position: String::new(),
        };
        let company = Party {
            name: format!("{} ({})", self.house.company.to_uppercase(), w.company_role),
            address: known(&head.address),
            tax_code: known(&head.tax_code),
            phone: known(&head.phone),
            bank: known(&head.bank),
            person: known(&head.signer),
            position: known(&head.signer_title),
        };
        for (party, sentence) in self.in_order(customer, company).iter().zip([&w.a, &w.b]) {
            page.gap(4.0)?;
            party.write(page, sentence, w)?;
        }
        page.gap(4.0)?;
        page.line(&self.words.agree, PLAIN)
    }

    /// Article 1: what is done, and how it is calculated and shown.
    fn scope_article(&self, page: &mut Page) -> Result<(), Error> {
        let w = &self.words.scope;
        heading(page, &w.heading, TABLE)?;
        let no = self.sentences.quote.table.no.as_str();
        let titles = [(0, 0, no), (1, 1, &w.area), (2, 2, &w.name), (3, 4, &w.explanation), (5, 6, &w.solution)];
        page.begin_table(titles.into_iter().map(|(from, to, title)| Cell::text(from, to, title, HEAD)).collect(), 24.0)?;
        let only = 4.0 + page.height_of(&page.across(&w.only, PLAIN));
        for (n, line) in self.quote.lines.iter().enumerate() {
            let explained = prices::explained(line, &w.limit);
            let solution = line.item.as_ref().and_then(|id| self.scope.solutions.get(id)).map_or("", String::as_str);
            let texts = [(1, 1, line.area.as_str()), (2, 2, &line.name), (3, 4, explained.trim()), (5, 6, solution)];
            let no = Cell { from: 0, to: 0, content: Content::Number(f64::from(line.no)), style: CENTERED };
            let cells = texts.into_iter().map(|(from, to, text)| Cell::text(from, to, text, BORDERED));
            let cells: Vec<Cell> = std::iter::once(no).chain(cells).collect();
            // What the table ends with is said below its last row.
            if n + 1 == self.quote.lines.len() {
                page.keep_together(&[&cells], only)?;
            }
            page.row(cells, 0.0)?;
        }
        page.end_table();
        page.gap(4.0)?;
        page.line(&w.only, PLAIN)
    }

    /// Article 2: what it costs.
    fn value_article(&self, page: &mut Page) -> Result<(), Error> {
        let (w, table) = (&self.words.value, &self.sentences.quote.table);
        heading(page, &w.heading, TABLE)?;
        let titles = [
            (0, 0, &table.no),
            (1, 3, &self.words.scope.name),
            (4, 4, &w.days),
            (5, 5, &table.unit_price),
            (6, 6, &table.amount),
        ];
        page.begin_table(titles.into_iter().map(|(from, to, title)| Cell::text(from, to, title.as_str(), HEAD)).collect(), 24.0)?;
        let mut rows = Vec::new();
        for (n, line) in self.quote.lines.iter().enumerate() {
            let cell = |at: u16, content: Content, style: Style| Cell { from: at, to: at, content, style };
            let cells = vec![
                cell(0, Content::Number(f64::from(line.no)), CENTERED),
                Cell::text(1, 3, line.name.as_str(), BORDERED),
                cell(4, prices::days(line.half_days), CENTERED),
                cell(5, Content::Number(line.unit_price as f64), MONEY),
                cell(6, Content::Number(line.amount as f64), MONEY),
            ];
            if n + 1 == self.quote.lines.len() {
                let below = prices::height_of_totals(page, self.quote, AMOUNT, &self.sentences.quote);
                page.keep_together(&[&cells], below)?;
            }
            rows.push(page.row_at(cells, 0.0)?);
        }
        page.end_table();
        prices::totals(page, self.quote, &rows, AMOUNT, &self.sentences.quote, self.house.lang)?;
        page.gap(4.0)?;
        page.line(prices::tax(self.quote, &self.sentences.quote.terms, self.house.lang), PLAIN)
    }

    /// Articles 3 to 6: schedule, payment, acceptance, general. The last line is left for the signatures: they stand below it.
    fn other_articles(&self, page: &mut Page) -> Result<Vec<Vec<Cell>>, Error> {
        let (w, terms) = (self.words, &self.sentences.quote.terms);
        let mut schedule = Vec::new();
        if let Some(half) = self.quote.half_days {
            schedule.push(fill(&w.schedule.duration, &[("days", &prices::days_said(half, self.house.lang))]));
        }
        schedule.extend(prices::start(self.quote, &w.schedule.start, &w.schedule.start_as_said, terms));
        schedule.push(match self.scope.plan {
            Some(plan) => {
                let short = |day| dated(&self.sentences.quote.date_short, day);
                fill(&w.schedule.planned, &[("start", &short(plan.start)), ("end", &short(plan.end))])
            }
            None => w.schedule.not_planned.clone(),
        });
        let mut acceptance = w.acceptance.articles.clone();
        if self.house.quote.warranty_months > 0 {
            acceptance.push(fill(&w.acceptance.warranty, &[("months", &self.house.quote.warranty_months.to_string())]));
        }
        let mut general = w.general.articles.clone();
        general.extend(prices::other_terms(self.house).cloned());
        let last = general.pop();
        for (title, texts) in [
            (&w.schedule.heading, schedule),
            (&w.payment.heading, prices::payment(self.quote, self.house, terms)),
            (&w.acceptance.heading, acceptance),
            (&w.general.heading, general),
        ] {
            heading(page, title, PARAGRAPH)?;
            for text in &texts {
                page.line(self.say(text), PLAIN)?;
            }
        }
        Ok(last.map(|text| page.across(self.say(&text), PLAIN)).into_iter().collect())
    }
}

/// One side of the contract, as its rows.
struct Party {
    name: String,
    address: String,
    tax_code: String,
    phone: String,
    bank: String,
    person: String,
    position: String,
}

impl Party {
    fn write(&self, page: &mut Page, sentence: &str, w: &PartyWords) -> Result<(), Error> {
        page.line(fill(sentence, &[("name", &self.name)]), BOLD)?;
        let known = |text: &str| if text.is_empty() { w.unknown.clone() } else { text.to_string() };
        page.line(fill(&w.address, &[("text", &known(&self.address))]), PLAIN)?;
        let person = if self.person.is_empty() { format!("{} {}", w.addressed, w.unknown) } else { self.person.clone() };
        let person = person.trim();
        let pairs = [
            (fill(&w.tax_code, &[("text", &known(&self.tax_code))]), fill(&w.phone, &[("text", &known(&self.phone))])),
            (fill(&w.represented, &[("name", person)]), fill(&w.position, &[("text", &known(&self.position))])),
        ];
        for (left, right) in pairs {
            page.row(vec![Cell::text(0, 2, left, PLAIN), Cell::text(3, AMOUNT, right, PLAIN)], 0.0)?;
        }
        if !self.bank.is_empty() {
            page.line(fill(&w.bank, &[("text", &self.bank)]), PLAIN)?;
        }
        Ok(())
    }
}

/// What of an article stands below its heading on the same page, points: the table's own heading with a line, or two lines.
const TABLE: f64 = 90.0;
const PARAGRAPH: f64 = 40.0;

fn heading(page: &mut Page, text: &str, below: f64) -> Result<(), Error> {
    let style = Style { larger: 1, ..BOLD };
    page.keep_together(&[&page.across(text, style)], 6.0 + below)?;
    page.gap(6.0)?;
    page.line(text, style)
}
