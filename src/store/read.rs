//! Reading: cases, their history, what is due, what has been seen.

use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::apply::{EventData, SEEN, Statement, case_sum, event_sum, seen_of};
use super::raw::{self, text_of};
use super::sum;
use super::tx::{CommitError, Quarantined, Seen};
use super::words::aside;
use super::writer::Work;
use super::{Engine, Store, Unavailable, at, ms, text};
use crate::process::act::Via;
use crate::process::case::{Case, State};
use crate::process::event::Recorded;
use crate::process::house::At;
use crate::process::outline::Outline;
use chrono::NaiveDate;

/// Which cases are listed; by default all, closed ones too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub open_only: bool,
    pub state: Option<State>,
    /// Those whose wait was over at this moment.
    pub late_at: Option<At>,
    /// Those in which this address has a part.
    pub person: Option<String>,
    /// At most so many; 0: all.
    pub limit: u32,
}

impl Filter {
    /// Rows of `columns`.
    fn asked(&self, engine: Engine, columns: &str) -> Statement<'static> {
        // Said or not, so that the open ones are found by their own small index.
        let open = if self.open_only { "closed_at IS NULL AND " } else { "" };
        let sql = format!(
            "SELECT {columns} FROM case_row WHERE {open}(state = $1 OR $1 = '') AND (due_at < $2 OR $2 = 0)
                AND people LIKE $3 ESCAPE '!' ORDER BY opened_at, case_row.id LIMIT $4"
        );
        let person = match &self.person {
            Some(email) => format!("% {} %", literal(&email.trim().to_lowercase())),
            None => "%".to_owned(),
        };
        let limit = if self.limit == 0 { i64::MAX } else { i64::from(self.limit) };
        let ask = raw::asking(engine, &sql).bind(self.state.map_or("", State::name)).bind(self.late_at.map_or(0, ms));
        ask.bind(text(&person)).bind(limit)
    }
}

/// Where a page of cases ends: when the last one was opened, and its id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd)]
pub struct PageEnd(i64, String);

/// Of a whole case.
const WHOLE: &str = "raw(id), raw(data), checksum";
/// Of its outline, or where there is none of the whole case.
const OUTLINE: &str = "raw(id), raw(CASE WHEN outline IS NULL THEN data ELSE outline END AS data),
    COALESCE(outline_checksum, checksum) AS checksum, outline_checksum AS outlined";

impl Store {
    pub(super) fn rows<'a>(&'a self, statement: Statement<'a>) -> BoxFuture<'a, Result<Vec<AnyRow>, Unavailable>> {
        Box::pin(async {
            self.0.access.faults.check("store.read")?;
            Ok(self.0.reads.fetch_all(statement).await?)
        })
    }

