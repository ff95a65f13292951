//! Scripts of the process. One line an act: when, who, what `->` what follows.
//!
//! ```text
//! T2 08:00  sales   form 2 items  -> Review, review to leader, due T3 08:00
//! T2 08:05  sales   DUYỆT         -> refused not_yours
//! T2 10:00  clock                 -> Review
//! ```
//! `T2` is Monday, `CN` Sunday; a weekday before the last one is in the next week; `17/03` is a date of 2026. What
//! follows is the state, and every letter but the plain receipt of the sender; `due …`, `turn …`, `as …` (reason of a
//! closing), `revision …` (of the quote) and `sales …` are looked at where they are written. `cũ` answers the letter before the
//! last, `cũ cũ` the one before that. Before each line the clock does what falls due until then; a line of `clock` tells what that was, and `clock
//! once` that the desk was away meanwhile.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use quotedesk::letter::messages::Words;
use quotedesk::letter::reply::{ending, wish};
use quotedesk::process::act::{Act, Moment, Need, Refusal, Saw, Undo, Via, What};
use quotedesk::process::case::{Case, FileKind, FileRef, State};
use quotedesk::process::event::{Event, Recorded};
use quotedesk::process::form::Cell;
use quotedesk::process::house::{House, Lang};
use quotedesk::process::letters::{self, Attach, Kind, Letter};
use quotedesk::process::value::Value;
use quotedesk::process::{clock, reworded, roles, rules};

use crate::company::{PEOPLE, email, house, short};
use crate::forms::{MILLION, Typed, number};

/// Plays a script from an empty desk.
pub fn play(script: &str) -> Played {
    play_at(house(), script)
}

pub fn play_at(house: House, script: &str) -> Played {
    let mut played = Played::new(house);
    let (mut told, mut differs) = (String::new(), false);
    for line in script.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with("//")) {
        let (left, right) = line.split_once("->").unwrap_or_else(|| panic!("no `->` in: {line}"));
        let expected = right.split("//").next().unwrap_or_default();
        let expected: Vec<&str> = expected.split(',').map(str::trim).filter(|e| !e.is_empty()).collect();
        let actual = played.line(left.trim(), &expected);
        let same = sorted(&expected) == sorted(&actual.iter().map(String::as_str).collect::<Vec<_>>());
        differs |= !same;
        let mark = if same { "    " } else { ">>> " };
        told.push_str(&format!("{mark}{} -> {}\n", left.trim_end(), actual.join(", ")));
    }
    assert!(!differs, "the script goes another way:\n{told}");
    played
}

fn sorted<'a>(parts: &[&'a str]) -> Vec<&'a str> {
    let mut parts = parts.to_vec();
    parts.sort();
    parts
}

pub struct Played {
    pub house: House,
    pub case: Case,
    pub history: Vec<Recorded>,
    pub day: NaiveDate,
    last_letters: Vec<Letter>,
    now: DateTime<Utc>,
    seen: BTreeMap<String, Vec<Saw>>,
}

impl Played {
    fn new(house: House) -> Played {
        let day = NaiveDate::from_ymd_opt(2026, 3, 2).expect("a Monday");
        Played {
            house,
            case: Case::default(),
            history: vec![],
            day,
            last_letters: vec![],
            now: DateTime::UNIX_EPOCH,
            seen: BTreeMap::new(),
        }
    }

    fn line(&mut self, left: &str, expected: &[&str]) -> Vec<String> {
        let mut words = left.split_whitespace();
        let (when, hour, who) = (words.next().unwrap_or(""), words.next().unwrap_or(""), words.next().unwrap_or(""));
        let what = words.collect::<Vec<_>>().join(" ");
        let now = self.moment(when, hour);
        if who == "clock" {
            let ticked = if what == "once" { self.tick(now) } else { self.run_clock(now) };
            self.now = now;
            return self.told(&ticked, None, expected);
        }
        self.run_clock(now);
        self.now = now;
        let (by, act) = (email(who), self.act(who, &what));
        match act {
            // The signed contract lies in the customer's folder.
            Some(act) if what == "bản hợp đồng" => {
                let path = "archive/Chính Đại/YC-2026-0001/hợp đồng.pdf".into();
                let file = FileRef { name: "hợp đồng.pdf".into(), kind: FileKind::Contract, path, sha256: String::new() };
                self.record(&[Event::FileKept { file }], &act);
                self.told(&[], None, expected)
            }
            None => self.open(&by, &what, expected),
            Some(act) => self.decide(act, expected),
        }
    }

