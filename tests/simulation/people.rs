//! What people of the company do at their turn, and how they write it.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};
use quotedesk::form::layout::SCHEMA;
use quotedesk::process::case::{Case, Reason, State};
use quotedesk::process::house::House;
use quotedesk::process::roles;
use serde_json::{Value, json};

use super::dice::Dice;
use super::house::{CSKH, DIRECTOR, HEAD, LEADER, SALES, TECH, role};
use super::slips::{Row, Slip};

/// A word that stands in all that no customer may see.
pub const SECRET: &str = "bimatnoibo";
/// The same for what only the annex to the contract may tell.
pub const PLAN: &str = "bimatphuongan";
/// Words that are no plain answer.
pub const UNCLEAR: [&str; 3] = ["ok", "duyệt nhưng để mai", "em xem rồi, được"];
/// Words that are for somebody else.
pub const COMMENT: &str = "@Võ Minh Thu xem giúp em";
/// What Tech's work costs: no price is such a number.
pub const COSTS: [i64; 3] = [3_571_000, 4_783_000, 5_917_000];

/// How a case is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Withdrawn,
    LeaderRejects,
    NothingFeasible,
    DirectorRejects,
    Declined,
    Expires,
    Done,
}

/// One customer's request as its people see it.
#[derive(Clone, Debug)]
pub struct Story {
    pub n: u64,
    pub ending: Ending,
    pub items: u64,
    pub cskh: &'static str,
    pub sales: &'static str,
    /// The need names its Sales.
    pub names_sales: bool,
    /// The Leader sends it back once.
    pub returns: bool,
    /// Tech asks Sales something first.
    pub asks: bool,
    /// The Director sends it back once.
    pub sends_back: bool,
    /// The customer wants the quote changed once.
    pub changes: bool,
    /// They have habits: think better of it, ask, look, begin again.
    odd: bool,
    /// Somebody has taken something back: letters about it lie with people, who may still answer them.
    pub taken_back: bool,
    /// So often somebody has begun again though nobody had asked.
    again: u64,
    pub dice: Dice,
    pub acts: u64,
    /// Tries at each state: who was asked back speaks more plainly.
    tries: BTreeMap<State, u64>,
}

/// What somebody hands in.
#[derive(Clone, Debug)]
pub enum Said {
    Words(String),
    Form(Slip),
}

impl Story {
    pub fn of(seed: u64, n: u64, plain: bool) -> Story {
        let mut dice = Dice::new(seed, &format!("case {n}"));
        let ending = match dice.roll(100) {
            0..14 => Ending::Withdrawn,
            14..44 => Ending::LeaderRejects,
            44..56 => Ending::NothingFeasible,
            56..68 => Ending::DirectorRejects,
            68..78 => Ending::Declined,
            78..86 => Ending::Expires,
            _ => Ending::Done,
        };
        let mut some = |per_mille| dice.per_mille(per_mille) && !plain;
        let (names_sales, returns, asks, sends_back, changes) = (!some(200), some(150), some(150), some(100), some(150));
        let (items, cskh, sales) = (dice.between(1, 3), *dice.pick(&CSKH), *dice.pick(&SALES));
        let (taken_back, again, acts, tries, odd) = (false, 0, 0, BTreeMap::new(), !plain);
        Story {
            n,
            ending,
            items,
            cskh,
            sales,
            names_sales,
            returns,
            asks,
            sends_back,
            changes,
            odd,
            taken_back,
            again,
            dice,
            acts,
            tries,
        }
    }

    pub fn customer(&self) -> String {
        format!("Khách {}", self.n)
    }

    /// The number of the story in a case's need.
    pub fn of_case(case: &Case) -> Option<u64> {
        let need = case.form.text("cskh_text")?;
        need.split("số hiệu ").nth(1)?.split_whitespace().next()?.parse().ok()
    }

    pub fn need(&self) -> String {
        format!("Khách hàng có số hiệu {} muốn in phiếu giao hàng, {SECRET} gấp trong tháng.", self.n)
    }

