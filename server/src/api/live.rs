//! The live stream: tells a browser which of the topics that it shows have changed. The data
//! themselves go the one way they always go, by GET.

use std::{collections::BTreeMap, convert::Infallible, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};
use futures::{FutureExt, future::select_all, stream};
use http::{HeaderValue, header};
use percent_encoding::percent_decode_str;
use tokio::time::{Instant, interval_at};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{
    datacenters::ALL,
    live::{Subject, TOPICS_MAX, Topic},
    problem::Problem,
};

use super::{overview::seen_name, request::place};
use crate::{
    datacenter::Clusters,
    error::Error,
    history::{Following, History, Range},
    observer::Observer,
    state::AppState,
    watch::{Subscription, Watches},
};

/// How often a stream shows that it lives.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(4);

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(open))
}

/// Which of these topics change: `event: versions` with a version by topic, first of all that is
/// known, then of what is new; `event: heartbeat` every few seconds. A version that begins with
/// `!` stands for a failure that the topic's own address tells.
#[utoipa::path(
    get,
    path = "/live",
    tag = "live",
    params(("topic" = Vec<String>, Query, description = "`services@dc1`, `kv:omo/msa/@dc1`, …; \
        the datacenter of lists can be `@all`; at most 64")),
    responses(
        (status = 200, content_type = "text/event-stream", body = String),
        (status = "default", body = Problem)
    )
)]
async fn open(
    State(clusters): State<Clusters>,
    State(watches): State<Watches>,
    State(history): State<History>,
    State(observer): State<Observer>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let topics = topics(query.as_deref().unwrap_or_default())?;
    let mut lines = Vec::with_capacity(topics.len());
    for topic in topics {
        let dc = topic.datacenter.as_str();
        if !dc.is_empty() && dc != ALL {
            place(&clusters, Some(dc.to_owned())).await?;
        }
        let subscription = match followed(&history, &topic) {
            Some(following) => Told::Recorded(following),
            None => Told::Watched(subscribe(&watches, &observer, &topic).await?),
        };
        lines.push(Line {
            name: topic.to_string(),
            topic,
            subscription,
            told: None,
        });
    }
    let counted = watches.count_stream();
    let live = Live {
        watches,
        observer,
        clusters,
        lines,
        heartbeat: interval_at(Instant::now() + HEARTBEAT_EVERY, HEARTBEAT_EVERY),
    };
    // made when the connection takes it: who reads slowly holds no more than the versions told
    let events = stream::unfold((live, counted), |(mut live, counted)| async {
        let event = live.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(event)), (live, counted)))
    });
    let mut response = Body::from_stream(events).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream"),
    );
    // nginx would keep what it gets until it has enough of it
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

fn topics(query: &str) -> Result<Vec<Topic>, Error> {
    let mut topics = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let text = pair
            .strip_prefix("topic=")
            .ok_or_else(|| Error::BadRequest("a stream takes topics only".to_owned()))?
            .replace('+', " ");
        let topic = percent_decode_str(&text)
            .decode_utf8()
            .ok()
            .and_then(|text| Topic::parse(&text))
            .filter(is_possible)
            .ok_or_else(|| Error::BadRequest("one of the topics is none".to_owned()))?;
        if !topics.contains(&topic) {
            topics.push(topic);
        }
    }
    match topics.len() {
        0 => Err(Error::BadRequest("a stream has a topic".to_owned())),
        1..=TOPICS_MAX => Ok(topics),
        _ => Err(Error::BadRequest(format!(
            "a stream has at most {TOPICS_MAX} topics"
        ))),
    }
}

/// Only lists are over all datacenters; folders end with `/`, and keys have a name.
fn is_possible(topic: &Topic) -> bool {
    let is_list = matches!(
        topic.subject,
        Subject::Services
            | Subject::Nodes
            | Subject::Instances
            | Subject::Overview
            | Subject::History
            | Subject::HistoryBelow(_)
    );
    let is_named = match &topic.subject {
        Subject::Kv(prefix) => prefix.is_empty() || prefix.ends_with('/'),
        Subject::Key(name) | Subject::Service(name) | Subject::Node(name) => !name.is_empty(),
        _ => true,
    };
    is_named && (topic.datacenter != ALL || is_list)
}

