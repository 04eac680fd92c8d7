//! What readers and subscribers of one watch get, and what that costs.

use std::{collections::BTreeSet, sync::atomic::Ordering, time::Duration};

use futures::FutureExt;
use tokio::{
    sync::Semaphore,
    time::{Instant, advance, sleep},
};

use super::{
    super::source::Woken, Contact, Script, broken, key, reading, settle, subscribe, value,
};

#[tokio::test(start_paused = true)]
async fn a_watch_that_breaks_is_begun_anew() {
    let script = Script::new();
    let cache = script.cache();
    let subscription = subscribe(&cache);
    settle().await;
    assert!(!subscription.has_ended());
    script.gate.close();
    // the source panics
    cache.outdate(|_| true);
    settle().await;
    assert!(subscription.has_ended());
    assert_eq!(cache.numbers().watches, 0);
    // and again: whoever looks is told, and does not wait for ever
    assert!(cache.get(&key()).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn many_readers_are_one_read_and_then_none() {
    let script = Script::new();
    let cache = script.cache();
    let key = key();
    let readers = (0..100).map(|_| cache.get(&key));
    for outcome in futures::future::join_all(readers).await {
        assert_eq!(value(&outcome.unwrap()), "a");
    }
    sleep(Duration::from_secs(20)).await;
    cache.get(&key).await.unwrap();
    assert_eq!(script.reads(), 1);
    let numbers = cache.numbers();
    assert_eq!(
        (numbers.asked + numbers.joined, numbers.from_snapshot),
        (100, 1)
    );
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_goes_away_takes_nothing_from_the_others() {
    let script = Script::new();
    script.gate.forget_permits(Semaphore::MAX_PERMITS);
    let cache = script.cache();
    let key = key();
    let mut first = Box::pin(cache.get(&key));
    assert!(futures::poll!(&mut first).is_pending());
    let mut second = Box::pin(cache.get(&key));
    assert!(futures::poll!(&mut second).is_pending());
    settle().await;
    drop(first);
    script.gate.add_permits(1);
    assert_eq!(value(&second.await.unwrap()), "a");
    assert_eq!(script.reads(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_watch_ends_30_s_after_its_last_reader() {
    let script = Script::new();
    let cache = script.cache();
    cache.get(&key()).await.unwrap();
    sleep(Duration::from_secs(29)).await;
    assert_eq!(cache.numbers().watches, 1);
    // each look is a new beginning
    cache.get(&key()).await.unwrap();
    sleep(Duration::from_secs(29)).await;
    assert_eq!(cache.numbers().watches, 1);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(cache.numbers().watches, 0);
    assert_eq!(script.reads(), 1);

    let subscription = subscribe(&cache);
    sleep(Duration::from_secs(300)).await;
    assert_eq!(cache.numbers().watches, 1);
    drop(subscription);
    sleep(Duration::from_secs(31)).await;
    assert_eq!((cache.numbers().watches, script.reads()), (0, 2));
}

#[tokio::test(start_paused = true)]
async fn equal_contents_are_told_to_nobody() {
    let script = Script::new();
    let cache = script.cache();
    let mut subscription = subscribe(&cache);
    subscription.changed().await;
    let first = subscription.version();
    assert!(first.is_some());
    for woken in [
        Woken::Same(Contact::default()),
        Woken::Moved,
        Woken::New(reading("a")),
    ] {
        script.wake(woken);
        sleep(Duration::from_secs(5)).await;
        assert!(subscription.changed().now_or_never().is_none());
    }
    assert_eq!(script.reads(), 2);
    assert_eq!(cache.numbers().unchanged, 2);
    script.set(Ok("b"));
    script.wake(Woken::Moved);
    subscription.changed().await;
    let second = subscription.version();
    assert_ne!(first, second);
    // as it was: the same version again
    script.wake(Woken::New(reading("a")));
    subscription.changed().await;
    assert_eq!(subscription.version(), first);
    assert_eq!(value(&cache.get(&key()).await.unwrap()), "a");
}

#[tokio::test(start_paused = true)]
async fn a_change_after_a_rest_is_told_at_once_and_churn_is_not() {
    let script = Script::new();
    let cache = script.cache();
    let _subscription = subscribe(&cache);
    sleep(Duration::from_secs(10)).await;
    let start = Instant::now();
    script.wake(Woken::Moved);
    settle().await;
    assert_eq!(script.reads(), 2);
    assert_eq!(script.read_at(start - Duration::from_secs(10)), [0, 10]);
    for _ in 0..200 {
        script.wake(Woken::Moved);
        sleep(Duration::from_millis(100)).await;
    }
    let reads = script.reads() - 2;
    assert!((15..=22).contains(&reads), "{reads} reads in 20 s");
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_never_waits_is_not_asked_all_the_time() {
    let script = Script::new();
    let cache = script.cache();
    let _subscription = subscribe(&cache);
    for _ in 0..1000 {
        script.wake(Woken::Same(Contact::default()));
    }
    sleep(Duration::from_secs(60)).await;
    let waits = 1000 - script.changes.try_lock().unwrap().len();
    assert!((55..=65).contains(&waits), "{waits} waits in 60 s");
    assert_eq!(script.reads(), 1);
}

#[tokio::test(start_paused = true)]
async fn failures_are_asked_about_ever_more_seldom() {
    let script = Script::new();
    script.set(Err(broken()));
    let cache = script.cache();
    let start = Instant::now();
    let reader = cache.enter(&key(), false);
    sleep(Duration::from_secs(600)).await;
    assert_eq!(script.read_at(start), [0, 5, 25, 70, 150, 275, 455]);
    drop(reader);
    sleep(Duration::from_secs(31)).await;

    // who is told of changes finds out sooner that it is well again
    let start = Instant::now();
    let mut subscription = subscribe(&cache);
    sleep(Duration::from_secs(170)).await;
    assert_eq!(script.read_at(start)[7..], [0, 5, 25, 70, 115, 160]);
    let version = subscription.version().unwrap();
    assert!(version.as_str().starts_with('!'));
    assert_eq!(script.follows.load(Ordering::Relaxed), 0);

    // somebody who looks does not wait for that, and is one of many
    let key = key();
    let looks = (0..10).map(|_| cache.get(&key));
    for outcome in futures::future::join_all(looks).await {
        assert_eq!(outcome.unwrap().problem, Some(broken()));
    }
    assert_eq!(script.reads(), 14);

    // a success clears the count
    script.set(Ok("b"));
    assert_eq!(value(&cache.get(&key).await.unwrap()), "b");
    subscription.changed().await;
    script.set(Err(broken()));
    let start = Instant::now();
    let before = script.reads();
    script.wake(Woken::Moved);
    sleep(Duration::from_secs(6)).await;
    assert_eq!(script.read_at(start)[before..], [0, 5]);
    // what was good is kept, and said to be old
    let outcome = cache.get(&key).await.unwrap();
    assert_eq!(
        (value(&outcome), outcome.problem),
        ("b".to_owned(), Some(broken()))
    );
}

#[tokio::test(start_paused = true)]
async fn waits_that_break_are_no_failure_while_reading_goes_well() {
    let script = Script::new();
    let cache = script.cache();
    let mut subscription = subscribe(&cache);
    subscription.changed().await;
    subscription.version();
    for _ in 0..20 {
        script.tell.send(Err(broken())).unwrap();
    }
    sleep(Duration::from_secs(300)).await;
    assert!(subscription.changed().now_or_never().is_none());
    // a read at each break, and one after each pause: 5 s, 20 s, 45 s, 80 s, 125 s
    let reads = script.reads();
    assert!((10..=14).contains(&reads), "{reads}");
}

#[tokio::test(start_paused = true)]
async fn where_the_history_is_lost_it_is_read_anew() {
    let script = Script::new();
    let cache = script.cache();
    let mut subscription = subscribe(&cache);
    subscription.changed().await;
    subscription.version();
    script.set(Ok("b"));
    script.wake(Woken::Lost);
    subscription.changed().await;
    assert_eq!(
        (script.reads(), script.follows.load(Ordering::Relaxed)),
        (2, 2)
    );
}

#[tokio::test(start_paused = true)]
async fn a_write_is_seen_by_the_next_reader() {
    for direct in [false, true] {
        let script = Script::new();
        script.is_direct.store(direct, Ordering::Relaxed);
        let cache = script.cache();
        let key = key();
        cache.get(&key).await.unwrap();
        script.set(Ok("b"));
        cache.outdate(|_| true);
        assert_eq!(value(&cache.get(&key).await.unwrap()), "b");

        // a read that began before the write is none that the reader can take
        script.gate.forget_permits(Semaphore::MAX_PERMITS);
        cache.outdate(|_| true);
        settle().await;
        let early = script.reads();
        cache.outdate(|_| true);
        let mut reader = Box::pin(cache.get(&key));
        assert!(futures::poll!(&mut reader).is_pending());
        script.set(Ok("c"));
        script.gate.add_permits(1);
        settle().await;
        assert!(futures::poll!(&mut reader).is_pending());
        script.gate.add_permits(1);
        assert_eq!(value(&reader.await.unwrap()), "c");
        assert_eq!(script.reads(), early + 1);
        // others are not concerned
        let before = script.reads();
        cache.outdate(|_| false);
        cache.get(&key).await.unwrap();
        assert_eq!(script.reads(), before);
    }
}

#[tokio::test(start_paused = true)]
async fn two_hundred_cost_what_one_costs() {
    let mut costs = Vec::new();
    for many in [1, 200] {
        let script = Script::new();
        let cache = script.cache();
        let mut subscriptions: Vec<_> = (0..many).map(|_| subscribe(&cache)).collect();
        for change in 0..10 {
            script.set(Ok(if change % 2 == 0 { "b" } else { "a" }));
            script.wake(Woken::Moved);
            sleep(Duration::from_secs(2)).await;
        }
        let versions: BTreeSet<_> = subscriptions
            .iter_mut()
            .map(|subscription| subscription.version().unwrap())
            .collect();
        assert_eq!(versions.len(), 1);
        costs.push((script.reads(), script.follows.load(Ordering::Relaxed)));
    }
    assert_eq!(costs[0], costs[1]);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_waited_for_is_polled_for_those_who_are_told() {
    let script = Script::new();
    script.can_follow.store(false, Ordering::Relaxed);
    let cache = script.cache();
    let subscription = subscribe(&cache);
    sleep(Duration::from_secs(60)).await;
    let reads = script.reads();
    assert!((5..=13).contains(&reads), "{reads}");
    drop(subscription);
    sleep(Duration::from_secs(31)).await;
    // who only looks, looks at what is at most a second old
    let before = script.reads();
    for _ in 0..5 {
        cache.get(&key()).await.unwrap();
    }
    advance(Duration::from_millis(1100)).await;
    cache.get(&key()).await.unwrap();
    sleep(Duration::from_secs(25)).await;
    assert_eq!(script.reads(), before + 2);
}
