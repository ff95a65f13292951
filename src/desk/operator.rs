//! The letter to the operator: what was set aside, what could not be sent, what does not work. The first at once, then at
//! most one an hour (of letters that were given up: every five minutes), each thing in one letter only; that something works no more, or again, is told at once, no trouble twice
//! within the hour; of strangers' mails at most once a day, all of them together. It needs no template and goes as a file too, since what is broken may be the templates, or the mail.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};

use chrono::TimeDelta;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::aside::{AUTOMATIC, FAULT, FLOOD, UNPROVEN};
use super::plain;
use super::troubles::{Trouble, Which};
use super::{Desk, DeskError};
use crate::letter::messages::text;
use crate::process::house::{At, Role};
use crate::process::roles;
use crate::store::{CommitError, GivenUp, NewEffect, Outgoing, OutgoingFilter, Outward, Quarantined, Tx, Word, kind, way};
use crate::text::sha;

/// Between two letters.
const PAUSE: TimeDelta = TimeDelta::hours(1);
/// Between two letters of which the later one tells of letters that were given up: nobody else knows that they went nowhere.
const GATHERED: TimeDelta = TimeDelta::minutes(5);
/// Between two looks at what strangers sent.
const DAILY: TimeDelta = TimeDelta::hours(24);
/// Of somebody's mails that are held so many are named.
const IDS: usize = 5;
/// Mails that are tried in vain for so long: the server may be away, or the password wrong.
const IN_VAIN: TimeDelta = TimeDelta::minutes(10);
/// Their name among the troubles, and that of their sentence.
const WAITING: &str = "waiting";
/// The same of documents that cannot be written: a disk or share of the house's own.
const FILES: &str = "files";
const FILES_IN_VAIN: TimeDelta = TimeDelta::minutes(1);
/// What is set aside at a time has been written this much later, whoever has written it.
const WRITTEN: TimeDelta = TimeDelta::minutes(1);
/// Lines in a letter; the rest is counted.
const LINES: usize = 30;
/// Where the store keeps what has been told.
const TOLD: &str = "operator_told";

/// What the operator has been told of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Told {
    at: Option<At>,
    /// Of strangers' mails, and such as are not proven: up to here, and from that moment on these.
    quarantine: At,
    quarantined: Vec<String>,
    /// When these were told last.
    #[serde(default)]
    daily: Option<At>,
    /// The same of what the desk could not do or has held.
    #[serde(default)]
    kept: At,
    #[serde(default)]
    kept_then: Vec<String>,
    failed: BTreeSet<i64>,
    troubles: Vec<String>,
    /// When troubles were told within the last hour: one that comes and goes is not told each time.
    #[serde(default)]
    said: BTreeMap<String, At>,
}

impl Told {
    /// A trouble that is told now; `true`: it was not within the last hour, so that it does not wait.
    fn says(&mut self, trouble: &str, now: At) -> bool {
        self.said.retain(|_, at| now - *at < PAUSE && *at <= now);
        self.said.insert(trouble.to_string(), now).is_none()
    }
}

/// What was given up, as it was last read.
pub(super) struct Failed {
    look: GivenUp,
    ids: BTreeSet<i64>,
    /// Those that the operator had not been told of by then.
    untold: Vec<Outgoing>,
}

/// What there is to tell, and what will have been told then.
struct News {
    lines: Vec<String>,
    next: Told,
    /// Something works no more, or again.
    at_once: bool,
}