/// What is told of keys that is not read from agents.
fn followed(history: &History, topic: &Topic) -> Option<Following> {
    let range = match &topic.subject {
        Subject::History => Range::Below(String::new()),
        Subject::HistoryBelow(prefix) => Range::Below(prefix.clone()),
        _ => return None,
    };
    Some(history.follow(&topic.datacenter, range))
}

/// Where a topic's news come from.
enum Told {
    Watched(Subscription),
    Recorded(Following),
}

impl Told {
    fn version(&mut self) -> Option<String> {
        match self {
            Self::Watched(subscription) => subscription.version().map(|now| now.to_string()),
            Self::Recorded(following) => Some(following.version()),
        }
    }

    async fn changed(&mut self) {
        match self {
            Self::Watched(subscription) => subscription.changed().await,
            Self::Recorded(following) => following.changed().await,
        }
    }
}

/// The versions of a topic. An overview tells more than the lists that it is made of.
async fn subscribe(
    watches: &Watches,
    observer: &Observer,
    topic: &Topic,
) -> Result<Subscription, Error> {
    let mut subscription = watches.subscribe(topic).await?;
    if topic.subject == Subject::Overview {
        for dc in subscription.datacenters() {
            subscription.add(seen_name(&dc), observer.version(&dc));
        }
    }
    Ok(subscription)
}

/// One topic of one browser.
struct Line {
    name: String,
    topic: Topic,
    subscription: Told,
    /// The version that was sent last.
    told: Option<String>,
}

/// One browser's stream.
struct Live {
    watches: Watches,
    observer: Observer,
    clusters: Clusters,
    lines: Vec<Line>,
    heartbeat: tokio::time::Interval,
}

impl Live {
    /// The next event, once there is one; none when waggle stops.
    async fn next(&mut self) -> Option<String> {
        loop {
            let news = self.news();
            if !news.is_empty() {
                let data = serde_json::to_string(&news).unwrap_or_default();
                return Some(format!("event: versions\ndata: {data}\n\n"));
            }
            let changes = self
                .lines
                .iter_mut()
                .map(|line| line.subscription.changed().boxed());
            let beats = tokio::select! {
                biased;
                () = self.watches.closed() => return None,
                _ = select_all(changes) => false,
                _ = self.heartbeat.tick() => true,
            };
            if beats {
                self.mend().await;
                self.look_for_datacenters().await;
                return Some("event: heartbeat\ndata: {}\n\n".to_owned());
            }
        }
    }

    /// What is not as it was told.
    fn news(&mut self) -> BTreeMap<String, String> {
        let mut news = BTreeMap::new();
        for line in &mut self.lines {
            let version = line.subscription.version();
            if version.is_some() && version != line.told {
                line.told.clone_from(&version);
                news.extend(version.map(|version| (line.name.clone(), version)));
            }
        }
        news
    }

    /// A watch that ended under a stream is begun anew.
    async fn mend(&mut self) {
        for line in &mut self.lines {
            if let Told::Watched(watched) = &line.subscription
                && watched.has_ended()
                && let Ok(subscription) =
                    subscribe(&self.watches, &self.observer, &line.topic).await
            {
                line.subscription = Told::Watched(subscription);
            }
        }
    }

