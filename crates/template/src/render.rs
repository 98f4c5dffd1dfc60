//! Renders an event into a message: selects the template, evaluates it, escapes what came from outside, and fits the
//! result into Discord's limits.

mod rendered;
mod templates;
mod summary;
mod set;
mod selection;
mod evaluate;
mod text_evaluator;
mod card;
mod test_mode;
mod template;
mod text_template;
mod raw_body;
mod each;
mod literal_text;
mod live;
mod note;
mod theme;
mod vars;
mod load;
mod loaded_files;
mod extends;
mod raw_template;
mod localized_texts;
mod compile;
mod compile_text;
mod compile_body;
mod keys;
mod example;
mod shipped;

pub use self::example::{Example, ExampleInput, ExampleOutput};
pub use self::live::LiveValues;
pub use self::rendered::{Fallback, Rendered};
pub use self::summary::{Outline, PartKind, PartSummary, ShadowedTemplate, TemplateBase, TemplateSummary};
pub use self::templates::{Config, Finding, Templates};
pub use self::theme::{Theme, color as severity_color};