impl Desk {
    /// Writes the operator's letter where there is news and the last one is an hour old; `true`: one was written.
    ///
    /// # Errors
    /// Where the store is away.
    pub fn tell_operator(&self) -> BoxFuture<'_, Result<bool, DeskError>> {
        Box::pin(self.news_told())
    }

    async fn news_told(&self) -> Result<bool, DeskError> {
        let now = self.clock.now().await?;
        self.none_due_any_more(now).await?;
        let stored = self.store.meta(TOLD).await?;
        let told: Told = stored.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
        let failed = self.failed(&told, now).await?;
        let News { lines, next, at_once } = self.news(&told, &failed, now).await?;
        let given_up = failed.untold.iter().any(|row| !told.failed.contains(&row.id));
        let pause = if given_up { GATHERED } else { PAUSE };
        if !at_once && told.at.is_some_and(|at| now - at < pause && at <= now) && !lines.is_empty() {
            return Ok(false);
        }
        if lines.is_empty() {
            // A trouble that is over may begin again.
            let kept = Told { at: told.at, ..next };
            if kept != told {
                self.keep(stored, &kept, vec![]).await?;
            }
            return Ok(false);
        }
        let key = format!("operator:{}", sha(format!("{stored:?}").as_bytes()));
        let letter = self.letter(&lines, &key, now);
        let told = self.keep(stored, &next, letter).await?;
        if told {
            self.troubles.told_missed();
        }
        Ok(told)
    }

    /// What was given up; read anew, and told to Sales, only where anything about it has changed since the last look. What was
    /// told long ago stays in the store, ever more of it.
    async fn failed(&self, told: &Told, now: At) -> Result<Arc<Failed>, DeskError> {
        let look = self.store.given_up().await?;
        let last = self.failed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(last) = last.filter(|last| last.look == look) {
            return Ok(last);
        }
        let rows = self.store.outgoing(&OutgoingFilter::Failed).await?;
        self.tell_sales(&rows, now).await?;
        let ids = rows.iter().map(|row| row.id).collect();
        let untold = rows.into_iter().filter(|row| !told.failed.contains(&row.id)).collect();
        let failed = Arc::new(Failed { look, ids, untold });
        *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(failed.clone());
        Ok(failed)
    }

    /// What has been told, with the letter that tells it; `false`: another daemon has told something meanwhile, and the next
    /// look says what is left.
    async fn keep(&self, old: Option<String>, told: &Told, effects: Vec<NewEffect>) -> Result<bool, DeskError> {
        let new = serde_json::to_string(told).map_err(|why| DeskError::Store(why.to_string()))?;
        let word = Some(Word { key: TOLD.into(), old, new });
        match self.store.commit(Tx { word, effects, ..Tx::default() }).await {
            Ok(()) => Ok(true),
            Err(CommitError::Conflict) => Ok(false),
            Err(why) => Err(why.into()),
        }
    }

    /// What has not been told yet, in words, and what will have been told then.
    async fn news(&self, told: &Told, failed: &Failed, now: At) -> Result<News, DeskError> {
        let mut lines = Vec::new();
        let mut next = Told { at: Some(now), ..told.clone() };
        let mut lasting = self.troubles.lasting();
        // While it lasts no letter can be made; afterwards it is told as what was.
        lasting.retain(|((trouble, _), _)| *trouble != Trouble::Store);
        let us = self.us().await?;
        let mut at_once = false;
        for (which, words) in &lasting {
            let name = us.marked(which);
            if !told.troubles.contains(&name) {
                at_once |= next.says(&name, now);
                lines.push(self.of_trouble(which.0, words, &us));
            }
        }
        let present = self.troubles.present();
        let is_told = |which: &Which| told.troubles.contains(&us.marked(which));
        let stay = present.iter().filter(|which| is_told(which) || lasting.iter().any(|(l, _)| l == *which));
        next.troubles = stay.map(|which| us.marked(which)).collect();
        // Other daemons have troubles of their own.
        next.troubles.extend(told.troubles.iter().filter(|name| us.is_of_another(name)).cloned());
        at_once |= self.over(told, &us, &present, &mut lines, &mut next).await?;
        self.was_away(told, &us, &mut lines);
        let kept = self.fresh(&mut next.kept, &mut next.kept_then, now, is_urgent).await?;
        let (floods, faults): (Vec<_>, Vec<_>) = kept.iter().partition(|aside| aside.why == FLOOD);
        lines.extend(faults.iter().map(|aside| self.of_quarantine(aside)));
        lines.extend(self.of_floods(&floods));
        if told.daily.is_none_or(|at| now - at >= DAILY || at > now) {
            let strange = self.fresh(&mut next.quarantine, &mut next.quarantined, now, |why| !is_urgent(why)).await?;
            if !strange.is_empty() {
                next.daily = Some(now);
            }
            lines.extend(strange.iter().map(|aside| self.of_quarantine(aside)));
        }
        let held = self.store.hold().await?.is_some();
        for (name, line) in [(WAITING, self.waiting(now, held).await?), (FILES, self.unwritten(now).await?)] {
            let was_told = told.troubles.iter().any(|t| t == name);
            next.troubles.retain(|t| t != name);
            match line {
                Some(line) => {
                    at_once |= !was_told && next.says(name, now);
                    lines.extend((!was_told).then_some(line));
                    next.troubles.push(name.to_string());
                }
                None if was_told && held && name == WAITING => next.troubles.push(name.to_string()),
                None if was_told => {
                    at_once = true;
                    lines.push(self.say(&format!("operator.{name}_over"), &[]));
                }
                None => {}
            }
        }
        lines.extend(failed.untold.iter().filter(|f| !told.failed.contains(&f.id)).map(|f| self.of_mail(f)));
        next.failed.clone_from(&failed.ids);
        // In one order, whichever daemon looks.
        next.troubles.sort_unstable();
        Ok(News { lines, next, at_once })
    }

    /// What was set aside since then, of that kind; moves the mark on, over those of the other kind too.
    async fn fresh(
        &self,
        since: &mut At,
        then: &mut Vec<String>,
        now: At,
        kind: fn(&str) -> bool,
    ) -> Result<Vec<Quarantined>, DeskError> {
        let known = std::mem::take(then);
        let mut aside = self.store.quarantined_from(*since).await?;
        if let Some(last) = aside.last() {
            *since = last.at.min(now - WRITTEN).max(*since);
        }
        *then = aside.iter().filter(|a| a.at >= *since).map(|a| a.id.clone()).collect();
        aside.retain(|a| kind(&a.why) && !known.contains(&a.id));
        Ok(aside)
    }

    /// One line for each person whose mails are held.
    fn of_floods(&self, held: &[&Quarantined]) -> Vec<String> {
        let mut people: Vec<&str> = held.iter().map(|aside| aside.from.as_str()).collect();
        people.sort_unstable();
        people.dedup();
        let line = |from: &str| {
            let theirs: Vec<&str> = held.iter().filter(|a| a.from == from).map(|a| a.id.as_str()).collect();
            let n = theirs.len().to_string();
            let ids: Vec<&str> = theirs.into_iter().take(IDS).collect();
            self.say("operator.flood", &[("from", from), ("n", &n), ("id", &ids.join(" "))])
        };
        people.into_iter().map(line).collect()
    }

    /// Mails that do not go out and are tried on, in one line. Those that the operator holds are none.
    async fn waiting(&self, now: At, held: bool) -> Result<Option<String>, DeskError> {
        if held {
            return Ok(None);
        }
        let waiting = self.store.tried_in_vain(kind::MAIL, now - IN_VAIN).await?;
        Ok(waiting
            .last()
            .map(|last| self.say("operator.waiting", &[("n", &waiting.len().to_string()), ("words", &last.last_words)])))
    }

    /// Documents that cannot be written, in one line.
    async fn unwritten(&self, now: At) -> Result<Option<String>, DeskError> {
        let files = self.store.tried_in_vain(kind::FILE, now - FILES_IN_VAIN).await?;
        Ok(files.last().map(|last| self.say("operator.files", &[("n", &files.len().to_string()), ("words", &last.last_words)])))
    }

    /// What was over before it could be told.
    fn was_away(&self, told: &Told, us: &Us, lines: &mut Vec<String>) {
        for (which, words, minutes) in self.troubles.missed() {
            if !told.troubles.contains(&us.marked(&which)) {
                let line = self.of_trouble(which.0, &words, us);
                lines.push(self.say("operator.was", &[("n", &minutes.to_string()), ("words", &line)]));
            }
        }
    }

    /// What was told is over: said once, for nobody sees from outside that all goes on. Of the mailbox that is known only
    /// once a look has succeeded; of cases, once it is over for the last one.
    async fn over(
        &self,
        told: &Told,
        us: &Us,
        present: &[Which],
        lines: &mut Vec<String>,
        next: &mut Told,
    ) -> Result<bool, DeskError> {
        let before = lines.len();
        for trouble in Trouble::ALL {
            let gone = told.troubles.iter().filter(|name| us.is_ours(name, trouble) && !next.troubles.contains(name));
            let gone: Vec<String> = gone.cloned().collect();
            if gone.is_empty() {
                continue;
            }
            let over = match trouble {
                Trouble::Mailbox => {
                    let looked = self.store.mailbox_signs().await?.looked;
                    looked.is_some_and(|at| told.at.is_none_or(|told| at > told))
                }
                _ => self.troubles.is_over(trouble),
            };
            match over {
                true if present.iter().any(|(other, _)| *other == trouble) => {}
                true => lines.push(self.say(&format!("operator.{}_over", trouble.name()), &[])),
                false => next.troubles.extend(gone),
            }
        }
        Ok(lines.len() > before)
    }

    fn letter(&self, lines: &[String], key: &str, at: At) -> Vec<NewEffect> {
        let (house, pen) = (&self.config.house, self.pen(at));
        let mut shown = vec![self.say("operator.ask", &[])];
        shown.extend(lines.iter().take(LINES).map(|line| format!("- {line}")));
        if lines.len() > LINES {
            shown.push(self.say("operator.more", &[("n", &(lines.len() - LINES).to_string())]));
        }
        let words = shown.join("\n\n");
        let subject = self.say("operator.subject", &[("n", &lines.len().to_string())]);
        let mut effects: Vec<NewEffect> = roles::emails(house, Role::Operator)
            .iter()
            .filter_map(|to| plain::to_operator(&subject, &words, to, key, &pen))
            .collect();
        // With the letter's own mark, for two may be of one second where a rehearsal's clock stands still.
        let (stamp, mark) = (at.with_timezone(&house.calendar.tz()).format("%Y%m%dT%H%M%S"), &sha(key.as_bytes())[..6]);
        effects.push(NewEffect {
            case_id: String::new(),
            what: Outward::File,
            name: format!("outbox/operator/{stamp}-{mark}.txt"),
            at,
            not_before: at,
            body: words.into_bytes(),
        });
        effects
    }

    fn of_trouble(&self, trouble: Trouble, words: &str, us: &Us) -> String {
        let words = us.name.as_ref().map_or_else(|| words.to_string(), |name| format!("{name}: {words}"));
        self.say(&format!("operator.{}", trouble.name()), &[("words", &words)])
    }

    async fn us(&self) -> Result<Us, DeskError> {
        let number = self.store.number();
        let all = if number == 0 { vec![] } else { self.store.daemons().await? };
        let name = all.iter().find(|daemon| daemon.number == number).map(|daemon| daemon.name.clone());
        Ok(Us { number, name, others: all.iter().map(|daemon| daemon.number).filter(|n| *n != number).collect() })
    }

    fn of_quarantine(&self, aside: &Quarantined) -> String {
        let fill = [("from", aside.from.as_str()), ("name", &aside.source), ("id", &aside.id), ("words", &aside.why)];
        match aside.why.split(':').next() {
            Some(FAULT) => self.say("operator.fault", &fill),
            Some(AUTOMATIC) => {
                let why = aside.why.split_once(": ").map_or("", |(_, why)| why);
                let fill = [("from", aside.from.as_str()), ("name", &aside.source), ("id", &aside.id), ("words", why)];
                self.say("operator.automatic", &fill)
            }
            Some(UNPROVEN) => self.say("operator.unproven", &fill),
            _ if aside.from.is_empty() => self.say("operator.nobody", &fill),
            _ => self.say("operator.unknown", &fill),
        }
    }

    fn of_mail(&self, mail: &Outgoing) -> String {
        let (id, what) = (mail.id.to_string(), if mail.to.is_empty() { &mail.name } else { &mail.to });
        let key = if mail.state == way::BOUNCED { "operator.returned" } else { "operator.unsent" };
        self.say(key, &[("to", what), ("case", &mail.case_id), ("words", &mail.last_words), ("id", &id)])
    }

    fn say(&self, key: &str, fill: &[(&str, &str)]) -> String {
        text(self.config.house.lang, key, fill)
    }
}

