//! What of a returned form counts: the sender's own cells, against the version that went out. Nothing of anybody else
//! is lost, nothing happens twice.

mod forms;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use forms::*;
use proptest::prelude::*;
use quotedesk::form::book::Raw;
use quotedesk::form::check::{Checking, check};
use quotedesk::form::identify::identify;
use quotedesk::form::layout::{self, DateRule, FIELDS, ITEMS, MoneyRule, Needed, Step, When, Zero, Zone};
use quotedesk::form::merge::{Sender, Sent, merge};
use quotedesk::form::read::{ReadForm, Reading};
use quotedesk::form::returned::{Incoming, filled, zones_of};
use quotedesk::letter::messages::Words;
use quotedesk::process::act::Via;
use quotedesk::process::case::{Case, State};
use quotedesk::process::event::{Event, Recorded};
use quotedesk::process::form::{Cell, Change, Exchange, Filled, Form, Item};
use quotedesk::process::house::{House, Lang, Role};
use quotedesk::process::problem::{Kind, Problem, Severity};
use quotedesk::process::value::Value;

const SALES: &[Zone] = &[Zone::Sales, Zone::Everyone];
const LEADER: &[Zone] = &[Zone::Leader, Zone::Everyone];
const TECH: &[Zone] = &[Zone::Tech, Zone::Everyone];
const CONTENT: &str = "Nội dung yêu cầu *";

fn cell(item: &str, column: &str) -> Cell {
    Cell::Item(item.into(), column.into())
}

fn field(name: &str) -> Cell {
    Cell::Field(name.into())
}

fn change(at: Cell, old: Option<Value>, new: Option<Value>) -> Change {
    Change { at, old, new }
}

/// What a role's form brings to the case, with everything checked.
fn returned(book: &Workbook, form: &Form, state: State, role: Role) -> Filled {
    let house = house();
    let case = Case { id: "YC-2026-0012".into(), state, form: form.clone(), rev: 7, ..Case::default() };
    let ctx = Reading { today: TODAY, house: &house, lang: Lang::Vi };
    let from = Incoming { case: Some(&case), history: &[], sender: "a@anphat.example", name: "Người Gửi", roles: &[role] };
    filled(&mut understood(&book.0), &from, &ctx).unwrap()
}

fn errors(filled: &Filled) -> Vec<(String, Option<String>, Kind)> {
    let errors = filled.problems.iter().filter(|p| p.severity == Severity::Error);
    errors.map(|p| (p.field.clone(), p.item.clone(), p.kind.clone())).collect()
}

// ---- whose cells

#[test]
fn other_peoples_cells_keep_what_they_hold() {
    let form = answered();
    let mut book = written(&form, Role::Tech, State::Feedback);
    book.put("customer", "Công ty Khác");
    book.put_item(1, "Nội dung yêu cầu", "Làm việc khác");
    book.put("kt_days", 9.0);
    book.put("id", "YC-1999-0001");
    let filled = brought(&book.0, &form, &form, TECH);
    assert_eq!(
        filled.kept,
        [
            change(field("customer"), Some(text("Công ty TNHH Minh Long")), Some(text("Công ty Khác"))),
            change(cell("M01", "nd"), Some(text("nd của mục 1")), Some(text("Làm việc khác"))),
        ]
    );
    let own: Vec<_> = filled.changes.iter().map(|c| c.at.clone()).collect();
    assert_eq!(own, [field("kt_days"), field("kt_by"), field("kt_date")], "with name and day of the sender");
    let told = |p: &Problem| p.severity == Severity::Warning && p.kind == Kind::NotYours { owner: "sales".into() };
    assert!(filled.problems.len() == 2 && filled.problems.iter().all(told), "{:#?}", filled.problems);
}

#[test]
fn what_others_changed_since_is_not_undone_by_an_older_copy() {
    let base = drafted();
    let mut book = written(&base, Role::Sales, State::Drafting);
    let mut current = base.clone();
    current.put(&cell("M01", "pa"), Some(text("Leader sửa phương án")));
    current.put(&field("contact"), Some(text("Chị Mai")));
    book.put("contact", "Anh Bình");
    let brought = |others: &[Cell]| {
        let mut read = understood(&book.0);
        let sent = Sent { form: base.clone(), rev: Some(7), others: others.iter().cloned().collect(), highest: 3 };
        assert!(identify(&mut read, &base, &current, true, 3).is_empty());
        merge(&read, &sent, &current, &Sender { zones: SALES, name: "Lan", today: TODAY })
    };
    let wish = change(field("contact"), Some(text("Chị Mai")), Some(text("Anh Bình")));
    let clash = brought(&[field("contact"), cell("M01", "pa")]);
    assert_eq!((clash.changes, clash.clashes), (vec![], vec![wish.clone()]), "somebody else has it since");
    assert_eq!(brought(&[]).changes, [wish], "one's own earlier form is no clash");
}

