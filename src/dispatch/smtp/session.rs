//! A connection that is logged in, and one mail after the other over it.

use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::commands::{Data, Ehlo, Mail, Quit, Rcpt, Rset, Starttls};
use lettre::transport::smtp::extension::{ClientId, MailBodyParameter, MailParameter, RcptParameter};

use super::Limits;
use super::login::log_in;
use super::offers::Offers;
use super::verdict::{Failure, Stage, Why};
use super::wire::{Lost, Reply, Wire};
use crate::config::{Smtp, Tls};
use crate::faults::Faults;
use crate::net::oauth::Tokens;
use crate::net::{self, Stream, tls};

/// Of a connection that ends either way.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Who connects, and how.
pub struct Door {
    pub smtp: Smtp,
    pub hello: ClientId,
    pub tokens: Tokens,
    pub limits: Limits,
    pub faults: Faults,
}

/// A mail as it is handed in.
pub struct Letter {
    pub from: Address,
    pub to: Address,
    /// The desk's own copy.
    pub own: Option<Address>,
    pub message_id: String,
    /// Its lines as they go over the wire.
    pub wire: Vec<u8>,
    pub utf8: bool,
}

pub struct Session {
    wire: Wire,
    pub offers: Offers,
    limits: Limits,
}

impl Session {
    /// Connects, by TLS where the config wants it, and logs in.
    ///
    /// # Errors
    /// All of them say what to mend; none is a mail's fault.
    pub async fn open(door: &Door) -> Result<Session, Failure> {
        let limit = door.limits.reply;
        let none = |words: String| Failure { stage: Stage::Connect, why: Why::Setup(words) };
        door.faults.check("smtp.connect").map_err(|why| none(why.to_string()))?;
        match tokio::time::timeout(limit, net::connect(&door.smtp.server)).await {
            Ok(connected) => Session::over(connected.map_err(|why| none(no_connection(&why)))?, door).await,
            Err(_) => Err(none(format!("no connection within {} s", limit.as_secs()))),
        }
    }

    /// The same over a connection that stands already.
    ///
    /// # Errors
    /// As [`Session::open`].
    pub async fn over(stream: Stream, door: &Door) -> Result<Session, Failure> {
        let (server, limits) = (&door.smtp.server, door.limits);
        let setup = |stage: Stage| move |words: String| Failure { stage, why: Why::Setup(words) };
        let config = match server.tls {
            Tls::None => None,
            Tls::Tls | Tls::Starttls => Some(tls::client(server.ca_file.clone()).await.map_err(setup(Stage::Connect))?),
        };
        let secured = async |wire: Wire, config, stage| match tokio::time::timeout(
            limits.reply,
            wire.secured(&server.host, config),
        )
        .await
        {
            Ok(spoken) => spoken.map_err(|why| setup(stage)(no_tls(&why))),
            Err(_) => Err(setup(stage)(format!("no TLS: {} ([mail.smtp])", tls::Why::Silent))),
        };
        let mut wire = Wire::plain(stream, door.faults.clone());
        if let (Tls::Tls, Some(config)) = (server.tls, &config) {
            wire = secured(wire, config.clone(), Stage::Connect).await?;
        }
        // A server that waits for TLS says nothing at all.
        let greeting = wire.reply(limits.reply).await.map_err(|lost| match server.tls {
            Tls::Tls => Failure::lost(Stage::Greeting)(lost),
            _ => setup(Stage::Greeting)(format!("no greeting ({lost}): where its port speaks TLS from the first byte, as 465 does, it wants tls = \"tls\" in [mail.smtp]; else the server is down or slow")),
        })?;
        good(greeting, Stage::Greeting)?;
        let mut offers = hello(&mut wire, door).await?;
        if let (Tls::Starttls, Some(config)) = (server.tls, config) {
            if !offers.starttls {
                return Err(setup(Stage::Starttls)(
                    "does not offer STARTTLS, and nothing is sent in the clear: either somebody on the way takes it out, or the \
                     server wants tls = \"tls\" (port 465) in [mail.smtp]"
                        .into(),
                ));
            }
            let reply = wire.command(Starttls, limits.reply).await.map_err(Failure::lost(Stage::Starttls))?;
            good(reply, Stage::Starttls)?;
            wire = secured(wire, config, Stage::Starttls).await?;
            offers = hello(&mut wire, door).await?;
        }
        if let Some(login) = &server.login {
            log_in(&mut wire, &offers, login, &door.tokens, limits.reply).await?;
        }
        Ok(Session { wire, offers, limits })
    }

