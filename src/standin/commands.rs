//! stub
use super::answer;
use super::api::Handled;
use super::call::Call;
use super::shared::Shared;
use super::state::State;

#[derive(Debug, Default)]
pub(crate) struct Commands {}

pub(crate) fn handle(_: &Shared, _: &mut State, _: &Call, _: (Option<&str>, &[&str])) -> Handled {
    Err(answer::not_found())
}
