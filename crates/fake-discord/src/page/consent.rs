//! `/oauth2/authorize`: the page of Discord's where a person chooses a channel for a webhook and consents, or refuses.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State as Shared};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, header};
use http_body_util::{BodyExt, Limited};
use url::Url;
use url::form_urlencoded;

use super::guard;
use crate::discord::Discord;
use crate::member::Member;
use crate::permission::{ADMINISTRATOR, MANAGE_WEBHOOKS, VIEW_CHANNEL};
use crate::response::{ApiBody, ApiResponse};
use crate::spec::ChannelKind;
use crate::state::DiscordState;

const FORM_BYTES: usize = 16 * 1024;
const DENIED: &str = "The resource owner or authorization server denied the request";

pub(super) fn router() -> Router<Arc<Discord>> {
    Router::new().route("/oauth2/authorize", get(show).post(decide))
}

/// A link that Discord accepts.
struct ConsentLink {
    redirect: Url,
    redirect_text: String,
    state: Option<String>,
}

impl ConsentLink {
    /// # Errors
    /// Discord's words for a link that it shows no page for. It never leads back to a redirect that is not registered.
    fn read(discord: &Discord, query: &str) -> Result<Self, &'static str> {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let value = |key: &str| pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone());
        if value("client_id").is_none_or(|id| id != discord.identity.application_id) {
            return Err("Unknown Application");
        }
        let redirect_text = value("redirect_uri").filter(|uri| discord.identity.redirects.contains(uri));
        let redirect_text = redirect_text.ok_or("Invalid OAuth2 redirect_uri")?;
        let redirect = Url::parse(&redirect_text).map_err(|_| "Invalid OAuth2 redirect_uri")?;
        if value("response_type").is_none_or(|kind| kind != "code") {
            return Err("The authorization server does not support this response_type");
        }
        if value("scope").is_none_or(|scope| scope != "webhook.incoming") {
            return Err("The requested scope is invalid, unknown, or malformed.");
        }
        Ok(Self { redirect, redirect_text, state: value("state") })
    }

    fn back(self, values: &[(&str, &str)]) -> Response {
        let mut to = self.redirect;
        to.query_pairs_mut().extend_pairs(values);
        if let Some(state) = &self.state {
            to.query_pairs_mut().append_pair("state", state);
        }
        (StatusCode::FOUND, [(header::LOCATION, to.as_str()), (header::CACHE_CONTROL, "no-store")]).into_response()
    }
}

async fn show(Shared(discord): Shared<Arc<Discord>>, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default();
    if let Err(error) = ConsentLink::read(&discord, query) {
        return page(StatusCode::BAD_REQUEST, &format!("<p>{}</p>", escaped(error)));
    }
    let state = discord.state();
    let people = state.directory.people.iter();
    let people: String = people.map(|one| option(&one.id, &one.name)).collect();
    let person = if people.is_empty() {
        String::new()
    } else {
        format!("<label>You are <select name=\"person\">{people}</select></label> ")
    };
    let is_place = |kind: &ChannelKind| matches!(kind, ChannelKind::Text | ChannelKind::Forum(_));
    let channels = state.channels.iter().map(|channel| &channel.spec).filter(|spec| is_place(&spec.kind));
    let channels: String = channels.map(|spec| option(&spec.channel, &format!("#{}", spec.name))).collect();
    let form = format!(
        "<p><b>{}</b> wants to post into a channel of yours.</p><form method=\"post\">{person}\
         <label>Channel <select name=\"channel\">{channels}</select></label> \
         <button name=\"decision\" value=\"authorize\">Authorize</button> \
         <button name=\"decision\" value=\"cancel\">Cancel</button></form>",
        escaped(&discord.identity.application_name)
    );
    drop(state);
    page(StatusCode::OK, &form)
}

async fn decide(Shared(discord): Shared<Arc<Discord>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let link = match ConsentLink::read(&discord, parts.uri.query().unwrap_or_default()) {
        Ok(link) if guard::is_from_own_page(&parts.headers) => link,
        Ok(_) => return page(StatusCode::FORBIDDEN, "<p>Only Discord's own page may consent.</p>"),
        Err(error) => return page(StatusCode::BAD_REQUEST, &format!("<p>{}</p>", escaped(error))),
    };
    let read = Limited::new(body, FORM_BYTES).collect().await;
    let bytes = read.map(|read| read.to_bytes()).unwrap_or_default();
    let fields: Vec<(String, String)> = form_urlencoded::parse(&bytes).into_owned().collect();
    let value = |key: &str| fields.iter().find(|(name, _)| name == key).map_or("", |(_, value)| value.as_str());
    match value("decision") {
        "authorize" => {}
        "cancel" => return link.back(&[("error", "access_denied"), ("error_description", DENIED)]),
        _ => return page(StatusCode::BAD_REQUEST, "<p>Neither consented nor refused.</p>"),
    }
    let mut state = discord.state();
    if !may_manage_webhooks(&state, value("person"), value("channel")) {
        return page(StatusCode::FORBIDDEN, "<p>Missing Permissions</p>");
    }
    let code = state.consents.add(&link.redirect_text, value("channel"));
    drop(state);
    link.back(&[("code", &code)])
}

/// Whether the person may make webhooks in the channel. Without any people the page's user is an administrator.
fn may_manage_webhooks(state: &DiscordState, person: &str, channel: &str) -> bool {
    let kind = state.channel(channel).map(|channel| &channel.spec.kind);
    let held = match state.directory.people.first() {
        Some(_) => state.member(person, channel).map(|member| member.permissions),
        None => Some(Member::default().permissions),
    };
    let needed = VIEW_CHANNEL | MANAGE_WEBHOOKS;
    let may = held.is_some_and(|held| held & ADMINISTRATOR != 0 || held & needed == needed);
    may && matches!(kind, Some(ChannelKind::Text | ChannelKind::Forum(_)))
}

fn option(value: &str, label: &str) -> String {
    format!("<option value=\"{}\">{}</option>", escaped(value), escaped(label))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn page(status: StatusCode, content: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Discord stand-in: consent</title>{content}</html>\n"
    );
    let headers = [
        ("content-security-policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'".to_owned()),
        ("referrer-policy", "same-origin".to_owned()),
        ("cache-control", "no-store".to_owned()),
    ];
    ApiResponse::new(status, ApiBody::Html(html)).with(headers).into_response()
}
