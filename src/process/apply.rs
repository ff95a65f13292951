//! How each event changes the case. Never fails and never asks why: what has happened has happened.

use super::case::*;
use super::event::{Event, ForReview, Recorded};
use super::form::{Cell, Change, Form, Item};
use super::house::Email;
use super::problem::{Problem, Severity};
use super::quote::Quote;

impl Case {
    /// The case that these events, in order, have made.
    pub fn fold(events: &[Recorded]) -> Case {
        let mut case = Case::default();
        events.iter().for_each(|e| case.apply(e));
        case
    }

    pub fn apply(&mut self, recorded: &Recorded) {
        let (at, by): (_, Option<Email>) = (recorded.at, recorded.by.clone());
        match &recorded.event {
            Event::Opened { id, need, cells } => {
                self.id = id.clone();
                self.opened = at;
                self.since = at;
                self.cskh = Some(need.by.clone());
                self.thread = need.thread.clone();
                fill(&mut self.form, cells);
            }
            Event::Assigned { sales, leader, director, tech, cells } => {
                if let Some(old) = self.sales.replace(sales.clone()).filter(|old| old != sales) {
                    self.watch(&old);
                }
                self.staff(leader, director, tech);
                fill(&mut self.form, cells);
            }
            Event::Staffed { leader, director, tech } => self.staff(leader, director, tech),
            Event::Readdressed { addresses } => self.move_addresses(addresses),
            Event::FolderNamed { folder } => self.folder = Some(folder.clone()),
            Event::Moved { to, due, review } => {
                let anew = self.state != *to;
                match to {
                    State::Review if anew => {
                        self.round += 1;
                        self.form_by = by.clone();
                    }
                    State::Feedback if anew => {
                        self.answers.clear();
                        self.conflicts.clear();
                        self.nothing_feasible = false;
                    }
                    _ => {}
                }
                // Each round of review and each pricing starts with the deciding cells blank.
                match to {
                    State::Review => self.blank(by, |name| name.starts_with("ck_") || name.starts_with("ld_")),
                    State::Pricing => self.blank(by, |name| matches!(name, "pr_dec" | "pr_by" | "pr_date")),
                    _ => {}
                }
                if let Some(ForReview { form_by, reviewer }) = review {
                    (self.form_by, self.reviewer) = (form_by.clone(), reviewer.clone());
                }
                if anew {
                    self.unreached.clear();
                }
                self.stood_in.clear();
                self.state = *to;
                self.since = at;
                self.due = due.clone();
                self.nudges = 0;
                self.question = None;
                self.unread.clear();
                match to {
                    State::Completing | State::Pricing => self.keep_corrections(),
                    _ => self.drop_proposals(),
                }
            }
            Event::Filled { cells, added, dropped, order, exchanges, notes } => {
                fill(&mut self.form, cells);
                self.form.last_item = self.form.highest_item();
                self.form.items.retain(|i| !dropped.contains(&i.id));
                self.answers.retain(|id, _| !dropped.contains(id));
                self.conflicts.retain(|id, _| !dropped.contains(id));
                self.form.items.extend(added.iter().cloned());
                if let Some(order) = order {
                    let place = |id: &str| order.iter().position(|o| o == id).unwrap_or(usize::MAX);
                    self.form.items.sort_by_key(|i| place(&i.id));
                }
                for (item, no) in self.form.items.iter_mut().zip(1..) {
                    item.no = no;
                }
                self.form.last_item = self.form.highest_item();
                self.form.exchanges.extend(exchanges.iter().cloned());
                self.form.put_notes(notes);
                self.form.notes.retain(|note| !matches!(&note.at, Cell::Item(id, _) if dropped.contains(id)));
                self.unread.retain(|problem| !cells.iter().any(|cell| problem.at() == cell.at));
                // A note on a cell changes no value: who approves of the form as it was approves of this one.
                let changes = !(cells.is_empty() && added.is_empty() && dropped.is_empty() && exchanges.is_empty());
                if notes.is_empty() || changes || order.is_some() {
                    self.revised(by);
                }
            }
            Event::FormReturned { problems } if self.state == State::Pricing => {
                let typed = |p: &&Problem| p.severity == Severity::Error && !p.found.is_empty();
                let price = |p: &&Problem| p.field.starts_with("pr_") || p.field.starts_with("gd_");
                self.unread = problems.iter().filter(typed).filter(price).cloned().collect();
            }
            Event::Reviewed { confirmed, rev, round } => {
                let by = by.unwrap_or_default();
                self.review = Some(Review { by, at, rev: *rev, round: *round, confirmed: *confirmed });
                self.asked_back.take_if(|asked| *confirmed && asked.step == State::Review);
            }
            Event::ItemsAnswered { items, by } => {
                for item in items {
                    self.answers.insert(item.clone(), Answered { by: by.clone(), at });
                }
            }
            Event::Conflicted { item, rivals } => {
                self.conflicts.insert(item.clone(), rivals.clone());
            }
            Event::Settled { item, by } => {
                self.conflicts.remove(item);
                self.answers.insert(item.clone(), Answered { by: by.clone(), at });
            }
            Event::Corrected { cells } => {
                fill(&mut self.form, cells);
                let by_whom = Answered { by: by.clone().unwrap_or_default(), at };
                for Change { at, .. } in cells {
                    if let Cell::Item(id, _) = at {
                        self.answers.insert(id.clone(), by_whom.clone());
                    }
                }
                self.nothing_feasible = !self.form.items.iter().any(Item::doable);
                self.revised(by);
                // Prices told back on the old values no longer count.
                self.drop_proposals();
            }
            Event::NothingFeasible => self.nothing_feasible = true,
            Event::Asked { question, due } => {
                self.question = Some(question.clone());
                self.due = due.clone();
                self.nudges = 0;
            }
            Event::QuestionAnswered { due, .. } => {
                self.question = None;
                self.due = due.clone();
                self.nudges = 0;
            }
            Event::Proposed { proposal } => self.wait(proposal),
            Event::ProposalDropped => self.drop_proposal(&by.unwrap_or_default()),
            Event::WaitsOn { proposals } => proposals.iter().for_each(|proposal| self.wait(proposal)),
            Event::Priced => {
                self.priced = Some(Answered { by: by.unwrap_or_default(), at });
                self.asked_back = None;
            }
            Event::Quoted { quote } => {
                self.quotes.iter_mut().for_each(|q| q.superseded = true);
                self.quotes.push((**quote).clone());
                self.sent_to_customer = None;
                self.quote_reminders = 0;
                self.change_asked = None;
            }
            Event::SentToCustomer { on } => self.sent_to_customer = Some(*on),
            Event::Agreed { on, .. } => self.agreed_on = Some(*on),
            Event::ChangeAsked { text, anew, requote, kept } => {
                self.agreed_on = None;
                if *kept {
                    self.change_asked =
                        Some(Wanted { text: text.clone(), requote: *requote }).filter(|wanted| !wanted.text.is_empty());
                }
                if *anew {
                    self.contract = Contract { payments: std::mem::take(&mut self.contract.payments), ..Contract::default() };
                    (self.plan, self.tested_on, self.handed_over_on) = (None, None, None);
                    self.progress.clear();
                    // The old contract is no paper of the next one, which is asked for in its turn.
                    let void = self.files.iter_mut().filter(|file| file.kind == FileKind::Contract);
                    void.for_each(|file| file.kind = FileKind::Attachment);
                }
            }
            Event::Signed { number, on, .. } => {
                self.contract.number = Some(number.clone());
                self.contract.signed_on = Some(*on);
            }
            Event::Paid { vnd, on } => self.contract.payments.push(Payment { on: *on, vnd: *vnd }),
            Event::PaidInstead { was, payment } => {
                let payments = &mut self.contract.payments;
                match payments.iter().position(|told| told == was) {
                    Some(at) if payment.vnd > 0 => payments[at] = *payment,
                    Some(at) => drop(payments.remove(at)),
                    None => {}
                }
            }
            Event::Appendix { name } => self.contract.appendix = Some(name.clone()),
            Event::Planned { plan } => {
                self.plan = Some(*plan);
                self.plan_reminders = 0;
                self.handed_over_on = None;
            }
            Event::Progressed { percent, text } => {
                let by = by.unwrap_or_default();
                self.progress.push(Progress { at, by, percent: *percent, text: text.clone() });
            }
            Event::Tested { on } => self.tested_on = Some(*on),
            Event::HandedOver { on } => self.handed_over_on = Some(*on),
            Event::Closed { reason, text } => {
                self.closed = Some(Closed { at, reason: *reason, by, text: text.clone(), before: self.state });
                self.state = State::Closed;
                self.since = at;
                self.due = None;
                self.question = None;
                self.asked_back = None;
                self.drop_proposals();
            }
            Event::Reopened { .. } => {
                self.closed = None;
                self.handed_over_on = None;
            }
            Event::Retracted { to, onward, unsent, .. } => {
                let taken_back = std::mem::replace(self, (**to).clone());
                if *onward {
                    self.goes_on_from(taken_back, by, *unsent);
                }
            }
            Event::Commented { text, mentions } => {
                let with_sales = matches!(self.state, State::Drafting | State::Completing);
                if let Some(asked) = self.asked_back.as_mut().filter(|asked| with_sales && Some(&asked.by) != by.as_ref()) {
                    asked.answers.push(SaidBack { by: by.unwrap_or_default(), text: text.clone() });
                }
                mentions.iter().for_each(|person| self.watch(person));
            }
            Event::FileKept { file } => {
                self.files.retain(|f| f.path != file.path);
                self.files.push(file.clone());
            }
            Event::Unreached { who, stand_in, .. } => {
                self.unreached.insert(who.clone(), stand_in.clone());
            }
            Event::StoodIn { deputy, .. } => {
                self.stood_in.insert(deputy.clone());
            }
            Event::Nudged { level } => self.nudges = *level,
            Event::QuoteReminded { level } => self.quote_reminders = *level,
            Event::PlanReminded { level } => self.plan_reminders = *level,
            Event::Clarify { questions, checks, step } => {
                let remarks = checks.iter().map(|c| c.remark.as_str());
                let all = std::iter::once(questions.as_str()).chain(remarks).filter(|said| !said.is_empty());
                let (by, questions) = (by.unwrap_or_default(), all.collect::<Vec<_>>().join("\n"));
                self.asked_back = step.map(|step| AskedBack { by, step, questions, answers: vec![] });
            }
            Event::Rejected { .. }
            | Event::Declined { .. }
            | Event::FormReturned { .. }
            | Event::FormTaken { .. }
            | Event::Noted { .. }
            | Event::StatusAsked
            | Event::Refused { .. }
            | Event::NotUnderstood { .. } => {}
        }
        self.version = recorded.seq + 1;
    }

