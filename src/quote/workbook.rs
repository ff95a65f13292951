//! The quote as a workbook (domain b.1): one sheet, A4, one page wide, made anew from the white-list.

use rust_xlsxwriter::{Image, ObjectMovement};

use super::Error;
use super::page::{Align, Cell, Content, Page, Shade, Style};
use super::prices::{self, BORDERED, CENTERED, HEAD, MONEY};
use super::public::Public;
use super::sentences::{QuoteWords, Sentences, dated, fill};
use crate::process::house::House;
use crate::process::quote::{Line, Quote};
use crate::text::fold;

/// STT, item, explanation, days, unit, quantity, unit price, amount: pixels.
const WIDTHS: [u16; 8] = [40, 172, 230, 58, 46, 34, 102, 118];
const AMOUNT: u16 = 7;
const PLAIN: Style = Style { border: false, top: true, ..BORDERED };
const BOLD: Style = Style { bold: true, ..PLAIN };
const CENTER: Style = Style { align: Align::Center, ..PLAIN };
/// Room for the logo: the first two columns less a margin, and the letterhead's lines.
const LOGO: (f64, f64) = (200.0, 72.0);

/// The quote as an xlsx file, the same bytes whenever it is made from the same values.
///
/// # Errors
/// Where the logo is no picture that a workbook takes; texts and numbers of a quote never fail.
pub fn write(quote: &Quote, public: &Public, house: &House, sentences: &Sentences) -> Result<Vec<u8>, Error> {
    let words = &sentences.quote;
    let mut page = Page::new(&words.sheet, &WIDTHS)?;
    letterhead(&mut page, house, words)?;
    head(&mut page, quote, public, house, words)?;
    let rows = lines(&mut page, quote, words)?;
    prices::totals(&mut page, quote, &rows, AMOUNT, words, house.lang)?;
    terms(&mut page, quote, public, house, words)?;
    closing(&mut page, public, house, words)?;
    page.footer(&format!("{} – {}", house.company, quote.number), &words.page);
    page.finish(&fill(&words.property_title, &[("number", &quote.number)]), &house.company, quote.date)
}

fn letterhead(page: &mut Page, house: &House, words: &QuoteWords) -> Result<(), Error> {
    let head = &house.quote.letterhead;
    let from = if let Some(logo) = &head.logo {
        let image = Image::new_from_buffer(logo)?.set_scale_to_size(LOGO.0, LOGO.1, true);
        let image = image.set_alt_text(house.company.as_str()).set_object_movement(ObjectMovement::DontMoveOrSizeWithCells);
        page.sheet().insert_image_with_offset(0, 0, &image, 2, 2)?;
        2
    } else {
        0
    };
    let w = &words.letterhead;
    let joined = |parts: &[(&str, &Option<String>)]| {
        let known = parts.iter().filter_map(|(sentence, text)| Some(said(sentence, text.as_deref()?)));
        known.collect::<Vec<_>>().join("  |  ")
    };
    let below = [
        joined(&[(&w.address, &head.address)]),
        joined(&[(&w.tax_code, &head.tax_code), (&w.phone, &head.phone)]),
        joined(&[(&w.email, &head.email), (&w.website, &head.website)]),
    ];
    page.row(vec![Cell::text(from, AMOUNT, house.company.to_uppercase(), Style { larger: 2, ..BOLD })], 20.0)?;
    for line in below.iter().filter(|line| !line.is_empty()) {
        page.row(vec![Cell::text(from, AMOUNT, line.as_str(), PLAIN)], 0.0)?;
    }
    // The picture needs its room, however short the address is.
    let missing = below.iter().filter(|line| line.is_empty()).count();
    if from > 0 && missing > 0 {
        page.gap(16.0 * missing as f64)?;
    }
    page.gap(6.0)
}

