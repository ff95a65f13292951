//! What is not as it must be is told to the operator before it does harm, with its place and with what mends it: a config, a
//! folder, a store, a page of the company's own; and by the exit code, for scripts.

use std::fs::{self, File};
use std::path::Path;

use crate::desk::mail::Mail;
use crate::desk::setup::{SALES, Setup};
use crate::desk::{self, Desk};

const MONDAY: &str = "2026-01-05T08:30:00+07:00";

/// What stops the work, or lets it be done by anybody, is said before it does.
#[test]
fn check_tells_what_stops_the_work() {
    let toml = Setup::sample().toml();
    let mut desk = Desk::laid_out(&toml);
    let check = |desk: &Desk, toml: &str| {
        fs::write(desk.dir().join("quotedesk.toml"), toml).unwrap();
        let said = desk.run(&["check"]);
        assert_eq!(said.err, "");
        said
    };
    let lines = |said: &desk::Said, what: &str| {
        let of = |line: &&str| line.split_whitespace().nth(1) == Some(what);
        said.out.lines().filter(of).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(check(&desk, &toml).status, Some(0));

    // A hold that was forgotten.
    desk.told(&["clock", MONDAY]);
    desk.told(&["outgoing", "--hold"]);
    desk.start();
    assert!(desk.log().contains("all sending is on hold"), "{}", desk.log());
    let put = desk.move_in("a.eml", &Mail::need("A").bytes());
    desk.wait_for("the need to be taken", || (!put.exists()).then_some(()));
    let said = check(&desk, &toml);
    assert!(said.status == Some(0) && lines(&said, "outgoing")[0].contains("on hold, 2 mails wait"), "{}", said.out);
    desk.told(&["outgoing", "--release"]);
    assert_eq!(lines(&check(&desk, &toml), "outgoing"), Vec::<String>::new());

    // A person's folder that is a link: nothing is taken out of it.
    let folder = desk.inbox().join(SALES);
    fs::remove_dir(&folder).unwrap();
    std::os::unix::fs::symlink(desk.outside(), &folder).unwrap();
    desk.wait_for("the log's line", || desk.log().contains("is a link").then_some(()));
    let said = check(&desk, &toml);
    assert!(said.status == Some(1) && said.out.contains("lan.tran@anphat.example: is a link"), "{}", said.out);
    fs::remove_file(&folder).unwrap();
    desk.wait_for("the line of its end", || desk.log().contains("all folders of people can be read again").then_some(()));
    desk.stop();

    // A From that is proof enough, with a mailbox that anybody can write to.
    let imap = "[mail.imap]\nhost = \"127.0.0.1\"\nport = 1\ntls = \"none\"\nuser = \"yeucau\"\npassword_file = \"secret\"\n";
    let with = toml.replace("rehearsal = true", "rehearsal = false").replace("[mail.trust]", &format!("{imap}[mail.trust]"));
    assert!(lines(&check(&desk, &with), "mailbox").iter().any(|line| line.contains("require = \"none\"")));
    let said = check(&desk, &with.replace("require = \"none\"\n", ""));
    assert!(!said.out.contains("require ="), "{}", said.out);

    // What would only be found out at the Director's price.
    fs::write(desk.dir().join("logo.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").unwrap();
    let said = check(&desk, &format!("{toml}[quote.letterhead]\nlogo = \"logo.svg\"\n"));
    let line = toml.lines().count() + 2;
    let words = format!("line {line}: quote.letterhead.logo: logo.svg: is no picture");
    assert!(said.status == Some(1) && said.out.contains(&words), "{}", said.out);
    // Pages of the company's own are looked for where none lie.
    let said = check(&desk, &toml.replace("[desk]\n", "[desk]\ntemplates = \"mau-thu\"\n"));
    let line = lines(&said, "templates").concat();
    assert!(
        said.status == Some(0) && line.starts_with("note") && line.contains("mau-thu: there is no such folder"),
        "{}",
        said.out
    );
    // A password in the place of a variable's name is repeated nowhere.
    let secret = "[mail.smtp]\nhost = \"127.0.0.1\"\nport = 1\ntls = \"none\"\nuser = \"a\"\npassword_env = \"Geheim#2026\"\n";
    let with =
        toml.replace("transport = \"folder\"", "transport = \"smtp\"").replace("[mail.trust]", &format!("{secret}[mail.trust]"));
    let said = check(&desk, &with.replace("rehearsal = true", "rehearsal = false"));
    assert!(said.out.contains("password_env: this process has no such variable"), "{}", said.out);
    assert!(!said.out.contains("Geheim"), "{}", said.out);
    // Files in a folder of nobody's are noted; nothing waits for them.
    let nobodys = desk.inbox().join("lan");
    fs::create_dir(&nobodys).unwrap();
    fs::write(nobodys.join("f.xlsx"), b"x").unwrap();
    assert!(lines(&check(&desk, &toml), "inbox").iter().any(|line| line.starts_with("note") && line.contains("lan")));
    let idle = desk.run(&["idle", "--timeout", "1s"]);
    assert_eq!(idle.status, Some(0), "{}{}", idle.out, idle.err);
    // No folder, and no database that it knows: each is said with its line.
    for state in ["", "mysql://desk@db/quotedesk"] {
        let said = check(&desk, &toml.replace("[desk]\n", &format!("[desk]\nstate = \"{state}\"\n")));
        assert!(said.status == Some(1) && said.out.contains("line 2: desk.state:"), "{}", said.out);
    }
}

/// In a folder that is no desk's the built-in one is looked at: nobody is to take that for their own.
#[test]
fn check_says_that_there_is_no_config() {
    let nowhere = tempfile::tempdir().unwrap();
    let mut quotedesk = std::process::Command::new(env!("CARGO_BIN_EXE_quotedesk"));
    let said = quotedesk.arg("check").current_dir(nowhere.path()).env_remove("QUOTEDESK_CONFIG").output().unwrap();
    let out = String::from_utf8_lossy(&said.stdout);
    let line = out.lines().next().unwrap_or_default();
    assert!(line.starts_with("note") && line.contains("no quotedesk.toml lies here"), "{out}");
}

/// A slip that stops nobody's work is no reason not to start.
#[test]
fn who_is_named_without_the_role_is_told_with_the_line_and_the_desk_runs() {
    let toml = Setup::sample().toml();
    let at = |key: &str| 1 + toml.lines().position(|line| line.starts_with(key)).unwrap();
    let slipped = toml.replace("director = \"dung.pham@", "director = \"lan.tran@");
    let desk = Desk::open(&slipped, MONDAY);
    let told = format!("line {}: regions \"vung\": director: `{SALES}` has not the role director", at("director = "));
    desk.wait_for("the log to tell it", || desk.log().contains(&told).then_some(()));
    let said = desk.run(&["check"]);
    let line = said.out.lines().find(|line| line.starts_with("WRONG")).unwrap_or_default();
    assert!(said.status == Some(1) && line.contains("people") && line.contains(&told), "{}{}", said.out, said.err);

    fs::write(desk.dir().join("quotedesk.toml"), &toml).unwrap();
    let said = desk.run(&["check"]);
    assert!(!said.out.contains("has not the role"), "{}{}", said.out, said.err);
    desk.close();
}

/// A config that is meant and cannot be had is not answered by sample staff, nor is a desk that had one.
#[test]
fn a_config_that_has_gone_is_not_replaced_by_the_built_in_one() {
    let mut desk = Desk::laid_out(&Setup::sample().toml());
    desk.told(&["clock", MONDAY]);
    desk.start();
    desk.stop();
    let (file, elsewhere) = (desk.dir().join("quotedesk.toml"), desk.outside().join("quotedesk.toml"));
    fs::rename(&file, &elsewhere).unwrap();
    let staff = |desk: &Desk| fs::read_dir(desk.inbox()).unwrap().count();
    let before = staff(&desk);
    let refused = |desk: &mut Desk, words: &str| {
        let said = desk.run(&["check"]);
        assert!(said.status == Some(1) && said.out.contains(words), "{}", said.out);
        let said = desk.run(&["cases"]);
        assert!(said.status == Some(2) && said.err.contains(words), "{}", said.err);
        desk.launch();
        assert_eq!(desk.ended().code(), Some(2));
        assert_eq!(staff(desk), before, "sample staff have got folders");
    };
    refused(&mut desk, "is run with");
    // A link to a disk that is not there, and a folder of that name.
    std::os::unix::fs::symlink(desk.outside().join("not mounted/quotedesk.toml"), &file).unwrap();
    refused(&mut desk, "quotedesk.toml: cannot be read: a link");
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    refused(&mut desk, "quotedesk.toml: cannot be read");
    fs::remove_dir(&file).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &file).unwrap();
    let said = desk.run(&["check"]);
    assert_eq!(said.status, Some(0), "{}", said.out);
}

/// Where the store is not in its place, no command begins another one there, and none tells of a desk without cases.
#[test]
fn a_store_that_was_moved_away_is_not_begun_anew_by_a_command() {
    let mut desk = Desk::open(&Setup::sample().toml(), MONDAY);
    desk.mail(&Mail::need("A"));
    desk.stop();
    let id = desk.json(&["cases", "--json"])[0]["id"].as_str().unwrap().to_owned();
    let (state, elsewhere, copy) = (desk.dir().join("state"), desk.outside().join("state"), desk.outside().join("copy"));
    fs::rename(&state, &elsewhere).unwrap();
    let commands: [&[&str]; 15] = [
        &["cases"],
        &["cases", "--json"],
        &["show", &id],
        &["form", "--case", &id, "-o", "form.xlsx"],
        &["tell", &id, "--as", SALES, "XONG"],
        &["outgoing"],
        &["outgoing", "--hold"],
        &["outgoing", "--release"],
        &["quarantine"],
        &["quarantine", "--new-key"],
        &["export"],
        &["backup", copy.to_str().unwrap()],
        &["clock"],
        &["clock", "+1d"],
        &["idle", "--timeout", "100ms"],
    ];
    for args in commands {
        let said = desk.run(args);
        assert!(said.status == Some(2) && said.out.is_empty(), "{args:?}: {:?} {}", said.status, said.out);
        let place = format!("store {}: there is none here; quotedesk run begins one", state.display());
        assert!(said.err.contains(&place) && said.err.contains("let [desk] state lead to it"), "{args:?}: {}", said.err);
    }
    for args in [&["check"][..], &["check", "--rebuild"]] {
        let said = desk.run(args);
        let line = said.out.lines().find(|line| line.contains("store")).unwrap_or_default();
        assert!(said.status == Some(1) && line.starts_with("WRONG") && line.contains("there is none here"), "{}", said.out);
    }
    let said = desk.run(&["check", "--send", SALES]);
    assert!(said.status == Some(1) && said.out.contains("nothing is sent"), "{}", said.out);
    // A command in another folder than the desk's is told where it looks.
    let other = desk.outside().join("other");
    fs::create_dir(&other).unwrap();
    let program = std::process::Command::new(env!("CARGO_BIN_EXE_quotedesk"))
        .arg("cases")
        .current_dir(&other)
        .env_remove("QUOTEDESK_CONFIG")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&program.stderr);
    assert!(program.status.code() == Some(2) && said.contains("no quotedesk.toml lies in this folder"), "{said}");
    for made in [&state, &copy, &desk.dir().join("form.xlsx"), &other.join("state")] {
        assert!(!made.exists(), "{} was made", made.display());
    }
    fs::rename(&elsewhere, &state).unwrap();
    assert_eq!(desk.json(&["cases", "--json"])[0]["id"], id.as_str());
    assert!(desk.run(&["check"]).out.lines().any(|line| line.starts_with("ok") && line.contains("store")));
}

