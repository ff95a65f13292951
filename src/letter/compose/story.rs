//! What the events of this decision put into a letter: somebody's words, the checks, the guess, the plan.

use serde::Serialize;

use super::{Desk, Values};
use crate::form::eyes::Eyes;
use crate::form::layout;
use crate::letter::messages::{cut, one_line};
use crate::money::typed::amounts_in;
use crate::process::act::{Cause, Refusal};
use crate::process::case::{Plan, Proposed};
use crate::process::event::{CheckRemark, Event};
use crate::process::house::Role;
use crate::process::letters::Kind;
use crate::process::problem::{self, Problem};
use crate::process::roles;

/// One of the Leader's checks.
#[derive(Serialize)]
struct Check {
    title: String,
    verdict: String,
    remark: String,
}

#[derive(Serialize)]
struct QuoteView {
    number: String,
    revision: u32,
    total: String,
    words: String,
    file: String,
    /// `thứ Năm, 08/07/2021`.
    expires: String,
    /// Days until then, today not counted.
    left: i64,
    days: Option<String>,
    /// `12 ngày làm việc`.
    working_days: Option<String>,
    /// Its lines that are items, without the server.
    items: usize,
    server: bool,
    /// Where the desk itself has mailed it to.
    mailed_to: Option<String>,
    /// The number and day of the one before, whose place it takes.
    replaces: Option<String>,
}

/// A quote that was taken back.
#[derive(Serialize)]
struct WithdrawnView {
    number: String,
    file: String,
    /// The customer has got it by mail.
    sent: bool,
}

/// What the reader has asked Sales, and what was said to it.
#[derive(Serialize)]
struct AskedView {
    questions: String,
    answers: Vec<SaidView>,
}

#[derive(Serialize)]
struct SaidView {
    who: String,
    text: String,
}

/// The company as its letters to customers show it.
#[derive(Serialize)]
struct CompanyView {
    name: String,
    /// What is known of address, telephone, mail and website.
    lines: Vec<String>,
}

#[derive(Serialize)]
struct PlanView {
    start: String,
    end: String,
}

#[derive(Serialize)]
struct ClosedView {
    reason: String,
    /// `done`, `rejected` …
    why: &'static str,
    text: String,
    at: String,
}

impl<'a> Desk<'a> {
    pub(super) fn says(&self, what: impl Fn(&Event) -> bool) -> bool {
        self.events().any(what)
    }

    pub(super) fn events(&self) -> impl Iterator<Item = &'a Event> + use<'a> {
        self.cx.events.iter().map(|row| &row.event)
    }

