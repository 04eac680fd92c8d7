//! The folders of a datacenter beside a folder's list. It comes as a part of its own, once the list
//! is painted and where there is room for it. Folders only: the keys are in the list.

pub mod branches;
pub mod handle;
pub mod lines;

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast as _;
use wire::search::lower;

use super::path;
use crate::{
    components::{Still, dynamic, icon, still},
    effect::effect,
    i18n::{number, use_t},
    routes,
};
use branches::Branches;
use handle::Handle;
use lines::{Line, Stand};

/// What was typed is one word for so long.
const TYPED_MILLISECONDS: f64 = 700.0;

/// The tree, its head and its handle.
#[component]
pub fn FolderTree(
    /// Datacenter.
    dc: String,
    /// The folder that is looked at.
    folder: Memo<String>,
) -> impl IntoView {
    let t = use_t();
    let tree = Tree {
        dc: StoredValue::new(dc.clone()),
        branches: Branches::remembered(dc.clone()),
        folder,
        active: RwSignal::new(folder.get_untracked()),
        typed: StoredValue::new((String::new(), 0.0)),
        node: NodeRef::new(),
    };
    effect(move || {
        let folder = folder.get();
        tree.branches.reveal(&folder);
        tree.active.set(folder);
    });
    tree.hold_focus();
    let top = routes::kv(&dc, "");
    view! {
        <a class="tree-head" href=top>{t.kv.tree}</a>
        <div
            class="tree-lines"
            role="tree"
            aria-label=t.kv.tree
            node_ref=tree.node
            on:click=move |event| tree.click(&event)
            on:keydown=move |event| tree.press(&event)
            on:focusin=move |event| tree.focused(event.target())
        >
            {dynamic(move || tree.draw())}
        </div>
        <Handle/>
    }
    .into_any()
}

#[derive(Clone, Copy)]
struct Tree {
    dc: StoredValue<String>,
    branches: Branches,
    folder: Memo<String>,
    /// The folder that the keyboard is at.
    active: RwSignal<String>,
    typed: StoredValue<(String, f64)>,
    node: NodeRef<html::Div>,
}

impl Tree {
    fn draw(self) -> Still {
        let (active, folder) = (self.active.get(), self.folder.get());
        let lines = self.branches.lines();
        let is_there = lines
            .iter()
            .any(|line| matches!(line, Line::Folder { key, .. } if *key == active));
        let items = lines.iter().enumerate().map(|(at, line)| {
            // the tab key enters where the keyboard was, else at the first
            let enters = |key: &str| if is_there { key == active } else { at == 0 };
            self.item(line, &folder, enters)
        });
        still("div").child(items.collect::<Vec<_>>())
    }

    fn item(self, line: &Line, current: &str, enters: impl Fn(&str) -> bool) -> Still {
        let t = use_t();
        let dc = self.dc.get_value();
        match line {
            Line::Folder {
                key,
                name,
                level,
                place: (at, of),
                stand,
            } => {
                let spelled = path::spelled(name);
                let item = still("a")
                    .class("tree-line")
                    .with("role", "treeitem")
                    .with("href", routes::kv(&dc, key))
                    .with("title", key.clone())
                    .with("tabindex", if enters(key) { "0" } else { "-1" })
                    .with("data-folder", key.clone())
                    .with("data-level", level.min(&8).to_string())
                    .with("aria-level", level.to_string())
                    .with("aria-posinset", at.to_string())
                    .with("aria-setsize", of.to_string())
                    .with(
                        "aria-selected",
                        if key == current { "true" } else { "false" },
                    );
                let item = match stand {
                    Stand::Closed => item.with("aria-expanded", "false"),
                    Stand::Open => item.with("aria-expanded", "true"),
                    Stand::Leaf => item,
                };
                let toggle = still("span").class("tree-toggle");
                item.child(match stand {
                    Stand::Leaf => toggle,
                    _ => toggle.child(icon("right")),
                })
                .child(icon("folder"))
                .child(still("span").class("ellipsis").text(spelled))
            }
            Line::More {
                folder,
                level,
                count,
            } => still("a")
                .class("tree-line is-more")
                .with("role", "treeitem")
                .with("href", routes::kv(&dc, folder))
                .with("tabindex", "-1")
                .with("data-level", level.min(&8).to_string())
                .with("aria-level", level.to_string())
                .text((t.folder.tree_more)(&number(*count as u64))),
        }
    }

