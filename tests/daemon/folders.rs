//! The inbox folder, from the side of those who put files into it: what is taken and when, whose it is, and that everything
//! that was taken is answered once.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use chrono::DateTime;
use quotedesk::intake::folder::Inbox;
use serde_json::json;
use unicode_normalization::UnicodeNormalization;

use crate::desk::mail::Mail;
use crate::desk::setup::{SALES, Setup};
use crate::desk::{self, Desk};
use crate::people::workbook::{Entries, How, looked_at};

const MONDAY: &str = "2026-01-05T08:30:00+07:00";
/// Long enough for the desk to take a file that it should leave alone; less than the rule of standing still.
const A_MOMENT: Duration = Duration::from_millis(1500);

// ---- when a file is taken

#[test]
fn a_file_is_left_alone_while_it_is_being_written() {
    let (desk, id) = with_a_case();
    let form = good_form(&desk);
    let path = place(&desk, "Phiếu.xlsx");
    let mut file = File::create(&path).unwrap();
    for piece in form.chunks(form.len() / 3) {
        assert_eq!(state(&desk, &id), "Drafting");
        assert!(path.exists(), "taken half-written: {}", desk.last_words());
        file.write_all(piece).unwrap();
        file.flush().unwrap();
        sleep(Duration::from_millis(700));
    }
    drop(file);
    assert!(!desk.answer_to(&path).problem, "{}", desk.last_words());
    assert_eq!(state(&desk, &id), "Review");
    desk.close();
}

/// The share's clock is a minute behind: what is still being written looks old from its first byte on.
#[test]
fn a_share_whose_clock_is_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Ghi chú.txt");
    let (begun, today, mut inbox) = (Instant::now(), SystemTime::now(), Inbox::on_a_share(folder.path()));
    let write = |words: &str, ago: u64| {
        fs::write(&path, words).unwrap();
        File::options().append(true).open(&path).unwrap().set_modified(today - Duration::from_secs(ago)).unwrap();
    };
    let ready = |inbox: &mut Inbox, after: u64| {
        let after = Duration::from_secs(after);
        inbox.look_at(&HashSet::new(), begun + after, today + after).unwrap().0.len()
    };
    write("KH Nam Phong", 60);
    assert_eq!(ready(&mut inbox, 0), 0, "taken half-written");
    write("KH Nam Phong muốn in phiếu", 57);
    assert_eq!(ready(&mut inbox, 4), 0, "taken half-written");
    assert_eq!(ready(&mut inbox, 8), 0, "taken half-written");
    assert_eq!(ready(&mut inbox, 9), 1);
    // A notice says that it is closed, until it is written to again.
    inbox.closed(path.clone());
    write("KH Nam Phong muốn in phiếu cân", 50);
    assert_eq!(ready(&mut inbox, 10), 1);
    write("KH Nam Phong muốn in phiếu cân xe", 49);
    assert_eq!(ready(&mut inbox, 11), 0, "taken half-written");
    // What has lain there for days waits for nothing.
    write("KH Nam Phong muốn in phiếu cân xe.", 2 * 86_400);
    assert_eq!(ready(&mut inbox, 12), 1);
}

#[test]
fn a_file_is_left_alone_while_excel_has_it_open() {
    let (desk, id) = with_a_case();
    let (path, lock) = (place(&desk, "Phiếu Nam Phong.xlsx"), place(&desk, "~$Phiếu Nam Phong.xlsx"));
    fs::write(&lock, b"lan").unwrap();
    move_in(&desk, &good_form(&desk), &path);
    sleep(A_MOMENT);
    assert!(path.exists(), "taken while a lock file lies beside it: {}", desk.last_words());
    fs::remove_file(&lock).unwrap();
    assert!(!desk.answer_to(&path).problem, "{}", desk.last_words());
    assert_eq!(state(&desk, &id), "Review");
    desk.close();
}

