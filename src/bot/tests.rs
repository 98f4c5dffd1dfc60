//! The commands against a real store, called the way Discord calls them: by an interaction's JSON, through the gate.

mod explain;
mod fixture;
mod masks;
mod recent;
mod show;
mod visibility;

use self::fixture::BotFixture;
