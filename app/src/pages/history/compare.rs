//! Two versions of a key, whichever.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{
    history::{Record, RecordDetail},
    problem::Problem,
};

use super::{detail::compared, side::Side};
use crate::{
    api,
    components::{ProblemView, dynamic},
    effect::effect,
    i18n::use_t,
};

type Pair = (Arc<RecordDetail>, Arc<RecordDetail>);

/// What differs between two picked versions; how to pick them while they are fewer.
#[component]
pub fn Comparison(
    /// At most two.
    picked: RwSignal<Vec<Record>>,
) -> impl IntoView {
    let t = use_t();
    let found = RwSignal::new(None::<Result<Pair, Problem>>);
    effect(move || {
        let mut ids: Vec<u64> = picked.with(|picked| picked.iter().map(|one| one.id).collect());
        ids.sort_unstable();
        found.set(None);
        let [old, new] = ids[..] else {
            return;
        };
        leptos::task::spawn_local_scoped_with_cancellation(async move {
            let both = async {
                let old = api::history::record(old).await?;
                let new = api::history::record(new).await?;
                Ok((Arc::new(old), Arc::new(new)))
            };
            found.try_set(Some(both.await));
        });
    });
    let clear = move |_| picked.set(Vec::new());
    dynamic(move || {
        let count = picked.with(Vec::len);
        if count == 0 {
            return None;
        }
        let body = match found.get() {
            None if count < 2 => {
                view! { <p class="history-none">{t.history.compare_pick}</p> }.into_any()
            }
            None => view! { <p class="history-wait skeleton"></p> }.into_any(),
            Some(Err(problem)) => {
                let retry = Callback::new(move |()| picked.update(|_| ()));
                view! { <ProblemView problem retry/> }.into_any()
            }
            Some(Ok((old, new))) => {
                let secret = old.record.secret || new.record.secret;
                compared([Side::after(&old), Side::after(&new)], ["", ""], secret)
            }
        };
        Some(
            view! {
                <section class="history-comparison" aria-label=t.history.compare_two>
                    <div class="section-head">
                        <h2>{t.history.compare_two}</h2>
                        <button type="button" class="button is-small is-quiet push-end" on:click=clear>
                            {t.history.compare_clear}
                        </button>
                    </div>
                    {body}
                </section>
            }
            .into_any(),
        )
    })
}
