//! What is wrong in a workbook, and how to mend it.

use super::{Words, cut, one_line};
use crate::form::layout::{self, Kind as Shape, Zero};
use crate::form::read::ReadForm;
use crate::process::form::Cell;
use crate::process::house::Lang;
use crate::process::problem::{FileFault, Kind, Problem, UnreadText};
use crate::text::squash;

impl Words<'_> {
    /// What is wrong and how to mend it, without the place: for the note in the cell and the JSON.
    pub fn problem(&self, problem: &Problem) -> String {
        if let Kind::File(fault) = &problem.kind {
            return self.file_fault(fault);
        }
        let (key, carried) = self.sentence(&problem.kind);
        let kind = layout::field(&problem.field).map(|f| f.kind).or_else(|| layout::column(&problem.field).map(|c| c.kind));
        let key = match (key, kind) {
            // The server is no item, and has no cell that leaves it out.
            ("no_price", _) if problem.field == "pr_srv" => "no_server_price",
            // What stands where the column is looked for.
            ("reckoned", Some(Shape::Days { .. })) => "reckoned_days",
            ("reckoned", _) if matches!(problem.field.as_str(), "kt_srv_cost" | "pr_srv") => "reckoned_server",
            ("no_column", _) if !problem.found.is_empty() => "no_column_but",
            ("cell_note", Some(Shape::Money(_) | Shape::Days { .. } | Shape::Percent { .. })) => "cell_note_figure",
            // Of its rows none can be changed.
            ("internal", _) if problem.field.is_empty() => "internal_exchange",
            ("no_items", _) if problem.field == "gd_bao" => "nothing_to_quote",
            ("cell_error", _) if problem.found.starts_with('=') => "formula_unknown",
            // Days of a quote are whole ones.
            ("days_out_of_range", Some(Shape::Number { .. })) => "not_number",
            ("not_money", Some(Shape::Money(rule))) if rule.unknown => "not_money_or_unknown",
            ("missing", Some(Shape::Money(rule))) if rule.unknown && rule.zero == Zero::Yes => "missing_or_zero",
            ("missing", Some(Shape::Money(rule))) if rule.unknown => "missing_or_unknown",
            _ => key,
        };
        let (least, most) = match kind {
            Some(Shape::Number { least, most }) => (least, most),
            Some(Shape::Days { most } | Shape::Percent { most }) => (0, i64::from(most)),
            _ => (0, 100),
        };
        let (least, most) = (least.to_string(), most.to_string());
        let mut found = match problem.is_note() {
            true => one_line(&problem.found, 300),
            false => cut(&problem.found, 120),
        };
        // What stands in no cell, or was reckoned, is in the neutral spelling of findings.
        match (&problem.kind, kind, found.parse()) {
            (Kind::BelowCost, _, Ok(vnd)) => found = self.money(vnd),
            (_, Some(Shape::Money(_)), Ok(vnd)) if problem.cell.is_empty() => found = self.money(vnd),
            _ => {}
        }
        let server = self.server_example();
        let span = self.server_span().unwrap_or_else(|| self.say("server.for_one_cycle", &[]));
        let no = problem.item.as_deref().map(|id| self.item_no(id)).unwrap_or_default();
        let mut fill = vec![
            ("found", found.as_str()),
            ("least", &least),
            ("most", &most),
            ("server", &server),
            ("span", &span),
            ("no", &no),
        ];
        // What the kind carries counts first.
        fill.splice(0..0, carried.iter().map(|(name, value)| (*name, value.as_str())));
        self.say(&format!("problem.{key}"), &fill)
    }

    /// Takes from a form's notes what the desk itself has written there.
    pub fn drop_marks(form: &mut ReadForm) {
        form.notes.retain(|note| !Words::is_of_a_mark(&note.text));
    }

    /// Is this what the desk itself writes on a cell with something wrong in it, in whichever language? Forms of before they told so
    /// themselves (`form::noted`).
    pub fn is_of_a_mark(text: &str) -> bool {
        let plain = squash(text);
        let mut sentences = [Lang::Vi, Lang::En].into_iter().flat_map(|lang| super::of_table(lang, "problem."));
        sentences.any(|sentence| follows(&squash(sentence), &plain))
    }

    /// A kind's sentence, and what the kind carries to fill into it.
    fn sentence(&self, kind: &Kind) -> (&'static str, Vec<(&'static str, String)>) {
        let readings = |all: &[String]| vec![("readings", self.either(all.iter().map(|r| self.iso_date(r))))];
        let limited = |what: &String, limit: &str| vec![("what", what.clone()), ("limit", self.iso_date(limit))];
        match kind {
            Kind::Missing => ("missing", vec![]),
            Kind::NoReason => ("no_reason", vec![]),
            Kind::MergedCells { area } => ("merged_cells", vec![("area", area.clone())]),
            Kind::NotMoney => ("not_money", vec![]),
            Kind::Currency => ("currency", vec![]),
            Kind::LabelCurrency { label } => ("label_currency", vec![("label", one_line(label, 80))]),
            Kind::LabelUnit { label, readings } => {
                let said = readings.iter().map(|v| self.say("word.money_full", &[("n", &self.digits(*v))]));
                ("label_unit", vec![("label", one_line(label, 80)), ("readings", self.either(said))])
            }
            Kind::BadGrouping => ("bad_grouping", vec![]),
            Kind::Fraction { nearest } => ("fraction", vec![("example", self.digits(*nearest))]),
            Kind::Negative => ("negative", vec![]),
            Kind::Reckoned => ("reckoned", vec![]),
            Kind::AmbiguousMoney { readings } => {
                let said = readings.iter().map(|v| self.say("word.money_full", &[("n", &self.digits(*v))]));
                let example = readings.iter().max().map(|v| self.digits(*v)).unwrap_or_default();
                ("ambiguous_money", vec![("readings", self.either(said)), ("example", example)])
            }
            Kind::RangeNotAllowed { .. } => ("range_not_allowed", vec![]),
            Kind::ZeroNeedsNote => ("zero_needs_note", vec![]),
            Kind::ZeroNotAllowed => ("zero_not_allowed", vec![]),
            Kind::NotDate => ("not_date", vec![]),
            Kind::AmbiguousDate { readings: all } => ("ambiguous_date", readings(all)),
            Kind::DateBefore { what, limit } => ("date_before", limited(what, limit)),
            Kind::DateAfter { what, limit } => ("date_after", limited(what, limit)),
            Kind::NonWorkingDay => ("non_working_day", vec![]),
            Kind::DayGone { today } => ("day_gone", vec![("today", self.iso_date(today))]),
            Kind::FarAhead => ("far_ahead", vec![]),
            Kind::NotDays => ("not_days", vec![]),
            Kind::AmbiguousDays { readings } => {
                let said = readings.iter().map(|n| self.say("word.days", &[("n", n)]));
                ("ambiguous_days", vec![("readings", self.either(said))])
            }
            Kind::DaysOutOfRange => ("days_out_of_range", vec![]),
            Kind::NotLead => ("not_lead", vec![]),
            Kind::NotPercent => ("not_percent", vec![]),
            Kind::AmbiguousPercent { readings: all } => ("ambiguous_percent", readings(all)),
            Kind::NotNumber => ("not_number", vec![]),
            Kind::NotInList { allowed } => ("not_in_list", vec![("allowed", allowed.join(", "))]),
            Kind::Questioned { allowed } => ("questioned", vec![("allowed", allowed.join(", "))]),
            Kind::TooLong { most } => ("too_long", vec![("most", most.to_string())]),
            Kind::TooShort { least } => ("too_short", vec![("least", least.to_string())]),
            Kind::LegacyFont => ("legacy_font", vec![]),
            Kind::NotEmail => ("not_email", vec![]),
            Kind::NotTaxCode => ("not_tax_code", vec![]),
            Kind::NotPhone => ("not_phone", vec![]),
            Kind::UnknownPerson => ("unknown_person", vec![]),
            Kind::UnknownRegion { allowed } => ("unknown_region", vec![("allowed", allowed.join(", "))]),
            Kind::DiscountTooLarge { of } => ("discount_too_large", vec![("of", self.money(*of))]),
            Kind::MoreThan { what } => ("more_than", vec![("what", what.clone())]),
            Kind::LessThan { what } => ("less_than", vec![("what", what.clone())]),
            Kind::TotalDiffers { said, sum } => ("total_differs", vec![("said", self.money(*said)), ("sum", self.money(*sum))]),
            Kind::Duplicate { of } => ("duplicate", vec![("of", of.clone())]),
            Kind::NoItems => ("no_items", vec![]),
            Kind::TooManyItems { most } => ("too_many_items", vec![("most", most.to_string())]),
            Kind::UnknownItem => ("unknown_item", vec![]),
            Kind::SalesAddItems => ("sales_add_items", vec![]),
            Kind::RowsGone { items, role } => {
                let key = match role.as_str() {
                    "director" => "rows_gone_director",
                    "leader" => "rows_gone_leader",
                    _ => "rows_gone_tech",
                };
                (key, vec![("items", self.item_list(items))])
            }
            Kind::LoneCell => ("lone_cell", vec![]),
            Kind::NoColumn => ("no_column", vec![]),
            Kind::UnreadColumn => ("unread_column", vec![]),
            Kind::UnreadTexts { first, n } => {
                let place = |at: &UnreadText| self.say("word.place", &[("sheet", &cut(&at.sheet, 60)), ("cell", &at.cell)]);
                let text =
                    |at: &UnreadText| self.say("word.said_at", &[("place", &place(at)), ("said", &one_line(&at.said, 80))]);
                let mut texts = first.iter().map(text).collect::<Vec<_>>().join("; ");
                if *n > first.len() {
                    texts.push_str("; …");
                }
                ("unread_texts", vec![("texts", texts), ("n", n.to_string())])
            }
            Kind::UnitApart => ("unit_apart", vec![]),
            Kind::CellNote { copied: false } => ("cell_note", vec![]),
            Kind::CellNote { copied: true } => ("cell_note_copied", vec![]),
            Kind::UnreadNotes { n } => ("unread_notes", vec![("n", n.to_string())]),
            Kind::CrossedOut => ("crossed_out", vec![]),
            Kind::OutsideTable => ("outside_table", vec![]),
            Kind::TwoSheets { other } => ("two_sheets", vec![("other", cut(other, 60))]),
            Kind::NotYours { owner } => ("not_yours", vec![("owner", self.owner(owner))]),
            Kind::Stale => ("stale", vec![]),
            Kind::CellError => ("cell_error", vec![]),
            Kind::ChecksNotPassed { checks } => ("checks_not_passed", vec![("checks", self.checks(checks))]),
            Kind::BelowCost => ("below_cost", vec![]),
            Kind::NoPrice => ("no_price", vec![]),
            Kind::NotDoable => ("not_doable", vec![]),
            Kind::NotQuoted => ("not_quoted", vec![]),
            Kind::ServerNotNeeded => ("server_not_needed", vec![]),
            Kind::Reworded => ("reworded", vec![]),
            Kind::ServerDiffers => ("server_differs", vec![]),
            Kind::MarkupOrFactor => ("markup_or_factor", vec![]),
            Kind::OneOfBoth { other } => ("one_of_both", vec![("other", self.place(&Cell::Field(other.clone())))]),
            Kind::NameOfTech { who } => ("name_of_tech", vec![("who", self.house.name_of(who).to_string())]),
            Kind::Internal => ("internal", vec![]),
            Kind::TellsCost => ("tells_cost", vec![]),
            Kind::File(_) => ("not_workbook", vec![]),
        }
    }

    /// Place and problem: `Phiếu phân tích!C12 – Ngân sách KH: Chưa điền. Nhờ anh điền ô này.`
    pub fn problem_line(&self, problem: &Problem) -> String {
        let what = self.problem(problem);
        let place = self.problem_place(problem);
        if place.is_empty() { what } else { format!("{place}: {what}") }
    }

    /// `Phiếu phân tích!C12 – Mục 3 – Giá vốn`, as much of it as is known.
    pub fn problem_place(&self, problem: &Problem) -> String {
        let mut place = Vec::new();
        match (problem.sheet.is_empty(), problem.cell.is_empty()) {
            (_, true) => {}
            (true, false) => place.push(problem.cell.clone()),
            (false, false) => {
                place.push(self.say("word.place", &[("sheet", &cut(&problem.sheet, 60)), ("cell", &problem.cell)]));
            }
        }
        match &problem.item {
            _ if !problem.field.is_empty() => place.push(self.place(&problem.at())),
            Some(id) => place.push(self.item(id)),
            None => {}
        }
        place.join(" – ")
    }

    /// What the cell should hold: `expected` of `read --json`.
    pub fn expected(&self, kind: &Kind) -> String {
        let say = |key: &str, fill: &[(&str, &str)]| self.say(&format!("expected.{key}"), fill);
        match kind {
            Kind::Missing | Kind::NoReason => say("missing", &[]),
            Kind::MergedCells { .. } => say("own_cells", &[]),
            Kind::NotMoney | Kind::Currency | Kind::LabelCurrency { .. } | Kind::BadGrouping | Kind::Negative => {
                say("money", &[])
            }
            Kind::RangeNotAllowed { .. } => say("money", &[]),
            Kind::Reckoned => say("one_figure", &[]),
            Kind::AmbiguousMoney { readings } | Kind::LabelUnit { readings, .. } => {
                self.either(readings.iter().map(|v| self.digits(*v)))
            }
            Kind::Fraction { nearest } => self.digits(*nearest),
            Kind::ZeroNeedsNote => say("note", &[]),
            Kind::ZeroNotAllowed => say("more_than_zero", &[]),
            Kind::NotDate => say("date", &[]),
            Kind::AmbiguousDate { readings } => self.either(readings.iter().map(|r| self.iso_date(r))),
            Kind::DateBefore { limit, .. } => say("date_from", &[("limit", &self.iso_date(limit))]),
            Kind::DateAfter { limit, .. } => say("date_until", &[("limit", &self.iso_date(limit))]),
            Kind::NonWorkingDay => say("working_day", &[]),
            Kind::DayGone { today } => say("date_from", &[("limit", &self.iso_date(today))]),
            Kind::FarAhead => say("date", &[]),
            Kind::NotDays | Kind::DaysOutOfRange => say("days", &[]),
            Kind::NotLead => say("lead", &[]),
            Kind::AmbiguousDays { readings } | Kind::AmbiguousPercent { readings } => self.either(readings.iter().cloned()),
            Kind::NotPercent => say("percent", &[]),
            Kind::NotNumber => say("number", &[]),
            Kind::NotInList { allowed } | Kind::Questioned { allowed } | Kind::UnknownRegion { allowed } => {
                say("one_of", &[("allowed", &allowed.join(", "))])
            }
            Kind::TooLong { most } => say("at_most", &[("most", &most.to_string())]),
            Kind::TooShort { least } => say("at_least", &[("least", &least.to_string())]),
            Kind::LegacyFont => say("unicode", &[]),
            Kind::NotEmail => say("email", &[]),
            Kind::NotTaxCode => say("tax_code", &[]),
            Kind::NotPhone => say("phone", &[]),
            Kind::UnknownPerson => say("person", &[]),
            Kind::DiscountTooLarge { of } => say("discount", &[("of", &self.money(*of))]),
            Kind::MoreThan { what } => say("not_more", &[("what", what)]),
            Kind::LessThan { what } => say("not_less", &[("what", what)]),
            Kind::TotalDiffers { sum, .. } => self.digits(*sum),
            Kind::Duplicate { .. } | Kind::TwoSheets { .. } => say("unique", &[]),
            Kind::NoItems => say("items", &[]),
            Kind::TooManyItems { most } => say("items_most", &[("most", &most.to_string())]),
            Kind::UnknownItem => say("own_item", &[]),
            Kind::RowsGone { .. } => say("all_items", &[]),
            Kind::SalesAddItems => say("untouched", &[("owner", &self.owner("sales"))]),
            Kind::LoneCell => say("items", &[]),
            Kind::NoColumn => say("column", &[]),
            Kind::UnreadColumn => say("known_column", &[]),
            Kind::UnreadTexts { .. } => say("in_cells", &[]),
            Kind::UnitApart => say("money", &[]),
            Kind::CellNote { .. } => say("as_it_is", &[]),
            Kind::UnreadNotes { .. } => say("read_notes", &[]),
            Kind::CrossedOut => say("value", &[]),
            Kind::OutsideTable => say("in_table", &[]),
            Kind::NotYours { owner } => say("untouched", &[("owner", &self.owner(owner))]),
            Kind::Stale => say("newest", &[]),
            Kind::CellError => say("value", &[]),
            Kind::ChecksNotPassed { .. } => say("checks", &[]),
            Kind::BelowCost => say("above_cost", &[]),
            Kind::NoPrice => say("price", &[]),
            Kind::NotDoable => say("not_included", &[]),
            Kind::NotQuoted | Kind::ServerNotNeeded | Kind::Reworded | Kind::MarkupOrFactor => say("blank", &[]),
            Kind::OneOfBoth { .. } | Kind::ServerDiffers => say("one_of_both", &[]),
            Kind::NameOfTech { .. } | Kind::Internal | Kind::TellsCost => say("for_customer", &[]),
            Kind::File(_) => say("form", &[]),
        }
    }

    fn file_fault(&self, fault: &FileFault) -> String {
        let say = |key: &str, fill: &[(&str, &str)]| self.say(&format!("file.{key}"), fill);
        match fault {
            FileFault::Empty => say("empty", &[]),
            FileFault::NotWorkbook { looks_like } => {
                let kind = self.say(&format!("file_kind.{}", cut(looks_like, 60)), &[]);
                say("not_workbook", &[("looks_like", &kind)])
            }
            FileFault::Broken { .. } => say("broken", &[]),
            FileFault::Password => say("password", &[]),
            FileFault::TooLarge { what, limit } => say("too_large", &[("what", what), ("limit", limit)]),
            FileFault::NoFile => say("no_file", &[]),
            FileFault::TooSlow => say("too_slow", &[]),
            FileFault::NotForm => say("not_form", &[]),
            FileFault::Foreign { case } => say("foreign", &[("case", &cut(case, 40))]),
        }
    }

    /// `1.500.000 đồng hay 1.500 đồng`.
    fn either(&self, readings: impl Iterator<Item = String>) -> String {
        readings.collect::<Vec<_>>().join(&format!(" {} ", self.say("word.or", &[])))
    }

    fn checks(&self, keys: &[String]) -> String {
        keys.iter().map(|k| self.check(k)).collect::<Vec<_>>().join("; ")
    }

    /// The owner of a cell: the role's name where it is one.
    fn owner(&self, owner: &str) -> String {
        let key = format!("role.{}", owner.to_lowercase());
        if super::has(self.lang, &key) { self.say(&key, &[]) } else { owner.to_string() }
    }
}

/// Is a text this sentence, with anything in place of its `{name}`s?
fn follows(sentence: &str, text: &str) -> bool {
    let fixed = sentence.split('{').enumerate();
    let fixed: Vec<&str> =
        fixed.map(|(n, part)| if n == 0 { part } else { part.split_once('}').map_or("", |(_, after)| after) }).collect();
    let [first, between @ .., last] = fixed.as_slice() else { return sentence == text };
    let Some(rest) = text.strip_prefix(first).and_then(|rest| rest.strip_suffix(last)) else { return false };
    let after = |rest: &'_ str, part: &&str| rest.find(part).map(|at| at + part.len());
    between.iter().try_fold(rest, |rest, part| rest.get(after(rest, part)?..)).is_some()
}
