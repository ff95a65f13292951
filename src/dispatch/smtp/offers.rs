//! What a server offers in its EHLO reply.

use super::wire::Reply;

/// Extensions that make a difference to us. Keywords are compared without case, as RFC 5321, 2.4 has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    pub starttls: bool,
    /// Bytes that a mail may have (RFC 1870); `None`: not said, or without limit.
    pub size: Option<u64>,
    /// Delivery notices can be asked for (RFC 3461).
    pub dsn: bool,
    pub eight_bit: bool,
    pub smtputf8: bool,
    /// The server knows the SIZE parameter.
    pub sized: bool,
    /// Login mechanisms, in capitals.
    pub logins: Vec<String>,
}

impl Offers {
    pub fn of(ehlo: &Reply) -> Offers {
        let mut offers = Offers::default();
        // The first line is the server's name.
        for line in ehlo.lines.iter().skip(1) {
            let line = line.to_ascii_uppercase();
            // Old servers write `AUTH=LOGIN`.
            let mut words = line.split([' ', '=', '\t']).filter(|w| !w.is_empty());
            match words.next() {
                Some("STARTTLS") => offers.starttls = true,
                Some("DSN") => offers.dsn = true,
                Some("8BITMIME") => offers.eight_bit = true,
                Some("SMTPUTF8") => offers.smtputf8 = true,
                Some("SIZE") => {
                    offers.sized = true;
                    offers.size = words.next().and_then(|n| n.parse().ok()).filter(|n| *n > 0);
                }
                Some("AUTH") => offers.logins.extend(words.map(str::to_owned)),
                _ => {}
            }
        }
        offers
    }

    pub fn login(&self, mechanism: &str) -> bool {
        self.logins.iter().any(|l| l == mechanism)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_in_any_case_and_old_spellings() {
        let lines = ["mx SIZE", "size 1000", "Auth PLAIN", "AUTH=LOGIN XOAUTH2", "DSN", "8bitmime", "starttls", "X-ODD"];
        let offers = Offers::of(&Reply { code: 250, lines: lines.map(String::from).to_vec() });
        assert_eq!((offers.size, offers.sized, offers.dsn), (Some(1000), true, true));
        assert!(offers.starttls && offers.eight_bit && !offers.smtputf8);
        assert_eq!(offers.logins, ["PLAIN", "LOGIN", "XOAUTH2"]);
        let without = Offers::of(&Reply { code: 250, lines: vec!["mx".into(), "SIZE 0".into()] });
        assert_eq!((without.size, without.sized), (None, true));
    }
}
