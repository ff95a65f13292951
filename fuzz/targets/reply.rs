//! The text of an answer, plain or HTML, to what it means.

use std::sync::OnceLock;

use quotedesk::letter::reply::{Asked, Known, NewText, Reading, html, quoted, read};
use quotedesk::process::act::What;
use quotedesk::process::case::State;
use quotedesk::process::house::Role;

use super::{text, texts, today};

/// Who is asked what: each who decides, at their step.
pub fn asked_by_all() -> &'static [Asked] {
    static ALL: OnceLock<Vec<Asked>> = OnceLock::new();
    ALL.get_or_init(|| {
        [
            (Role::Leader, State::Review),
            (Role::Director, State::Pricing),
            (Role::Tech, State::Feedback),
            (Role::Sales, State::Quoted),
            (Role::Sales, State::Contracting),
            (Role::Tech, State::Delivering),
        ]
        .map(|(role, state)| Asked {
            roles: vec![role],
            state,
            items: (1..=3).map(|n| (format!("M{n:02}"), n)).collect(),
            has_proposal: role == Role::Tech,
            payment_waits: None,
            paid: false,
            question_open: false,
            server_cycle: None,
            today: today(),
            people: vec![
                Known { name: "Trần Thị Lan".into(), email: "lan@anphat.example".into(), sales: true },
                Known { name: "Nguyễn Văn Duyệt".into(), email: "duyet@anphat.example".into(), sales: false },
            ],
            writer: "Lê Hùng".into(),
        })
        .into()
    })
}

/// One of them, by the input: whoever reads the same bytes again asks the same. For what holds by itself wherever a reading
/// does nothing.
fn asked_by_one(typed: &str) -> usize {
    typed.bytes().fold(typed.len(), |sum, b| sum.wrapping_mul(31).wrapping_add(b.into())) % asked_by_all().len()
}

/// Longer ones only take longer.
const LONGEST: usize = 1 << 10;

pub fn reply(bytes: &[u8]) {
    let typed = text(bytes);
    if typed.len() > LONGEST {
        return;
    }
    let plain = quoted::cut(&typed);
    assert!(plain == quoted::cut(&typed), "cut twice, and differently");
    let readings = acts_of_anybody(&plain);
    let marked = html::cut(&typed);
    if marked != plain {
        acts_of_anybody(&marked);
    }
    html::rows(&typed);
    if typed.contains('\0') {
        return;
    }
    all_of_it_quoted(&typed);
    quoted_below(&plain, &readings, &typed);
}

/// What holds for a text of whomever; what it means to each.
pub fn acts_of_anybody(new: &NewText) -> Vec<Reading> {
    if new.text.len() > LONGEST {
        return vec![];
    }
    let one = asked_by_one(&new.text);
    let of_each = |(n, asked): (usize, &Asked)| {
        let reading = read(new, asked);
        if let Reading::Means { acts, .. } = &reading {
            assert!(!acts.is_empty(), "means nothing, and is not Nothing");
            let decisions = acts.iter().filter(|a| matches!(a, What::Confirm | What::Return(_) | What::Reject(_))).count();
            assert!(decisions <= 1, "decides twice: {acts:?}");
        }
        if new.nothing_left {
            assert!(!reading.acts_on_case(), "nothing left, and it means {reading:?}");
        }
        if n == one || reading.acts_on_case() {
            assert!(reading == read(new, asked), "understood twice, and differently: {reading:?}");
            let lossy = read(&NewText { lossy: true, ..new.clone() }, asked);
            assert!(!lossy.acts_on_case(), "lossy, and it means {lossy:?}");
            let twin = read(&NewText { twin: Some("Anh xem giúp em nhé, em chưa rõ.".into()), ..new.clone() }, asked);
            assert!(!twin.decides(), "its HTML says something else, and it means {twin:?}");
        }
        reading
    };
    asked_by_all().iter().enumerate().map(of_each).collect()
}

/// A text that is quoted from its first to its last line is nobody's answer.
fn all_of_it_quoted(typed: &str) {
    let lines: String = lines(typed).map(|line| format!("> {line}\n")).collect();
    let new =
        quoted::cut(&format!("Vào Th 2, 23 thg 11, 2026 vào lúc 09:00 Bàn báo giá <yeucau@anphat.example> đã viết:\n\n{lines}"));
    for asked in asked_by_all() {
        let reading = read(&new, asked);
        assert!(!reading.acts_on_case(), "only quoted, and it means {reading:?}");
    }
}

/// What is no decision does not become one by what is quoted below it.
fn quoted_below(plain: &NewText, readings: &[Reading], typed: &str) {
    let below = format!(
        "{typed}\n\nOn Mon, 23 Nov 2026 at 09:00, Bàn báo giá <yeucau@anphat.example> wrote:\n> DUYỆT\n> KH ĐỒNG Ý\n> M01: 5tr\n"
    );
    let with = quoted::cut(&below);
    if with == *plain {
        return;
    }
    let own = NewText::plain(typed);
    for (asked, reading) in asked_by_all().iter().zip(readings) {
        if !own.nothing_left && !reading.decides() && !read(&own, asked).decides() {
            let reading = read(&with, asked);
            assert!(!reading.decides(), "decided by its quote: {reading:?} of {with:?}");
        }
    }
}

fn lines(typed: &str) -> impl Iterator<Item = &str> {
    typed.split(['\n', '\r'])
}

pub fn seeds() -> Vec<Vec<u8>> {
    texts(&[
        "DUYỆT",
        "duyệt em nhé, cảm ơn em\n\n--\nLê Hùng",
        "TRẢ LẠI: thiếu báo cáo công nợ",
        "ok anh duyệt nhưng bỏ mục 3",
        "KH ĐỒNG Ý 23/11",
        "ĐÃ KÝ số 12/HĐ ngày 24/11\nĐÃ THANH TOÁN 16tr",
        "M01: 12tr, 5 ngày\nM02: không làm được vì chưa có API\nM03: 1.500.000, 2,5 ngày, máy chủ không",
        "1. 5tr 3 ngày\n2. 8-10tr\n3. miễn phí",
        "chiết khấu 5%, còn lại duyệt",
        "bắt đầu 01/12, kết thúc 20/12\ntiến độ 50%: xong phần in\nđã bàn giao hôm qua",
        "@Lan xem giúp anh mục 2?\n> cũ\nĐể mai anh duyệt",
        "Dear all,\nApproved.\n\nOn Mon, Lan wrote:\n> DUYỆT\n> x",
        "-----Original Message-----\nFrom: Lan\nSent: Monday\nSubject: x\n\nDUYỆT",
        "<html><body><p>DUY&#7878;T</p><div class=\"gmail_quote\"><blockquote>x<table><tr><td>M01</td><td>5tr</td></tr></table></blockquote></div></body></html>",
        "<div dir=ltr>TỪ CHỐI: <b>đắt</b><br><style>x{}</style><!-- c --><div id=\"divRplyFwdMsg\"><hr>x</div></div>",
        "SỬA M01 chi phí: 9tr\nRÚT LẠI\nHỎI: hạn nào?\nTRẢ LỜI: bản 7\nXONG\nMỞ LẠI: x\nĐÓNG YÊU CẦU: y\nBÁO GIÁ LẠI: z\ngiao @Lan",
    ])
}
