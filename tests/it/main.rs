//! Everything that needs more than one room, or a socket: one binary, a file a subject.

mod courier;
mod render;
mod sink;
mod standin;