/// GIAO CHO is no revision of the form: a copy from before names the former Sales, and does not write them back.
#[test]
fn a_copy_from_before_the_hand_over_keeps_the_new_sales() {
    let base = drafted();
    let mut book = written(&base, Role::Sales, State::Drafting);
    book.put("contact", "Anh Bình");
    let named = |sales: &str| vec![change(field("sales"), None, Some(text(sales)))];
    let assigned =
        |email: &str, cells| Event::Assigned { sales: email.into(), leader: None, director: None, tech: vec![], cells };
    let at = chrono::DateTime::UNIX_EPOCH;
    let by = || Some("ha.pham@anphat.example".to_string());
    let row = |(seq, event): (usize, Event)| Recorded { seq: seq as u64, at, by: by(), for_: None, via: Via::Mail, event };
    let events = [assigned("lan.tran@anphat.example", named("Trần Thị Lan")), assigned("nam.vu@anphat.example", named("Vũ Nam"))];
    let history: Vec<Recorded> = events.into_iter().enumerate().map(row).collect();
    let mut current = base.clone();
    current.put(&field("sales"), Some(text("Vũ Nam")));
    for rev in [Some(0), None] {
        let sent = Sent { form: current.clone(), ..Sent::of(&history, rev, "nam.vu@anphat.example") };
        let mut read = understood(&book.0);
        identify(&mut read, &current, &current, true, 3);
        let filled = merge(&read, &sent, &current, &Sender { zones: SALES, name: "Vũ Nam", today: TODAY });
        let changed: Vec<Cell> = filled.changes.iter().map(|c| c.at.clone()).collect();
        assert_eq!(changed, [field("contact")], "revision {rev:?}");
        assert!(filled.clashes.iter().any(|c| c.at == field("sales")), "and is told: {:?}", filled.clashes);
    }
    let opened = Sent::of(&history[..1], Some(0), "lan.tran@anphat.example");
    assert!(opened.others.is_empty(), "the first Sales is no hand-over");
}

#[test]
fn the_leader_may_amend_the_solution_but_not_blank_it() {
    let form = drafted();
    let mut book = written(&form, Role::Leader, State::Review);
    book.put_item(1, "Phương án tính toán / thể hiện *", "Tính theo ngày");
    book.put_item(2, "Phương án tính toán / thể hiện *", "");
    let filled = brought(&book.0, &form, &form, LEADER);
    let amended = change(cell("M01", "pa"), Some(text("pa của mục 1")), Some(text("Tính theo ngày")));
    assert_eq!((filled.changes, filled.kept), (vec![amended], vec![]));
}

#[test]
fn a_role_fills_its_zone_at_its_own_step_only() {
    assert_eq!(zones_of(&[Role::Leader], State::Review), [Zone::Leader, Zone::Everyone]);
    assert_eq!(zones_of(&[Role::Leader], State::Pricing), [Zone::Everyone]);
    assert_eq!(zones_of(&[Role::Sales, Role::Tech, Role::TechHead], State::Feedback), [Zone::Sales, Zone::Tech, Zone::Everyone]);
    assert_eq!(zones_of(&[Role::Cskh, Role::Operator], State::Drafting), []);
    // Until the quote Tech corrects by the form too; whoever has it now sends their own.
    assert_eq!(zones_of(&[Role::Tech], State::Completing), [Zone::Tech, Zone::Everyone]);
    assert_eq!(zones_of(&[Role::Tech], State::Pricing), [Zone::Tech, Zone::Everyone]);
    assert_eq!(zones_of(&[Role::Tech], State::Quoted), [Zone::Everyone]);
    assert_eq!(zones_of(&[Role::Sales, Role::Tech], State::Completing), [Zone::Sales, Zone::Everyone]);
    assert_eq!(zones_of(&[Role::Director, Role::Tech], State::Pricing), [Zone::Director, Zone::Everyone]);
}

#[test]
fn blanks_erase_what_is_ones_own_and_not_needed() {
    let form = drafted();
    let mut book = written(&form, Role::Sales, State::Drafting);
    for name in ["cphone", "cskh", "customer"] {
        book.put(name, "");
    }
    book.put_item(1, "Mục đích / Lợi ích *", "");
    let filled = returned(&book, &form, State::Drafting, Role::Sales);
    assert_eq!(filled.changes, [change(field("cphone"), Some(text("0912 345 678")), None)]);
    let missing = [("customer".to_owned(), None, Kind::Missing), ("md".to_owned(), Some("M01".to_owned()), Kind::Missing)];
    assert_eq!(errors(&filled), missing, "what the desk knows itself (CSKH) need not be repeated");
}

// ---- Tech

#[test]
fn two_halves_of_tech_make_a_whole() {
    let base = drafted();
    let fill = |rows: &[u32]| {
        let mut book = written(&base, Role::Tech, State::Feedback);
        for row in rows {
            book.put_item(*row, "KT: Khả thi *", "Có");
            book.put_item(*row, "KT: Chi phí (giá vốn) *", f64::from(*row) * 1e6);
            book.put_item(*row, "KT: Số ngày *", 2.0);
        }
        book
    };
    let first = brought(&fill(&[1]).0, &base, &base, TECH);
    assert_eq!(first.answered, ["M01"]);
    let mut current = base.clone();
    first.changes.iter().for_each(|c| current.put(&c.at, c.new.clone()));
    let second = brought(&fill(&[2, 3]).0, &base, &current, TECH);
    assert_eq!(second.answered, ["M02", "M03"]);
    assert!(second.changes.iter().all(|c| !matches!(&c.at, Cell::Item(id, _) if id == "M01")), "a blank row erases nothing");
    second.changes.iter().for_each(|c| current.put(&c.at, c.new.clone()));
    let costs: Vec<_> = current.items.iter().map(Item::cost_vnd).collect();
    assert_eq!(costs, [Some(1_000_000), Some(2_000_000), Some(3_000_000)]);
}

