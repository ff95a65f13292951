//! How each write looks in SQL. One text for both engines; where a row may be there already, `ON CONFLICT DO NOTHING`
//! and a count, since an error would spoil a PostgreSQL transaction.

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Row};

use super::raw::{self, text_of};
use super::sum::{self, Sum};
use super::tx::{AnsweredMail, CaseWrite, CommitError, NewEffect, Outward, Quarantined, Seen, Tx, Word};
use super::words::kind;
use super::writer::{Done, Work};
use super::{ANSWER, Engine, at, ms, text};
use crate::faults::Faults;
use crate::process::case::Case;
use crate::process::event::{Event, Recorded};
use crate::process::house::At;
use crate::process::outline::Outline;

/// Events that one statement adds at most.
const EVENTS: usize = 32;
/// Mails and files: their bodies are bound all at once.
const EFFECTS: usize = 8;

/// A connection within a transaction.
pub(super) struct Session<'a> {
    pub conn: &'a mut AnyConnection,
    pub engine: Engine,
    pub faults: &'a Faults,
    /// The number under which this process serves the desk, where several do.
    pub daemon: Option<i64>,
}

/// Why a write did not happen.
pub(super) enum Stop {
    /// For a reason of its own: the others of its group go on.
    Refused(CommitError),
    /// The engine failed.
    Broken(sqlx::Error),
}

impl From<sqlx::Error> for Stop {
    fn from(e: sqlx::Error) -> Self {
        Stop::Broken(e)
    }
}

impl From<CommitError> for Stop {
    fn from(e: CommitError) -> Self {
        Stop::Refused(e)
    }
}

/// The text of `event.data`: the fact, and its time to the last digit (the column has milliseconds).
#[derive(serde::Deserialize)]
pub(super) struct EventData {
    pub at: At,
    pub event: Event,
}

/// The same while it is written.
#[derive(serde::Serialize)]
struct Written<'a> {
    at: At,
    event: &'a Event,
}

pub(super) type Statement<'q> = Query<'q, Any, AnyArguments>;

