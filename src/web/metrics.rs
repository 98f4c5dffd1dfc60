//! `/metrics` in the OpenMetrics text format: the metrics of all modules, and the lanes at this moment.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::state::WebState;
use crate::store::LaneState;
use hookbell_model::timestamp::Timestamp;

const FORMAT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub(super) async fn metrics(State(state): State<Arc<WebState>>) -> Response {
    let lanes = state.store.lanes().await.unwrap_or_default();
    let mut text = String::new();
    let encoded = prometheus_client::encoding::text::encode_registry(&mut text, &state.registry)
        .and_then(|()| prometheus_client::encoding::text::encode_registry(&mut text, &lane_registry(&lanes)))
        .and_then(|()| prometheus_client::encoding::text::encode_eof(&mut text));
    match encoded {
        Ok(()) => ([(header::CONTENT_TYPE, FORMAT)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the metrics could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    destination: String,
}

/// Built anew for each scrape, so that a lane that is gone leaves no stale number behind.
fn lane_registry(lanes: &[LaneState]) -> Registry {
    let (depth, oldest, parked) =
        (Family::<Labels, Gauge>::default(), Family::<Labels, Gauge>::default(), Family::<Labels, Gauge>::default());
    let now = Timestamp::now();
    for lane in lanes {
        let label = Labels { destination: lane.destination.clone() };
        depth.get_or_create(&label).set(i64::try_from(lane.depth).unwrap_or(i64::MAX));
        let age = lane.oldest.map_or(0, |oldest| now.since(oldest).as_secs());
        oldest.get_or_create(&label).set(i64::try_from(age).unwrap_or(i64::MAX));
        parked.get_or_create(&label).set(i64::from(lane.parked.is_some()));
    }
    let mut registry = Registry::default();
    registry.register("hookbell_lane_depth", "Pending deliveries in the lane of a destination", depth);
    registry.register("hookbell_lane_oldest_seconds", "Age of the oldest pending delivery", oldest);
    registry.register("hookbell_lane_parked", "1 while the lane is parked because its webhook is dead", parked);
    registry
}
