//! The open connections: their limits, per address and in total, and which one is closed for another.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::client::{Activity, Client, ClientAddress};
use super::limit_log::{Limit, LimitLog};
use super::limits::Limits;

/// A body that is awaited for longer than this may be given up for another connection: ordinary ones come at once.
const SLOW: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
pub(super) struct Connections(Mutex<OpenConnections>);

#[derive(Debug, Default)]
struct OpenConnections {
    last_id: u64,
    by_id: HashMap<u64, Arc<Client>>,
    /// Never zero.
    by_address: HashMap<ClientAddress, usize>,
}

/// An open connection; it counts until this is dropped.
#[derive(Debug)]
pub(super) struct ConnectionGuard {
    connections: Arc<Connections>,
    id: u64,
    pub(super) client: Arc<Client>,
}

impl Connections {
    /// Counts a connection; `None` where it must be closed. Over the limit of all connections the least
    /// active one is closed for it: one without a request before one between two requests, before one whose body is
    /// awaited, and among these the one that has waited longest.
    pub(super) fn admit(self: &Arc<Self>, peer: IpAddr, limits: &Limits, log: &LimitLog) -> Option<ConnectionGuard> {
        let client = Arc::new(Client::new(peer, limits));
        let address = client.counted_address();
        let mut open = self.lock();
        if let Some(address) = address
            && open.by_address.get(&address).is_some_and(|count| *count >= limits.max_connections_per_address)
        {
            drop(open);
            log.record(Limit::ConnectionsPerAddress, Instant::now());
            return None;
        }
        let full = open.by_id.len() >= limits.max_connections;
        if full && !open.close_one(Instant::now()) {
            drop(open);
            log.record(Limit::Connections, Instant::now());
            return None;
        }
        open.last_id += 1;
        let id = open.last_id;
        open.by_id.insert(id, Arc::clone(&client));
        if let Some(address) = address {
            *open.by_address.entry(address).or_default() += 1;
        }
        drop(open);
        if full {
            log.record(Limit::Connections, Instant::now());
        }
        Some(ConnectionGuard { connections: Arc::clone(self), id, client })
    }

    /// Closes the least active connection; false where all are active.
    pub(super) fn close_one(&self) -> bool {
        self.lock().close_one(Instant::now())
    }

    pub(super) fn count(&self) -> usize {
        self.lock().by_id.len()
    }

    fn lock(&self) -> MutexGuard<'_, OpenConnections> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenConnections {
    fn close_one(&mut self, now: Instant) -> bool {
        let least =
            self.by_id.iter().map(|(id, client)| (client.activity(), *id)).min_by_key(|(activity, _)| *activity);
        let Some(((activity, since), id)) = least else { return false };
        let closable = match activity {
            Activity::New | Activity::Idle => true,
            Activity::Reading => now.saturating_duration_since(since) > SLOW,
            Activity::Working => false,
        };
        if closable && let Some(client) = self.remove(id) {
            client.close();
        }
        closable
    }

    fn remove(&mut self, id: u64) -> Option<Arc<Client>> {
        let client = self.by_id.remove(&id)?;
        if let Some(address) = client.counted_address()
            && let Some(count) = self.by_address.get_mut(&address)
        {
            *count -= 1;
            if *count == 0 {
                self.by_address.remove(&address);
            }
        }
        Some(client)
    }
}

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        // A connection that was closed for another is gone already.
        drop(self.connections.lock().remove(self.id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(all: usize, of_one: usize) -> Limits {
        Limits {
            max_connections: all,
            max_connections_per_address: of_one,
            trusted_proxies: Vec::new(),
            ..Limits::default()
        }
    }

    #[test]
    fn one_address_has_its_share_and_gets_it_back() {
        let (connections, log, limits) = (Arc::new(Connections::default()), LimitLog::default(), limits(10, 2));
        let admit = |last: u8| connections.admit(IpAddr::from([192, 0, 2, last]), &limits, &log);
        let (first, second) = (admit(1), admit(1));
        assert!(first.is_some() && second.is_some() && admit(1).is_none() && admit(2).is_some());
        drop(first);
        assert!(admit(1).is_some());
    }

    #[tokio::test]
    async fn the_least_active_connection_is_closed_for_another() {
        let (connections, log, limits) = (Arc::new(Connections::default()), LimitLog::default(), limits(4, 9));
        let admit = || connections.admit(IpAddr::from([192, 0, 2, 1]), &limits, &log);
        let open: Vec<_> = (0..4).map(|_| admit().expect("room")).collect();
        let activities = [Activity::Working, Activity::Idle, Activity::New, Activity::Reading];
        for (guard, activity) in open.iter().zip(activities) {
            guard.client.set(activity);
        }
        let more = admit().expect("the new one is closed for it");
        more.client.set(Activity::Working);
        open[2].client.closed().await;
        let more = admit().expect("the idle one is closed for it");
        more.client.set(Activity::Working);
        open[1].client.closed().await;
        assert!(admit().is_none(), "a body that began just now is no slow one");
        assert_eq!(connections.count(), 4);
        drop(open);
        assert_eq!(connections.count(), 2, "what was closed counts no longer, whenever its task ends");
    }
}
