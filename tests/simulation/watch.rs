//! What is looked at after each step, from outside the desk's process: the events that are new in the store, with what has
//! to hold at each; the rows of the cases that have changed; what the desk has still to do.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use quotedesk::process::act::Refusal;
use quotedesk::process::case::Case;
use quotedesk::process::event::{Event, Recorded};
use quotedesk::process::house::{At, House};
use serde::Deserialize;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Connection, Row};

use super::agreed::Agreed;
use super::check;
use super::world::at;

/// The cases as their events tell, and what waits to be done.
#[derive(Default)]
pub struct Watch {
    db: PathBuf,
    /// Kept over the desk's crashes; `None`: not open yet.
    conn: Option<AnyConnection>,
    last: i64,
    pub cases: BTreeMap<String, Case>,
    /// The clock's next look at a case, by the desk's clock.
    pub wake: Option<At>,
    pub held: bool,
    pub agreed: Agreed,
    /// What is not sent.
    pub unsent: Vec<Waiting>,
    /// Files for customers that were made and not looked through yet.
    pub for_customers: Vec<String>,
    /// All that ever were.
    pub all_for_customers: Vec<String>,
    /// Answers to letters and forms that a restored backup does not know, refused.
    pub lost: u64,
}

/// A mail or file that is not sent.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub message_id: String,
    pub case: String,
    pub to: String,
    pub is_file: bool,
    pub state: String,
    pub not_before: At,
    pub next_at: Option<At>,
    pub created_at: At,
}

#[derive(Deserialize)]
struct Data {
    at: At,
    event: Event,
}

impl Watch {
    pub fn new(state: &Path) -> Watch {
        Watch { db: state.join("quotedesk.db"), ..Watch::default() }
    }

    /// Another store lies there now.
    pub async fn forget(&mut self) {
        if let Some(conn) = self.conn.take() {
            let _ = conn.close().await;
        }
        (self.last, self.cases, self.for_customers, self.all_for_customers) = Default::default();
        self.agreed.forget();
    }

    /// Looks at what is new; what is wrong in it, one line each.
    ///
    /// # Errors
    /// Where the store is not there.
    pub async fn look(&mut self, house: &House) -> Result<Vec<String>, sqlx::Error> {
        let wrong = self.events(house).await?;
        let conn = self.conn().await?;
        // Each question is a way to the store's thread and back: what has one answer is asked at once.
        let sql = "SELECT now.wake, now.held, message_id, case_id, to_addr, kind, state, not_before, due_at, created_at FROM
            (SELECT (SELECT MIN(wake_at) FROM case_row WHERE wake_at IS NOT NULL) AS wake,
                (SELECT COUNT(*) FROM meta WHERE key = 'hold') AS held) now
            LEFT JOIN effect ON state <> 'sent' ORDER BY id";
        let rows = sqlx::query(sql).fetch_all(&mut *conn).await?;
        let now = rows.first().ok_or(sqlx::Error::RowNotFound)?;
        self.wake = now.try_get::<Option<i64>, _>("wake")?.map(at);
        self.held = now.try_get::<i64, _>("held")? > 0;
        self.unsent = match now.try_get::<Option<String>, _>("state")? {
            None => vec![],
            Some(_) => rows.iter().map(waiting).collect::<Result<_, _>>()?,
        };
        Ok(wrong)
    }

    /// The mails that the store has as sent: Message-ID and receiver.
    ///
    /// # Errors
    /// As `look`.
    pub async fn sent(&mut self) -> Result<Vec<(String, String)>, sqlx::Error> {
        let sql = "SELECT message_id, to_addr FROM effect WHERE kind = 'mail' AND state = 'sent'";
        let rows = sqlx::query(sql).fetch_all(self.conn().await?).await?;
        rows.iter().map(|row| Ok((row.try_get("message_id")?, row.try_get("to_addr")?))).collect()
    }

    async fn conn(&mut self) -> Result<&mut AnyConnection, sqlx::Error> {
        if self.conn.is_none() {
            let url = format!("sqlite://{}?mode=rw", self.db.display());
            self.conn = Some(AnyConnection::connect(&url).await?);
        }
        self.conn.as_mut().ok_or(sqlx::Error::PoolClosed)
    }

