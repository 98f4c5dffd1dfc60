//! Blocks of TOML that name a file in their first line are valid: they load without a mistake, and each message of a
//! template matches a sample and renders from it without a note.

use hookbell::config::{Config, Environment};
use hookbell_config_file::Diagnostics;
use hookbell_config_file::Document;
use hookbell_model::delivery::Plan;
use hookbell_model::event::{Event, EventId, Raw};
use hookbell_model::locale::Locale;
use hookbell_model::timestamp::Timestamp;
use hookbell_template::render::{self, Templates};

use super::pages;

const NOW: Timestamp = Timestamp(1_795_255_200_000);

/// Each block that names such a file, with the page that it is on. Those of a recipe belong together, and are tested with it.
fn marked(begins: &str) -> Vec<(String, String)> {
    let of_page = |page: &super::Page| {
        let blocks = page.blocks("toml");
        let named = blocks.into_iter().filter(|block| block.starts_with(begins));
        named.map(|block| (page.name.clone(), block)).collect::<Vec<_>>()
    };
    pages().iter().filter(|page| page.name != "docs/recipes.md").flat_map(of_page).collect()
}

fn variable(name: &str) -> Option<String> {
    let url = "https://discord.com/api/webhooks/1/token";
    let secret = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXQ";
    Some(if name.ends_with("WEBHOOK_URL") { url } else { secret }.to_owned())
}

#[test]
fn every_config_in_the_docs_loads_without_a_mistake_or_warning() {
    let configs = marked("# config.toml");
    assert!(configs.len() >= 6, "{}", configs.len());
    let folder = tempfile::tempdir().expect("a folder");
    for (page, block) in configs {
        let mut diagnostics = Diagnostics::default();
        let config = Config::read(&page, &block, folder.path(), &Environment::of(variable), &mut diagnostics);
        assert!(diagnostics.0.is_empty(), "{diagnostics}\n{block}");
        assert!(config.is_some(), "{page}: {block}");
    }
}

#[test]
fn every_template_in_the_docs_matches_a_sample_and_renders_without_notes() {
    let templates = marked("# templates/");
    assert!(templates.len() >= 5, "{}", templates.len());
    for (page, block) in templates {
        let mut diagnostics = Diagnostics::default();
        let document = Document::parse(&page, &block, &mut diagnostics);
        let own = Templates::with_own(
            hookbell::embedded::template_files(),
            std::slice::from_ref(&document),
            &render::Config::default(),
            &mut diagnostics,
        );
        assert!(diagnostics.0.is_empty(), "{diagnostics}\n{block}");
        let provider: String = document.root().get("provider", &mut diagnostics).expect("a provider");
        for mut message in document.root().tables("message", &mut diagnostics) {
            let name: String = message.get("name", &mut diagnostics).expect("a name");
            let full = format!("{provider}.{name}");
            let rendered: Vec<_> = samples(&provider)
                .iter()
                .map(|(event, raw)| own.render(event, raw, &Plan::default(), Locale::default()))
                .filter(|rendered| rendered.template == full)
                .collect();
            assert!(!rendered.is_empty(), "{page}: no sample matches `{full}`");
            for rendered in rendered {
                assert!(rendered.notes.is_empty(), "{page}: {full}: {:?}", rendered.notes);
            }
        }
    }
}

/// The provider's samples as events.
fn samples(provider: &str) -> Vec<(Event, Raw)> {
    let providers = hookbell::embedded::providers();
    let provider = providers.get(provider).expect("a shipped provider");
    let event = |sample: &hookbell_provider::Sample| {
        let reading = provider.reading(sample).expect("a readable sample");
        let event = Event { id: EventId(77), ..reading.into_event("source", &provider.name, NOW) };
        (event, Raw { body: sample.body.clone().into_bytes(), ..Raw::default() })
    };
    provider.samples.iter().map(event).collect()
}
