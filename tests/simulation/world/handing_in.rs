//! What comes to the desk: people answer their letters, and strangers, forgers and machines write too.

use std::time::{Duration, SystemTime};

use chrono::TimeDelta;
use quotedesk::process::case::Case;
use quotedesk::text::sha;

use super::{Handed, Happening, MOST_ACTS, Sender, World};
use crate::simulated::house::{CSKH, DEPUTY, DESK, DIRECTOR, LEADER, OPERATOR, SALES, TECH};
use crate::simulated::people::{SECRET, Said, Story};
use crate::simulated::plan::Trouble;
use crate::simulated::slips::{self, Slip};

/// A letter that somebody answers.
struct LetterTo {
    id: String,
    /// It arrived before a backup was restored.
    before: bool,
}

impl World {
    /// Letters that have arrived since: whoever gets one looks at it sooner or later.
    pub(super) fn letters_come(&mut self) {
        let fresh: Vec<(String, String, String)> = {
            let inner = self.post.inner();
            let fresh = inner.letters[self.read..].iter().map(|l| (l.to.clone(), l.case.clone(), l.kind.clone()));
            fresh.collect()
        };
        self.read += fresh.len();
        for (to, case, kind) in fresh {
            self.tally.add(format!("letter: {kind}"));
            self.say(format!("{to} gets {kind} {case}"));
            let story = case.rsplit('-').next().and_then(|n| n.parse::<u64>().ok()).unwrap_or_default();
            if story == 0 || case.is_empty() {
                continue;
            }
            self.looks_soon(story, to);
        }
    }

    /// `case`: the case's own number, not the story's.
    pub(super) fn looks_soon(&mut self, case: u64, who: String) {
        if !self.asked.insert((case, who.clone())) {
            return;
        }
        let slow = !self.quiet && !self.plan.plain;
        let minutes = match self.dice.roll(100) {
            0..4 if slow => {
                // Forgotten; a reminder comes.
                self.asked.remove(&(case, who));
                self.tally.add("people: forget");
                return;
            }
            4..12 if slow => {
                self.tally.add("people: late");
                self.dice.between(24 * 60, 96 * 60)
            }
            12..45 => self.dice.between(120, 600),
            _ => self.dice.between(2, 90),
        };
        self.later(TimeDelta::minutes(minutes as i64), Happening::Act { story: case, who });
    }

    /// What somebody does who looks at a case of theirs.
    pub(super) fn act(&mut self, number: u64, who: &str) -> Result<(), String> {
        self.asked.remove(&(number, who.to_string()));
        // The case may be of before a restore.
        let Some(case) = self.watch.cases.get(&format!("YC-2026-{number:04}")).cloned() else { return Ok(()) };
        let Some(n) = Story::of_case(&case) else { return Ok(()) };
        let config = self.config.clone();
        let today = config.house.day(self.desk_time());
        let Some(story) = self.stories.get_mut(&n) else { return Ok(()) };
        let Some(said) = story.act(&case, who, &config.house, today) else { return Ok(()) };
        story.acts += 1;
        if story.acts > MOST_ACTS {
            return Err(format!("{}: goes in circles at {}", case.id, case.state.name()));
        }
        self.hand_in(&case, who, said);
        Ok(())
    }

