//! Steps 1 to 5: each role in turn fills in its own part of the form.

use serde_json::{Map, Value, json};

use super::{COLLEAGUE, Play, SHARED_FROM};
use crate::desk::Answer;
use crate::desk::mail::Mail;
use crate::people::facts::{Item, Quote};
use crate::people::typing;
use crate::people::workbook::Entries;

impl<'a> Play<'a> {
    /// Step 1: CSKH writes what the customer needs, Sales in Cc.
    pub(super) fn need(&mut self) {
        let (case, address) = (self.case, self.setup.address());
        let mut mail = Mail::new((&case.cskh.name, &case.cskh.email), &address, self.now);
        mail.cc = Some((&case.sales.name, &case.sales.email));
        mail.subject = format!("Nhu cầu tùy biến của {}", case.customer.short);
        mail.text = case.cskh.text.clone();
        self.send(&mail);
        let cases = self.desk.json(&["cases", "--json"]);
        let id = cases[0]["id"].as_str().filter(|_| cases.as_array().is_some_and(|c| c.len() == 1));
        self.id = id.unwrap_or_else(|| self.desk.fail(&format!("not one open case, but {cases}"))).to_string();
        self.check("state after the need", "Drafting".to_string(), self.state());
        let letter = self.letter_to(&case.sales.email);
        self.check("Sales got the need's own words", true, squeezed(&letter.text).contains(&squeezed(&case.cskh.text)));
    }

    /// Step 2a: Sales fills in the form as the case types it, budget in words and all.
    pub(super) fn sales_fills_in(&mut self) {
        let (case, n) = (self.case, self.manner);
        let again = self.reviewed > 0;
        let day = if again { self.round().date } else { case.request_date };
        self.clock(day, 9, 15);
        let customer = &case.customer;
        let mut form = Entries::default();
        form.field("customer", customer.name.as_str())
            .field("short", customer.short.as_str())
            .field("salut", customer.salutation.as_str())
            .field("contact", customer.contact.as_str())
            .field("ctitle", customer.title.as_str())
            .field("cemail", customer.email.as_str())
            .field("tax", "0100000003")
            .field("addr", "Số 1 đường Thử Nghiệm, Hà Nội")
            .field("industry", case.industry.as_str())
            .field("summary", case.summary.as_str())
            .field("budget", case.budget.text.as_str())
            .field("budget_srv", typing::money(case.budget.private_server, n))
            .field("srv_want", if case.budget.private_server > 0 { "Có" } else { "Không" })
            .field("deadline", typing::date(case.desired_feedback_deadline, n))
            .blank("region", case.region.as_str())
            .blank("cskh", case.cskh.name.as_str())
            .blank("sales", case.sales.name.as_str())
            .blank("cskh_text", case.cskh.text.as_str())
            .blank("date", typing::date(case.request_date, n + 1));
        if let Some(start) = case.outcome.customer_desired_start {
            form.field("start_want", typing::date(start, n + 2));
        }
        let asked: Vec<&str> = if again { self.last_round().map(|c| c.comment.as_str()).collect() } else { vec![] };
        form.items = case.items.iter().map(|item| wanted(item, &asked.join("; "))).collect();
        self.act(&case.sales.email, "Review", |play| play.handed_in_and_mended(&form));
    }

    /// A budget that tells two amounts may be asked back: Sales then types the total into the workbook that came back.
    fn handed_in_and_mended(&mut self, form: &Entries) -> Answer {
        let (case, sales) = (self.case, &self.case.sales.email);
        let answer = self.hand_in(sales, form);
        let two_amounts = case.budget.private_server > 0 && case.budget.text.contains("server");
        if self.state() != "Drafting" || !two_amounts {
            return answer;
        }
        self.check("the budget's cell is asked about", true, answer.text.contains("Ngân sách KH"));
        let mut mended = Entries::default();
        mended.field("budget", typing::money(case.budget.total, 2));
        self.hand_in(sales, &mended)
    }