    fn open(&mut self, by: &str, what: &str, expected: &[&str]) -> Vec<String> {
        let sales = mentions(what).into_iter().next();
        let text = "Khách cần báo cáo công nợ".to_string();
        let need = Need { by: by.to_string(), sales, text, customer: Some("Chính Đại".into()), thread: None };
        let moment = self.at(self.now);
        let decided = rules::open("YC-2026-0001", &need, &self.house, &moment);
        self.done(&self.plain(by, What::Noted(String::new())), decided, expected)
    }

    fn decide(&mut self, act: Act, expected: &[&str]) -> Vec<String> {
        let takes_back = act.by.as_ref().filter(|_| act.what == What::Retract);
        let reworded = reworded::since_answered(&self.history, &self.case);
        let undo = takes_back.and_then(|by| Undo::of(&self.history, by));
        let decided = rules::decide(&self.case, &act, &self.house, &Moment { undo, reworded, ..self.at(self.now) });
        self.done(&act, decided, expected)
    }

    fn done(&mut self, act: &Act, decided: Result<Vec<Event>, Refusal>, expected: &[&str]) -> Vec<String> {
        let events = match decided {
            Ok(events) => events,
            Err(refusal) => vec![Event::Refused { what: act.what.name().into(), refusal }],
        };
        let before = self.case.clone();
        self.record(&events, act);
        let post = letters::post(&before, &self.case, &events, act.by.as_deref(), &self.house, self.now);
        let answer = post.answer.and_then(|i| post.letters.get(i)).expect("exactly one answer");
        assert_eq!(Some(&answer.to), act.by.as_ref(), "the answer goes to the sender");
        let answer = answer.clone();
        self.deliver(&post.letters);
        self.last_letters = post.letters;
        let refused = events.iter().find_map(|e| match e {
            Event::Refused { refusal, .. } => Some(refusal.clone()),
            _ => None,
        });
        match refused {
            Some(refusal) => {
                let others: Vec<Letter> = self.last_letters.iter().filter(|l| **l != answer).cloned().collect();
                let told = self.told(&others, None, expected);
                std::iter::once(format!("refused {}", why(&refusal))).chain(told.into_iter().skip(1)).collect()
            }
            None => self.told(&self.last_letters.clone(), Some(&answer), expected),
        }
    }

    /// The state, each letter with its readers, and of the rest what the line asks for.
    fn told(&self, letters: &[Letter], answer: Option<&Letter>, expected: &[&str]) -> Vec<String> {
        let mut told = vec![self.case.state.name().to_string()];
        let mut by_kind: Vec<(String, Vec<&str>)> = Vec::new();
        for letter in letters.iter().filter(|l| !(l.kind == Kind::Receipt && Some(*l) == answer)) {
            let kind = letter.kind.name().to_string();
            match by_kind.iter_mut().find(|(k, _)| *k == kind) {
                Some((_, people)) => people.push(short(&letter.to)),
                None => by_kind.push((kind, vec![short(&letter.to)])),
            }
        }
        told.extend(by_kind.into_iter().map(|(kind, people)| format!("{kind} to {}", people.join(" "))));
        for wanted in expected {
            match wanted.split_once(' ').unwrap_or((wanted, "")) {
                ("due", when) => {
                    let due = self.case.due.as_ref().map(|d| d.at);
                    let mut words = when.split_whitespace();
                    let at = self.clone_moment(words.next().unwrap_or(""), words.next().unwrap_or(""));
                    let due_text = due.map_or("never".into(), |d| d.with_timezone(&self.house.calendar.tz()).to_string());
                    told.push(if due == Some(at) { wanted.to_string() } else { format!("due {due_text}") });
                }
                ("turn", _) => {
                    let turn = roles::turn(&self.case, &self.house, self.house.day(self.now));
                    told.push(format!("turn {}", turn.iter().map(|t| short(t)).collect::<Vec<_>>().join(" ")));
                }
                ("as", _) => told.push(format!("as {}", self.case.closed.as_ref().map_or("nothing".into(), |c| name(&c.reason)))),
                ("revision", _) => told.push(format!("revision {}", self.case.quote().map_or(0, |q| q.revision))),
                ("sales", _) => told.push(format!("sales {}", self.case.sales.as_deref().map_or("nobody", short))),
                _ => {}
            }
        }
        told
    }

    /// Does the last letter of this kind come with a calendar file?
    pub fn has_calendar(&self, kind: Kind) -> bool {
        let letter = self.last_letters.iter().find(|l| l.kind == kind).unwrap_or_else(|| panic!("no {}", kind.name()));
        letter.attach.contains(&Attach::Calendar)
    }