    /// What the events that are new have made of the cases, and whether the rows of these are what their events say, to the
    /// byte; what is wrong.
    async fn events(&mut self, house: &House) -> Result<Vec<String>, sqlx::Error> {
        let sql = "SELECT rowid AS n, case_id, seq, at, who, on_behalf, via, data,
            (SELECT data FROM case_row WHERE id = event.case_id) AS row FROM event WHERE rowid > $1 ORDER BY rowid";
        let last = self.last;
        let rows = sqlx::query(sql).bind(last).fetch_all(self.conn().await?).await?;
        let (mut changed, mut wrong) = (BTreeMap::new(), Vec::new());
        for row in rows {
            self.last = row.try_get("n")?;
            let id: String = row.try_get("case_id")?;
            let Some(recorded) = recorded(&row)? else {
                wrong.push(format!("{id}: an event that cannot be read"));
                continue;
            };
            let case = self.cases.entry(id.clone()).or_default();
            if recorded.seq != case.version {
                wrong.push(format!("{id}: event {} after {} of them", recorded.seq, case.version));
            }
            let before = case.clone();
            case.apply(&recorded);
            check::of_step(&before, case, &recorded, house, &mut wrong);
            self.agreed.became(case, row.try_get("at")?);
            wrong.extend(self.agreed.look_at(case, &recorded));
            if let Event::Refused { refusal: Refusal::Lost, .. } = &recorded.event {
                self.lost += 1;
            }
            if let Event::FileKept { file } = &recorded.event
                && let Some(name) = file.path.strip_prefix("outbox/")
            {
                self.for_customers.push(name.into());
                self.all_for_customers.push(name.into());
            }
            changed.insert(id, row.try_get::<Option<String>, _>("row")?);
        }
        wrong.extend(changed.into_iter().filter_map(|(id, stored)| self.differs(&id, stored)));
        Ok(wrong)
    }

    /// The rows of cases are what their events say, to the byte; which are not.
    ///
    /// # Errors
    /// As `look`.
    pub async fn rows(&mut self, of: BTreeSet<String>) -> Result<Vec<String>, sqlx::Error> {
        let mut wrong = Vec::new();
        for id in of {
            let ask = sqlx::query("SELECT data FROM case_row WHERE id = $1").bind(id.clone());
            let row = ask.fetch_optional(self.conn().await?).await?;
            let stored = row.map(|row| row.try_get::<String, _>("data")).transpose()?;
            wrong.extend(self.differs(&id, stored));
        }
        Ok(wrong)
    }

    fn differs(&self, id: &str, stored: Option<String>) -> Option<String> {
        let told = self.cases.get(id).and_then(|case| serde_json::to_string(case).ok());
        (stored != told).then(|| format!("{id}: the row is not what its events say: {stored:?}, and {told:?}"))
    }
}

fn recorded(row: &AnyRow) -> Result<Option<Recorded>, sqlx::Error> {
    let word = |name: &str| row.try_get::<String, _>(name);
    let known = |word: String| Some(word).filter(|w| !w.is_empty());
    let (data, via) = (word("data")?, word("via")?);
    let Ok(Data { at, event }) = serde_json::from_str(&data) else { return Ok(None) };
    let Ok(via) = serde_json::from_value(via.into()) else { return Ok(None) };
    let seq = row.try_get::<i64, _>("seq")? as u64;
    Ok(Some(Recorded { seq, at, by: known(word("who")?), for_: known(word("on_behalf")?), via, event }))
}

fn waiting(row: &AnyRow) -> Result<Waiting, sqlx::Error> {
    Ok(Waiting {
        message_id: row.try_get("message_id")?,
        case: row.try_get("case_id")?,
        to: row.try_get("to_addr")?,
        is_file: row.try_get::<String, _>("kind")? == "file",
        state: row.try_get("state")?,
        not_before: at(row.try_get("not_before")?),
        next_at: row.try_get::<Option<i64>, _>("due_at")?.map(at),
        created_at: at(row.try_get("created_at")?),
    })
}
