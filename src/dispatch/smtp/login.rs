//! Logging in: PLAIN or LOGIN with a password, XOAUTH2 or OAUTHBEARER with a token.

use std::time::Duration;

use data_encoding::BASE64;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use secrecy::{ExposeSecret, SecretString};

use super::offers::Offers;
use super::verdict::{Failure, Stage, Why};
use super::wire::{Reply, Wire};
use crate::config::Login;
use crate::net::oauth::Tokens;
use crate::net::secret::{self, Proof};

/// Shows the secret as it stands now. A token that the server refuses is given up, and a new one shown once.
///
/// # Errors
/// In words that hold no secret.
pub async fn log_in(wire: &mut Wire, offers: &Offers, login: &Login, tokens: &Tokens, limit: Duration) -> Result<(), Failure> {
    let setup = |words: String| Failure { stage: Stage::Login, why: Why::Setup(words) };
    let proof = secret::of(login, tokens).await.map_err(|why| setup(format!("no login: {why}")))?;
    let said = match &proof {
        Proof::Password(password) => by_password(wire, offers, &login.user, password, limit).await?,
        Proof::Token(token) => match by_token(wire, offers, &login.user, token, limit).await? {
            refused if refused.code >= 500 => {
                tokens.forget().await;
                match secret::of(login, tokens).await.map_err(|why| setup(format!("no login: {why}")))? {
                    Proof::Token(token) => by_token(wire, offers, &login.user, &token, limit).await?,
                    Proof::Password(_) => refused,
                }
            }
            said => said,
        },
    };
    match said.is_good() {
        true => Ok(()),
        false => Err(Failure { stage: Stage::Login, why: Why::Said(said) }),
    }
}

async fn by_password(
    wire: &mut Wire,
    offers: &Offers,
    user: &str,
    password: &SecretString,
    limit: Duration,
) -> Result<Reply, Failure> {
    let credentials = Credentials::new(user.to_owned(), password.expose_secret().to_owned());
    wire.hide(password.expose_secret());
    if offers.login("PLAIN") {
        let shown = sasl(Mechanism::Plain, &credentials)?;
        wire.hide(&shown);
        return say(wire, &format!("AUTH PLAIN {shown}"), limit).await;
    }
    if !offers.login("LOGIN") {
        return Err(none_fits(offers, "PLAIN or LOGIN"));
    }
    let mut said = say(wire, "AUTH LOGIN", limit).await?;
    // First the name, then the password, in whatever words the server asks for them.
    for part in [user, password.expose_secret()] {
        if said.code != 334 {
            break;
        }
        let shown = BASE64.encode(part.as_bytes());
        wire.hide(&shown);
        said = say(wire, &shown, limit).await?;
    }
    Ok(said)
}

async fn by_token(wire: &mut Wire, offers: &Offers, user: &str, token: &SecretString, limit: Duration) -> Result<Reply, Failure> {
    let (name, shown, refused) = if offers.login("XOAUTH2") {
        let credentials = Credentials::new(user.to_owned(), token.expose_secret().to_owned());
        ("XOAUTH2", sasl(Mechanism::Xoauth2, &credentials)?, "")
    } else if offers.login("OAUTHBEARER") {
        // RFC 7628, 3.1; a refusal is answered by ^A.
        let shown = format!("n,a={user},\x01auth=Bearer {}\x01\x01", token.expose_secret());
        ("OAUTHBEARER", BASE64.encode(shown.as_bytes()), "AQ==")
    } else {
        return Err(none_fits(offers, "XOAUTH2 or OAUTHBEARER"));
    };
    wire.hide(token.expose_secret());
    wire.hide(&shown);
    let said = say(wire, &format!("AUTH {name} {shown}"), limit).await?;
    match said.code {
        // What is wrong with the token comes as a challenge, the refusal after that.
        334 => say(wire, refused, limit).await,
        _ => Ok(said),
    }
}

fn sasl(mechanism: Mechanism, credentials: &Credentials) -> Result<String, Failure> {
    let shown = mechanism.response(credentials, None);
    shown
        .map(|shown| BASE64.encode(shown.as_bytes()))
        .map_err(|why| Failure { stage: Stage::Login, why: Why::Setup(why.to_string()) })
}

fn none_fits(offers: &Offers, ours: &str) -> Failure {
    let theirs = match offers.logins.is_empty() {
        true => "offers no login at all (AUTH)".to_owned(),
        false => {
            let named: String = offers.logins.join(", ").chars().filter(|c| !c.is_control()).take(200).collect();
            format!("logs in by {named} only")
        }
    };
    let words = format!("{theirs}, quotedesk by {ours} here: see tls, user and the secret in [mail.smtp]");
    Failure { stage: Stage::Login, why: Why::Setup(words) }
}

async fn say(wire: &mut Wire, line: &str, limit: Duration) -> Result<Reply, Failure> {
    wire.command(format!("{line}\r\n"), limit).await.map_err(Failure::lost(Stage::Login))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_offers_fits_a_line_of_the_log() {
        let offers = Offers { logins: vec!["LOG\u{17}IN".into(), "X".repeat(9000)], ..Offers::default() };
        let Why::Setup(words) = none_fits(&offers, "PLAIN or LOGIN").why else { panic!() };
        assert!(words.len() < 400 && words.starts_with("logs in by LOGIN, XXX"), "{words}");
    }
}
