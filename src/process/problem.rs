//! What is wrong with a form, and where: a kind and a place. Words come at the edge (`letter`, `cli`),
//! so that one finding makes the mail, the note in the cell, the answer file and the JSON.

use serde::{Deserialize, Serialize};

use super::form::Cell;
use super::house::Email;
use super::value::Vnd;

/// One finding in a workbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Sheet as its tab says; empty where the workbook as a whole is meant.
    pub sheet: String,
    /// `C12`; empty where no one cell is meant.
    pub cell: String,
    /// Name of the field or item column without `qd_`; empty where none is meant.
    pub field: String,
    /// Item id, where the cell belongs to an item.
    pub item: Option<String>,
    pub severity: Severity,
    pub kind: Kind,
    /// What stands in the cell, as typed.
    pub found: String,
}

impl Problem {
    /// Of a cell of the form as the desk has it, in no workbook; `None`: of the form as a whole.
    pub fn of(at: Option<&Cell>, severity: Severity, kind: Kind) -> Problem {
        let (item, field) = match at {
            Some(Cell::Item(item, column)) => (Some(item.clone()), column.clone()),
            Some(Cell::Field(field)) => (None, field.clone()),
            None => (None, String::new()),
        };
        let (sheet, cell, found) = Default::default();
        Problem { sheet, cell, field, item, severity, kind, found }
    }

    /// The cell of the form that it is about; one without a name where none is meant.
    pub fn at(&self) -> Cell {
        match &self.item {
            Some(item) => Cell::Item(item.clone(), self.field.clone()),
            None => Cell::Field(self.field.clone()),
        }
    }