/// Office programs write a new file and rename it over the old one.
#[test]
fn saved_over_in_one_stroke_it_is_one_submission_with_the_last_content() {
    let (desk, id) = with_a_case();
    let (path, lock) = (place(&desk, "Phiếu.xlsx"), place(&desk, "~$Phiếu.xlsx"));
    fs::write(&lock, b"lan").unwrap();
    let first = Entries::of_nam_phong().field("budget", "40tr").typed_into(&desk.form_for(SALES), How::ByName);
    let second = Entries::of_nam_phong().field("budget", "70tr").typed_into(&desk.form_for(SALES), How::ByName);
    move_in(&desk, &first, &path);
    sleep(A_MOMENT);
    move_in(&desk, &second, &path);
    fs::remove_file(&lock).unwrap();
    desk.answer_to(&path);
    assert_eq!(state(&desk, &id), "Review", "{}", desk.last_words());
    let form = desk.outside().join("held.xlsx");
    desk.told(&["form", "--case", &id, "-o", form.to_str().unwrap()]);
    let held = looked_at(&form).to_string();
    assert!(held.contains("70000000") && !held.contains("40000000"), "the form holds another content than the last");
    assert_eq!(answers(&desk).len(), 2, "the need and one form: {:?}", answers(&desk));
    desk.close();
}

// ---- what is taken

#[test]
fn the_same_contents_again_are_told_as_such_and_change_nothing() {
    let (desk, id) = with_a_case();
    let form = good_form(&desk);
    desk.drop(Some(SALES), "Phiếu.xlsx", &form);
    let before = desk.show(&id);
    let again = desk.drop(Some(SALES), "Phiếu lần nữa.xlsx", &form);
    assert!(again.text.to_lowercase().contains("đã nhận"), "{}", again.text);
    let after = desk.show(&id);
    assert_eq!((&before["state"], &before["due"]), (&after["state"], &after["due"]));
    assert_eq!(desk.letters().iter().filter(|l| l.is_to("hung.le@anphat.example")).count(), 1, "the Leader was asked twice");
    desk.close();
}

/// A file and its copy, dropped in one stroke: one need, one case.
#[test]
fn the_same_form_twice_at_once_opens_one_case() {
    let desk = Desk::open(&Setup::sample().toml(), MONDAY);
    let form = Entries::of_nam_phong().typed_into(&desk.blank_form(), How::ByName);
    let paths = ["Phiếu.xlsx", "Phiếu - Copy.xlsx", "Phiếu (2).xlsx"].map(|name| place(&desk, name));
    paths.iter().for_each(|path| fs::write(path, &form).unwrap());
    desk.wait_for("the files to be taken", || paths.iter().all(|p| !p.exists()).then_some(()));
    desk.idle();
    let cases = desk.json(&["cases", "--json"]);
    assert_eq!(cases.as_array().map(Vec::len), Some(1), "{cases}");
    assert_eq!(answers(&desk).len(), 3);
    desk.close();
}

#[test]
fn a_stranger_s_folder_moves_no_case_and_gets_no_mail() {
    let (desk, id) = with_a_case();
    let answer = desk.drop(Some("ai.do@ngoai.example"), "Phiếu.xlsx", &good_form(&desk));
    assert!(answer.problem, "{}", answer.text);
    assert_eq!(state(&desk, &id), "Drafting");
    assert!(desk.letters().iter().all(|l| !l.is_to("ai.do@ngoai.example")), "a stranger was written to");
    desk.close();
}

/// Straight in the inbox a file is the Sales' whom it names.
#[test]
fn without_a_folder_it_is_the_sales_named_in_the_form() {
    let (desk, id) = with_a_case();
    let answer = desk.drop(None, "Phiếu.xlsx", &good_form(&desk));
    assert!(!answer.problem, "{}", answer.text);
    assert_eq!(state(&desk, &id), "Review");
    desk.close();
}