#[test]
fn an_answer_of_tech_has_to_be_whole_but_not_every_item_answered() {
    let form = drafted();
    let mut book = written(&form, Role::Tech, State::Feedback);
    book.put_item(1, "KT: Khả thi *", "Có");
    book.put_item(1, "KT: Chi phí (giá vốn) *", 0.0);
    book.put_item(2, "KT: Khả thi *", "Không");
    book.put_item(3, "KT: Số ngày *", 3.0);
    let filled = returned(&book, &form, State::Feedback, Role::Tech);
    let at = |column: &str, item: &str, kind| (column.to_owned(), Some(item.to_owned()), kind);
    assert_eq!(
        errors(&filled),
        [
            at("kt_cp", "M01", Kind::ZeroNeedsNote),
            at("kt_ngay", "M01", Kind::Missing),
            at("kt_ld", "M02", Kind::Missing),
            at("kt_kq", "M03", Kind::Missing),
        ]
    );
    assert!(filled.answered.is_empty());
    let mut part = written(&form, Role::Tech, State::Feedback);
    part.put_item(2, "KT: Khả thi *", "Không");
    part.put_item(2, "KT: Lý do không làm được *", "Chưa có API");
    let filled = returned(&part, &form, State::Feedback, Role::Tech);
    assert_eq!((errors(&filled), filled.answered), (vec![], vec!["M02".to_owned()]));
}

/// Once for each cell, though what stands in it cannot be read and a value is missing.
#[test]
fn a_cell_that_cannot_be_read_is_not_called_blank_as_well() {
    let form = drafted();
    let mut book = written(&form, Role::Tech, State::Feedback);
    book.put("kt_srv", "Có");
    book.put("kt_srv_cost", "12tr");
    book.put("kt_srv_cycle", "quý");
    let filled = returned(&book, &form, State::Feedback, Role::Tech);
    let found: Vec<_> = filled.problems.iter().filter(|p| p.field == "kt_srv_cycle").collect();
    assert!(matches!(found[..], [p] if matches!(p.kind, Kind::NotInList { .. })), "{found:#?}");
}

// ---- the Leader

#[test]
fn to_confirm_takes_four_checks_and_a_remark_wherever_one_is_not_passed() {
    let form = drafted();
    let fill = |verdicts: [&str; 4], overall: &str, ask: &str| {
        let mut book = written(&form, Role::Leader, State::Review);
        for (check, verdict) in ["budget", "logic", "benefit", "solution"].iter().zip(verdicts) {
            book.put(&format!("ck_{check}"), verdict);
        }
        book.put("ld_all", overall);
        book.put("ld_ask", ask);
        let names: Vec<_> = errors(&returned(&book, &form, State::Review, Role::Leader)).into_iter().map(|e| e.0).collect();
        names
    };
    assert_eq!(fill(["Đạt"; 4], "Duyệt", ""), [""; 0]);
    assert_eq!(fill(["Đạt", "Đạt", "", "Đạt"], "Duyệt", ""), ["ck_benefit"]);
    assert_eq!(fill(["Đạt", "Đạt", "Cần làm rõ", "Đạt"], "Duyệt", ""), ["ck_benefit_note", "ld_all"]);
    assert_eq!(fill([""; 4], "Trả lại làm rõ", "Lợi ích là gì?"), [""; 0]);
    assert_eq!(fill([""; 4], "Từ chối", ""), ["ld_ask"]);
    assert_eq!(fill(["Đạt"; 4], "", ""), ["ld_all"]);
}

// ---- the Director

/// Fewer days than Tech asks for may be promised, but not unseen.
#[test]
fn days_below_those_of_tech_are_told_and_the_form_goes_on() {
    let form = answered();
    let mut book = written(&form, Role::Director, State::Pricing);
    book.put("pr_dec", "Duyệt");
    book.put_item(1, "GĐ: Số ngày báo KH", 2.0);
    book.put_item(2, "GĐ: Số ngày báo KH", 2.0);
    let filled = returned(&book, &form, State::Pricing, Role::Director);
    let told: Vec<_> = filled.problems.iter().map(|p| (p.field.as_str(), p.item.as_deref(), p.severity, &p.kind)).collect();
    let less = Kind::LessThan { what: "KT: Số ngày".into() };
    assert_eq!(told, [("gd_ngay", Some("M01"), Severity::Warning, &less)], "2.5 days of Tech, and 2");
}

// ---- what the table of fields asks for

/// Asked for by the process: what several people of Tech answer in parts, and prices. And a number that the desk gives.
const ASKED_ELSEWHERE: [&str; 6] = ["kt_srv", "kt_start", "pr_srv", "pr_markup", "gd_gia", "stt"];

/// What a role's workbook of a whole form is told where the case would hold `merged`.
fn told(read: &ReadForm, house: &House, zone: Zone, state: State, merged: &Form) -> Vec<(String, Option<String>, Kind)> {
    let on = Checking { zones: &[zone], state, today: TODAY, house, lang: Lang::Vi };
    check(read, merged, &on).into_iter().map(|p| (p.field, p.item, p.kind)).collect()
}

