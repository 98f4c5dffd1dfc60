//! What `serve` would stumble over on this machine, though the files are right: the store's folder, and addresses that cannot be bound.
//! Warnings, because the files may be meant for another machine. Leaves nothing behind.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use tokio::net::TcpSocket;

use crate::cli::admin::AdminClient;
use crate::codes;
use crate::config::Config;
use hookbell_config_file::{Diagnostic, Diagnostics};

pub(super) async fn check(config: &Config, path: &Path, diagnostics: &mut Diagnostics) {
    let file = path.display().to_string();
    if let Some((what, help)) = config.store.url.file().and_then(store_problem) {
        diagnostics.add(Diagnostic::file_warning(&file, codes::UNUSABLE_STORE, what).help(help));
    }
    // A hookbell that runs has its own addresses.
    if is_running(config).await {
        return;
    }
    for (key, address) in [("server.listen", config.intake.listen), ("server.admin_listen", config.web.listen)] {
        if let Some((what, help)) = address_problem(key, address) {
            diagnostics.add(Diagnostic::file_warning(&file, codes::UNUSABLE_ADDRESS, what).help(help));
        }
    }
}

/// What is wrong with the database's file or its folder, and what would be right.
fn store_problem(file: &Path) -> Option<(String, String)> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let shown = folder.display();
    if !folder.is_dir() {
        let what = format!("the store cannot be opened on this machine: there is no folder {shown}");
        return Some((what, format!("`mkdir -p {shown}`, or another `url` below `[store]`")));
    }
    let writable = match file.exists() {
        true => std::fs::OpenOptions::new().append(true).open(file).map(drop),
        // A file without a name, which is gone when it is closed.
        false => tempfile::tempfile_in(folder).map(drop),
    };
    let error = writable.err()?;
    let what = format!("the store cannot be written as this user: {}: {error}", file.display());
    let help = "run `check` as the user of `hookbell serve`, and let that user write the file and its folder";
    Some((what, help.to_owned()))
}

/// Why an address cannot be bound, and what would be right. The socket never listens, so it is in nobody's way.
fn address_problem(key: &str, address: SocketAddr) -> Option<(String, String)> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
    let bound = socket.and_then(|socket| {
        socket.set_reuseaddr(true)?;
        socket.bind(address)
    });
    let error = bound.err()?;
    let what = format!("`{key}`: {address} cannot be bound on this machine: {error}");
    let help = match error.kind() {
        ErrorKind::AddrInUse => "another program has this port: stop it, or choose another port",
        ErrorKind::PermissionDenied => {
            "ports below 1024 need rights: choose one above, and let the HTTPS proxy have port 443"
        }
        ErrorKind::AddrNotAvailable => "no network interface of this machine has the address; `0.0.0.0` is all of them",
        _ => "choose another address",
    };
    Some((what, help.to_owned()))
}

/// Whether a hookbell answers at the config's admin address.
async fn is_running(config: &Config) -> bool {
    let Ok(server) = AdminClient::new(&config.web, Duration::from_secs(2)) else { return false };
    // One with another token answers 401.
    server.get("/healthz").await.is_ok_and(|answer| matches!(answer.status, 200 | 401))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_there_is_named_and_nothing_is_left_in_one_that_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let (what, help) = store_problem(&folder.path().join("none/hookbell.db")).expect("a problem");
        assert!(what.contains("no folder") && help.contains("mkdir -p"), "{what} {help}");
        assert_eq!(store_problem(&folder.path().join("hookbell.db")), None);
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
        // What is no file cannot be the database.
        assert!(store_problem(folder.path()).is_some_and(|(what, _)| what.contains("cannot be written")));
    }

    #[tokio::test]
    async fn a_port_that_another_program_has_is_reported_and_a_free_one_is_not() {
        let other = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let taken = other.local_addr().expect("its address");
        let (what, help) = address_problem("server.listen", taken).expect("a problem");
        assert!(what.contains("`server.listen`") && help.contains("another program"), "{what} {help}");
        drop(other);
        assert_eq!(address_problem("server.listen", taken), None);
        let (_, help) = address_problem("server.listen", "192.0.2.1:8080".parse().expect("one")).expect("a problem");
        assert!(help.contains("0.0.0.0"), "{help}");
    }
}