#[test]
fn the_leader_s_cells_filled_in_by_sales_stay_as_they_were() {
    let (desk, id) = with_a_case();
    desk.drop(Some(SALES), "Phiếu.xlsx", &good_form(&desk));
    let mut checked = Entries::default();
    for check in ["budget", "logic", "benefit", "solution"] {
        checked.field(&format!("ck_{check}"), "Đạt");
    }
    checked.field("ld_all", "Duyệt");
    let form = checked.typed_into(&desk.form_for("hung.le@anphat.example"), How::ByName);
    desk.drop(Some(SALES), "Phiếu đã duyệt.xlsx", &form);
    assert_eq!(state(&desk, &id), "Review", "Sales confirmed as Leader: {}", desk.last_words());
    desk.drop(
        Some("hung.le@anphat.example"),
        "Phiếu.xlsx",
        &checked.typed_into(&desk.form_for("hung.le@anphat.example"), How::ByName),
    );
    assert_eq!(state(&desk, &id), "Feedback", "{}", desk.last_words());
    desk.close();
}

#[test]
fn what_office_programs_and_file_managers_leave_is_nobody_s() {
    let (desk, _) = with_a_case();
    let junk =
        [".DS_Store", "Thumbs.db", "desktop.ini", "~$Phiếu.xlsx", ".~lock.Phiếu.ods#", "Phiếu.xlsx.tmp", "Phiếu.xlsx.part"];
    for name in junk {
        fs::write(place(&desk, name), b"x").unwrap();
    }
    fs::create_dir(desk.inbox().join("một thư mục.xlsx")).unwrap();
    desk.drop(Some(SALES), "Phiếu.xlsx", &good_form(&desk));
    for name in junk {
        assert!(place(&desk, name).exists(), "{name} was moved");
    }
    assert_eq!(answers(&desk).len(), 2, "the need and one form: {:?}", answers(&desk));
    desk.close();
}

/// Dragged in as a whole: whose folder it is hears that files are to be laid there one by one, once.
#[test]
fn a_folder_in_one_s_own_folder_is_answered_once_and_left_where_it_is() {
    let (mut desk, id) = with_a_case();
    let folder = place(&desk, "Phiếu Minh Phát");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("Phiếu.xlsx"), good_form(&desk)).unwrap();
    symlink(desk.outside(), place(&desk, "hợp đồng cũ")).unwrap();
    fs::create_dir(desk.inbox().join("chung")).unwrap();
    desk.wait_for("an answer about each", || {
        (told(&desk, "Phiếu Minh Phát") == 1 && told(&desk, "hợp đồng cũ") == 1).then_some(())
    });
    assert!(folder.join("Phiếu.xlsx").exists() && state(&desk, &id) == "Drafting");
    let said = desk.run(&["check"]);
    let notes = |what: &str| said.out.lines().filter(|l| l.starts_with("note") && l.contains(what)).count();
    assert!(
        said.status == Some(0) && notes("Phiếu Minh Phát: ") == 1 && notes("hợp đồng cũ: ") == 1 && notes("chung: ") == 1,
        "{}",
        said.out
    );
    // Neither what is laid into it nor a new start brings another letter.
    fs::write(folder.join("Hợp đồng.pdf"), b"%PDF").unwrap();
    desk.stop();
    desk.start();
    desk.never("told again", Duration::from_secs(7), || told(&desk, "Phiếu Minh Phát") > 1 || told(&desk, "hợp đồng cũ") > 1);
    desk.close();
}

/// How many letters say to Sales that this is no file.
fn told(desk: &Desk, name: &str) -> usize {
    let about =
        |letter: &&desk::mail::Letter| letter.is_to(SALES) && letter.text.contains(name) && letter.text.contains("thư mục");
    desk.letters().iter().filter(about).count()
}

#[test]
fn links_and_pipes_are_not_followed() {
    let (desk, id) = with_a_case();
    let (outside, pipe) = (desk.outside().join("bí mật.xlsx"), place(&desk, "ống.xlsx"));
    fs::write(&outside, good_form(&desk)).unwrap();
    // Long ago, so that nothing has to stand still first.
    let ago = SystemTime::now() - Duration::from_secs(3600);
    File::options().append(true).open(&outside).unwrap().set_modified(ago).unwrap();
    symlink(&outside, place(&desk, "liên kết.xlsx")).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0).unwrap();
    desk.never("a link or a pipe was taken", Duration::from_secs(6), || {
        state(&desk, &id) != "Drafting" || !outside.exists() || !pipe.exists()
    });
    desk.wait_for("an answer about each", || (told(&desk, "liên kết") > 0 && told(&desk, "ống") > 0).then_some(()));
    let answer = desk.drop(Some(SALES), "Phiếu.xlsx", &good_form(&desk));
    assert!(!answer.problem, "{}", answer.text);
    assert_eq!((told(&desk, "liên kết"), told(&desk, "ống")), (1, 1), "once each");
    desk.close();
}

