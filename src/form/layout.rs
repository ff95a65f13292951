//! The form's ONE table of fields. Writing, reading, checking and merging the form, and the field tables of the guide,
//! all follow from it: a field is added here and nowhere else.
//!
//! The data stand in [`fields`] (single cells) and [`columns`] (item table, table of exchanges); this file says what an
//! entry means. Names, labels and rules are those of the company's analysis form; steps are the handbook's nine.

mod columns;
mod fields;

pub use columns::{EXCHANGES, ITEMS};
pub use fields::FIELDS;

use crate::process::form::{Form, Item};
use crate::process::house::{Lang, Role};
use crate::text::letters;

/// Version of this layout, written into each form (`_qd`). Raised when a reader of the old version would misread the new.
pub const SCHEMA: u32 = 1;
/// Rows for items in a form that goes out, at least.
pub const ITEM_ROWS: usize = 30;
/// Items in one form, at most.
pub const MOST_ITEMS: usize = 200;
/// What stands before a field's name in the workbook's defined names.
pub const NAME_PREFIX: &str = "qd_";
/// The very hidden sheet that says which case, revision and items a workbook was made from.
pub const HIDDEN_SHEET: &str = "_qd";
/// The help sheet; also its English name.
pub const HELP_SHEET: Said = said("Hướng dẫn", "Guide");

/// A text in both languages of the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    pub vi: &'static str,
    pub en: &'static str,
}

pub const fn said(vi: &'static str, en: &'static str) -> Said {
    Said { vi, en }
}

impl Said {
    pub fn in_(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Vi => self.vi,
            Lang::En => self.en,
        }
    }
}

/// Whose colour a cell has: each cell has one owner, so that a merge never has two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Zone {
    Sales,
    Leader,
    Tech,
    Director,
    /// Filled in by the desk; nobody types here.
    System,
    /// The table of exchanges: whoever has the form appends.
    Everyone,
}

impl Zone {
    pub fn title(self) -> Said {
        match self {
            Zone::Sales => said("Sales", "Sales"),
            Zone::Leader => said("Leader", "Leader"),
            Zone::Tech => said("Kỹ thuật (KT)", "Tech"),
            Zone::Director => said("Giám đốc (GĐ)", "Director"),
            Zone::System => said("Hệ thống", "System"),
            Zone::Everyone => said("Mọi người", "Everyone"),
        }
    }
}

/// The zones that a role may fill in. CSKH hands over by mail and operators by command: neither fills in a form.
pub fn zones(role: Role) -> &'static [Zone] {
    match role {
        Role::Sales => &[Zone::Sales, Zone::Everyone],
        Role::Leader => &[Zone::Leader, Zone::Everyone],
        Role::Tech | Role::TechHead => &[Zone::Tech, Zone::Everyone],
        Role::Director => &[Zone::Director, Zone::Everyone],
        Role::Cskh | Role::Operator => &[],
    }
}

/// The handbook's step from which a field has to be filled in: before the form leaves that step's person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Sales hands the form to the Leader, and the Leader's checks.
    B2,
    /// Tech's answers.
    B4,
    /// The finished form, and the Director's price.
    B5,
    /// The quote goes out.
    B6,
    /// Contract and payment.
    B7,
    /// Tech is asked for start and end.
    B8,
}

/// From when on a blank cell is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needed {
    pub from: Step,
    pub when: When,
}

/// The condition under which a cell is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Always,
    /// Tech says yes or partly.
    Doable,
    /// Tech says no.
    NotDoable,
    /// Tech says partly.
    Partial,
    /// Tech says that a private server is needed (`kt_srv`, else `kt_sv` of an item).
    Server,
    /// Prices are set per item, and this doable item is offered.
    PricedPerItem,
    /// Prices are a markup on cost.
    Markup,
    /// The field named here has an answer other than this code.
    Unless(&'static str, &'static str),
}

impl When {
    /// Does the condition hold, as the form stands? `item`: the row that the cell belongs to, if any.
    pub fn holds(self, form: &Form, item: Option<&Item>) -> bool {
        let says = |name: &str, code: &str| form.text(name) == Some(code);
        match self {
            When::Always => true,
            When::Doable => item.is_some_and(Item::doable),
            When::NotDoable => item.and_then(Item::feasible) == Some("no"),
            When::Partial => item.and_then(Item::feasible) == Some("partial"),
            When::Server => form.needs_server(),
            When::PricedPerItem => {
                !says("pr_mode", "markup") && item.is_some_and(|i| i.doable() && i.text("gd_bao") != Some("no"))
            }
            When::Markup => says("pr_mode", "markup"),
            When::Unless(name, code) => form.text(name).is_some_and(|said| said != code),
        }
    }
}

