//! What the program is made of: no `unsafe` of its own, and of others' code only what `deny.toml` lets in. Known advisories are
//! looked up where a copy of the RustSec database is at hand: in `$QUOTEDESK_ADVISORIES`, else in `~/.cargo/advisory-db`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(name)).unwrap_or_else(|why| panic!("{name}: {why}"))
}

fn toml_of(text: &str) -> toml::Table {
    text.parse().expect("TOML")
}

fn words(table: &toml::Table, section: &str, list: &str) -> Vec<String> {
    let list = table[section][list].as_array().expect("a list");
    let word = |v: &toml::Value| v.as_str().or_else(|| v.get("crate")?.as_str()).map(str::to_owned);
    list.iter().filter_map(word).collect()
}

/// Every package that is built in, for whatever machine: those of other machines no build here has fetched yet.
fn packages() -> Vec<Value> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let args = ["metadata", "--format-version", "1", "--locked"];
    let said = Command::new(cargo).args(args).current_dir(ROOT).output().expect("cargo");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let whole: Value = serde_json::from_slice(&said.stdout).expect("JSON");
    whole["packages"].as_array().cloned().unwrap_or_default()
}

#[test]
fn no_code_of_our_own_is_unsafe() {
    for name in ["src/lib.rs", "src/main.rs"] {
        assert!(read(name).lines().any(|line| line == "#![forbid(unsafe_code)]"), "{name} does not forbid it");
    }
    let manifest = toml_of(&read("Cargo.toml"));
    let targets = manifest.get("bin").and_then(|b| b.as_array()).map_or(0, Vec::len);
    assert_eq!(targets, 1, "another program of ours has to forbid it too");
}

#[test]
fn licences_bans_and_sources_are_those_of_deny_toml() {
    let deny = toml_of(&read("deny.toml"));
    let (allowed, banned) = (words(&deny, "licenses", "allow"), words(&deny, "bans", "deny"));
    let mut wrong = Vec::new();
    let packages = packages();
    assert!(packages.len() > 100, "{} packages", packages.len());
    for package in &packages {
        let name = package["name"].as_str().unwrap_or_default();
        if name == "quotedesk" {
            continue;
        }
        let licence = package["license"].as_str().unwrap_or_default();
        if !allows(licence, &allowed) {
            wrong.push(format!("{name}: licence {licence:?}"));
        }
        if banned.iter().any(|b| b == name) {
            wrong.push(format!("{name}: banned"));
        }
        let registry = |source: &str| source.starts_with("registry+") && source.ends_with("/crates.io-index");
        if !package["source"].as_str().is_some_and(registry) {
            wrong.push(format!("{name}: comes from {}", package["source"]));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// An SPDX expression: may it be taken under licences of the list alone? `AND` binds tighter than `OR`.
fn allows(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    !tokens.is_empty() && any(&tokens, &mut at, allowed) && at == tokens.len()
}

fn any(tokens: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut good = all(tokens, at, allowed);
    while tokens.get(*at) == Some(&"OR") {
        *at += 1;
        good |= all(tokens, at, allowed);
    }
    good
}

fn all(tokens: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut good = one(tokens, at, allowed);
    while tokens.get(*at) == Some(&"AND") {
        *at += 1;
        good &= one(tokens, at, allowed);
    }
    good
}

fn one(tokens: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let Some(first) = tokens.get(*at) else { return false };
    *at += 1;
    if *first == "(" {
        let good = any(tokens, at, allowed);
        *at += 1;
        return good;
    }
    let mut licence = first.to_string();
    if tokens.get(*at) == Some(&"WITH") {
        licence = format!("{first} WITH {}", tokens.get(*at + 1).copied().unwrap_or_default());
        *at += 2;
    }
    allowed.contains(&licence)
}

#[test]
fn expressions_of_licences() {
    let allowed = ["MIT".to_owned(), "ISC".into(), "Apache-2.0 WITH LLVM-exception".into()];
    for (expression, good) in [
        ("MIT", true),
        ("GPL-3.0 OR MIT", true),
        ("GPL-3.0/MIT", true),
        ("MIT AND GPL-3.0", false),
        ("(MIT OR GPL-3.0) AND ISC", true),
        ("MIT AND (GPL-3.0 OR AGPL-3.0)", false),
        ("Apache-2.0 WITH LLVM-exception OR Apache-2.0", true),
        ("Apache-2.0", false),
        ("", false),
    ] {
        assert_eq!(allows(expression, &allowed), good, "{expression}");
    }
}

/// The database at hand, if there is one.
fn database() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("QUOTEDESK_ADVISORIES") {
        let named = PathBuf::from(named);
        assert!(named.join("crates").is_dir(), "{}: no copy of the RustSec database lies there", named.display());
        return Some(named);
    }
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))?;
    Some(home.join("advisory-db")).filter(|folder| folder.join("crates").is_dir())
}