/// With the first item.
fn meet(when: When, form: &mut Form) {
    let choice = |code: &str| Some(Value::Choice(code.into()));
    match when {
        When::Doable => form.put(&cell("M01", "kt_kq"), choice("yes")),
        When::NotDoable => form.put(&cell("M01", "kt_kq"), choice("no")),
        When::Partial => form.put(&cell("M01", "kt_kq"), choice("partial")),
        When::Unless(name, code) => {
            let other = layout::field(name).unwrap().kind.picks().iter().find(|p| p.code != code).unwrap();
            form.put(&field(name), choice(other.code));
        }
        When::Server => form.put(&field("kt_srv"), choice("yes")),
        When::Always | When::PricedPerItem | When::Markup => {}
    }
}

#[test]
fn what_the_table_calls_needed_is_missed_where_it_is_blank() {
    let (house, mut asked) = (house(), Vec::new());
    for (role, state, zone, step) in [
        (Role::Sales, State::Drafting, Zone::Sales, Step::B2),
        (Role::Leader, State::Review, Zone::Leader, Step::B2),
        (Role::Tech, State::Feedback, Zone::Tech, Step::B4),
        (Role::Director, State::Pricing, Zone::Director, Step::B5),
    ] {
        let mut whole = answered();
        meet(When::Server, &mut whole);
        let read = understood(&written(&whole, role, state).0);
        let fields = FIELDS.iter().map(|f| (f.owner, f.needed, f.name, field(f.name)));
        let columns = ITEMS.iter().map(|c| (c.owner, c.needed, c.name, cell("M01", c.name)));
        for (owner, needed, name, at) in fields.chain(columns) {
            let Some(Needed { from, when }) = needed else { continue };
            if (owner, from) != (zone, step) || ASKED_ELSEWHERE.contains(&name) {
                continue;
            }
            let mut form = whole.clone();
            meet(when, &mut form);
            form.put(&at, None);
            let item = matches!(at, Cell::Item(..)).then(|| "M01".to_owned());
            let told = told(&read, &house, zone, state, &form);
            assert!(told.contains(&(name.to_owned(), item, Kind::Missing)), "{name}: {told:#?}");
            asked.push(name);
        }
    }
    for name in ["customer", "md", "ck_logic", "ck_logic_note", "ld_ask", "kt_kq", "kt_pv", "kt_srv_cost", "pr_dec", "pr_note"] {
        assert!(asked.contains(&name), "{name} not among {asked:?}");
    }
}

#[test]
fn a_zero_and_a_date_are_held_against_the_cells_that_the_table_names() {
    let house = house();
    let read = understood(&written(&answered(), Role::Tech, State::Feedback).0);
    let mut held = 0;
    for column in ITEMS {
        let layout::Kind::Money(MoneyRule { zero: Zero::Noted(note), .. }) = column.kind else { continue };
        let mut form = answered();
        form.put(&cell("M01", column.name), Some(Value::Money(0)));
        let fault = (column.name.to_owned(), Some("M01".to_owned()), Kind::ZeroNeedsNote);
        assert!(told(&read, &house, column.owner, State::Feedback, &form).contains(&fault), "{}", column.name);
        form.put(&cell("M01", note), Some(text("Có sẵn")));
        assert_eq!(told(&read, &house, column.owner, State::Feedback, &form), [], "{}", column.name);
        held += 1;
    }
    for date in FIELDS {
        let layout::Kind::Date(DateRule::NotBefore(first)) = date.kind else { continue };
        let mut form = drafted();
        form.put(&field(first), Some(Value::Date(TODAY)));
        form.put(&field(date.name), TODAY.pred_opt().map(Value::Date));
        let told = told(&read, &house, date.owner, State::Drafting, &form);
        assert!(told.iter().any(|(name, _, kind)| name == date.name && matches!(kind, Kind::DateBefore { .. })), "{told:?}");
        held += 1;
    }
    assert_eq!(held, 2);
}

#[test]
fn the_servers_cost_is_not_asked_where_the_case_takes_no_server() {
    let (house, mut whole) = (house(), answered());
    meet(When::Server, &mut whole);
    let read = understood(&written(&whole, Role::Tech, State::Feedback).0);
    let asked = |form: &Form| told(&read, &house, Zone::Tech, State::Feedback, form);
    let server = ["kt_srv_cost", "kt_srv_cycle"].map(|name| (name.to_owned(), None, Kind::Missing));
    assert_eq!(asked(&whole), server);
    assert_eq!(asked(&answered()), [], "somebody else has said since that it takes none, and that stays");
}

// ---- items

fn ids(items: &[Item]) -> Vec<&str> {
    items.iter().map(|i| i.id.as_str()).collect()
}

#[test]
fn sales_adds_drops_and_moves_items_and_ids_stay() {
    let form = answered();
    let mut book = written(&form, Role::Sales, State::Completing);
    let (sheet, head) = book.head(CONTENT);
    // Row 2 goes to the top, row 1 is emptied, a new one comes behind, numbers as they like.
    book.shift(sheet, |r, c| match r.checked_sub(head) {
        Some(1) => (r + 1, c),
        Some(2) => (r - 1, c),
        _ => (r, c),
    });
    for header in ["Khu vực / Phân hệ *", CONTENT, "Diễn giải *", "Mục đích / Lợi ích *", "Phương án tính toán / thể hiện *"]
    {
        book.put_item(2, header, "");
        book.put_item(4, header, "Mục mới");
    }
    book.put_item(4, "STT *", 9.0);
    let filled = brought(&book.0, &form, &form, SALES);
    assert_eq!((filled.dropped.as_slice(), ids(&filled.added)), (&["M01".to_owned()][..], vec!["M04"]));
    assert_eq!(filled.order, None, "M02, M03 and the new one stand as they would anyway");
    assert!(filled.changes.is_empty() && filled.kept.is_empty(), "{filled:#?}");

    let mut book = written(&form, Role::Sales, State::Completing);
    book.shift(sheet, |r, c| match r.checked_sub(head) {
        Some(n @ 1..=3) => (head + 4 - n, c),
        _ => (r, c),
    });
    let filled = brought(&book.0, &form, &form, SALES);
    assert_eq!(filled.order, Some(["M03", "M02", "M01"].map(String::from).to_vec()));
    assert!(filled.changes.is_empty() && filled.dropped.is_empty());
}

