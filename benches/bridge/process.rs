//! Programs under measurement, as processes of their own.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::load::{Requests, SECRET, burst};
use crate::sink::Sink;

pub(crate) struct Program {
    child: Child,
    pub(crate) public: SocketAddr,
    /// From the start of the process to its first 200.
    pub(crate) first_answer: Duration,
    pub(crate) started: Instant,
    folder: Option<TempDir>,
}

impl Program {
    /// This executable again, as a floor.
    pub(crate) async fn floor(arguments: &[&str]) -> Self {
        let start = Instant::now();
        let me = std::env::current_exe().expect("this executable");
        let mut child = Command::new(me).args(arguments).stdout(Stdio::piped()).spawn().expect("a process");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("its address");
        let public = line.trim().parse().expect("an address");
        Self { child, public, first_answer: start.elapsed(), started: start, folder: None }
    }

    /// The built binary with a config of one source and one destination.
    pub(crate) async fn hookbell(sink: &Sink, bot_token: Option<&str>) -> Self {
        let bot = bot_token.map(|token| format!("bot_token = \"{token}\"\n")).unwrap_or_default();
        let rest = format!("{}\n{}\n{}", destination("sales", 1), source("stripe"), route("stripe", &["sales"]));
        Self::start(&sink.base(), &bot, &rest, tempfile::tempdir().expect("a folder")).await
    }

    /// The built binary on the files of `folder`, with these tables in its config; waits for the first 200.
    pub(crate) async fn start(api_base: &str, discord: &str, tables: &str, folder: TempDir) -> Self {
        // Signed before the clock starts.
        let requests = Requests::signed(1);
        let mut program = Self::spawn(api_base, discord, tables, folder);
        while std::net::TcpStream::connect(program.public).is_err() {
            assert!(program.started.elapsed() < Duration::from_secs(20), "hookbell did not start");
            std::thread::sleep(Duration::from_micros(200));
        }
        burst(program.public, &requests, 1).await;
        program.first_answer = program.started.elapsed();
        program
    }

    /// The built binary on the files of `folder`; waits for nothing.
    pub(crate) fn spawn(api_base: &str, discord: &str, tables: &str, folder: TempDir) -> Self {
        let (public, admin) = (free_port(), free_port());
        let config = format!(
            "[server]\nlisten = \"{public}\"\nadmin_listen = \"{admin}\"\n\n[discord]\napi_base = \"{api_base}\"\n{discord}\n{tables}\n[log]\nlevel = \"error\"\n"
        );
        let path = folder.path().join("config.toml");
        std::fs::write(&path, config).expect("a config");
        let started = Instant::now();
        let child = Command::new(env!("CARGO_BIN_EXE_hookbell"))
            .arg("serve")
            .arg("--config")
            .arg(&path)
            .spawn()
            .expect("hookbell");
        Self { child, public, started, first_answer: Duration::ZERO, folder: Some(folder) }
    }

    /// Ends it and gives back its files.
    pub(crate) fn kill(mut self) -> TempDir {
        self.folder.take().expect("it has a folder")
    }

    /// Processor time so far, user and system.
    pub(crate) fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks: u64 = [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<u64>().ok()).sum();
        // The kernel counts in hundredths of a second wherever Rust runs on Linux.
        Duration::from_millis(ticks * 10)
    }

    pub(crate) fn rss_mib(&self) -> f64 {
        self.status("VmRSS:")
    }

    pub(crate) fn peak_mib(&self) -> f64 {
        self.status("VmHWM:")
    }

    fn status(&self, key: &str) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(key)).unwrap_or("0");
        line.split_whitespace().next().and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().expect("killing");
        self.child.wait().expect("waiting");
    }
}

/// The table of a destination; its webhook has this id.
pub(crate) fn destination(name: &str, webhook: usize) -> String {
    format!("[destinations.{name}]\nwebhook_url = \"https://discord.com/api/webhooks/{webhook}/token\"\n")
}

/// The table of a source that signs as Stripe does.
pub(crate) fn source(name: &str) -> String {
    format!("[sources.{name}]\nprovider = \"stripe\"\nsecret = \"{SECRET}\"\n")
}

pub(crate) fn route(source: &str, destinations: &[&str]) -> String {
    let to: Vec<String> = destinations.iter().map(|name| format!("\"{name}\"")).collect();
    format!("[[routes]]\nsource = \"{source}\"\nto = [{}]\n", to.join(", "))
}

fn free_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port")
}
