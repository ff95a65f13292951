//! Golden pairs and properties for [`super::words`].

use proptest::prelude::*;

use super::words::*;

/// Read through by hand; the traps (1.005, 1.010, 1.001.000, 10^15) are those that known libraries fall into.
const PAIRS: &[(u128, &str)] = &[
    (0, "không"),
    (1, "một"),
    (4, "bốn"),
    (5, "năm"),
    (9, "chín"),
    (10, "mười"),
    (11, "mười một"),
    (14, "mười bốn"),
    (15, "mười lăm"),
    (19, "mười chín"),
    (20, "hai mươi"),
    (21, "hai mươi mốt"),
    (24, "hai mươi tư"),
    (25, "hai mươi lăm"),
    (30, "ba mươi"),
    (31, "ba mươi mốt"),
    (34, "ba mươi tư"),
    (41, "bốn mươi mốt"),
    (44, "bốn mươi tư"),
    (45, "bốn mươi lăm"),
    (51, "năm mươi mốt"),
    (55, "năm mươi lăm"),
    (74, "bảy mươi tư"),
    (91, "chín mươi mốt"),
    (94, "chín mươi tư"),
    (99, "chín mươi chín"),
    (100, "một trăm"),
    (101, "một trăm linh một"),
    (104, "một trăm linh bốn"),
    (105, "một trăm linh năm"),
    (110, "một trăm mười"),
    (111, "một trăm mười một"),
    (114, "một trăm mười bốn"),
    (115, "một trăm mười lăm"),
    (120, "một trăm hai mươi"),
    (121, "một trăm hai mươi mốt"),
    (124, "một trăm hai mươi tư"),
    (125, "một trăm hai mươi lăm"),
    (204, "hai trăm linh bốn"),
    (205, "hai trăm linh năm"),
    (215, "hai trăm mười lăm"),
    (221, "hai trăm hai mươi mốt"),
    (305, "ba trăm linh năm"),
    (404, "bốn trăm linh bốn"),
    (505, "năm trăm linh năm"),
    (555, "năm trăm năm mươi lăm"),
    (800, "tám trăm"),
    (901, "chín trăm linh một"),
    (999, "chín trăm chín mươi chín"),
    (1_000, "một nghìn"),
    (1_001, "một nghìn không trăm linh một"),
    (1_004, "một nghìn không trăm linh bốn"),
    (1_005, "một nghìn không trăm linh năm"),
    (1_010, "một nghìn không trăm mười"),
    (1_011, "một nghìn không trăm mười một"),
    (1_015, "một nghìn không trăm mười lăm"),
    (1_021, "một nghìn không trăm hai mươi mốt"),
    (1_024, "một nghìn không trăm hai mươi tư"),
    (1_025, "một nghìn không trăm hai mươi lăm"),
    (1_100, "một nghìn một trăm"),
    (1_101, "một nghìn một trăm linh một"),
    (1_105, "một nghìn một trăm linh năm"),
    (1_115, "một nghìn một trăm mười lăm"),
    (1_234, "một nghìn hai trăm ba mươi tư"),
    (1_500, "một nghìn năm trăm"),
    (2_001, "hai nghìn không trăm linh một"),
    (2_023, "hai nghìn không trăm hai mươi ba"),
    (2_050, "hai nghìn không trăm năm mươi"),
    (4_444, "bốn nghìn bốn trăm bốn mươi tư"),
    (5_005, "năm nghìn không trăm linh năm"),
    (9_999, "chín nghìn chín trăm chín mươi chín"),
    (10_000, "mười nghìn"),
    (10_001, "mười nghìn không trăm linh một"),
    (10_005, "mười nghìn không trăm linh năm"),
    (10_010, "mười nghìn không trăm mười"),
    (10_100, "mười nghìn một trăm"),
    (11_111, "mười một nghìn một trăm mười một"),
    (12_345, "mười hai nghìn ba trăm bốn mươi lăm"),
    (15_000, "mười lăm nghìn"),
    (15_005, "mười lăm nghìn không trăm linh năm"),
    (20_021, "hai mươi nghìn không trăm hai mươi mốt"),
    (21_000, "hai mươi mốt nghìn"),
    (24_000, "hai mươi tư nghìn"),
    (25_000, "hai mươi lăm nghìn"),
    (54_321, "năm mươi tư nghìn ba trăm hai mươi mốt"),
    (55_555, "năm mươi lăm nghìn năm trăm năm mươi lăm"),
    (99_999, "chín mươi chín nghìn chín trăm chín mươi chín"),
    (100_000, "một trăm nghìn"),
    (100_001, "một trăm nghìn không trăm linh một"),
    (100_005, "một trăm nghìn không trăm linh năm"),
    (100_010, "một trăm nghìn không trăm mười"),
    (100_100, "một trăm nghìn một trăm"),
    (101_000, "một trăm linh một nghìn"),
    (105_005, "một trăm linh năm nghìn không trăm linh năm"),
    (110_000, "một trăm mười nghìn"),
    (115_015, "một trăm mười lăm nghìn không trăm mười lăm"),
    (121_000, "một trăm hai mươi mốt nghìn"),
    (200_024, "hai trăm nghìn không trăm hai mươi tư"),
    (500_000, "năm trăm nghìn"),
    (505_505, "năm trăm linh năm nghìn năm trăm linh năm"),
    (523_056, "năm trăm hai mươi ba nghìn không trăm năm mươi sáu"),
    (999_999, "chín trăm chín mươi chín nghìn chín trăm chín mươi chín"),
    (1_000_000, "một triệu"),
    (1_000_001, "một triệu không trăm linh một"),
    (1_000_005, "một triệu không trăm linh năm"),
    (1_000_010, "một triệu không trăm mười"),
    (1_000_015, "một triệu không trăm mười lăm"),
    (1_000_100, "một triệu một trăm"),
    (1_001_000, "một triệu không trăm linh một nghìn"),
    (1_001_001, "một triệu không trăm linh một nghìn không trăm linh một"),
    (1_005_000, "một triệu không trăm linh năm nghìn"),
    (1_010_000, "một triệu không trăm mười nghìn"),
    (1_015_015, "một triệu không trăm mười lăm nghìn không trăm mười lăm"),
    (1_100_000, "một triệu một trăm nghìn"),
    (1_250_000, "một triệu hai trăm năm mươi nghìn"),
    (1_500_000, "một triệu năm trăm nghìn"),
    (2_005_000, "hai triệu không trăm linh năm nghìn"),
    (10_000_000, "mười triệu"),
    (10_000_001, "mười triệu không trăm linh một"),
    (10_005_000, "mười triệu không trăm linh năm nghìn"),
    (15_500_000, "mười lăm triệu năm trăm nghìn"),
    (21_000_000, "hai mươi mốt triệu"),
    (24_000_000, "hai mươi tư triệu"),
    (25_000_000, "hai mươi lăm triệu"),
    (31_500_000, "ba mươi mốt triệu năm trăm nghìn"),
    (45_250_000, "bốn mươi lăm triệu hai trăm năm mươi nghìn"),
    (54_321_000, "năm mươi tư triệu ba trăm hai mươi mốt nghìn"),
    (87_450_000, "tám mươi bảy triệu bốn trăm năm mươi nghìn"),
    (100_000_000, "một trăm triệu"),
    (100_000_001, "một trăm triệu không trăm linh một"),
    (101_000_000, "một trăm linh một triệu"),
    (105_000_000, "một trăm linh năm triệu"),
    (105_005_005, "một trăm linh năm triệu không trăm linh năm nghìn không trăm linh năm"),
    (115_000_000, "một trăm mười lăm triệu"),
    (121_500_000, "một trăm hai mươi mốt triệu năm trăm nghìn"),
    (123_456_789, "một trăm hai mươi ba triệu bốn trăm năm mươi sáu nghìn bảy trăm tám mươi chín"),
    (145_001_000, "một trăm bốn mươi lăm triệu không trăm linh một nghìn"),
    (204_000_000, "hai trăm linh bốn triệu"),
    (999_999_999, "chín trăm chín mươi chín triệu chín trăm chín mươi chín nghìn chín trăm chín mươi chín"),
    (1_000_000_000, "một tỷ"),
    (1_000_000_001, "một tỷ không trăm linh một"),
    (1_000_000_010, "một tỷ không trăm mười"),
    (1_000_001_000, "một tỷ không trăm linh một nghìn"),
    (1_000_005_000, "một tỷ không trăm linh năm nghìn"),
    (1_001_000_000, "một tỷ không trăm linh một triệu"),
    (1_005_000_000, "một tỷ không trăm linh năm triệu"),
    (1_010_000_000, "một tỷ không trăm mười triệu"),
    (1_050_000_000, "một tỷ không trăm năm mươi triệu"),
    (1_100_000_000, "một tỷ một trăm triệu"),
    (1_268_400_000, "một tỷ hai trăm sáu mươi tám triệu bốn trăm nghìn"),
    (1_500_000_000, "một tỷ năm trăm triệu"),
    (2_000_000_021, "hai tỷ không trăm hai mươi mốt"),
    (10_000_000_000, "mười tỷ"),
    (10_005_000_000, "mười tỷ không trăm linh năm triệu"),
    (15_000_000_000, "mười lăm tỷ"),
    (21_000_000_000, "hai mươi mốt tỷ"),
    (100_000_000_000, "một trăm tỷ"),
    (100_000_000_001, "một trăm tỷ không trăm linh một"),
    (105_000_000_000, "một trăm linh năm tỷ"),
    (1_000_000_000_000, "một nghìn tỷ"),
    (1_000_000_000_001, "một nghìn tỷ không trăm linh một"),
    (1_001_000_000_000, "một nghìn không trăm linh một tỷ"),
    (1_005_000_000_000, "một nghìn không trăm linh năm tỷ"),
    (1_100_000_000_000, "một nghìn một trăm tỷ"),
    (1_230_950_880_055, "một nghìn hai trăm ba mươi tỷ chín trăm năm mươi triệu tám trăm tám mươi nghìn không trăm năm mươi lăm"),
    (24_000_000_000_000, "hai mươi tư nghìn tỷ"),
    (1_000_000_000_000_000, "một triệu tỷ"),
    (1_000_000_000_000_000_000, "một tỷ tỷ"),
];

