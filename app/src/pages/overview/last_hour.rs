//! How many services failed over the last hour, as a line.

use leptos::prelude::*;
use wire::overview::Moment;

use super::datacenter::now_seconds;
use crate::{components::dynamic, i18n::Messages};

const HOUR_SECONDS: u64 = 3_600;

/// How long a moment is.
const MOMENT_SECONDS: u64 = 60;

/// The server looks once a minute, and a look may fall just beyond its minute: only what is longer
/// than this between two is a gap.
const GAP_SECONDS: u64 = 2 * MOMENT_SECONDS;

/// How wide and high the line is, in its own units.
const WIDTH: u64 = 120;
const HEIGHT: u32 = 20;

/// The line, and what it says in words; drawn anew when `minute` moves, since the hour ends now.
pub(super) fn last_hour(
    t: &'static Messages,
    history: Vec<Moment>,
    minute: RwSignal<u64>,
) -> AnyView {
    dynamic(move || {
        minute.track();
        let hour = Hour::of(&history, now_seconds());
        let said = hour.said(t);
        if hour.spans.is_empty() {
            return view! { <small>{said}</small> }.into_any();
        }
        view! {
            <svg class="spark-line" viewBox="0 0 120 20" preserveAspectRatio="none" aria-hidden="true">
                <path class="is-unseen" d=hour.gaps()></path>
                <path d=hour.line()></path>
            </svg>
            <small title=said.clone()>{said.clone()}</small>
        }
        .into_any()
    })
    .into_any()
}

/// Some time in which so many failed, in seconds since the hour began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    from: u64,
    to: u64,
    failing: u32,
}

/// What was seen of an hour, oldest first.
struct Hour {
    spans: Vec<Span>,
}

impl Hour {
    /// The hour that ends `now`, in seconds since 1970.
    fn of(history: &[Moment], now: u64) -> Self {
        // the last moment may not be over, and the browser's clock may be behind the server's
        let last = history.last().map_or(0, |last| last.at);
        let now = now.max(last + MOMENT_SECONDS);
        let begin = now.saturating_sub(HOUR_SECONDS);
        let nexts = history.iter().skip(1).map(|next| next.at).chain([now]);
        let spans = history.iter().zip(nexts).filter_map(|(moment, next)| {
            let to = match next.saturating_sub(moment.at) {
                0..=GAP_SECONDS => next,
                _ => moment.at + MOMENT_SECONDS,
            };
            Some(Span {
                from: moment.at.saturating_sub(begin),
                to: to.checked_sub(begin).filter(|to| *to > 0)?,
                failing: moment.services.critical + moment.services.warning,
            })
        });
        Self {
            spans: spans.collect(),
        }
    }

    fn worst(&self) -> u32 {
        let failing = self.spans.iter().map(|span| span.failing);
        failing.max().unwrap_or_default()
    }

    fn unseen_seconds(&self) -> u64 {
        let seen: u64 = self.spans.iter().map(|span| span.to - span.from).sum();
        HOUR_SECONDS.saturating_sub(seen)
    }

    fn said(&self, t: &'static Messages) -> String {
        if self.spans.is_empty() {
            return t.overview.not_seen.to_owned();
        }
        let worst = (t.overview.worst)(self.worst());
        let begin = self.spans.first().map_or(0, |first| first.from);
        match (begin, self.unseen_seconds()) {
            (_, 0..=GAP_SECONDS) => worst,
            // nothing was missed since: waggle may not have been there before
            (begin, unseen) if unseen <= begin + GAP_SECONDS => {
                (t.overview.worst_since)(&worst, &(t.overview.duration)(HOUR_SECONDS - begin))
            }
            (_, unseen) => (t.overview.worst_unseen)(&worst, &(t.overview.duration)(unseen)),
        }
    }