fn head(page: &mut Page, quote: &Quote, public: &Public, house: &House, words: &QuoteWords) -> Result<(), Error> {
    page.line(&words.title, Style { bold: true, larger: 7, ..CENTER })?;
    page.line(fill(&words.subtitle, &[("SHORT", &public.short.to_uppercase())]), Style { larger: 1, bold: true, ..CENTER })?;
    let date = dated(&words.date, quote.date);
    let place = match &house.quote.letterhead.city {
        Some(city) => format!("{city}, {date}"),
        None => capital(&date),
    };
    let number = Cell::text(0, 2, fill(&words.number, &[("number", &quote.number)]), PLAIN);
    let place = Cell::text(3, AMOUNT, place, Style { italic: true, align: Align::Right, ..PLAIN });
    page.row(vec![number, place], 18.0)?;
    page.gap(6.0)?;

    let w = &words.customer;
    let title = if public.title.is_empty() { String::new() } else { format!(" – {}", public.title) };
    let person = format!("{} {}", public.salutation, public.contact);
    let person = if public.contact.is_empty() { String::new() } else { format!("{}{title}", person.trim()) };
    page.line(said(&w.to, &public.customer.to_uppercase()), Style { larger: 1, ..BOLD })?;
    page.line(said(&w.attention, &person), PLAIN)?;
    let reach = [said(&w.phone, &public.phone), said(&w.email, &public.email)];
    page.line(reach.iter().filter(|t| !t.is_empty()).map(String::as_str).collect::<Vec<_>>().join("  |  "), PLAIN)?;
    page.line(said(&w.address, &public.address), PLAIN)?;
    page.line(said(&w.tax_code, &public.tax_code), PLAIN)?;
    page.gap(4.0)?;
    page.line(fill(&w.intro, &[("company", &house.company)]), PLAIN)?;
    page.gap(4.0)
}

/// The table of lines; gives the row of each line, as formulas count.
fn lines(page: &mut Page, quote: &Quote, words: &QuoteWords) -> Result<Vec<u32>, Error> {
    let w = &words.table;
    let titles = [&w.no, &w.name, &w.explanation, &w.days, &w.unit, &w.quantity, &w.unit_price, &w.amount];
    page.begin_table((0..).zip(titles).map(|(at, title)| Cell::text(at, at, title.as_str(), HEAD)).collect(), 24.0)?;
    let grouped = quote.lines.iter().any(|l| fold(&l.area) != fold(&quote.lines[0].area));
    let mut rows = Vec::new();
    let (mut areas, mut area): (Vec<String>, Option<String>) = (vec![], None);
    for (n, line) in quote.lines.iter().enumerate() {
        // The sums head no page.
        let is_last = n + 1 == quote.lines.len();
        let below = if is_last { prices::height_of_totals(page, quote, AMOUNT, words) } else { 0.0 };
        if grouped && area.as_ref() != Some(&fold(&line.area)) {
            let this = fold(&line.area);
            // An area that comes back goes on under the number that it has.
            let known = areas.iter().position(|known| *known == this);
            let group = known.unwrap_or(areas.len()) + 1;
            areas.extend(known.is_none().then(|| this.clone()));
            area = Some(this);
            let name = if line.area.is_empty() { &w.area_other } else { &line.area };
            let style = Style { bold: true, shade: Shade::Group, ..BORDERED };
            let no = Cell::text(0, 0, roman(group), Style { align: Align::Center, ..style });
            let heading = vec![no, Cell::text(1, AMOUNT, name.as_str(), style)];
            page.keep_together(&[&heading, &cells(line, words)], below)?;
            page.row(heading, 0.0)?;
        } else if is_last {
            page.keep_together(&[&cells(line, words)], below)?;
        }
        rows.push(page.row_at(cells(line, words), 0.0)?);
    }
    page.end_table();
    Ok(rows)
}