#[test]
fn an_item_below_the_tables_end_is_asked_for_and_not_dropped() {
    let form = answered();
    let mut book = written(&form, Role::Sales, State::Completing);
    let (sheet, head) = book.head(CONTENT);
    book.insert_rows(sheet, head + 3, 1);
    // The header once more, as from a sheet that was printed in two parts.
    let header: Vec<_> = book.0.sheets[sheet].cells.row(head).map(|(col, raw)| (col, raw.clone())).collect();
    header.iter().for_each(|(col, raw)| book.set((sheet, head + 3, *col), raw.clone()));
    let filled = brought(&book.0, &form, &form, SALES);
    assert!(filled.is_empty() && errors(&filled).is_empty(), "{filled:#?}");
    // Another one, with two columns that have changed places.
    let (a, b) = (book.item(0, "Diễn giải *").2, book.item(0, "Mục đích / Lợi ích *").2);
    for (col, raw) in header {
        let col = if col == a {
            b
        } else if col == b {
            a
        } else {
            col
        };
        book.set((sheet, head + 3, col), raw);
    }
    let filled = brought(&book.0, &form, &form, SALES);
    assert!(filled.dropped.is_empty(), "{filled:#?}");
    assert_eq!(errors(&filled), [("nd".to_owned(), Some("M03".to_owned()), Kind::OutsideTable)]);
}

#[test]
fn a_fresh_id_was_never_used_before() {
    let form = drafted();
    let mut book = written(&form, Role::Sales, State::Drafting);
    book.put_item(4, CONTENT, "Mục mới");
    let mut read = understood(&book.0);
    identify(&mut read, &form, &form, true, 8);
    assert_eq!(read.items[3].id.as_deref(), Some("M09"), "M08 was dropped once, and Tech may still have it on paper");
}

#[test]
fn a_copied_row_is_a_new_item_and_the_original_keeps_its_id() {
    let form = drafted();
    let mut book = written(&form, Role::Sales, State::Drafting);
    for header in
        ["Mã mục", "Khu vực / Phân hệ *", CONTENT, "Diễn giải *", "Mục đích / Lợi ích *", "Phương án tính toán / thể hiện *"]
    {
        let (sheet, row, col) = book.item(2, header);
        let copied = book.0.sheets[sheet].cells.get(row, col).cloned().unwrap();
        book.put_item(4, header, copied);
    }
    book.put_item(4, CONTENT, "Gần giống mục 2");
    let filled = brought(&book.0, &form, &form, SALES);
    assert_eq!(ids(&filled.added), ["M04"]);
    assert!(filled.changes.is_empty() && filled.dropped.is_empty(), "{filled:#?}");
}

#[test]
fn without_ids_rows_are_known_by_content_then_by_number() {
    let form = drafted();
    let mut book = written(&form, Role::Sales, State::Drafting);
    for row in 1..=3 {
        book.put_item(row, "Mã mục", "");
    }
    book.put_item(3, CONTENT, "Viết lại mục 3");
    let filled = brought(&book.0, &form, &form, SALES);
    assert_eq!(filled.changes, [change(cell("M03", "nd"), Some(text("nd của mục 3")), Some(text("Viết lại mục 3")))]);
    assert!(filled.added.is_empty() && filled.dropped.is_empty());
}

#[test]
fn only_sales_adds_items() {
    let form = drafted();
    let mut book = written(&form, Role::Tech, State::Feedback);
    book.put_item(4, "Nội dung yêu cầu", "Tech thêm một mục");
    let filled = brought(&book.0, &form, &form, TECH);
    assert!(filled.added.is_empty() && filled.dropped.is_empty());
    assert!(matches!(&filled.problems[..], [p] if p.kind == Kind::SalesAddItems), "{:#?}", filled.problems);
    // In the place of an item that is not found it may be that one.
    book.put_item(2, "Nội dung yêu cầu", "");
    book.put_item(2, "Mã mục", "");
    let filled = brought(&book.0, &form, &form, TECH);
    assert!(filled.problems.iter().any(|p| p.kind == Kind::UnknownItem), "{:#?}", filled.problems);
    assert!(filled.problems.iter().all(|p| p.kind != Kind::SalesAddItems), "{:#?}", filled.problems);
}

