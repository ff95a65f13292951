//! The fixed sentences of quote and annex: data files in `templates/<language>/`, so that the company's lawyer can own them.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Error;
use crate::process::house::Lang;

/// File of the quote's sentences in the templates folder of a language.
pub const QUOTE_FILE: &str = "bao-gia.toml";
/// File of the annex's sentences.
pub const APPENDIX_FILE: &str = "phu-luc.toml";

/// The sentences of one language.
#[derive(Clone, Debug)]
pub struct Sentences {
    pub quote: QuoteWords,
    pub appendix: AppendixWords,
    /// The files as written: no phrase of theirs can be a leak.
    pub quote_source: String,
    pub appendix_source: String,
}

impl Sentences {
    /// Those that come with the program.
    pub fn built_in(lang: Lang) -> Result<Sentences, Error> {
        Sentences::with(lang, |_| None).map(|(sentences, _)| sentences)
    }

    /// As [`Sentences::built_in`], with the company's own file where `own` has one of that name; and which of these are no
    /// TOML, miss a sentence or have one too many: the built-in ones take their place.
    ///
    /// # Errors
    /// Where the built-in ones are broken: a fault of the program.
    pub fn with(lang: Lang, own: impl Fn(&str) -> Option<String>) -> Result<(Sentences, Vec<Error>), Error> {
        let (quote, appendix) = match lang {
            Lang::Vi => (include_str!("../../templates/vi/bao-gia.toml"), include_str!("../../templates/vi/phu-luc.toml")),
            Lang::En => (include_str!("../../templates/en/bao-gia.toml"), include_str!("../../templates/en/phu-luc.toml")),
        };
        let mut broken = Vec::new();
        let (quote, quote_source) = either(QUOTE_FILE, own(QUOTE_FILE), quote, &mut broken)?;
        let (appendix, appendix_source) = either(APPENDIX_FILE, own(APPENDIX_FILE), appendix, &mut broken)?;
        Ok((Sentences { quote, appendix, quote_source, appendix_source }, broken))
    }

    /// The file and line of the first sentence that holds this.
    pub fn place_of(&self, holds: impl Fn(&str) -> bool) -> Option<(&'static str, usize)> {
        let files = [(QUOTE_FILE, &self.quote_source), (APPENDIX_FILE, &self.appendix_source)];
        files.into_iter().find_map(|(file, source)| Some((file, line_with(source, &holds)?)))
    }
}

/// The company's own words, else the built-in ones, with their source.
fn either<W: DeserializeOwned>(
    file: &'static str,
    own: Option<String>,
    built_in: &str,
    broken: &mut Vec<Error>,
) -> Result<(W, String), Error> {
    if let Some(own) = own {
        match read(file, &own, built_in) {
            Ok(words) => return Ok((words, own)),
            Err(why) => broken.push(why),
        }
    }
    Ok((read(file, built_in, built_in)?, built_in.to_owned()))
}

/// A file's words, whose places are among those of the built-in one.
fn read<W: DeserializeOwned>(file: &'static str, source: &str, built_in: &str) -> Result<W, Error> {
    let known: BTreeSet<&str> = places(built_in).collect();
    if let Some(place) = places(source).find(|place| !known.contains(place)) {
        let places = known.into_iter().collect::<Vec<_>>().join(" ");
        let line = line_with(source, |line| line.contains(place)).unwrap_or(1);
        return Err(Error::NoSuchPlace { file, line, place: place.into(), places });
    }
    toml::from_str(source).map_err(|why| wrong(file, source, &why))
}

fn wrong(file: &'static str, source: &str, why: &toml::de::Error) -> Error {
    let before = why.span().and_then(|at| source.get(..at.start)).unwrap_or_default();
    Error::Sentences { file, line: 1 + before.matches('\n').count(), why: why.message().replace('\n', ", ") }
}

fn line_with(source: &str, holds: impl Fn(&str) -> bool) -> Option<usize> {
    source.lines().position(holds).map(|n| n + 1)
}

/// What stands in braces in a text, and where: from each `{` to the next `}`.
fn braced(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices('{').filter_map(|(from, _)| Some((from, text[from + 1..].split_once('}')?.0)))
}

/// The `{places}` of a text, and what is typed like one (`{SHROT}`): it would go out as it stands.
fn places(text: &str) -> impl Iterator<Item = &str> {
    let is_place = |(_, name): &(usize, &str)| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    braced(text).filter(is_place).map(|(from, name)| &text[from..from + name.len() + 2])
}

/// Puts values into a sentence's `{places}`, in one pass: braces in a value are text. An unknown place stays as it is.
pub fn fill(sentence: &str, values: &[(&str, &str)]) -> String {
    let (mut out, mut done) = (String::new(), 0);
    for (from, name) in braced(sentence) {
        let Some((_, value)) = values.iter().find(|(known, _)| *known == name) else { continue };
        out.push_str(&sentence[done..from]);
        out.push_str(value);
        done = from + name.len() + 2;
    }
    out.push_str(&sentence[done..]);
    out
}

/// A date in a sentence's own order.
pub fn dated(sentence: &str, date: NaiveDate) -> String {
    let [day, month] = [date.day(), date.month()].map(|n| format!("{n:02}"));
    let (year, month_name) = (date.year().to_string(), date.format("%B").to_string());
    fill(sentence, &[("day", &day), ("month", &month), ("month_name", &month_name), ("year", &year)])
}