#[test]
fn every_golden_pair_both_ways() {
    for (n, said) in PAIRS {
        assert_eq!(words(*n, &Style::default()), *said);
        assert_eq!(from_words(said), Some(*n), "{said}");
    }
}

#[test]
fn whole_phrases() {
    let said = |vnd| amount_in_words(vnd, &Style::default());
    assert_eq!(said(38_500_000).as_deref(), Some("Ba mươi tám triệu năm trăm nghìn đồng chẵn"));
    assert_eq!(said(1_141_800_000).as_deref(), Some("Một tỷ một trăm bốn mươi mốt triệu tám trăm nghìn đồng chẵn"));
    assert_eq!(said(15_500_250).as_deref(), Some("Mười lăm triệu năm trăm nghìn hai trăm năm mươi đồng"));
    assert_eq!(said(62_208_000).as_deref(), Some("Sáu mươi hai triệu hai trăm linh tám nghìn đồng chẵn"));
    assert_eq!(said(0).as_deref(), Some("Không đồng"));
    assert_eq!(said(-1), None);
}

#[test]
fn the_other_spellings() {
    let south = Style {
        zero_tens: ZeroTens::Le,
        four: Four::Bon,
        thousand: Thousand::Ngan,
        billion: Billion::Ti,
        seven: Seven::Old,
        chan: Chan::Never,
    };
    assert_eq!(words(7_024_000_105, &south), "bẩy tỉ không trăm hai mươi bốn triệu một trăm lẻ năm");
    assert_eq!(amount_in_words(24_000, &south).as_deref(), Some("Hai mươi bốn ngàn đồng"));
    let always = Style { chan: Chan::Always, ..Style::default() };
    assert_eq!(amount_in_words(1, &always).as_deref(), Some("Một đồng chẵn"));
}

