//! Everything that needs more than one room, or a socket: one binary, a file a subject.

mod bot;
mod fit;
mod judge;
mod render;
mod standin;