/// In place of a name, where a company's own file is from before there was a word for it.
fn somebody() -> String {
    "…".into()
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$with:meta])* $field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$with])* pub $field: $type),* }
    };
}

words!(
    /// `bao-gia.toml`.
    QuoteWords {
        sheet: String, title: String, subtitle: String, property_title: String, number: String, date: String,
        date_short: String, page: String, letterhead: LetterheadWords, customer: CustomerWords, table: TableWords,
        terms: TermWords, closing: ClosingWords,
    }
);
words!(LetterheadWords { address: String, tax_code: String, phone: String, email: String, website: String });
words!(CustomerWords {
    to: String,
    attention: String,
    address: String,
    tax_code: String,
    phone: String,
    email: String,
    intro: String,
});
words!(TableWords {
    no: String,
    name: String,
    explanation: String,
    days: String,
    unit: String,
    quantity: String,
    unit_price: String,
    amount: String,
    scope: String,
    note: String,
    area_other: String,
    subtotal: String,
    discount: String,
    discount_percent: String,
    /// Where a server is on the quote, which no discount is given on. A file of the company's own from before has neither.
    #[serde(default)]
    discount_software: String,
    #[serde(default)]
    discount_percent_software: String,
    vat: String,
    vat_of_lines: String,
    vat_exempt: String,
    vat_exempt_of_lines: String,
    exempt: String,
    total: String,
    in_words: String,
});
words!(TermWords {
    heading: String,
    validity: String,
    replaces: String,
    duration: String,
    duration_parallel: String,
    start: String,
    start_as_said: String,
    payment: String,
    bank: String,
    vat_exempt: String,
    vat_rate: String,
    vat_mixed: String,
    scope: String,
    warranty: String,
    #[serde(default = "somebody")]
    tech: String,
    customer_short: String,
    customer_long: String,
});
words!(ClosingWords { contact: String, thanks: String, customer: String, company: String, sign: String });

words!(
    /// `phu-luc.toml`.
    AppendixWords {
        sheet: String, property_title: String, party_a: PartyA, nation: String, motto: String, title: String,
        subtitle: String, contract_unknown: String, appendix_unknown: String, signed_unknown: String,
        grounds: Vec<String>, today: String, agree: String, party: PartyWords, scope: ScopeWords, value: ValueWords,
        schedule: ScheduleWords, payment: PaymentWords, acceptance: AcceptanceWords, general: GeneralWords,
    }
);
words!(PartyWords {
    a: String,
    b: String,
    customer_role: String,
    company_role: String,
    address: String,
    tax_code: String,
    phone: String,
    bank: String,
    represented: String,
    #[serde(default)]
    addressed: String,
    position: String,
    unknown: String,
    sign_a: String,
    sign_b: String,
    sign: String,
});
words!(ScopeWords {
    heading: String,
    area: String,
    name: String,
    explanation: String,
    solution: String,
    limit: String,
    only: String,
});
words!(ValueWords { heading: String, days: String });
words!(ScheduleWords {
    heading: String,
    duration: String,
    start: String,
    start_as_said: String,
    planned: String,
    not_planned: String,
});
words!(PaymentWords { heading: String });
words!(AcceptanceWords { heading: String, articles: Vec<String>, warranty: String });
words!(GeneralWords { heading: String, articles: Vec<String> });

/// Which side is `Bên A`: both are seen (domain b.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PartyA {
    Customer,
    Company,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_every_sentence() {
        for lang in [Lang::Vi, Lang::En] {
            Sentences::built_in(lang).unwrap();
        }
    }

    #[test]
    fn a_broken_file_gives_way_by_itself() {
        let (quote, appendix) =
            (include_str!("../../templates/vi/bao-gia.toml"), include_str!("../../templates/vi/phu-luc.toml"));
        let of = |own: [String; 2]| {
            let [quote, appendix] = own;
            let own = |file: &str| Some(if file == QUOTE_FILE { quote.clone() } else { appendix.clone() });
            Sentences::with(Lang::Vi, own).unwrap()
        };
        let (words, broken) = of(["sheet = \"Báo giá\"".into(), appendix.replacen("heading = \"", "heading = \"X ", 1)]);
        assert!(matches!(&broken[..], [Error::Sentences { file: QUOTE_FILE, .. }]), "{broken:?}");
        assert!(words.quote_source == quote && words.appendix_source.contains("\"X "));
        let (words, broken) = of([quote.replacen("{number}", "{nunber}", 1), "{".into()]);
        let [Error::NoSuchPlace { place, .. }, Error::Sentences { file: APPENDIX_FILE, line: 1, .. }] = &broken[..] else {
            panic!("{broken:?}")
        };
        assert_eq!((place.as_str(), words.quote_source == quote, words.appendix_source == appendix), ("{nunber}", true, true));
    }

    #[test]
    fn values_are_text_not_sentences() {
        assert_eq!(fill("{a} và {b}, {c", &[("a", "{b}"), ("b", "2")]), "{b} và 2, {c");
        assert_eq!(fill("{}{{a}}", &[("a", "x")]), "{}{x}");
        assert_eq!(dated("ngày {day}/{month}/{year}", NaiveDate::from_ymd_opt(2021, 6, 3).unwrap()), "ngày 03/06/2021");
    }
}