/// A desk begins with the config that `init` writes, or with its daemon; before that nothing is wrong with it.
#[test]
fn a_desk_that_has_not_begun_says_so() {
    let desk = Desk::laid_out(&Setup::sample().toml());
    let said = desk.run(&["check"]);
    assert!(said.status == Some(0) && said.out.contains("there is none yet; quotedesk run begins it"), "{}", said.out);
    // Of a config that was there the store may be elsewhere just now.
    desk.told(&["init", "."]);
    assert!(!desk.dir().join("state").exists(), "a store was begun for an old config");
    let new = desk.dir().join("new");
    desk.told(&["init", new.to_str().unwrap()]);
    let config = new.join("quotedesk.toml");
    assert_eq!(desk.json(&["--config", config.to_str().unwrap(), "cases", "--json"]).as_array().map(Vec::len), Some(0));
}

/// The daemon waits for a folder that is gone, and whoever looks is told so.
#[test]
fn a_folder_that_is_gone_under_the_daemon_is_told() {
    let desk = Desk::open(&Setup::sample().toml(), MONDAY);
    let outbox = desk.dir().join("outbox");
    fs::rename(&outbox, desk.outside().join("outbox")).unwrap();
    let put = desk.move_in("a.eml", &Mail::need("A").bytes());
    desk.wait_for("the need to be taken", || (!put.exists()).then_some(()));
    let idle = desk.run(&["idle", "--timeout", "3s"]);
    assert!(idle.status == Some(1) && idle.out.contains("mails and files due"), "{}", idle.out);
    let said = desk.wait_for("letters that were tried in vain", || {
        let said = desk.run(&["check"]);
        said.out.contains("do not go out, after up to").then_some(said)
    });
    assert!(said.status == Some(1) && said.out.contains("outbox: gone under the daemon"), "{}", said.out);
    fs::create_dir(&outbox).unwrap();
    desk.idle();
    assert!(desk.letter_to(SALES).text.contains("Khách A"));
    assert_eq!(desk.run(&["check"]).status, Some(0));

    // The inbox itself, and a person's folder that is shut.
    fs::rename(desk.inbox(), desk.outside().join("inbox")).unwrap();
    let idle = desk.run(&["idle", "--timeout", "1s"]);
    assert!(idle.status == Some(1) && idle.out.contains("the inbox cannot be looked at"), "{}", idle.out);
    fs::rename(desk.outside().join("inbox"), desk.inbox()).unwrap();
    let folder = desk.inbox().join(SALES);
    fs::remove_dir(&folder).unwrap();
    std::os::unix::fs::symlink(desk.outside(), &folder).unwrap();
    let idle = desk.run(&["idle", "--timeout", "1s"]);
    assert!(idle.status == Some(1) && idle.out.contains("is a link"), "{}", idle.out);
    desk.close();
}