impl Session<'_> {
    /// Runs a statement without parameters.
    pub async fn plain(&mut self, sql: &'static str) -> Result<(), sqlx::Error> {
        self.run(sqlx::query(sql)).await.map(drop)
    }

    /// Runs a statement; how many rows it changed.
    pub async fn run(&mut self, statement: Statement<'_>) -> Result<u64, sqlx::Error> {
        self.faults.check("store.statement")?;
        Ok(self.engine.within(ANSWER, statement.execute(&mut *self.conn)).await?.rows_affected())
    }

    pub async fn rows(&mut self, statement: Statement<'_>) -> Result<Vec<AnyRow>, sqlx::Error> {
        self.faults.check("store.statement")?;
        self.engine.within(ANSWER, statement.fetch_all(&mut *self.conn)).await
    }

    pub async fn apply(&mut self, work: &Work) -> Result<Done, Stop> {
        match work {
            Work::Commit(tx) => {
                self.commit(tx).await?;
                Ok(Done::Rows(1))
            }
            Work::Claim { clocks, limit, kinds, late } => Ok(Done::Claimed(self.claim(*clocks, *limit, *kinds, *late).await?)),
            Work::Change { id, attempt, change } => Ok(Done::Rows(self.change(*id, *attempt, change).await?)),
            Work::Orphans { real } => Ok(Done::Rows(self.orphans(*real).await?)),
            Work::Resend { id } => Ok(Done::Rows(self.resend(*id).await?)),
            Work::Arrived { message_id, at } => Ok(Done::Rows(self.arrived(message_id, *at).await?)),
            Work::Meta { key, value } => Ok(Done::Rows(self.meta(key, value.as_deref()).await?)),
            Work::Word(word) => Ok(Done::Rows(self.change_word(word).await?)),
            Work::Quarantine { id, state } => {
                let set = sqlx::query("UPDATE quarantine SET state = $1 WHERE id = $2").bind(*state).bind(text(id));
                Ok(Done::Rows(self.run(set).await?))
            }
            Work::Rebuild { case, wake_at } => Ok(Done::Rows(self.update_case(case, None, *wake_at).await?)),
            Work::Stop => Ok(Done::Rows(0)),
        }
    }

    async fn meta(&mut self, key: &str, value: Option<&str>) -> Result<u64, sqlx::Error> {
        match value {
            None => self.run(sqlx::query("DELETE FROM meta WHERE key = $1").bind(text(key))).await,
            Some(value) => {
                let (key, value) = (text(key), text(value));
                let sum = sum::of_meta(&key, &value);
                self.run(sqlx::query(SET_META).bind(key).bind(value).bind(sum)).await
            }
        }
    }

    async fn commit(&mut self, tx: &Tx) -> Result<(), Stop> {
        fits(tx)?;
        // First, so that a second copy is told so and not that the case has changed.
        if let Some(seen) = &tx.seen {
            self.mark_seen(seen).await?;
        }
        if let Some(write) = &tx.case {
            self.write_case(write).await?;
            for some in tx.events.chunks(EVENTS) {
                self.add_events(&write.case.id, some).await?;
            }
        }
        for number in &tx.numbers {
            let sql = "INSERT INTO number (kind, year, n, case_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
            let (year, n) = (i64::from(number.year), i64::from(number.n));
            let add = sqlx::query(sql).bind(text(&number.kind)).bind(year).bind(n).bind(text(&number.case_id));
            if self.run(add).await? == 0 {
                return Err(CommitError::Taken(format!("{} {}/{}", number.kind, number.n, number.year)).into());
            }
        }
        for taken in &tx.names {
            let sql = "INSERT INTO taken_name (day, name, case_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
            let add = sqlx::query(sql).bind(taken.day.to_string()).bind(text(&taken.name)).bind(text(&taken.case_id));
            if self.run(add).await? == 0 {
                return Err(CommitError::Taken(taken.name.clone()).into());
            }
        }
        for some in tx.effects.chunks(EFFECTS) {
            self.add_effects(some).await?;
        }
        if let Some(word) = &tx.word
            && self.change_word(word).await? == 0
        {
            return Err(CommitError::Conflict.into());
        }
        if let Some(q) = &tx.quarantine {
            let sql = "INSERT INTO quarantine (id, at, from_addr, why, source, state, body, checksum)
                       VALUES ($1, $2, $3, $4, $5, 'kept', $6, $7) ON CONFLICT (id) DO NOTHING";
            let add = sqlx::query(sql).bind(text(&q.id)).bind(ms(q.at)).bind(text(&q.from)).bind(text(&q.why));
            self.run(add.bind(text(&q.source)).bind(q.body.as_slice()).bind(quarantined_sum(q))).await?;
        }
        if let Some(a) = &tx.answered {
            let sql = "INSERT INTO answered (key, who, case_id, said, idle, at, checksum) VALUES ($1, $2, $3, $4, $5, $6, $7)
                       ON CONFLICT (key) DO NOTHING";
            let add = sqlx::query(sql).bind(text(&a.key)).bind(text(&a.who)).bind(text(&a.case_id)).bind(text(&a.said));
            self.run(add.bind(a.brought.number()).bind(ms(a.at)).bind(answered_sum(a))).await?;
        }
        if let Some((message_id, words)) = &tx.returned {
            let at = tx.seen.as_ref().map_or_else(At::default, |s| s.at);
            self.came_back(message_id, words, at).await?;
        }
        Ok(())
    }

    /// How many rows it has changed: none where it is not the old one any more.
    async fn change_word(&mut self, word: &Word) -> Result<u64, sqlx::Error> {
        let (key, new) = (text(&word.key), text(&word.new));
        let sum = sum::of_meta(&key, &new);
        let changed = match &word.old {
            None => {
                let once = "INSERT INTO meta (key, value, checksum) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING";
                sqlx::query(once).bind(key).bind(new).bind(sum)
            }
            Some(old) => {
                let swap = sqlx::query("UPDATE meta SET value = $2, checksum = $3 WHERE key = $1 AND value = $4");
                swap.bind(key).bind(new).bind(sum).bind(text(old))
            }
        };
        self.run(changed).await
    }

    async fn mark_seen(&mut self, seen: &Seen) -> Result<(), Stop> {
        let sql = "INSERT INTO seen (key, at, case_id, answer, disposition, place, checksum)
                   VALUES ($1, $2, $3, $4, $5, '', $6) ON CONFLICT (key) DO NOTHING";
        let add = sqlx::query(sql).bind(text(&seen.key)).bind(ms(seen.at)).bind(text(&seen.case_id));
        let add = add.bind(text(&seen.answer)).bind(text(&seen.disposition));
        let add = add.bind(seen_sum(&as_stored(seen)));
        if self.run(add).await? == 1 {
            return Ok(());
        }
        // On PostgreSQL the other's row is visible by now: the insert has waited for its commit.
        match self.seen(&seen.key).await? {
            Some(first) => Err(CommitError::AlreadySeen(Box::new(first)).into()),
            None => Err(CommitError::from(super::Unavailable::Away("a mark came and went".into())).into()),
        }
    }

    async fn seen(&mut self, key: &str) -> Result<Option<Seen>, sqlx::Error> {
        let rows = self.rows(raw::asking(self.engine, SEEN).bind(text(key))).await?;
        rows.first().map(seen_of).transpose()
    }

    async fn write_case(&mut self, write: &CaseWrite) -> Result<(), Stop> {
        let rows = match write.expected_version {
            0 => self.insert_case(&write.case, write.wake_at).await?,
            version => self.update_case(&write.case, Some(whole(version)), write.wake_at).await?,
        };
        match rows {
            0 => Err(CommitError::Conflict.into()),
            _ => Ok(()),
        }
    }

    async fn insert_case(&mut self, case: &Case, wake_at: Option<At>) -> Result<u64, Stop> {
        let sql = "INSERT INTO case_row
            (state, version, sales, people, short, customer, due_at, wake_at, opened_at, closed_at, data, checksum, outline,
                outline_checksum, id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (id) DO NOTHING";
        Ok(self.run(bind_case(sqlx::query(sql), case, wake_at)?).await?)
    }

    /// `expected`: only where the row has this version.
    async fn update_case(&mut self, case: &Case, expected: Option<i64>, wake_at: Option<At>) -> Result<u64, Stop> {
        let sql = "UPDATE case_row SET state = $1, version = $2, sales = $3, people = $4, short = $5, customer = $6,
            due_at = $7, wake_at = $8, opened_at = $9, closed_at = $10, data = $11, checksum = $12,
            outline = $13, outline_checksum = $14 WHERE id = $15 AND (version = $16 OR $16 < 0)";
        Ok(self.run(bind_case(sqlx::query(sql), case, wake_at)?.bind(expected.unwrap_or(-1))).await?)
    }

    /// Several at once, for each statement costs a way to the engine and back.
    async fn add_events(&mut self, case_id: &str, events: &[Recorded]) -> Result<(), Stop> {
        let mut add = sqlx::query(AssertSqlSafe(format!(
            "INSERT INTO event (case_id, seq, at, who, on_behalf, via, kind, data, checksum) VALUES {}
             ON CONFLICT (case_id, seq) DO NOTHING",
            rows_of(events.len(), 9, "")
        )));
        for recorded in events {
            let (case_id, seq, at) = (text(case_id), whole(recorded.seq), ms(recorded.at));
            let who = text(recorded.by.as_deref().unwrap_or_default());
            let on_behalf = text(recorded.for_.as_deref().unwrap_or_default());
            let (via, kind, data) = (via_name(recorded)?, recorded.event.name(), event_data(recorded)?);
            let sum = event_sum((&case_id, seq, at), [&who, &on_behalf, &via, &kind, &data]);
            add = add.bind(case_id).bind(seq).bind(at).bind(who).bind(on_behalf).bind(via).bind(kind).bind(data).bind(sum);
        }
        match self.run(add).await? {
            added if added == events.len() as u64 => Ok(()),
            // The row said one version, the history another: never append over it.
            _ => Err(CommitError::Conflict.into()),
        }
    }

    /// Several at once, as events are.
    async fn add_effects(&mut self, effects: &[NewEffect]) -> Result<(), Stop> {
        let mut add = sqlx::query(AssertSqlSafe(format!(
            "INSERT INTO effect (case_id, kind, letter, to_addr, message_id, name, not_before, created_at, checksum, body_checksum,
                state, due_at, attempts, doubts, last_words) VALUES {} RETURNING id",
            rows_of(effects.len(), 10, ", 'queued', 0, 0, 0, ''")
        )));
        for effect in effects {
            let (kind, letter, to, message_id) = match &effect.what {
                Outward::Mail { to, letter, message_id } => (kind::MAIL, letter.as_str(), to.as_str(), message_id.as_str()),
                Outward::File => (kind::FILE, "", "", ""),
            };
            let words = [&effect.case_id, kind, letter, to, message_id, &effect.name].map(text);
            let (not_before, at) = (ms(effect.not_before), ms(effect.at));
            let sum = effect_sum(&words, not_before, at);
            add = words.into_iter().fold(add, |add, word| add.bind(word)).bind(not_before).bind(at).bind(sum);
            add = add.bind(sum::of_bytes(&effect.body));
        }
        let added = self.rows(add).await?;
        let mut ids = added.iter().map(|row| row.try_get("id")).collect::<Result<Vec<i64>, _>>()?;
        // Numbered in the order in which they stand there, but perhaps told in another one.
        ids.sort_unstable();
        if ids.len() != effects.len() {
            return Err(sqlx::Error::RowNotFound.into());
        }
        let add = format!("INSERT INTO body (effect_id, bytes) VALUES {}", rows_of(effects.len(), 2, ""));
        let add = sqlx::query(AssertSqlSafe(add));
        let bodies = ids.into_iter().zip(effects);
        self.run(bodies.fold(add, |add, (id, effect)| add.bind(id).bind(effect.body.as_slice()))).await?;
        Ok(())
    }

    /// Is this very `Tx` stored? Its mark, or else its first event, is there word for word.
    pub async fn holds(&mut self, tx: &Tx) -> Result<bool, sqlx::Error> {
        if let Some(ours) = &tx.seen {
            let stored = self.seen(&ours.key).await?;
            return Ok(stored.is_some_and(|s| as_stored(ours) == s));
        }
        let (Some(write), Some(first)) = (&tx.case, tx.events.first()) else { return Ok(false) };
        let sql = "SELECT raw(data) FROM event WHERE case_id = $1 AND seq = $2 AND who = $3";
        let ask = raw::asking(self.engine, sql).bind(text(&write.case.id)).bind(whole(first.seq));
        let rows = self.rows(ask.bind(text(first.by.as_deref().unwrap_or_default()))).await?;
        match (rows.first(), event_data(first)) {
            (Some(row), Ok(ours)) => Ok(text_of(row, "data")? == ours),
            _ => Ok(false),
        }
    }
}

