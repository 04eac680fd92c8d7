//! The rows of a folder, and what stands there without any.

use leptos::prelude::*;
use wire::{format::Format, kv::KvEntry};

use super::{columns, folder::count, selection::Selection, words};
use crate::{
    components::{Blank, icon, key_text, still},
    i18n::use_t,
    lazy::Part,
    navigation::use_navigation,
    pages::listing::{Row, RowPlace},
    routes,
    state::use_settings,
};

impl Row for KvEntry {
    fn is_about(&self, other: &Self) -> bool {
        self.key == other.key
    }

    fn draw(&self, place: &RowPlace) -> AnyView {
        let (glyph, href) = if self.folder {
            ("folder", routes::kv(place.dc, &self.key))
        } else {
            ("file", routes::kv_edit(place.dc, &self.key))
        };
        let format = (!self.folder).then(|| Format::from_key(&self.key));
        let t = use_t();
        let key = (!self.folder).then(|| self.key.clone());
        let name = still("span")
            .class("ellipsis")
            .child(key_text(t, &self.name))
            .text(if self.folder { "/" } else { "" });
        let link = still("a")
            .class("key-name")
            .with("data-row-link", "")
            .with("href", href)
            .with("title", self.key.clone())
            .child([icon(glyph), name]);
        let badge = format.map(|format| {
            still("span")
                .class("badge")
                .text(words::format(&t.kv, format))
        });
        view! {
            <tr
                class=place.class()
                aria-rowindex=place.index
                data-key=self.key.clone()
                aria-selected=selected(&self.key)
            >
                <td data-part=Part::Changes.name()>{pick_box(&self.key, &self.name)}</td>
                {still("td").child(link)}
                <td class="key-marks">{badge}{key.clone().map(columns::marks)}</td>
                {columns::cells(key)}
            </tr>
        }
        .into_any()
    }
}

/// Whether the row is picked, as the row says it.
fn selected(key: &str) -> impl Fn() -> Option<&'static str> + use<> {
    let selection = use_context::<Selection>();
    let key = key.to_owned();
    move || selection?.has(&key).then_some("true")
}

fn pick_box(key: &str, name: &str) -> Option<AnyView> {
    let t = use_t();
    let selection = use_context::<Selection>()?;
    let label = (t.changes.select)(name);
    let (key, picked) = (key.to_owned(), key.to_owned());
    let view = view! {
        <input
            type="checkbox"
            aria-label=label
            prop:checked=move || selection.has(&picked)
            on:click=move |event| selection.toggle(&key, event.shift_key())
        />
    };
    Some(view.into_any())
}

/// There is no key.
#[component]
pub fn NoKeys(
    /// Datacenter.
    dc: String,
    /// The folder.
    folder: String,
) -> impl IntoView {
    let t = use_t();
    let can_write = !use_settings().read_only;
    let is_root = folder.is_empty();
    let create = routes::kv_create(&dc, &folder);
    view! {
        <Blank
            icon="kv"
            title=Signal::derive(move || {
                if is_root { t.folder.none_title } else { t.folder.folder_empty_title }.to_owned()
            })
            text=Signal::derive(move || {
                if is_root { t.folder.none_text } else { t.folder.folder_empty_text }.to_owned()
            })
        >
            {can_write.then(|| view! { <a class="button" href=create>{t.kv.new_key}</a> }.into_any())}
        </Blank>
    }
    .into_any()
}

/// No key matches.
#[component]
pub fn NoMatch(
    /// How many there are without the filter.
    total: Memo<usize>,
) -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    view! {
        <Blank icon="search" title=Signal::derive(move || (t.folder.no_match)(count(total.get())))>
            <button type="button" class="button" on:click=move |_| navigation.set_query("q", "")>
                {t.common.clear_filter}
            </button>
        </Blank>
    }
    .into_any()
}