/// Sorted, or cut and pasted, without the hidden id: what is answered stands beside the words, not beside the id.
#[test]
fn answers_follow_the_words_that_they_stand_beside() {
    let form = drafted();
    let mut book = written(&form, Role::Tech, State::Feedback);
    for row in 1..=3 {
        book.put_item(row, "KT: Khả thi *", "Có");
        book.put_item(row, "KT: Chi phí (giá vốn) *", f64::from(row) * 1e7);
        book.put_item(row, "KT: Số ngày *", f64::from(row));
    }
    let (sheet, head) = book.head("Nội dung yêu cầu");
    // Number and id stay, all else of the first row changes places with the third.
    book.shift(sheet, |r, c| match r.checked_sub(head) {
        Some(n @ (1 | 3)) if c > 1 => (head + 4 - n, c),
        _ => (r, c),
    });
    let filled = brought(&book.0, &form, &form, TECH);
    let cost = |id: &str| filled.changes.iter().find(|c| c.at == cell(id, "kt_cp")).and_then(|c| c.new.clone());
    assert_eq!(["M01", "M02", "M03"].map(cost), [1, 2, 3].map(|n| Some(Value::Money(n * 10_000_000))));
    assert!(filled.kept.is_empty() && filled.problems.is_empty(), "{filled:#?}");

    // The words of the third item in two rows: which cost is its own?
    let (wording, own) = (book.item(1, "Nội dung yêu cầu"), book.item(3, "Nội dung yêu cầu"));
    let third = book.0.sheets[sheet].cells.get(wording.1, wording.2).cloned().unwrap();
    book.set(own, third);
    let filled = brought(&book.0, &form, &form, TECH);
    let unknown = filled.problems.iter().filter(|p| p.kind == Kind::UnknownItem && p.severity == Severity::Error);
    let costs: Vec<_> = filled.changes.iter().filter(|c| matches!(&c.at, Cell::Item(_, name) if name == "kt_cp")).collect();
    assert_eq!((unknown.count(), costs.len()), (1, 2), "{filled:#?}");
    assert!(costs.iter().all(|c| c.at != cell("M01", "kt_cp")), "{costs:#?}");
}

#[test]
fn sales_may_move_an_items_words_into_anothers_row() {
    let form = answered();
    let mut book = written(&form, Role::Sales, State::Completing);
    for header in ["Khu vực / Phân hệ *", CONTENT, "Diễn giải *", "Mục đích / Lợi ích *", "Phương án tính toán / thể hiện *"]
    {
        let (sheet, row, col) = book.item(3, header);
        let words = book.0.sheets[sheet].cells.get(row, col).cloned().unwrap();
        book.put_item(1, header, words);
        book.put_item(3, header, "");
    }
    let filled = brought(&book.0, &form, &form, SALES);
    assert_eq!(filled.dropped, ["M01"], "the third item keeps its own answers and costs");
    assert!(filled.changes.is_empty() && filled.added.is_empty() && errors(&filled).is_empty(), "{filled:#?}");
}

#[test]
fn items_beyond_the_most_are_told_and_none_is_dropped_for_it() {
    let form = drafted();
    let mut book = written(&form, Role::Sales, State::Drafting);
    let (sheet, head) = book.head(CONTENT);
    book.insert_rows(sheet, head + 1, 250);
    (1..=250).for_each(|row| book.put_item(row, CONTENT, format!("Việc số {row}").as_str()));
    let filled = brought(&book.0, &form, &form, SALES);
    let told = |p: &&Problem| p.kind == Kind::TooManyItems { most: layout::MOST_ITEMS };
    assert_eq!((filled.problems.iter().filter(told).count(), filled.dropped.len()), (1, 0));
}

// ---- exchanges

/// Rows of the exchanges as typed: date, item, what was said.
fn exchanged(rows: &[(&str, f64, &str)]) -> Filled {
    let form = drafted();
    let mut book = written(&form, Role::Sales, State::Completing);
    let (sheet, head) = book.head("Bên");
    for (row, (date, item, said)) in (head + 1..).zip(rows) {
        let cells: Vec<_> = book.0.sheets[sheet].cells.row(head).map(|(col, raw)| (col, raw.clone())).collect();
        for (col, raw) in cells {
            let typed = match raw {
                quotedesk::form::book::Raw::Text(t) if t == "Ngày" => Typed::from(*date),
                quotedesk::form::book::Raw::Text(t) if t == "Mục liên quan" => Typed::from(*item),
                quotedesk::form::book::Raw::Text(t) if t == "Nội dung" => Typed::from(*said),
                _ => continue,
            };
            book.set((sheet, row, col), typed);
        }
    }
    brought(&book.0, &form, &form, SALES)
}

#[test]
fn what_is_not_plainly_for_the_customer_stays_in_the_house() {
    let form = drafted();
    let mut book = written(&form, Role::Sales, State::Completing);
    let (sheet, head) = book.head("Bên");
    let cells: Vec<_> = book.0.sheets[sheet].cells.row(head).map(|(col, raw)| (col, raw.clone())).collect();
    let at = |name: &str| cells.iter().find(|(_, raw)| *raw == quotedesk::form::book::Raw::Text(name.into())).unwrap().0;
    for (row, shown) in (head + 1..).zip(["Có", "Cho xem", "có?", ""]) {
        book.set((sheet, row, at("Nội dung")), Typed::from(format!("Trao đổi {row}").as_str()));
        book.set((sheet, row, at("Cho KH xem?")), Typed::from(shown));
    }
    let filled = brought(&book.0, &form, &form, SALES);
    assert_eq!(filled.exchanges.iter().map(|e| e.shown).collect::<Vec<_>>(), [true, false, false, false]);
    let told: Vec<_> = filled.problems.iter().map(|p| (p.found.as_str(), p.severity, p.field.as_str())).collect();
    let warned = |found| (found, Severity::Warning, "exchange.shown");
    assert_eq!(told, [warned("Cho xem"), warned("có?")], "a blank cell is a no");
}

