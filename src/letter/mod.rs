//! Mails: composing them, and understanding replies.
