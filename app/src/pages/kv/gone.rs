//! When a key or a folder left, and by whom, where that was recorded.

use leptos::prelude::*;
use wire::history::{Kind, Note, Record, Records};

use crate::{
    api::{self, history::HistoryQuery, request},
    components::{Moment, dynamic, key_history::who_text},
    effect::effect,
    i18n::use_t,
};

/// The deletion that a key or a folder ended with; none where the last that is known is another
/// change, after which it went unseen.
fn end(records: Records) -> Option<Record> {
    let last = records.items.into_iter().next();
    last.filter(|record| record.kind == Kind::Deleted)
}

/// When it left and by whom; nothing where that is not known.
#[component]
pub fn WhenGone(
    /// Datacenter.
    dc: String,
    /// The whole key; a folder's ends with `/`.
    key: String,
) -> impl IntoView {
    let t = use_t();
    let is_folder = key.ends_with('/');
    let found = RwSignal::new(None::<Record>);
    let query = HistoryQuery {
        limit: 1,
        ..if is_folder {
            HistoryQuery {
                prefix: key,
                ..HistoryQuery::default()
            }
        } else {
            HistoryQuery {
                key,
                ..HistoryQuery::default()
            }
        }
    };
    let url = api::history::records(&dc, &query);
    effect(move || {
        let url = url.clone();
        leptos::task::spawn_local_scoped_with_cancellation(async move {
            // what is not known is not said
            if let Ok(records) = request::get::<Records>(&url).await {
                found.try_set(end(records));
            }
        });
    });
    dynamic(move || {
        let record = found.get()?;
        let what = if is_folder {
            t.versions.last_key_deleted
        } else {
            t.versions.deleted
        };
        let unwatched = record.notes.contains(&Note::Unwatched);
        let who = who_text(t, &record);
        Some(
            view! {
                <p class="when-gone" role="status">
                    {what}" "<Moment at=record.seen/>" · "{who}
                    {unwatched.then(|| view! { " "<span class="tag" title=t.versions.unwatched_hint>{t.versions.unwatched}</span> }.into_any())}
                </p>
            }
            .into_any(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_deletion_is_an_end() {
        let records = |kinds: &[Kind]| Records {
            items: kinds
                .iter()
                .map(|kind| Record {
                    kind: *kind,
                    ..Record::default()
                })
                .collect(),
            ..Records::default()
        };
        assert!(end(records(&[Kind::Deleted, Kind::Created])).is_some());
        assert!(end(records(&[Kind::Updated, Kind::Deleted])).is_none());
        assert!(end(records(&[])).is_none());
    }
}