    /// What the person does now; `None`: it is not their turn, or they wait.
    pub fn act(&mut self, case: &Case, who: &str, house: &House, today: NaiveDate) -> Option<Said> {
        let turn = roles::turn(case, house, today);
        let mine = turn.iter().any(|t| t == who);
        let words = |text: &str| Some(Said::Words(text.into()));
        let tries = self.tries.entry(case.state).or_default();
        let plainly = *tries >= 2;
        // Now and then somebody thinks better of what waits for their word, and says it anew.
        let thinks_better = mine && !plainly && self.odd && self.dice.per_mille(150);
        if case.proposal_of(who).is_some() && !thinks_better {
            *tries += 1;
            return words(if plainly { "DUYỆT" } else { self.dice.pick::<&str>(&["DUYỆT", "Đồng ý", "duyệt"]) });
        }
        if case.state == State::Delivering {
            return self.deliver(case, who, today);
        }
        if !mine {
            return self.unasked(case, who);
        }
        *tries += 1;
        if case.question.as_ref().is_some_and(|q| q.to == who) {
            return words("TRẢ LỜI: bản số 7, khách đang dùng từ năm ngoái");
        }
        if !plainly && let Some(aside) = self.aside(case) {
            return words(aside);
        }
        match case.state {
            State::Assigning if self.sales == SALES[0] => words("@Trần Thị Lan"),
            State::Assigning => words("GIAO CHO: @Đỗ Quang Minh"),
            State::Drafting if self.ending == Ending::Withdrawn => words("RÚT YÊU CẦU: khách đổi ý"),
            State::Drafting => Some(Said::Form(self.analysis(case))),
            State::Review => words(&self.review(plainly)),
            State::Feedback if case.nothing_feasible => words("ĐÓNG YÊU CẦU: không mục nào làm được"),
            State::Feedback => Some(self.feedback(case, plainly)),
            State::Completing if case.nothing_feasible => words("ĐÓNG YÊU CẦU: không mục nào làm được"),
            State::Completing if self.begins_again(100) => Some(Said::Form(self.analysis(case))),
            State::Completing => words(if plainly { "XONG" } else { self.dice.pick::<&str>(&["xong", "XONG", "Xong ạ"]) }),
            State::Pricing if self.dice.per_mille(300) => Some(Said::Form(self.priced(case, plainly))),
            State::Pricing => words(&self.prices(case, plainly)),
            // Kept open for the customer's money: nobody can agree to it any more.
            State::Quoted if case.is_bound() && case.quote().is_some_and(|q| q.expires < today) => words("BÁO GIÁ LẠI"),
            State::Quoted => self.customer_says(today).map(Said::Words),
            State::Contracting => {
                let day = date(&mut self.dice, today, plainly);
                match &case.contract.signed_on {
                    None if self.odd && self.dice.per_mille(100) => {
                        words(&format!("ĐÃ KÝ hợp đồng khung số {}/2024, ngày 15/01/2025", self.n))
                    }
                    None => words(&format!("ĐÃ KÝ số {}/2026, ngày {day}", self.n)),
                    Some(_) if self.odd && self.dice.per_mille(50) => words(&format!("Số hợp đồng là {}/2026/HĐ", self.n)),
                    Some(_) => {
                        let whole = case.owed().is_none_or(|owed| owed.left() >= 20_000_000);
                        let paid = money(&mut self.dice, if whole { 20_000_000 } else { 1_000_000 });
                        words(&format!("ĐÃ THANH TOÁN {paid}, ngày {day}"))
                    }
                }
            }
            State::Scheduling => {
                let start = date(&mut self.dice, today + Days::new(2), plainly);
                let end = date(&mut self.dice, today + Days::new(6), plainly);
                words(&format!("Bắt đầu {start}, kết thúc {end}"))
            }
            State::Delivering | State::Closed => None,
        }
    }

    /// What comes to somebody's mind though it is another one's turn.
    fn unasked(&mut self, case: &Case, who: &str) -> Option<Said> {
        let ours = case.sales.as_deref() == Some(who);
        let closed = case.closed.as_ref().map(|c| c.reason);
        match case.state {
            // Taken back, to be sent once more with something changed: the Leader may still answer the letter about the first.
            State::Review if case.form_by.as_deref() == Some(who) && self.begins_again(100) => {
                self.taken_back = true;
                Some(Said::Words("RÚT LẠI".into()))
            }
            State::Review | State::Feedback | State::Pricing if ours && self.begins_again(60) => {
                Some(Said::Form(self.analysis(case)))
            }
            State::Closed if ours && closed != Some(Reason::Done) && self.begins_again(100) => {
                Some(Said::Words(self.dice.pick(&["BÁO GIÁ LẠI", "MỞ LẠI: khách hỏi lại"]).to_string()))
            }
            State::Completing | State::Pricing if self.odd && role(who) == "tech" && self.dice.per_mille(60) => {
                let item = case.form.items.iter().find(|i| i.doable())?;
                let cost = *self.dice.pick(&COSTS);
                Some(Said::Words(format!("SỬA: {}: {}, 6 ngày", item.no, money(&mut self.dice, cost))))
            }
            _ => None,
        }
    }