fn cells(line: &Line, words: &QuoteWords) -> Vec<Cell> {
    let cell = |at: u16, content: Content, style: Style| Cell { from: at, to: at, content, style };
    vec![
        cell(0, Content::Number(f64::from(line.no)), CENTERED),
        Cell::text(1, 1, line.name.as_str(), BORDERED),
        Cell::text(2, 2, prices::described(line, &words.table), BORDERED),
        cell(3, prices::days(line.half_days), CENTERED),
        Cell::text(4, 4, line.unit.as_str(), CENTERED),
        cell(5, Content::Number(line.quantity as f64), CENTERED),
        cell(6, Content::Number(line.unit_price as f64), MONEY),
        cell(7, Content::Formula("=F{row}*G{row}".into(), line.amount), MONEY),
    ]
}

fn terms(page: &mut Page, quote: &Quote, public: &Public, house: &House, words: &QuoteWords) -> Result<(), Error> {
    let w = &words.terms;
    let short = |day| dated(&words.date_short, day);
    let days = (quote.expires - quote.date).num_days().to_string();
    let validity = [("days", days.as_str()), ("date", &short(quote.date)), ("expires", &short(quote.expires))];
    let mut all = vec![fill(&w.validity, &validity)];
    if let Some((number, day)) = &public.replaces {
        all.push(fill(&w.replaces, &[("number", number), ("date", &short(*day))]));
    }
    all.extend(prices::schedule(quote, w, house.lang));
    all.extend(prices::payment(quote, house, w));
    all.push(prices::tax(quote, w, house.lang));
    all.push(w.scope.clone());
    if house.quote.warranty_months > 0 {
        all.push(fill(&w.warranty, &[("months", &house.quote.warranty_months.to_string())]));
    }
    all.extend(prices::other_terms(house).cloned());
    let numbered = |(no, term): (usize, &String)| {
        let no = Cell::text(0, 0, format!("{no}."), Style { align: Align::Center, ..PLAIN });
        vec![no, Cell::text(1, AMOUNT, term.as_str(), PLAIN)]
    };
    let rows: Vec<Vec<Cell>> = (1..).zip(all.iter().filter(|t| !t.trim().is_empty())).map(numbered).collect();
    page.keep_together(&[&page.across(&w.heading, BOLD), rows.first().map_or(&[][..], Vec::as_slice)], 4.0)?;
    page.gap(4.0)?;
    page.line(&w.heading, BOLD)?;
    rows.into_iter().try_for_each(|row| page.row(row, 0.0))
}

fn closing(page: &mut Page, public: &Public, house: &House, words: &QuoteWords) -> Result<(), Error> {
    let (w, s) = (&words.closing, &public.sales);
    let contact =
        [&s.name, &s.title, &s.phone, &s.email].into_iter().filter(|t| !t.is_empty()).map(String::as_str).collect::<Vec<_>>();
    let contact = if contact.is_empty() { String::new() } else { fill(&w.contact, &[("contact", &contact.join(" – "))]) };
    page.gap(4.0)?;
    let above = [&contact, &w.thanks].into_iter().filter(|text| !text.trim().is_empty());
    let above: Vec<_> = above.map(|text| page.across(text, PLAIN)).collect();
    let signer = [&house.quote.letterhead.signer, &house.quote.letterhead.signer_title];
    let [name, title] = signer.map(|s| s.clone().unwrap_or_default());
    let company = if title.is_empty() { w.company.clone() } else { format!("{}\n{}", w.company, title) };
    page.signatures(&above, 8.0, [[&w.customer, &w.sign, ""], [&company, &w.sign, &name]])
}

/// A text with its label; nothing without a text.
fn said(sentence: &str, text: &str) -> String {
    if text.trim().is_empty() { String::new() } else { fill(sentence, &[("text", text)]) }
}

/// `I`, `II` … for the headings within the table, so that they are not taken for lines.
fn roman(n: usize) -> String {
    const SIGNS: [(usize, &str); 9] =
        [(100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")];
    let mut left = n;
    let mut out = String::new();
    for (value, sign) in SIGNS {
        while left >= value {
            out.push_str(sign);
            left -= value;
        }
    }
    out
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_roman() {
        assert_eq!([1, 4, 9, 14, 40, 99].map(roman), ["I", "IV", "IX", "XIV", "XL", "XCIX"]);
    }
}