    fn click(self, event: &web_sys::MouseEvent) {
        let Some(target) = element(event.target()) else {
            return;
        };
        let is_toggle = target.closest(".tree-toggle").ok().flatten().is_some();
        if let (true, Some(folder)) = (is_toggle, folder_of(&target)) {
            event.prevent_default();
            self.toggle(&folder);
        }
    }

    fn toggle(self, folder: &str) {
        if self.branches.has(folder) {
            self.branches.close(folder);
        } else {
            self.branches.open(folder);
        }
    }

    fn focused(self, target: Option<web_sys::EventTarget>) {
        let folder = element(target).as_ref().and_then(folder_of);
        if let Some(folder) = folder
            && self.active.with_untracked(|active| *active != folder)
        {
            self.active.set(folder);
        }
    }

    fn press(self, event: &web_sys::KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let items = self.items();
        let focused = document().active_element();
        let at = items.iter().position(|item| {
            focused
                .as_ref()
                .is_some_and(|focused| focused.is_same_node(Some(item)))
        });
        let Some(at) = at else { return };
        let folder = folder_of(&items[at]);
        let is_open = items[at].get_attribute("aria-expanded").as_deref() == Some("true");
        let to = match (event.key().as_str(), folder) {
            ("ArrowDown", _) => Some(at + 1),
            ("ArrowUp", _) => at.checked_sub(1),
            ("Home", _) => Some(0),
            ("End", _) => items.len().checked_sub(1),
            ("ArrowRight", Some(_)) if is_open => Some(at + 1),
            ("ArrowRight", Some(folder)) => {
                self.branches.open(&folder);
                None
            }
            ("ArrowLeft", Some(folder)) if is_open => {
                self.branches.close(&folder);
                None
            }
            ("ArrowLeft", _) => (0..at)
                .rev()
                .find(|above| level(&items[*above]) < level(&items[at])),
            (letter, _) if letter.chars().count() == 1 && !matches!(letter, "/" | "?" | " ") => {
                self.type_ahead(letter, &items, at)
            }
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(item) = to.and_then(|to| items.get(to)) {
            let _ = item.focus();
        }
    }

    /// The next folder whose name begins with what is typed.
    fn type_ahead(self, letter: &str, items: &[web_sys::HtmlElement], at: usize) -> Option<usize> {
        let now = js_sys::Date::now();
        let typed = self.typed.try_update_value(|(typed, when)| {
            if now - *when > TYPED_MILLISECONDS {
                typed.clear();
            }
            typed.push_str(&lower(letter));
            *when = now;
            typed.clone()
        })?;
        // a first letter goes on, further ones may mean the same folder
        let first = if typed.chars().count() > 1 {
            at
        } else {
            at + 1
        };
        (first..first + items.len())
            .map(|place| place % items.len())
            .find(|place| {
                let text = items[*place].text_content().unwrap_or_default();
                lower(&text).starts_with(&typed)
            })
    }

    fn items(self) -> Vec<web_sys::HtmlElement> {
        let found = self
            .node
            .get_untracked()
            .and_then(|node| node.query_selector_all("[role=treeitem]").ok());
        let Some(found) = found else {
            return Vec::new();
        };
        (0..found.length())
            .filter_map(|at| found.item(at)?.dyn_into().ok())
            .collect()
    }

    /// Lines are drawn in place: the focus stays with its folder, not with its place.
    fn hold_focus(self) {
        effect(move || {
            let _ = self.branches.lines();
            // once they are drawn
            request_animation_frame(move || self.focus_active());
        });
    }

    fn focus_active(self) {
        let Some(active) = self.active.try_get_untracked() else {
            return;
        };
        let focused = document().active_element();
        let is_inside = focused.as_ref().is_some_and(|focused| {
            self.node
                .get_untracked()
                .is_some_and(|node| node.contains(Some(focused)))
        });
        if !is_inside || focused.as_ref().and_then(folder_of).as_ref() == Some(&active) {
            return;
        }
        let items = self.items();
        let item = items
            .iter()
            .find(|item| folder_of(item).as_ref() == Some(&active));
        if let Some(item) = item {
            let _ = item.focus();
        }
    }
}

fn element(target: Option<web_sys::EventTarget>) -> Option<web_sys::Element> {
    target?.dyn_into().ok()
}

/// The folder whose line an element is in.
fn folder_of(element: &web_sys::Element) -> Option<String> {
    element
        .closest("[data-folder]")
        .ok()??
        .get_attribute("data-folder")
}

fn level(item: &web_sys::HtmlElement) -> usize {
    let level = item.get_attribute("aria-level");
    level.and_then(|level| level.parse().ok()).unwrap_or(1)
}