/// What would be taken for submissions: the desk's own files, its documents and its store.
#[test]
fn no_folder_of_the_desk_lies_in_another() {
    let toml = Setup::sample().toml();
    let mut desk = Desk::laid_out(&toml);
    let with = |keys: &str| toml.replace("[desk]\n", &format!("[desk]\n{keys}\n"));
    let write = |desk: &Desk, toml: &str| fs::write(desk.dir().join("quotedesk.toml"), toml).unwrap();
    let wrong = [
        ("inbox = \".\"", "line 2: desk.inbox"),
        ("inbox = \"\"", "line 2: desk.inbox"),
        ("inbox = \"..\"", "line 2: desk.inbox"),
        ("outbox = \"./inbox\"", "line 2: desk.outbox"),
        ("archive = \"outbox/archive\"", "line 2: desk.archive"),
        ("outbox = \"share/outbox\"\narchive = \"share\"", "line 3: desk.archive"),
        ("state = \"inbox/state\"", "line 2: desk.state"),
        ("templates = \"inbox\"", "line 2: desk.templates"),
    ];
    for (keys, words) in wrong {
        write(&desk, &with(keys));
        let said = desk.run(&["check"]);
        assert!(said.status == Some(1) && said.out.contains(words), "{keys}: {}", said.out);
        desk.launch();
        assert_eq!(desk.ended().code(), Some(2), "{keys}");
    }
    write(&desk, &with("inbox = \"share/inbox\"\noutbox = \"share/outbox\"\narchive = \"share/archive\""));
    assert_eq!(desk.run(&["check"]).status, Some(0));
    // By a link.
    symlink(desk.inbox(), desk.dir().join("outbox")).unwrap();
    write(&desk, &toml);
    let said = desk.run(&["check"]);
    assert!(said.status == Some(1) && said.out.contains("desk.outbox"), "{}", said.out);
    desk.launch();
    assert_eq!(desk.ended().code(), Some(2));
    assert!(desk.dir().join("quotedesk.toml").exists());
}

/// Neither the log nor the operator's screen shows more lines than there are, or obeys what a stranger has typed.
#[test]
fn a_name_forges_no_line_of_the_log_or_the_screen() {
    let desk = Desk::open(&Setup::sample().toml(), MONDAY);
    let name = "a\n2026-01-05T08:30:00Z ERROR the store is damaged\u{1b}[31m\u{202e}.txt";
    let folder = desk.inbox().join("ai.do@ngoai.example");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join(name), "xin chào").unwrap();
    desk.wait_for("the file to be taken", || desk.log().contains("taken case=").then_some(()));
    assert!(desk.log().contains("a\\u{a}2026-01-05"), "{}", desk.log());
    assert!(!desk.log().lines().any(|line| line.starts_with("2026-01-05T08:30:00Z")), "{}", desk.log());
    let said = desk.told(&["quarantine"]);
    assert!(said.contains("a\\u{a}2026") && said.contains("\\u{1b}[31m\\u{202e}.txt"), "{said}");
    assert!(!said.contains('\u{1b}') && !said.contains('\u{202e}'), "{said}");
    let refused = desk.run(&["show", "YC-2026-0001\u{1b}[31m\u{202e}"]);
    assert!(refused.status == Some(2) && refused.err.contains("YC-2026-0001\\u{1b}[31M\\u{202e}: "), "{}", refused.err);
    desk.close();
}

// ---- how it is answered

