//! The tables, as an append-only list of changes: what has once been released here is never edited.
//!
//! One text serves both engines. Times are milliseconds since 1970 in UTC, ids and JSON are text; a column that may be
//! `NULL` says why.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr};

use super::Engine;

/// `{serial}`: a key that counts up; `{number}`: one that refers to such; `{bytes}`: raw bytes.
const CHANGES: &[(&str, &str)] = &[
    (
        "the first tables",
        "
    -- Derived from the events of a case, for lists and for finding what is due.
    CREATE TABLE case_row (
        id TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        version BIGINT NOT NULL,
        sales TEXT NOT NULL,
        people TEXT NOT NULL,
        short TEXT NOT NULL,
        customer TEXT NOT NULL,
        due_at BIGINT,      -- NULL: nothing is awaited
        wake_at BIGINT,     -- NULL: the clock has nothing to do here
        opened_at BIGINT NOT NULL,
        closed_at BIGINT,   -- NULL: open
        data TEXT NOT NULL
    );
    CREATE INDEX case_wake ON case_row (wake_at, id) WHERE wake_at IS NOT NULL;
    CREATE INDEX case_open ON case_row (opened_at, id) WHERE closed_at IS NULL;
    CREATE INDEX case_opened ON case_row (opened_at, id);

    -- The truth.
    CREATE TABLE event (
        case_id TEXT NOT NULL REFERENCES case_row (id),
        seq BIGINT NOT NULL,
        at BIGINT NOT NULL,
        who TEXT NOT NULL,
        on_behalf TEXT NOT NULL,
        via TEXT NOT NULL,
        kind TEXT NOT NULL,
        data TEXT NOT NULL,
        PRIMARY KEY (case_id, seq)
    );

    -- Submissions that have been taken, and how they were answered.
    -- Keys are compared byte by byte: contents seen before are found by the beginning of theirs.
    CREATE TABLE seen (
        key TEXT {bytewise} PRIMARY KEY,
        at BIGINT NOT NULL,
        case_id TEXT NOT NULL,
        answer TEXT NOT NULL,
        disposition TEXT NOT NULL,
        place TEXT NOT NULL
    );

    -- Mails and files that go out. due_at is by the machine's clock, not_before by the desk's.
    CREATE TABLE effect (
        id {serial},
        case_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        letter TEXT NOT NULL,
        to_addr TEXT NOT NULL,
        message_id TEXT NOT NULL,
        name TEXT NOT NULL,
        state TEXT NOT NULL,
        not_before BIGINT NOT NULL,
        due_at BIGINT,      -- NULL: nothing more happens by itself
        attempts BIGINT NOT NULL,
        doubts BIGINT NOT NULL,
        last_words TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        first_try BIGINT,   -- NULL: not tried yet
        sent_at BIGINT,     -- NULL: not sent yet
        body {bytes}        -- NULL: sent, and the bytes let go
    );
    CREATE INDEX effect_due ON effect (due_at, id) WHERE due_at IS NOT NULL;
    CREATE INDEX effect_order ON effect (case_id, to_addr, id) WHERE due_at IS NOT NULL;
    CREATE INDEX effect_unsent ON effect (id) WHERE state <> 'sent';
    CREATE INDEX effect_message ON effect (message_id) WHERE message_id <> '';
    CREATE INDEX effect_case ON effect (case_id, id);

    -- What was set aside: unknown senders, forged or unreadable mails.
    CREATE TABLE quarantine (
        id TEXT PRIMARY KEY,
        at BIGINT NOT NULL,
        from_addr TEXT NOT NULL,
        why TEXT NOT NULL,
        source TEXT NOT NULL,
        state TEXT NOT NULL,
        body {bytes} NOT NULL
    );

    -- Numbers and file names that are given out once.
    CREATE TABLE number (
        kind TEXT NOT NULL,
        year BIGINT NOT NULL,
        n BIGINT NOT NULL,
        case_id TEXT NOT NULL,
        PRIMARY KEY (kind, year, n)
    );
    CREATE TABLE taken_name (
        day TEXT NOT NULL,
        name TEXT NOT NULL,
        case_id TEXT NOT NULL,
        PRIMARY KEY (day, name)
    );

    -- The hold switch, the rehearsal clock, the key for tokens, signs of life.
    CREATE TABLE meta (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
    );
    ",
    ),
    (
        "who was answered",
        "
    -- Mails of the house's people that were answered: what bounds a conversation with a machine.
    CREATE TABLE answered (
        key TEXT PRIMARY KEY,
        who TEXT NOT NULL,
        case_id TEXT NOT NULL,
        said TEXT NOT NULL,     -- a hash of the words and files
        idle BIGINT NOT NULL,   -- 1: it brought nothing
        at BIGINT NOT NULL
    );
    CREATE INDEX answered_who ON answered (who, at);
    CREATE INDEX answered_case ON answered (case_id, at);
    CREATE INDEX effect_to ON effect (to_addr, created_at);
    ",
    ),
    (
        "several daemons",
        "
    -- The daemons that serve this desk, where several may (PostgreSQL). Times by the database's clock.
    CREATE TABLE daemon (
        id {serial},
        name TEXT NOT NULL,
        since BIGINT NOT NULL,
        alive_until BIGINT NOT NULL
    );
    -- What each has in hand; gone with its daemon.
    CREATE TABLE claim (
        what TEXT PRIMARY KEY,
        daemon BIGINT NOT NULL REFERENCES daemon (id) ON DELETE CASCADE
    );
    CREATE INDEX claim_daemon ON claim (daemon);
    ALTER TABLE effect ADD COLUMN daemon BIGINT;    -- the last that claimed it; NULL: none that is entered above
    ",
    ),
    (
        "checksums",
        "
    -- 64 bits of SHA-256 over what a row was written with (sum.rs); NULL: written before there were any. The pages of
    -- SQLite have none, and its own check sees no bit that flips inside of a text.
    ALTER TABLE case_row ADD COLUMN checksum BIGINT;
    ALTER TABLE event ADD COLUMN checksum BIGINT;
    ALTER TABLE seen ADD COLUMN checksum BIGINT;
    ALTER TABLE effect ADD COLUMN checksum BIGINT;
    ALTER TABLE effect ADD COLUMN body_checksum BIGINT;
    ALTER TABLE quarantine ADD COLUMN checksum BIGINT;
    ALTER TABLE answered ADD COLUMN checksum BIGINT;
    ALTER TABLE meta ADD COLUMN checksum BIGINT;
    -- What changes until a mail is sent lies in an index too: SQLite's check compares the two.
    DROP INDEX effect_unsent;
    CREATE INDEX effect_unsent ON effect (id, state, attempts, doubts) WHERE state <> 'sent';
    ",
    ),
    (
        "what is asked for often",
        "
    -- A Sales' drafts, which each form without a number asks for: not to be looked for among thousands of open cases.
    CREATE INDEX case_draft ON case_row (sales, opened_at, id) WHERE state = 'Drafting';
    -- What was set aside lately, which the operator is told of: not among all that ever was.
    CREATE INDEX quarantine_kept ON quarantine (at, id) WHERE state = 'kept';
    ",
    ),
    (
        "bodies apart, and outlines",
        "
    -- The bytes of what goes out, until it is sent. In the row itself they made each change of it write them anew, and left
    -- its page behind nearly empty once they were let go; effect.body is NULL from here on.
    CREATE TABLE body (
        effect_id {number} PRIMARY KEY REFERENCES effect (id),
        bytes {bytes} NOT NULL
    );
    INSERT INTO body (effect_id, bytes) SELECT id, body FROM effect WHERE state <> 'sent' AND body IS NOT NULL;
    UPDATE effect SET body = NULL WHERE state <> 'sent' AND body IS NOT NULL;
    -- What was given up, which is looked for every two seconds: not among all that waits for a server.
    CREATE INDEX effect_failed ON effect (id) WHERE due_at IS NULL AND state <> 'sent';
    -- What lists show of an open case, for these are read whole and often; with a checksum of its own. NULL: closed, or
    -- written before there were any, so that the whole case is read instead.
    ALTER TABLE case_row ADD COLUMN outline TEXT;
    ALTER TABLE case_row ADD COLUMN outline_checksum BIGINT;
    ",
    ),
    (
        "the open cases of a Sales",
        "
    -- A Sales' open cases, which each form that opens another one asks for: not to be looked for among those of everybody.
    CREATE INDEX case_of_sales ON case_row (sales, opened_at, id) WHERE closed_at IS NULL;
    ",
    ),
    (
        "outlines tell what waits",
        "
    -- What waits for a DUYỆT was one thing in them, a payment too, which the step does not wait for. They are made anew.
    UPDATE case_row SET outline = NULL, outline_checksum = NULL WHERE outline LIKE '%\"proposal\"%';
    ",
    ),
];

/// The list as sqlx runs it.
pub(super) fn migrator(engine: Engine) -> Migrator {
    let (serial, number, bytes, bytewise) = match engine {
        Engine::Sqlite => ("INTEGER PRIMARY KEY AUTOINCREMENT", "INTEGER", "BLOB", ""),
        Engine::Postgres => ("BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "BIGINT", "BYTEA", "COLLATE \"C\""),
    };
    let change = |(version, (name, sql)): (i64, &(&'static str, &'static str))| {
        let sql =
            sql.replace("{serial}", serial).replace("{number}", number).replace("{bytes}", bytes).replace("{bytewise}", bytewise);
        // Our own constant text: nothing from outside is in it.
        Migration::new(version, (*name).into(), MigrationType::Simple, AssertSqlSafe(sql).into_sql_str(), false)
    };
    Migrator::with_migrations((1..).zip(CHANGES).map(change).collect())
}
