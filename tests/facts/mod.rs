//! The sample cases of `tests/data/cases.json` as the house's own values: what the form holds when the Director prices it.
#![allow(dead_code, reason = "each test takes what it needs")]

use chrono::{NaiveDate, TimeZone, Utc};
use quotedesk::config::Config;
use quotedesk::process::act::Moment;
use quotedesk::process::case::Case;
use quotedesk::process::form::{Exchange, Item};
use quotedesk::process::house::House;
use quotedesk::process::value::Value as Cell;
use serde_json::Value;

pub fn cases() -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("../data/cases.json")).expect("cases.json is JSON");
    file["cases"].as_array().expect("a list of cases").clone()
}

pub fn case_named(id: &str) -> Value {
    cases().into_iter().find(|c| c["id"] == id).expect("a case of this id")
}

/// The vendor's house as the case needs it: its people, and the server's VAT as the default rate.
pub fn house(fact: &Value) -> House {
    let server = fact["quotes"].as_array().into_iter().flatten().flat_map(|q| q["lines"].as_array().into_iter().flatten());
    let vat = server.filter(|l| l["item_no"].is_null()).map(|l| l["vat"].to_string()).next().unwrap_or("8".into());
    let mut toml = format!("[desk]\ncompany = \"Công ty Cổ phần Phần mềm Vạn Phúc Minh\"\n[quote]\nvat = {vat}\n");
    for (key, role) in [("cskh", "cskh"), ("sales", "sales"), ("leader", "leader"), ("director", "director")] {
        let person = &fact[key];
        toml += &format!(
            "[[people]]\nname = {}\nemail = {}\nroles = [\"{role}\"]\nregion = \"vung\"\n",
            person["name"], person["email"]
        );
    }
    let by = &fact["tech_feedback"]["by"];
    if by.is_object() {
        toml += &format!(
            "[[people]]\nname = {}\nemail = {}\nroles = [\"tech\", \"tech-head\"]\nregion = \"vung\"\n",
            by["name"], by["email"]
        );
    }
    toml += &format!(
        "[[regions]]\nid = \"vung\"\nname = {}\nleader = {}\ndirector = {}\n",
        fact["region"], fact["leader"]["email"], fact["director"]["email"]
    );
    Config::parse(&toml, None, std::path::Path::new("/desk")).expect("a good config").house
}

/// The case just before its quote, the Director's cells filled in as for `quote`.
pub fn priced(fact: &Value, quote: &Value) -> Case {
    let mut case = Case { id: text(&fact["id"]), ..Case::default() };
    let email = |who: &str| Some(text(&fact[who]["email"]));
    (case.cskh, case.sales, case.leader, case.director) = (email("cskh"), email("sales"), email("leader"), email("director"));
    case.tech = fact["tech_feedback"]["by"]["email"].as_str().map(str::to_string).into_iter().collect();
    fields(&mut case, fact, quote);
    let line_of = |no: &Value| quote["lines"].as_array().and_then(|l| l.iter().find(|l| l["item_no"] == *no));
    for fact_item in fact["items"].as_array().expect("items") {
        case.form.items.push(item(fact_item, line_of(&fact_item["no"]), &fact["pricing"]["mode"]));
    }
    for info in fact["additional_info"].as_array().into_iter().flatten() {
        case.form.exchanges.push(Exchange {
            date: Some(day(&info["date"])),
            who: text(&fact["sales"]["name"]),
            side: text(&info["by"]),
            item: String::new(),
            text: text(&info["text"]),
            shown: false,
        });
    }
    case
}