/// Root in a container without the right to give files away, and the desk's folders are another user's: letters are written all
/// the same.
#[test]
fn root_that_may_give_nothing_away_writes_all_the_same() {
    assert!(rustix::process::geteuid().is_root(), "this needs root, as CI has");
    let desk = Desk::laid_out(&Setup::sample().toml());
    desk.told(&["clock", MONDAY]);
    let outbox = desk.dir().join("outbox");
    fs::create_dir(&outbox).unwrap();
    std::os::unix::fs::chown(&outbox, Some(65_533), Some(65_533)).unwrap();
    let said = desk.run_without("-chown", &["check", "--send", SALES]).out;
    assert!(said.lines().any(|line| line.starts_with("ok") && line.contains(SALES)), "{said}");
    assert_eq!(fs::read_dir(outbox.join("mail")).unwrap().count(), 1);
}

/// Words that say how to mend it.
#[test]
fn what_is_wrong_is_told_with_what_is_allowed() {
    let toml = Setup::sample().toml();
    let desk = Desk::laid_out(&toml);
    let check = |toml: &str| {
        fs::write(desk.dir().join("quotedesk.toml"), toml).unwrap();
        desk.run(&["check"])
    };
    let said = check(&toml.replace("[desk]\n", "[desk]\ntimezone = \"Asia/Saigonn\"\n"));
    assert!(said.out.contains("line 2") && said.out.contains("`Asia/Saigonn`, expected"), "{}", said.out);
    // A server that is away hides no secret that is not there.
    let smtp = "[mail.smtp]\nhost = \"127.0.0.1\"\nport = 1\ntls = \"none\"\nuser = \"yeucau\"\npassword_file = \"secret\"\n";
    let said = check(&Setup { servers: Some((smtp.into(), "mx.anphat.example")), ..Setup::sample() }.toml());
    assert!(said.out.contains("secret: No such file") && said.out.contains("refused"), "{}", said.out);
    fs::create_dir_all(desk.dir().join("templates/vi")).unwrap();
    fs::write(desk.dir().join("templates/vi/nede.html"), "{{ broken").unwrap();
    let said = check(&toml);
    assert!(said.status == Some(0) && said.out.contains("vi/nede.html: takes the place of no built-in one"), "{}", said.out);
}

