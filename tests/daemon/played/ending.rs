//! Steps 6 to 9: what becomes of a quote.

use chrono::NaiveDate;

use super::Play;
use crate::people::facts::Quote;
use crate::people::quoted;
use crate::people::typing::{grouped, vietnamese};

const CONTRACT: &str = "Hợp đồng đã ký.pdf";
/// Enough of a PDF to be told as one.
const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

impl Play<'_> {
    /// Step 6: the customer wants it otherwise; after the quote has run out, Sales asks for it anew.
    pub(super) fn asked_to_change(&mut self, quote: &Quote, last: &Quote) {
        let why = quote.why.clone().unwrap_or_default();
        let sales = &self.case.sales.email;
        let late = quote.date > last.expires_on;
        if late {
            self.runs_out(last);
        }
        self.clock(quote.date, 8, 30);
        let word = if late { "BÁO GIÁ LẠI" } else { "KH XIN SỬA" };
        self.say(sales, "Drafting", &format!("{word}: {why}"));
    }

    /// How the case ends, and that it has ended so.
    pub(super) fn end(&mut self, last: Option<&Quote>) {
        let outcome = &self.case.outcome;
        let (reason, on) = match (outcome.status.as_str(), outcome.rejected_by.as_deref(), last) {
            ("agreed", _, Some(quote)) => ("done", self.delivered(quote)),
            ("expired", _, Some(quote)) => {
                self.runs_out(quote);
                ("expired", Some(quote.close_on_if_silent))
            }
            ("rejected", Some("customer"), Some(_)) => {
                let (on, why) = (outcome.date.unwrap_or_default(), outcome.reason.clone().unwrap_or_default());
                self.clock(on, 9, 0);
                self.say(&self.case.sales.email, "Closed", &format!("KH TỪ CHỐI: {why}"));
                ("declined", Some(on))
            }
            _ => ("rejected", outcome.date),
        };
        let closed = self.desk.show(&self.id)["closed"].clone();
        self.check("closed as", Some(reason), closed["reason"].as_str());
        self.check("closed on", on.map(|d| d.to_string()), closed["at"].as_str().and_then(|t| t.get(..10)).map(str::to_string));
        self.check_letters();
    }

    /// Open to the end of its last day, closed on the next; Sales is warned before.
    fn runs_out(&mut self, quote: &Quote) {
        let told = self.letters().len();
        self.clock(quote.expires_on, 17, 0);
        self.check("state on the last day", "Quoted".to_string(), self.state());
        let warned = self.letters()[told..].iter().any(|l| l.is_to(&self.case.sales.email));
        self.check("Sales is reminded before the quote runs out", true, warned);
        self.clock(quote.close_on_if_silent, 9, 0);
        self.check("state on the day after", "Closed".to_string(), self.state());
    }

    /// Agreed, signed, paid, planned, made, handed over. Gives the day of the hand-over.
    fn delivered(&mut self, quote: &Quote) -> Option<NaiveDate> {
        let (case, outcome) = (self.case, &self.case.outcome);
        let (sales, tech) = (&case.sales.email, &case.tech_feedback.as_ref()?.by.email);
        self.clock(outcome.accepted_on?, 9, 0);
        self.say(sales, "Contracting", "KH ĐỒNG Ý");
        let signed = outcome.contract_signed_on?;
        self.clock(signed, 14, 0);
        let words = format!("ĐÃ KÝ số {}, ngày {}", outcome.contract_no.as_ref()?, vietnamese(signed));
        self.act(sales, "Contracting", |play| {
            let mail = play.reply(sales, &words).attach(CONTRACT, "application/pdf", PDF.to_vec());
            play.send(&mail)
        });
        let paid = outcome.paid_on?;
        self.clock(paid, 10, 0);
        let amount = outcome.payments.first().map_or(quote.total, |p| p.amount);
        self.say(sales, "Scheduling", &format!("ĐÃ THANH TOÁN {}đ, ngày {}", grouped(amount, '.'), vietnamese(paid)));
        self.check_archive(quote);

        let (start, end) = (outcome.start_on?, outcome.end_on?);
        let told = self.letters().len();
        self.say(tech, "Delivering", &format!("Bắt đầu {}, kết thúc {}", vietnamese(start), vietnamese(end)));
        let letters = self.letters().split_off(told);
        let plan =
            letters.iter().find(|l| l.is_to(sales) && l.text.contains(&vietnamese(start)) && l.text.contains(&vietnamese(end)));
        self.check("Sales is told start and end", true, plan.is_some());
        let calendar =
            plan.is_some_and(|l| l.attached.iter().any(|(name, _)| name.ends_with(".ics")) || l.raw.contains("text/calendar"));
        self.check("with a calendar file", true, calendar);

        for (day, hour, words) in [(start, 10, "Tiến độ 50%"), (end, 10, "Đã test xong")] {
            self.clock(day, hour, 0);
            let told = self.letters().len();
            self.say(tech, "Delivering", words);
            let told = self.letters()[told..].iter().any(|l| l.is_to(sales));
            self.check(&format!("Sales is told: {words}"), true, told);
        }
        self.clock(end, 15, 0);
        let words = format!("Đã bàn giao, đóng giúp em. Khách nghiệm thu ngày {}.", vietnamese(end));
        self.say(sales, "Closed", &words);
        Some(end)
    }

    /// Step 7: quote, appendix, form and contract lie in the customer's folder.
    fn check_archive(&mut self, quote: &Quote) {
        let files = self.desk.files("archive");
        let named = |start: &str| {
            files.iter().find(|p| {
                let name = p.file_name().unwrap_or_default().to_string_lossy();
                name.starts_with(start) && p.components().any(|c| c.as_os_str() == self.id.as_str())
            })
        };
        let missing: Vec<&str> =
            [quote.file_name.as_str(), "Phụ lục", "Phiếu", CONTRACT].into_iter().filter(|n| named(n).is_none()).collect();
        let appendix = named("Phụ lục").map(|p| self.desk.dir().join("archive").join(p));
        self.check("missing in the archive", Vec::new(), missing);
        if let Some(path) = appendix.filter(|p| p.extension().is_some_and(|e| e == "xlsx")) {
            self.wrong.extend(quoted::leaks(&path, self.case, quote, true));
        }
    }

    /// Every mail of the case went to staff, and says that a machine wrote it.
    fn check_letters(&mut self) {
        for letter in self.letters() {
            let strangers: Vec<&String> =
                letter.to.iter().filter(|to| !self.setup.staff.iter().any(|s| &&s.email == to)).collect();
            let headers = ["Auto-Submitted: auto-", "X-Auto-Response-Suppress: All", "X-Quotedesk-Kind: "];
            let without: Vec<&&str> = headers.iter().filter(|h| !letter.raw.contains(**h)).collect();
            if !strangers.is_empty() || !without.is_empty() {
                self.wrong.push(format!("{}: to {strangers:?}, without {without:?}", letter.path.display()));
            }
        }
    }
}
