//! How to answer: words to reply with, each as a button too.

use serde::Serialize;

use super::Desk;
use crate::process::case::{Reason, State};
use crate::process::event::Event;
use crate::process::house::Role;
use crate::process::letters::Kind;

/// One way to answer.
#[derive(Serialize)]
pub(super) struct Answer {
    /// What it means, on the button.
    label: String,
    /// The words to reply with, as shown.
    word: String,
    /// `mailto:` with address, subject and words filled in.
    href: String,
    /// The plain way on.
    main: bool,
}

impl Desk<'_> {
    /// The answers that this reader can give, the plain way on first.
    pub(super) fn answers(&self) -> Vec<Answer> {
        let mut answers = match self.letter.kind {
            Kind::QuoteToCustomer | Kind::Operator | Kind::Reopened => vec![],
            Kind::WhoseCase => self.sales_to_choose(),
            Kind::Conflict => vec![self.quick(self.cx.case.conflicts.keys())],
            Kind::Question => vec![self.answer("answer", "TRẢ LỜI: ", true)],
            Kind::Confirm => vec![self.answer("confirm", "DUYỆT", true)],
            Kind::Receipt if self.can_retract() => vec![self.answer("retract", "RÚT LẠI", false)],
            Kind::Receipt | Kind::Comment if !self.has_turn() => vec![],
            Kind::Receipt => vec![],
            Kind::Rejected | Kind::Closed => self.reopening(),
            Kind::Planned => vec![],
            Kind::Escalation => vec![self.answer("status", "TRẠNG THÁI", false)],
            _ => self.of_state(),
        };
        // One button looks like the thing to do only where there is one thing to do.
        if !answers.iter().any(|a| a.main) && answers.len() == 1 {
            answers[0].main = true;
        }
        answers
    }

    /// What is worth saying below the buttons: comments and further readers.
    pub(super) fn by_hand(&self) -> Option<String> {
        let silent = matches!(self.letter.kind, Kind::QuoteToCustomer | Kind::Operator | Kind::Closed | Kind::Rejected);
        (!silent && self.has_turn()).then(|| self.words.say("mail.comment", &[]))
    }

    fn has_turn(&self) -> bool {
        crate::process::roles::turn(self.cx.case, self.cx.house, self.cx.house.day(self.cx.at)).contains(&self.letter.to)
    }

    fn of_state(&self) -> Vec<Answer> {
        let case = self.cx.case;
        if let Some(question) = &case.question {
            return if question.to == self.letter.to { vec![self.answer("answer", "TRẢ LỜI: ", true)] } else { vec![] };
        }
        match (case.state, self.letter.role) {
            (State::Assigning, Role::Cskh) => self.sales_to_choose(),
            (State::Drafting, Role::Sales) => vec![self.answer("withdraw", "RÚT YÊU CẦU: ", false)],
            (State::Review, Role::Leader) => vec![
                self.answer("confirm", "DUYỆT", true),
                self.answer("return", "TRẢ LẠI: ", false),
                self.answer("reject", "TỪ CHỐI: ", false),
                self.answer("ask", "HỎI: ", false),
            ],
            (State::Feedback, Role::Tech | Role::TechHead) => {
                let mut open: Vec<&String> = case.unanswered().into_iter().map(|i| &i.id).collect();
                if open.is_empty() {
                    open = case.form.items.iter().map(|i| &i.id).collect();
                }
                vec![self.quick(open.into_iter()), self.answer("ask", "HỎI: ", false), self.answer("done", "XONG", false)]
            }
            (State::Completing, Role::Sales) if case.nothing_feasible => {
                vec![self.answer("close", "ĐÓNG YÊU CẦU: ", false)]
            }
            (State::Completing, Role::Sales) => {
                vec![self.answer("to_director", "GỬI GIÁM ĐỐC", true), self.answer("withdraw", "RÚT YÊU CẦU: ", false)]
            }
            (State::Pricing, Role::Director) => {
                let mut all = vec![];
                if self.has_prices() {
                    all.push(self.answer("prices_stand", "DUYỆT", true));
                }
                all.extend([
                    self.answer("return", "TRẢ LẠI: ", false),
                    self.answer("reject", "TỪ CHỐI: ", false),
                    self.answer("ask", "HỎI: ", false),
                ]);
                all
            }
            (State::Quoted, Role::Sales) => {
                let mut all = vec![];
                if case.sent_to_customer.is_none() {
                    all.push(self.answer("sent", "ĐÃ GỬI KH", false));
                }
                all.extend([
                    self.answer("agreed", "KH ĐỒNG Ý", true),
                    self.answer("change", "KH XIN SỬA: ", false),
                    self.answer("declined", "KH TỪ CHỐI: ", false),
                ]);
                all
            }
            (State::Contracting, Role::Sales) => {
                let mut all = vec![];
                if case.contract.number.is_none() {
                    all.push(self.answer("signed", "ĐÃ KÝ số …, ngày …", true));
                }
                all.push(self.answer("paid", "ĐÃ THANH TOÁN …, ngày …", case.contract.number.is_some()));
                all
            }
            (State::Scheduling, Role::Tech | Role::TechHead) => {
                vec![self.answer("plan", "Bắt đầu …, kết thúc …", true), self.answer("ask", "HỎI: ", false)]
            }
            (State::Delivering, Role::Tech | Role::TechHead) => {
                vec![self.answer("progress", "Tiến độ …%: ", true), self.answer("tested", "Đã test xong ngày …", false)]
            }
            (State::Delivering, Role::Sales) => {
                vec![self.answer("handed_over", "Đã bàn giao. Khách nghiệm thu ngày …", false)]
            }
            (State::Closed, _) => self.reopening(),
            _ => vec![],
        }
    }

    /// A closed case is opened again by its Sales; one whose quote ran out gets a new quote.
    fn reopening(&self) -> Vec<Answer> {
        let reason = self.cx.case.closed.as_ref().map(|c| c.reason);
        match (self.letter.role, reason) {
            (Role::Sales | Role::Operator, Some(Reason::Expired)) => vec![self.answer("requote", "BÁO GIÁ LẠI: ", false)],
            (Role::Sales | Role::Operator, _) => vec![self.answer("reopen", "MỞ LẠI: ", false)],
            _ => vec![],
        }
    }

    /// Step 1: every Sales, in the order of the config, as far as buttons go.
    fn sales_to_choose(&self) -> Vec<Answer> {
        let sales = self.cx.house.with_role(Role::Sales).take(8);
        sales.map(|p| self.button(self.words.say("answer.sales", &[("who", &p.name)]), &format!("@{}", p.name), false)).collect()
    }

    /// Tech's answers in a reply's text: a line for each item that is open.
    fn quick<'i>(&self, open: impl Iterator<Item = &'i String>) -> Answer {
        let numbers: Vec<String> = open.map(|id| self.words.item_no(id)).collect();
        let shown = self.words.say("mail.quick", &[("no", numbers.first().map_or("1", String::as_str))]);
        let body = numbers.iter().map(|no| format!("{no}: \n")).collect::<String>();
        let href = self.mailto(&body);
        Answer { label: self.words.say("answer.quick", &[]), word: shown, href, main: true }
    }

    fn has_prices(&self) -> bool {
        let form = &self.cx.case.form;
        form.items.iter().any(|i| i.get("gd_gia").is_some()) || form.get("pr_markup").is_some()
    }

    /// Something was decided that its author may still take back.
    fn can_retract(&self) -> bool {
        let decided = |event: &Event| {
            !matches!(
                event,
                Event::Commented { .. }
                    | Event::FileKept { .. }
                    | Event::Retracted { .. }
                    | Event::Opened { .. }
                    | Event::Assigned { .. }
            )
        };
        !self.cx.case.is_closed() && self.cx.events.iter().any(|row| decided(&row.event))
    }

    fn answer(&self, label: &str, word: &str, main: bool) -> Answer {
        self.button(self.words.say(&format!("answer.{label}"), &[]), word, main)
    }

    fn button(&self, label: String, word: &str, main: bool) -> Answer {
        // A word that wants something after it shows that it does; the mail that the button opens ends there.
        let shown = if word.ends_with(": ") { format!("{word}…") } else { word.to_string() };
        Answer { label, word: shown, href: self.mailto(word), main }
    }

    /// RFC 6068: UTF-8, percent-encoded; line ends as CRLF.
    fn mailto(&self, body: &str) -> String {
        let subject = format!("Re: {}", self.subject);
        let to = percent(self.cx.reply_to, "@+");
        format!("mailto:{to}?subject={}&body={}", percent(&subject, ""), percent(&body.replace('\n', "\r\n"), ""))
    }
}

fn percent(text: &str, kept: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        let c = char::from(byte);
        if byte.is_ascii_alphanumeric() || "-._~".contains(c) || (byte.is_ascii() && kept.contains(c)) {
            out.push(c);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
