//! What is done with the keys that are picked: a bar above their list.

use leptos::prelude::*;
use wire::changes::DeleteKeys;

use super::{
    Planned, Selection,
    target::{Target, TargetDialog, Way},
};
use crate::{
    api,
    components::{ChangePreview, Icon},
    i18n::{number, use_t},
    state::use_settings,
};

/// The bar, its dialogs and the preview.
#[component]
pub fn SelectionBar(
    /// Datacenter.
    dc: String,
    /// The folder of the page.
    folder: String,
    /// What is picked.
    selection: Selection,
) -> impl IntoView {
    let target = RwSignal::new(None::<Target>);
    let place = StoredValue::new((dc, folder));
    let count = Memo::new(move |_| selection.keys.with(std::collections::BTreeSet::len));
    view! {
        {move || (count.get() > 0).then(|| buttons(place, selection, count, target))}
        {move || {
            selection
                .problem
                .get()
                .map(|problem| {
                    view! { <p class="dialog-problem" role="alert">{problem.detail}</p> }.into_any()
                })
        }}
        {move || {
            target
                .get()
                .map(|target_now| {
                    let close = Callback::new(move |()| target.set(None));
                    view! { <TargetDialog target=target_now selection close/> }.into_any()
                })
        }}
        {move || preview(selection)}
    }
    .into_any()
}

fn preview(selection: Selection) -> Option<AnyView> {
    let planned = selection.change.get()?;
    let on_close = Callback::new(move |()| selection.change.set(None));
    let on_done = Callback::new(move |()| selection.clear());
    let view = view! {
        <ChangePreview change=planned.change confirm=planned.confirm on_close on_done/>
    };
    Some(view.into_any())
}

fn buttons(
    place: StoredValue<(String, String)>,
    selection: Selection,
    count: Memo<usize>,
    target: RwSignal<Option<Target>>,
) -> AnyView {
    let t = use_t();
    let can_write = !use_settings().read_only;
    let open = move |way: Way| {
        let (dc, folder) = place.get_value();
        let keys = selection
            .keys
            .with_untracked(|keys| keys.iter().cloned().collect());
        target.set(Some(Target {
            way,
            dc,
            folder,
            keys,
        }));
    };
    let button = move |label: &'static str, way: Way| {
        view! {
            <button type="button" class="button is-small" on:click=move |_| open(way)>
                {label}
            </button>
        }
        .into_any()
    };
    let left = Memo::new(move |_| selection.left());
    let one = Memo::new(move |_| count.get() == 1);
    view! {
        <div class="selection-bar" role="toolbar" aria-label=t.changes.selection>
            <b>{move || (t.changes.selected)(&number(count.get() as u64))}</b>
            {move || {
                (left.get() > 0)
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button is-quiet is-small"
                                on:click=move |_| selection.take_all()
                            >
                                {(t.changes.select_all)(&number((left.get() + count.get()) as u64))}
                            </button>
                        }.into_any()
                    })
            }}
            <span class="push-end"></span>
            {can_write
                .then(|| {
                    view! {
                        {button(t.changes.copy_to, Way::Copy)}
                        {button(t.changes.move_to, Way::Move)}
                        {move || {
                            one.get()
                                .then(|| {
                                    view! {
                                        {button(t.changes.rename, Way::Rename)}
                                        {button(t.changes.duplicate, Way::Duplicate)}
                                    }.into_any()
                                })
                        }}
                        <button
                            type="button"
                            class="button is-small is-danger"
                            on:click=move |_| plan_delete(place.get_value().0, selection)
                        >
                            {t.changes.delete}
                        </button>
                    }.into_any()
                })}
            <button
                type="button"
                class="button is-quiet is-small is-icon-only"
                aria-label=t.changes.clear_selection
                on:click=move |_| selection.clear()
            >
                <Icon name="x"/>
            </button>
        </div>
    }
    .into_any()
}

fn plan_delete(dc: String, selection: Selection) {
    let keys: Vec<String> = selection
        .keys
        .with_untracked(|keys| keys.iter().cloned().collect());
    // a folder takes along what is not seen: its name is typed
    let folders = keys.iter().filter(|key| key.ends_with('/')).count();
    let confirm = match keys.as_slice() {
        _ if folders == 0 => None,
        [folder] => Some(super::super::delete_folder::confirmation(folder)),
        keys => Some(keys.len().to_string()),
    };
    selection.problem.set(None);
    let request = DeleteKeys {
        datacenter: dc,
        keys,
    };
    leptos::task::spawn_local(async move {
        match api::changes::plan_delete(&request).await {
            Ok(change) => {
                selection.change.try_set(Some(Planned { change, confirm }));
            }
            Err(problem) => {
                selection.problem.try_set(Some(problem));
            }
        }
    });
}
