//! Who may speak: mail that no person wrote, mail that came back, the letter of ours that a mail answers, and the proof
//! that its sender is who From says (faults, "Who is speaking, loops").

mod automatic;
mod bounce;
mod proof;
#[cfg(test)]
mod tests;
mod token;

pub use automatic::{Automatic, answers_by_itself, automatic, says_away};
pub use bounce::{Bounce, Fate, bounce};
pub use proof::{Auth, Proof, authenticated, proof};
pub use token::{
    Keys, MessageId, Seen, answered, case_in, caseless, cases_named, is_ours, letter_about, plus_address, reference, vouch_id,
    vouched,
};