#[test]
fn advisories_known_of_what_is_built_in() {
    let Some(database) = database() else {
        println!("advisories: NOT CHECKED, no copy of the RustSec database is at hand (.ci/advisories says how to get one)");
        return;
    };
    let lock = toml_of(&read("Cargo.lock"));
    let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in lock["package"].as_array().expect("packages") {
        let word = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
        versions.entry(word("name")).or_default().push(word("version"));
    }
    let ignored = words(&toml_of(&read("deny.toml")), "advisories", "ignore");
    let (mut looked, mut open) = (0, Vec::new());
    for (name, versions) in &versions {
        for entry in fs::read_dir(database.join("crates").join(name)).into_iter().flatten().flatten() {
            let text = fs::read_to_string(entry.path()).unwrap_or_default();
            let Some(head) = text.split("```toml").nth(1).and_then(|rest| rest.split("```").next()) else { continue };
            let advisory = toml_of(head);
            let id = advisory["advisory"]["id"].as_str().unwrap_or_default().to_owned();
            if advisory["advisory"].get("withdrawn").is_some() || ignored.contains(&id) {
                continue;
            }
            looked += 1;
            let list = |key: &str| advisory.get("versions").and_then(|v| v.get(key)?.as_array().cloned()).unwrap_or_default();
            let safe: Vec<toml::Value> = list("patched").into_iter().chain(list("unaffected")).collect();
            for version in versions {
                if !safe.iter().filter_map(|r| r.as_str()).any(|range| within(range, version)) {
                    open.push(format!("{id}: {name} {version}"));
                }
            }
        }
    }
    assert!(looked > 0, "{}: says nothing about any of {} packages", database.display(), versions.len());
    assert!(open.is_empty(), "advisories open: {open:#?}");
    println!("advisories: none open, of {looked} about the {} packages of Cargo.lock", versions.len());
}

fn numbers(version: &str) -> [u64; 3] {
    let plain = version.split(['-', '+']).next().unwrap_or_default();
    let mut parts = plain.split('.').map(|n| n.parse().unwrap_or_default());
    [(); 3].map(|()| parts.next().unwrap_or_default())
}

/// A range as the database writes them: `>= 1.2.3, < 2`, `^0.4.1`.
fn within(range: &str, version: &str) -> bool {
    let have = numbers(version);
    range.split(',').all(|part| {
        let part = part.trim();
        let digits = part.find(|c: char| c.is_ascii_digit()).unwrap_or(part.len());
        let (sign, given) = part.split_at(digits);
        let from = numbers(given);
        match sign.trim() {
            ">=" => have >= from,
            ">" => have > from,
            "<=" => have <= from,
            "<" => have < from,
            "=" => have == from,
            "~" => have >= from && have < [from[0], from[1] + 1, 0],
            _ if from[0] > 0 => have >= from && have < [from[0] + 1, 0, 0],
            _ if from[1] > 0 => have >= from && have < [0, from[1] + 1, 0],
            _ => have >= from && have < [0, 0, from[2] + 1],
        }
    })
}

#[test]
fn ranges_of_versions() {
    for (range, version, good) in [
        (">= 0.17.12", "0.17.14", true),
        (">= 0.17.12", "0.17.3", false),
        ("^0.4.1", "0.4.9", true),
        ("^0.4.1", "0.5.0", false),
        (">= 1.2.0, < 1.3.0", "1.3.0", false),
        ("< 1", "0.9.9", true),
        ("^1.2", "1.9.0", true),
        ("^0.0.3", "0.0.4", false),
        ("~1.2.3", "1.2.9", true),
    ] {
        assert_eq!(within(range, version), good, "{range} {version}");
    }
}

/// The page for operators shows the unit file that is shipped.
#[test]
fn the_unit_file_of_the_operators_page_is_the_one_that_is_shipped() {
    let (page, unit) = (read("docs/operator.md"), read("packaging/systemd/quotedesk.service"));
    assert!(page.contains(&format!("```ini\n{unit}```")), "docs/operator.md shows another unit file than packaging/systemd/");
}
