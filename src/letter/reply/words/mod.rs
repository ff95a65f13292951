//! The words that count in replies, as tables: the firm words of the first line, and what people write instead.
//! A word is listed as it is spelt; replies are compared with and without diacritics (see [`super::said::Word::is`]).

mod customer;
mod decision;
mod delivery;
mod doubt;
mod ending;
mod figures;
mod firm;
mod manners;
mod papers;
mod payment;
mod price;
mod wish;

pub use customer::*;
pub use decision::*;
pub use delivery::*;
pub use doubt::*;
pub use ending::*;
pub use figures::*;
pub use firm::*;
pub use manners::*;
pub use papers::*;
pub use payment::*;
pub use price::*;
pub use wish::*;
