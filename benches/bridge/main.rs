//! What the whole program costs, beside a floor that does nothing, measured in the same run.
//!
//! The built binary runs as a process of its own; load generator and Discord sink live in this one; the floors
//! (an axum no-op, a relay that keeps nothing) are this executable started again. Run with `cargo bench --bench
//! bridge`; `-- --quick` takes a minute instead of ten; `-- burst`, `-- idle`, `-- asked` and `-- backlog` measure one part.

#![expect(clippy::print_stdout, reason = "the table is what this prints")]

mod asked;
mod floor;
mod history;
mod lanes;
mod limited;
mod load;
mod process;
mod sink;

use std::time::Duration;

use asked::Extent;
use load::Requests;
use process::Program;
use sink::Sink;

const CONNECTIONS: usize = 32;

struct Plan {
    burst: usize,
    paced: usize,
    channel: usize,
    idle: usize,
    backlogs: &'static [usize],
    asked: Extent,
}

const FULL: Plan = Plan {
    burst: 60_000,
    paced: 1_000,
    channel: 1_000,
    idle: 60,
    backlogs: &[10_000, 100_000, 1_000_000],
    asked: Extent { events: 1_000_000, phases: 7, seconds: 12 },
};
const QUICK: Plan = Plan {
    burst: 4_000,
    paced: 100,
    channel: 300,
    idle: 5,
    backlogs: &[10_000],
    asked: Extent { events: 10_000, phases: 1, seconds: 5 },
};

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("floor-noop") => return floor::noop().await,
        Some("floor-relay") => return floor::relay(&arguments[1]).await,
        _ => {}
    }
    let quick = arguments.iter().any(|argument| argument == "--quick" || argument == "--test");
    let plan = if quick { QUICK } else { FULL };
    let parts: Vec<&str> = arguments.iter().map(String::as_str).filter(|argument| !argument.starts_with('-')).collect();
    let wanted = |part: &str| parts.is_empty() || parts.contains(&part);

    println!("{:<60} {:>12} {:>12} {:>8}", "", "hookbell", "floor", "ratio");
    if wanted("floors") {
        let sink = Sink::start().await;
        throughput(&sink, &plan).await;
        latency(&sink, &plan).await;
        size(&sink).await;
    }
    if wanted("burst") {
        lanes::burst_into_one_channel(plan.channel).await;
    }
    if wanted("idle") {
        lanes::idle_lane(plan.idle).await;
    }
    if wanted("asked") {
        asked::asked(plan.asked).await;
    }
    if wanted("backlog") {
        lanes::backlogs(plan.backlogs).await;
    }
}

pub(crate) fn row(what: &str, ours: f64, floor: f64, unit: &str) {
    let ratio = if floor > 0.0 { format!("{:.2}", ours / floor) } else { String::new() };
    let floor = if floor > 0.0 { format!("{floor:.2}") } else { String::new() };
    let unit = if unit.is_empty() { String::new() } else { format!(" ({unit})") };
    println!("{:<60} {ours:>12.2} {floor:>12} {ratio:>8}", format!("{what}{unit}"));
}

/// Durable accepted events a second, 32 connections, 2.7 kB bodies; the destination is out of reach, so that
/// the number is of accepting alone, and then in reach, as in life.
async fn throughput(sink: &Sink, plan: &Plan) {
    let floor = Program::floor(&["floor-noop"]).await;
    let requests = Requests::signed(plan.burst);
    let floor_rate = load::burst(floor.public, &requests, CONNECTIONS).await;
    drop(floor);
    let program = Program::hookbell(sink, None).await;
    let before = program.rss_mib();
    let rate = load::burst(program.public, &requests, CONNECTIONS).await;
    row("accepted events, 32 connections", rate, floor_rate, "1/s");
    row("memory before the burst", before, 0.0, "MiB");
    row("memory after the burst", program.rss_mib(), 0.0, "MiB");
    row("memory at its highest", program.peak_mib(), 0.0, "MiB");
}

/// From the moment of sending to the moment the sink has the message, at 50 events a second, and what an event
/// costs in processor time at that pace.
async fn latency(sink: &Sink, plan: &Plan) {
    let pace = Duration::from_millis(20);
    let relay = Program::floor(&["floor-relay", &sink.base()]).await;
    let floor = load::paced(relay.public, sink, &Requests::signed(plan.paced), pace).await;
    let floor_cpu = relay.cpu();
    drop(relay);
    let program = Program::hookbell(sink, None).await;
    load::paced(program.public, sink, &Requests::signed(20), pace).await;
    let before = program.cpu();
    let ours = load::paced(program.public, sink, &Requests::signed(plan.paced), pace).await;
    let cpu = (program.cpu() - before).as_secs_f64() * 1000.0 / plan.paced as f64;
    row("send to sink at 50/s, p50", ours.p50, floor.p50, "ms");
    row("send to sink at 50/s, p99", ours.p99, floor.p99, "ms");
    row("processor time an event at 50/s", cpu, floor_cpu.as_secs_f64() * 1000.0 / plan.paced as f64, "ms");
}

/// Cold start to the first 200, and memory at rest, without and with the bot.
async fn size(sink: &Sink) {
    for (name, token) in [("without bot", None), ("with bot", Some("bench"))] {
        let program = Program::hookbell(sink, token).await;
        row(&format!("cold start to the first 200, {name}"), program.first_answer.as_secs_f64() * 1000.0, 0.0, "ms");
        tokio::time::sleep(Duration::from_secs(2)).await;
        row(&format!("memory at rest, {name}"), program.rss_mib(), 0.0, "MiB");
    }
}
