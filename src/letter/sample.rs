//! A whole sample case: Chính Đại, three items, from the need to the hand-over. `quotedesk check` tries the company's own pages and
//! words out on it, and the tests have their golden texts from it.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::compose::Context;
use super::templates::Templates;
use crate::calendar::Span;
use crate::process::act::{Cause, Refusal, Via};
use crate::process::case::*;
use crate::process::event::{CheckRemark, Event, Recorded};
use crate::process::form::{Cell, CellNote, Change, Echo, Form, Item};
use crate::process::house::{House, Person, Region, Role, Vat};
use crate::process::letters::{Attach, Kind, Letter};
use crate::process::problem::{Kind as Wrong, Problem, Severity};
use crate::process::quote::{Line, Quote, VatLine};
use crate::process::value::Value;

pub const CSKH: &str = "lam.bui@vanphucsoft.example";
pub const SALES: &str = "vy.le@vanphucsoft.example";
pub const LEADER: &str = "tri.hoang@vanphucsoft.example";
pub const TECH: &str = "loc.mai@vanphucsoft.example";
pub const TECH2: &str = "quan.do@vanphucsoft.example";
pub const HEAD: &str = "hai.ngo@vanphucsoft.example";
pub const DIRECTOR: &str = "dang.vu@vanphucsoft.example";
pub const OPERATOR: &str = "it@vanphucsoft.example";
pub const CUSTOMER: &str = "khach01@khachhang.example";

/// 23 June 2021, 10:00 in Hà Nội.
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_624_417_200, 0).unwrap_or_default()
}

fn date(iso: &str) -> NaiveDate {
    iso.parse().unwrap_or_default()
}

/// What a letter is written from, where nothing else is said of it.
pub fn context<'a>(case: &'a Case, events: &'a [Recorded], house: &'a House, templates: &'a Templates) -> Context<'a> {
    Context {
        case,
        before: None,
        events,
        house,
        templates,
        at: now(),
        lang: house.lang,
        answer: false,
        receipt: &[],
        passed_on: &[],
        problems: &[],
        reply_to: &house.address,
        reference: None,
        answers_subject: None,
        differences: &[],
        reworded: &[],
    }
}