    /// Step 2b: the Leader's four checks.
    pub(super) fn leader_checks(&mut self) {
        let (case, round) = (self.case, self.round());
        self.clock(round.date, 10, 0);
        let mut form = Entries::default();
        for check in &round.checks {
            form.field(&format!("ck_{}", check.key), verdict(&check.verdict));
            form.field(&format!("ck_{}_note", check.key), check.comment.as_str());
        }
        let (overall, then) = match round.overall.as_str() {
            "dong_y" => ("Duyệt", "Feedback"),
            "can_lam_ro" => ("Trả lại làm rõ", "Drafting"),
            _ => ("Từ chối", "Closed"),
        };
        form.field("ld_all", overall);
        let open: Vec<&str> = round.checks.iter().filter(|c| c.verdict != "dat").map(|c| c.comment.as_str()).collect();
        if !open.is_empty() {
            form.field("ld_ask", round.comment.clone().unwrap_or(open.join("; ")));
        }
        if self.says_it_in_words() && then == "Feedback" && round.checks.iter().all(|c| c.verdict == "dat") {
            self.say(&case.leader.email, then, "DUYỆT");
        } else {
            self.act(&case.leader.email, then, |play| play.hand_in(&case.leader.email, &form));
        }
        self.reviewed += 1;
        if then != "Feedback" {
            let told = squeezed(&self.letter_to(&case.sales.email).text);
            for remark in open {
                self.check(&format!("Sales is told: {remark}"), true, told.contains(&squeezed(remark)));
            }
        }
    }

    /// Steps 3 and 4: Tech answers by item; two of them share a longer form.
    pub(super) fn tech_answers(&mut self) {
        let case = self.case;
        let feedback = case.tech_feedback.as_ref().unwrap_or_else(|| self.desk.fail("asked of Tech, where the case ends before"));
        self.clock(feedback.date, 10, 30);
        let head = &feedback.by.email;
        let asked = squeezed(&self.letter_to(head).text);
        for item in &case.items {
            self.check(&format!("Tech is told of: {}", item.content), true, asked.contains(&squeezed(&item.content)));
        }
        let half = if case.items.len() >= SHARED_FROM && !self.shared { case.items.len() / 2 } else { 0 };
        self.shared = true;
        let (first, rest) = case.items.split_at(half);
        if half > 0 {
            let colleague = format!("{COLLEAGUE}@{}", self.setup.domain);
            let form = Entries { items: self.answers(first), ..Entries::default() };
            self.act(&colleague, "Feedback", |play| play.hand_in(&colleague, &form));
        }
        let mut form = Entries { items: self.answers(rest), ..Entries::default() };
        form.field("kt_srv", if feedback.server_required { "Có" } else { "Không" });
        if feedback.total_days > 0.0 {
            form.field("kt_days", feedback.total_days);
        }
        if let Some(lead) = &feedback.lead_time_raw {
            form.field("kt_start", lead.as_str());
        }
        if feedback.server_required {
            form.field("kt_srv_conf", "16 vCPU, 64 GB RAM, 2 TB SSD")
                .field("kt_srv_cost", typing::money(feedback.server_cost, self.manner))
                .field("kt_srv_cycle", "Năm");
        }
        match self.answers_in_words(rest).filter(|_| !feedback.server_required) {
            Some(words) => self.act(head, "Completing", |play| {
                // Read back, confirmed, and no more to say.
                let mut answer = play.send(&play.reply(head, &words));
                for word in ["DUYỆT", "XONG"] {
                    if play.state() == "Feedback" {
                        answer = play.send(&play.reply(head, word));
                    }
                }
                answer
            }),
            None => self.act(head, "Completing", |play| play.hand_in(head, &form)),
        }
        self.check_answers();
        if case.items.iter().all(|i| i.tech.as_ref().is_some_and(|t| t.feasible == "no")) {
            let reason = case.outcome.reason.clone().unwrap_or_default();
            self.say(&case.sales.email, "Closed", &format!("ĐÓNG YÊU CẦU: {reason}"));
        }
    }

