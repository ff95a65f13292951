//! The program's sample case (`letter::sample`), in a house of its own.

use chrono::{DateTime, Utc};
use quotedesk::config::{Config, DEFAULT};
use quotedesk::letter::compose::Context;
use quotedesk::letter::sample;
#[allow(unused_imports, reason = "each test takes what it needs")]
pub use quotedesk::letter::sample::{CSKH, CUSTOMER, DIRECTOR, HEAD, LEADER, OPERATOR, SALES, TECH, TECH2, problems};
use quotedesk::letter::templates::Templates;
use quotedesk::process::act::Need;
use quotedesk::process::case::{Case, State};
use quotedesk::process::event::{Event, Recorded};
use quotedesk::process::house::{House, Lang};
use quotedesk::process::letters::{Kind, Letter};

/// 23 June 2021, 10:00 in Hà Nội.
pub fn now() -> DateTime<Utc> {
    sample::now()
}

/// What a letter is written from in Vietnamese, where nothing else is said of it.
pub fn context<'a>(case: &'a Case, events: &'a [Recorded], house: &'a House, templates: &'a Templates) -> Context<'a> {
    Context { lang: Lang::Vi, ..sample::context(case, events, house, templates) }
}

pub fn house() -> House {
    let mut house = sample::house(&Config::parse(DEFAULT, None, std::path::Path::new("/desk")).unwrap().house);
    house.company = "Công ty Cổ phần Phần mềm Vạn Phúc Minh".into();
    house.quote.letterhead.email = Some("lienhe@vanphucsoft.example".into());
    house.quote.letterhead.website = Some("www.vanphucsoft.example".into());
    house.desk_name = "Bàn báo giá Vạn Phúc Minh".into();
    house.address = "yeucau@vanphucsoft.example".into();
    house
}

/// The case as it stands in a state, with everything that came before.
pub fn case(state: State) -> Case {
    sample::case(state, &house())
}

/// A case of which nothing but its number is known.
pub fn bare(state: State) -> Case {
    Case { id: "YC-2021-0002".into(), state, ..Case::default() }
}

/// A letter of a kind as the process sends it: reader, the events behind it, and the case.
pub fn scene(kind: Kind) -> (Letter, Vec<Recorded>, Case) {
    sample::scene(kind, &house())
}

/// An opening, for history lines.
pub fn opened() -> Recorded {
    let need = Need { by: CSKH.into(), sales: None, text: "Khách cần in phiếu cân".into(), customer: None, thread: None };
    sample::row(CSKH, Event::Opened { id: "YC-2021-0001".into(), need, cells: vec![] })
}