fn fields(case: &mut Case, fact: &Value, quote: &Value) {
    let mut put = |name: &str, value: Option<Cell>| {
        if let Some(value) = value {
            case.form.fields.insert(name.to_string(), value);
        }
    };
    let (customer, tech, pricing) = (&fact["customer"], &fact["tech_feedback"], &fact["pricing"]);
    for (name, value) in [
        ("customer", &customer["name"]),
        ("short", &customer["short"]),
        ("salut", &customer["salutation"]),
        ("contact", &customer["contact"]),
        ("ctitle", &customer["title"]),
        ("cemail", &customer["email"]),
        ("region", &fact["region"]),
        ("industry", &fact["industry"]),
        ("cskh_text", &fact["cskh"]["text"]),
        ("summary", &fact["summary"]),
        ("kt_by", &tech["by"]["name"]),
        ("pr_by", &pricing["by"]["name"]),
        ("pr_note", &quote["why"]),
    ] {
        put(name, value.as_str().map(|t| Cell::Text(t.into())));
    }
    put("addr", Some(Cell::Text("Số 1 đường Thử Nghiệm, Hà Nội".into())));
    put("tax", Some(Cell::Text("0100000003".into())));
    let budget = fact["budget"]["total"].as_i64().map(|vnd| Cell::About { vnd, said: text(&fact["budget"]["text"]) });
    put("budget", budget);
    put("budget_srv", fact["budget"]["private_server"].as_i64().map(Cell::Money));
    for check in fact["leader_review"]["rounds"].as_array().into_iter().flatten().flat_map(|r| r["checks"].as_array().unwrap()) {
        put(&format!("ck_{}_note", text(&check["key"])), check["comment"].as_str().map(|t| Cell::Text(t.into())));
    }
    put("kt_days", tech["total_days"].as_u64().map(|d| Cell::Days(d as u32 * 2)));
    let lead = tech["lead_time_raw"].as_str();
    put(
        "kt_start",
        lead.map(|said| Cell::Lead { days: tech["lead_time_working_days"].as_u64().map(|d| d as u32 * 2), said: said.into() }),
    );
    if tech["server_required"] == true {
        put("kt_srv", Some(Cell::Choice("yes".into())));
        put("kt_srv_conf", Some(Cell::Text("Máy chủ theo đề xuất kỹ thuật".into())));
        put("kt_srv_cost", tech["server_cost"].as_i64().map(Cell::Money));
        put("kt_srv_cycle", Some(Cell::Choice("year".into())));
    }
    let markup = pricing["mode"] == "markup";
    put("pr_mode", Some(Cell::Choice(if markup { "markup" } else { "per_item" }.into())));
    put("pr_markup", pricing["markup_percent"].as_i64().map(|p| Cell::Percent(p * 100)));
    put("pr_round", pricing["rounding"].as_str().and_then(|r| r.strip_prefix("ceil_")).map(|r| Cell::Choice(r.into())));
    put("pr_disc_pct", quote["discount_percent"].as_i64().filter(|p| *p != 0).map(|p| Cell::Percent(p * 100)));
    put(
        "pr_vat",
        Some(Cell::Choice(match &pricing["vat"] {
            Value::String(kct) => kct.to_lowercase(),
            rate => rate.to_string(),
        })),
    );
    put("pr_dec", Some(Cell::Choice("duyet".into())));
    let server = quote["lines"].as_array().and_then(|l| l.iter().find(|l| l["item_no"].is_null()));
    put("pr_srv", server.and_then(|l| l["unit_price"].as_i64()).map(Cell::Money));
}

fn item(fact: &Value, line: Option<&Value>, mode: &Value) -> Item {
    let no = fact["no"].as_u64().expect("a number") as u32;
    let mut item = Item { id: format!("M{no:02}"), no, ..Item::default() };
    let mut put = |name: &str, value: Option<Cell>| {
        if let Some(value) = value {
            item.cells.insert(name.to_string(), value);
        }
    };
    for (name, key) in [("khu", "area"), ("nd", "content"), ("dg", "explanation"), ("md", "purpose"), ("pa", "solution")] {
        put(name, fact[key].as_str().map(|t| Cell::Text(t.into())));
    }
    let tech = &fact["tech"];
    put("kt_kq", tech["feasible"].as_str().map(|f| Cell::Choice(f.into())));
    put("kt_cp", tech["cost"].as_i64().map(Cell::Money));
    put("kt_ngay", tech["days"].as_f64().map(|d| Cell::Days((d * 2.0) as u32)));
    put("kt_ld", tech["reason"].as_str().map(|t| Cell::Text(t.into())));
    let note = if tech["feasible"] == "partial" { "kt_pv" } else { "kt_gc" };
    put(note, tech["note"].as_str().map(|t| Cell::Text(t.into())));
    put("gd_bao", Some(Cell::Choice(if line.is_some() { "yes" } else { "no" }.into())));
    if mode != "markup" {
        put("gd_gia", line.and_then(|l| l["unit_price"].as_i64()).map(Cell::Money));
    }
    item
}

/// Ten in the morning of the quote's day, Vietnamese time, with the quote's own running number.
pub fn moment(quote: &Value) -> Moment {
    let at = Utc.from_utc_datetime(&day(&quote["date"]).and_hms_opt(3, 0, 0).expect("a time"));
    let number = text(&quote["number"]);
    let running = number.split(['-', '/']).nth(2).and_then(|n| n.parse().ok()).expect("BG-yymmdd-nnn");
    Moment { next_quote: running, ..Moment::plain(at) }
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_string()
}

pub fn day(value: &Value) -> NaiveDate {
    value.as_str().and_then(|t| t.parse().ok()).expect("a date")
}
