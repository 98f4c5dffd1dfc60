//! The address of a connection, and its activity.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderName};
use tokio::sync::Notify;

use super::limits::Limits;

/// An address by which connections and bodies are counted: of IPv6 the network of 64 bits, which is one customer's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ClientAddress(IpAddr);

/// One connection.
#[derive(Debug)]
pub(super) struct Client {
    peer: IpAddr,
    /// Whether it is a proxy that passes on the addresses of senders.
    trusted: bool,
    opened: Instant,
    /// The state in the lowest two bits, above it the milliseconds from `opened` to its beginning.
    activity: AtomicU64,
    closing: Notify,
}

/// What a connection is doing; the first is closed first when there are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Activity {
    /// It has not sent the head of a request yet.
    New = 0,
    /// Between two requests.
    Idle = 1,
    /// A body is awaited.
    Reading = 2,
    Working = 3,
}

impl ClientAddress {
    pub(super) fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => Self(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into()),
            v4 => Self(v4),
        }
    }
}

impl Client {
    pub(super) fn new(peer: IpAddr, limits: &Limits) -> Self {
        let trusted = limits.is_trusted(peer);
        Self { peer, trusted, opened: Instant::now(), activity: AtomicU64::new(0), closing: Notify::new() }
    }

    /// The address whose connections are counted; `None` for a trusted proxy, which has many senders behind it.
    pub(super) fn counted_address(&self) -> Option<ClientAddress> {
        (!self.trusted).then(|| ClientAddress::of(self.peer))
    }

    /// The address that a request came from: of a trusted proxy the last one in its header that is no trusted proxy
    /// itself. What precedes it was written by the sender.
    pub(super) fn sender(&self, headers: &HeaderMap, limits: &Limits) -> ClientAddress {
        let named = self.trusted.then(|| forwarded(headers, &limits.client_address_header, limits)).flatten();
        ClientAddress::of(named.unwrap_or(self.peer))
    }

    pub(super) fn set(&self, activity: Activity) {
        let millis = u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.activity.store(millis << 2 | activity as u64, Ordering::Relaxed);
    }

    /// What it is doing, and since when.
    pub(super) fn activity(&self) -> (Activity, Instant) {
        let word = self.activity.load(Ordering::Relaxed);
        let activity = match word & 3 {
            0 => Activity::New,
            1 => Activity::Idle,
            2 => Activity::Reading,
            _ => Activity::Working,
        };
        (activity, self.opened + Duration::from_millis(word >> 2))
    }

    /// Asks its task to close the connection at once.
    pub(super) fn close(&self) {
        self.closing.notify_one();
    }

    /// Returns when [`Client::close`] was called.
    pub(super) async fn closed(&self) {
        self.closing.notified().await;
    }
}

fn forwarded(headers: &HeaderMap, name: &HeaderName, limits: &Limits) -> Option<IpAddr> {
    let values: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
    let mut last = None;
    for text in values.iter().rev().flat_map(|value| value.rsplit(',')) {
        // Some proxies name the port too.
        let text = text.trim();
        let address = text.parse().ok().or_else(|| Some(text.parse::<std::net::SocketAddr>().ok()?.ip()));
        // What precedes a word that is no address was not written by a trusted proxy.
        let Some(address) = address else { break };
        last = Some(address);
        if !limits.is_trusted(address) {
            break;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender(peer: &str, forwarded: &[&str]) -> ClientAddress {
        let limits = Limits::default();
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().expect("a value"));
        }
        Client::new(peer.parse().expect("an address"), &limits).sender(&headers, &limits)
    }

    fn address(text: &str) -> ClientAddress {
        ClientAddress(text.parse().expect(text))
    }

    #[test]
    fn only_a_trusted_proxy_says_who_sent_a_request() {
        assert_eq!(sender("203.0.113.1", &["198.51.100.7"]), address("203.0.113.1"));
        assert_eq!(sender("127.0.0.1", &["198.51.100.7"]), address("198.51.100.7"));
        assert_eq!(sender("127.0.0.1", &["1.1.1.1, 198.51.100.7"]), address("198.51.100.7"), "the sender made up more");
        assert_eq!(sender("127.0.0.1", &["1.1.1.1", "198.51.100.7:4711"]), address("198.51.100.7"));
        assert_eq!(sender("127.0.0.1", &["198.51.100.7, 127.0.0.1"]), address("198.51.100.7"), "two proxies");
        assert_eq!(sender("127.0.0.1", &["1.1.1.1, unknown"]), address("127.0.0.1"));
        assert_eq!(sender("127.0.0.1", &[]), address("127.0.0.1"));
    }

    #[test]
    fn one_customers_ipv6_addresses_are_one() {
        let of = |text: &str| ClientAddress::of(text.parse().expect(text));
        assert_eq!(of("2001:db8:1:2::3"), of("2001:db8:1:2:ffff::4"));
        assert_ne!(of("2001:db8:1:2::3"), of("2001:db8:1:3::3"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }

    #[test]
    fn what_a_connection_does_is_kept_with_its_beginning() {
        let client = Client::new([127, 0, 0, 1].into(), &Limits::default());
        assert_eq!(client.activity(), (Activity::New, client.opened));
        for activity in [Activity::Idle, Activity::Reading, Activity::Working] {
            client.set(activity);
            assert_eq!(client.activity().0, activity);
            assert!(client.activity().1 <= Instant::now());
        }
    }
}