    /// By mail or through the folder, now or later, once or twice.
    pub(super) fn hand_in(&mut self, case: &Case, who: &str, mut said: Said) {
        let taken_back = Story::of_case(case).and_then(|n| self.stories.get(&n)).is_some_and(|story| story.taken_back);
        let letter = self.letter_to(who, &case.id, if taken_back { 500 } else { 50 });
        let before = letter.as_ref().is_none_or(|l| l.before) && self.restored.is_some();
        if let (Said::Form(slip), Some(restored), false) = (&mut said, &self.restored, before) {
            slip.restored = Some(restored.at);
        }
        let letter = letter.map(|l| l.id);
        let odd = !self.quiet && !self.plan.plain;
        let what = match &said {
            Said::Words(words) => words.lines().next().unwrap_or_default().to_string(),
            Said::Form(_) => "form".into(),
        };
        self.say(format!("{who} at {} {}: {what}", case.id, case.state.name()));
        self.tally.add(format!("act: {}", case.state.name()));
        if what == "RÚT LẠI" {
            self.tally.add("people: take a form back");
        }
        if let (DIRECTOR, Said::Form(slip)) = (who, &said) {
            self.watch.agreed.types(&case.id, slip);
        }
        if let Said::Form(slip) = &said
            && self.dice.per_mille(500)
        {
            let bytes = self.package(slip, &case.id);
            let again = odd && self.dice.per_mille(60);
            self.drop_file(who, &bytes, &what);
            if again {
                self.tally.add("people: twice");
                self.drop_file(who, &bytes, "the same again");
            }
            return;
        }
        if let Said::Words(words) = &said
            && !words.contains('=')
        {
            self.watch.agreed.says(&case.id, who, letter.as_deref(), before);
        }
        let bytes = self.mail(who, &case.id, letter.as_deref(), &said, "pass", Sender::Staff);
        let delay = if odd && self.dice.per_mille(80) { self.dice.between(60, 2 * 24 * 60) } else { 0 };
        if delay > 0 {
            self.tally.add("people: out of order");
        }
        self.later(TimeDelta::minutes(delay as i64), Happening::Deliver(bytes));
        if odd && self.dice.per_mille(20) {
            self.tally.add("people: take back");
            if let Some(story) = Story::of_case(case).and_then(|n| self.stories.get_mut(&n)) {
                story.taken_back = true;
            }
            self.say(format!("{who} takes that back"));
            let said = Said::Words("RÚT LẠI".into());
            let bytes = self.mail(who, &case.id, letter.as_deref(), &said, "pass", Sender::Staff);
            let minutes = self.dice.between(1, 90) as i64;
            self.later(TimeDelta::minutes(delay as i64 + minutes), Happening::Deliver(bytes));
        }
    }

    /// The last letter of a case to somebody, or as often as `older` says one of those before it.
    fn letter_to(&mut self, who: &str, case: &str, older: u64) -> Option<LetterTo> {
        let older = !self.quiet && !self.plan.plain && self.dice.per_mille(older);
        let back = if older { self.dice.between(1, 3) } else { 0 };
        if older {
            self.tally.add("people: answer an older letter");
        }
        let inner = self.post.inner();
        let letters = inner.letters.iter().enumerate().rev().filter(|(_, l)| l.to == who && l.case == case);
        let (n, letter) = letters.take(back as usize + 1).last()?;
        let before = self.restored.as_ref().is_some_and(|restored| n < restored.letters);
        Some(LetterTo { id: letter.id.clone(), before })
    }

    /// A filled form as the file that it travels as.
    fn package(&self, slip: &Slip, case: &str) -> Vec<u8> {
        let known = self.watch.cases.get(case).filter(|_| self.real_workbooks);
        match known {
            Some(case) => {
                let house = &self.config.house;
                slips::workbook(slip, case, house, house.day(self.desk_time()), &self.workers).expect("a workbook")
            }
            None => serde_json::to_vec(slip).expect("a slip"),
        }
    }

    pub(super) fn drop_file(&mut self, who: &str, bytes: &[u8], what: &str) {
        let n = self.handed.len();
        let name = format!("Phiếu {n}.xlsx");
        let folder = self.config.inbox.join(who);
        let path = folder.join(&name);
        std::fs::create_dir_all(&folder).expect("a folder of the inbox");
        std::fs::write(&path, bytes).expect("a dropped file");
        let file = std::fs::File::options().write(true).open(&path).expect("the dropped file");
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(self.now.timestamp_millis() as u64);
        file.set_modified(time).expect("a time");
        self.in_inbox.push(path.clone());
        self.handed.push(Handed {
            id: format!("file {n}"),
            from: who.into(),
            sender: Sender::Staff,
            file: Some(name),
            content: sha(bytes),
            came: self.now,
            forgotten: false,
            what: what.into(),
        });
        self.tally.add("handed in: file");
        let notices = if self.plan.without.contains(&Trouble::Notices) { 1 } else { self.dice.roll(4) };
        if let Some(life) = &mut self.life {
            match notices {
                0 => self.tally.add("fault: notice lost"),
                n => {
                    (0..n).for_each(|_| life.inbox.closed(path.clone()));
                    if n > 1 {
                        self.tally.add("fault: notice doubled");
                    }
                }
            }
        }
        self.later(TimeDelta::seconds(6), Happening::Look);
        self.later(TimeDelta::seconds(13), Happening::Look);
    }