    fn begins_again(&mut self, per_mille: u64) -> bool {
        let again = self.odd && self.again < 2 && self.dice.per_mille(per_mille);
        self.again += u64::from(again);
        again
    }

    /// What somebody says at their turn that does not answer what they were asked.
    fn aside(&mut self, case: &Case) -> Option<&'static str> {
        if !self.odd {
            return None;
        }
        match case.state {
            _ if self.dice.per_mille(20) => Some("TRẠNG THÁI"),
            _ if self.dice.per_mille(15) => Some(COMMENT),
            State::Review | State::Feedback | State::Pricing if self.dice.per_mille(30) => Some("HỎI: khách trả đến bao nhiêu?"),
            State::Quoted if self.dice.per_mille(150) => Some("ĐÃ GỬI KH"),
            State::Quoted if self.begins_again(80) => Some("KH XIN SỬA: thêm mẫu in phiếu cân"),
            State::Quoted | State::Contracting if self.begins_again(60) => Some("BÁO GIÁ LẠI"),
            _ => None,
        }
    }

    fn analysis(&mut self, case: &Case) -> Slip {
        let again = if self.again > 0 { format!(", sửa lần {}", self.again) } else { String::new() };
        let dice = &mut self.dice;
        let budget = *dice.pick(&["60tr", "60 triệu", "60.000.000", "khoảng 60tr", "60.000.000đ"]);
        let sales = if self.sales == SALES[0] { "Trần Thị Lan" } else { "Đỗ Quang Minh" };
        let fields = [
            ("customer", format!("Công ty {}", self.n)),
            ("short", format!("Khách {}", self.n)),
            ("contact", "Trần Văn Nam".into()),
            ("industry", "Vật liệu xây dựng".into()),
            ("budget", budget.into()),
            ("budget_srv", "0".into()),
            ("srv_want", dice.pick(&["Không", "ko", "K"]).to_string()),
            ("region", "Miền Bắc".into()),
            ("sales", sales.into()),
            ("cskh", if self.cskh == CSKH[0] { "Bùi Ngọc Lam" } else { "Võ Minh Thu" }.into()),
        ];
        let mut fields: BTreeMap<String, Value> = fields.into_iter().map(|(name, value)| (name.into(), json!(value))).collect();
        // Cells that are nobody's but others'.
        if dice.per_mille(150) {
            fields.insert("pr_markup".into(), json!(5));
            fields.insert("ld_all".into(), json!("Duyệt"));
            fields.insert("kt_srv_cost".into(), json!("1tr"));
        }
        let items = (0..self.items).map(|n| {
            let cell = |name: &str, value: String| (name.to_string(), json!(value));
            let cells = [
                cell("nd", format!("Mẫu in số {}", n + 1)),
                cell("khu", "Kho".into()),
                cell("dg", format!("In theo mẫu của khách{again}")),
                cell("md", format!("Đối chiếu nhanh, {SECRET} mục đích")),
                cell("pa", format!("Thêm mẫu in, {PLAN} phương án")),
            ];
            let known = case.form.items.get(n as usize).map(|i| i.id.clone());
            Row { id: known, no: n as u32 + 1, cells: cells.into_iter().collect() }
        });
        slip(case, "sales", fields, items.collect())
    }

    fn review(&mut self, plainly: bool) -> String {
        if std::mem::take(&mut self.returns) {
            return "TRẢ LẠI: cần làm rõ phương án của mục 1".into();
        }
        if self.ending == Ending::LeaderRejects {
            return format!("TỪ CHỐI: ngân sách {SECRET} không đáp ứng được");
        }
        let clear = ["DUYỆT", "Duyệt", "duyệt ạ", "Đồng ý", "DUYET", "Dạ em duyệt"];
        let all: Vec<&str> = UNCLEAR.iter().chain(&clear).copied().collect();
        if plainly { "DUYỆT".into() } else { self.dice.pick(&all).to_string() }
    }

    fn feedback(&mut self, case: &Case, plainly: bool) -> Said {
        if std::mem::take(&mut self.asks) {
            return Said::Words("HỎI: khách đang dùng bản nào?".into());
        }
        let open: Vec<_> = case.form.items.iter().filter(|i| !case.answers.contains_key(&i.id)).collect();
        let rest = "không cần server riêng\nKhởi động sau khi KH đồng ý: 5 ngày làm việc";
        if open.is_empty() {
            let whole = case.form.get("kt_srv").is_some() && case.form.get("kt_start").is_some();
            return Said::Words(if whole { "XONG" } else { rest }.into());
        }
        let none = self.ending == Ending::NothingFeasible;
        if self.dice.per_mille(400) {
            let items = open.iter().map(|item| {
                let cell = |name: &str, value: Value| (name.to_string(), value);
                let cost = COSTS[(item.no as usize - 1) % COSTS.len()];
                let cells = match none {
                    true => vec![cell("kt_kq", json!("Không")), cell("kt_ld", json!(format!("Chưa có API, {SECRET}")))],
                    false => vec![
                        cell("kt_kq", json!("Có")),
                        cell("kt_cp", money_cell(&mut self.dice, cost)),
                        cell("kt_ngay", json!("5")),
                        cell("kt_sv", json!("Không")),
                        cell("kt_gc", json!(format!("{SECRET} ghi chú của kỹ thuật"))),
                        // Sales' cell: stays as it is.
                        cell("nd", json!(if self.dice.per_mille(200) { "Chữ của người khác" } else { item.heading() })),
                    ],
                };
                Row { id: Some(item.id.clone()), no: item.no, cells: cells.into_iter().collect() }
            });
            let lead = json!("5 ngày làm việc sau khi nhận cọc");
            let fields = BTreeMap::from([("kt_srv".to_string(), json!("Không")), ("kt_start".to_string(), lead)]);
            return Said::Form(slip(case, "tech", fields, items.collect()));
        }
        let mut lines: Vec<String> = Vec::new();
        for item in &open {
            let cost = COSTS[(item.no as usize - 1) % COSTS.len()];
            let days = if plainly { "5 ngày" } else { self.dice.pick::<&str>(&["5 ngày", "5 ngày làm việc"]) };
            lines.push(match none {
                true => format!("{}: không, chưa có API {SECRET}", item.no),
                false => format!("{}: được, {}, {days}", item.no, money(&mut self.dice, cost)),
            });
        }
        lines.push(rest.into());
        Said::Words(lines.join("\n"))
    }

    /// The Director's form; now and then a price is forgotten.
    fn priced(&mut self, case: &Case, plainly: bool) -> Slip {
        let doable: Vec<_> = case.form.items.iter().filter(|i| i.doable()).collect();
        let forgets = !plainly && self.dice.per_mille(300);
        let priced = doable.len() - usize::from(forgets && doable.len() > 1);
        let items = doable.iter().take(priced).map(|item| {
            let price = json!(self.price(item.no));
            Row { id: Some(item.id.clone()), no: item.no, cells: BTreeMap::from([("gd_gia".to_string(), price)]) }
        });
        let items = items.collect();
        let decision = match self.ending {
            Ending::DirectorRejects => "Từ chối",
            _ if std::mem::take(&mut self.sends_back) => "Trả lại",
            _ => "Duyệt",
        };
        let fields = [("pr_dec", decision), ("pr_note", "làm rõ đợt thanh toán")];
        let fields = fields.into_iter().map(|(name, value)| (name.to_string(), json!(value))).collect();
        slip(case, "director", fields, items)
    }

    /// Another one each time, so that it is seen which of them were agreed to.
    fn price(&self, no: u32) -> i64 {
        1_000_000 * (8 + i64::from(no) + self.acts as i64)
    }

    fn prices(&mut self, case: &Case, plainly: bool) -> String {
        if std::mem::take(&mut self.sends_back) {
            return "TRẢ LẠI: bổ sung thông tin của khách".into();
        }
        if self.ending == Ending::DirectorRejects {
            return format!("TỪ CHỐI: không làm được trong năm nay, {SECRET}");
        }
        let prices = case.form.items.iter().filter(|i| i.doable());
        let mut lines: Vec<String> = Vec::new();
        for item in prices {
            let price = self.price(item.no);
            lines.push(format!("{} = {}", item.no, money(&mut self.dice, price)));
        }
        if self.dice.per_mille(300) && !plainly {
            lines.push("giảm 5%".into());
        }
        lines.join("\n")
    }

    fn customer_says(&mut self, today: NaiveDate) -> Option<String> {
        if std::mem::take(&mut self.changes) {
            return Some("KH XIN SỬA: giảm 5%".into());
        }
        match self.ending {
            Ending::Declined => Some(format!("KH TỪ CHỐI: hết ngân sách năm nay, {SECRET}")),
            Ending::Expires => None,
            _ if self.odd && self.dice.per_mille(100) => {
                Some(format!("KH ĐỒNG Ý, ĐÃ KÝ số {}/2026, ngày {}", self.n, date(&mut self.dice, today, true)))
            }
            _ if self.dice.per_mille(300) => Some(format!("KH ĐỒNG Ý ngày {}", date(&mut self.dice, today, true))),
            _ => Some("KH ĐỒNG Ý".into()),
        }
    }

    fn deliver(&mut self, case: &Case, who: &str, today: NaiveDate) -> Option<Said> {
        let words = |text: String| Some(Said::Words(text));
        match role(who) {
            "tech" | "tech-head" if case.progress.is_empty() => words("Tiến độ 50%: xong phần nhập liệu".into()),
            "tech" | "tech-head" if case.tested_on.is_none() => match self.odd && self.dice.per_mille(250) {
                true => words(format!("Chậm, dự kiến xong {}", date(&mut self.dice, today + Days::new(8), true))),
                false => words("Đã test xong".into()),
            },
            "sales" if case.sales.as_deref() == Some(who) => {
                let day = date(&mut self.dice, today, true);
                words(format!("Đã bàn giao, đóng giúp em. Khách nghiệm thu ngày {day}."))
            }
            _ => None,
        }
    }

    /// Who moves the case on, where nobody has for long.
    pub fn movers(&self, case: &Case, house: &House, today: NaiveDate) -> Vec<String> {
        let mut movers = roles::turn(case, house, today);
        if case.state == State::Delivering {
            movers = TECH.iter().map(|t| t.to_string()).chain(case.sales.clone()).collect();
        }
        let told_back = [TECH[0], TECH[1], HEAD, DIRECTOR, LEADER].into_iter().chain(SALES);
        movers.extend(told_back.filter(|who| case.proposal_of(who).is_some()).map(str::to_string));
        movers
    }
}

