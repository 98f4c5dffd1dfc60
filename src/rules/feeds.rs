//! Feeds beside the routes: which sources are open to whom, and masks that are at least as strict as those of the routes.

use super::feed_route::FeedRoute;
use super::open_source::OpenSource;
use super::routing::Rules;
use hookbell_model::feed::{Feed, FeedSettings};
use hookbell_model::privacy::Masks;

impl Rules {
    /// With these sources open to servers.
    #[must_use]
    pub fn with_open_sources(self, open: Vec<OpenSource>) -> Self {
        Self { open, ..self }
    }

    /// With these feeds beside the routes, instead of those before. A feed of a source that the config does not open to its
    /// server, or opens no more, takes nothing.
    #[must_use]
    pub fn with_feeds(&self, feeds: &[Feed]) -> Self {
        let open = feeds.iter().filter(|feed| self.is_open_to(&feed.settings.source, &feed.place.guild));
        Self { feeds: open.map(|feed| FeedRoute::new(feed, self.masks_of(&feed.settings))).collect(), ..self.clone() }
    }

    /// The sources that people of a server may subscribe to.
    pub fn open_to<'r>(&'r self, guild: &'r str) -> impl Iterator<Item = &'r OpenSource> {
        self.open.iter().filter(move |source| source.guilds.iter().any(|open| open == guild))
    }

    /// Whether there can be feeds at all.
    pub fn has_open_sources(&self) -> bool {
        !self.open.is_empty()
    }

    pub fn is_open_to(&self, source: &str, guild: &str) -> bool {
        self.open_to(guild).any(|open| open.name == source)
    }

    /// What a feed of a source masks at least: every kind that some route hides that may take its events. Everything, where
    /// no route does.
    pub fn strictest_masks(&self, source: &str) -> Masks {
        let masks = self.routes.iter().filter(|route| route.may_take(source)).map(|route| route.plan.masks());
        masks.reduce(Masks::union).unwrap_or_else(Masks::all)
    }

    /// What a feed with these settings masks.
    pub fn masks_of(&self, settings: &FeedSettings) -> Masks {
        self.strictest_masks(&settings.source).union(settings.mask)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Known, KnownSource};
    use hookbell_config_file::{Diagnostics, Document};
    use hookbell_model::delivery::NewDelivery;
    use hookbell_model::event::{Event, EventId, Facts, Raw, Severity, Topic};
    use hookbell_model::feed::{FeedId, FeedPlace};
    use hookbell_model::locale::Locale;
    use hookbell_model::privacy::MaskKind;
    use hookbell_model::secret::{Secret, Webhook};
    use hookbell_model::timestamp::Timestamp;

    fn feed(change: impl FnOnce(&mut FeedSettings)) -> Feed {
        let mut settings = FeedSettings {
            source: "stripe".into(),
            event_type: None,
            topic: None,
            severity: None,
            template: None,
            mask: Masks::default(),
            buttons: false,
            locale: Locale::default(),
        };
        change(&mut settings);
        Feed {
            id: FeedId(1),
            place: FeedPlace { guild: "1111".into(), channel: "2222".into(), thread: None },
            application: "4444".into(),
            webhook: Webhook::new("5555", Secret::new("tok"), None).expect("a webhook"),
            settings,
            created: Timestamp(0),
            own_template: None,
        }
    }

    fn rules(routes: &str, guilds: &[&str]) -> Rules {
        let source = |name: &str| KnownSource { name: name.into(), ..KnownSource::default() };
        let known = Known {
            sources: vec![source("stripe"), source("github")],
            destinations: vec!["sales".into()],
            ..Known::default()
        };
        let mut diagnostics = Diagnostics::default();
        let document = Document::parse("config.toml", routes, &mut diagnostics);
        let rules = Rules::read(document.root().tables("routes", &mut diagnostics), &known, &mut diagnostics);
        assert_eq!(diagnostics.errors(), 0, "{diagnostics}");
        let guilds = guilds.iter().map(|guild| (*guild).to_owned()).collect();
        rules.with_open_sources(vec![OpenSource { name: "stripe".into(), guilds, ..OpenSource::default() }])
    }

