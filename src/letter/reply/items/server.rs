//! The server in Tech's answers: `cần server riêng: 8 core 16GB, 2tr/tháng`.

use std::ops::Range;

use super::{Sheet, choice, of_all};
use crate::letter::reply::numbered::{Parts, is_count};
use crate::letter::reply::said::Said;
use crate::letter::reply::values::one_amount;
use crate::letter::reply::words::*;
use crate::letter::reply::{Asked, Doubt};
use crate::money::typed::amounts_in;
use crate::process::form::Cell;
use crate::process::value::Value;
use crate::text::squash;

impl Sheet {
    /// A line that says whether a server is needed, and what else it says.
    pub(super) fn server(&mut self, said: &Said, need: &'static str, words: Range<usize>, cut: &Parts, ctx: &Asked) {
        let (from, to) = (said.words[words.start].at.start, said.words[words.end - 1].at.end);
        let before = clause_ends(said.text).take_while(|at| *at <= from).last().unwrap_or(0);
        // What follows a server that is needed tells of it, up to what is said of the start.
        let mut ends = clause_ends(said.text).filter(|at| *at >= to);
        let behind = ends.find(|at| need == "no" || Said::new(clause_at(said.text, *at)).has(LEAD)).unwrap_or(said.text.len());
        let line = &said.text[before..behind];
        let own = Said::new(line);
        self.put(Cell::Field("kt_srv".into()), choice(need), said.of(words));
        if need == "yes" {
            self.server_cost(line, &said.text[to..behind], &own, ctx);
        }
        if let Some((_, words)) = own.find(UNSURE) {
            self.doubt(Doubt::Condition { word: own.of(words).to_string() });
        }
        for (other, first) in [(&said.text[..before], true), (&said.text[behind..], false)] {
            let other = other.trim_matches([' ', ',', ';', '.']);
            let said = Said::new(other);
            let says = first || said.has(LEAD) || of_all(&said).is_some() || said.words.iter().any(is_count);
            match said.only(&[POLITE, THANKS, BESIDE]) {
                true => {}
                false if says => self.general(other, cut, ctx),
                // `dùng máy sẵn có` answers no item.
                false => self.unread(other, ctx),
            }
        }
    }

    /// What the server is, what it costs, and for how long: `cần server riêng: 8 core 16GB, 2tr/tháng`.
    fn server_cost(&mut self, line: &str, own: &str, said: &Said, ctx: &Asked) {
        let conf = server_said(own);
        let (typed, vnd) = match one_amount(line) {
            Ok(Some((typed, vnd, _))) => (typed, vnd),
            Ok(None) if said.words.iter().any(is_count) && said.has(DAY_UNITS) => return self.unread(line, ctx),
            Ok(None) => return self.server_is(&conf, ctx),
            Err(doubt) => return self.doubt(doubt),
        };
        self.server_is(&conf, ctx);
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

    fn server_is(&mut self, conf: &str, ctx: &Asked) {
        match conf.contains(|c: char| c.is_ascii_digit()) {
            true => self.put(Cell::Field("kt_srv_conf".into()), Value::Text(conf.into()), conf),
            // `không cần gấp` is none.
            false if !conf.is_empty() => self.unread(conf, ctx),
            false => {}
        }
    }
}

/// Behind the commas and full stops of a text, and none of those within numbers.
fn clause_ends(text: &str) -> impl Iterator<Item = usize> + '_ {
    let ends = |(at, _): &(usize, &str)| text[at + 1..].chars().next().is_none_or(char::is_whitespace);
    text.match_indices([',', ';', '.']).filter(ends).map(|(at, _)| at + 1)
}

/// The clause that begins there.
fn clause_at(text: &str, from: usize) -> &str {
    &text[from..clause_ends(text).find(|at| *at > from).unwrap_or(text.len())]
}

/// What a server has to be, of what is said behind it: before its price, and no word of that.
fn server_said(text: &str) -> String {
    let mut said = vec![];
    let mut from = 0;
    while from < text.len() {
        let clause = clause_at(text, from);
        from += clause.len();
        let price = amounts_in(clause).first().map_or(clause.len(), |(at, _)| at.start);
        let clause = clause[..price].trim_matches([' ', ',', ';', '.', ':', '-', '–', '(', ')', '/']);
        if !Said::new(clause).only(&[BESIDE_SERVER, POLITE, THANKS]) {
            said.push(squash(clause));
        }
    }
    said.join(", ")
}