/// This daemon among those of the desk.
struct Us {
    /// 0: it is the only one.
    number: i64,
    name: Option<String>,
    others: Vec<i64>,
}

impl Us {
    /// A trouble's name among what has been told. The mailbox is everybody's, the rest each daemon's own.
    fn marked(&self, (trouble, case): &Which) -> String {
        let name = if case.is_empty() { trouble.name().to_string() } else { format!("{}:{case}", trouble.name()) };
        match (self.number, trouble) {
            (0, _) | (_, Trouble::Mailbox) => name,
            (number, _) => format!("{name}#{number}"),
        }
    }

    /// Does it stand for this trouble, of whichever case?
    fn is_ours(&self, name: &str, trouble: Trouble) -> bool {
        let case = name.split_once(':').map_or("", |(_, rest)| rest.split('#').next().unwrap_or_default());
        name == self.marked(&(trouble, case.to_string()))
    }

    /// Of a daemon that is alive.
    fn is_of_another(&self, name: &str) -> bool {
        name.split_once('#').is_some_and(|(_, number)| self.others.iter().any(|n| n.to_string() == number))
    }
}

/// Told within the hour: what the desk could not do, or has held.
fn is_urgent(why: &str) -> bool {
    [FAULT, FLOOD].contains(&why.split(':').next().unwrap_or_default())
}