    /// What the sender of the last act is told of it, in Vietnamese.
    pub fn receipt(&self) -> String {
        let last = self.history.last().map(|row| (row.at, row.by.clone()));
        let rows: Vec<&Recorded> = self.history.iter().filter(|row| Some((row.at, row.by.clone())) == last).collect();
        Words::plain(Lang::Vi, &self.house, Some(&self.case.form)).understood(&rows, &self.case, &[], self.now).join("\n")
    }

    // ---- the clock

    /// Everything that falls due until now, each at its own time; running twice changes nothing.
    fn run_clock(&mut self, until: DateTime<Utc>) -> Vec<Letter> {
        let mut letters = Vec::new();
        while let Some(at) = clock::wake(&self.case, &self.house).filter(|at| *at <= until) {
            let version = self.case.version;
            letters.extend(self.tick(at));
            assert!(self.case.version > version, "woken at {at}, and nothing to do");
        }
        letters
    }

    fn tick(&mut self, at: DateTime<Utc>) -> Vec<Letter> {
        let act = Act { by: None, via: Via::Clock, ..self.plain("", What::Tick) };
        let events = rules::decide(&self.case, &act, &self.house, &self.at(at)).expect("the clock is never refused");
        let before = self.case.clone();
        self.now = at;
        self.record(&events, &act);
        assert_eq!(clock::tick(&self.case, &self.house, at), vec![], "the clock run twice");
        let post = letters::post(&before, &self.case, &events, None, &self.house, at);
        assert_eq!(post.answer, None, "nobody asked");
        for letter in post.letters.iter().filter(|l| l.not_before.is_some()) {
            let sent = letter.not_before.unwrap_or(at);
            assert!(self.house.calendar.is_working_time(sent), "a reminder at {sent}");
        }
        self.deliver(&post.letters);
        post.letters
    }

    fn moment(&mut self, when: &str, hour: &str) -> DateTime<Utc> {
        let at = self.clone_moment(when, hour);
        self.day = self.house.day(at);
        at
    }

    /// The moment that these words mean, seen from the day of the last line.
    fn clone_moment(&self, when: &str, hour: &str) -> DateTime<Utc> {
        let weekdays = ["T2", "T3", "T4", "T5", "T6", "T7", "CN"];
        let day = match weekdays.iter().position(|w| *w == when) {
            Some(wanted) => {
                let today = self.day.weekday().num_days_from_monday() as usize;
                self.day + Days::new(((wanted + 7 - today) % 7) as u64)
            }
            None => date(when).unwrap_or_else(|| panic!("`{when}` is no day")),
        };
        let hour = NaiveTime::parse_from_str(hour, "%H:%M").unwrap_or_else(|_| panic!("`{hour}` is no hour"));
        let local = self.house.calendar.tz().from_local_datetime(&NaiveDateTime::new(day, hour));
        local.earliest().expect("Vietnam has no summer time").with_timezone(&Utc)
    }

    fn at(&self, at: DateTime<Utc>) -> Moment {
        let next_quote = self.case.quotes.len() as u32 + 1;
        Moment { next_quote, ..Moment::plain(at) }
    }

    fn record(&mut self, events: &[Event], act: &Act) {
        for event in events {
            let (by, for_) = (act.by.clone(), act.for_.clone());
            let recorded = Recorded { seq: self.case.version, at: self.now, by, for_, via: act.via, event: event.clone() };
            self.case.apply(&recorded);
            self.history.push(recorded);
        }
        assert_eq!(Case::fold(&self.history), self.case, "the case is the sum of its events");
    }

    fn deliver(&mut self, letters: &[Letter]) {
        for letter in letters {
            self.seen.entry(letter.to.clone()).or_default().push(Saw::of(&self.case, &letter.to));
        }
    }

    // ---- acts from words

    fn plain(&self, by: &str, what: What) -> Act {
        Act { by: Some(by.to_string()), for_: None, via: Via::Mail, what, saw: Saw::default() }
    }

    /// `None`: the need that opens a case.
    fn act(&self, who: &str, words: &str) -> Option<Act> {
        assert!(PEOPLE.contains(&who), "nobody is called `{who}`");
        let (mut back, mut words) = (1, words);
        while let Some(rest) = words.strip_prefix("cũ ") {
            (back, words) = (back + 1, rest);
        }
        let letters = self.seen.get(&email(who)).map_or([].as_slice(), Vec::as_slice);
        let seen = letters.len().checked_sub(back).and_then(|i| letters.get(i));
        if words.starts_with("need") {
            return None;
        }
        let what = match words.strip_prefix("form") {
            Some(rest) => What::Filled(Box::new(self.form(who, rest.trim(), seen.and_then(|s| s.rev)))),
            None => self.what(who, words),
        };
        let act = self.plain(&email(who), what);
        Some(Act { saw: seen.cloned().unwrap_or_default(), ..act })
    }

