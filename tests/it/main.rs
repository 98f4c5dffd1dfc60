//! Every test that sees hookbell from outside, in one binary.

mod fit;
mod judge;
mod render;
mod templates;