/// Slips in a config are told in words that mend them, and what TOML has of its own is taken.
#[test]
fn slips_in_a_config_are_told_with_what_mends_them() {
    let toml = Setup::sample().toml();
    let desk = Desk::laid_out(&toml);
    let check = |text: &[u8]| {
        fs::write(desk.dir().join("quotedesk.toml"), text).unwrap();
        desk.run(&["check"])
    };
    let dated = toml.replace("holidays = []", "holidays = [2026-12-01, \"2026-12-02\"]");
    assert_eq!(check(dated.as_bytes()).status, Some(0));
    let aliases = format!("email = \"{SALES}\"\naliases = [\"{SALES}\"]");
    let slips = [
        (toml.replace("holidays = []", "holidays = [2026]"), "2026 is no day, expected a date as \"2026-12-31\""),
        (toml.replace("name = \"Bàn báo giá\"", "name = \" \""), "mail.name: is empty"),
        (toml.replace(&format!("email = \"{SALES}\""), &aliases), "aliases: `lan.tran@anphat.example` is theirs already"),
        (format!("{toml}[limits]\nworkbook_cells = 0\n"), "limits.workbook_cells: from 1000"),
        (format!("{toml}[limits]\nattachment = \"900GiB\"\n"), "`900GiB`: a size from \"1KiB\" to \"1GiB\""),
    ];
    for (text, words) in slips {
        let said = check(text.as_bytes());
        assert!(said.status == Some(1) && said.out.contains(words) && said.out.contains("line "), "{words}: {}", said.out);
    }
    // As Notepad once saved it.
    let bytes = [b"[desk]\ncompany = \"C\xf4ng ty\"\n", toml.as_bytes()].concat();
    assert!(check(&bytes).out.contains("line 2: is not UTF-8"));
}