#[test]
fn what_nobody_would_write_is_not_read_back() {
    for text in [
        "",
        "đồng",
        "một nghìn lẻ năm",
        "một tỷ hai",
        "hai trăm năm",
        "một nghìn một triệu",
        "không trăm linh một",
        "mười năm",
        "tỷ",
    ] {
        assert_eq!(from_words(text), None, "{text}");
    }
    assert_eq!(from_words("BA MUOI TAM TRIEU NAM TRAM NGAN DONG CHAN."), Some(38_500_000));
}

#[test]
fn english() {
    let said = |vnd| amount_in_english(vnd);
    assert_eq!(said(38_500_000).as_deref(), Some("Thirty-eight million five hundred thousand dong"));
    assert_eq!(
        said(1_141_800_007).as_deref(),
        Some("One billion one hundred forty-one million eight hundred thousand seven dong")
    );
    assert_eq!(said(0).as_deref(), Some("Zero dong"));
    assert_eq!(said(-5), None);
}

proptest! {
    #[test]
    fn reading_back_is_the_inverse(n in 0_u128..=1_000_000_000_000_000, zeros in 0_u32..12) {
        let n = n / 10_u128.pow(zeros) * 10_u128.pow(zeros);
        let le = Style { zero_tens: ZeroTens::Le, four: Four::Bon, ..Style::default() };
        prop_assert_eq!(from_words(&words(n, &Style::default())), Some(n));
        prop_assert_eq!(from_words(&words(n, &le)), Some(n));
    }
}

#[test]
fn a_cell_full_of_number_words_is_no_number() {
    assert_eq!(from_words(&"tỷ ".repeat(30_000)), None);
    assert_eq!(from_words(&"một tỷ ".repeat(30_000)), None);
    let longest = words(u128::MAX, &Style::default());
    assert_eq!(from_words(&longest), Some(u128::MAX));
}