    pub(super) fn need(&mut self, n: u64) {
        let Some(story) = self.stories.get(&n).cloned() else { return };
        self.mailed.insert(n);
        let subject = format!("Nhu cầu của {}", story.customer());
        let said = Said::Words(story.need());
        let cc = story.names_sales.then_some(story.sales);
        self.say(format!("{} mails the need of story {n}", story.cskh));
        let bytes = self.written(story.cskh, &subject, None, cc, &said, "pass", "", Sender::Staff);
        self.deliver(bytes);
    }

    #[allow(clippy::too_many_arguments, reason = "all of it is the mail")]
    pub(super) fn mail(
        &mut self,
        who: &str,
        case: &str,
        answers: Option<&str>,
        said: &Said,
        auth: &str,
        sender: Sender,
    ) -> Vec<u8> {
        let subject = format!("Re: [{case}]");
        self.written(who, &subject, answers, None, said, auth, "", sender)
    }

    /// A mail as it comes to the desk's mailbox, and noted down.
    #[allow(clippy::too_many_arguments, reason = "all of it is the mail")]
    pub(super) fn written(
        &mut self,
        who: &str,
        subject: &str,
        answers: Option<&str>,
        cc: Option<&str>,
        said: &Said,
        auth: &str,
        headers: &str,
        sender: Sender,
    ) -> Vec<u8> {
        let n = self.handed.len();
        let id = format!("m{n}.{}@people.example", self.plan.seed);
        let domain = who.rsplit('@').next().unwrap_or_default();
        let mut head = String::new();
        if !auth.is_empty() {
            head += &format!("Authentication-Results: mx.anphat.example; dmarc={auth} header.from={domain}\r\n");
        }
        head += headers;
        head += &format!("From: <{who}>\r\nTo: <{DESK}>\r\n");
        head += &cc.map_or(String::new(), |cc| format!("Cc: <{cc}>\r\n"));
        head += &format!("Subject: {}\r\nMessage-ID: <{id}>\r\n", encoded(subject));
        if let Some(answers) = answers {
            head += &format!("In-Reply-To: <{answers}>\r\nReferences: <{answers}>\r\n");
        }
        head += &format!("Date: {}\r\nMIME-Version: 1.0\r\n", self.now.to_rfc2822());
        let body = match said {
            Said::Words(words) => {
                let quoted = match answers {
                    Some(_) => format!(
                        "\n\nVào Th 2, 2 thg 3, 2026 lúc 08:30 Bàn báo giá <{DESK}> đã viết:\n\n> Nhờ anh chị duyệt phiếu.\n"
                    ),
                    None => String::new(),
                };
                let text = format!("{words}{quoted}").replace('\n', "\r\n");
                format!("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n")
            }
            Said::Form(slip) => {
                let case = slip.case.clone().unwrap_or_default();
                let file = data_encoding::BASE64.encode(&self.package(slip, &case));
                let lines: Vec<&str> = file.as_bytes().chunks(76).map(|l| std::str::from_utf8(l).unwrap_or_default()).collect();
                format!(
                    "Content-Type: multipart/mixed; boundary=\"b0\"\r\n\r\n--b0\r\nContent-Type: text/plain; charset=utf-8\r\n\
                     Content-Transfer-Encoding: 8bit\r\n\r\nEm gửi phiếu ạ.\r\n--b0\r\nContent-Type: \
                     application/vnd.openxmlformats-officedocument.spreadsheetml.sheet; name=\"Phieu.xlsx\"\r\n\
                     Content-Disposition: attachment; filename=\"Phieu.xlsx\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n\
                     --b0--\r\n",
                    lines.join("\r\n")
                )
            }
        };
        let what = match said {
            Said::Words(words) => words.lines().next().unwrap_or_default().to_string(),
            Said::Form(_) => "form".into(),
        };
        let (from, came, content) = (who.to_string(), self.now, String::new());
        self.handed.push(Handed { id, from, sender, file: None, content, came, forgotten: false, what });
        let kind = match sender {
            Sender::Staff => "mail",
            Sender::Machine => "machine's mail",
            Sender::Stranger => "stranger's mail",
            Sender::Forger => "forged mail",
        };
        self.tally.add(format!("handed in: {kind}"));
        (head + &body).into_bytes()
    }