    /// `1: được, 15tr, 5 ngày`, a line an item; `None` where it takes more words than that.
    fn answers_in_words(&self, items: &[Item]) -> Option<String> {
        let line = |item: &Item| {
            let tech = item.tech.as_ref().filter(|t| !t.server_required)?;
            match (tech.feasible.as_str(), tech.cost, tech.days) {
                ("yes", Some(cost), Some(days)) if tech.note.is_none() => {
                    Some(format!("{}: được, {}đ, {} ngày", item.no, typing::grouped(cost, '.'), vietnamese_number(days)))
                }
                ("no", None, None) => Some(format!("{}: không, {}", item.no, tech.reason.as_ref()?)),
                _ => None,
            }
        };
        let lines: Vec<String> = items.iter().map(line).collect::<Option<_>>()?;
        let start = self.case.tech_feedback.as_ref().and_then(|f| f.lead_time_raw.as_ref());
        let start = start.map_or(String::new(), |raw| format!("\nKhởi động sau khi KH đồng ý: {raw}"));
        self.says_it_in_words().then(|| format!("{}\nkhông cần server riêng{start}", lines.join("\n")))
    }

    fn answers(&self, items: &[Item]) -> Vec<Value> {
        let answer = |item: &Item| -> Option<Value> {
            let (tech, n) = (item.tech.as_ref()?, self.manner + item.no as usize);
            let mut row = row(item);
            let mut put = |name: &str, value: Value| row.insert(name.into(), value);
            put("kt_kq", json!(feasible(&tech.feasible)));
            put("kt_sv", json!(if tech.server_required { "Có" } else { "Không" }));
            if let Some(cost) = tech.cost {
                put("kt_cp", tech.cost_raw.as_ref().map_or_else(|| typing::money(cost, n), |raw| json!(raw)));
            }
            if let Some(days) = tech.days {
                put("kt_ngay", tech.days_raw.as_ref().map_or_else(|| typing::days(days, n), |raw| json!(raw)));
            }
            if let Some(reason) = &tech.reason {
                put("kt_ld", json!(reason));
            }
            if let Some(note) = &tech.note {
                put(if tech.feasible == "partial" { "kt_pv" } else { "kt_gc" }, json!(note));
            }
            Some(Value::Object(row))
        };
        items.iter().filter_map(answer).collect()
    }

    /// What the desk took of Tech's answers, whatever their spelling.
    fn check_answers(&mut self) {
        let show = self.desk.show(&self.id);
        for item in &self.case.items {
            let Some(tech) = &item.tech else { continue };
            let found = show["items"].as_array().into_iter().flatten().find(|i| i["no"] == item.no).cloned().unwrap_or_default();
            let told = |f: Option<&str>, c: Option<i64>, d: Option<f64>| format!("{f:?}, {c:?} đồng, {d:?} days");
            let expected = told(Some(&tech.feasible), tech.cost, tech.days);
            let taken = told(found["feasible"].as_str(), found["cost"].as_i64(), found["days"].as_f64());
            self.check(&format!("Tech's answer to item {}", item.no), expected, taken);
        }
    }

    /// Step 5a: what came up in talks goes into the form; where nothing did, a word.
    pub(super) fn sales_completes(&mut self) {
        let case = self.case;
        let last = case.additional_info.iter().map(|i| i.date).max();
        let answered = case.tech_feedback.as_ref().map(|f| f.date);
        self.clock(last.max(answered).unwrap_or(case.request_date), 15, 0);
        if case.additional_info.is_empty() {
            return self.say(&case.sales.email, "Pricing", "xong");
        }
        let row = |(n, info): (usize, &crate::people::facts::Info)| {
            let side = if info.by == "Kỹ thuật" { "KT" } else { &info.by };
            json!({ "date": typing::date(info.date, n), "who": case.sales.name, "side": side, "text": info.text, "shown": "Không" })
        };
        let form = Entries { exchanges: case.additional_info.iter().enumerate().map(row).collect(), ..Entries::default() };
        self.act(&case.sales.email, "Pricing", |play| play.hand_in(&case.sales.email, &form));
    }

