//! Rows of the domain (d) and budgets, speech and slips, for [`super::typed`].

use super::typed::*;
use crate::process::value::Vnd;

fn one(vnd: Vnd) -> Typed {
    Typed::One { vnd, plain: true }
}
fn echoed(vnd: Vnd) -> Typed {
    Typed::One { vnd, plain: false }
}
fn ask(readings: &[Vnd]) -> Typed {
    Typed::Ambiguous(readings.to_vec())
}
fn about(low: Option<Vnd>, high: Vnd) -> Typed {
    Typed::About { low, high }
}
fn check(rows: &[(&str, Typed)]) {
    let wrong: Vec<String> = rows
        .iter()
        .map(|(text, want)| (text, want, read(text)))
        .filter(|(_, want, got)| *want != got)
        .map(|(text, want, got)| format!("{text}: {got:?}, not {want:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rows_of_the_domain_with_one_meaning() {
    check(&[
        ("1.500.000", one(1_500_000)),
        ("1.500.000đ", one(1_500_000)),
        ("1.500.000 VNĐ", one(1_500_000)),
        ("1 500 000", one(1_500_000)),
        ("1\u{a0}500\u{202f}000", one(1_500_000)),
        ("1500000", one(1_500_000)),
        ("1,500,000", one(1_500_000)),
        ("15,000,000 VND", one(15_000_000)),
        ("15.000.000đ", one(15_000_000)),
        ("15.000.000,-", one(15_000_000)),
        ("15.000.000₫", one(15_000_000)),
        ("1,500,000.00", echoed(1_500_000)),
        ("15tr", echoed(15_000_000)),
        ("15 tr", echoed(15_000_000)),
        ("15 triệu", echoed(15_000_000)),
        ("15trieu", echoed(15_000_000)),
        ("15 trđ", echoed(15_000_000)),
        ("1tr5", echoed(1_500_000)),
        ("1 triệu 5", echoed(1_500_000)),
        ("1triệu5", echoed(1_500_000)),
        ("1tr500", echoed(1_500_000)),
        ("1tr05", echoed(1_050_000)),
        ("1tr050", echoed(1_050_000)),
        ("2,5 tr", echoed(2_500_000)),
        ("2.5tr", echoed(2_500_000)),
        ("2 triệu rưỡi", echoed(2_500_000)),
        ("2tr rưỡi", echoed(2_500_000)),
        ("500k", echoed(500_000)),
        ("500K", echoed(500_000)),
        ("500 nghìn", echoed(500_000)),
        ("500 ngàn", echoed(500_000)),
        ("1.2 tỷ", echoed(1_200_000_000)),
        ("1,2 tỉ", echoed(1_200_000_000)),
        ("1ty2", echoed(1_200_000_000)),
        ("1 tỷ 2", echoed(1_200_000_000)),
        ("1 tỷ 200", echoed(1_200_000_000)),
        ("1 tỷ 2 trăm", echoed(1_200_000_000)),
        ("một tỷ hai", echoed(1_200_000_000)),
        ("15 củ", echoed(15_000_000)),
        ("45 củ", echoed(45_000_000)),
        ("3 chục triệu", echoed(30_000_000)),
        ("hai chục triệu", echoed(20_000_000)),
        ("6-7 chục triệu", about(Some(60_000_000), 70_000_000)),
        ("khoảng 60tr", about(None, 60_000_000)),
        ("~120tr", about(None, 120_000_000)),
        ("dưới 8 triệu", about(None, 8_000_000)),
        ("tối đa 25 triệu", about(None, 25_000_000)),
        ("0", one(0)),
        ("-", Typed::Free),
        ("free", Typed::Free),
        ("Miễn phí", Typed::Free),
        ("tặng", Typed::Free),
        ("", Typed::Missing),
        ("\u{a0}", Typed::Missing),
        ("chưa có", Typed::Missing),
        ("báo sau", Typed::Missing),
        ("?", Typed::Missing),
        ("n/a", Typed::Missing),
        ("x", Typed::Missing),
        ("=12000000+3000000", echoed(15_000_000)),
    ]);
}

#[test]
fn rows_of_the_domain_that_are_asked_back() {
    check(&[
        ("1.500", ask(&[1_500_000, 1_500])),
        ("1,500", ask(&[1_500_000, 1_500])),
        ("15m", ask(&[15_000_000])),
        ("1tr50", ask(&[1_500_000, 1_050_000])),
        ("1.250tr", ask(&[1_250_000, 1_250_000_000])),
        ("1,250 triệu", ask(&[1_250_000, 1_250_000_000])),
        ("500n", ask(&[500_000])),
        ("1k5", ask(&[1_500])),
        ("2k5", ask(&[2_500])),
        ("1 chai", ask(&[1_000_000])),
        ("5 lít", ask(&[500_000])),
        ("5 xị", ask(&[500_000])),
        ("tầm 50", ask(&[50_000_000, 50])),
        ("15", ask(&[15_000_000, 15])),
        ("12tr + 3tr", ask(&[15_000_000])),
    ]);
}

#[test]
fn rows_of_the_domain_that_are_wrong() {
    check(&[
        ("1.500.00", Typed::Wrong(Why::Grouping)),
        ("1.5000.000", Typed::Wrong(Why::Grouping)),
        ("15.00.000", Typed::Wrong(Why::Grouping)),
        ("1.500.000,50", Typed::Wrong(Why::Fraction)),
        ("$500", Typed::Wrong(Why::Currency)),
        ("500 usd", Typed::Wrong(Why::Currency)),
        ("-500000", Typed::Wrong(Why::Negative)),
        ("(500.000)", Typed::Wrong(Why::Negative)),
    ]);
}

#[test]
fn budgets_as_sales_write_them() {
    check(&[
        ("khoảng 60tr, chưa tính server riêng", about(None, 60_000_000)),
        ("80-90 triệu", about(Some(80_000_000), 90_000_000)),
        ("từ 80 đến 90 triệu", about(Some(80_000_000), 90_000_000)),
        ("800k - 1tr2", about(Some(800_000), 1_200_000)),
        ("50.000.000 – 60.000.000đ", about(Some(50_000_000), 60_000_000)),
        ("30 triệu đổ lại", about(None, 30_000_000)),
        ("65.000.000 VNĐ", one(65_000_000)),
        ("5tr", echoed(5_000_000)),
        ("40 tr", echoed(40_000_000)),
        ("trên 50 triệu", ask(&[50_000_000])),
        ("từ 50tr", ask(&[50_000_000])),
        ("từ 50tr trở lên", ask(&[50_000_000])),
        ("từ 50tr trở xuống", about(None, 50_000_000)),
        ("tu 50tr", ask(&[50_000_000])),
        ("tu 80 den 90 trieu", about(Some(80_000_000), 90_000_000)),
        ("500-1 triệu", ask(&[1_000_000])),
        ("1-2", ask(&[2_000_000, 2])),
        ("khoảng 60tr, server thêm 10tr", ask(&[60_000_000, 10_000_000])),
        ("1.5 tỷ cả server riêng (server dự kiến 180tr)", ask(&[1_500_000_000, 180_000_000])),
        ("400 triệu gồm 60 triệu server riêng", ask(&[400_000_000, 60_000_000])),
        ("60tr, chưa tính server riêng", ask(&[60_000_000])),
        ("15tr + VAT", Typed::Wrong(Why::Reckoned)),
        ("15tr‑20tr", about(Some(15_000_000), 20_000_000)),
        ("80tr - 10%", Typed::Wrong(Why::Reckoned)),
        ("15tr x 2", Typed::Wrong(Why::Reckoned)),
        ("2 x 15tr", Typed::Wrong(Why::Reckoned)),
        ("1.000.000 x 15", Typed::Wrong(Why::Reckoned)),
        ("1.000.000*15", Typed::Wrong(Why::Reckoned)),
        ("12.000.000 + 10%", Typed::Wrong(Why::Reckoned)),
        ("12tr giảm 10%", Typed::Wrong(Why::Reckoned)),
        ("3tr x 12 tháng", Typed::Wrong(Why::Reckoned)),
        ("36tr/năm", Typed::Wrong(Why::Reckoned)),
        ("khoảng 36tr/năm", Typed::Wrong(Why::Reckoned)),
        ("3tr một tháng", Typed::Wrong(Why::Reckoned)),
        ("15tr/5 ngày", ask(&[15_000_000])),
        ("VND 80.000.000", one(80_000_000)),
        ("VNĐ80.000.000", one(80_000_000)),
        ("₫80.000.000", one(80_000_000)),
        ("đ 80.000.000", one(80_000_000)),
        ("VND 80tr", echoed(80_000_000)),
        ("đóng 80.000.000", Typed::Wrong(Why::NotMoney)),
        ("80.000.000 đồng (Tám mươi triệu đồng chẵn)", echoed(80_000_000)),
        ("80.000.000 (tám mươi triệu đồng)", echoed(80_000_000)),
        ("80.000.000đ (Bằng chữ: Tám mươi triệu đồng chẵn./.)", echoed(80_000_000)),
        ("80.000.000 đồng (tám triệu đồng)", ask(&[80_000_000, 8_000_000])),
        ("80.000.000 (chưa VAT)", ask(&[80_000_000])),
    ]);
}

#[test]
fn speech_and_slips() {
    check(&[
        ("ba mươi tám triệu năm trăm nghìn đồng chẵn", echoed(38_500_000)),
        ("Một triệu không trăm linh một đồng", echoed(1_000_001)),
        ("một triệu rưỡi", echoed(1_500_000)),
        ("mười lăm triệu", echoed(15_000_000)),
        ("tám triệu", echoed(8_000_000)),
        ("hai trăm triệu", echoed(200_000_000)),
        ("một tỷ hai trăm", ask(&[1_200_000_000, 1_000_000_200])),
        ("1 tỷ 2 trăm rưỡi", echoed(1_250_000_000)),
        ("1 tỷ 200 triệu", echoed(1_200_000_000)),
        ("1tr 500k", echoed(1_500_000)),
        ("1 triệu 500.000", echoed(1_500_000)),
        ("2 nghìn tỷ", echoed(2_000_000_000_000)),
        ("15 triệu đồng", echoed(15_000_000)),
        ("1.500 đồng", one(1_500)),
        ("1,5", ask(&[1_500_000])),
        ("1500", ask(&[1_500_000, 1_500])),
        ("15.000.000 triệu", ask(&[15_000_000, 15_000_000_000_000])),
        ("không", ask(&[0])),
        ("0912345678", Typed::Wrong(Why::NotMoney)),
        ("1500000,5", Typed::Wrong(Why::Fraction)),
        ("1,23456 triệu", Typed::Wrong(Why::Grouping)),
        ("1,2345678 tỷ", Typed::Wrong(Why::Grouping)),
        ("1 triệu 2 tỷ", Typed::Wrong(Why::Grouping)),
        ("9.999.999.999.999.999", Typed::Wrong(Why::TooLarge)),
        ("âm 5 triệu", Typed::Wrong(Why::Negative)),
        ("5 đô", Typed::Wrong(Why::Currency)),
        ("chưa tính", Typed::Wrong(Why::NotMoney)),
        ("15 ngày", Typed::Wrong(Why::NotMoney)),
    ]);
}

/// Days behind an amount are no digits of it; a rate is an amount where its period is named.
#[test]
fn what_follows_an_amount_in_prose() {
    let found = |text: &str| amounts_in(text).into_iter().map(|(at, read)| (text[at].to_string(), read)).collect::<Vec<_>>();
    let fifteen = || vec![("15tr".to_string(), echoed(15_000_000))];
    for text in ["được 15tr 5d", "15tr 10d nhé", "15tr/5 ngày", "15tr/tháng", "15tr, 5d"] {
        assert_eq!(found(text), fifteen(), "{text}");
    }
    assert_eq!(found("15tr5 nhé")[0].1, echoed(15_500_000));
    assert_eq!(found("15tr/ngày"), vec![]);
}

#[test]
fn a_decomposed_text_means_the_same_at_the_longest_too() {
    let composed = format!("{}, 500 đô", "ễ".repeat(90));
    let decomposed = composed.replace('ễ', "e\u{302}\u{303}");
    assert_eq!(read(&composed), Typed::Wrong(Why::Currency));
    assert_eq!(read(&decomposed), Typed::Wrong(Why::Currency));
    assert_eq!(read(&"ễ".repeat(200)), Typed::Wrong(Why::NotMoney));
}

#[test]
fn numeric_cells() {
    assert_eq!(number(1_500_000.0), one(1_500_000));
    assert_eq!(number(11_000_000.000000002), one(11_000_000));
    assert_eq!(number(0.0), one(0));
    assert_eq!(number(15.0), ask(&[15_000_000, 15]));
    assert_eq!(number(1.5), ask(&[1_500_000]));
    // `1.500` typed into a cell of a Vietnamese Excel.
    assert_eq!(number(1_500.0), ask(&[1_500_000, 1_500]));
    assert_eq!(number(9_999.0), ask(&[9_999_000, 9_999]));
    assert_eq!(number(15_000.0), ask(&[15_000_000, 15_000]), "thousands, perhaps");
    assert_eq!(number(100_000.0), one(100_000));
    for (said, read_as) in [("15.000", ask(&[15_000_000, 15_000])), ("15.000đ", one(15_000)), ("15k", echoed(15_000))] {
        assert_eq!(read(said), read_as, "{said}");
    }
    assert_eq!(number(1_500.5), Typed::Wrong(Why::Fraction));
    assert_eq!(number(-5.0), Typed::Wrong(Why::Negative));
    assert_eq!(number(f64::INFINITY), Typed::Wrong(Why::NotMoney));
    assert_eq!(number(1e16), Typed::Wrong(Why::TooLarge));
}

#[test]
fn amounts_within_prose() {
    let found = |text: &str| amounts_in(text).into_iter().map(|(span, typed)| (text[span].to_owned(), typed)).collect::<Vec<_>>();
    let row = |text: &str, typed| (text.to_owned(), typed);
    assert_eq!(found("ĐÃ THANH TOÁN 19.250.000, ngày 02/07/2021"), [row("19.250.000", one(19_250_000))]);
    assert_eq!(
        found("M01: 12tr, 6 ngày; mục 2: 1tr5 nhé anh"),
        [row("12tr", echoed(12_000_000)), row("1tr5", echoed(1_500_000))]
    );
    assert_eq!(found("Giảm 8% cho BG-230621-001, HĐ 001/2021/HĐDV, gọi 0912345678"), []);
    assert_eq!(
        found("khoảng 60tr, hoặc 80-90 triệu"),
        [row("khoảng 60tr", about(None, 60_000_000)), row("80-90 triệu", about(Some(80_000_000), 90_000_000))]
    );
    assert_eq!(found("giá ba mươi triệu, trong 12 ngày"), [row("ba mươi triệu", echoed(30_000_000))]);
    for days in ["5 ngày", "5-7 ngày", "2,5 ngày", "5d", "1 tuần", "3 buổi", "2 công"] {
        assert_eq!(found(&format!("được - 15tr - {days}")), [row("15tr", echoed(15_000_000))], "{days}");
    }
    assert_eq!(found("được – 15.000.000đ – 5 ngày"), [row("15.000.000đ", one(15_000_000))]);
    assert_eq!(found("15tr - 20tr - 5 ngày"), [row("15tr - 20tr", about(Some(15_000_000), 20_000_000))]);
    assert_eq!(found("15tr - 20, 5 ngày"), [row("15tr - 20", ask(&[20_000_000, 20]))], "two ends, asked back");
    assert_eq!(found("1: được, từ 50tr, 5 ngày"), [row("từ 50tr", ask(&[50_000_000]))]);
    assert_eq!(found("tăng từ 15tr lên 18tr"), [row("từ 15tr", echoed(15_000_000)), row("18tr", echoed(18_000_000))]);
    assert_eq!(found("gia\u{301} 15 trie\u{323}\u{302}u"), [row("15 trie\u{323}\u{302}u", echoed(15_000_000))]);
    assert_eq!(found("thứ 6, 28/06/2024 lúc 15:00, tiến độ 50%"), []);
}
