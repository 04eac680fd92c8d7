//! The two sides: a datacenter and a folder each.

use leptos::prelude::*;

use super::state::{Asked, State};
use crate::{
    api::compare::FolderPlace,
    components::{Icon, dynamic},
    effect::effect,
    i18n::use_t,
    navigation::use_navigation,
    routes::{self, Tool},
    shell::use_datacenters,
};

/// The address of a comparison.
fn address(left: &FolderPlace, right: &FolderPlace, show: &str) -> String {
    let mut address = routes::tool(
        &left.dc,
        Tool::Compare,
        &[
            ("prefix", &left.prefix),
            ("with", &right.dc),
            ("with-prefix", &right.prefix),
            ("show", show),
        ],
    );
    if right.prefix.is_empty() && !left.prefix.is_empty() {
        address.push_str("&with-prefix=");
    }
    address
}

/// A folder as it is asked for: people leave out the slash.
fn folder(typed: &str) -> String {
    if typed.is_empty() || typed.ends_with('/') {
        typed.to_owned()
    } else {
        format!("{typed}/")
    }
}

/// Picks both sides.
#[component]
pub fn Sides(
    /// The datacenter of the page, which is the left one's.
    dc: String,
    /// The comparison.
    state: State,
) -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let now = Asked::of(navigation, &dc).unwrap_or_default();
    let prefix = navigation.value("prefix");
    let left = (RwSignal::new(dc.clone()), RwSignal::new(prefix.clone()));
    let other = if now.right.dc.is_empty() {
        prefix
    } else {
        now.right.prefix
    };
    let right = (RwSignal::new(now.right.dc), RwSignal::new(other));
    let place = |(dc, prefix): (RwSignal<String>, RwSignal<String>)| FolderPlace {
        dc: dc.get_untracked(),
        prefix: folder(&prefix.get_untracked()),
    };
    let go = move |left: FolderPlace, right: FolderPlace| {
        let show = navigation.value("show");
        let url = address(&left, &right, &show);
        let same = state.asked.with_untracked(|asked| {
            asked
                .as_ref()
                .is_some_and(|asked| asked.left == left && asked.right == right)
        });
        if same {
            state.again();
        } else {
            navigation.go(&url);
        }
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        go(place(left), place(right));
    };
    let swap = move |_| go(place(right), place(left));
    view! {
        <form class="page-bar compare-sides" on:submit=submit>
            {side(t.compare.left, left)}
            <button
                type="button"
                class="button is-icon-only is-quiet"
                aria-label=t.compare.swap
                title=t.compare.swap
                on:click=swap
            >
                <Icon name="intentions"/>
            </button>
            {side(t.compare.right, right)}
            <button type="submit" class="button is-primary" disabled=move || state.busy.get()>
                {t.compare.compare}
            </button>
        </form>
    }
    .into_any()
}

fn side(label: &'static str, (dc, prefix): (RwSignal<String>, RwSignal<String>)) -> AnyView {
    let t = use_t();
    let datacenters = use_datacenters().data;
    let names = Memo::new(move |_| {
        let mut names: Vec<String> = datacenters.with(|data| {
            let items = data.as_ref().map(|data| &data.items);
            let items = items.into_iter().flatten();
            items.map(|item| item.name.clone()).collect()
        });
        let picked = dc.get();
        if !picked.is_empty() && !names.contains(&picked) {
            names.push(picked);
        }
        names
    });
    // a side that names no datacenter yet gets another one than the first, where there is one
    effect(move || {
        if dc.with(String::is_empty) {
            let other = names.with(|names| names.get(1).or(names.first()).cloned());
            if let Some(other) = other {
                dc.set(other);
            }
        }
    });
    let options = dynamic(move || {
        let picked = dc.get();
        names
            .get()
            .into_iter()
            .map(|name| {
                let selected = name == picked;
                let label = name.clone();
                view! { <option value=name selected=selected>{label}</option> }.into_any()
            })
            .collect::<Vec<_>>()
    });
    view! {
        <fieldset class="compare-side">
            <legend>{label}</legend>
            <select
                class="select"
                aria-label=format!("{label}: {}", t.common.datacenter)
                on:change=move |event| dc.set(event_target_value(&event))
            >
                {options}
            </select>
            <label class="field">
                <Icon name="folder"/>
                <span class="visually-hidden">{label}": "{t.compare.folder}</span>
                <input
                    type="text"
                    class="mono"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    placeholder=t.search.whole_store_hint
                    prop:value=prefix
                    on:input=move |event| prefix.set(event_target_value(&event))
                />
            </label>
        </fieldset>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_store_is_told_from_the_same_folder() {
        let place = |dc: &str, prefix: &str| FolderPlace {
            dc: dc.into(),
            prefix: prefix.into(),
        };
        assert_eq!(
            address(&place("dc1", "a/"), &place("dc2", "b/"), ""),
            "/ui/dc1/compare?prefix=a%2F&with=dc2&with-prefix=b%2F"
        );
        assert_eq!(
            address(&place("dc1", "a/"), &place("dc2", ""), "all"),
            "/ui/dc1/compare?prefix=a%2F&with=dc2&show=all&with-prefix="
        );
        assert_eq!(
            address(&place("dc1", ""), &place("dc2", ""), ""),
            "/ui/dc1/compare?with=dc2"
        );
    }
}
