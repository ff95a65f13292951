//! The nine steps as a pure core: no clock, no I/O, no SQL, no mail.
//!
//! - What there is: [`case`], its [`form`] of [`value`]s, its [`quote`]s; the company is the [`house`].
//! - What happens: an [`act`] is decided by [`rules`], which read like the handbook's table; what it brings about are
//!   [`event`]s, which [`apply`] makes the case of.
//! - How each step decides: `step` (who, when, until when), then `drafting`, `review`, `feedback`,
//!   `pricing_step` with [`pricing`], `customer`, `contract` with its [`paper`], `delivery`; `any_step` holds at all of them.
//! - What follows: [`roles`] know whose turn it is, [`letters`] what goes out, [`clock`] what time alone brings about; of a further
//!   quote [`difference`] says what is other, and [`reworded`] which items are no longer what was answered or quoted.

pub mod act;
pub mod addresses;
mod any_step;
pub mod apply;
pub mod case;
pub mod clock;
mod contract;
mod correction;
pub mod customer;
pub mod delivery;
pub mod difference;
mod drafting;
pub mod event;
pub mod feedback;
pub mod form;
pub mod house;
pub mod leavers;
pub mod letters;
pub mod outline;
pub mod paper;
pub mod pricing;
pub mod pricing_step;
pub mod problem;
pub mod quote;
mod review;
pub mod reworded;
pub mod roles;
pub mod rules;
mod step;
pub mod terms;
pub mod value;