    /// One mail. `Ok`: the server has taken it, in these words. `leave` to send the last dot is asked for just before that.
    ///
    /// # Errors
    /// At [`Stage::Dot`] a lost connection leaves open whether it has.
    pub async fn hand_in(&mut self, letter: &Letter, leave: impl Future<Output = bool>) -> Result<Reply, Failure> {
        if let Some(limit) = self.offers.size.filter(|limit| (letter.wire.len() as u64) > *limit) {
            return Err(Failure { stage: Stage::Mail, why: Why::TooLarge { limit } });
        }
        let limit = self.limits.reply;
        let parameters = self.of_mail(letter)?;
        let mail = Mail::new(Some(letter.from.clone()), parameters);
        good(self.wire.command(mail, limit).await.map_err(Failure::lost(Stage::Mail))?, Stage::Mail)?;
        let rcpt = Rcpt::new(letter.to.clone(), self.notify("FAILURE,DELAY"));
        good(self.wire.command(rcpt, limit).await.map_err(Failure::lost(Stage::Rcpt))?, Stage::Rcpt)?;
        // In the same transaction: that the copy arrives proves that the server has taken the mail. The server may
        // refuse the copy without harm to the mail.
        if let Some(own) = &letter.own {
            let rcpt = Rcpt::new(own.clone(), self.notify("NEVER"));
            let reply = self.wire.command(rcpt, limit).await.map_err(Failure::lost(Stage::Rcpt))?;
            if reply.code == 421 {
                good(reply, Stage::Rcpt)?;
            } else if !reply.is_good() {
                tracing::warn!(to = %own, "the server refuses the desk's own copy: {reply}");
            }
        }
        let reply = self.wire.command(Data, limit).await.map_err(Failure::lost(Stage::Data))?;
        if reply.code != 354 {
            return Err(Failure { stage: Stage::Data, why: Why::Said(reply) });
        }
        self.body(&letter.wire).await?;
        if !leave.await {
            return Err(Failure { stage: Stage::Body, why: Why::NoLeave });
        }
        // What came meanwhile would be taken for the answer to the dot.
        if let Err(lost) = self.wire.quiet().await {
            return Err(self.cut_off(lost).await);
        }
        let reply = self.wire.dot(self.limits.dot).await.map_err(Failure::lost(Stage::Dot))?;
        good(reply, Stage::Dot)
    }

    /// All but the last dot. A server that has had enough says so in the middle, and closes.
    async fn body(&mut self, wire: &[u8]) -> Result<(), Failure> {
        let mut written = self.wire.body(wire, self.limits.block).await;
        if written.is_ok() {
            written = self.wire.quiet().await;
        }
        match written {
            Ok(()) => Ok(()),
            Err(lost) => Err(self.cut_off(lost).await),
        }
    }

    /// The message has no end, so it has not arrived; perhaps the server says why.
    async fn cut_off(&mut self, lost: Lost) -> Failure {
        let why = match self.wire.reply(LAST_WORDS.min(self.limits.reply)).await {
            Ok(reply) if reply.code >= 400 => Why::Said(reply),
            _ => Why::Lost(lost),
        };
        Failure { stage: Stage::Body, why }
    }

    fn of_mail(&self, letter: &Letter) -> Result<Vec<MailParameter>, Failure> {
        let unfit = |words: &str| Err(Failure { stage: Stage::Mail, why: Why::Unfit(words.to_owned()) });
        let other = |keyword: &str, value: &str| MailParameter::Other { keyword: keyword.into(), value: Some(value.into()) };
        let mut parameters = Vec::new();
        if letter.utf8 {
            if !self.offers.smtputf8 {
                return unfit("the server takes no address with letters outside ASCII (SMTPUTF8): give the person another one");
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !letter.wire.is_ascii() {
            if !self.offers.eight_bit {
                return unfit("the server takes no mail with bytes outside ASCII (8BITMIME)");
            }
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        if self.offers.sized {
            parameters.push(MailParameter::Size(letter.wire.len()));
        }
        if self.offers.dsn {
            // A bounce names it, so that it is found again (RFC 3461, 4.4: 100 characters).
            let envid = letter.message_id.trim_matches(['<', '>']);
            parameters.push(other("RET", "HDRS"));
            if !envid.is_empty() && envid.len() <= 80 && envid.bytes().all(|b| b.is_ascii_graphic()) {
                parameters.push(other("ENVID", envid));
            }
        }
        Ok(parameters)
    }

    fn notify(&self, when: &str) -> Vec<RcptParameter> {
        match self.offers.dsn {
            true => vec![RcptParameter::Other { keyword: "NOTIFY".into(), value: Some(when.into()) }],
            false => vec![],
        }
    }

    /// After a mail that was refused: can the next one go over this connection?
    pub async fn goes_on_after(&mut self, failure: &Failure) -> bool {
        match &failure.why {
            Why::Said(reply) if reply.code < 400 || reply.code == 421 => false,
            Why::Said(_) if failure.stage == Stage::Dot => true,
            Why::Said(_) if failure.stage < Stage::Body => {
                self.wire.command(Rset, self.limits.reply).await.is_ok_and(|reply| reply.is_good())
            }
            Why::TooLarge { .. } | Why::Unfit(_) => true,
            _ => false,
        }
    }

    /// Takes leave; waits for it only shortly.
    pub async fn quit(mut self) {
        let _ = self.wire.command(Quit, LAST_WORDS.min(self.limits.reply)).await;
    }
}

async fn hello(wire: &mut Wire, door: &Door) -> Result<Offers, Failure> {
    let said = wire.command(Ehlo::new(door.hello.clone()), door.limits.reply).await;
    good(said.map_err(Failure::lost(Stage::Ehlo))?, Stage::Ehlo).map(|reply| Offers::of(&reply))
}

fn good(reply: Reply, stage: Stage) -> Result<Reply, Failure> {
    match reply.is_good() {
        true => Ok(reply),
        false => Err(Failure { stage, why: Why::Said(reply) }),
    }
}

fn no_connection(why: &net::Error) -> String {
    let why = match why {
        net::Error::Connect { why, .. } => why.to_string(),
        other => other.to_string(),
    };
    format!("no connection ({why}): is the server up, and are host and port of [mail.smtp] right?")
}

fn no_tls(why: &net::Error) -> String {
    match why {
        net::Error::Tls { why, .. } if why.is_distrust() => format!("no trust in its TLS: {why} ([mail.smtp])"),
        net::Error::Tls { why, .. } => format!("no TLS: {why} ([mail.smtp])"),
        other => other.to_string(),
    }
}