pub(super) const SET_META: &str = "INSERT INTO meta (key, value, checksum) VALUES ($1, $2, $3)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, checksum = excluded.checksum";

/// That of an open case is kept for lists.
pub(super) fn outline_of(case: &Case) -> Option<Outline> {
    case.closed.is_none().then(|| Outline::of(case))
}

/// Of a case's row, or of its outline; what it holds besides follows from its data.
pub(super) fn case_sum(id: &str, data: &str) -> i64 {
    Sum::new().text(id).text(data).end()
}

/// `who`, `on_behalf`, `via`, `kind` and `data` of an event, behind what tells it apart.
pub(super) fn event_sum((case_id, seq, at): (&str, i64, i64), words: [&str; 5]) -> i64 {
    let sum = Sum::new().text(case_id).number(seq).number(at);
    words.into_iter().fold(sum, Sum::text).end()
}

/// Of a mark.
pub(super) fn seen_sum(seen: &Seen) -> i64 {
    let sum = Sum::new().text(&seen.key).number(ms(seen.at)).text(&seen.case_id);
    sum.text(&seen.answer).text(&seen.disposition).end()
}

/// `case_id`, `kind`, `letter`, `to_addr`, `message_id` and `name` of an effect, and its times.
pub(super) fn effect_sum(words: &[String; 6], not_before: i64, created_at: i64) -> i64 {
    let sum = Sum::new().number(not_before).number(created_at);
    words.iter().fold(sum, |sum, word| sum.text(word)).end()
}

