//! Tries every `[[example]]`.

use super::super::fixture::example::fixture_of;
use super::files::Files;
use crate::codes;
use crate::config::Config;
use hookbell_config_file::Diagnostics;
use hookbell_config_file::Location;
use hookbell_model::timestamp::Timestamp;
use hookbell_template::render::{Example, ExampleInput, ExampleOutput, Rendered};

pub(super) fn check(config: &Config, files: &mut Files, diagnostics: &mut Diagnostics) {
    let shown = config.templates_config();
    let now = Timestamp::now();
    for example in config.templates.examples() {
        let wrong = match fixture_of(example, &shown, now) {
            Err(what) => vec![(place(example), what.to_string())],
            Ok(fixture) => {
                let Rendered { message, template, live, severity, .. } = fixture.compose(&shown);
                let output = ExampleOutput { message: &message, template: &template, keys: &live.keys, severity };
                example.mismatches(output)
            }
        };
        for (location, what) in wrong {
            if let Some(span) = files.span(&location) {
                diagnostics.add(span.error(codes::FAILED_EXAMPLE, format!("example `{}`: {what}", example.name)));
            }
        }
    }
}

/// Where a mistake in its event is reported.
fn place(example: &Example) -> Location {
    match &example.input {
        ExampleInput::Sample(_, location) => location.clone(),
        ExampleInput::Payload(_) => example.location.clone(),
    }
}