/// The form of a case as it stands, with what one role has filled in.
fn slip(case: &Case, role: &str, fields: BTreeMap<String, Value>, items: Vec<Row>) -> Slip {
    Slip { qd: SCHEMA, case: Some(case.id.clone()), rev: Some(case.rev), role: role.into(), restored: None, fields, items }
}

/// An amount as somebody types it: each way is plain.
pub fn money(dice: &mut Dice, vnd: i64) -> String {
    let grouped = grouped(vnd);
    match dice.roll(4) {
        0 if vnd % 1_000_000 == 0 => format!("{}tr", vnd / 1_000_000),
        1 if vnd % 1_000_000 == 0 => format!("{} triệu", vnd / 1_000_000),
        2 => format!("{grouped}đ"),
        _ => grouped,
    }
}

fn money_cell(dice: &mut Dice, vnd: i64) -> Value {
    if dice.per_mille(500) { json!(vnd) } else { json!(money(dice, vnd)) }
}

pub fn grouped(vnd: i64) -> String {
    let digits = vnd.to_string();
    let mut out = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}

fn date(dice: &mut Dice, day: NaiveDate, plainly: bool) -> String {
    match if plainly { 0 } else { dice.roll(4) } {
        1 => format!("{}.{}.{}", day.day(), day.month(), day.year()),
        2 => format!("{}/{}/{}", day.day(), day.month(), day.year()),
        3 => day.to_string(),
        _ => day.format("%d/%m/%Y").to_string(),
    }
}