/// What a cell takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// One line, at most so many characters.
    Text {
        most: usize,
    },
    /// Several lines, at least so many characters where filled in.
    Long {
        least: usize,
    },
    Choice(&'static [Pick]),
    Money(MoneyRule),
    /// Working days, `.5` steps.
    Days {
        most: u32,
    },
    /// `5` and `5 %` both mean five percent.
    Percent {
        most: u32,
    },
    Number {
        least: i64,
        most: i64,
    },
    Date(DateRule),
    /// A date, or words for one (`sau Tết`).
    DateOrWords,
    /// A lead time as `10 ngày làm việc sau khi nhận cọc`.
    Lead,
    /// Somebody of the staff with this role.
    Person(Role),
    /// One of the company's regions.
    Region,
    Email,
    Phone,
    /// 10 digits, or 10 and 3: a text, for it may begin with 0.
    TaxCode,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoneyRule {
    pub zero: Zero,
    /// Ranges and bounds (`80-90 triệu`, `khoảng 60tr`) are taken: `Value::About`.
    pub about: bool,
    /// `Chưa rõ` is taken: `Value::Unknown`.
    pub unknown: bool,
}

/// Whether an amount may be 0 đồng.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zero {
    No,
    Yes,
    /// Only with the reason in the field or column named here.
    Noted(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateRule {
    Any,
    NotFuture,
    /// Not before the date in the field named here, and told where it is a day off.
    NotBefore(&'static str),
}

/// One entry of a list: the code that the house keeps, the labels that people see, and what else is understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pick {
    pub code: &'static str,
    pub label: Said,
    pub also: &'static [&'static str],
}

pub const fn pick(code: &'static str, vi: &'static str, en: &'static str, also: &'static [&'static str]) -> Pick {
    Pick { code, label: said(vi, en), also }
}

/// What a blank cell of the sender's own zone is taken as, so that nobody has to type what the desk knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blank {
    Stays,
    /// The sender's name.
    Sender,
    /// The day on which the form came in.
    Today,
}

/// The visible sheets with fields on them, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tab {
    Analysis,
    Review,
    Project,
}

impl Tab {
    pub const ALL: [Tab; 3] = [Tab::Analysis, Tab::Review, Tab::Project];

    pub fn title(self) -> Said {
        match self {
            Tab::Analysis => said("Phiếu phân tích", "Analysis"),
            Tab::Review => said("Duyệt & Phản hồi", "Review & Answers"),
            Tab::Project => said("Trao đổi & Dự án", "Exchanges & Project"),
        }
    }
}

/// A titled block of single fields. Labels are unique within a section, not beyond: `Ngày` and `Ghi chú` recur.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    Case,
    Customer,
    Need,
    Checks,
    Verdict,
    Answer,
    Pricing,
    Quote,
    Contract,
    Project,
}

impl Section {
    pub const ALL: [Section; 10] = [
        Section::Case,
        Section::Customer,
        Section::Need,
        Section::Checks,
        Section::Verdict,
        Section::Answer,
        Section::Pricing,
        Section::Quote,
        Section::Contract,
        Section::Project,
    ];

    pub fn tab(self) -> Tab {
        match self {
            Section::Case | Section::Customer | Section::Need => Tab::Analysis,
            Section::Checks | Section::Verdict | Section::Answer | Section::Pricing => Tab::Review,
            Section::Quote | Section::Contract | Section::Project => Tab::Project,
        }
    }

    pub fn title(self) -> Said {
        match self {
            Section::Case => said("Thông tin phiếu", "Form"),
            Section::Customer => said("Khách hàng", "Customer"),
            Section::Need => said("Nhu cầu & ngân sách", "Need & budget"),
            Section::Checks => said("Leader kiểm tra", "Leader's checks"),
            Section::Verdict => said("Leader kết luận", "Leader's verdict"),
            Section::Answer => said("Kỹ thuật phản hồi chung", "Tech's overall answer"),
            Section::Pricing => said("Giám đốc định giá & duyệt", "Director's pricing & approval"),
            Section::Quote => said("Báo giá", "Quote"),
            Section::Contract => said("Hợp đồng & thanh toán", "Contract & payment"),
            Section::Project => said("Thực hiện dự án", "Project"),
        }
    }
}

/// A single cell of the form.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Without the `qd_` of the workbook's defined name.
    pub name: &'static str,
    pub section: Section,
    pub owner: Zone,
    pub kind: Kind,
    pub label: Said,
    /// Other labels that staff use for it.
    pub also: &'static [&'static str],
    pub needed: Option<Needed>,
    /// May its value reach the customer? White-list: off unless said.
    pub to_customer: bool,
    pub blank: Blank,
    /// What to fill in, in one short sentence: the input message of the cell and the guide's line.
    pub help: Said,
}

/// A column of the item table or of the table of exchanges.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub name: &'static str,
    pub owner: Zone,
    /// Who else may change the cells, on the owner's behalf.
    pub amends: Option<Zone>,
    pub kind: Kind,
    pub label: Said,
    pub also: &'static [&'static str],
    pub needed: Option<Needed>,
    pub to_customer: bool,
    /// Characters.
    pub width: f64,
    pub hidden: bool,
    pub help: Said,
}

