//! The admin listener's keys of `[server]`.

use std::net::SocketAddr;

use crate::codes;
use hookbell_config_file::Diagnostics;
use hookbell_config_file::Table;
use hookbell_model::secret::Secret;

/// The admin listener's keys of `[server]`, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// `admin_listen`. Default `127.0.0.1:8081`.
    pub listen: SocketAddr,
    /// `admin_token`, at least 16 characters: required as `Authorization: Bearer …` when set; must be set when the
    /// address is not on loopback. Default none.
    pub token: Option<Secret>,
}

impl Config {
    /// Reads `admin_listen` and `admin_token`; the intake reads the other keys of `[server]`.
    pub fn read(server: Option<&mut Table<'_>>, diagnostics: &mut Diagnostics) -> Self {
        let mut config = Self { listen: SocketAddr::from(([127, 0, 0, 1], 8081)), token: None };
        let Some(server) = server else { return config };
        let address = |text: &str| text.parse().map_err(|_| "expected an address such as `127.0.0.1:8081`".to_owned());
        if let Some(listen) = server.read("admin_listen", diagnostics, address) {
            config.listen = listen;
        }
        let secret = |text: &str| {
            if text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_graphic()) {
                Ok(Secret::new(text))
            } else {
                Err("expected a token of at least 16 letters, digits and signs, without blanks".to_owned())
            }
        };
        config.token = server.read("admin_token", diagnostics, secret);
        if !config.listen.ip().is_loopback() && !server.has("admin_token") {
            diagnostics.add(
                server
                    .error(
                        "admin_listen",
                        codes::UNPROTECTED_LISTENER,
                        "an admin address that others can reach needs a token",
                    )
                    .help("set `admin_token`, or listen on 127.0.0.1"),
            );
        }
        config
    }
}
