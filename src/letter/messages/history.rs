//! What has happened, as a line of the history and as a line of the answer to whoever did it.

use chrono::{Months, NaiveDate};

use super::{Words, cut, one_line};
use crate::process::act::{Cause, Refusal};
use crate::process::case::{Case, FileKind, Plan};
use crate::process::event::{Event, Recorded};
use crate::process::form::{Cell, Change};
use crate::process::house::{At, Email};
use crate::process::problem::{Problem, Severity};

/// How many places of a form have to be mended: what is only worth a look is none.
fn to_mend(problems: &[Problem]) -> String {
    let errors = problems.iter().filter(|p| p.severity == Severity::Error).count();
    (if errors == 0 { problems.len() } else { errors }).to_string()
}

/// The longest text of a person in one line of history.
const LINE: usize = 300;
/// Of values read back: all of a form's items, for nowhere else is it kept what exactly somebody was asked to confirm.
const READ_BACK: usize = 20_000;

impl Words<'_> {
    /// One line of the history: `Leader Hoàng Đức Trí duyệt phiếu (lần 1)`.
    pub fn history(&self, row: &Recorded) -> String {
        let who = self.actor(row);
        let say = |key: &str, fill: &[(&str, &str)]| {
            let mut all = vec![("who", who.as_str())];
            all.extend_from_slice(fill);
            self.say(&format!("history.{key}"), &all)
        };
        let texted = |key: &str, text: &str| say(key, &[("text", &one_line(text, LINE))]);
        match &row.event {
            Event::Opened { need, .. } => texted("opened", &need.text),
            Event::Assigned { sales, .. } => say("assigned", &[("sales", self.house.name_of(sales))]),
            Event::Moved { to, due: None, .. } => say("moved", &[("state", &self.state(*to))]),
            Event::Moved { to, due: Some(due), .. } => {
                say("moved_due", &[("state", &self.state(*to)), ("due", &self.due_moment(due))])
            }
            Event::Filled { cells, added, dropped, exchanges, notes, .. } => {
                match self.counted([cells.len(), added.len(), dropped.len(), exchanges.len(), notes.len()]) {
                    Some(what) => say("filled", &[("what", &what)]),
                    None => say("filled_nothing", &[]),
                }
            }
            Event::FormReturned { problems } => say("form_returned", &[("n", &to_mend(problems))]),
            Event::FormTaken { kept, clashes, .. } if kept.is_empty() && clashes.is_empty() => say("form_taken", &[]),
            Event::FormTaken { kept, clashes, .. } => say("form_taken_kept", &[("n", &(kept.len() + clashes.len()).to_string())]),
            Event::Staffed { leader, director, tech } => {
                let one = |p: &Option<String>| p.as_deref().map_or("–", |p| self.house.name_of(p)).to_string();
                say("staffed", &[("leader", &one(leader)), ("director", &one(director)), ("tech", &self.names(tech))])
            }
            Event::Readdressed { addresses } => {
                let each: Vec<String> = addresses.iter().map(|(old, new)| format!("{old} → {new}")).collect();
                say("readdressed", &[("what", &each.join("; "))])
            }
            Event::FolderNamed { folder } => say("folder_named", &[("folder", folder)]),
            Event::Reviewed { confirmed, round, .. } => {
                say(if *confirmed { "confirmed" } else { "not_confirmed" }, &[("round", &round.to_string())])
            }
            Event::Clarify { questions, checks, .. } => {
                let remarks = checks.iter().map(|c| format!("{}: {}", self.check(&c.check), c.remark));
                texted(
                    "clarify",
                    &std::iter::once(questions.clone()).filter(|q| !q.is_empty()).chain(remarks).collect::<Vec<_>>().join("; "),
                )
            }
            Event::Rejected { reason, .. } => texted("rejected", reason),
            Event::ItemsAnswered { items, .. } => say("items_answered", &[("items", &self.item_list(items))]),
            Event::Conflicted { item, rivals } => {
                say("conflicted", &[("item", &self.item_no(item)), ("n", &rivals.len().to_string())])
            }
            Event::Settled { item, .. } => say("settled", &[("item", &self.item_no(item))]),
            Event::Corrected { cells } => {
                let what: Vec<String> = cells.iter().map(|c| self.change("word.changed", c)).collect();
                say("corrected", &[("what", &what.join("; "))])
            }
            Event::NothingFeasible => say("nothing_feasible", &[]),
            Event::Asked { question, .. } => say(
                "asked",
                &[
                    ("from", self.house.name_of(&question.from)),
                    ("to", self.house.name_of(&question.to)),
                    ("text", &one_line(&question.text, LINE)),
                ],
            ),
            Event::QuestionAnswered { text, .. } => texted("question_answered", text),
            Event::Proposed { proposal } => {
                say("proposed", &[("what", &one_line(&self.proposed_then(&proposal.what).join("; "), READ_BACK))])
            }
            Event::ProposalDropped => say("proposal_dropped", &[]),
            Event::WaitsOn { proposals } => {
                let what: Vec<String> = proposals.iter().flat_map(|p| self.proposed(&p.what)).collect();
                say("waits_on", &[("what", &one_line(&what.join("; "), READ_BACK))])
            }
            Event::Priced => say("priced", &[]),
            Event::Quoted { quote } => say("quoted", &[("number", &quote.number), ("total", &self.money(quote.total))]),
            Event::SentToCustomer { on } => say("sent_to_customer", &[("on", &self.short_date(*on))]),
            Event::Agreed { on, revision } => {
                say("agreed", &[("on", &self.short_date(*on)), ("revision", &revision.to_string())])
            }
            Event::Declined { reason } => texted("declined", reason),
            Event::ChangeAsked { text, .. } if text.is_empty() => say("requoted", &[]),
            Event::ChangeAsked { text, requote: true, .. } => texted("requote_asked", text),
            Event::ChangeAsked { text, .. } => texted("change_asked", text),
            Event::Signed { number, on, instead_of } => {
                let key = if instead_of.is_some() { "signed_anew" } else { "signed" };
                let before = one_line(instead_of.as_deref().unwrap_or_default(), 60);
                say(key, &[("number", &one_line(number, 60)), ("on", &self.short_date(*on)), ("before", &before)])
            }
            Event::Paid { vnd, on } => say("paid", &[("vnd", &self.money(*vnd)), ("on", &self.short_date(*on))]),
            Event::PaidInstead { was, payment } => say(
                if payment.vnd > 0 { "paid_instead" } else { "paid_instead_of_nothing" },
                &[
                    ("was", &self.money(was.vnd)),
                    ("was_on", &self.short_date(was.on)),
                    ("vnd", &self.money(payment.vnd)),
                    ("on", &self.short_date(payment.on)),
                ],
            ),
            Event::Appendix { name } => say("appendix", &[("name", name)]),
            Event::Planned { plan } => {
                say("planned", &[("start", &self.short_date(plan.start)), ("end", &self.short_date(plan.end))])
            }
            Event::Progressed { percent: Some(percent), text } => {
                let key = if text.is_empty() { "progressed_bare" } else { "progressed" };
                say(key, &[("percent", &percent.to_string()), ("text", &one_line(text, LINE))])
            }
            Event::Progressed { percent: None, text } => texted("progressed_plain", text),
            Event::Tested { on } => say("tested", &[("on", &self.short_date(*on))]),
            Event::HandedOver { on } => say("handed_over", &[("on", &self.short_date(*on))]),
            Event::Closed { reason, text } if text.is_empty() => say("closed_plain", &[("reason", &self.reason(*reason))]),
            Event::Closed { reason, text } => {
                say("closed", &[("reason", &self.reason(*reason)), ("text", &one_line(text, LINE))])
            }
            Event::Reopened { text } => texted("reopened", text),
            Event::Retracted { what, onward: true, .. } => say("retracted", &[("what", &self.act(what))]),
            Event::Retracted { .. } => say("retracted_plain", &[]),
            Event::Commented { text, .. } => texted("commented", text),
            Event::Noted { text } if text.is_empty() => say("noted_plain", &[]),
            Event::Noted { text } => texted("noted", text),
            Event::StatusAsked => say("status_asked", &[]),
            Event::FileKept { file } => {
                let archived = file.path.starts_with("archive/");
                say(if archived { "file_archived" } else { "file_kept" }, &[("name", &file.name)])
            }
            Event::Refused { what, refusal } => say("refused", &[("why", &self.refusal_of(what, refusal))]),
            Event::NotUnderstood { text, .. } => texted("not_understood", text),
            Event::Unreached { who, cause, stand_in, .. } => {
                let whom = self.house.name_of(who);
                let key = match (cause, stand_in) {
                    (Cause::Returned, None) => "returned",
                    (Cause::Returned, Some(_)) => "returned_deputy",
                    (Cause::Away, None) => "away",
                    (Cause::Away, Some(_)) => "away_deputy",
                };
                say(key, &[("whom", whom), ("deputy", stand_in.as_deref().map_or("", |d| self.house.name_of(d)))])
            }
            Event::StoodIn { absent, deputy } => {
                say("stood_in", &[("whom", self.house.name_of(absent)), ("deputy", self.house.name_of(deputy))])
            }
            Event::Nudged { level } => say(&format!("nudged_{}", level.clamp(&1, &3)), &[]),
            Event::QuoteReminded { level } => say("quote_reminded", &[("level", &level.to_string())]),
            Event::PlanReminded { level } => say(&format!("plan_reminded_{}", level.clamp(&1, &3)), &[]),
        }
    }

    /// Why a letter came back, in plain words, with the mail system's own behind them.
    pub fn why_returned(&self, words: &str) -> String {
        let code = words.split([' ', ':', '(', ')', '#', ',']).find_map(|w| {
            let parts: Vec<&str> = w.split('.').collect();
            let whole = parts.len() == 3 && parts.iter().all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
            whole.then(|| format!("{}.{}", parts[1], parts[2]))
        });
        let folded = crate::text::fold(words);
        let says = |hints: &[&str]| hints.iter().any(|h| folded.contains(h));
        // RFC 3463, 3: subject and detail.
        let key = match code.as_deref() {
            Some("1.1" | "1.2" | "1.3" | "1.6" | "1.10" | "2.1") => "no_such",
            Some("2.2") => "full",
            Some("2.3" | "3.4") => "too_large",
            Some(code) if code.starts_with("7.") => "blocked",
            Some(code) if code.starts_with("4.") => "no_server",
            _ if says(&["unknown user", "user unknown", "no such user", "does not exist", "not found", "unknown recipient"]) => {
                "no_such"
            }
            _ if says(&["mailbox full", "over quota", "quota exceeded", "mailbox is full"]) => "full",
            _ if says(&["spam", "blocked", "blacklist", "policy", "denied"]) => "blocked",
            _ => "other",
        };
        self.say(&format!("returned.{key}"), &[("words", &one_line(words, LINE))])
    }

    /// Who did it, and for whom: `Trần Thị Lan (thay Lê Văn Hùng)`.
    pub fn actor(&self, row: &Recorded) -> String {
        let who = self.who(row.by.as_ref());
        match &row.for_ {
            Some(absent) => self.say("word.stands_in", &[("who", &who), ("for", self.house.name_of(absent))]),
            None => who,
        }
    }

    /// What was understood and done, told to whoever sent it: one line or none for each event, and last whose turn it
    /// is now. `case` is the case as it stands afterwards, `passed_on` who else gets what was said.
    pub fn understood(&self, events: &[&Recorded], case: &Case, passed_on: &[Email], at: At) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let (mut filled, mut counts, mut first) = (0, [0; 5], true);
        for row in events {
            if let Event::Filled { cells, added, dropped, exchanges, notes, .. } = &row.event {
                let more = [cells.len(), added.len(), dropped.len(), exchanges.len(), notes.len()];
                filled += 1;
                counts.iter_mut().zip(more).for_each(|(sum, n)| *sum += n);
            }
        }
        for row in events {
            match &row.event {
                Event::Moved { .. } => {}
                Event::FormTaken { kept, clashes, warnings, echoes } => {
                    lines.extend(echoes.iter().map(|e| self.echo(e)));
                    lines.extend(kept.iter().map(|c| self.change("done.kept", c)));
                    lines.extend(clashes.iter().map(|c| self.change("done.clash", c)));
                    let told: Vec<&Cell> = kept.iter().chain(clashes).map(|c| &c.at).collect();
                    // What is written on such a cell is another matter.
                    let warnings = warnings.iter().filter(|p| p.is_note() || !told.contains(&&p.at()));
                    lines.extend(warnings.map(|p| self.problem_line(p)));
                }
                // What the desk fills in beside a form's cells is told of with them.
                Event::Filled { .. } if filled > 1 => {
                    if std::mem::take(&mut first) {
                        lines.extend(self.counted(counts).map(|what| self.say("done.filled", &[("what", &what)])));
                    }
                }
                Event::Commented { .. } => lines.extend(Some(self.passed_on(passed_on)).filter(|line| !lines.contains(line))),
                // Of what others have told they have a letter.
                Event::WaitsOn { proposals } => {
                    let own = proposals.iter().filter(|p| Some(&p.by) == row.by.as_ref()).flat_map(|p| self.proposed(&p.what));
                    lines.extend(own.map(|what| self.say("done.waits_on", &[("what", &what)])));
                }
                Event::Corrected { cells } => lines.extend(cells.iter().map(|c| self.change("done.corrected", c))),
                // A document that lies in two places is told of once.
                event => lines.extend(
                    self.done(event, case, row.by.is_some() && row.by == case.sales, at).filter(|line| !lines.contains(line)),
                ),
            }
        }
        if events.iter().any(|e| matches!(e.event, Event::Moved { .. })) && !case.is_closed() {
            let (asked, whom) = (self.asked_in_full(case), self.whose_turn(case, at));
            lines.push(match &case.due {
                Some(due) => self.say("done.moved_due", &[("asked", &asked), ("whom", &whom), ("due", &self.due(due))]),
                None => self.say("done.moved", &[("asked", &asked), ("whom", &whom)]),
            });
        }
        lines
    }

    /// To whom somebody's words went, told to who wrote them.
    pub fn passed_on(&self, to: &[Email]) -> String {
        match to {
            [] => self.say("done.comment_kept", &[]),
            to => self.say("done.commented", &[("whom", &self.names(to))]),
        }
    }

    /// `30.000.000 đ / 48.000.000 đ, còn 18.000.000 đ`: what of the agreed quote is paid.
    pub fn paid_of(&self, case: &Case) -> Option<String> {
        let owed = case.owed().filter(|owed| owed.total > 0)?;
        let (paid, total, left) = (self.money(owed.paid), self.money(owed.total), self.money(owed.left()));
        let key = if owed.left() > 0 { "word.paid_of" } else { "word.paid_all" };
        Some(self.say(key, &[("paid", &paid), ("total", &total), ("left", &left)]))
    }

    /// What a form brought, as `cập nhật 14 ô, thêm 3 mục`: cells, items added, items dropped, exchanges, notes on cells. `None`:
    /// nothing.
    fn counted(&self, counts: [usize; 5]) -> Option<String> {
        let named = ["cells", "added", "dropped", "exchanges", "notes"].into_iter().zip(counts).filter(|(_, n)| *n > 0);
        let said: Vec<String> = named.map(|(key, n)| self.say(&format!("counted.{key}"), &[("n", &n.to_string())])).collect();
        (!said.is_empty()).then(|| said.join(", "))
    }

    /// One cell in a sentence that has its `{label}`, `{old}` and `{new}`.
    pub fn change(&self, key: &str, change: &Change) -> String {
        let shown = |value| one_line(&self.value_at(&change.at, value), 120);
        let (old, new) = (shown(change.old.as_ref()), shown(change.new.as_ref()));
        self.say(key, &[("label", &self.place(&change.at)), ("old", &old), ("new", &new)])
    }

    /// The sender's line of one event; `None` where it is only bookkeeping, or has a letter of its own.
    fn done(&self, event: &Event, case: &Case, by_sales: bool, at: At) -> Option<String> {
        let say = |key: &str, fill: &[(&str, &str)]| Some(self.say(&format!("done.{key}"), fill));
        let texted = |key: &str, text: &str| say(key, &[("text", &cut(text, 1000))]);
        let dated = |key: &str, on: chrono::NaiveDate| say(key, &[("on", &self.date(on))]);
        let so_far = |done: String| match self.paid_of(case) {
            Some(paid) => Some(format!("{done} {}", self.say("done.paid_so_far", &[("paid", &paid)]))),
            None => Some(done),
        };
        match event {
            Event::Opened { id, .. } => say("opened", &[("id", id)]),
            Event::Assigned { sales, .. } => say("assigned", &[("sales", self.house.name_of(sales))]),
            Event::Filled { cells, added, dropped, exchanges, notes, .. } => {
                match self.counted([cells.len(), added.len(), dropped.len(), exchanges.len(), notes.len()]) {
                    Some(what) => say("filled", &[("what", &what)]),
                    None => say("filled_nothing", &[]),
                }
            }
            Event::FormReturned { problems } => say("form_returned", &[("n", &to_mend(problems))]),
            Event::Reviewed { confirmed: true, rev, .. } => say("confirmed", &[("rev", &rev.to_string())]),
            Event::Clarify { questions, .. } => texted("clarify", questions),
            Event::Rejected { reason, .. } => texted("rejected", reason),
            Event::ItemsAnswered { items, .. } => say("items_answered", &[("items", &self.item_list(items))]),
            Event::Conflicted { item, .. } => say("conflicted", &[("item", &self.item_no(item))]),
            Event::Settled { item, .. } => say("settled", &[("item", &self.item_no(item))]),
            Event::NothingFeasible => say("nothing_feasible", &[]),
            Event::Asked { question, .. } => {
                say("asked", &[("to", self.house.name_of(&question.to)), ("text", &cut(&question.text, 1000))])
            }
            Event::QuestionAnswered { text, .. } => texted("question_answered", text),
            Event::Proposed { .. } => say("proposed", &[]),
            Event::ProposalDropped => say("proposal_dropped", &[]),
            Event::Quoted { quote } => say("quoted", &[("number", &quote.number), ("total", &self.money_spelled(quote.total))]),
            Event::SentToCustomer { on } => dated("sent_to_customer", *on),
            Event::Agreed { on, .. } => dated("agreed", *on),
            Event::Declined { reason } => texted("declined", reason),
            Event::ChangeAsked { text, .. } if text.is_empty() => say("requoted", &[]),
            Event::ChangeAsked { text, requote: true, .. } => texted("requote_asked", text),
            Event::ChangeAsked { text, .. } => texted("change_asked", text),
            Event::Signed { number, on, instead_of } => {
                let key = if instead_of.is_some() { "done.signed_anew" } else { "done.signed" };
                let before = one_line(instead_of.as_deref().unwrap_or_default(), 60);
                let done = self.say(key, &[("number", &one_line(number, 60)), ("on", &self.date(*on)), ("before", &before)]);
                let framework = case.is_framework().then(|| self.say("done.framework", &[]));
                let unfiled = case.lacks_contract().then(|| self.say("done.unfiled", &[]));
                Some([Some(done), framework, unfiled].into_iter().flatten().collect::<Vec<_>>().join(" "))
            }
            Event::Paid { vnd, on } => {
                so_far(self.say("done.paid", &[("vnd", &self.money_spelled(*vnd)), ("on", &self.date(*on))]))
            }
            Event::PaidInstead { was, payment } => so_far(self.payment_changed("done.paid_instead", was, payment)),
            Event::Appendix { name } => say("appendix", &[("name", name)]),
            Event::Planned { plan } => {
                let done = self.say("done.planned", &[("start", &self.date(plan.start)), ("end", &self.date(plan.end))]);
                let odd = self.odd_in_plan(plan, case, self.house.day(at));
                let check = (!odd.is_empty()).then(|| self.say("odd.check", &[]));
                Some([vec![done], odd, check.into_iter().collect()].concat().join(" "))
            }
            Event::Progressed { percent: Some(percent), text } => {
                let key = if text.is_empty() { "progressed_bare" } else { "progressed" };
                say(key, &[("percent", &percent.to_string()), ("text", &cut(text, 1000))])
            }
            Event::Progressed { percent: None, text } => texted("progressed_plain", text),
            Event::Tested { on } => dated("tested", *on),
            // Sales tells that the customer has accepted, and closes by it.
            Event::HandedOver { on } if case.is_closed() => dated("accepted", *on),
            Event::HandedOver { on } => {
                let done = dated("handed_over", *on)?;
                Some(if case.tested_on.is_some() { done } else { format!("{done} {}", self.say("done.untested", &[])) })
            }
            Event::Closed { reason, .. } => say("closed", &[("reason", &self.reason(*reason))]),
            Event::Reopened { .. } => say("reopened", &[]),
            Event::Retracted { what, onward: true, .. } => say("retracted", &[("what", &self.act(what))]),
            Event::Retracted { .. } => say("retracted_plain", &[]),
            Event::FileKept { file } if case.files.iter().any(|f| f.name == file.name) => {
                let key = match file.kind {
                    FileKind::Contract => "file_contract",
                    FileKind::Attachment if by_sales && case.may_be_contract(file) => "file_unclear",
                    _ => "file_kept",
                };
                say(key, &[("name", &file.name)])
            }
            Event::Refused { what, refusal } => Some(self.refused(what, refusal)),
            Event::Moved { .. }
            | Event::Commented { .. }
            | Event::Corrected { .. }
            | Event::FormTaken { .. }
            | Event::Staffed { .. }
            | Event::Readdressed { .. }
            | Event::FolderNamed { .. }
            | Event::Reviewed { .. }
            | Event::Priced
            | Event::FileKept { .. }
            | Event::Noted { .. }
            | Event::StatusAsked
            | Event::NotUnderstood { .. }
            | Event::Unreached { .. }
            | Event::StoodIn { .. }
            | Event::Nudged { .. }
            | Event::QuoteReminded { .. }
            | Event::PlanReminded { .. }
            | Event::WaitsOn { .. } => None,
        }
    }

    /// What in a plan is not wrong but may be a slip: a day off, a start before the customer's word, another year's day.
    pub fn odd_in_plan(&self, plan: &Plan, case: &Case, today: NaiveDate) -> Vec<String> {
        let mut days = vec![plan.start, plan.end];
        days.dedup();
        let off = days.into_iter().filter(|day| !self.house.calendar.is_working_day(*day));
        let mut odd: Vec<String> = off.map(|day| self.say("odd.day_off", &[("on", &self.date(day))])).collect();
        if plan.start < today {
            odd.push(self.say("odd.past", &[("on", &self.date(plan.start))]));
        }
        // Said where it is much shorter than the customer was told: by a third and more.
        let quoted = case.quote().and_then(|q| q.half_days);
        let calendar = &self.house.calendar;
        let days = calendar.working_days_between(plan.start, plan.end) + i64::from(calendar.is_working_day(plan.start));
        if let Some(half) = quoted.filter(|half| days * 3 < i64::from(*half)) {
            let (n, days) = (days.to_string(), self.half_days(half));
            odd.push(self.say("odd.short", &[("n", &n), ("days", &days)]));
        }
        let early = case.agreed_on.filter(|agreed| plan.start < *agreed);
        odd.extend(early.map(|agreed| self.say("odd.early", &[("on", &self.date(agreed))])));
        let year = |from: NaiveDate, to: NaiveDate| from.checked_add_months(Months::new(12)).is_some_and(|later| later < to);
        if year(today, plan.start) {
            odd.push(self.say("odd.far", &[("on", &self.date(plan.start))]));
        } else if year(plan.start, plan.end) {
            odd.push(self.say("odd.long", &[("on", &self.date(plan.end))]));
        }
        odd
    }

    /// A refusal with the problems that it carries.
    fn refused(&self, act: &str, refusal: &Refusal) -> String {
        let mut lines = vec![self.refusal_of(act, refusal)];
        if let Refusal::Prices { problems } | Refusal::Answers { problems } | Refusal::HeldBack { problems, .. } = refusal {
            lines.extend(problems.iter().map(|p| self.problem_line(p)));
        }
        lines.join(" ")
    }
}