    /// See [`raw::asking`].
    pub(super) fn asking(&self, sql: &str) -> Statement<'static> {
        raw::asking(self.0.access.engine, sql)
    }

    /// One case as it stands.
    ///
    /// # Errors
    /// Where the store cannot be read, or the row is damaged (`verify` tells how to mend it).
    pub async fn case(&self, id: &str) -> Result<Option<Case>, Unavailable> {
        let sql = "SELECT raw(id), raw(data), checksum FROM case_row WHERE id = $1";
        let rows = self.rows(self.asking(sql).bind(text(id))).await?;
        rows.first().map(case_of).transpose()
    }

    /// Is there a case, be it a damaged one?
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn has_cases(&self) -> Result<bool, Unavailable> {
        Ok(!self.rows(sqlx::query("SELECT 1 AS there FROM case_row WHERE id > '' LIMIT 1")).await?.is_empty())
    }

    /// In the order in which they were opened, without those that are damaged (`verify` names them).
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn cases(&self, filter: &Filter) -> Result<Vec<Case>, Unavailable> {
        sound(&self.rows(filter.asked(self.0.access.engine, WHOLE)).await?)
    }

    /// The same cases as far as lists show them: what they cost does not grow with their forms.
    ///
    /// # Errors
    /// As `cases`.
    pub async fn outlines(&self, filter: &Filter) -> Result<Vec<Outline>, Unavailable> {
        self.outlined(filter.asked(self.0.access.engine, OUTLINE)).await
    }

    /// A Sales' own open cases, in the order in which they were opened.
    ///
    /// # Errors
    /// As `cases`.
    pub async fn open_cases_of(&self, sales: &str) -> Result<Vec<Outline>, Unavailable> {
        let sql =
            format!("SELECT {OUTLINE} FROM case_row WHERE sales = $1 AND closed_at IS NULL ORDER BY opened_at, case_row.id");
        self.outlined(self.asking(&sql).bind(text(sales))).await
    }

    async fn outlined(&self, asked: Statement<'static>) -> Result<Vec<Outline>, Unavailable> {
        self.0.access.faults.check("store.read")?;
        let outline = |row: &AnyRow| match row.try_get::<Option<i64>, _>("outlined")? {
            Some(_) => case_of(row),
            None => case_of(row).map(|case| Outline::of(&case)),
        };
        let mut outlines = Vec::new();
        self.0.reads.each(asked, |row| outlines.extend(unless_damaged(outline(&row)).transpose())).await?;
        outlines.into_iter().collect()
    }

    /// The closed cases that were opened last, in the order in which they were opened.
    ///
    /// # Errors
    /// As `cases`.
    pub async fn last_closed(&self, limit: u32) -> Result<Vec<Outline>, Unavailable> {
        let sql = "SELECT raw(id), raw(data), checksum FROM case_row WHERE closed_at IS NOT NULL
            ORDER BY opened_at DESC, case_row.id DESC LIMIT $1";
        let cases: Vec<Case> = sound(&self.rows(self.asking(sql).bind(i64::from(limit))).await?)?;
        Ok(cases.iter().rev().map(Outline::of).collect())
    }

    /// The next `limit` of all cases, behind those that end at `after`; with where they end, `None`: there is none behind.
    ///
    /// # Errors
    /// As `cases`.
    pub async fn page(&self, after: Option<&PageEnd>, limit: u32) -> Result<(Vec<Case>, Option<PageEnd>), Unavailable> {
        let sql = "SELECT id, opened_at, raw(data), checksum FROM case_row WHERE (opened_at, id) > ($1, $2)
            ORDER BY opened_at, id LIMIT $3";
        let (opened, id) = after.map_or((i64::MIN, ""), |PageEnd(opened, id)| (*opened, id.as_str()));
        let rows = self.rows(self.asking(sql).bind(opened).bind(text(id)).bind(i64::from(limit))).await?;
        // By the rows, not by the cases: a damaged one is no end.
        let last = rows.last().filter(|_| rows.len() == limit as usize);
        let end = last.map(|row| Ok::<_, sqlx::Error>(PageEnd(row.try_get("opened_at")?, row.try_get("id")?))).transpose()?;
        let end = end.map(|end| Unavailable::unless_back("case_row", after, end)).transpose()?;
        Ok((sound(&rows)?, end))
    }

    /// The forms that a Sales has not sent in yet, in the order in which they were opened.
    ///
    /// # Errors
    /// As `case`.
    pub async fn drafts_of(&self, sales: &str) -> Result<Vec<Case>, Unavailable> {
        // The state is written out, for an index has these cases alone.
        let sql = "SELECT raw(id), raw(data), checksum FROM case_row WHERE sales = $1 AND state = 'Drafting'
            ORDER BY opened_at, case_row.id";
        sound(&self.rows(self.asking(sql).bind(text(sales))).await?)
    }

    /// All that happened to a case, from the first event on.
    ///
    /// # Errors
    /// As `case`.
    pub async fn history(&self, id: &str) -> Result<Vec<Recorded>, Unavailable> {
        let sql = "SELECT raw(case_id), seq, at, raw(who), raw(on_behalf), raw(via), raw(kind), raw(data), checksum
            FROM event WHERE case_id = $1 ORDER BY seq";
        self.rows(self.asking(sql).bind(text(id))).await?.iter().map(recorded_of).collect()
    }

    /// Cases that the clock has to look at, the longest overdue first. By the desk's clock.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn due(&self, desk: At, limit: u32) -> Result<Vec<String>, Unavailable> {
        // A sum, so that SQLite does not plan it anew at each look (see the claim of effects).
        let sql = "SELECT raw(id) FROM case_row WHERE wake_at <= $1 ORDER BY wake_at, case_row.id LIMIT 0 + $2";
        let rows = self.rows(self.asking(sql).bind(ms(desk)).bind(i64::from(limit))).await?;
        Ok(rows.iter().map(|r| text_of(r, "id")).collect::<Result<_, _>>()?)
    }

    /// When the clock has to look at a case next, after `after`. By the desk's clock.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn next_wake(&self, after: At) -> Result<Option<At>, Unavailable> {
        let sql = "SELECT wake_at FROM case_row WHERE wake_at > $1 ORDER BY wake_at, id LIMIT 1";
        let rows = self.rows(sqlx::query(sql).bind(ms(after))).await?;
        Ok(rows.first().map(|r| r.try_get("wake_at")).transpose()?.map(at))
    }

    /// Has this submission been taken?
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn seen(&self, key: &str) -> Result<Option<Seen>, Unavailable> {
        let rows = self.rows(self.asking(SEEN).bind(text(key))).await?;
        Ok(rows.first().map(seen_of).transpose()?)
    }

    /// The number after the highest that was given out. It is taken only by the commit, which may find that another
    /// was quicker.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn next_number(&self, kind: &str, year: i32) -> Result<u32, Unavailable> {
        let sql = "SELECT n FROM number WHERE kind = $1 AND year = $2 ORDER BY n DESC LIMIT 1";
        let rows = self.rows(sqlx::query(sql).bind(text(kind)).bind(i64::from(year))).await?;
        let highest: i64 = rows.first().map(|r| r.try_get("n")).transpose()?.unwrap_or(0);
        u32::try_from(highest + 1).map_err(|_| Unavailable::Away(format!("no number of {kind} is left in {year}")))
    }

    /// File names of quotes that were given out on this day.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn quote_names(&self, day: NaiveDate) -> Result<Vec<String>, Unavailable> {
        let sql = "SELECT raw(name) FROM taken_name WHERE day = $1 ORDER BY taken_name.name";
        let rows = self.rows(self.asking(sql).bind(day.to_string())).await?;
        Ok(rows.iter().map(|r| text_of(r, "name")).collect::<Result<_, _>>()?)
    }

    /// What was set aside and not yet let go, without the bytes.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn quarantined(&self) -> Result<Vec<Quarantined>, Unavailable> {
        let sql = "SELECT raw(id), at, raw(from_addr), raw(why), raw(source) FROM quarantine WHERE state = 'kept'
            ORDER BY at, quarantine.id";
        self.rows(self.asking(sql)).await?.iter().map(|r| quarantined_of(r, Vec::new())).collect()
    }

    /// One of them, with its bytes.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn quarantined_whole(&self, id: &str) -> Result<Option<Quarantined>, Unavailable> {
        let sql = "SELECT raw(id), at, raw(from_addr), raw(why), raw(source), body FROM quarantine
            WHERE id = $1 AND state <> 'dropped'";
        let rows = self.rows(self.asking(sql).bind(text(id))).await?;
        rows.first().map(|r| quarantined_of(r, r.try_get("body")?)).transpose()
    }

    /// Lets go what was set aside: it is no longer listed; nothing is deleted. `false`: there is none with this id.
    ///
    /// # Errors
    /// `Unavailable` where the store cannot be written.
    pub async fn release_quarantined(&self, id: &str) -> Result<bool, CommitError> {
        let work = Work::Quarantine { id: id.to_owned(), state: aside::RELEASED };
        Ok(matches!(self.write(work).await?, super::writer::Done::Rows(n) if n > 0))
    }
}