/// Where, and what to do: of what a command or a start could not do.
#[test]
fn what_could_not_be_done_is_told_with_its_place() {
    let mut desk = Desk::open(&Setup::sample().toml(), MONDAY);
    // Also where a program reads the list.
    let said = desk.run(&["outgoing", "--retry", "99", "--json"]);
    assert!(said.status == Some(2) && said.err.contains("99: no failed mail has this number"), "{}", said.err);
    // Nothing to do is done, however short the time.
    assert_eq!(desk.run(&["idle", "--timeout", "0s"]).status, Some(0));
    // Of a file no more is read than of what comes by itself.
    desk.mail(&Mail::need("A"));
    let large = desk.outside().join("large.xlsx");
    File::create(&large).unwrap().set_len(41 << 20).unwrap();
    let said = desk.run(&["tell", "YC-2026-0001", "--as", SALES, "--file", large.to_str().unwrap()]);
    assert!(said.status == Some(2) && said.err.contains("large.xlsx: has more than"), "{}", said.err);
    let form = std::process::Command::new(env!("CARGO_BIN_EXE_quotedesk"))
        .args(["form", "-o", "-"])
        .current_dir(desk.dir())
        .env_remove("QUOTEDESK_CONFIG")
        .output()
        .unwrap();
    assert!(form.stdout.starts_with(b"PK") && !desk.dir().join("-").exists());
    // One page for all, with what scripts go by.
    let page = desk.told(&["man"]);
    assert!(page.contains("EXIT STATUS") && !page.contains("\\-check(1)"), "{page}");
    // What lies there is not overwritten: by its own name a form goes beside it, and where it was named it is refused.
    let names: Vec<String> = [(); 2].map(|()| desk.told(&["form"]).trim().to_owned()).into();
    assert!(names[0] != names[1] && names[1].ends_with(" (2).xlsx"), "{names:?}");
    let config = fs::read(desk.dir().join("quotedesk.toml")).unwrap();
    for args in [&["form", "-o", "quotedesk.toml"][..], &["export", "--format", "xlsx", "-o", "quotedesk.toml"]] {
        let said = desk.run(args);
        assert!(
            said.status == Some(2) && said.err.contains("is no workbook, so it is not overwritten"),
            "{}{}",
            said.out,
            said.err
        );
    }
    assert_eq!(fs::read(desk.dir().join("quotedesk.toml")).unwrap(), config);
    let exported = [(); 2].map(|()| desk.told(&["export", "--format", "xlsx"]));
    assert!(exported[1].contains("quotedesk (2).xlsx: "), "{exported:?}");
    // Beside the desk, a restore would lay out another one.
    let (copy, beside) = (desk.outside().join("copy"), desk.outside().join("beside"));
    desk.told(&["backup", copy.to_str().unwrap()]);
    fs::create_dir(&beside).unwrap();
    let restored = std::process::Command::new(env!("CARGO_BIN_EXE_quotedesk"))
        .args(["restore", copy.to_str().unwrap()])
        .current_dir(&beside)
        .env_remove("QUOTEDESK_CONFIG")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&restored.stderr);
    assert!(restored.status.code() == Some(2) && said.contains("is no desk's folder"), "{said}");
    assert_eq!(fs::read_dir(&beside).unwrap().count(), 0);
    let again = desk.run(&["run"]);
    let words = format!("store {}: another quotedesk already works on it", desk.dir().join("state").display());
    assert!(again.status == Some(2) && again.err.contains(&words), "{}", again.err);
    desk.stop();
    let archive = desk.dir().join("archive");
    fs::remove_dir_all(&archive).unwrap();
    fs::write(&archive, b"a file in its place").unwrap();
    let said = desk.run(&["run"]);
    let words = format!("folders cannot be made; let its user write above them: {}", archive.display());
    assert!(said.status == Some(2) && said.err.contains(&words), "{}", said.err);
}