    /// Puts in what only some letters have; all names are always there.
    pub(super) fn story(&self, v: &mut Values) {
        let (text, checks) = self.told();
        v.insert("text", &self.verbatim(&text));
        let asked = self.cx.before.and_then(|before| before.question.as_ref()).filter(|_| self.letter.kind == Kind::Answered);
        v.insert("question", &asked.map(|question| self.verbatim(&self.without_costs(&question.text))));
        v.insert("checks", &checks);
        v.insert("change", &self.events().any(|e| matches!(e, Event::ChangeAsked { .. })));
        let wish = self.cx.case.change_asked.as_ref().filter(|_| self.letter.kind == Kind::Pricing);
        v.insert("wish", &wish.map(|wish| self.verbatim(&wish.text)));
        let requote = |e: &Event| matches!(e, Event::ChangeAsked { requote: true, .. });
        v.insert("requote", &(wish.is_some_and(|wish| wish.requote) || self.events().any(requote)));
        v.insert("news", &self.news());
        v.insert("reason", &self.refusal().map(|(act, why)| self.words.refusal_of(act, why)));
        v.insert("guess", &self.guess());
        v.insert("proposed", &self.proposed());
        v.insert("told_again", &self.told_again());
        let prices = (self.letter.kind == Kind::Confirm && self.prices_wait()).then(|| self.would_be());
        v.insert("priced", &prices.as_ref().map(|prices| self.by_markup(prices)).unwrap_or_default());
        v.insert("lacking", &prices.map(|prices| self.lacking(&prices)).unwrap_or_default());
        v.insert("below", &self.below_cost());
        v.insert("beside_tech", &self.beside_tech());
        v.insert("free", &self.cx.case.is_free());
        v.insert("signed", &self.cx.case.contract.number.is_some());
        v.insert("unpaid", &self.unpaid());
        v.insert("unfiled", &self.unfiled());
        v.insert("own_checks", &matches!(self.told_back(), Some(Proposed::Checks { .. })));
        v.insert("called_off", &self.cx.case.is_given_up_at_work());
        v.insert("held_open", &self.held_open());
        v.insert("renumbered", &self.renumbered());
        v.insert("answered_before", &self.has_answers_before());
        v.insert("known_before", &self.known_before());
        v.insert("cell_notes", &self.cell_notes());
        v.insert("withdrawn", &self.withdrawn());
        v.insert("plan_gone", &self.plan_gone());
        v.insert("plan_moved", &self.plan_moved());
        v.insert("odd_plan", &self.odd_plan());
        v.insert("asked_back", &self.asked_back());
        v.insert("reworked", &self.reworked());
        v.insert("stands_in", &self.stands_in());
        v.insert("needs_server", &self.cx.case.form.needs_server());
        v.insert("server_span", &self.words.server_span());
        v.insert("server_example", &self.words.server_example());
        v.insert("corrected", &self.corrected());
        let commented = self.events().any(|e| matches!(e, Event::Commented { .. }));
        v.insert("note", &self.note().map(|note| self.verbatim(&note)));
        v.insert("commented", &commented.then(|| self.words.passed_on(self.cx.passed_on)));
        v.insert("quote", &self.quote_view());
        let plan = self.cx.case.plan.map(|p| PlanView { start: self.words.date(p.start), end: self.words.date(p.end) });
        v.insert("pass_on", &self.pass_on());
        v.insert("plan", &plan);
        v.insert("closed", &self.closed());
        let told = |row: &&crate::process::event::Recorded| {
            use Event::{Commented, HandedOver, PlanReminded, Progressed, Reopened, Retracted, Tested, Unreached};
            let milestone = matches!(row.event, Progressed { .. } | Tested { .. } | HandedOver { .. } | PlanReminded { .. });
            milestone || matches!(row.event, Retracted { .. } | Reopened { .. } | Commented { .. } | Unreached { .. })
        };
        // They stand in sentences of their own.
        let line = |row| self.words.history(row).trim_end_matches('.').to_string();
        let lines: Vec<String> = self.cx.events.iter().filter(told).map(line).collect();
        v.insert("events", &lines);
        v.insert("milestone", &self.milestone());
        v.insert("company", &self.company());
        v.insert("missing", &self.missing().join("; "));
    }