impl Store {
    /// Its owner says that it is not theirs: no longer listed, and never let in. Nothing is deleted.
    ///
    /// # Errors
    /// `Unavailable` where the store cannot be written.
    pub async fn drop_quarantined(&self, id: &str) -> Result<(), CommitError> {
        self.write(Work::Quarantine { id: id.to_owned(), state: aside::DROPPED }).await.map(drop)
    }
}

/// One that is damaged is no reason to show none.
fn sound(rows: &[AnyRow]) -> Result<Vec<Case>, Unavailable> {
    rows.iter().filter_map(|row| unless_damaged(case_of(row)).transpose()).collect()
}

fn unless_damaged<T>(read: Result<T, Unavailable>) -> Result<Option<T>, Unavailable> {
    match read {
        Err(Unavailable::Damaged { .. }) => Ok(None),
        other => other.map(Some),
    }
}

/// A case, or its outline.
fn case_of<T: DeserializeOwned>(row: &AnyRow) -> Result<T, Unavailable> {
    let (id, data) = (text_of(row, "id")?, text_of(row, "data")?);
    let damaged = |why: &str| Unavailable::damaged(&id, &format!("row ({why})"));
    if !sum::holds(row.try_get("checksum")?, || case_sum(&id, &data)) {
        return Err(damaged("checksum"));
    }
    serde_json::from_str(&data).map_err(|e| damaged(&e.to_string()))
}

pub(super) fn recorded_of(row: &AnyRow) -> Result<Recorded, Unavailable> {
    let (case_id, seq): (String, i64) = (text_of(row, "case_id")?, row.try_get("seq")?);
    let damaged = |e: serde_json::Error| Unavailable::damaged(&case_id, &format!("event {seq}: {e}"));
    let word = |column: &str| text_of(row, column);
    let data = word("data")?;
    let words = [word("who")?, word("on_behalf")?, word("via")?, word("kind")?];
    let (moment, [who, on_behalf, way, kind]) = (row.try_get("at")?, &words);
    let found = || event_sum((&case_id, seq, moment), [who, on_behalf, way, kind, &data]);
    if !sum::holds(row.try_get("checksum")?, found) {
        return Err(Unavailable::damaged(&case_id, &format!("event {seq}: it is not what was written (checksum)")));
    }
    let EventData { at, event } = serde_json::from_str(&data).map_err(damaged)?;
    let [who, on_behalf, via, _] = words;
    let via: Via = serde_json::from_value(via.into()).map_err(damaged)?;
    let known = |word: String| Some(word).filter(|s| !s.is_empty());
    let seq = u64::try_from(seq).unwrap_or_default();
    Ok(Recorded { seq, at, by: known(who), for_: known(on_behalf), via, event })
}

pub(super) fn quarantined_of(row: &AnyRow, body: Vec<u8>) -> Result<Quarantined, Unavailable> {
    Ok(Quarantined {
        id: text_of(row, "id")?,
        at: at(row.try_get("at")?),
        from: text_of(row, "from_addr")?,
        why: text_of(row, "why")?,
        source: text_of(row, "source")?,
        body,
    })
}

/// For `LIKE … ESCAPE '!'`: an underscore in an address is an underscore.
fn literal(words: &str) -> String {
    words.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}
