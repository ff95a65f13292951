use super::{act::Moment, case::Case, house::House, problem::Problem, quote::Quote};
pub fn price(_: &Case, _: &House, _: &Moment) -> Result<Quote, Vec<Problem>> {
    unimplemented!()
}
