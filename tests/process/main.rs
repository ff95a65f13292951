//! The nine steps as scripts that the owner of the process can read (`play`), and as properties over random histories.

mod company;
mod correction;
mod forms;
mod play;

mod customer;
mod leavers;
mod ordinary;
mod people;
mod properties;
mod review;
mod tech;
mod tokens;
mod waiting;