    fn what(&self, who: &str, words: &str) -> What {
        let (word, rest) = words.split_once(':').map_or((words, ""), |(word, rest)| (word, rest.trim()));
        let rest = rest.to_string();
        let on = words.split_whitespace().filter_map(date).collect::<Vec<_>>();
        let day = on.first().copied();
        match word {
            "DUYỆT" => What::Confirm,
            "TRẢ LẠI" => What::Return(rest),
            "TỪ CHỐI" => What::Reject(rest),
            "HỎI" => What::Ask(rest),
            "TRẢ LỜI" => What::Answer(rest),
            "XONG" => What::Done,
            "KH TỪ CHỐI" => What::Declined(rest),
            "KH XIN SỬA" => wish::change(rest),
            "BÁO GIÁ LẠI" => wish::requote(rest),
            "ĐÓNG YÊU CẦU" => ending::close(rest, self.day),
            "RÚT YÊU CẦU" => What::Withdraw(rest),
            "MỞ LẠI" => What::Reopen(rest),
            "RÚT LẠI" => What::Retract,
            "ghi chú" => What::Comment { text: rest.clone(), mentions: mentions(&rest) },
            "trạng thái" => What::Status,
            "tệp" | "bản hợp đồng" => What::Noted(String::new()),
            "đã test xong" => What::Tested { on: None },
            "nói" if who.starts_with("director") || self.case.state == State::Pricing => {
                self.said(|typed| typed.prices(&numbers(&rest)))
            }
            "nói" => self.said(|typed| answers(typed, &rest)),
            // `SỬA TIỀN: 10 thành 12 08/03`; `-`: not said.
            "SỬA TIỀN" => {
                let sum = |typed: &str| typed.parse::<i64>().ok().map(|n| n * MILLION);
                let mut sums = rest.split_whitespace().filter(|w| *w != "thành").map(sum);
                What::PaidInstead { was: sums.next().flatten(), was_on: None, vnd: sums.next().flatten(), on: day }
            }
            "SỬA" => match self.said(|typed| answers(typed, &rest)) {
                What::Said { cells, .. } => What::Correct { cells },
                other => other,
            },
            "SỬA muộn" => What::CorrectLate(rest),
            _ if word.starts_with("giao ") => What::Assign { sales: mentions(word).into_iter().next().unwrap_or_default() },
            _ if word.starts_with("ĐÃ GỬI KH") => What::SentToCustomer { on: day },
            _ if word.starts_with("KH ĐỒNG Ý") => What::Agreed { on: day },
            _ if word.starts_with("ĐÃ KÝ") => {
                let number = words.split_whitespace().skip_while(|w| *w != "số").nth(1).map(String::from);
                What::Signed { number, on: day, framework: word.contains("khung") }
            }
            _ if word.starts_with("số hợp đồng là ") => {
                What::ContractNumber { number: word.trim_start_matches("số hợp đồng là ").into() }
            }
            _ if word.starts_with("ĐÃ THANH TOÁN") => {
                let vnd = words.split_whitespace().find_map(|w| w.strip_suffix("tr")).map(|n| number(n) * MILLION);
                What::Paid { vnd, on: day }
            }
            _ if word.starts_with("bắt đầu") => What::Plan { start: day, end: on.get(1).copied() },
            _ if word.starts_with("kết thúc") => What::Plan { start: None, end: day },
            _ if word.starts_with("tiến độ") => What::Progress { percent: Some(50), text: rest },
            _ if word.starts_with("đã bàn giao") => What::HandedOver { on: day },
            _ => panic!("what does `{words}` mean?"),
        }
    }

    fn said(&self, type_in: impl FnOnce(&mut Typed)) -> What {
        let mut typed = Typed::new(&self.case, None);
        let before = typed.form.answered.len();
        type_in(&mut typed);
        What::Said { cells: typed.form.changes, answered: typed.form.answered.split_off(before) }
    }