    fn blank(&mut self, by: Option<Email>, name: impl Fn(&str) -> bool) {
        let before = self.form.fields.len();
        self.form.fields.retain(|field, _| !name(field));
        self.form.notes.retain(|note| !matches!(&note.at, Cell::Field(field) if name(field)));
        if self.form.fields.len() < before {
            self.revised(by);
        }
    }

    fn revised(&mut self, by: Option<Email>) {
        self.rev += 1;
        self.edits.insert(by.unwrap_or_default(), self.rev);
    }

    /// An act was taken back. Its numbers are never given again, so that nobody's word on what it made counts for something
    /// else; its files lie where they lie, and its quote is none any more.
    fn goes_on_from(&mut self, taken_back: Case, by: Option<Email>, unsent: bool) {
        let differs = self.form != taken_back.form;
        self.form.last_item = self.form.last_item.max(taken_back.form.highest_item());
        (self.rev, self.edits) = (taken_back.rev, taken_back.edits);
        if differs {
            self.revised(by);
        }
        let gone = taken_back.quotes.into_iter().skip(self.quotes.len());
        self.quotes.extend(gone.map(|quote| Quote { superseded: true, withdrawn: unsent, ..quote }));
        self.files = taken_back.files;
        self.watchers = taken_back.watchers;
    }

