//! The documents say what the program does: README's commands run, its config table is the whole list of keys, and the
//! tables of the form's cells follow from the form.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use quotedesk::config::{Config, DEFAULT, Require};
use quotedesk::form::layout::{self, Column, EXCHANGES, FIELDS, Field, ITEMS, Needed, Section, Step, Tab, When, Zone};

const README: &str = include_str!("../README.md");

/// The fenced blocks that are marked with these words.
fn blocks(text: &str, mark: &str) -> Vec<String> {
    let fence = format!("```{mark}\n");
    let body = |rest: &str| rest.split("```").next().unwrap_or_default().to_string();
    text.split(&fence).skip(1).map(body).collect()
}

#[test]
fn the_commands_of_the_readme_run_in_an_empty_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let binary = Path::new(env!("CARGO_BIN_EXE_quotedesk"));
    let path = std::env::join_paths(
        binary
            .parent()
            .map(Path::to_path_buf)
            .into_iter()
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    )
    .expect("a search path");
    let script = blocks(README, "sh test").join("\n");
    assert!(script.contains("quotedesk init") && script.contains("quotedesk run &"), "the marked block is there");
    let ran = Command::new("bash")
        .args(["-euo", "pipefail", "-c"])
        // Whatever fails, the daemon in the background is not left behind.
        .arg(format!("trap 'jobs -p | xargs -r kill || true' EXIT\n{script}"))
        .current_dir(folder.path())
        .env("PATH", path)
        .env_remove("QUOTEDESK_CONFIG")
        .output()
        .expect("bash");
    let said = format!("{}\n{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{said}");
    assert!(said.contains("YC-2026-0001") && said.contains("Sales lập phiếu"), "the case is listed:\n{said}");
    let mails = std::fs::read_dir(folder.path().join("outbox/mail")).expect("mails");
    let names: Vec<String> = mails.map(|m| m.expect("a mail").file_name().to_string_lossy().into_owned()).collect();
    for who in ["lam.bui@", "lan.tran@"] {
        assert!(names.iter().any(|n| n.contains(who)), "{who} got a letter: {names:?}");
    }
    assert!(names.iter().any(|n| n.contains("-late-")), "three days later Sales was late: {names:?}");
}

/// The rows of README's table of keys: key, and the value that holds where it is left out.
fn keys() -> BTreeMap<String, Option<String>> {
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| `")?.split(" | ");
        let key = cells.next()?.strip_suffix('`')?.to_string();
        let value = cells.next()?.trim();
        Some((key, value.strip_prefix('`').and_then(|v| v.strip_suffix('`')).map(String::from)))
    };
    let config = README.split("## Config").nth(1).and_then(|s| s.split("\n## ").next()).expect("a section on the config");
    config.lines().filter_map(row).filter(|(key, _)| key.contains('.')).collect()
}

fn parse(toml: &str) -> Config {
    Config::parse(toml, None, Path::new("/desk")).unwrap_or_else(|why| panic!("{why}\n{toml}"))
}

fn dotted(prefix: &str, table: &toml::Table, into: &mut Vec<String>) {
    for (key, value) in table {
        let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            toml::Value::Table(inner) if name != "people.away" => dotted(&name, inner, into),
            toml::Value::Array(list) if list.iter().any(|v| v.is_table()) => {
                list.iter().filter_map(|v| v.as_table()).for_each(|t| dotted(&name, t, into));
            }
            _ => into.push(name),
        }
    }
}

/// Every key of the example block of README, commented ones too.
fn shown() -> Vec<String> {
    let example = blocks(README, "toml test").concat();
    parse(&example);
    let example = example.replace("# logo", "logo");
    let mut shown = Vec::new();
    dotted("", &example.parse::<toml::Table>().expect("TOML"), &mut shown);
    shown
}

#[test]
fn what_the_readme_says_of_a_key_left_out_is_what_holds() {
    let mut toml = toml::Table::new();
    for (key, value) in keys().into_iter().filter_map(|(key, value)| Some((key, value?))) {
        let line = format!("value = {value}").parse::<toml::Table>().unwrap_or_else(|why| panic!("{key}: {why}"));
        let (section, name) = key.rsplit_once('.').expect("section.key");
        let mut table = &mut toml;
        for part in section.split('.') {
            let inner = table.entry(part).or_insert_with(|| toml::Value::Table(toml::Table::new()));
            table = inner.as_table_mut().expect("a section");
        }
        table.insert(name.to_string(), line["value"].clone());
    }
    let written = parse(&toml::to_string(&toml).expect("TOML"));
    assert_eq!(format!("{written:#?}"), format!("{:#?}", parse("")));
}