    /// Step 5b: the Director's prices, item by item or as a markup.
    pub(super) fn director_prices(&mut self, quote: &Quote) {
        let (case, n) = (self.case, self.manner);
        let pricing = case.pricing.as_ref().unwrap_or_else(|| self.desk.fail("priced, where the case has no price"));
        self.clock(quote.date, 10, 0);
        let markup = pricing.markup_percent.filter(|_| pricing.mode == "markup");
        let mut form = Entries::default();
        for item in &case.items {
            let line = quote.lines.iter().find(|l| l.item_no == Some(item.no));
            let doable = item.tech.as_ref().is_some_and(|t| t.feasible != "no");
            let mut row = row(item);
            match line {
                Some(line) if markup.is_none() => {
                    row.insert("gd_bao".into(), json!("Có"));
                    row.insert("gd_gia".into(), typing::money(line.unit_price, n + item.no as usize));
                }
                // The customer dropped it.
                None if doable => drop(row.insert("gd_bao".into(), json!("Không"))),
                _ => {}
            }
            form.items.push(Value::Object(row));
        }
        form.field("pr_mode", if markup.is_some() { "Hệ số trên giá vốn" } else { "Theo từng mục" });
        if let Some(percent) = markup {
            form.field("pr_markup", percent).field("pr_round", rounded_to(pricing.rounding.as_deref()));
        }
        if let Some(server) = quote.lines.iter().find(|l| l.item_no.is_none()) {
            form.field("pr_srv", typing::money(server.unit_price, n));
        }
        if quote.discount_percent > 0 {
            form.field("pr_disc_pct", quote.discount_percent);
        }
        form.field("pr_vat", pricing.vat.clone()).field("pr_dec", "Duyệt");
        match self
            .prices_in_words(quote)
            .filter(|_| markup.is_none() && pricing.vat == self.setup.vat.parse::<i64>().unwrap_or(8))
        {
            Some(words) => self.say(&case.director.email, "Quoted", &words),
            None => self.act(&case.director.email, "Quoted", |play| play.hand_in(&case.director.email, &form)),
        }
    }

    /// `1 = 18.000.000`, a line an item, where every doable item has a price and nothing else is sold.
    fn prices_in_words(&self, quote: &Quote) -> Option<String> {
        let doable = self.case.items.iter().filter(|i| i.tech.as_ref().is_some_and(|t| t.feasible != "no"));
        let price = |item: &Item| {
            let line = quote.lines.iter().find(|l| l.item_no == Some(item.no))?;
            Some(format!("{} = {}", item.no, typing::grouped(line.unit_price, '.')))
        };
        let mut lines: Vec<String> = doable.map(price).collect::<Option<_>>()?;
        if quote.discount_percent > 0 {
            lines.push(format!("giảm {}%", quote.discount_percent));
        }
        (self.says_it_in_words() && quote.lines.iter().all(|l| l.item_no.is_some())).then(|| lines.join("\n"))
    }

    fn round(&self) -> &'a crate::people::facts::Round {
        let rounds = &self.case.leader_review.rounds;
        &rounds[self.reviewed.min(rounds.len() - 1)]
    }

    /// What the Leader had left open in the round before.
    fn last_round(&self) -> impl Iterator<Item = &'a crate::people::facts::Check> {
        let rounds = &self.case.leader_review.rounds;
        rounds[(self.reviewed - 1).min(rounds.len() - 1)].checks.iter().filter(|c| c.verdict != "dat")
    }
}

/// An item as Sales describes it; what the Leader asked for is answered in the first one's purpose.
fn wanted(item: &Item, answered: &str) -> Value {
    let mut row = row(item);
    let purpose =
        if item.no == 1 && !answered.is_empty() { format!("{} ({answered})", item.purpose) } else { item.purpose.clone() };
    for (name, text) in [("khu", &item.area), ("dg", &item.explanation), ("md", &purpose), ("pa", &item.solution)] {
        row.insert(name.into(), json!(text));
    }
    Value::Object(row)
}

fn row(item: &Item) -> Map<String, Value> {
    Map::from_iter([("stt".into(), json!(item.no)), ("nd".into(), json!(item.content))])
}

fn verdict(code: &str) -> &'static str {
    match code {
        "dat" => "Đạt",
        "khong_dat" => "Không đạt",
        _ => "Cần làm rõ",
    }
}

fn feasible(code: &str) -> &'static str {
    match code {
        "yes" => "Có",
        "no" => "Không",
        _ => "Một phần",
    }
}

fn rounded_to(code: Option<&str>) -> &'static str {
    match code {
        Some("ceil_1000") => "1.000",
        Some("ceil_10000") => "10.000",
        _ => "100.000",
    }
}

/// `2,5`
fn vietnamese_number(number: f64) -> String {
    number.to_string().replace('.', ",")
}

/// One spacing, so that a wrapped line is the same text.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