#[test]
fn a_day_to_come_that_has_gone_by_is_told() {
    let warned = |day: NaiveDate| {
        let form = drafted();
        let mut book = written(&form, Role::Sales, State::Drafting);
        book.put("date", NaiveDate::from_ymd_opt(2026, 1, 5).unwrap());
        book.put("deadline", day);
        let problems = returned(&book, &form, State::Drafting, Role::Sales).problems;
        problems.into_iter().filter(|p| p.field == "deadline").map(|p| (p.severity, p.kind)).collect::<Vec<_>>()
    };
    let day = |n: i64| TODAY + chrono::TimeDelta::days(n);
    assert!(matches!(&warned(day(-4))[..], [(Severity::Warning, Kind::DayGone { .. })]), "{:?}", warned(day(-4)));
    assert!(matches!(&warned(day(400))[..], [(Severity::Warning, Kind::FarAhead)]), "{:?}", warned(day(400)));
    assert_eq!(warned(day(2)), []);
}

#[test]
fn the_same_said_of_two_items_is_two_exchanges() {
    let filled = exchanged(&[("20/11/2026", 1.0, "KH đồng ý làm"), ("20/11/2026", 2.0, "KH đồng ý làm")]);
    let items: Vec<_> = filled.exchanges.iter().map(|e| e.item.as_str()).collect();
    assert_eq!(items, ["M01", "M02"]);
}

#[test]
fn an_exchange_whose_date_cannot_be_read_is_asked_for() {
    let filled = exchanged(&[("06/23/2025", 1.0, "KH đồng ý làm"), ("", 2.0, "KH chưa rõ")]);
    let said: Vec<_> = filled.exchanges.iter().map(|e| (e.text.as_str(), e.date)).collect();
    assert_eq!(said, [("KH chưa rõ", Some(TODAY))], "a blank date is today, an odd one is not");
    assert!(matches!(&filled.problems[..], [p] if p.severity == Severity::Error && p.cell.starts_with('A')), "{filled:#?}");
}

#[test]
fn exchanges_are_appended_once_whoever_sends_them() {
    let form = answered();
    let mut book = written(&form, Role::Tech, State::Feedback);
    let (sheet, head) = book.head("Bên");
    let row = head + 2;
    let col = |header: &str| {
        let is = |raw: &quotedesk::form::book::Raw| matches!(raw, quotedesk::form::book::Raw::Text(t) if t == header);
        book.0.sheets[sheet].cells.row(head).find(|(_, raw)| is(raw)).unwrap().0
    };
    let (text_at, item_at, who_at) = (col("Nội dung"), col("Mục liên quan"), col("Người"));
    book.set((sheet, row, text_at), "Cần khách cấp API");
    book.set((sheet, row, item_at), 3.0);
    let filled = brought(&book.0, &form, &form, TECH);
    let new = Exchange {
        date: Some(TODAY),
        who: "Người Gửi".into(),
        side: String::new(),
        item: "M03".into(),
        text: "Cần khách cấp API".into(),
        shown: false,
    };
    assert_eq!(filled.exchanges, std::slice::from_ref(&new));
    let mut later = form.clone();
    later.exchanges.push(new);
    book.set((sheet, row, who_at), "Người Gửi");
    assert!(brought(&book.0, &form, &later, TECH).exchanges.is_empty(), "the same row again");
}

// ---- random forms

fn words() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-ZàáảãạăâđêôơưĐÊÔƠƯ ]{1,30}", "[ -~]{1,20}", Just("=1+1".to_owned()), Just("Tổng cộng".to_owned())]
        .prop_map(|t| t.split_whitespace().collect::<Vec<_>>().join(" "))
        .prop_filter("says something", |t| t.chars().any(char::is_alphabetic))
}

fn value_of(kind: &layout::Kind) -> BoxedStrategy<Value> {
    use layout::Kind::*;
    let day = (0i64..3000).prop_map(|n| NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + chrono::Duration::days(n));
    match *kind {
        Text { .. } => words().prop_map(Value::Text).boxed(),
        Long { .. } => (words(), words()).prop_map(|(a, b)| Value::Text(format!("Nội dung {a}\n{b}"))).boxed(),
        Choice(picks) => (0..picks.len()).prop_map(move |n| Value::Choice(picks[n].code.into())).boxed(),
        Money(rule) if rule.about => prop_oneof![
            (1_000i64..10_000_000_000).prop_map(Value::Money),
            Just(Value::Unknown),
            (10i64..99).prop_map(|n| Value::About { vnd: n * 1_000_000, said: format!("khoảng {n}tr") }),
        ]
        .boxed(),
        Money(_) => (1_000i64..10_000_000_000).prop_map(Value::Money).boxed(),
        Days { most } => (1..=most * 2).prop_map(Value::Days).boxed(),
        Percent { most } => (1..=i64::from(most)).prop_map(|p| Value::Percent(p * 100)).boxed(),
        Number { least, most } => (least.max(1)..=most.min(100_000)).prop_map(Value::Number).boxed(),
        Date(_) | DateOrWords => day.prop_map(Value::Date).boxed(),
        Lead => (1u32..60)
            .prop_map(|d| Value::Lead { days: Some(d * 2), said: format!("{d} ngày làm việc sau khi nhận cọc") })
            .boxed(),
        Person(Role::Sales) => Just(text("Trần Thị Lan")).boxed(),
        Person(_) => Just(text("Người đã nghỉ việc")).boxed(),
        Region => Just(text("Miền Nam")).boxed(),
        Email => Just(text("a@b.example")).boxed(),
        Phone => Just(text("0912345678")).boxed(),
        TaxCode => Just(text("0312345678")).boxed(),
    }
}