    fn watch(&mut self, person: &Email) {
        if !self.watchers.contains(person) {
            self.watchers.push(person.clone());
        }
    }

    fn wait(&mut self, proposal: &Proposal) {
        self.drop_proposal(&proposal.by);
        self.proposals_before.extend(self.proposal.take());
        self.proposal = Some(proposal.clone());
    }

    fn drop_proposal(&mut self, by: &str) {
        self.proposals_before.retain(|p| p.by != by);
        if self.proposal.as_ref().is_some_and(|p| p.by == by) {
            self.proposal = self.proposals_before.pop();
        }
    }

    fn drop_proposals(&mut self) {
        self.proposal = None;
        self.proposals_before.clear();
    }

    fn keep_corrections(&mut self) {
        self.proposals_before.retain(|p| p.what.is_correction());
        self.proposal = self.proposal.take().filter(|p| p.what.is_correction()).or_else(|| self.proposals_before.pop());
    }

    fn staff(&mut self, leader: &Option<String>, director: &Option<String>, tech: &[String]) {
        self.leader = leader.clone();
        self.director = director.clone();
        self.tech = tech.to_vec();
    }
}

fn fill(form: &mut Form, cells: &[Change]) {
    for Change { at, new, .. } in cells {
        form.put(at, new.clone());
    }
}

/// A cell of the single fields, filled in by the desk itself.
pub fn field(name: &str, value: super::value::Value) -> Change {
    Change { at: Cell::Field(name.into()), old: None, new: Some(value) }
}