    pub(super) fn deliver(&mut self, bytes: Vec<u8>) {
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(2000)]).into_owned();
        let id = head.lines().find_map(|l| l.strip_prefix("Message-ID: ")).map(|id| id.trim_matches(['<', '>']).to_string());
        let now = self.now;
        if let Some(handed) = self.handed.iter_mut().rev().find(|h| Some(&h.id) == id.as_ref()) {
            handed.came = now;
        }
        let twice = !self.quiet && !self.plan.without.contains(&Trouble::MailTwice) && self.dice.per_mille(30);
        if twice {
            self.tally.add("fault: mail-twice");
            let trace = format!("Received: from list.anphat.example by mx.anphat.example; {}\r\n", now.to_rfc2822());
            self.put(&[trace.as_bytes(), &bytes].concat());
        }
        self.put(&bytes);
    }

    pub(super) fn put(&mut self, bytes: &[u8]) {
        let mut mailbox = self.mailbox();
        let uid = mailbox.next;
        mailbox.next += 1;
        mailbox.mails.insert(uid, bytes.to_vec());
    }

    pub(super) fn stranger(&mut self) {
        let who = format!("khach{}@gmail.example", self.handed.len());
        let said = Said::Words("Cho tôi hỏi giá phần mềm. DUYỆT".into());
        self.say(format!("{who} writes"));
        let bytes = self.written(&who, "Hỏi giá", None, None, &said, "pass", "", Sender::Stranger);
        self.deliver(bytes);
    }

    fn some_open_case(&mut self) -> Option<Case> {
        let open: Vec<&Case> = self.watch.cases.values().filter(|c| !c.is_closed()).collect();
        if open.is_empty() { None } else { Some((*self.dice.pick(&open)).clone()) }
    }

    pub(super) fn forger(&mut self) {
        let Some(case) = self.some_open_case() else { return };
        let who = *self.dice.pick(&[LEADER, DIRECTOR, SALES[0], TECH[0]]);
        let said = Said::Words(self.dice.pick(&["DUYỆT", "XONG", "TỪ CHỐI: không làm", "RÚT YÊU CẦU: thôi"]).to_string());
        let auth = *self.dice.pick(&["fail", "none", ""]);
        self.say(format!("somebody writes as {who} to {}", case.id));
        // A forger may know an id from a letter that was passed on, but not one that is the victim's own.
        let bytes = self.mail(who, &case.id, None, &said, auth, Sender::Forger);
        self.deliver(bytes);
    }

    pub(super) fn machine(&mut self) {
        let letter = {
            let inner = self.post.inner();
            inner.letters.last().map(|l| (l.to.clone(), l.id.clone()))
        };
        let Some((who, id)) = letter.filter(|(to, _)| !to.is_empty()) else { return };
        let (headers, words) = *self.dice.pick(&[
            ("Auto-Submitted: auto-replied\r\n", "Tôi đi vắng đến hết tuần, việc gấp gọi số máy lẻ 12."),
            ("Precedence: bulk\r\nList-Id: <tin.anphat.example>\r\n", "DUYỆT"),
            ("Auto-Submitted: auto-generated\r\nReturn-Path: <>\r\n", "DUYỆT"),
        ]);
        self.say(format!("a machine answers for {who}"));
        let said = Said::Words(words.into());
        let bytes = self.written(&who, "Tự động trả lời", Some(&id), None, &said, "pass", headers, Sender::Machine);
        self.deliver(bytes);
    }

    pub(super) fn meddler(&mut self) {
        let Some(case) = self.some_open_case() else { return };
        let who = *self.dice.pick(&[CSKH[0], SALES[0], SALES[1], TECH[0], DEPUTY, DIRECTOR, LEADER, OPERATOR]);
        let today = self.config.house.day(self.desk_time());
        if quotedesk::process::roles::turn(&case, &self.config.house, today).iter().any(|t| t == who) {
            return;
        }
        let n = self.handed.len();
        let all = [
            "DUYỆT",
            "XONG",
            "1 = 18tr",
            "KH ĐỒNG Ý",
            "1: được, 15tr, 5 ngày",
            "TRẠNG THÁI",
            "TỪ CHỐI: không",
            "TRẢ LẠI: xem lại",
        ];
        let said = Said::Words(format!("{}\n\nGhi chú riêng {n} {SECRET}", self.dice.pick(&all)));
        self.tally.add("people: wrong");
        self.say(format!("{who} meddles with {} at {}", case.id, case.state.name()));
        let bytes = self.mail(who, &case.id, None, &said, "pass", Sender::Staff);
        self.deliver(bytes);
    }
}

fn encoded(words: &str) -> String {
    if words.is_ascii() { words.into() } else { format!("=?utf-8?B?{}?=", data_encoding::BASE64.encode(words.as_bytes())) }
}