    /// Datacenters come and go: what is about all of them is about those that are there.
    async fn look_for_datacenters(&mut self) {
        if self.lines.iter().all(|line| line.topic.datacenter != ALL) {
            return;
        }
        // known for a while; where it is not, a stream that lives is worth more
        let known = tokio::time::timeout(Duration::from_secs(1), self.clusters.names());
        let Ok(Ok(known)) = known.await else {
            return;
        };
        for line in &mut self.lines {
            if line.topic.datacenter == ALL
                && let Told::Watched(watched) = &line.subscription
                && !watched.is_about(&known)
                && let Ok(subscription) =
                    subscribe(&self.watches, &self.observer, &line.topic).await
            {
                line.subscription = Told::Watched(subscription);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    };

    use tokio::runtime::Builder;
    use wire::rows::Rows;

    use super::*;
    use crate::{
        consul::{
            Client,
            fake::{Act, FakeAgent, response},
        },
        datacenter::Datacenters,
        observer::Beside,
        watch::Version,
    };

    #[test]
    fn topics_are_taken_from_the_address() {
        let found = topics("topic=services%40dc1&topic=kv%3Aa%2Fb%20c%2F%40dc1&topic=services@dc1");
        let names: Vec<String> = found.unwrap().iter().map(Topic::to_string).collect();
        assert_eq!(names, ["services@dc1", "kv:a/b c/@dc1"]);
        assert!(topics("topic=nodes@@all&topic=overview@@all&topic=datacenters").is_ok());
    }

    #[test]
    fn what_is_no_topic_is_refused() {
        let many: Vec<String> = (0..=TOPICS_MAX)
            .map(|n| format!("topic=key:{n}@dc1"))
            .collect();
        for query in [
            "",
            "topic=",
            "topic=x@dc1",
            "topic=services",
            "topic=service:web@@all",
            "topic=kv:a@dc1",
            "topic=key:@dc1",
            "topic=%ff@dc1",
            "dc=dc1&topic=services@dc1",
            &many.join("&"),
        ] {
            assert!(
                matches!(topics(query), Err(Error::BadRequest(_))),
                "{query}"
            );
        }
        assert!(topics(&many[1..].join("&")).is_ok());
    }

    /// A stream of this topic over an agent that is waited for.
    async fn live_of(agent: &FakeAgent, topic: &str) -> Live {
        let mut settings = agent.settings();
        settings.read_timeout = Duration::from_secs(60);
        let client = Client::new(&settings).unwrap();
        let clusters = Clusters::from(Datacenters::new(vec![client]));
        let watches = Watches::new(clusters.clone());
        let observer = Observer::default();
        let topic = Topic::parse(topic).unwrap();
        let subscription = subscribe(&watches, &observer, &topic).await.unwrap();
        Live {
            watches,
            observer,
            clusters,
            lines: vec![Line {
                name: topic.to_string(),
                topic,
                subscription: Told::Watched(subscription),
                told: None,
            }],
            heartbeat: interval_at(Instant::now() + HEARTBEAT_EVERY, HEARTBEAT_EVERY),
        }
    }

    #[tokio::test]
    async fn who_does_not_read_costs_what_is_now_and_nothing_of_before() {
        let agent = FakeAgent::start(|_| Act::Hang).await;
        let mut live = live_of(&agent, "overview@dc1").await;
        // however long this takes
        live.heartbeat = interval_at(Instant::now() + Duration::from_secs(3_600), HEARTBEAT_EVERY);
        let observer = live.observer.clone();
        let note = |leader: u32| {
            let beside = Beside {
                members: Ok(None),
                servers: None,
            };
            let services = Rows::whole(Vec::new());
            observer.note("dc1", &services, Some(&leader.to_string()), &beside);
        };
        note(0);
        let first = live.next().await.unwrap();
        for leader in 1..=1_000 {
            note(leader);
        }
        let second = live.next().await.unwrap();
        assert_ne!(first, second);
        let seen = observer.version("dc1").borrow().clone().unwrap();
        let version = Version::merged([(seen_name("dc1").as_str(), &seen)]);
        let data = format!("{{\"overview@dc1\":\"{version}\"}}");
        assert_eq!(second, format!("event: versions\ndata: {data}\n\n"));
        assert!(live.next().now_or_never().is_none());
    }

    #[tokio::test]
    async fn a_watch_that_ends_under_a_stream_is_begun_anew() {
        let hangs = Arc::new(AtomicBool::new(true));
        let is_hanging = Arc::clone(&hangs);
        let agent = FakeAgent::start(move |_| match is_hanging.load(Ordering::Relaxed) {
            true => Act::Hang,
            false => Act::Send(response(200, "", "[]")),
        })
        .await;
        // whatever it runs on goes away, as if it had panicked
        let doomed = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let agent = Arc::new(agent);
        let asked = Arc::clone(&agent);
        let begun = doomed.spawn(async move { live_of(&asked, "nodes@dc1").await });
        let mut live = begun.await.unwrap();
        doomed.shutdown_background();
        hangs.store(false, Ordering::Relaxed);
        live.heartbeat = tokio::time::interval(Duration::from_millis(20));
        let told = async {
            loop {
                let event = live.next().await.unwrap();
                if event.starts_with("event: versions") {
                    return event;
                }
            }
        };
        let told = tokio::time::timeout(Duration::from_secs(120), told).await;
        assert!(told.is_ok_and(|told| told.contains("nodes@dc1")));
    }
}