/// What was put away is the desk's, like the answer beside it: whoever has sent it changes it no more, and others can read it.
#[test]
fn what_is_put_away_is_the_desks_own() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    let (desk, _) = with_a_case();
    let made = desk.outside().join("Ghi chú.txt");
    fs::write(&made, "Khách cần sớm").unwrap();
    chown(&made, Some(65_533), Some(65_533)).expect("this needs root, as CI has");
    fs::set_permissions(&made, fs::Permissions::from_mode(0o600)).unwrap();
    let sent = fs::metadata(&made).unwrap();
    let put = desk.inbox().join(SALES).join("Ghi chú.txt");
    fs::rename(&made, &put).unwrap();
    let filed = desk.answer_to(&put).filed;
    let mut note = filed.clone().into_os_string();
    note.push(".txt");
    let [about, answer] = [&filed, &PathBuf::from(note)].map(|path| fs::metadata(path).unwrap());
    assert_eq!((about.uid(), about.gid(), about.mode()), (answer.uid(), answer.gid(), answer.mode()));
    assert_eq!((fs::read_to_string(&filed).unwrap().as_str(), about.mtime()), ("Khách cần sớm", sent.mtime()));
    assert_ne!(about.uid(), 65_533);
    desk.close();
}

#[test]
fn odd_names_are_answered_and_nothing_lands_outside() {
    let (desk, _) = with_a_case();
    let outside_before = tree(&desk.outside());
    let long = format!("{}.txt", "Phiếu rất dài ".repeat(12));
    let names: Vec<Vec<u8>> = vec![
        b"-rf.txt".to_vec(),
        b"CON.txt".to_vec(),
        "Báo giá.txt".nfd().collect::<String>().into_bytes(),
        "phiếu\u{202e}txt.exe".into(),
        "dấu chấm cuối.".into(),
        "xuống\ndòng.txt".into(),
        b"khong-utf8-\xff\xfe.txt".to_vec(),
        long.into_bytes(),
    ];
    for name in &names {
        let path = desk.inbox().join(SALES).join(PathBuf::from(std::ffi::OsString::from_vec(name.clone())));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("nội dung của {name:?}")).unwrap();
        desk.wait_for(&format!("{} to be taken", path.display()), || (!path.exists()).then_some(()));
    }
    desk.idle();
    assert_eq!(answers(&desk).len(), 1 + names.len(), "one answer each: {:?}", answers(&desk));
    assert_eq!(outside_before, tree(&desk.outside()));
    desk.close();
}

#[test]
fn twelve_planted_errors_come_back_as_twelve_findings_in_a_marked_workbook() {
    let (desk, id) = with_a_case();
    let mut form = Entries::of_nam_phong();
    form.field("customer", "")
        .field("contact", "")
        .field("industry", "")
        .field("budget", "1.500")
        .field("budget_srv", "nhiều")
        .field("srv_want", "có thể")
        .field("tax", "12345")
        .field("cemail", "khong phai email")
        .field("region", "Miền Mây")
        .field("date", "31/02/2026");
    form.items[0]["md"] = json!("");
    form.items[1]["dg"] = json!("");
    let bytes = form.typed_into(&desk.form_for(SALES), How::ByName);
    let read = desk.outside().join("sai.xlsx");
    fs::write(&read, &bytes).unwrap();
    let problems = desk.json(&["read", read.to_str().unwrap(), "--json"])["problems"].as_array().cloned().unwrap_or_default();
    let errors: Vec<_> = problems.iter().filter(|p| p["severity"] == "error").collect();
    assert_eq!(errors.len(), 12, "{errors:#?}");

    let before = desk.letters().len();
    let answer = desk.drop(Some(SALES), "Phiếu sai.xlsx", &bytes);
    assert_eq!(state(&desk, &id), "Drafting");
    let letters = desk.letters().split_off(before);
    let back = letters.iter().find(|l| l.is_to(SALES)).unwrap_or_else(|| desk.fail("no mail with the findings"));
    for error in &errors {
        let cell = error["cell"].as_str().unwrap();
        assert!(answer.text.contains(cell), "{cell} is not in the answer: {}", answer.text);
        assert!(back.text.contains(cell), "{cell} is not in the mail: {}", back.text);
    }
    let marked = desk.outside().join("trả lại.xlsx");
    fs::write(&marked, back.form().unwrap_or_else(|| desk.fail("no workbook came back"))).unwrap();
    let notes: usize =
        looked_at(&marked)["sheets"].as_array().unwrap().iter().map(|s| s["comments"].as_array().unwrap().len()).sum();
    assert_eq!(notes, 12, "notes at cells of the workbook that came back");
    desk.close();
}