/// The disk of the store is not mounted at a start: no empty store is begun in its place, where the numbers of cases would go
/// to others.
#[test]
fn a_desk_that_has_worked_begins_no_second_store() {
    let mut desk = Desk::open(&Setup::sample().toml(), MONDAY);
    desk.mail(&Mail::need("A"));
    let first = desk.json(&["cases", "--json"])[0]["id"].clone();
    desk.stop();
    let [state, elsewhere] = ["state", "elsewhere"].map(|name| desk.dir().join(name));
    fs::rename(&state, &elsewhere).unwrap();
    let said = desk.run(&["run"]);
    assert_eq!(said.status, Some(2), "{}", said.err);
    for words in ["there is none, although this desk has been at work before", "mount its disk", ".done"] {
        assert!(said.err.contains(words), "{words}: {}", said.err);
    }
    assert!(!state.exists(), "begun all the same");
    fs::rename(&elsewhere, &state).unwrap();
    desk.start();
    desk.mail(&Mail::need("B"));
    let ids: Vec<_> = desk.json(&["cases", "--json"]).as_array().unwrap().iter().map(|case| case["id"].clone()).collect();
    assert!(ids.len() == 2 && ids.contains(&first), "{ids:?}");
    desk.close();
}

/// What was played is not gone on with for real, for letters about it would go to people; and one word in the config would else
/// swallow a company's letters, and shut its desk for good.
#[test]
fn a_rehearsed_desk_and_a_real_one_stay_what_they_are() {
    for (rehearsed, words) in [(true, "this desk was rehearsed"), (false, "its cases are real")] {
        let toml = |rehearses: bool| Setup::sample().toml().replace("rehearsal = true", &format!("rehearsal = {rehearses}"));
        let mut desk = Desk::laid_out(&toml(rehearsed));
        let file = desk.dir().join("quotedesk.toml");
        desk.start();
        desk.mail(&Mail::need("A"));
        desk.stop();
        fs::write(&file, toml(!rehearsed)).unwrap();
        for command in [&["run"][..], &["check"], &["cases"]] {
            let said = desk.run(command);
            let all = format!("{}{}", said.out, said.err);
            assert!(said.status != Some(0) && all.contains(words), "{command:?}: {all}");
        }
        fs::write(&file, toml(rehearsed)).unwrap();
        desk.start();
        desk.close();
    }
}

/// What a damaged log held is forgotten here and known in the world: as after a restore, no number comes to mean another case.
#[test]
fn a_desk_that_forgets_the_end_of_its_log_goes_on_past_a_gap() {
    let mut desk = Desk::open(&Setup::sample().toml(), MONDAY);
    for short in ["A", "B", "C", "D"] {
        desk.mail(&Mail::need(short));
    }
    desk.kill();
    let log = desk.dir().join("state/quotedesk.db-wal");
    let mut bytes = fs::read(&log).unwrap();
    let quarter = bytes.len() / 4;
    bytes[quarter] ^= 4;
    fs::write(&log, bytes).unwrap();
    let said = desk.run(&["check"]);
    assert!(said.status == Some(1) && said.out.contains("damaged in its middle"), "{}", said.out);
    let said = desk.run(&["check", "--rebuild"]);
    assert!(said.out.contains("numbers go on past a gap"), "{}{}", said.out, said.err);
    assert!(desk.run(&["outgoing"]).out.contains("--release"), "mail is not held");
    desk.start();
    desk.told(&["outgoing", "--release"]);
    let taken = desk.mail(&Mail::need("E"));
    let ids = desk.json(&["cases", "--json"]);
    let new = ids.as_array().unwrap().iter().filter_map(|case| case["id"].as_str()).any(|id| id >= "YC-2026-0100");
    assert!(new, "{ids} {taken:?}");
    desk.close();
}

/// Whoever meets it first: the daemon that does not start, or somebody who looks at a case.
#[test]
fn a_damaged_store_is_told_with_what_mends_it() {
    let desk = Desk::laid_out(&Setup::sample().toml());
    desk.told(&["clock", MONDAY]);
    let store = desk.dir().join("state/quotedesk.db");
    let sound = fs::read(&store).unwrap();
    let no_head = [&[0; 100], &sound[100..]].concat();
    let cut = sound[..sound.len() / 2].to_vec();
    for ruined in [no_head, cut] {
        fs::write(&store, &ruined).unwrap();
        for command in [&["run"][..], &["cases"], &["show", "YC-2026-0001"], &["outgoing"], &["check"]] {
            let said = desk.run(command);
            let all = format!("{}{}", said.out, said.err);
            assert!(said.status != Some(0) && all.contains("bring a backup back with quotedesk restore"), "{command:?}: {all}");
        }
    }
}