    /// Steps as high as the numbers; what was not seen is left out.
    fn line(&self) -> String {
        let most = self.worst().max(1);
        let mut path = String::new();
        let mut end = None;
        for span in &self.spans {
            let y = HEIGHT - 2 - (HEIGHT - 4) * span.failing / most;
            path.push_str(&match end {
                Some(end) if end == span.from => format!("V{y}"),
                _ => format!("M{} {y}", x(span.from)),
            });
            path.push_str(&format!("H{}", x(span.to)));
            end = Some(span.to);
        }
        path
    }

    /// The ground below what was not seen.
    fn gaps(&self) -> String {
        let ends = [0].into_iter().chain(self.spans.iter().map(|span| span.to));
        let begins = self.spans.iter().map(|span| span.from);
        ends.zip(begins.chain([HOUR_SECONDS]))
            .filter(|(from, to)| from < to)
            .map(|(from, to)| format!("M{} {}H{}", x(from), HEIGHT - 2, x(to)))
            .collect()
    }
}

fn x(seconds: u64) -> u64 {
    seconds * WIDTH / HOUR_SECONDS
}

#[cfg(test)]
mod tests {
    use wire::health::Counts;

    use super::*;
    use crate::i18n::{Language, messages};

    /// Moments by how many minutes after 1,000 h they began, and how many failed.
    fn moments(list: &[(u64, u32)]) -> Vec<Moment> {
        let moment = |(minute, critical): &(u64, u32)| Moment {
            at: at(*minute),
            services: Counts {
                critical: *critical,
                ..Counts::default()
            },
        };
        list.iter().map(moment).collect()
    }

    fn at(minute: u64) -> u64 {
        3_600_000 + 60 * minute
    }

    #[test]
    fn a_whole_hour_is_as_wide_as_its_box() {
        let all: Vec<(u64, u32)> = (0..60)
            .map(|minute| (minute, u32::from(minute == 30)))
            .collect();
        let hour = Hour::of(&moments(&all), at(60));
        let line = hour.line();
        assert!(line.starts_with("M0 18H2V18H4"), "{line}");
        assert!(line.contains("H60V2H62V18H64"), "{line}");
        assert!(line.ends_with("H118V18H120"), "{line}");
        assert_eq!(hour.gaps(), "");
        assert_eq!(hour.said(messages(Language::En)), "up to 1 at once");
    }

    #[test]
    fn what_was_not_seen_is_a_gap_of_its_own_width() {
        let t = messages(Language::En);
        // silent from minute 10 to 40; a look of minute 42 fell into 43
        let hour = Hour::of(&moments(&[(9, 2), (40, 1), (41, 0), (43, 0)]), at(44));
        // the hour began at minute -16
        assert_eq!(hour.line(), "M50 2H52M112 10H114V18H118V18H120");
        assert_eq!(hour.gaps(), "M0 18H50M52 18H112");
        assert_eq!(hour.said(t), "up to 2 at once; not seen for 55 min");
    }

    #[test]
    fn two_minutes_are_two_minutes_at_the_end() {
        let hour = Hour::of(&moments(&[(0, 0), (1, 3)]), at(1) + 20);
        assert_eq!(hour.line(), "M116 18H118V2H120");
        assert_eq!(hour.gaps(), "M0 18H116");
        let said = |language| hour.said(messages(language));
        assert_eq!(said(Language::En), "up to 3 at once in 2 min");
        assert_eq!(said(Language::ZhCn), "2 分钟内最多同时 3 个");
    }

    #[test]
    fn who_fell_silent_leaves_the_hour() {
        let t = messages(Language::En);
        let seen = moments(&[(0, 1), (1, 1)]);
        assert_eq!(Hour::of(&seen, at(31)).line(), "M58 2H60V2H62");
        // half of the first minute is over an hour ago
        let hour = Hour::of(&seen, at(60) + 30);
        assert_eq!(hour.line(), "M0 2H1V2H3");
        let hour = Hour::of(&seen, at(180));
        assert_eq!(
            (hour.line(), hour.said(t)),
            (String::new(), "not seen in this hour".into())
        );
        assert!(Hour::of(&[], at(0)).spans.is_empty());
    }
}
