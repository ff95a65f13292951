//! A small company: who is who in the scripts. Addresses are the names used there.

use std::path::Path;
use std::sync::LazyLock;

use quotedesk::config::Config;
use quotedesk::process::act::{Ending, What, Wish};
use quotedesk::process::house::{Away, Email, House};

const CONFIG: &str = r#"
[desk]
company = "Công ty An Phát"

[mail]
transport = "folder"
address = "desk@anphat.example"

[[regions]]
id = "bac"
name = "Miền Bắc"
leader = "leader@anphat.example"
director = "director@anphat.example"

[[regions]]
id = "nam"
name = "Miền Nam"
leader = "leader2@anphat.example"
director = "director2@anphat.example"

[[people]]
name = "Mai"
email = "cskh@anphat.example"
roles = ["cskh"]
[[people]]
name = "Lan"
email = "sales@anphat.example"
roles = ["sales"]
region = "bac"
[[people]]
name = "Nam"
email = "sales2@anphat.example"
roles = ["sales"]
region = "nam"
[[people]]
name = "Hùng"
email = "leader@anphat.example"
roles = ["leader", "sales"]
region = "bac"
[[people]]
name = "Vân"
email = "leader2@anphat.example"
roles = ["leader"]
[[people]]
name = "Tuấn"
email = "tech@anphat.example"
roles = ["tech"]
[[people]]
name = "Hạnh"
email = "tech2@anphat.example"
roles = ["tech"]
[[people]]
name = "Sơn"
email = "head@anphat.example"
roles = ["tech-head"]
[[people]]
name = "Dũng"
email = "director@anphat.example"
roles = ["director"]
[[people]]
name = "Phúc"
email = "director2@anphat.example"
roles = ["director"]
[[people]]
name = "Quản trị"
email = "operator@anphat.example"
roles = ["operator"]
[[people]]
name = "Bình"
email = "deputy@anphat.example"
roles = ["cskh"]
"#;

pub const PEOPLE: [&str; 12] =
    ["cskh", "sales", "sales2", "leader", "leader2", "tech", "tech2", "head", "director", "director2", "operator", "deputy"];

/// Read once: its calendar reckons the holidays of decades.
static HOUSE: LazyLock<House> = LazyLock::new(|| match Config::parse(CONFIG, None, Path::new(".")) {
    Ok(config) => config.house,
    Err(wrong) => panic!("{wrong}"),
});

pub fn house() -> House {
    HOUSE.clone()
}

/// The company with one of its people away from Monday to Friday of the scripts' first week, and `deputy` in their place.
pub fn house_without(who: &str) -> House {
    let mut house = house();
    let day = |d| chrono::NaiveDate::from_ymd_opt(2026, 3, d).expect("a day in March");
    let away = Away { from: day(2), to: day(6), deputy: email("deputy") };
    let person = house.people.iter_mut().find(|p| p.email == email(who)).expect("one of the company");
    person.away = Some(away);
    house
}

pub fn email(who: &str) -> Email {
    format!("{who}@anphat.example")
}

/// `sales` of `sales@anphat.example`.
pub fn short(email: &str) -> &str {
    email.split('@').next().unwrap_or(email)
}

/// Every word that somebody could send, whole enough to be taken.
pub fn words() -> Vec<What> {
    let text = || "vì vậy".to_string();
    let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 2);
    // After the quote: what is told of an earlier day cannot be.
    let told = chrono::NaiveDate::from_ymd_opt(2026, 3, 5);
    let later = chrono::NaiveDate::from_ymd_opt(2026, 4, 2);
    vec![
        What::Confirm,
        What::Return(text()),
        What::Reject(text()),
        What::Ask(text()),
        What::Answer(text()),
        What::Done,
        What::Filled(Box::default()),
        What::Said { cells: vec![], answered: vec![] },
        What::SentToCustomer { on: day },
        What::Agreed { on: None },
        What::Declined(text()),
        What::ChangeAsked { text: text(), about: Wish::Work },
        What::Requote { text: text(), about: Some(Wish::Work) },
        What::Signed { number: Some("12".into()), on: None, framework: false },
        What::Paid { vnd: Some(1), on: None },
        What::Plan { start: day, end: later },
        What::Progress { percent: Some(50), text: text() },
        What::Tested { on: None },
        What::HandedOver { on: told },
        What::Close { text: text(), ending: Ending::Other },
        What::Withdraw(text()),
        What::Reopen(text()),
        What::Retract,
        What::Comment { text: text(), mentions: vec![] },
        What::Status,
        What::Noted(String::new()),
        What::Assign { sales: email("sales2") },
    ]
}
