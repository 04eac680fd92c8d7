//! Asks where picked keys go, or what they are called from now on.

use leptos::prelude::*;
use wire::{changes::CopyKeys, datacenters::Datacenters, live::Topic, problem::Problem};

use super::{Picked, Planned, Selection};
use crate::{
    api,
    components::{Dialog, DialogFoot, DialogProblem},
    effect::effect,
    i18n::{ChangesMessages, number, use_t},
    live::use_live,
    pages::kv::path,
};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A folder that takes copies.
    Copy,
    /// A folder that takes the keys.
    Move,
    /// A new name.
    Rename,
    /// A name for a second one.
    Duplicate,
}

/// What goes where.
#[derive(Clone)]
pub struct Target {
    /// What is asked for.
    pub way: Way,
    /// Where the keys are.
    pub dc: String,
    /// The folder of the page.
    pub folder: String,
    /// What is picked.
    pub picked: Picked,
}

impl Target {
    fn has_name(&self) -> bool {
        matches!(self.way, Way::Rename | Way::Duplicate)
    }

    /// What stands in the field at first.
    fn first(&self, t: &ChangesMessages) -> String {
        let key = self.picked.keys.first().map_or("", String::as_str);
        match self.way {
            Way::Copy | Way::Move => self.folder.clone(),
            Way::Rename => key.to_owned(),
            Way::Duplicate => match key.strip_suffix('/') {
                Some(folder) => format!("{folder}{}/", t.copy_suffix),
                None => duplicate(key, t.copy_suffix),
            },
        }
    }

    fn request(&self, datacenter: String, text: &str) -> CopyKeys {
        let is_folder = self
            .picked
            .keys
            .first()
            .is_some_and(|key| key.ends_with('/'));
        let with_slash = |text: &str| {
            if text.is_empty() || text.ends_with('/') {
                text.to_owned()
            } else {
                format!("{text}/")
            }
        };
        let mut request = CopyKeys {
            datacenter: self.dc.clone(),
            keys: self.picked.keys.clone(),
            matching: self.picked.matching.clone(),
            to_datacenter: Some(datacenter),
            ..CopyKeys::default()
        };
        if self.has_name() {
            request.names = vec![if is_folder {
                with_slash(text)
            } else {
                text.to_owned()
            }];
        } else {
            request.to_folder = Some(with_slash(text));
        }
        request
    }

    fn title(&self, t: &ChangesMessages, count: usize) -> String {
        let count = number(count as u64);
        let name = || {
            let key = self.picked.keys.first().map_or("", String::as_str);
            path::spelled(path::name(key))
        };
        match self.way {
            Way::Copy => (t.copy_title)(&count),
            Way::Move => (t.move_title)(&count),
            Way::Rename => (t.rename_title)(&name()),
            Way::Duplicate => (t.duplicate_title)(&name()),
        }
    }
}

/// `default.yaml` becomes `default-copy.yaml`.
fn duplicate(key: &str, suffix: &str) -> String {
    let name = key.rfind('/').map_or(0, |slash| slash + 1);
    match key[name..].rfind('.') {
        Some(dot) if dot > 0 => {
            let (stem, ending) = key.split_at(name + dot);
            format!("{stem}{suffix}{ending}")
        }
        _ => format!("{key}{suffix}"),
    }
}

