//! Cells of the form and what stands in them, as sentences name them: in letters, in notes, told back, side by side.

use super::{Words, cut, has, one_line};
use crate::calendar::days::spelled;
use crate::form::layout;
use crate::process::case::{Payment, Proposed};
use crate::process::difference::Difference;
use crate::process::form::{Cell, Change, Echo};
use crate::process::house::{Lang, Vat};
use crate::process::value::Value;

impl Words<'_> {
    /// A value as a sentence shows it.
    pub fn value(&self, value: Option<&Value>) -> String {
        match value {
            None => self.word("none"),
            Some(Value::Text(text)) => text.clone(),
            Some(Value::Choice(code)) => self.choice(code),
            Some(Value::Money(vnd)) => self.money(*vnd),
            Some(Value::About { said, .. }) => said.clone(),
            Some(Value::Lead { said, .. }) => spelled(said, self.lang == Lang::Vi),
            Some(Value::Days(half_days)) => self.days(*half_days),
            Some(Value::Percent(hundredths)) => self.percent(*hundredths),
            Some(Value::Number(n)) => n.to_string(),
            Some(Value::Date(date)) => self.date(*date),
            Some(Value::Unknown) => self.choice("unknown"),
        }
    }

    /// [`Words::value`] as a certain cell shows it: a choice by the label of its own list.
    pub fn value_at(&self, at: &Cell, value: Option<&Value>) -> String {
        let kind = match at {
            Cell::Field(name) => layout::field(name).map(|f| f.kind),
            Cell::Item(_, name) => layout::column(name).map(|c| c.kind),
        };
        match (value, kind) {
            // `10%`, as every other rate; the form's list has it without the sign.
            (Some(Value::Choice(code)), _) if is_rate(at) && code.parse::<i64>().is_ok() => format!("{code}%"),
            (Some(Value::Choice(code)), Some(kind)) => kind.label_of(code, self.lang).to_string(),
            (value, _) => self.value(value),
        }
    }

    /// [`Words::value_at`], amounts in words as well: for what is told back before it counts.
    pub fn value_spelled(&self, at: &Cell, value: Option<&Value>) -> String {
        match value {
            Some(Value::Money(vnd)) => self.money_spelled(*vnd),
            other => self.value_at(at, other),
        }
    }

    /// `Mục 3 – KT: Chi phí (giá vốn)`; of a single field its label. A name that the form does not have gives itself.
    pub fn place(&self, at: &Cell) -> String {
        match at {
            Cell::Field(_) => self.label(at),
            Cell::Item(id, _) => format!("{} – {}", self.item(id), self.label(at)),
        }
    }

    /// The label of the cell's field or column.
    fn label(&self, at: &Cell) -> String {
        let (name, label) = match at {
            Cell::Field(name) if let Some(column) = name.strip_prefix("exchange.") => {
                (name, layout::exchange_column(column).map(|c| c.label))
            }
            // A finding about the item table and none of its items names a column.
            Cell::Field(name) => match name.strip_prefix("exchange.") {
                Some(column) => (name, layout::exchange_column(column).map(|c| c.label)),
                None => (name, layout::field(name).map(|f| f.label).or_else(|| layout::column(name).map(|c| c.label))),
            },
            Cell::Item(_, name) => (name, layout::column(name).map(|c| c.label)),
        };
        label.map_or(name.as_str(), |label| label.in_(self.lang)).to_string()
    }

    /// `Mục 3`.
    pub fn item(&self, id: &str) -> String {
        self.say("word.item", &[("no", &self.item_no(id))])
    }

    /// `Báo cáo công nợ (mục 3)`: the number together with what it stands for.
    pub fn named_item(&self, id: &str) -> String {
        let name = self.form.and_then(|f| f.item(id)).map(|i| one_line(i.heading(), 60)).filter(|name| !name.is_empty());
        match name {
            Some(name) => self.say("word.named_item", &[("no", &self.item_no(id)), ("name", &name)]),
            None => self.item(id),
        }
    }

    /// [`Words::place`], the item by its name too: a number alone may be that of another list. Never the name right behind the
    /// number, as our tables have it: a quoted letter is looked through for rows that somebody has typed into.
    fn named_place(&self, at: &Cell) -> String {
        self.with_name(self.place(at), at)
    }

    /// `Mục 3 – KT (Báo cáo)`: the item, and whose cells of it.
    fn head(&self, at: &Cell, owner: Option<&str>) -> String {
        let item = match at {
            Cell::Item(id, _) => self.item(id),
            Cell::Field(_) => self.label(at),
        };
        self.with_name(owner.map_or_else(|| item.clone(), |owner| format!("{item} – {owner}")), at)
    }

    fn with_name(&self, place: String, at: &Cell) -> String {
        let name = match at {
            Cell::Item(id, _) => self.form.and_then(|f| f.item(id)).map(|i| one_line(i.heading(), 60)).unwrap_or_default(),
            Cell::Field(name) if name == "pr_srv" => self.server_span().unwrap_or_default(),
            Cell::Field(_) => String::new(),
        };
        if name.is_empty() { place } else { self.say("word.named_place", &[("place", &place), ("name", &name)]) }
    }

    /// `cho 1 tháng`: what the server's price is for, where Tech has said so.
    pub fn server_span(&self) -> Option<String> {
        let key = format!("server.for_{}", self.form?.text("kt_srv_cycle")?);
        has(self.lang, &key).then(|| self.say(&key, &[]))
    }

    /// A price of the server to show how one is written: of a month nobody takes for that of a year.
    pub fn server_example(&self) -> String {
        let monthly = self.form.is_some_and(|form| form.text("kt_srv_cycle") == Some("month"));
        self.say(if monthly { "server.price_of_month" } else { "server.price" }, &[])
    }

    /// The number that staff see, by item id.
    pub fn item_no(&self, id: &str) -> String {
        let no = self.form.and_then(|f| f.item(id)).map(|i| i.no).filter(|no| *no > 0);
        no.map_or_else(|| id.trim_start_matches(['M', '0']).to_string(), |no| no.to_string())
    }

    /// `1, 3`.
    pub fn item_list(&self, ids: &[String]) -> String {
        ids.iter().map(|id| self.item_no(id)).collect::<Vec<_>>().join(", ")
    }

    /// `Mục 3 – Giá vốn: “12tr” em hiểu là 12.000.000 đ (mười hai triệu đồng chẵn).`
    pub fn echo(&self, echo: &Echo) -> String {
        let (label, value) = (self.place(&echo.at), self.value_spelled(&echo.at, Some(&echo.value)));
        self.say("done.echo", &[("label", &label), ("typed", &cut(&echo.typed, 200)), ("value", &value)])
    }

    /// `12.000.000 đ (…)`, or the old value and this one where it takes the place of another: told back under a label.
    fn told_back(&self, label: &str, change: &Change) -> String {
        let stands = self.form.and_then(|form| form.at(&change.at));
        match stands.filter(|old| Some(*old) != change.new.as_ref()) {
            Some(old) => self.correction(label, &Change { old: Some(old.clone()), ..change.clone() }),
            None => self.plainly(label, change),
        }
    }

    fn plainly(&self, label: &str, change: &Change) -> String {
        format!("{label}: {}", cut(&self.value_spelled(&change.at, change.new.as_ref()), 500))
    }

    /// A value that takes the place of another.
    fn correction(&self, label: &str, change: &Change) -> String {
        let old = cut(&self.value_at(&change.at, change.old.as_ref()), 200);
        let new = cut(&self.value_spelled(&change.at, change.new.as_ref()), 500);
        self.say("word.changed", &[("label", label), ("old", &old), ("new", &new)])
    }

    /// Cells as lines, each by `line` from its label and itself; those of one item in one line, or twelve items would be forty lines:
    /// `Mục 3 – KT (Báo cáo): Khả thi: Có; Chi phí (giá vốn): 12.000.000 đ (…); Số ngày: 5 ngày`.
    fn by_item(&self, cells: &[Change], line: impl Fn(&str, &Change) -> String) -> Vec<String> {
        let mut items: Vec<Vec<&Change>> = Vec::new();
        for cell in cells {
            let same = |other: &&Change| matches!((&other.at, &cell.at), (Cell::Item(a, _), Cell::Item(b, _)) if a == b);
            match items.iter_mut().find(|cells| cells.first().is_some_and(same)) {
                Some(cells) => cells.push(cell),
                None => items.push(vec![cell]),
            }
        }
        let one = |cells: Vec<&Change>| match cells.as_slice() {
            [cell] => line(&self.named_place(&cell.at), cell),
            cells => {
                let labels: Vec<String> = cells.iter().map(|cell| self.label(&cell.at)).collect();
                // Whose cells they are is said once.
                let owner = labels.first().and_then(|label| Some(label.split_once(": ")?.0.to_string()));
                let owner = owner.filter(|owner| labels.iter().all(|label| label.starts_with(&format!("{owner}: "))));
                let said = owner.as_ref().map(|owner| format!("{owner}: ")).unwrap_or_default();
                let own = |label: &'_ str| label.strip_prefix(&said).unwrap_or(label).trim_end_matches('?').to_string();
                let told: Vec<String> = labels.iter().zip(cells).map(|(label, cell)| line(&own(label), cell)).collect();
                let head = cells.first().map(|cell| self.head(&cell.at, owner.as_deref())).unwrap_or_default();
                format!("{head}: {}", told.join("; "))
            }
        };
        items.into_iter().map(one).collect()
    }

    /// What waits for a DUYỆT, line by line.
    pub fn proposed(&self, what: &Proposed) -> Vec<String> {
        let line = |label: &str, value: String| format!("{}: {value}", self.say(label, &[]));
        match what {
            Proposed::Cells { cells, answered, .. } if cells.is_empty() => answered.iter().map(|id| self.item(id)).collect(),
            Proposed::Cells { cells, .. } => self.by_item(cells, |label, cell| self.told_back(label, cell)),
            Proposed::Correction { cells } | Proposed::Checks { cells } => {
                self.by_item(cells, |label, cell| self.correction(label, cell))
            }
            Proposed::Price { total } => vec![line("fact.total", self.money_spelled(*total))],
            Proposed::Payment { payment: Payment { vnd, on } } => {
                vec![self.say("word.paid_again", &[("vnd", &self.money_spelled(*vnd)), ("on", &self.date(*on))])]
            }
            Proposed::PaymentInstead { was, payment } => vec![self.payment_changed("word.paid_instead", was, payment)],
            Proposed::Start { plan } => {
                vec![line("fact.start", self.date(plan.start)), line("fact.end", self.date(plan.end))]
            }
        }
    }

    /// A payment that takes the place of another, or falls away, in the words of `key`.
    pub fn payment_changed(&self, key: &str, was: &Payment, payment: &Payment) -> String {
        let key = if payment.vnd > 0 { key.into() } else { format!("{key}_of_nothing") };
        let (old, new) = (self.money(was.vnd), self.money_spelled(payment.vnd));
        self.say(&key, &[("was", &old), ("was_on", &self.date(was.on)), ("vnd", &new), ("on", &self.date(payment.on))])
    }

    /// What waited for a DUYỆT when it was told back, for the history: what the form has had since is nothing of it.
    pub fn proposed_then(&self, what: &Proposed) -> Vec<String> {
        let line = |label: &str, c: &Change| match c.old {
            Some(_) => self.correction(label, c),
            None => self.plainly(label, c),
        };
        match what {
            Proposed::Cells { cells, .. } if !cells.is_empty() => self.by_item(cells, line),
            other => self.proposed(other),
        }
    }

    /// One difference between two revisions of a quote.
    pub fn difference(&self, difference: &Difference) -> String {
        let say = |key: &str, fill: &[(&str, &str)]| self.say(&format!("difference.{key}"), fill);
        let name = |name: &str| one_line(name, 200);
        let change = |key: &str, of: &str, old: String, new: String| say(key, &[("name", of), ("old", &old), ("new", &new)]);
        let days = |days: &Option<u32>| days.map_or_else(|| self.word("none"), |d| self.days(d));
        let text = |text: &Option<String>, none: &str| text.as_ref().map_or_else(|| self.say(none, &[]), |t| name(t));
        match difference {
            Difference::Added { name: of, amount } => say("added", &[("name", &name(of)), ("amount", &self.money(*amount))]),
            Difference::Removed { name: of, amount } => say("removed", &[("name", &name(of)), ("amount", &self.money(*amount))]),
            Difference::Renamed { old, new } => change("renamed", "", name(old), name(new)),
            Difference::Price { name: of, old, new } => change("price", &name(of), self.money(*old), self.money(*new)),
            Difference::Days { name: of, old, new } => change("days", &name(of), days(old), days(new)),
            Difference::Wording { name: of } => say("wording", &[("name", &name(of))]),
            Difference::Discount { old, new } => change("discount", "", self.money(*old), self.money(*new)),
            Difference::Vat { old, new } => change("vat", "", self.money(*old), self.money(*new)),
            Difference::VatKind { old, new } => change("vat", "", self.rates(old), self.rates(new)),
            Difference::Total { old, new } => change("total", "", self.money(*old), self.money(*new)),
            Difference::Validity { old, new } => change("validity", "", old.to_string(), new.to_string()),
            Difference::Duration { old, new } => change("duration", "", days(old), days(new)),
            Difference::Start { old, new } => change("start", "", text(old, "word.none"), text(new, "word.none")),
            Difference::Payment { old, new } => {
                change("payment", "", text(old, "difference.usual"), text(new, "difference.usual"))
            }
        }
    }

    fn rates(&self, rates: &[Vat]) -> String {
        let rate = |rate: &Vat| match rate {
            Vat::Exempt => self.choice("kct"),
            Vat::Rate(rate) => self.percent(*rate),
        };
        rates.iter().map(rate).collect::<Vec<_>>().join(", ")
    }
}

/// A rate of VAT.
fn is_rate(at: &Cell) -> bool {
    matches!(at, Cell::Field(name) if name == "pr_vat" || name == "pr_srv_vat")
}
