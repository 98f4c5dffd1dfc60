//! Everything that needs more than one room, or a socket.

mod standin;