    /// Step 9: what the project has come to: `start`, `end` (the eve and the day of it), `tested`.
    fn milestone(&self) -> Option<&'static str> {
        self.events().find_map(|e| match e {
            Event::PlanReminded { level: 1 } => Some("start"),
            Event::PlanReminded { .. } => Some("end"),
            Event::Tested { .. } => Some("tested"),
            _ => None,
        })
    }

    /// What there is to tell of the project, behind its name: `đã đạt 50%: xong phần nhập liệu`.
    fn news(&self) -> Option<String> {
        let say = |key: &str, fill: &[(&str, &str)]| Some(self.words.say(&format!("news.{key}"), fill));
        let plain = |text: &str| one_line(text, 300).trim_end_matches('.').to_string();
        self.events().find_map(|event| match event {
            Event::Progressed { percent: Some(percent), text } => {
                let key = if text.is_empty() { "progressed_bare" } else { "progressed" };
                say(key, &[("percent", &percent.to_string()), ("text", &plain(text))])
            }
            Event::Progressed { percent: None, text } => say("progressed_plain", &[("text", &plain(text))]),
            Event::Tested { on } => say("tested", &[("on", &self.words.short_date(*on))]),
            Event::HandedOver { on } => say("handed_over", &[("on", &self.words.short_date(*on))]),
            _ => None,
        })
    }

    /// The words that this letter passes on, and the checks that stand beside them.
    fn told(&self) -> (String, Vec<Check>) {
        let mut text = String::new();
        let mut checks = Vec::new();
        for event in self.events() {
            match event {
                Event::Clarify { questions, checks: remarks, .. } => {
                    text = questions.clone();
                    checks = remarks.iter().map(|c| self.check(c)).collect();
                }
                Event::Rejected { reason, checks: remarks } => {
                    text = reason.clone();
                    checks = remarks.iter().map(|c| self.check(c)).collect();
                }
                Event::ChangeAsked { text: said, .. }
                | Event::Reopened { text: said }
                | Event::QuestionAnswered { text: said, .. }
                | Event::NotUnderstood { text: said, .. }
                | Event::Progressed { text: said, .. }
                | Event::Declined { reason: said } => text = said.clone(),
                // In a letter of the next step it stands as a note of its own.
                // Beside a form there may be two: what was said on its cells, and in the mail.
                Event::Commented { text: said, .. } if !self.letter.kind.carries_note() => {
                    let before = std::mem::take(&mut text);
                    text =
                        [before, self.without_costs(said)].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join("\n");
                }
                Event::Unreached { cause: Cause::Returned, words, .. } => text = self.words.why_returned(words),
                Event::Unreached { words, .. } => text = words.clone(),
                Event::Asked { question, .. } => text = question.text.clone(),
                Event::Closed { text: said, .. } if !said.is_empty() => text = said.clone(),
                _ => {}
            }
        }
        // A nudge about a question, or its status, repeats the question.
        if text.is_empty()
            && matches!(self.letter.kind, Kind::Question | Kind::Reminder | Kind::Late | Kind::Escalation | Kind::Status)
        {
            text = self.cx.case.question.as_ref().map(|q| q.text.clone()).unwrap_or_default();
        }
        (text, checks)
    }

    /// Tech's words on a correction that came too late, without what the work costs where the reader does not see that: they
    /// were meant for the form.
    fn without_costs(&self, text: &str) -> String {
        let late = |e: &Event| matches!(e, Event::Refused { what, .. } if what == "correct");
        let (case, house, today) = (self.cx.case, self.cx.house, self.cx.house.day(self.cx.at));
        let by = self.cx.events.iter().find_map(|row| row.by.as_deref()).unwrap_or_default();
        let tech = roles::roles(case, house, by, today).iter().any(|r| matches!(r, Role::Tech | Role::TechHead));
        if self.sees_cost() || !tech || !self.events().any(late) {
            return text.to_string();
        }
        let (mut shown, mut from) = (String::new(), 0);
        for (at, _) in amounts_in(text) {
            shown.push_str(text.get(from..at.start).unwrap_or_default());
            shown.push_str(&self.words.say("word.cost_unseen", &[]));
            from = at.end;
        }
        shown + text.get(from..).unwrap_or_default()
    }

    /// What the sender of this decision has written beside it, where the reader gets it in this letter and in no other.
    fn note(&self) -> Option<String> {
        let carries = self.letter.kind.carries_note() && self.letter.kind != Kind::Progress;
        let said = |row: &&crate::process::event::Recorded| row.by.as_deref() != Some(self.letter.to.as_str());
        self.cx.events.iter().filter(|_| carries).filter(said).find_map(|row| match &row.event {
            Event::Commented { text, .. } => Some(text.clone()),
            _ => None,
        })
    }

    fn check(&self, remark: &CheckRemark) -> Check {
        Check {
            title: self.words.check(&remark.check),
            verdict: self.words.choice(&remark.verdict),
            remark: self.verbatim(&remark.remark),
        }
    }

    /// The act that was refused by its name, and why.
    pub(super) fn refusal(&self) -> Option<(&'a str, &'a Refusal)> {
        self.events().find_map(|e| match e {
            Event::Refused { what, refusal } => Some((what.as_str(), refusal)),
            _ => None,
        })
    }

    fn guess(&self) -> Option<String> {
        self.events().find_map(|e| match e {
            Event::NotUnderstood { guess: Some(guess), .. } => Some(self.words.act(&one_line(guess, 200))),
            _ => None,
        })
    }

    /// Everything wrong that this letter tells of: the caller's findings, those of the form that went back, those that
    /// keep prices from making a quote, or words from being Tech's answer.
    pub(super) fn problems(&self) -> impl Iterator<Item = &'a Problem> + use<'a> {
        let of_events: Vec<&'a Problem> = self
            .events()
            .flat_map(|e| match e {
                Event::FormReturned { problems } => problems.as_slice(),
                Event::Refused {
                    refusal: Refusal::Prices { problems } | Refusal::Answers { problems } | Refusal::HeldBack { problems, .. },
                    ..
                } => problems.as_slice(),
                _ => &[],
            })
            .collect();
        let given: &'a [Problem] = if of_events.is_empty() { self.cx.problems } else { &[] };
        of_events.into_iter().chain(given)
    }

    /// A finding in words; with what stands in an internal cell, where the reader may see it.
    pub(super) fn finding(&self, problem: &Problem) -> String {
        let line = self.words.problem_line(problem);
        let at = problem.at();
        let says = self.cx.case.form.at(&at).filter(|_| problem.kind == problem::Kind::Internal && self.sees(&problem.field));
        match says {
            Some(value) => format!(
                "{line} {}",
                self.words.say("word.it_says", &[("text", &cut(&self.words.value_at(&at, Some(value)), 300))])
            ),
            None => line,
        }
    }

    pub(super) fn sees(&self, field: &str) -> bool {
        let case = self.cx.case;
        let eyes = Eyes::new(&case.form, Some(self.letter.role), Some(case.state), self.cx.house.quote.sales_sees_cost);
        layout::field(field).is_some_and(|f| eyes.field(f)) || layout::column(field).is_some_and(|c| eyes.column(c))
    }

    fn proposed(&self) -> Vec<String> {
        let reminds = matches!(self.letter.kind, Kind::Reminder | Kind::Late);
        let latest = self.cx.case.proposal.as_ref().map(|p| &p.what);
        let Some(what) = (if reminds { self.waits() } else { latest }) else { return vec![] };
        // All cells of an item in one line, each cut where it is made.
        self.words.proposed(what).iter().map(|line| cut(line, 4_000)).collect()
    }

    /// What was told back to the reader, and what the step waits for.
    pub(super) fn waits(&self) -> Option<&'a Proposed> {
        self.told_back().filter(|what| !what.is_aside())
    }

    /// What was told back to the reader and has not been answered.
    pub(super) fn told_back(&self) -> Option<&'a Proposed> {
        self.cx.case.proposal_of(&self.letter.to).map(|p| &p.what)
    }

    /// A line of the answer that says what the list of values told back says as well: `“25tr” em hiểu là 25.000.000 đ (…)`.
    pub(super) fn told_below(&self, line: &str) -> bool {
        let waits = self.cx.case.proposal.as_ref().filter(|_| self.letter.kind == Kind::Confirm).map(|p| &p.what);
        let Some(Proposed::Cells { cells, .. } | Proposed::Correction { cells }) = waits else { return false };
        cells.iter().any(|c| {
            let value = self.words.value_spelled(&c.at, c.new.as_ref());
            line.starts_with(&format!("{}: ", self.words.place(&c.at))) && line.trim_end_matches('.').ends_with(&value)
        })
    }

    /// What was told back to the reader before has been taken over by this decision.
    pub(super) fn has_confirmed(&self) -> bool {
        let waited = self.cx.before.and_then(|before| before.proposal_of(&self.letter.to)).map(|p| &p.what);
        let cells = match waited {
            Some(Proposed::Cells { cells, .. }) => cells,
            Some(Proposed::Payment { payment: p }) => {
                return self.events().any(|e| matches!(e, Event::Paid { vnd, on } if (*vnd, *on) == (p.vnd, p.on)));
            }
            Some(Proposed::PaymentInstead { .. }) => return self.events().any(|e| matches!(e, Event::PaidInstead { .. })),
            Some(Proposed::Start { .. }) => return self.events().any(|e| matches!(e, Event::Planned { .. })),
            _ => return false,
        };
        let by_form = self.events().any(|e| matches!(e, Event::FormTaken { .. } | Event::FormReturned { .. }));
        let filled = |e: &Event| match e {
            Event::Filled { cells: now, .. } => cells.iter().any(|c| now.contains(c)),
            // Answers that stand fill in nothing.
            Event::ItemsAnswered { .. } => cells.is_empty(),
            _ => false,
        };
        !by_form || self.events().any(filled)
    }

    /// What waited before is told back as it was: most often the DUYỆT has answered an older letter.
    fn told_again(&self) -> bool {
        let now = self.cx.case.proposal.as_ref();
        let before = now.and_then(|now| self.cx.before?.proposal_of(&now.by));
        now.zip(before).is_some_and(|(now, before)| now.what == before.what)
    }

    fn quote_view(&self) -> Option<QuoteView> {
        let quote = self.cx.case.quote()?;
        Some(QuoteView {
            number: quote.number.clone(),
            revision: quote.revision,
            total: self.words.money(quote.total),
            words: self.words.in_words(quote.total),
            file: quote.file.clone(),
            expires: self.words.date(quote.expires),
            left: (quote.expires - self.cx.house.day(self.cx.at)).num_days().max(0),
            days: quote.half_days.map(|d| self.words.half_days(d)),
            working_days: quote.half_days.map(|d| self.words.working_days(d)),
            items: quote.lines.iter().filter(|l| l.item.is_some()).count(),
            server: quote.lines.iter().any(|l| l.item.is_none()),
            mailed_to: self.cx.case.quote_mailed_to(self.cx.house).map(String::from),
            replaces: self.cx.case.replaced_by(quote).map(|before| {
                let fill = [("number", before.number.as_str()), ("on", &self.words.short_date(before.date))];
                self.words.say("word.quote_of", &fill)
            }),
        })
    }

    /// The quote that this decision has taken back.
    fn withdrawn(&self) -> Option<WithdrawnView> {
        let unsent = self.events().find_map(|e| if let Event::Retracted { unsent, .. } = e { Some(*unsent) } else { None })?;
        let quote = self.cx.before?.quote()?;
        Some(WithdrawnView { number: quote.number.clone(), file: quote.file.clone(), sent: !unsent })
    }

    /// The form comes back to whoever had sent it back.
    fn asked_back(&self) -> Option<AskedView> {
        let case = self.cx.case;
        let asked = case.asked_back.as_ref().filter(|asked| asked.step == case.state)?;
        let said = asked
            .answers
            .iter()
            .map(|said| SaidView { who: self.cx.house.name_of(&said.by).to_string(), text: self.verbatim(&said.text) });
        Some(AskedView { questions: self.verbatim(&asked.questions), answers: said.collect() })
    }

    /// What Sales has changed for the next round of review.
    fn reworked(&self) -> Vec<String> {
        let again = self.letter.kind == Kind::Review && self.cx.case.round > 1;
        let lines = self.cx.events.iter().filter(|_| again).flat_map(|row| match &row.event {
            Event::Filled { cells, added, .. } => {
                let added = added.iter().map(|item| self.words.say("detail.new", &[("name", &self.words.named_item(&item.id))]));
                cells.iter().map(|c| self.words.change("word.changed", c)).chain(added).collect()
            }
            _ => vec![],
        });
        self.fitting(lines.collect())
    }

    /// What Sales looks at before the customer is told of the plan.
    fn odd_plan(&self) -> Option<String> {
        let plan = self.cx.case.plan.filter(|_| self.letter.kind == Kind::Planned && self.letter.role == Role::Sales)?;
        let odd = self.words.odd_in_plan(&plan, self.cx.case, self.cx.house.day(self.cx.at));
        (!odd.is_empty()).then(|| [odd, vec![self.words.say("odd.ask_tech", &[])]].concat().join(" "))
    }

    /// The plan that this decision has taken back: Sales may have told the customer.
    fn plan_gone(&self) -> Option<String> {
        let was = self.cx.before?.plan.filter(|was| self.cx.case.plan != Some(*was))?;
        let told = matches!(self.letter.role, Role::Sales | Role::Cskh);
        let taken_back = self.events().any(|e| matches!(e, Event::Retracted { .. }));
        let gone = |now: Option<&Plan>| match now {
            Some(now) => self.words.say("mail.plan_was", &[("plan", &self.words.plan(&was)), ("now", &self.words.plan(now))]),
            None => self.words.say("mail.plan_gone", &[("plan", &self.words.plan(&was))]),
        };
        (told && taken_back).then(|| gone(self.cx.case.plan.as_ref()))
    }

    /// The plan that this one takes the place of: whoever has told the customer tells them anew.
    fn plan_moved(&self) -> Option<String> {
        let was = self.cx.before?.plan.filter(|was| self.cx.case.plan != Some(*was))?;
        (self.letter.kind == Kind::Planned).then(|| self.words.say("mail.plan_moved", &[("plan", &self.words.plan(&was))]))
    }

    /// A deputy is told for whom the work is done, and until when.
    fn stands_in(&self) -> Option<String> {
        if !self.has_turn() {
            return None;
        }
        let (cx, today) = (self.cx, self.cx.house.day(self.cx.at));
        let acts_for =
            |p: &&String| **p != self.letter.to && roles::stand_in(cx.case, cx.house, p, today) == self.letter.to.as_str();
        let of = roles::holders(cx.case, self.letter.role);
        let whom = cx.house.person(of.iter().find(acts_for)?)?;
        let called = self.words.called(whom);
        let away = whom.away.as_ref().filter(|away| away.from <= today && today <= away.to);
        Some(match away {
            Some(away) => self.words.say("mail.stands_in_until", &[("whom", &called), ("until", &self.words.date(away.to))]),
            None => self.words.say("mail.stands_in", &[("whom", &called)]),
        })
    }

    fn company(&self) -> CompanyView {
        let head = &self.cx.house.quote.letterhead;
        let phone = head.phone.as_ref().map(|p| self.words.say("mail.phone", &[("phone", p)]));
        let known = [head.address.clone(), phone, head.email.clone(), head.website.clone()];
        let lines = known.into_iter().flatten().map(|line| one_line(&line, 150)).filter(|line| !line.is_empty());
        CompanyView { name: one_line(&self.cx.house.company, 150), lines: lines.collect() }
    }

    fn closed(&self) -> Option<ClosedView> {
        let closed = self.cx.case.closed.as_ref()?;
        Some(ClosedView {
            reason: self.words.reason(closed.reason),
            why: closed.reason.name(),
            // Whoever declined has their own words in the answer already.
            text: if self.has_declined() { String::new() } else { self.verbatim(&closed.text) },
            at: self.words.moment(closed.at),
        })
    }

    fn has_declined(&self) -> bool {
        self.cx.answer && self.events().any(|e| matches!(e, Event::Declined { .. } | Event::Rejected { .. }))
    }

    /// Step 8: what Sales can send to the customer as it stands.
    fn pass_on(&self) -> Option<String> {
        // CSKH and the others of Tech are told, and speak with the customer of other things.
        if self.letter.kind != Kind::Planned || self.letter.role != Role::Sales {
            return None;
        }
        let plan = self.cx.case.plan?;
        let (to, sales) = (self.customer(), self.cx.case.sales.as_deref().map(|s| self.cx.house.name_of(s)));
        Some(self.words.say(
            "mail.pass_on_text",
            &[
                ("dear", &to.dear),
                ("you_there", &to.you),
                ("company", &self.cx.house.company),
                ("start", &self.words.date(plan.start)),
                ("end", &self.words.date(plan.end)),
                ("sales", sales.unwrap_or_default()),
            ],
        ))
    }
}