/// The sample's people and regions in a desk's house.
pub fn house(of: &House) -> House {
    let person = |name: &str, email: &str, roles: &[Role], salutation: &str| Person {
        name: name.into(),
        email: email.into(),
        roles: roles.to_vec(),
        region: Some("bac".into()),
        salutation: Some(salutation.into()).filter(|s: &String| !s.is_empty()),
        ..Person::default()
    };
    let people = vec![
        person("Bùi Ngọc Lam", CSKH, &[Role::Cskh], "Chị"),
        Person {
            title: Some("Nhân viên kinh doanh".into()),
            phone: Some("0900 000 001".into()),
            ..person("Lê Thảo Vy", SALES, &[Role::Sales], "Em")
        },
        person("Hoàng Đức Trí", LEADER, &[Role::Leader], "Anh"),
        person("Mai Xuân Lộc", TECH, &[Role::Tech], "Anh"),
        person("Đỗ Minh Quân", TECH2, &[Role::Tech], ""),
        person("Ngô Thanh Hải", HEAD, &[Role::TechHead], "Anh"),
        person("Vũ Hải Đăng", DIRECTOR, &[Role::Director], "Anh"),
        person("Phạm Gia Bảo", OPERATOR, &[Role::Operator], ""),
    ];
    let bac =
        Region { id: "bac".into(), name: "Miền Bắc".into(), leader: Some(LEADER.into()), director: Some(DIRECTOR.into()) };
    House { people, regions: vec![bac], ..of.clone() }
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn item(no: u32, area: &str, heading: &str, explanation: &str, cost: i64, days: u32, price: i64) -> Item {
    let cells = [
        ("khu", text(area)),
        ("nd", text(heading)),
        ("dg", text(explanation)),
        ("kt_kq", Value::Choice("yes".into())),
        ("kt_cp", Value::Money(cost)),
        ("kt_ngay", Value::Days(days * 2)),
        ("gd_gia", Value::Money(price)),
    ];
    Item { id: format!("M{no:02}"), no, cells: cells.into_iter().map(|(k, v)| (k.to_string(), v)).collect() }
}

/// The case as it stands in a state, with everything that came before.
pub fn case(state: State, house: &House) -> Case {
    let mut form = Form::default();
    let fields = [
        ("customer", text("Công ty TNHH Thương mại Chính Đại")),
        ("short", text("Chính Đại")),
        ("salut", Value::Choice("Anh".into())),
        ("contact", text("Nguyễn Văn Thịnh")),
        ("cemail", text(CUSTOMER)),
        ("industry", text("Vật liệu xây dựng")),
        (
            "cskh_text",
            text(
                "KH Chính Đại bán vật liệu xây dựng, đang dùng phân hệ bán hàng + kho.\nKH muốn giao hàng nhiều chuyến cho một đơn và in phiếu cân xe. Anh Thịnh hỏi báo giá trong tuần này.",
            ),
        ),
        ("budget", Value::About { vnd: 60_000_000, said: "khoảng 60tr, chưa tính server riêng".into() }),
        ("budget_srv", Value::Money(0)),
        ("srv_want", Value::Choice("no".into())),
        ("deadline", Value::Date(date("2021-06-28"))),
        ("kt_srv", Value::Choice("no".into())),
        ("kt_start", Value::Lead { days: Some(10), said: "5 ngày làm việc".into() }),
        ("start_want", Value::Date(date("2021-07-09"))),
    ];
    form.fields = fields.into_iter().map(|(k, v)| (k.to_string(), v)).collect();
    form.items = vec![
        item(
            1,
            "Bán hàng / Đơn hàng",
            "Tách một đơn hàng thành nhiều chuyến giao",
            "Một đơn 50 tấn xi măng giao làm 4-5 chuyến, mỗi chuyến một xe, một phiếu xuất riêng",
            12_345_000,
            6,
            18_000_000,
        ),
        item(
            2,
            "Kho / In ấn",
            "Mẫu in phiếu cân xe",
            "In phiếu A5 có biển số, khối lượng xe có hàng, xe không, khối lượng hàng",
            3_210_000,
            2,
            5_000_000,
        ),
        item(
            3,
            "Công nợ / Báo cáo",
            "Báo cáo công nợ theo công trình",
            "Một khách có nhiều công trình, cần xem nợ từng công trình",
            8_765_000,
            4,
            12_000_000,
        ),
    ];
    if matches!(state, State::Completing | State::Pricing) {
        let at = Cell::Item("M02".into(), "kt_ngay".into());
        form.notes
            .push(CellNote { at, text: "Thêm 2 ngày nếu đổi khổ giấy.".into(), who: house.name_of(TECH).into() });
    }
    let span = match state {
        State::Feedback => Span::Days(3),
        State::Assigning => Span::Hours(4),
        State::Contracting => Span::CalendarDays(7),
        _ => Span::Days(1),
    };
    let due = house.calendar.due(now(), &span);
    let quoted = State::ALL.iter().position(|s| *s == state) >= State::ALL.iter().position(|s| *s == State::Quoted);
    let delivering = matches!(state, State::Delivering | State::Closed);
    Case {
        id: "YC-2021-0001".into(),
        state,
        opened: now() - TimeDelta::hours(9 * 24 + 1),
        version: 17,
        cskh: Some(CSKH.into()),
        sales: Some(SALES.into()),
        leader: Some(LEADER.into()),
        tech: vec![TECH.into(), TECH2.into()],
        director: Some(DIRECTOR.into()),
        form,
        rev: 4,
        since: now(),
        due: Some(due).filter(|_| state != State::Closed),
        round: 1,
        review: Some(Review { by: LEADER.into(), at: now() - TimeDelta::days(8), rev: 3, round: 1, confirmed: true }),
        quotes: if quoted { vec![quote(1), quote(2)] } else { vec![] },
        agreed_on: quoted.then(|| date("2021-06-29")),
        plan: delivering.then(plan),
        folder: Some("Chính Đại".into()),
        closed: (state == State::Closed).then(|| Closed {
            at: now(),
            reason: Reason::Done,
            by: Some(SALES.into()),
            text: String::new(),
            before: State::Delivering,
        }),
        ..Case::default()
    }
}

fn plan() -> Plan {
    Plan { start: date("2021-07-09"), end: date("2021-07-26") }
}

fn quote(revision: u32) -> Quote {
    let third = if revision == 1 { 12_000_000 } else { 10_000_000 };
    let line = |no: u32, name: &str, days: u32, amount: i64| Line {
        no,
        item: Some(format!("M{no:02}")),
        area: String::new(),
        name: name.into(),
        explanation: String::new(),
        note: String::new(),
        half_days: Some(days * 2),
        unit: "gói".into(),
        quantity: 1,
        unit_price: amount,
        amount,
        vat: Vat::Rate(1000),
        scope: String::new(),
    };
    let subtotal = 23_000_000 + third;
    Quote {
        revision,
        number: if revision == 1 { "BG-210623-001".into() } else { "BG-210623-001/R2".into() },
        date: date("2021-06-23"),
        expires: date("2021-07-08"),
        file: "Báo giá tùy biến Chính Đại (23.06.21).xlsx".into(),
        lines: vec![
            line(1, "Tách một đơn hàng thành nhiều chuyến giao", 6, 18_000_000),
            line(2, "Mẫu in phiếu cân xe", 2, 5_000_000),
            line(3, "Báo cáo công nợ theo công trình", 4, third),
        ],
        subtotal,
        discount: 0,
        discount_percent: None,
        vat_lines: vec![VatLine { rate: Vat::Rate(1000), base: subtotal, vat: subtotal / 10 }],
        vat: subtotal / 10,
        total: subtotal + subtotal / 10,
        total_in_words: String::new(),
        half_days: Some(24),
        start_after: Some("5 ngày làm việc".into()),
        payment_terms: None,
        superseded: false,
        withdrawn: false,
    }
}

pub fn row(by: &str, event: Event) -> Recorded {
    Recorded { seq: 9, at: now(), by: Some(by.into()).filter(|b: &String| !b.is_empty()), for_: None, via: Via::Mail, event }
}

pub fn problems() -> Vec<Problem> {
    let problem = |cell: &str, field: &str, item: Option<&str>, kind, found: &str| Problem {
        sheet: "Phiếu phân tích".into(),
        cell: cell.into(),
        field: field.into(),
        item: item.map(String::from),
        severity: Severity::Error,
        kind,
        found: found.into(),
    };
    vec![
        problem("C12", "budget", None, Wrong::Missing, ""),
        problem("J24", "kt_cp", Some("M03"), Wrong::AmbiguousMoney { readings: vec![1_500_000, 1_500] }, "1.500"),
        problem(
            "C14",
            "deadline",
            None,
            Wrong::AmbiguousDate { readings: vec!["2021-06-05".into(), "2021-05-06".into()] },
            "05/06",
        ),
    ]
}

/// A letter of a kind as the process sends it: reader, the events behind it, and the case.
pub fn scene(kind: Kind, house: &House) -> (Letter, Vec<Recorded>, Case) {
    use State::*;
    let form = |role| vec![Attach::Form { role }, Attach::Calendar];
    let remarks = || {
        vec![
            CheckRemark {
                check: "benefit".into(), verdict: "can_lam_ro".into(), remark: "Kho và lái xe được lợi gì?".into()
            },
            CheckRemark {
                check: "solution".into(),
                verdict: "khong_dat".into(),
                remark: "Chưa nói làm tròn khối lượng thế nào.".into(),
            },
        ]
    };
    let question = || Question {
        from: TECH.into(),
        to: SALES.into(),
        text: "Khách có dùng cân điện tử nối máy tính không?".into(),
        at: now(),
    };
    let moved = |to| row(SALES, Event::Moved { to, due: None, review: None });
    let (to, role, state, events, attach) = match kind {
        Kind::WhoseCase => (CSKH, Role::Cskh, Assigning, vec![], vec![Attach::Calendar]),
        Kind::Need => (SALES, Role::Sales, Drafting, vec![], form(Role::Sales)),
        Kind::FormProblems => (
            SALES,
            Role::Sales,
            Drafting,
            vec![row(SALES, Event::FormReturned { problems: problems() })],
            vec![Attach::MarkedForm { role: Role::Sales }, Attach::Calendar],
        ),
        Kind::Review => (LEADER, Role::Leader, Review, vec![moved(Review)], form(Role::Leader)),
        Kind::Clarify => (
            SALES,
            Role::Sales,
            Drafting,
            vec![row(
                LEADER,
                Event::Clarify { questions: "Khách có chịu server riêng không?".into(), checks: remarks(), step: None },
            )],
            form(Role::Sales),
        ),
        Kind::Rejected => (
            CSKH,
            Role::Cskh,
            Closed,
            vec![row(LEADER, Event::Rejected { reason: "Ngân sách không đáp ứng được.".into(), checks: vec![] })],
            vec![],
        ),
        Kind::Feedback => (TECH, Role::Tech, Feedback, vec![moved(Feedback)], form(Role::Tech)),
        Kind::Conflict => (HEAD, Role::TechHead, Feedback, vec![], form(Role::Tech)),
        Kind::Recalled => {
            let taken = Event::FormTaken { kept: vec![], clashes: vec![], warnings: vec![], echoes: vec![] };
            (TECH, Role::Tech, Review, vec![row(SALES, taken), moved(Review)], vec![])
        }
        Kind::NothingFeasible => (SALES, Role::Sales, Completing, vec![], form(Role::Sales)),
        Kind::Completing => (SALES, Role::Sales, Completing, vec![], form(Role::Sales)),
        Kind::Pricing => (DIRECTOR, Role::Director, Pricing, vec![], form(Role::Director)),
        Kind::Quote => (SALES, Role::Sales, Quoted, vec![], vec![Attach::Quote { revision: 2 }, Attach::Calendar]),
        Kind::QuoteToCustomer => (CUSTOMER, Role::Sales, Quoted, vec![], vec![Attach::Quote { revision: 2 }]),
        Kind::QuoteRunsOut => {
            (SALES, Role::Sales, Quoted, vec![row("", Event::QuoteReminded { level: 2 })], vec![Attach::Calendar])
        }
        Kind::QuoteWithdrawn => {
            let to = Box::new(Case { state: Pricing, ..Case::default() });
            let event = Event::Retracted { what: "confirm".into(), to, onward: true, unsent: true };
            (SALES, Role::Sales, Pricing, vec![row(DIRECTOR, event)], vec![])
        }
        Kind::Contracting => (
            SALES,
            Role::Sales,
            Contracting,
            vec![row(SALES, Event::Agreed { on: date("2021-06-29"), revision: 2 }), moved(Contracting)],
            vec![Attach::Appendix, Attach::Calendar],
        ),
        Kind::Scheduling => (TECH, Role::Tech, Scheduling, vec![], vec![Attach::Calendar]),
        Kind::Planned => {
            (SALES, Role::Sales, Delivering, vec![row(TECH, Event::Planned { plan: plan() })], vec![Attach::Calendar])
        }
        Kind::Progress => (
            SALES,
            Role::Sales,
            Delivering,
            vec![row(TECH, Event::Progressed { percent: Some(50), text: "xong phần tách chuyến".into() })],
            vec![],
        ),
        Kind::Closed => {
            (SALES, Role::Sales, Closed, vec![row("", Event::Closed { reason: Reason::Done, text: String::new() })], vec![])
        }
        Kind::Reopened => {
            (LEADER, Role::Leader, Drafting, vec![row(SALES, Event::Reopened { text: "khách muốn làm tiếp".into() })], vec![])
        }
        Kind::Question => {
            (SALES, Role::Sales, Feedback, vec![row(TECH, Event::Asked { question: question(), due: None })], form(Role::Sales))
        }
        Kind::Answered => (
            TECH,
            Role::Tech,
            Feedback,
            vec![row(SALES, Event::QuestionAnswered { text: "Có, cổng COM.".into(), due: None })],
            form(Role::Tech),
        ),
        Kind::Comment => (
            LEADER,
            Role::Leader,
            Review,
            vec![row(CSKH, Event::Commented { text: "Khách vừa gọi, cần trong tuần này.".into(), mentions: vec![] })],
            vec![],
        ),
        Kind::Reminder | Kind::Late => (TECH, Role::Tech, Feedback, vec![row("", Event::Nudged { level: 1 })], vec![]),
        Kind::Escalation => (HEAD, Role::TechHead, Feedback, vec![row("", Event::Nudged { level: 3 })], vec![]),
        Kind::Receipt => {
            let echo =
                Echo { at: Cell::Item("M01".into(), "kt_cp".into()), typed: "12tr".into(), value: Value::Money(12_000_000) };
            let taken = Event::FormTaken { kept: vec![], clashes: vec![], warnings: vec![], echoes: vec![echo] };
            let answered = Event::ItemsAnswered { items: vec!["M01".into(), "M03".into()], by: TECH.into() };
            (TECH, Role::Tech, Feedback, vec![row(TECH, taken), row(TECH, answered)], vec![])
        }
        Kind::Confirm => (DIRECTOR, Role::Director, Pricing, vec![], vec![]),
        Kind::Refused => (
            SALES,
            Role::Sales,
            Review,
            vec![row(SALES, Event::Refused { what: "confirm".into(), refusal: Refusal::NotYours { may: vec![LEADER.into()] } })],
            vec![],
        ),
        Kind::NotUnderstood => (
            LEADER,
            Role::Leader,
            Review,
            vec![row(LEADER, Event::NotUnderstood { text: "duyệt nhưng bỏ mục 3".into(), guess: Some("confirm".into()) })],
            vec![],
        ),
        Kind::Status => (CSKH, Role::Cskh, Feedback, vec![row(CSKH, Event::StatusAsked)], vec![]),
        Kind::Corrected => {
            let at = |column: &str| Cell::Item("M01".into(), column.into());
            let cells = vec![
                Change { at: at("kt_cp"), old: Some(Value::Money(12_000_000)), new: Some(Value::Money(15_000_000)) },
                Change { at: at("kt_ngay"), old: Some(Value::Days(8)), new: Some(Value::Days(11)) },
            ];
            (DIRECTOR, Role::Director, Pricing, vec![row(TECH, Event::Corrected { cells })], form(Role::Director))
        }
        Kind::Unreached => {
            let words = "550 5.1.1 <tri.hoang@anphat.example>: user unknown".to_string();
            let event = Event::Unreached { who: LEADER.into(), cause: Cause::Returned, words, stand_in: None };
            (SALES, Role::Sales, Review, vec![row("", event)], vec![])
        }
    };
    let mut case = case(state, house);
    match kind {
        Kind::Need => case.form.items.clear(),
        // A first round: nothing is answered yet.
        Kind::Feedback => case.form.items.iter_mut().for_each(|i| i.cells.retain(|column, _| !column.starts_with("kt_"))),
        Kind::Conflict => {
            let rival = |by: &str, cost| Rival { by: by.into(), at: now(), item: item(2, "", "", "", cost, 2, 0) };
            case.conflicts.insert("M02".into(), vec![rival(TECH, 3_000_000), rival(TECH2, 5_000_000)]);
        }
        Kind::NothingFeasible => {
            case.nothing_feasible = true;
            for item in &mut case.form.items {
                item.cells.insert("kt_kq".into(), Value::Choice("no".into()));
                item.cells.insert("kt_ld".into(), text("Thiết bị của khách không có API."));
                item.cells.remove("kt_cp");
                item.cells.remove("kt_ngay");
            }
        }
        Kind::Question | Kind::Answered if kind == Kind::Question => case.question = Some(question()),
        Kind::Confirm => {
            let change =
                |id: &str, vnd| Change { at: Cell::Item(id.into(), "gd_gia".into()), old: None, new: Some(Value::Money(vnd)) };
            let what = Proposed::Cells {
                cells: vec![change("M01", 18_000_000), change("M02", 5_000_000)],
                answered: vec![],
                decide: true,
            };
            case.proposal = Some(Proposal { by: DIRECTOR.into(), at: now(), rev: 4, what });
        }
        // Two of three items are answered.
        Kind::Receipt | Kind::Status | Kind::Reminder | Kind::Late | Kind::Escalation => {
            let answered = |id: &str| (id.to_string(), Answered { by: TECH.into(), at: now() });
            case.answers = ["M01", "M03"].map(answered).into();
            case.form.items[1].cells.retain(|column, _| !column.starts_with("kt_"));
        }
        Kind::Rejected => {
            if let Some(closed) = &mut case.closed {
                closed.reason = Reason::Rejected;
            }
        }
        _ => {}
    }
    let letter = Letter { kind, to: to.into(), attach, role, not_before: None };
    (letter, events, case)
}
