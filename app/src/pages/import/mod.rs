//! A file of keys becomes a planned change. May import everything but other pages.

use leptos::{html, prelude::*};
use wire::{changes::Change, health::Health, problem::Problem};

use crate::{
    api,
    components::{
        ChangePreview, Crumb, HealthGlyph, Icon, PageHead, change_preview::recent::RecentChanges,
    },
    i18n::{number, use_t},
    navigation::{Navigation, use_navigation},
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
    /// So many files were dropped, which are too many.
    several: RwSignal<usize>,
    /// A planned change whose names all begin with the folder that is put before them.
    repeating: RwSignal<Option<Change>>,
    /// The file of that one.
    file: StoredValue<Option<web_sys::File>, LocalStorage>,
}

impl Import {
    /// The one file that was chosen or dropped; of several none is taken for the one that is meant.
    fn take(self, files: Option<web_sys::FileList>) {
        let Some(files) = files else {
            return;
        };
        let several = if files.length() > 1 {
            files.length()
        } else {
            0
        };
        self.several.set(several as usize);
        if let (0, Some(file)) = (several, files.get(0)) {
            self.plan(file, folder(&self.prefix.get_untracked()));
        }
    }

    fn plan(self, file: web_sys::File, prefix: String) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        self.repeating.set(None);
        let dc = self.dc.get_value();
        leptos::task::spawn_local(async move {
            match api::changes::plan_import(&dc, &prefix, &file).await {
                Ok(change) if change.repeats.is_some() => {
                    self.file.try_set_value(Some(file));
                    self.repeating.try_set(Some(change));
                }
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

    /// The names of the file stay as they are: nothing is put before them.
    fn keep_names(self, planned: &str) {
        let id = planned.to_owned();
        leptos::task::spawn_local(async move {
            // it is forgotten in ten minutes anyway
            let _ = api::changes::cancel(&id).await;
        });
        if let Some(file) = self.file.try_update_value(Option::take).flatten() {
            self.plan(file, String::new());
        }
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
        several: RwSignal::new(0),
        repeating: RwSignal::new(None),
        file: StoredValue::new_local(None),
    };
    let crumbs = vec![Crumb {
        label: dc.clone(),
        href: routes::kv(&dc, ""),
    }];
    let read_only = use_settings().read_only;
    view! {
        <PageHead title=t.changes.import_title crumbs=Signal::derive(move || crumbs.clone())/>
        <RecentChanges/>
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
        import.take(input.files());
        // the same file can be chosen again
        input.set_value("");
    };
    let dropped = move |event: web_sys::DragEvent| {
        event.prevent_default();
        is_over.set(false);
        import.take(event.data_transfer().and_then(|data| data.files()));
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
        {move || refused(import)}
        {move || repeating(import, navigation)}
    }
    .into_any()
}

/// Why nothing is planned.
fn refused(import: Import) -> Option<AnyView> {
    let t = use_t();
    let detail = match import.several.get() {
        0 => import.problem.get()?.detail,
        several => (t.changes.import_several)(&number(several as u64)),
    };
    let view = view! {
        <div class="dialog-problem" role="alert">
            <p><b>{t.changes.import_refused}</b></p>
            <pre>{detail}</pre>
        </div>
    };
    Some(view.into_any())
}

/// Asks where keys go whose names say it already.
fn repeating(import: Import, navigation: Navigation) -> Option<AnyView> {
    let t = use_t();
    let change = import.repeating.get()?;
    let repeats = change.repeats.clone()?;
    let into = folder(&import.prefix.get_untracked());
    let id = change.id.clone();
    let keep = move |_| {
        import.keep_names(&id);
        navigation.set_query("prefix", "");
    };
    let view = view! {
        <div class="note" data-kind="warning" role="alert">
            <HealthGlyph health=Health::Warning/>
            <p>
                <b>{(t.changes.import_repeats)(&repeats)}</b>
                " "
                {(t.changes.import_would_be)(&into, &repeats)}
            </p>
            <button type="button" class="button is-small" on:click=keep>
                {t.changes.import_as_named}
            </button>
            <button
                type="button"
                class="button is-small is-quiet"
                on:click=move |_| {
                    import.repeating.set(None);
                    import.change.set(Some(change.clone()));
                }
            >
                {(t.changes.import_into_it)(&into)}
            </button>
        </div>
    };
    Some(view.into_any())
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