#[test]
fn files_that_are_no_workbooks_are_answered_each_once() {
    let (desk, id) = with_a_case();
    let html = b"<html><table><tr><td>STT</td><td>N\xe1\xbb\x99i dung</td></tr></table></html>";
    let odd: [(&str, &[u8]); 3] =
        [("trang web.xls", html), ("ảnh.png", b"\x89PNG\r\n\x1a\n"), ("không phải zip.xlsx", b"PK? no")];
    for (name, bytes) in odd {
        let answer = desk.drop(Some(SALES), name, bytes);
        assert!(!answer.text.trim().is_empty(), "{name} got an empty answer");
    }
    // In a folder an empty or cut file may still be on its way; in a mail it is not.
    let whole = good_form(&desk);
    for (name, bytes) in [("trống.xlsx", &[][..]), ("cụt.xlsx", &whole[..whole.len() / 2])] {
        let (letter, at) = (desk.letter_to(SALES), DateTime::parse_from_rfc3339(MONDAY).unwrap());
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        let mail = Mail::new(("Trần Thị Lan", SALES), "yeucau@anphat.example", at).answering(&letter, "Em gửi phiếu ạ.");
        let answer = desk.mail(&mail.attach(name, kind, bytes.to_vec()));
        assert!(answer.text.contains(name), "{name} is not in the answer: {}", answer.text);
    }
    assert_eq!(answers(&desk).len(), 1 + 3 + 2);
    assert_eq!(state(&desk, &id), "Drafting");
    desk.close();
}

#[test]
fn sixty_files_at_once_get_sixty_answers() {
    let (desk, id) = with_a_case();
    let form = good_form(&desk);
    let paths: Vec<PathBuf> =
        (0..60).map(|n| place(&desk, &format!("tệp {n:02}.{}", if n == 30 { "xlsx" } else { "txt" }))).collect();
    for (n, path) in paths.iter().enumerate() {
        let bytes = if n == 30 { form.clone() } else { format!("ghi chú số {n}").into_bytes() };
        fs::write(path, bytes).unwrap();
    }
    desk.wait_for("sixty files to be taken", || paths.iter().all(|p| !p.exists()).then_some(()));
    desk.idle();
    assert_eq!(answers(&desk).len(), 61, "{}", desk.last_words());
    assert_eq!(state(&desk, &id), "Review");
    desk.close();
}

/// A mail as a file in the inbox is a mail: it opens a case and is answered.
#[test]
fn a_mail_in_the_inbox_is_a_mail() {
    let (desk, id) = with_a_case();
    assert!(id.starts_with("YC-2026-"), "{id}");
    assert!(desk.letter_to(SALES).subject.contains(&format!("[{id}]")));
    desk.close();
}

/// Words beside a form count too: what does not go with the form's approval is asked back, and the approval waits.
#[test]
fn a_form_that_approves_under_words_that_do_not_is_asked_back() {
    let (desk, id) = with_a_case();
    desk.drop(Some(SALES), "Phiếu.xlsx", &good_form(&desk));
    assert_eq!(state(&desk, &id), "Review");
    let leader = "hung.le@anphat.example";
    let mut approval = Entries::default();
    for check in ["budget", "logic", "benefit", "solution"] {
        approval.field(&format!("ck_{check}"), "Đạt");
    }
    approval.field("ld_all", "Duyệt");
    let form = approval.typed_into(&desk.form_for(leader), How::ByName);

    let (letter, address) = (desk.letter_to(leader), Setup::sample().address());
    let at = DateTime::parse_from_rfc3339(MONDAY).unwrap();
    let mail = |text: &str| {
        let mail = Mail::new(("Lê Mạnh Hùng", leader), &address, at).answering(&letter, text);
        mail.attach("Phiếu.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", form.clone()).bytes()
    };
    let answer = desk.drop(None, "chưa duyệt.eml", &mail("chưa duyệt nhé em, để anh xem lại mục 2"));
    assert_eq!(state(&desk, &id), "Review", "{}", answer.text);
    desk.drop(None, "duyệt.eml", &mail("Anh gửi lại phiếu, duyệt nhé em"));
    assert_eq!(state(&desk, &id), "Feedback", "{}", desk.last_words());
    desk.close();
}