impl Field {
    pub(crate) const fn new(name: &'static str, section: Section, owner: Zone, kind: Kind, label: Said) -> Field {
        let (help, blank) = (said("", ""), Blank::Stays);
        Field { name, section, owner, kind, label, also: &[], needed: None, to_customer: false, blank, help }
    }
    pub(crate) const fn also(self, also: &'static [&'static str]) -> Field {
        Field { also, ..self }
    }
    pub(crate) const fn needed(self, from: Step) -> Field {
        Field { needed: Some(Needed { from, when: When::Always }), ..self }
    }
    pub(crate) const fn needed_when(self, from: Step, when: When) -> Field {
        Field { needed: Some(Needed { from, when }), ..self }
    }
    pub(crate) const fn to_customer(self) -> Field {
        Field { to_customer: true, ..self }
    }
    pub(crate) const fn blank(self, blank: Blank) -> Field {
        Field { blank, ..self }
    }
    pub(crate) const fn help(self, vi: &'static str, en: &'static str) -> Field {
        Field { help: said(vi, en), ..self }
    }

    /// `qd_customer`.
    pub fn defined_name(&self) -> String {
        format!("{NAME_PREFIX}{}", self.name)
    }
    /// All that a cell beside this field may be labelled, both languages.
    pub fn labels(&self) -> impl Iterator<Item = &'static str> {
        [self.label.vi, self.label.en].into_iter().chain(self.also.iter().copied())
    }
    pub fn written_by(&self, zone: Zone) -> bool {
        self.owner == zone && zone != Zone::System
    }
}

impl Column {
    pub(crate) const fn new(name: &'static str, owner: Zone, kind: Kind, label: Said, width: f64) -> Column {
        let help = said("", "");
        let (amends, needed) = (None, None);
        Column { name, owner, amends, kind, label, also: &[], needed, to_customer: false, width, hidden: false, help }
    }
    pub(crate) const fn also(self, also: &'static [&'static str]) -> Column {
        Column { also, ..self }
    }
    pub(crate) const fn needed(self, from: Step) -> Column {
        Column { needed: Some(Needed { from, when: When::Always }), ..self }
    }
    pub(crate) const fn needed_when(self, from: Step, when: When) -> Column {
        Column { needed: Some(Needed { from, when }), ..self }
    }
    pub(crate) const fn to_customer(self) -> Column {
        Column { to_customer: true, ..self }
    }
    pub(crate) const fn hidden(self) -> Column {
        Column { hidden: true, ..self }
    }
    pub(crate) const fn amended_by(self, zone: Zone) -> Column {
        Column { amends: Some(zone), ..self }
    }
    pub(crate) const fn help(self, vi: &'static str, en: &'static str) -> Column {
        Column { help: said(vi, en), ..self }
    }

    /// All that the column's header may say, both languages.
    pub fn labels(&self) -> impl Iterator<Item = &'static str> {
        [self.label.vi, self.label.en].into_iter().chain(self.also.iter().copied())
    }
    pub fn written_by(&self, zone: Zone) -> bool {
        (self.owner == zone || self.amends == Some(zone)) && zone != Zone::System
    }
}

impl Kind {
    /// The entries of a list; none for any other kind.
    pub fn picks(&self) -> &'static [Pick] {
        match self {
            Kind::Choice(picks) => picks,
            _ => &[],
        }
    }

    /// The entry that a text means: by label in either language, by code, by synonym.
    pub fn picked(&self, typed: &str) -> Option<&'static Pick> {
        let typed = label_key(typed);
        if typed.is_empty() {
            return None;
        }
        let means = |said: &str| label_key(said) == typed;
        let hit = |p: &&Pick| means(p.label.vi) || means(p.label.en) || means(p.code) || p.also.iter().any(|a| means(a));
        self.picks().iter().find(hit)
    }

    /// A code's label; the code itself where the list does not have it (data of an older version).
    pub fn label_of<'a>(&self, code: &'a str, lang: Lang) -> &'a str {
        self.picks().iter().find(|p| p.code == code).map_or(code, |p| p.label.in_(lang))
    }
}

/// The single field of this name (without `qd_`).
pub fn field(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|f| f.name == name)
}

/// The item column of this name.
pub fn column(name: &str) -> Option<&'static Column> {
    ITEMS.iter().find(|c| c.name == name)
}

/// The column of the table of exchanges of this name.
pub fn exchange_column(name: &str) -> Option<&'static Column> {
    EXCHANGES.iter().find(|c| c.name == name)
}

pub fn section(section: Section) -> impl Iterator<Item = &'static Field> {
    FIELDS.iter().filter(move |f| f.section == section)
}

/// How labels are compared: letters and digits only, folded, single spaces.
pub fn label_key(text: &str) -> String {
    letters(text)
}

#[cfg(test)]
mod tests;
