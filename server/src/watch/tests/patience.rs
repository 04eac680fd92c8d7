//! How long an answer is waited for, with time that is not real.

use std::time::Duration;

use tokio::time::{advance, sleep};
use wire::live::{Subject, Topic};

use super::{
    super::{
        leaders::Leaders,
        source::{AgentSource, Source},
    },
    agents::source,
};
use crate::{
    consul::{
        Client, Error,
        fake::{Act, Asked, FakeAgent, response},
    },
    datacenter::Datacenters,
};

/// Waits until the agent was asked something that `is_meant`, while `read` is polled.
async fn until_asked<T>(
    agent: &FakeAgent,
    read: &mut futures::future::BoxFuture<'_, T>,
    mut is_meant: impl FnMut(&str) -> bool,
) {
    while !agent.asked().iter().any(|asked| is_meant(asked.line())) {
        assert!(futures::poll!(&mut *read).is_pending());
        sleep(Duration::from_millis(5)).await;
    }
}

/// Agents of tests are given so long for an answer, as real ones are.
fn patient(agent: &FakeAgent) -> Client {
    let mut settings = agent.settings();
    settings.read_timeout = Duration::from_secs(10);
    settings.body_timeout = Duration::from_secs(60);
    Client::new(&settings).unwrap()
}

/// Answers questions for instances late, all else at once.
async fn slow_agent(seconds: u64) -> FakeAgent {
    FakeAgent::start(move |asked: &Asked| {
        let answer = response(200, "X-Consul-Index: 7", "[]");
        if asked.line().contains("/v1/health/service/") {
            return Act::Late(Duration::from_secs(seconds), answer);
        }
        Act::Send(answer)
    })
    .await
}

fn is_list(line: &str) -> bool {
    line.contains("/v1/health/service/")
}

#[tokio::test]
async fn the_only_agent_is_waited_for_while_it_lives() {
    let agent = slow_agent(12).await;
    let source = source(vec![patient(&agent)], Subject::Service("web".into()));
    let mut read = source.read();
    until_asked(&agent, &mut read, is_list).await;
    tokio::time::pause();
    advance(Duration::from_secs(11)).await;
    assert!(futures::poll!(&mut read).is_pending());
    advance(Duration::from_secs(2)).await;
    tokio::time::resume();
    assert!(read.await.is_ok());
}

#[tokio::test]
async fn the_only_agent_is_not_waited_for_once_it_is_silent() {
    let hangs = FakeAgent::start(|_| Act::Hang).await;
    let datacenters = Datacenters::new(vec![patient(&hangs)]);
    let topic = Topic::new(Subject::Service("web".into()), "dc1");
    let source = AgentSource::new(datacenters.clone(), Leaders::default(), topic);
    let mut read = source.read();
    until_asked(&hangs, &mut read, is_list).await;
    // a small question that somebody else has
    let mut small = Box::pin(
        datacenters.read(|client| async move { client.status().leader(&Default::default()).await }),
    );
    until_asked(&hangs, &mut read, |line| {
        let _ = futures::FutureExt::now_or_never(&mut small);
        line.contains("/v1/status/leader")
    })
    .await;
    tokio::time::pause();
    advance(Duration::from_secs(11)).await;
    let (found, error) = tokio::join!(small, read);
    assert!(found.is_err());
    let error = error.unwrap_err();
    assert!(
        matches!(error, Error::TimedOut { seconds: 10, .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn what_takes_long_of_every_agent_is_given_more_time() {
    let (first, second) = (slow_agent(15).await, slow_agent(15).await);
    let clients = vec![patient(&first), patient(&second)];
    let source = source(clients, Subject::Service("web".into()));
    let mut read = source.read();
    for agent in [&first, &second] {
        until_asked(agent, &mut read, is_list).await;
        tokio::time::pause();
        advance(Duration::from_secs(11)).await;
        if std::ptr::eq(agent, &first) {
            assert!(futures::poll!(&mut read).is_pending());
        }
        tokio::time::resume();
    }
    let error = read.await.unwrap_err();
    assert!(matches!(error, Error::TimedOut { .. }), "{error:?}");
    let before = first.lines().len();
    let mut read = source.read();
    while first.lines().len() == before {
        assert!(futures::poll!(&mut read).is_pending());
        sleep(Duration::from_millis(5)).await;
    }
    tokio::time::pause();
    advance(Duration::from_secs(16)).await;
    tokio::time::resume();
    assert!(read.await.is_ok());
}
