//! The statistics of a window as an answer: a few short lines, and a chart where there is something to see.

mod lines;
mod query;

use self::lines::{events_line, money_lines, rank_line, severity_line};
pub(super) use self::query::StatisticsQuery;
use super::chart;
use crate::bot::answer::{ActionButton, Answer, AnswerKind, Reply};
use crate::bot::command::{Action, Answering, Call, Pressed};
use crate::bot::custom_id::CustomId;
use crate::bot::error::CommandError;
use crate::bot::gate::Capability;
use crate::bot::text::{plain, safe};
use crate::report::statistics::{WindowPeriods, ranking};
use crate::store::{Period, Scope, Statistics, StatisticsFilter};
use hookbell_model::message::{Embed, Footer};

const BLURPLE: u32 = 0x0058_65F2;
const SHARE: &str = "share-statistics";
/// Places of a ranking.
const TOP: usize = 5;

pub(super) const SHARE_STATISTICS: Action =
    Action { name: SHARE, capability: Capability::View, answer: AnswerKind::Public, run: share };

/// What its presser may see, for all in the channel.
fn share<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        let query = StatisticsQuery::of_key(call, &pressed.key).await?;
        let mut reply = page(call, &query, call.viewer.scope.clone()).await?;
        reply.rows.clear();
        reply.message.content = call.words.fill("event.shared_by", &[("who", &safe(&call.viewer.name, 60))]);
        Ok(Answer::Public(reply))
    })
}

/// The statistics within a scope.
pub(super) async fn page(call: &Call, query: &StatisticsQuery, scope: Scope) -> Result<Reply, CommandError> {
    if !call.store.has_place(scope.clone()).await? {
        return Err(CommandError::NoDestination);
    }
    let words = call.words;
    let zone = &call.settings.config.zone;
    let periods = query.window.periods(zone, call.now).ok_or(CommandError::UnknownCommand)?;
    let WindowPeriods { bars, previous, .. } = &periods;
    let asked: Vec<Period> = bars.iter().map(|bar| bar.period).chain([*previous]).collect();
    let mut found = call.store.statistics(scope.clone(), query.filter.clone(), asked).await?;
    let before = found.pop().unwrap_or_default();
    let all = found.iter().fold(Statistics::default(), Statistics::plus);
    let mut lines = vec![events_line(words, &all, query.compares.then_some(&before))];
    if all.total() == 0 {
        lines.extend(without_filter(call, query, scope, &periods).await?);
    }
    lines.extend(severity_line(words, &all));
    lines.extend(money_lines(words, &all, query.compares.then_some(&before)));
    if all.total() > 0 {
        lines.push(String::new());
        lines.push(words.word("events.stats.by", query.by));
        lines.extend(ranking(&all, query.by, TOP).iter().map(|(ranked, count)| rank_line(words, ranked, *count)));
    }
    let mut reply = Reply::embed(Embed {
        title: words.word("choice", query.window),
        description: lines.join("\n"),
        color: Some(BLURPLE),
        footer: Footer { text: footer(call, query), ..Footer::default() },
        ..Embed::default()
    });
    chart::attach(call, &periods, &found, &mut reply).await;
    if call.viewer.place.is_some() {
        let id = CustomId::new(SHARE, query.key()).to_string();
        reply = reply.with_buttons(vec![ActionButton::new(words.text("list.share"), id)]);
    }
    Ok(reply)
}

/// Where nothing was found: how much there is without the filter.
async fn without_filter(
    call: &Call,
    query: &StatisticsQuery,
    scope: Scope,
    periods: &WindowPeriods,
) -> Result<Option<String>, CommandError> {
    if query.filter == StatisticsFilter::default() {
        return Ok(None);
    }
    let whole = periods.bars.iter().map(|bar| bar.period).reduce(|first, last| Period { until: last.until, ..first });
    let found = call.store.statistics(scope, StatisticsFilter::default(), whole.into_iter().collect()).await?;
    let total = found.first().map(Statistics::total).unwrap_or_default();
    Ok((total > 0).then(|| call.words.count("events.stats.without_filter", total, &[])))
}

/// The filters and the zone; plain text.
fn footer(call: &Call, query: &StatisticsQuery) -> String {
    let words = call.words;
    let parts = [
        query.filter.source.as_deref().map(|source| plain(source, 40)),
        query.filter.topic.map(|topic| words.word("topic", topic)),
        Some(call.settings.config.zone.name().to_owned()),
        query.compares.then(|| words.word("events.stats.before", query.window)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