/// Whatever ended a backup, a piece of one is not brought back as the whole.
#[test]
fn a_backup_that_broke_off_is_no_backup() {
    let mut desk = Desk::open(&Setup::sample().toml(), MONDAY);
    desk.mail(&Mail::need("A"));
    desk.stop();
    let copy = desk.outside().join("copy");
    let path = copy.to_str().unwrap();
    desk.told(&["backup", path]);
    assert!(!copy.join("unfinished").exists());
    fs::write(copy.join("unfinished"), "").unwrap();
    for (command, words) in [("restore", "broke off before it was whole"), ("backup", "a backup that broke off lies there")] {
        let said = desk.run(&[command, path]);
        assert!(said.status == Some(2) && said.err.contains(words), "{command}: {}{}", said.out, said.err);
    }
    fs::remove_file(copy.join("unfinished")).unwrap();
    desk.told(&["restore", path]);
}

/// A company without regions has one Leader and one Director; who has none is named before a case stands still for it.
#[test]
fn sales_without_anybody_to_approve_are_named() {
    let person =
        |name: &str, roles: &str| format!("[[people]]\nname = \"{name}\"\nemail = \"{name}@an.example\"\nroles = [{roles}]\n");
    let people = |head: &str| [person("lan", "\"sales\""), person("lam", "\"cskh\", \"tech\""), person("hung", head)].concat();
    let said = |toml: String| Desk::laid_out(&toml).run(&["check"]).out;
    let whole = said(people("\"leader\", \"director\", \"operator\""));
    assert!(whole.lines().any(|line| line.starts_with("ok") && line.contains("people")), "{whole}");
    let priced = said(people("\"leader\""));
    assert!(priced.contains("lan: nobody would set their prices"), "{priced}");
    let reviewed = said(people("\"operator\""));
    assert!(reviewed.contains("lan: nobody would review their forms"), "{reviewed}");
}

/// A slip of the key in the store's address shows nobody its password.
#[test]
fn a_mistyped_store_shows_no_password() {
    for state in
        ["postgress://u:s3cret@127.0.0.1/x", "Postgres://u:s3cret@h/x", "postgres:/u:s3cret@h/x", "postgres//u:s3cret@h/x"]
    {
        let desk = Desk::laid_out(&format!("[desk]\nstate = \"{state}\"\n"));
        let said = desk.run(&["check"]);
        let all = format!("{}{}", said.out, said.err);
        assert!(said.status != Some(0) && all.contains("desk.state") && !all.contains("s3cret"), "{state}: {all}");
    }
}

#[test]
fn a_broken_template_gives_way_to_the_built_in_one() {
    let desk = Desk::open(&Setup::sample().toml(), MONDAY);
    fs::create_dir_all(desk.dir().join("templates/vi")).unwrap();
    for name in ["vi/need.html", "vi/receipt.html"] {
        fs::write(desk.dir().join("templates").join(name), "{% block ask %}{{ no_such_value }}").unwrap();
    }
    desk.hang_up();
    desk.wait_for("the warning", || desk.log().contains("the built-in one takes its place").then_some(()));
    assert!(desk.log().contains("template vi/need.html"), "{}", desk.last_words());
    desk.wait_for("the reload", || desk.log().contains("the config is read again").then_some(()));
    desk.mail(&Mail::need("A"));
    assert!(desk.letter_to(SALES).text.contains("Khách A"), "{}", desk.last_words());
    let said = desk.run(&["check"]);
    assert!(said.status == Some(1) && said.out.contains("template vi/need.html"), "{}", said.out);
    desk.close();
}

/// The names of pages that a company may replace.
fn built_in_pages(within: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(within);
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".html") && name != "plain.html").collect()
}

