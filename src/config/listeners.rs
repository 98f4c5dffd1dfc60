//! The addresses of both listeners, which only the config sees side by side.

use std::net::SocketAddr;

use hookbell_config_file::{Code, Diagnostics, Table};

/// Reports addresses of which only one can be bound.
pub(super) fn check(server: Option<&Table<'_>>, public: SocketAddr, admin: SocketAddr, diagnostics: &mut Diagnostics) {
    let Some(server) = server.filter(|_| collide(public, admin)) else { return };
    let key = if server.has("admin_listen") { "admin_listen" } else { "listen" };
    let what = format!("`listen` ({public}) and `admin_listen` ({admin}) take the same port");
    diagnostics.add(server.error(key, Code::CONFLICTING_KEYS, what).help("give the admin listener another port"));
}

fn collide(one: SocketAddr, other: SocketAddr) -> bool {
    // `[::]` takes the IPv4 addresses too.
    let covers = |all: SocketAddr, one: SocketAddr| all.ip().is_unspecified() && (all.is_ipv6() || one.is_ipv4());
    let same = one.ip() == other.ip() || covers(one, other) || covers(other, one);
    one.port() != 0 && one.port() == other.port() && same
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_port_serves_one_listener() {
        let collide = |one: &str, other: &str| collide(one.parse().expect(one), other.parse().expect(other));
        for (one, other) in [
            ("127.0.0.1:80", "127.0.0.1:80"),
            ("0.0.0.0:80", "127.0.0.1:80"),
            ("127.0.0.1:80", "0.0.0.0:80"),
            ("[::]:80", "127.0.0.1:80"),
            ("[::]:80", "[::1]:80"),
        ] {
            assert!(collide(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("127.0.0.1:0", "127.0.0.1:0"),
            ("127.0.0.1:80", "127.0.0.1:81"),
            ("127.0.0.1:80", "127.0.0.2:80"),
            ("0.0.0.0:80", "[::1]:80"),
        ] {
            assert!(!collide(one, other), "{one} {other}");
        }
    }
}
