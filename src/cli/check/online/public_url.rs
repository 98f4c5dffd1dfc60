//! Whether the public URL leads to this machine: with a server that runs, its own counter of unknown sources says so; without one, a
//! listener in its place answers with a number that nobody else knows.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::cli::admin::AdminClient;
use crate::config::Config;

const TIMEOUT: Duration = Duration::from_secs(10);
/// More requests than others might send in the same second.
const REQUESTS: u64 = 3;
/// Of what a request may send before it is answered, in bytes.
const LONGEST_HEAD: usize = 16 << 10;

/// What a request to the public URL met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(in crate::cli::check) enum PublicUrlState {
    Reached,
    /// A hookbell answers, but not the one whose admin listener the config names.
    AnotherHookbell,
    /// Something else answers.
    Elsewhere {
        status: u16,
    },
    Unreachable {
        reason: String,
    },
    /// The port is taken by a program that is no hookbell.
    NotAsked {
        reason: String,
    },
}

impl PublicUrlState {
    /// What is wrong; none where all is right, or nothing is known.
    pub(super) fn problem(&self) -> Option<String> {
        match self {
            Self::Reached | Self::NotAsked { .. } => None,
            other => Some(other.to_string()),
        }
    }
}

impl fmt::Display for PublicUrlState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reached => f.write_str("reaches this machine"),
            Self::AnotherHookbell => f.write_str("leads to a hookbell, but not to the one that runs with this config"),
            Self::Elsewhere { status } => {
                write!(f, "leads elsewhere: the answer to /hooks/… is {status}, and not hookbell's")
            }
            Self::Unreachable { reason } => write!(f, "does not answer: {reason}"),
            Self::NotAsked { reason } => write!(f, "not asked: {reason}"),
        }
    }
}

/// Sends requests to a source that does not exist, at the public URL.
pub(super) async fn check(config: &Config, public_url: &str) -> anyhow::Result<PublicUrlState> {
    let client = reqwest::Client::builder().timeout(TIMEOUT).build()?;
    let nonce = format!("check-{:016x}", fastrand::u64(..));
    let url = format!("{public_url}/hooks/{nonce}");
    match unknown_sources(config).await {
        Some(before) => {
            for _ in 0..REQUESTS {
                match ask(&client, &url).await {
                    Ok((404, body)) if body.contains("unknown_source") => {}
                    Ok((status, _)) => return Ok(PublicUrlState::Elsewhere { status }),
                    Err(reason) => return Ok(PublicUrlState::Unreachable { reason }),
                }
            }
            let after = unknown_sources(config).await.unwrap_or_default();
            Ok(if after >= before + REQUESTS { PublicUrlState::Reached } else { PublicUrlState::AnotherHookbell })
        }
        None => {
            let listener = match TcpListener::bind(config.intake.listen).await {
                Ok(listener) => listener,
                Err(error) => {
                    let reason = format!("{} cannot be bound: {error}", config.intake.listen);
                    return Ok(PublicUrlState::NotAsked { reason });
                }
            };
            let answering = tokio::spawn(answer_all(listener, nonce.clone()));
            let answer = ask(&client, &url).await;
            answering.abort();
            Ok(match answer {
                Ok((_, body)) if body == nonce => PublicUrlState::Reached,
                Ok((status, _)) => PublicUrlState::Elsewhere { status },
                Err(reason) => PublicUrlState::Unreachable { reason },
            })
        }
    }
}

async fn ask(client: &reqwest::Client, url: &str) -> Result<(u16, String), String> {
    let failed = |error: reqwest::Error| {
        let error = error.without_url();
        let source = std::error::Error::source(&error).map(|source| format!(": {source}")).unwrap_or_default();
        format!("{error}{source}")
    };
    let response = client.post(url).body("{}").send().await.map_err(failed)?;
    let status = response.status().as_u16();
    Ok((status, response.text().await.map_err(failed)?))
}

/// How many requests for unknown sources the running server has counted; none where none runs.
async fn unknown_sources(config: &Config) -> Option<u64> {
    let server = AdminClient::new(&config.web, Duration::from_secs(2)).ok()?;
    let metrics = server.get("/metrics").await.ok().filter(|answer| answer.status == 200)?.body;
    let counted = metrics.lines().find_map(|line| {
        let line = line.strip_prefix("hookbell_events_total{")?;
        let (labels, count) = line.split_once("} ")?;
        (labels.contains("source=\"\"") && labels.contains("unknown_source")).then(|| count.trim().parse().ok())?
    });
    // A counter appears with its first count.
    metrics.contains("hookbell_").then(|| counted.unwrap_or_default())
}

/// Answers every request with the nonce, until it is aborted.
async fn answer_all(listener: TcpListener, nonce: String) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let nonce = nonce.clone();
        tokio::spawn(async move {
            let mut head = Vec::new();
            while !head.windows(4).any(|end| end == b"\r\n\r\n") && head.len() < LONGEST_HEAD {
                match stream.read_buf(&mut head).await {
                    Ok(0) | Err(_) => return,
                    Ok(_) => {}
                }
            }
            let length = nonce.len();
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{nonce}");
            if stream.write_all(answer.as_bytes()).await.is_ok() && stream.shutdown().await.is_ok() {
                // The rest of the request is read, so that its sender sees the answer and no reset.
                let mut rest = [0; 1024];
                while stream.read(&mut rest).await.is_ok_and(|read| read > 0) {}
            }
        });
    }
}