/// Some of what is wrong with a page shows only once a letter is made from it: `check` makes each, so that no letter has to.
#[test]
fn templates_are_tried_before_a_letter_needs_them() {
    let desk = Desk::laid_out(&Setup::sample().toml());
    let folder = desk.dir().join("templates");
    fs::create_dir_all(folder.join("vi")).unwrap();
    let built_in = |name: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(name)).unwrap();
    let lay = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    let wrong = || {
        let said = desk.run(&["check"]);
        let lines: Vec<String> = said.out.lines().filter(|line| line.contains(" templates ")).map(str::to_owned).collect();
        assert_eq!(said.status, Some(i32::from(lines.iter().any(|line| line.starts_with("WRONG")))), "{}", said.out);
        lines
    };
    // The built-in ones as the company's own: all sound.
    for (within, name) in ["", "vi"].into_iter().flat_map(|within| built_in_pages(within).into_iter().map(move |n| (within, n))) {
        let name = Path::new(within).join(name);
        lay(name.to_str().unwrap(), &built_in(name.to_str().unwrap()));
    }
    lay("bao-gia.toml", &built_in("vi/bao-gia.toml"));
    lay("phu-luc.toml", &built_in("vi/phu-luc.toml"));
    assert!(wrong()[0].starts_with("ok"), "{:?}", wrong());

    // One that cannot be read, one that fails in a letter, and one that many letters take in: a line each, with its place.
    lay("vi/review.html", "{% block ask %}\n{{ no_such }}{% endblock %}");
    lay("vi/need.html", &built_in("vi/need.html").replace("{{ case.need | lines }}", "\n{{ case.needs }}"));
    lay("facts.html", &format!("{{{{ items | money }}}}\n{}", built_in("facts.html")));
    let told = |expected: &[&str]| {
        let lines = wrong();
        for words in expected {
            assert_eq!(lines.iter().filter(|line| line.contains(words)).count(), 1, "{words}: {lines:#?}");
        }
        assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    };
    let [review, need] = ["template vi/review.html, line 2: unknown no_such", "template vi/need.html, line 7: Field `needs`"];
    told(&[review, need, "template facts.html, line 1: "]);
    // What the customer may not read, in a page and in the words of the quote.
    lay("facts.html", &built_in("facts.html"));
    let page = built_in("vi/quote-to-customer.html").replace("{% block body %}", "{% block body %}{{ case.need }}");
    lay("vi/quote-to-customer.html", &page);
    lay("bao-gia.toml", &built_in("vi/bao-gia.toml").replace("thanks = \"", "thanks = \"Hỏi thêm: Mai Xuân Lộc. "));
    let line = 1 + built_in("vi/bao-gia.toml").lines().position(|line| line.starts_with("thanks")).unwrap();
    let words = format!("“mai xuan loc” (the template bao-gia.toml, line {line}: take it out there, and reload)");
    told(&[review, need, "template vi/quote-to-customer.html: it would show the customer what is internal", &words]);
    lay("phu-luc.toml", "sheet = \"Phụ lục\"\ntitle =\n");
    assert!(wrong().iter().any(|line| line.contains("template phu-luc.toml, line 2: ")), "{:#?}", wrong());

    // A folder that is none: said once, and not for each page that could lie there.
    fs::remove_dir_all(&folder).unwrap();
    fs::write(&folder, "").unwrap();
    let lines = wrong();
    assert!(lines.len() == 1 && lines[0].contains("templates: Not a directory"), "{lines:#?}");
}

/// Scripts read the exit code: what was not done is told by it too.
#[test]
fn tell_says_by_its_exit_code_what_was_not_done() {
    let desk = Desk::open(&Setup::sample().toml(), MONDAY);
    desk.mail(&Mail::need("A"));
    let id = desk.json(&["cases", "--json"])[0]["id"].as_str().unwrap().to_owned();
    // Not theirs at this step; a form of which much is missing.
    let form = desk.outside().join("form.xlsx");
    fs::write(&form, desk.form_for(SALES)).unwrap();
    let file = ["--file", form.to_str().unwrap()];
    for words in [&["DUYỆT"][..], &file] {
        for dry in [&["--dry-run"][..], &[]] {
            let args = [&["tell", &id, "--as", SALES], words, dry].concat();
            let said = desk.run(&args);
            assert!(said.status == Some(1) && !said.out.is_empty(), "{args:?}: {:?} {}{}", said.status, said.out, said.err);
        }
    }
    assert_eq!(desk.run(&["tell", &id, "--as", SALES, "GHI CHÚ: khách cần sớm"]).status, Some(0), "{}", desk.last_words());
    let said = desk.run(&["tell", &id, "--as", "nobody@anphat.example", "DUYỆT"]);
    assert_eq!(said.status, Some(2), "{}", said.err);
    desk.close();
}