/// The dialog; what it is told becomes a planned change.
#[component]
pub fn TargetDialog(
    /// What is asked for.
    target: Target,
    /// What is picked.
    selection: Selection,
    /// Closes it.
    close: Callback<()>,
) -> impl IntoView {
    let t = use_t();
    let open = RwSignal::new(true);
    let text = RwSignal::new(target.first(&t.changes));
    let datacenter = RwSignal::new(target.dc.clone());
    let failure = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let title = target.title(&t.changes, untrack(|| selection.count()));
    let is_move = matches!(target.way, Way::Move | Way::Rename);
    let target = StoredValue::new(target);
    effect(move || {
        if !open.get() {
            close.run(());
        }
    });
    let plan = Callback::new(move |()| {
        busy.set(true);
        failure.set(None);
        let request = target
            .with_value(|target| target.request(datacenter.get_untracked(), &text.get_untracked()));
        leptos::task::spawn_local(async move {
            match api::changes::plan_copy(&request, is_move).await {
                Ok(change) => {
                    let confirm = None;
                    selection.change.try_set(Some(Planned { change, confirm }));
                    open.try_set(false);
                }
                Err(problem) => {
                    failure.try_set(Some(problem));
                }
            }
            busy.try_set(false);
        });
    });
    view! {
        <Dialog
            open
            title
            footer=move || {
                view! { <DialogFoot open label=t.changes.preview disabled=busy run=plan/> }.into_any()
            }
        >
            <Fields target datacenter text plan/>
            <DialogProblem failure/>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Fields(
    /// What is asked for.
    target: StoredValue<Target>,
    /// Where to.
    datacenter: RwSignal<String>,
    /// The folder or name.
    text: RwSignal<String>,
    /// Goes on.
    plan: Callback<()>,
) -> impl IntoView {
    let t = use_t();
    let data = use_live::<Datacenters>(Topic::datacenters(), api::datacenters()).data;
    let here = target.with_value(|target| target.dc.clone());
    let has_name = target.with_value(Target::has_name);
    let options = move || {
        let mut names = data.with(|data| {
            data.as_ref().map_or_else(Vec::new, |data| {
                data.items.iter().map(|item| item.name.clone()).collect()
            })
        });
        if !names.contains(&here) {
            names.insert(0, here.clone());
        }
        names
            .into_iter()
            .map(|name| {
                let is_taken = datacenter.with_untracked(|taken| *taken == name);
                let value = name.clone();
                view! { <option value=value selected=is_taken>{name}</option> }.into_any()
            })
            .collect::<Vec<_>>()
    };
    let label = if has_name {
        t.changes.new_name
    } else {
        t.changes.to_folder
    };
    let help = if has_name {
        t.changes.new_name_help
    } else {
        t.changes.to_folder_help
    };
    view! {
        <label class="dialog-field">
            <span>{t.common.datacenter}</span>
            <span class="field">
                <select on:change=move |event| datacenter.set(event_target_value(&event))>
                    {options}
                </select>
            </span>
        </label>
        <label class="dialog-field">
            <span>{label}</span>
            <span class="field">
                <input
                    type="text"
                    class="mono"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    autofocus=true
                    prop:value=move || text.get()
                    on:input=move |event| text.set(event_target_value(&event))
                    on:keydown=move |event| {
                        if event.key() == "Enter" && !event.is_composing() {
                            event.prevent_default();
                            plan.run(());
                        }
                    }
                />
            </span>
            <small class="text-tertiary">{help}</small>
        </label>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_one_has_a_name_of_its_own() {
        for (key, name) in [
            ("a/default.yaml", "a/default-copy.yaml"),
            ("a.b/c", "a.b/c-copy"),
            (".env", ".env-copy"),
            ("c", "c-copy"),
        ] {
            assert_eq!(duplicate(key, "-copy"), name);
        }
    }

    #[test]
    fn a_folder_stays_a_folder() {
        let target = |way, keys: &[&str]| Target {
            way,
            dc: "dc1".into(),
            folder: "a/".into(),
            picked: Picked {
                keys: keys.iter().map(|key| (*key).to_owned()).collect(),
                matching: None,
            },
        };
        let request = target(Way::Rename, &["a/b/"]).request("dc1".into(), "a/c");
        assert_eq!(
            (request.names, request.to_folder),
            (vec!["a/c/".to_owned()], None)
        );
        let request = target(Way::Copy, &["a/b", "a/c/"]).request("dc2".into(), "x");
        assert_eq!(request.to_folder.as_deref(), Some("x/"));
        assert_eq!(request.to_datacenter.as_deref(), Some("dc2"));
        let request = target(Way::Move, &["a/b"]).request("dc1".into(), "");
        assert_eq!(request.to_folder.as_deref(), Some(""));
    }
}
