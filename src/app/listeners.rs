//! The sockets of both listeners: handed over by a supervisor that opened them before (systemd's socket activation), else
//! bound at the config's addresses. A socket that was handed over outlives the process: while it is replaced, callers wait in the
//! kernel's queue and none is refused.

use std::net::{SocketAddr, TcpListener as StdTcpListener};

use anyhow::Context;
use tokio::net::TcpListener;

/// Sockets that the supervisor handed over. The default has none.
#[derive(Debug, Default)]
pub struct InheritedListeners {
    public: Option<StdTcpListener>,
    admin: Option<StdTcpListener>,
}

/// Which listener a socket is for.
#[cfg(any(unix, test))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ListenerRole {
    Public,
    Admin,
}

impl InheritedListeners {
    /// Takes the sockets that `LISTEN_FDS` counts. By their names in `LISTEN_FDNAMES`, `public` and `admin`; with other names, or none,
    /// the first is the public one and the second the admin one. Call it once, before there are other threads: it removes the variables, so
    /// that no child process takes them for its own.
    ///
    /// # Errors
    /// When one of them is no TCP socket that listens, or there are more than two.
    #[cfg(unix)]
    pub fn from_environment() -> anyhow::Result<Self> {
        let names = std::env::var("LISTEN_FDNAMES").unwrap_or_default();
        let mut sockets = listenfd::ListenFd::from_env();
        let mut taken = Self::default();
        for (at, role) in roles(&names, sockets.len())?.into_iter().enumerate() {
            let what = || format!("the socket {at} that the service manager hands over is no TCP socket that listens");
            let socket = sockets.take_tcp_listener(at).with_context(what)?;
            match role {
                ListenerRole::Public => taken.public = socket,
                ListenerRole::Admin => taken.admin = socket,
            }
        }
        Ok(taken)
    }

    /// Where no service manager hands sockets over.
    ///
    /// # Errors
    /// None.
    #[cfg(not(unix))]
    pub fn from_environment() -> anyhow::Result<Self> {
        Ok(Self::default())
    }

    /// The public listener: the inherited socket, or one that is bound to the address.
    pub(super) async fn public(&mut self, address: SocketAddr) -> anyhow::Result<TcpListener> {
        listener(self.public.take(), address, "server.listen").await
    }

    /// The admin listener, likewise.
    pub(super) async fn admin(&mut self, address: SocketAddr) -> anyhow::Result<TcpListener> {
        listener(self.admin.take(), address, "server.admin_listen").await
    }
}

/// What each of `count` sockets is for.
#[cfg(any(unix, test))]
fn roles(names: &str, count: usize) -> anyhow::Result<Vec<ListenerRole>> {
    let names: Vec<&str> = names.split(':').collect();
    let named = |at: usize| match names.get(at).copied() {
        Some("public") => Some(ListenerRole::Public),
        Some("admin") => Some(ListenerRole::Admin),
        _ => None,
    };
    let in_order = [ListenerRole::Public, ListenerRole::Admin];
    let all_named = (0..count).all(|at| named(at).is_some());
    let roles: Option<Vec<_>> =
        (0..count).map(|at| if all_named { named(at) } else { in_order.get(at).copied() }).collect();
    let roles = roles.filter(|roles| !matches!(roles.as_slice(), [one, other] if one == other) && roles.len() <= 2);
    roles.context("the service manager hands over other sockets than one named `public` and one named `admin`")
}

async fn listener(
    inherited: Option<StdTcpListener>,
    address: SocketAddr,
    key: &'static str,
) -> anyhow::Result<TcpListener> {
    let Some(socket) = inherited else {
        return TcpListener::bind(address).await.with_context(|| format!("`{key}`: cannot listen on {address}"));
    };
    socket.set_nonblocking(true)?;
    let socket = TcpListener::from_std(socket)?;
    tracing::info!(address = %socket.local_addr()?, "takes the socket of the service manager, in place of `{key}`");
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ListenerRole::{Admin, Public};

    #[test]
    fn sockets_are_told_apart_by_name_else_by_order() {
        for (names, count, expected) in [
            ("", 0, Some(vec![])),
            ("", 1, Some(vec![Public])),
            ("hookbell.socket", 1, Some(vec![Public])),
            ("admin", 1, Some(vec![Admin])),
            ("admin:public", 2, Some(vec![Admin, Public])),
            ("hookbell.socket:hookbell.socket", 2, Some(vec![Public, Admin])),
            ("public:public", 2, None),
            ("", 3, None),
        ] {
            assert_eq!(roles(names, count).ok(), expected, "{names} {count}");
        }
    }
}
