//! The `[destinations.NAME]` tables.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::webhook_slip::WebhookSlip;
use super::{fallbacks, forums};
use crate::compose::Tags;
use crate::courier::Destination;
use hookbell_config_file::{Code, Diagnostics, Table};
use hookbell_model::feed::FeedId;
use hookbell_model::locale::Locale;
use hookbell_model::secret::{ParseWebhookError, Webhook};
use hookbell_model::thread_mode::ThreadMode;
use hookbell_provider::Provider;

/// All names, also of destinations whose tables have mistakes: a route that names one is not wrong as well.
pub(super) fn read(
    tables: Vec<(String, Table<'_>)>,
    standard: Option<&Provider>,
    diagnostics: &mut Diagnostics,
) -> (BTreeMap<String, Locale>, BTreeMap<String, Tags>, Vec<Destination>) {
    let (mut locales, mut all_tags) = (BTreeMap::new(), BTreeMap::new());
    let mut destinations = Vec::new();
    let names: Vec<String> = tables.iter().map(|(name, _)| name.clone()).collect();
    fallbacks::check(&tables, diagnostics);
    for (name, mut table) in tables {
        if FeedId::of_destination(&name).is_some() {
            let what = "a name of `feed-` and a number is that of a feed, which is made in Discord";
            diagnostics.add(table.error("", Code::INVALID_VALUE, what).help("give the destination another name"));
        }
        if !table.has("webhook_url") {
            diagnostics.add(table.missing("webhook_url"));
        }
        let locale = table.read("locale", diagnostics, Locale::parse).unwrap_or_default();
        let tags = table.table("tags", diagnostics).map(|table| Tags::read(&table, diagnostics)).unwrap_or_default();
        let fallback = fallbacks::read(&mut table, &names, standard, diagnostics);
        thread_key(&mut table, diagnostics);
        let threads = table.read("thread", diagnostics, ThreadMode::from_str).unwrap_or_default();
        if let Some(webhook) = webhook(&mut table, diagnostics) {
            forums::check_threads(&table, threads, &webhook, diagnostics);
            let tags = tags.clone();
            destinations.push(Destination {
                name: name.clone(),
                webhook,
                locale,
                tags,
                threads,
                fallback,
                feed: None,
                own: None,
            });
        }
        locales.insert(name.clone(), locale);
        all_tags.insert(name, tags);
        table.finish(diagnostics);
    }
    (locales, all_tags, destinations)
}

/// The webhook that the URL names; where it is none, what was written instead.
fn webhook(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<Webhook> {
    let text: String = table.get("webhook_url", diagnostics)?;
    if table.span("webhook_url").is_unfilled() {
        return None;
    }
    let wrong = |error| match WebhookSlip::of(&text).filter(|_| error == ParseWebhookError::Url) {
        Some(slip) => table.error("webhook_url", Code::INVALID_VALUE, slip).help(slip.help()),
        None => table.error("webhook_url", Code::INVALID_VALUE, error),
    };
    Webhook::parse(&text).map_err(|error| diagnostics.add(wrong(error))).ok()
}

/// A thread is named in the URL alone.
fn thread_key(table: &mut Table<'_>, diagnostics: &mut Diagnostics) {
    if table.has("thread_id") {
        table.tick(&["thread_id"]);
        let what = "a thread is a part of the webhook's URL";
        let help = "`?thread_id=ID` at the end: `webhook_url = \"${SALES_WEBHOOK_URL}?thread_id=ID\"`";
        diagnostics.add(table.error("thread_id", Code::UNKNOWN_KEY, what).help(help));
    }
}