pub(super) fn quarantined_sum(q: &Quarantined) -> i64 {
    let sum = Sum::new().text(&text(&q.id)).number(ms(q.at)).text(&text(&q.from)).text(&text(&q.why));
    sum.text(&text(&q.source)).bytes(&q.body).end()
}

pub(super) fn answered_sum(a: &AnsweredMail) -> i64 {
    let words = [&a.key, &a.who, &a.case_id, &a.said].map(|word| text(word));
    let sum = Sum::new().number(a.brought.number()).number(ms(a.at));
    words.iter().fold(sum, |sum, word| sum.text(word)).end()
}

/// A mark as it comes back: whole milliseconds, no NUL.
fn as_stored(seen: &Seen) -> Seen {
    Seen {
        key: text(&seen.key),
        at: at(ms(seen.at)),
        case_id: text(&seen.case_id),
        answer: text(&seen.answer),
        disposition: text(&seen.disposition),
    }
}

pub(super) const SEEN: &str = "SELECT raw(key), at, raw(case_id), raw(answer), raw(disposition) FROM seen WHERE key = $1";

pub(super) fn seen_of(row: &AnyRow) -> Result<Seen, sqlx::Error> {
    Ok(Seen {
        key: text_of(row, "key")?,
        at: at(row.try_get("at")?),
        case_id: text_of(row, "case_id")?,
        answer: text_of(row, "answer")?,
        disposition: text_of(row, "disposition")?,
    })
}