    /// Tells what somebody has written on the cell: nothing is wrong with that, and it stands beside what is.
    pub fn is_note(&self) -> bool {
        matches!(self.kind, Kind::CellNote { .. })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The form cannot go on.
    Error,
    /// Told, and the form goes on.
    Warning,
}

/// What is wrong. No sentences here: `letter::messages` has them in each language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Needed at this step and blank.
    Missing,
    /// The Leader rejects and does not say why.
    NoReason,
    NotMoney,
    /// A currency other than đồng.
    Currency,
    /// The label of the cell, or the header of its column, names another currency.
    LabelCurrency {
        label: String,
    },
    /// The label says a unit (`nghìn đồng`), and the figure may be without it. The readings in đồng.
    LabelUnit {
        label: String,
        readings: Vec<Vnd>,
    },
    /// Money with a fraction of a đồng, or with digit groups that are no groups.
    BadGrouping,
    /// A computed amount with a fraction of a đồng; the nearest one without.
    Fraction {
        nearest: Vnd,
    },
    Negative,
    /// A sum that somebody has left to be reckoned, or a rate: `15tr x 2`, `36tr/năm`, `5 ngày + 2 ngày`.
    Reckoned,
    /// More than one reading: never guessed. The readings in đồng.
    AmbiguousMoney {
        readings: Vec<Vnd>,
    },
    /// Money given as a range or a bound where one amount is needed.
    RangeNotAllowed {
        low: Option<Vnd>,
        high: Option<Vnd>,
    },
    /// 0 without a note that says why.
    ZeroNeedsNote,
    /// 0 where an amount is needed, or the word for one that is not known.
    ZeroNotAllowed,
    NotDate,
    /// More than one reading, ISO dates.
    AmbiguousDate {
        readings: Vec<String>,
    },
    DateBefore {
        what: String,
        limit: String,
    },
    DateAfter {
        what: String,
        limit: String,
    },
    NonWorkingDay,
    /// A day to come that lies before the day on which it was sent (ISO date).
    DayGone {
        today: String,
    },
    /// More than a year ahead.
    FarAhead,
    NotDays,
    AmbiguousDays {
        readings: Vec<String>,
    },
    DaysOutOfRange,
    /// No length of time, or one in doubt, where the customer will read how soon the work starts.
    NotLead,
    NotPercent,
    AmbiguousPercent {
        readings: Vec<String>,
    },
    NotNumber,
    NotInList {
        allowed: Vec<String>,
    },
    /// An entry of the list with a question mark behind it.
    Questioned {
        allowed: Vec<String>,
    },
    TooLong {
        most: usize,
    },
    TooShort {
        least: usize,
    },
    /// Text in a font of the time before Unicode.
    LegacyFont,
    NotEmail,
    NotTaxCode,
    NotPhone,
    UnknownPerson,
    /// The region maps to no director.
    UnknownRegion {
        allowed: Vec<String>,
    },
    /// Greater than the cell named by its label.
    MoreThan {
        what: String,
    },
    LessThan {
        what: String,
    },
    /// More than the items, without the server, come to.
    DiscountTooLarge {
        of: Vnd,
    },
    /// A sum that was typed below the items of a column, and theirs.
    TotalDiffers {
        said: Vnd,
        sum: Vnd,
    },
    Duplicate {
        of: String,
    },
    /// No row of the item table is filled in.
    NoItems,
    TooManyItems {
        most: usize,
    },
    /// An item came back that cannot be told from others.
    UnknownItem,
    /// A new row of somebody who may not add items.
    SalesAddItems,
    /// Items that are not in the workbook of somebody who may not take items out: they stay. Their ids, and the sender's role.
    RowsGone {
        items: Vec<String>,
        role: String,
    },
    /// A cell of several items that somebody has merged into one (`J30:J32`).
    MergedCells {
        area: String,
    },
    /// Words in a row of the item table that has neither number nor content.
    LoneCell,
    /// The item table has no column of this name that is needed.
    NoColumn,
    /// A column of the item table that is none of the form's.
    UnreadColumn,
    /// Words beside the form's cells that were not read: the first of them, and how many there are.
    UnreadTexts {
        first: Vec<UnreadText>,
        n: usize,
    },
    /// A unit of amounts in a cell of its own (`Đơn vị tính: nghìn đồng`), above or beside figures that stand for themselves.
    UnitApart,
    /// A note on a cell: kept for whoever may see the cell; where it stands on no cell of the form, copied into the table of exchanges.
    CellNote {
        copied: bool,
    },
    /// Notes on cells that were not read: of a format that hides them, or too many.
    UnreadNotes {
        n: usize,
    },
    /// Crossed out as a whole: it may be meant to count or not.
    CrossedOut,
    /// A row that looks like an item, where no item table is read.
    OutsideTable,
    /// A copy of a sheet of the form that says something else than the first, which is named here.
    TwoSheets {
        other: String,
    },
    /// Other people's cell: its old value stays.
    NotYours {
        owner: String,
    },
    /// Changed by somebody else since this workbook was sent out.
    Stale,
    /// An error value as `#REF!`, or a formula that was never calculated.
    CellError,
    /// The Leader confirms although a check is not passed.
    ChecksNotPassed {
        checks: Vec<String>,
    },
    /// Below Tech's cost: has to be confirmed.
    BelowCost,
    /// A doable item is included in the quote without a price.
    NoPrice,
    /// Offered although Tech says that it cannot be done.
    NotDoable,
    /// A price for what Tech says cannot be done: it is in no quote.
    NotQuoted,
    /// An answer or a price for what the item said before it was worded anew: has to be confirmed.
    Reworded,
    /// The whole needs no server, an item of it does.
    ServerDiffers,
    /// A markup that may be meant as a factor: `1,3`.
    MarkupOrFactor,
    /// A price for a server that Tech says is not needed: has to be confirmed.
    ServerNotNeeded,
    /// Price per item and markup, or discount in percent and in đồng: one of both.
    OneOfBoth {
        other: String,
    },
    /// Words for the customer that tell what the work costs us.
    TellsCost,
    /// A name of Tech where the customer would read it.
    NameOfTech {
        who: Email,
    },
    /// What the customer would read word for word, and may not. Without a field: a row of the table of exchanges. What it
    /// says is not repeated here, for not everybody may see it.
    Internal,
    /// The file as a whole.
    File(FileFault),
}

/// Words that stand in no cell of the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadText {
    pub sheet: String,
    pub cell: String,
    pub said: String,
}

/// Why a file could not be read as a workbook at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFault {
    Empty,
    /// Neither xlsx, xls, xlsb nor ods; what it looks like.
    NotWorkbook {
        looks_like: String,
    },
    Broken {
        why: String,
    },
    Password,
    /// Over a limit of `[limits]`.
    TooLarge {
        what: String,
        limit: String,
    },
    TooSlow,
    /// A folder, a link or a pipe.
    NoFile,
    /// A workbook, but no analysis form.
    NotForm,
    /// A form of another case or of a newer version of the desk.
    Foreign {
        case: String,
    },
}
