//! A whole desk in one thread, with people, mail servers, a clock and a disk that are played from one seed.

pub mod agreed;
pub mod check;
pub mod dice;
pub mod hazard;
pub mod house;
pub mod people;
pub mod pinned;
pub mod plan;
pub mod post;
pub mod slips;
pub mod tally;
pub mod watch;
pub mod world;