/// And the other way round.
#[test]
fn a_form_that_turns_down_or_sends_back_under_duyệt_is_asked_back() {
    let (desk, id) = with_a_case();
    desk.drop(Some(SALES), "Phiếu.xlsx", &good_form(&desk));
    let leader = "hung.le@anphat.example";
    let (letter, address) = (desk.letter_to(leader), Setup::sample().address());
    let at = DateTime::parse_from_rfc3339(MONDAY).unwrap();
    for decided in ["Từ chối", "Trả lại làm rõ"] {
        let mut word = Entries::default();
        word.field("ld_all", decided);
        word.field("ld_ask", "Chưa rõ mục 2");
        let form = word.typed_into(&desk.form_for(leader), How::ByName);
        let mail = Mail::new(("Lê Mạnh Hùng", leader), &address, at).answering(&letter, "DUYỆT");
        let mail = mail.attach("Phiếu.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", form);
        let answer = desk.drop(None, "duyệt.eml", &mail.bytes());
        assert_eq!(state(&desk, &id), "Review", "{decided}: {}", answer.text);
    }
    desk.close();
}

// ---- the house of these tests

/// A desk with one case, whose Sales has the form before them.
fn with_a_case() -> (Desk, String) {
    let setup = Setup::sample();
    let desk = Desk::open(&setup.toml(), MONDAY);
    let address = setup.address();
    let mut need = Mail::new(("Bùi Ngọc Lam", "lam.bui@anphat.example"), &address, DateTime::parse_from_rfc3339(MONDAY).unwrap());
    need.cc = Some(("Trần Thị Lan", SALES));
    need.subject = "Nhu cầu tùy biến của Nam Phong".into();
    need.text = "KH Nam Phong muốn in phiếu cân xe và xem công nợ theo công trình.".into();
    desk.mail(&need);
    let id = desk.json(&["cases", "--json"])[0]["id"].as_str().map(str::to_string);
    let id = id.unwrap_or_else(|| desk.fail("the need opened no case"));
    (desk, id)
}

fn good_form(desk: &Desk) -> Vec<u8> {
    Entries::of_nam_phong().typed_into(&desk.form_for(SALES), How::ByName)
}

fn state(desk: &Desk, id: &str) -> String {
    desk.show(id)["state"].as_str().unwrap_or_default().to_string()
}

/// A path in the folder of Sales, which is made.
fn place(desk: &Desk, name: &str) -> PathBuf {
    let folder = desk.inbox().join(SALES);
    fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}

/// Makes a file elsewhere and moves it in, over what lies there.
fn move_in(desk: &Desk, bytes: &[u8], path: &Path) {
    let made = desk.outside().join("made");
    fs::write(&made, bytes).unwrap();
    fs::rename(made, path).unwrap();
}

/// The answers beside all files that were put away.
fn answers(desk: &Desk) -> Vec<PathBuf> {
    let away = |p: &PathBuf| p.starts_with(".done") || p.starts_with(".problem");
    let mut files: Vec<PathBuf> = desk.files("inbox").into_iter().filter(away).collect();
    let all = files.clone();
    // An answer is the `.txt` of another file there; a text that somebody handed in is none.
    files.retain(|p| p.extension().is_some_and(|e| e == "txt") && all.contains(&p.with_extension("")));
    files
}

fn tree(folder: &Path) -> Vec<PathBuf> {
    let mut names: Vec<PathBuf> = fs::read_dir(folder).unwrap().flatten().map(|e| e.path()).collect();
    names.sort();
    names
}
