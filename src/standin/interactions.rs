//! stub
use super::answer;
use super::api::Handled;
use super::call::Call;
use super::shared::Shared;
use super::state::State;

#[derive(Debug, Default)]
pub(crate) struct Interactions {}

pub(crate) fn callback(_: &Shared, _: &mut State, _: &Call, _: (&str, &str)) -> Handled {
    Err(answer::not_found())
}
pub(crate) fn follow_up(_: &Shared, _: &mut State, _: &Call, _: (&str, &[&str])) -> Handled {
    Err(answer::not_found())
}