fn cells(of: Vec<(&'static str, layout::Kind)>) -> impl Strategy<Value = BTreeMap<String, Value>> {
    let each: Vec<_> = of.into_iter().map(|(name, kind)| (Just(name.to_owned()), prop::option::of(value_of(&kind)))).collect();
    each.prop_map(|all| all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
}

fn any_form() -> impl Strategy<Value = Form> {
    let fields = FIELDS.iter().filter(|f| f.owner != Zone::System).map(|f| (f.name, f.kind)).collect();
    let columns: Vec<_> = ITEMS.iter().filter(|c| !["stt", "ma", "nd"].contains(&c.name)).map(|c| (c.name, c.kind)).collect();
    let item = (words(), cells(columns));
    (cells(fields), prop::collection::vec(item, 0..6)).prop_map(|(fields, items)| {
        let item = |(no, (said, mut cells)): (u32, (String, BTreeMap<String, Value>))| {
            cells.insert("nd".into(), text(&format!("{no} {said}")));
            Item { id: format!("M{:02}", no + 3), no, cells }
        };
        Form { fields, items: (1..).zip(items).map(item).collect(), exchanges: vec![], ..Form::default() }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    /// Written, read and merged, a form changes nothing, in either language, with and without its names.
    #[test]
    fn any_form_comes_back_as_it_went(form in any_form(), english in any::<bool>(), named in any::<bool>()) {
        let lang = if english { Lang::En } else { Lang::Vi };
        for (reader, zones) in [(Role::Sales, SALES), (Role::Tech, TECH), (Role::Director, &[Zone::Director, Zone::Everyone][..])] {
            let mut book = Workbook(book_of(&bytes(&form, Some(reader), State::Pricing, lang)));
            if !named {
                book.forget_names();
            }
            let filled = Filled { answered: vec![], ..brought(&book.0, &form, &form, zones) };
            prop_assert!(filled.changes.is_empty(), "{reader:?} {:#?}", filled.changes);
            prop_assert!(filled.added.is_empty() && filled.dropped.is_empty() && filled.order.is_none());
            prop_assert!(filled.kept.is_empty() && filled.clashes.is_empty(), "{reader:?} {:#?}", filled.kept);
            prop_assert!(filled.problems.is_empty(), "{reader:?} {:#?}", filled.problems);
        }
    }
}

/// Only Sales takes items out: whoever else has deleted or emptied a row is told that the item stays, and what they can do.
#[test]
fn rows_that_others_than_sales_have_taken_out_stay_and_are_told() {
    let form = answered();
    let house = house();
    for (role, state, zones, way) in [
        (Role::Leader, State::Review, LEADER, "TRẢ LẠI"),
        (Role::Tech, State::Feedback, TECH, "Khả thi"),
        (Role::Director, State::Pricing, &[Zone::Director, Zone::Everyone][..], "“Đưa vào báo giá?”"),
    ] {
        let mut book = written(&form, role, state);
        let (sheet, head) = book.head("Nội dung yêu cầu");
        let columns: Vec<u32> = book.0.sheets[sheet].cells.row(head + 2).map(|(col, _)| col).collect();
        columns.into_iter().for_each(|col| book.set((sheet, head + 2, col), ""));
        let filled = brought(&book.0, &form, &form, zones);
        assert!(filled.is_empty() && filled.dropped.is_empty() && filled.kept.is_empty(), "{filled:#?}");
        let [told] = &filled.problems[..] else { panic!("{:#?}", filled.problems) };
        assert!(matches!(&told.kind, Kind::RowsGone { items, .. } if items == &["M02"]) && told.severity == Severity::Warning);
        let line = Words::plain(Lang::Vi, &house, Some(&form)).problem_line(told);
        assert!(line.starts_with("Mục 2 không còn trong tệp") && line.contains(way), "{line}");
    }
    let mut book = written(&form, Role::Director, State::Pricing);
    let (sheet, head) = book.head("Nội dung yêu cầu");
    let id = book.0.sheets[sheet].cells.row(head).find(|(_, raw)| matches!(raw, Raw::Text(t) if t == "Mã mục")).unwrap().0;
    let columns: Vec<u32> = book.0.sheets[sheet].cells.row(head + 2).map(|(col, _)| col).filter(|col| *col != id).collect();
    columns.into_iter().for_each(|col| book.set((sheet, head + 2, col), ""));
    let found = brought(&book.0, &form, &form, &[Zone::Director, Zone::Everyone]).problems;
    assert!(matches!(&found[..], [p] if matches!(p.kind, Kind::RowsGone { .. })), "its id alone was left: {found:#?}");
}

#[test]
fn a_leader_who_rejects_is_asked_for_the_reason() {
    let form = drafted();
    let mut book = written(&form, Role::Leader, State::Review);
    book.put("ld_all", "Từ chối");
    let filled = returned(&book, &form, State::Review, Role::Leader);
    assert_eq!(errors(&filled), [("ld_ask".into(), None, Kind::NoReason)]);
    book.put("ld_all", "Trả lại");
    let filled = returned(&book, &form, State::Review, Role::Leader);
    assert_eq!(errors(&filled), [("ld_ask".into(), None, Kind::Missing)]);
}
