//! A file of keys becomes a planned change. May import everything but other pages.

use leptos::{html, prelude::*};
use wire::{changes::Change, problem::Problem};

use crate::{
    api,
    components::{ChangePreview, Crumb, Icon, PageHead},
    i18n::use_t,
    navigation::use_navigation,
    routes,
    state::use_settings,
};

/// What the page knows.
#[derive(Clone, Copy)]
struct Import {
    dc: StoredValue<String>,
    prefix: Memo<String>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
    change: RwSignal<Option<Change>>,
}

impl Import {
    fn plan(self, file: web_sys::File) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        let (dc, prefix) = (self.dc.get_value(), folder(&self.prefix.get_untracked()));
        leptos::task::spawn_local(async move {
            match api::changes::plan_import(&dc, &prefix, &file).await {
                Ok(change) => {
                    self.change.try_set(Some(change));
                }
                Err(problem) => {
                    self.problem.try_set(Some(problem));
                }
            }
            self.busy.try_set(false);
        });
    }
}

/// A folder as it is meant, whether its last slash was typed or not.
fn folder(text: &str) -> String {
    if text.is_empty() || text.ends_with('/') {
        text.to_owned()
    } else {
        format!("{text}/")
    }
}

/// Takes a file, and shows what it would change.
#[component]
pub fn ImportPage(
    /// Datacenter.
    dc: String,
) -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let import = Import {
        dc: StoredValue::new(dc.clone()),
        prefix: navigation.query("prefix"),
        busy: RwSignal::new(false),
        problem: RwSignal::new(None),
        change: RwSignal::new(None),
    };
    let crumbs = vec![Crumb {
        label: dc.clone(),
        href: routes::kv(&dc, ""),
    }];
    let read_only = use_settings().read_only;
    view! {
        <PageHead title=t.changes.import_title crumbs=Signal::derive(move || crumbs.clone())/>
        <div class="import-page">
            {if read_only {
                view! { <p>{t.common.read_only}</p> }.into_any()
            } else {
                view! { <Form import/> }.into_any()
            }}
        </div>
        {move || preview(import)}
    }
    .into_any()
}

fn preview(import: Import) -> Option<AnyView> {
    let change = import.change.get()?;
    let on_close = Callback::new(move |()| import.change.set(None));
    let on_done = Callback::new(move |()| import.problem.set(None));
    Some(view! { <ChangePreview change on_close on_done/> }.into_any())
}

#[component]
fn Form(
    /// What is known.
    import: Import,
) -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let input = NodeRef::<html::Input>::new();
    let is_over = RwSignal::new(false);
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else {
            return;
        };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            import.plan(file);
        }
        // the same file can be chosen again
        input.set_value("");
    };
    let dropped = move |event: web_sys::DragEvent| {
        event.prevent_default();
        is_over.set(false);
        let files = event.data_transfer().and_then(|data| data.files());
        if let Some(file) = files.and_then(|files| files.get(0)) {
            import.plan(file);
        }
    };
    view! {
        <label class="dialog-field">
            <span>{t.changes.import_into}</span>
            <span class="field">
                <input
                    type="text"
                    class="mono"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    prop:value=import.prefix
                    on:input=move |event| navigation.set_query("prefix", &event_target_value(&event))
                />
            </span>
            <small class="text-tertiary">{t.changes.import_into_help}</small>
        </label>
        <div
            class="drop-zone"
            class:is-over=move || is_over.get()
            on:dragover=move |event: web_sys::DragEvent| {
                event.prevent_default();
                is_over.set(true);
            }
            on:dragleave=move |_| is_over.set(false)
            on:drop=dropped
        >
            <Icon name="export"/>
            <p>{t.changes.drop_here}</p>
            <label class="button is-primary file-button">
                {move || if import.busy.get() { t.changes.reading } else { t.changes.choose_file }}
                <input
                    type="file"
                    node_ref=input
                    accept=".json,.yaml,.yml,.zip"
                    disabled=move || import.busy.get()
                    on:change=chosen
                />
            </label>
            <small class="text-tertiary">{t.changes.import_formats}</small>
        </div>
        {move || {
            import
                .problem
                .get()
                .map(|problem| {
                    view! {
                        <div class="dialog-problem" role="alert">
                            <p><b>{t.changes.import_refused}</b></p>
                            <pre>{problem.detail}</pre>
                        </div>
                    }.into_any()
                })
        }}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_ends_with_a_slash() {
        assert_eq!(folder(""), "");
        assert_eq!(folder("a/b"), "a/b/");
        assert_eq!(folder("a/b/"), "a/b/");
    }
}