    fn form(&self, who: &str, words: &str, base: Option<u32>) -> quotedesk::process::form::Filled {
        let mut typed = Typed::new(&self.case, base);
        let (word, rest) = words.split_once(':').map_or((words, ""), |(word, rest)| (word, rest.trim()));
        match (who, word) {
            (_, "lỗi") => {
                typed.text("contact", "Chị Hoa");
                typed.error("budget", None);
            }
            (_, "như cũ") => {}
            (_, "của người khác") => {
                let (at, new) = (Cell::Field("pr_dec".into()), Some(Value::Choice("duyet".into())));
                typed.form.kept.push(quotedesk::process::form::Change { at, old: None, new });
            }
            ("leader" | "leader2" | "deputy", "duyệt") => {
                typed.checks("dat");
                typed.choice("ld_all", "duyet");
            }
            ("leader" | "leader2", "duyệt, một mục chưa đạt") => {
                typed.checks("dat");
                typed.choice("ck_budget", "can_lam_ro");
                typed.choice("ld_all", "duyet");
            }
            ("leader" | "leader2", "cần làm rõ") => {
                typed.checks("dat");
                typed.choice("ck_budget", "can_lam_ro");
            }
            ("leader" | "leader2", "trả lại" | "từ chối") => {
                typed.checks("khong_dat");
                typed.text("ld_ask", rest);
                typed.choice("ld_all", if word == "trả lại" { "tra_lai" } else { "tu_choi" });
            }
            ("leader" | "leader2", "chưa kết luận") => typed.checks("dat"),
            ("tech" | "tech2" | "head", _) => answers(&mut typed, words),
            ("director" | "director2", "trả lại" | "từ chối") => {
                typed.text("pr_note", rest);
                typed.choice("pr_dec", if word == "trả lại" { "tra_lai" } else { "tu_choi" });
            }
            ("director" | "director2", _) => {
                // `server 20 …`: its price before those of the items.
                let words = match words.strip_prefix("server ").and_then(|rest| rest.split_once(' ')) {
                    Some((price, rest)) => {
                        typed.field("pr_srv", Value::Money(number(price) * MILLION));
                        rest
                    }
                    None => words,
                };
                typed.prices(&numbers(words));
                typed.choice("pr_dec", "duyet");
            }
            _ => sales_form(&mut typed, words, self.day),
        }
        typed.form
    }
}

/// `2 items`, `+1`, `-M02`, `sửa M01`, `ghi chú M01`, `điện thoại`, `hạn 05/03`, `trao đổi`, `Miền Nam`.
fn sales_form(typed: &mut Typed, words: &str, day: NaiveDate) {
    typed.customer();
    let (word, rest) = words.split_once(' ').unwrap_or((words, ""));
    match word {
        "" => {}
        _ if rest == "items" => (0..number(word)).for_each(|_| typed.item()),
        "+1" => typed.item(),
        "sửa" => typed.cell(rest, "dg", Value::Text("Theo tuổi nợ và theo nhân viên".into())),
        "ghi" => typed.cell(rest.trim_start_matches("chú "), "kh_gc", Value::Text("Đã gồm đào tạo".into())),
        "điện" => typed.text("cphone", "0912345678"),
        "hạn" => typed.field("deadline", Value::Date(date(rest).unwrap_or(day))),
        "trao" => typed.form.exchanges.push(quotedesk::process::form::Exchange {
            date: Some(day),
            who: "Anh Đại".into(),
            side: "kh".into(),
            item: String::new(),
            text: "Khách đồng ý làm trước phần công nợ".into(),
            shown: false,
        }),
        "Miền" => typed.text("region", words),
        _ => match word.strip_prefix('-') {
            Some(id) => typed.form.dropped.push(id.into()),
            None => panic!("what does Sales type: `{words}`?"),
        },
    }
}

/// `M01:15/5 M02:no khởi động lỗi`.
fn answers(typed: &mut Typed, words: &str) {
    for word in words.split_whitespace() {
        match word {
            "khởi" => typed.start(),
            "động" => {}
            "lỗi" => typed.error("kt_srv_cost", None),
            _ => typed.answer(word),
        }
    }
}

fn numbers(words: &str) -> Vec<i64> {
    words.split_whitespace().map(number).collect()
}

fn mentions(words: &str) -> Vec<String> {
    words.split_whitespace().filter_map(|w| w.strip_prefix('@')).map(|w| email(w.trim_end_matches('.'))).collect()
}

fn date(words: &str) -> Option<NaiveDate> {
    let (day, month) = words.trim_end_matches(',').split_once('/')?;
    NaiveDate::from_ymd_opt(2026, month.parse().ok()?, day.parse().ok()?)
}

/// The name under which a value of the process is stored: `not_yours`, `form-problems`.
fn name(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        other => format!("{other:?}"),
    }
}

pub fn why(refusal: &Refusal) -> String {
    let value = serde_json::to_value(refusal).ok();
    value.and_then(|v| v.get("why")?.as_str().map(String::from)).unwrap_or_default()
}
