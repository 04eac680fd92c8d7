//! `/metrics`: what waggle asked of agents, what its watches did, and how long answers took.
//! May be imported by `router`, `state` and the layer that measures.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::header;
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

use crate::{
    datacenter::{Clusters, Datacenters},
    watch::{WatchCounts, Watches},
};

/// What is counted as it happens; the rest is asked for when somebody looks.
#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    answered: Family<Route, Histogram, fn() -> Histogram>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: &'static str,
    route: String,
    /// `2xx`, `4xx`, …
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfAgent {
    agent: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfFamily {
    agent: String,
    family: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfError {
    agent: String,
    kind: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfReader {
    from: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        // 0.5 ms to 8 s
        let make: fn() -> Histogram = || Histogram::new(exponential_buckets(0.0005, 2.0, 15));
        Self {
            answered: Family::new_with_constructor(make),
        }
    }
}

impl Metrics {
    fn answered(&self, route: Route, within: Duration) {
        self.answered
            .get_or_create(&route)
            .observe(within.as_secs_f64());
    }

    /// Everything, as Prometheus reads it.
    fn render(&self, clusters: &Clusters, watches: WatchCounts) -> String {
        let mut registry = Registry::with_prefix("waggle");
        registry.register(
            "http_answer_seconds",
            "Time to the head of an answer, by route",
            self.answered.clone(),
        );
        register_agents(&mut registry, clusters);
        register_failovers(&mut registry, clusters);
        register_watches(&mut registry, watches);
        let mut text = String::new();
        // a String takes everything
        let _ = encode(&mut text, &registry);
        text
    }
}

fn register_agents(registry: &mut Registry, clusters: &Clusters) {
    let sent = Family::<OfFamily, Counter>::default();
    let failed = Family::<OfError, Counter>::default();
    let connections = Family::<OfAgent, Gauge>::default();
    let waiting = Family::<OfAgent, Gauge>::default();
    let polled = Family::<OfAgent, Counter>::default();
    let down = Family::<OfAgent, Gauge>::default();
    let all_down = clusters.each().flat_map(|agents| agents.down());
    let is_down: BTreeMap<String, _> = all_down.collect();
    for client in clusters.each().flat_map(|agents| agents.clients()) {
        let agent = client.address();
        let traffic = client.traffic();
        for (family, count) in traffic.sent {
            let agent = agent.clone();
            sent.get_or_create(&OfFamily { agent, family })
                .inc_by(count);
        }
        for (kind, count) in traffic.failed {
            let agent = agent.clone();
            failed.get_or_create(&OfError { agent, kind }).inc_by(count);
        }
        let label = OfAgent { agent };
        connections
            .get_or_create(&label)
            .set(number(traffic.connections));
        waiting.get_or_create(&label).set(number(traffic.watching));
        polled.get_or_create(&label).inc_by(traffic.polled);
        let is_down = is_down.contains_key(&label.agent);
        down.get_or_create(&label).set(i64::from(is_down));
    }
    registry.register(
        "agent_requests",
        "Requests to an agent, by API family",
        sent,
    );
    registry.register(
        "agent_errors",
        "Requests that failed, by what went wrong",
        failed,
    );
    registry.register(
        "agent_connections",
        "Connections to an agent in use",
        connections,
    );
    registry.register(
        "agent_connections_waiting",
        "Connections kept for waiting for changes, at most 64",
        waiting,
    );
    registry.register(
        "agent_polls",
        "Times that no connection was left to wait with: asked every few seconds instead",
        polled,
    );
    registry.register(
        "agent_down",
        "1 for an agent that does not answer well",
        down,
    );
}

fn register_failovers(registry: &mut Registry, clusters: &Clusters) {
    let moved: Counter = Counter::default();
    moved.inc_by(clusters.each().map(Datacenters::moved).sum());
    registry.register(
        "agent_failovers",
        "Reads that went on to the next agent, as one did not answer well",
        moved,
    );
}

fn register_watches(registry: &mut Registry, counts: WatchCounts) {
    let WatchCounts {
        watches,
        streams,
        reads,
        news,
        unchanged,
        from_snapshot,
        joined,
        asked,
    } = counts;
    let mut gauge = |name: &str, help: &str, value| {
        let gauge: Gauge = Gauge::default();
        gauge.set(value);
        registry.register(name, help, gauge);
    };
    gauge("watches", "Topics that are watched", number(watches));
    let open = i64::try_from(streams).unwrap_or(i64::MAX);
    gauge("streams", "Streams to browsers that are open", open);
    let mut counter = |name: &str, help: &str, value| {
        let counter: Counter = Counter::default();
        counter.inc_by(value);
        registry.register(name, help, counter);
    };
    counter("watch_reads", "Whole reads that watches made", reads);
    counter(
        "watch_news",
        "Times that watches found something else than before",
        news,
    );
    counter(
        "watch_unchanged",
        "Times that watches were woken, or read, and found the same as before",
        unchanged,
    );
    let readers = Family::<OfReader, Counter>::default();
    for (from, count) in [
        ("snapshot", from_snapshot),
        ("joined", joined),
        ("read", asked),
    ] {
        readers.get_or_create(&OfReader { from }).inc_by(count);
    }
    registry.register(
        "readers",
        "Readers that were answered: from a snapshot, by another one's read, by a read of their own",
        readers,
    );
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// `/metrics`.
pub(crate) async fn serve(
    State(metrics): State<Metrics>,
    State(clusters): State<Clusters>,
    State(watches): State<Watches>,
) -> Response {
    let text = metrics.render(&clusters, watches.numbers());
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

/// Measures what has a route; names that people chose are no part of a label.
pub(crate) async fn measure(
    State(metrics): State<Metrics>,
    request: Request,
    next: Next,
) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("none", MatchedPath::as_str).to_owned();
    let method = match request.method().as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "PUT" => "PUT",
        "POST" => "POST",
        "DELETE" => "DELETE",
        _ => "other",
    };
    let begin = Instant::now();
    let response = next.run(request).await;
    let status = match response.status().as_u16() / 100 {
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
    let route = Route {
        method,
        route,
        status,
    };
    metrics.answered(route, begin.elapsed());
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        consul::{
            Client,
            fake::{FakeAgent, dead_address, response, settings},
        },
        datacenter::Datacenters,
    };

    #[tokio::test]
    async fn what_was_asked_is_told() {
        // not looked at again at once
        let dead = Client::new(&settings(dead_address())).unwrap();
        let agent = FakeAgent::always(response(200, "", "[]")).await;
        let agents = Datacenters::new(vec![dead.clone(), agent.client()]);
        for _ in 0..2 {
            let asked = agents.read(|client| async move { client.catalog().datacenters().await });
            asked.await.unwrap();
        }
        let client = &agents.clients()[1];
        let kept = client.reserve(60).unwrap();
        assert!(client.reserve(5).is_none());
        let metrics = Metrics::default();
        let route = Route {
            method: "GET",
            route: "/api/nodes".into(),
            status: "2xx",
        };
        metrics.answered(route, Duration::from_millis(3));
        let watches = WatchCounts {
            watches: 4,
            joined: 5,
            reads: 6,
            news: 7,
            unchanged: 8,
            ..WatchCounts::default()
        };
        let text = metrics.render(&agents.into(), watches);
        drop(kept);
        let (address, bad) = (agent.client().address(), dead.address());
        for line in [
            format!("waggle_agent_requests_total{{agent=\"{address}\",family=\"catalog\"}} 2"),
            format!("waggle_agent_errors_total{{agent=\"{bad}\",kind=\"unreachable\"}} 1"),
            format!("waggle_agent_connections{{agent=\"{address}\"}} 0"),
            format!("waggle_agent_connections_waiting{{agent=\"{address}\"}} 60"),
            format!("waggle_agent_polls_total{{agent=\"{address}\"}} 1"),
            "waggle_agent_failovers_total 1".to_owned(),
            format!("waggle_agent_down{{agent=\"{address}\"}} 0"),
            format!("waggle_agent_down{{agent=\"{bad}\"}} 1"),
            "waggle_watches 4".to_owned(),
            "waggle_watch_reads_total 6".to_owned(),
            "waggle_watch_news_total 7".to_owned(),
            "waggle_watch_unchanged_total 8".to_owned(),
            "waggle_readers_total{from=\"joined\"} 5".to_owned(),
            "waggle_http_answer_seconds_count{method=\"GET\",route=\"/api/nodes\",status=\"2xx\"} 1"
                .to_owned(),
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