    fn event(change: impl FnOnce(&mut Event)) -> Event {
        let mut event = Event {
            id: EventId::UNSET,
            source: "stripe".into(),
            provider: "stripe".into(),
            reference: "r1".into(),
            event_type: "invoice.paid".into(),
            topic: Topic::Payment,
            facts: Facts::default(),
            time: Timestamp(0),
            received: Timestamp(0),
        };
        change(&mut event);
        event
    }

    fn routed(rules: &Rules, event: &Event) -> Vec<NewDelivery> {
        rules.route(event, &Raw { body: b"{}".to_vec(), ..Raw::default() }).deliveries
    }

    const MASKED: &str = "[[routes]]\nsource = 'stripe'\nmask = ['email']\nto = 'sales'\n\
                          [[routes]]\nsource = '*'\nmask = ['ip']\nto = 'sales'\n\
                          [[routes]]\nsource = 'github'\nto = 'sales'\n";

    #[test]
    fn a_feed_masks_what_the_strictest_route_masks_and_more_if_it_says_so() {
        let rules = rules(MASKED, &["1111"]);
        let masks = |change: fn(&mut FeedSettings)| {
            let with = rules.with_feeds(&[feed(change)]);
            let delivery = routed(&with, &event(|_| {})).pop().expect("of the feed");
            assert_eq!(delivery.destination, "feed-1");
            delivery.plan.masks().kinds().collect::<Vec<_>>()
        };
        assert_eq!(masks(|_| {}), [MaskKind::Email, MaskKind::Ip]);
        let more = masks(|settings| settings.mask = Masks::default().with(MaskKind::Card));
        assert_eq!(more, [MaskKind::Email, MaskKind::Ip, MaskKind::Card]);
    }

    #[test]
    fn a_route_without_masks_and_a_source_without_routes_hide_everything() {
        assert_eq!(rules(MASKED, &[]).strictest_masks("github"), Masks::all());
        assert_eq!(rules("", &[]).strictest_masks("stripe"), Masks::all());
        let open = "[[routes]]\nsource = 'stripe'\nmask = []\nto = 'sales'\n";
        assert!(rules(open, &[]).strictest_masks("stripe").is_empty());
    }

    #[test]
    fn a_feed_of_a_source_that_the_config_does_not_open_takes_nothing() {
        for guilds in [&[][..], &["9999"]] {
            let rules = rules("", guilds).with_feeds(&[feed(|_| {})]);
            assert_eq!(routed(&rules, &event(|_| {})), []);
        }
    }

    #[test]
    fn a_feed_takes_what_its_filters_say() {
        let rules = rules("", &["1111"]);
        let takes = |change: fn(&mut FeedSettings), event: &Event| {
            !routed(&rules.with_feeds(&[feed(change)]), event).is_empty()
        };
        let error = event(|event| event.facts.severity = Some(Severity::Error));
        assert!(takes(|_| {}, &error) && !takes(|settings| settings.source = "github".into(), &error));
        assert!(takes(|settings| settings.event_type = Some("invoice.*".into()), &error));
        assert!(!takes(|settings| settings.event_type = Some("charge.*".into()), &error));
        assert!(takes(|settings| settings.topic = Some(Topic::Payment), &error));
        assert!(!takes(|settings| settings.topic = Some(Topic::Refund), &error));
        assert!(takes(|settings| settings.severity = Some(Severity::Warning), &error), "and worse ones");
        assert!(!takes(|settings| settings.severity = Some(Severity::Critical), &error));
        assert!(!takes(|settings| settings.severity = Some(Severity::Warning), &event(|_| {})));
    }
}
