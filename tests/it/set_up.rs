//! From an empty folder to a message in a channel, by the commands alone: `init`, `check`, `serve`, `send`, and what a machine is asked.

mod init;
mod online;
mod service;

use std::net::SocketAddr;
use std::path::Path;

use hookbell_fake_discord::StandIn;

use crate::support::free_port;

/// A config for this stand-in with fixed addresses; `server` is added below `[server]`.
fn config(folder: &Path, standin: &StandIn, server: &str) -> (SocketAddr, SocketAddr) {
    let (public, admin) = (free_port(), free_port());
    let text = format!(
        "[server]\nlisten = \"{public}\"\nadmin_listen = \"{admin}\"\n{server}\n[discord]\napi_base = \"{}\"\n[destinations.alerts]\nwebhook_url = \"{}\"\n[sources.shop]\nprovider = \"generic\"\nsecret = \"${{SHOP_SECRET}}\"\n[[routes]]\nsource = \"shop\"\nevents = [\"payment\"]\nto = \"alerts\"\n",
        standin.base(),
        standin.webhook_url("alerts").expect("a webhook"),
    );
    std::fs::write(folder.join("config.toml"), text).expect("a config");
    std::fs::write(folder.join(".env"), "SHOP_SECRET=shop-secret\n").expect("a file");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder.join(".env"), PermissionsExt::from_mode(0o600)).expect("a mode");
    }
    (public, admin)
}
