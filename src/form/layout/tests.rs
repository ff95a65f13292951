use std::collections::{HashMap, HashSet};

use super::*;

#[test]
fn no_label_means_two_fields_of_a_section() {
    let mut seen: HashMap<(Section, String), &str> = HashMap::new();
    for field in FIELDS {
        for label in field.labels() {
            if let Some(other) = seen.insert((field.section, label_key(label)), field.name) {
                assert_eq!(other, field.name, "{label:?} means both");
            }
        }
    }
}

#[test]
fn no_header_means_two_columns_of_a_table() {
    for table in [ITEMS, EXCHANGES] {
        let mut seen: HashMap<String, &str> = HashMap::new();
        for column in table {
            for label in column.labels() {
                if let Some(other) = seen.insert(label_key(label), column.name) {
                    assert_eq!(other, column.name, "{label:?} means both");
                }
            }
        }
    }
}

#[test]
fn names_are_unique_and_make_defined_names() {
    let mut names = HashSet::new();
    for name in FIELDS.iter().map(|f| f.name) {
        assert!(names.insert(name), "{name} twice");
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{name}");
    }
    let columns: HashSet<_> = ITEMS.iter().map(|c| c.name).collect();
    assert_eq!(columns.len(), ITEMS.len());
}

#[test]
fn whoever_fills_in_is_told_how_in_both_languages() {
    let fields = FIELDS.iter().map(|f| (f.name, f.owner, f.label, f.help));
    let columns = ITEMS.iter().chain(EXCHANGES).map(|c| (c.name, c.owner, c.label, c.help));
    for (name, owner, label, help) in fields.chain(columns) {
        assert!(!label.vi.is_empty() && !label.en.is_empty(), "{name} has no label");
        assert_eq!(help.vi.is_empty(), owner == Zone::System, "{name}: help for those who fill in, and only for them");
        assert_eq!(help.vi.is_empty(), help.en.is_empty(), "{name}: help in one language only");
        // Excel shows input messages of 255 UTF-16 units at most.
        assert!(help.vi.encode_utf16().count() <= 255 && help.en.len() <= 255, "{name}: help too long");
    }
}

#[test]
fn a_list_entry_is_understood_by_label_code_and_synonym_and_means_one_thing() {
    let kinds = FIELDS.iter().map(|f| (f.name, f.kind)).chain(ITEMS.iter().chain(EXCHANGES).map(|c| (c.name, c.kind)));
    for (name, kind) in kinds {
        for entry in kind.picks() {
            assert!(
                !entry.label.vi.contains(',') || kind == field("pr_round").unwrap().kind,
                "{name}: a comma parts inline lists"
            );
            for typed in [entry.code, entry.label.vi, entry.label.en].iter().chain(entry.also) {
                assert_eq!(kind.picked(typed).map(|p| p.code), Some(entry.code), "{name}: {typed:?}");
            }
        }
    }
}

#[test]
fn fields_that_name_others_name_real_ones() {
    let known = |name: &str| field(name).is_some() || column(name).is_some();
    let kinds = FIELDS.iter().map(|f| (f.kind, f.needed)).chain(ITEMS.iter().map(|c| (c.kind, c.needed)));
    for (kind, needed) in kinds {
        if let Some(Needed { when: When::Unless(other, code), .. }) = needed {
            assert!(field(other).unwrap().kind.picked(code).is_some(), "{other} = {code}");
        }
        match kind {
            Kind::Money(MoneyRule { zero: Zero::Noted(other), .. }) | Kind::Date(DateRule::NotBefore(other)) => {
                assert!(known(other))
            }
            _ => {}
        }
    }
}

#[test]
fn columns_can_be_read_on_a_screen() {
    for column in ITEMS.iter().chain(EXCHANGES) {
        assert!((6.0..=80.0).contains(&column.width), "{}", column.name);
    }
    assert!(ITEMS.iter().filter(|c| c.hidden).map(|c| c.name).eq(["ma"]));
}

/// Cost, remarks, checks and budget never reach a customer.
#[test]
fn internal_cells_stay_inside() {
    let shown: HashSet<_> = FIELDS.iter().filter(|f| f.to_customer).map(|f| f.name).collect();
    for name in ["budget", "budget_srv", "budget_note", "cskh_text", "kt_srv_cost", "kt_risk", "kt_by", "pr_markup", "pr_note"] {
        assert!(field(name).is_some() && !shown.contains(name), "{name}");
    }
    assert!(FIELDS.iter().all(|f| f.owner != Zone::Leader || !f.to_customer));
    for name in ["ma", "md", "pa", "ld", "kt_kq", "kt_cp", "kt_ld", "kt_gc", "gd_gc"] {
        assert!(!column(name).unwrap().to_customer, "{name}");
    }
}

#[test]
fn every_zone_that_a_role_fills_has_cells() {
    for role in [Role::Sales, Role::Leader, Role::Tech, Role::TechHead, Role::Director] {
        for zone in zones(role) {
            let cells = FIELDS.iter().any(|f| f.written_by(*zone)) || ITEMS.iter().chain(EXCHANGES).any(|c| c.written_by(*zone));
            assert!(cells, "{role:?} {zone:?}");
        }
    }
}

#[test]
fn a_sign_alone_is_no_choice() {
    for typed in ["", "?", "-", "…"] {
        assert!(field("srv_want").unwrap().kind.picked(typed).is_none(), "{typed:?}");
    }
}

#[test]
fn what_is_needed_follows_the_answers() {
    let value = |code: &str| crate::process::value::Value::Choice(code.into());
    let mut form = Form::default();
    let mut item = Item::default();
    assert!(!When::Doable.holds(&form, Some(&item)) && !When::NotDoable.holds(&form, Some(&item)), "not answered yet");
    item.cells.insert("kt_kq".into(), value("partial"));
    assert!(When::Doable.holds(&form, Some(&item)) && When::Partial.holds(&form, Some(&item)));
    assert!(When::PricedPerItem.holds(&form, Some(&item)));
    form.fields.insert("pr_mode".into(), value("markup"));
    assert!(!When::PricedPerItem.holds(&form, Some(&item)) && When::Markup.holds(&form, None));

    let reason = When::Unless("pr_dec", "duyet");
    assert!(!reason.holds(&form, None), "undecided");
    form.fields.insert("pr_dec".into(), value("tra_lai"));
    assert!(reason.holds(&form, None));
}

/// A unit in a label counts for its cell: the form's own labels say none.
#[test]
fn no_label_says_a_unit_of_money() {
    let columns = ITEMS.iter().flat_map(Column::labels);
    for label in FIELDS.iter().flat_map(Field::labels).chain(columns) {
        assert_eq!(crate::money::label::unit(label), None, "{label}");
    }
}