/// The keys that a section takes, from what it says to a wrong one.
fn taken(section: &str) -> Vec<String> {
    let whole = match section {
        "people" | "regions" => format!("[[{section}]]\nno_such_key = 1\n"),
        _ => format!("[{section}]\nno_such_key = 1\n"),
    };
    let said = Config::parse(&whole, None, Path::new("/desk")).expect_err("a wrong key is refused").to_string();
    let list = said.split("expected ").nth(1).unwrap_or_else(|| panic!("{section}: {said}"));
    list.split('`').skip(1).step_by(2).map(|key| format!("{section}.{key}")).collect()
}

#[test]
fn the_readme_names_every_key_and_no_other() {
    let mut named: Vec<String> = keys().into_keys().chain(shown()).collect();
    named.sort();
    named.dedup();
    let sections = [
        "desk",
        "mail",
        "mail.smtp",
        "mail.imap",
        "mail.trust",
        "people",
        "regions",
        "calendar",
        "deadlines",
        "quote",
        "quote.letterhead",
        "web",
        "limits",
    ];
    let mut there: Vec<String> = sections.iter().flat_map(|s| taken(s)).filter(|k| !sections.contains(&k.as_str())).collect();
    there.sort();
    assert_eq!(named, there);
}

#[test]
fn every_key_of_the_config_that_init_writes_is_in_the_readme() {
    let mut written = Vec::new();
    dotted("", &DEFAULT.parse::<toml::Table>().expect("TOML"), &mut written);
    let named: Vec<String> = keys().into_keys().chain(shown()).collect();
    let missing: Vec<&String> = written.iter().filter(|key| !named.contains(key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// README says of it that it has all keys: those that it leaves out stand there as comments.
#[test]
fn the_config_that_init_writes_shows_every_key() {
    let shows = |key: &str| {
        let name = key.rsplit('.').next().unwrap_or_default();
        let written = |line: &str| line.split('"').step_by(2).any(|outside| outside.split([' ', ',']).any(|word| word == name));
        DEFAULT.lines().any(written)
    };
    let named = keys().into_keys().chain(shown());
    // It does nothing in this version.
    let missing: Vec<String> = named.filter(|key| key != "web.listen" && !shows(key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// A page that the unit file names is installed by the steps that install the unit.
#[test]
fn the_man_page_that_the_unit_names_is_installed() {
    let (unit, steps) = (include_str!("../packaging/systemd/quotedesk.service"), include_str!("../docs/operator.md"));
    let page = unit.lines().find_map(|line| line.strip_prefix("Documentation=man:quotedesk(")).expect("it names its page");
    let section = page.trim_end_matches(')');
    assert!(steps.contains(&format!("/man{section}/quotedesk.{section}")), "docs/operator.md does not install it");
}

/// What stands there as a comment works once it is none.
#[test]
fn the_servers_that_init_shows_are_right() {
    let mut toml = String::new();
    let mut shown = false;
    for line in DEFAULT.lines() {
        shown = line.starts_with("# [mail.smtp]") || line.starts_with("# [mail.imap]") || shown && line.starts_with("# ");
        // One secret at a time.
        let line = if shown && !line.starts_with("# oauth2") { line.trim_start_matches("# ") } else { line };
        toml += &format!("{line}\n");
    }
    let config = parse(&toml.replace("transport = \"folder\"", "transport = \"smtp\""));
    let (smtp, imap) = (config.smtp.expect("[mail.smtp]"), config.imap.expect("[mail.imap]"));
    assert_eq!((smtp.server.port, smtp.connections, smtp.copy_to_self), (587, 4, false));
    assert_eq!((imap.server.port, imap.done.as_str()), (993, "Quotedesk/Done"));
    assert!(smtp.server.login.is_some() && imap.server.ca_file.is_some());
    // Who only uncomments a mailbox lets nobody decide by a From that anybody can write.
    assert_eq!((parse(DEFAULT).require, config.require), (Require::None, Require::TokenOrAuth));
}

#[test]
fn files_that_the_documents_point_to_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for page in ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "docs/huong-dan.md", "docs/operator.md", "docs/phieu.md"] {
        let text = std::fs::read_to_string(root.join(page)).expect(page);
        let folder = root.join(page).parent().expect("a folder").to_path_buf();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap_or_default();
            assert!(link.starts_with("https://") || folder.join(file).exists(), "{page} points to {link}");
        }
    }
}

// ---- docs/phieu.md

/// `QUOTEDESK_WRITE_GUIDE=1 cargo test --test readme` writes the page anew.
#[test]
fn the_page_of_the_cells_follows_from_the_form() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/phieu.md");
    if std::env::var_os("QUOTEDESK_WRITE_GUIDE").is_some() {
        std::fs::write(path, cells_page()).expect("written");
    }
    let kept = std::fs::read_to_string(path).expect("docs/phieu.md is there");
    assert_eq!(kept, cells_page(), "the form has changed: write the page anew");
}

fn cells_page() -> String {
    let mut page = String::from(
        "# Các ô của phiếu\n\nCột “Cần từ” là bước mà ô phải có giá trị; trống là không bắt buộc. Ô do hệ thống tự điền không kể ở đây.\n",
    );
    for zone in [Zone::Sales, Zone::Leader, Zone::Tech, Zone::Director, Zone::Everyone] {
        page.push_str(&format!("\n## {}\n", zone.title().vi));
        for tab in Tab::ALL {
            let fields = Section::ALL.into_iter().filter(|s| s.tab() == tab).flat_map(layout::section);
            table(&mut page, tab.title().vi, fields.filter(|f| f.owner == zone).map(field_row));
        }
        let columns = |list: &'static [Column]| list.iter().filter(move |c| c.owner == zone && !c.hidden).map(column_row);
        table(&mut page, "Bảng hạng mục", columns(ITEMS));
        table(&mut page, "Bảng trao đổi", columns(EXCHANGES));
    }
    page
}

fn table(page: &mut String, title: &str, rows: impl Iterator<Item = String>) {
    let rows: String = rows.collect();
    if !rows.is_empty() {
        page.push_str(&format!("\n**{title}**\n\n| Ô | Điền gì | Cần từ |\n|---|---|---|\n{rows}"));
    }
}

fn field_row(field: &'static Field) -> String {
    row(field.label.vi, field.help.vi, field.kind.picks(), field.needed)
}

fn column_row(column: &'static Column) -> String {
    row(column.label.vi, column.help.vi, column.kind.picks(), column.needed)
}

fn row(label: &str, help: &str, picks: &[layout::Pick], needed: Option<Needed>) -> String {
    let picks: Vec<&str> = picks.iter().map(|p| p.label.vi).collect();
    let listed = if picks.is_empty() { String::new() } else { format!(" ({})", picks.join(" · ")) };
    format!("| {label} | {} | {} |\n", format!("{help}{listed}").trim(), needed.map(from).unwrap_or_default())
}

fn from(needed: Needed) -> String {
    let step = match needed.from {
        Step::B2 => "bước 2",
        Step::B4 => "bước 4",
        Step::B5 => "bước 5",
        Step::B6 => "bước 6",
        Step::B7 => "bước 7",
        Step::B8 => "bước 8",
    };
    let when = match needed.when {
        When::Always => "",
        When::Doable => ", khi làm được",
        When::NotDoable => ", khi không làm được",
        When::Partial => ", khi làm được một phần",
        When::Server => ", khi cần server riêng",
        When::PricedPerItem => ", khi định giá từng mục",
        When::Markup => ", khi dùng hệ số",
        When::Unless(..) => ", tùy câu trả lời trên",
    };
    format!("{step}{when}")
}

#[test]
fn the_guide_names_the_sheets_and_colours_of_the_form() {
    let guide = include_str!("../docs/huong-dan.md");
    for tab in Tab::ALL {
        assert!(guide.contains(&format!("“{}”", tab.title().vi)), "{}", tab.title().vi);
    }
    let deadline = FIELDS.iter().find(|f| f.name == "deadline").expect("the field");
    assert!(guide.contains(deadline.label.vi), "{}", deadline.label.vi);
}
