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
use crate::net::secret::{self, Proof, blotted as without};

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
    if offers.login("PLAIN") {
        let shown = sasl(Mechanism::Plain, &credentials)?;
        return say(wire, &format!("AUTH PLAIN {shown}"), &[&shown, password.expose_secret()], limit).await;
    }
    if !offers.login("LOGIN") {
        return Err(none_fits(offers, "PLAIN or LOGIN"));
    }
    let mut said = say(wire, "AUTH LOGIN", &[password.expose_secret()], limit).await?;
    // First the name, then the password, in whatever words the server asks for them.
    for part in [user, password.expose_secret()] {
        if said.code != 334 {
            break;
        }
        let shown = BASE64.encode(part.as_bytes());
        said = say(wire, &shown, &[&shown, password.expose_secret()], limit).await?;
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
    let secrets = [shown.as_str(), token.expose_secret()];
    let said = say(wire, &format!("AUTH {name} {shown}"), &secrets, limit).await?;
    match said.code {
        // What is wrong with the token comes as a challenge, the refusal after that.
        334 => say(wire, refused, &secrets, limit).await,
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

/// A line with a secret in it. Some servers repeat what they do not understand: that is blotted out.
async fn say(wire: &mut Wire, line: &str, secrets: &[&str], limit: Duration) -> Result<Reply, Failure> {
    let mut said = wire.command(format!("{line}\r\n"), limit).await.map_err(|lost| Failure {
        stage: Stage::Login,
        why: match lost {
            super::wire::Lost::Garbage(words) => Why::Lost(super::wire::Lost::Garbage(blotted(&words, secrets))),
            lost => Why::Lost(lost),
        },
    })?;
    // As one: a secret with a blank may begin on one line and end on the next.
    said.lines = vec![blotted(&said.lines.join(" "), secrets)];
    Ok(said)
}

fn blotted(words: &str, secrets: &[&str]) -> String {
    let words = without(words, secrets);
    // A reply that was cut may end within a secret; `AUTH LOGIN` has none on its line.
    match words.find("AUTH ").filter(|at| !words[*at..].starts_with("AUTH LOGIN")) {
        Some(at) => format!("{}…", &words[..at]),
        None => words,
    }
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

    #[test]
    fn a_server_that_repeats_a_secret_is_not_repeated() {
        assert_eq!(blotted("5.5.2 what is AGFu?", &["AGFu"]), "5.5.2 what is …?");
        assert_eq!(blotted("5.5.2 unknown: AUTH PLAIN AGF", &["AGFu", "an"]), "5.5.2 unknown: …");
        assert_eq!(blotted("5.7.8 bad credentials", &["AGFu", ""]), "5.7.8 bad credentials");
        assert_eq!(blotted("5.5.4 AUTH LOGIN is not for pw", &["pw"]), "5.5.4 AUTH LOGIN is not for …");
        assert_eq!(blotted("5.7.8 p\0\0w, p\tw", &["pw"]), "5.7.8 …, …");
        assert_eq!(blotted("5.7.8 pw", &["p\tw"]), "5.7.8 …");
    }
}
