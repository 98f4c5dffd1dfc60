//! Asks the running server by the admin listener that the config names, with its token.

use std::time::Duration;

use crate::web;
use hookbell_model::listen_address::on_this_machine;

/// A client of one admin listener.
pub(super) struct AdminClient<'c> {
    base: String,
    config: &'c web::Config,
    http: reqwest::Client,
}

/// What the listener answered.
pub(super) struct AdminAnswer {
    pub(super) status: u16,
    pub(super) body: String,
}

impl<'c> AdminClient<'c> {
    /// # Errors
    /// When no HTTP client can be made.
    pub(super) fn new(config: &'c web::Config, timeout: Duration) -> reqwest::Result<Self> {
        let http = reqwest::Client::builder().timeout(timeout).no_proxy().build()?;
        Ok(Self { base: format!("http://{}", on_this_machine(config.listen)), config, http })
    }

    /// At another address than the config's.
    #[must_use]
    pub(super) fn at(self, url: &str) -> Self {
        Self { base: url.trim_end_matches('/').to_owned(), ..self }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// # Errors
    /// When nothing answers. Any status is an answer.
    pub(super) async fn get(&self, path: &str) -> reqwest::Result<AdminAnswer> {
        let mut request = self.http.get(self.url(path));
        if let Some(token) = &self.config.token {
            request = request.bearer_auth(token.expose());
        }
        let response = request.send().await.map_err(reqwest::Error::without_url)?;
        let status = response.status().as_u16();
        Ok(AdminAnswer { status, body: response.text().await.map_err(reqwest::Error::without_url)? })
    }
}