/// The events continue the case without a gap, and the case counts them.
fn fits(tx: &Tx) -> Result<(), CommitError> {
    let invalid = |words: String| Err(CommitError::Invalid(words));
    let Some(write) = &tx.case else {
        return match tx.events.is_empty() {
            true => Ok(()),
            false => invalid("events without a case".into()),
        };
    };
    let (id, from, to) = (&write.case.id, write.expected_version, write.case.version);
    if id.is_empty() || to == 0 {
        return invalid("a case without id or version".into());
    }
    let numbered = tx.events.iter().zip(from..).all(|(e, seq)| e.seq == seq);
    if !numbered || from + tx.events.len() as u64 != to {
        let n = tx.events.len();
        return invalid(format!("{id}: {n} events do not lead from version {from} to {to}"));
    }
    Ok(())
}

/// What the row of a case holds beside its data, for lists: all of it follows from the case.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Columns {
    pub state: String,
    pub version: i64,
    pub sales: String,
    pub people: String,
    pub short: String,
    pub customer: String,
    pub due_at: Option<i64>,
    pub opened_at: i64,
    pub closed_at: Option<i64>,
}

impl Columns {
    pub fn of(case: &Case) -> Columns {
        let people = [&case.cskh, &case.sales, &case.leader, &case.director].into_iter().flatten();
        let people: Vec<&str> = people.chain(&case.tech).chain(&case.watchers).map(String::as_str).collect();
        Columns {
            state: case.state.name().to_owned(),
            version: whole(case.version),
            sales: text(case.sales.as_deref().unwrap_or_default()),
            // Blanks on both sides of each address, so that a search finds whole ones.
            people: text(&format!(" {} ", people.join(" "))),
            short: text(case.short()),
            customer: text(case.customer()),
            due_at: case.due.as_ref().map(|d| ms(d.at)),
            opened_at: ms(case.opened),
            closed_at: case.closed.as_ref().map(|c| ms(c.at)),
        }
    }
}

/// `($1, $2), ($3, $4)`: so many rows of so many places each, behind which each row has what is the same in all.
pub(super) fn rows_of(rows: usize, places: usize, same: &str) -> String {
    let row = |n: usize| {
        let places: Vec<String> = (n * places + 1..=(n + 1) * places).map(|place| format!("${place}")).collect();
        format!("({}{same})", places.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

/// The columns in the order of both statements above, the id last.
fn bind_case<'q>(query: Statement<'q>, case: &Case, wake_at: Option<At>) -> Result<Statement<'q>, CommitError> {
    let data = serde_json::to_string(case).map_err(|e| CommitError::Invalid(e.to_string()))?;
    let Columns { state, version, sales, people, short, customer, due_at, opened_at, closed_at } = Columns::of(case);
    let query = query.bind(state).bind(version).bind(sales).bind(people).bind(short).bind(customer).bind(due_at);
    let (id, query) = (text(&case.id), query.bind(wake_at.map(ms)).bind(opened_at).bind(closed_at));
    let sum = case_sum(&id, &data);
    let outline = outline_of(case).map(|outline| serde_json::to_string(&outline)).transpose();
    let outline = outline.map_err(|e| CommitError::Invalid(e.to_string()))?;
    let outline_sum = outline.as_ref().map(|outline| case_sum(&id, outline));
    Ok(query.bind(data).bind(sum).bind(outline).bind(outline_sum).bind(id))
}

fn event_data(recorded: &Recorded) -> Result<String, CommitError> {
    let data = Written { at: recorded.at, event: &recorded.event };
    serde_json::to_string(&data).map_err(|e| CommitError::Invalid(e.to_string()))
}

fn via_name(recorded: &Recorded) -> Result<String, CommitError> {
    let name = serde_json::to_value(recorded.via).ok().and_then(|v| v.as_str().map(String::from));
    name.ok_or_else(|| CommitError::Invalid("a way in without a name".into()))
}

/// Versions and numbers of events, as the engines count.
pub(super) fn whole(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
