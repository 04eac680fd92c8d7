//! Which keys of a datacenter are recorded: what there is, what it costs, and the choice.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{
    history::{ChooseRecorded, FolderKeys, RecordingChoice},
    problem::Problem,
};

use super::name::size;
use crate::{
    api::{self, request},
    components::{Dialog, DialogFoot, ProblemView, dynamic},
    effect::effect,
    i18n::{Messages, use_t},
    state::{use_settings, use_toasts},
};

/// How much is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// All keys while they are few: nobody chose.
    Unasked,
    /// All keys.
    All,
    /// Those that begin so.
    Some,
}

/// What stands in the form.
#[derive(Clone, Copy)]
struct Form {
    mode: RwSignal<Mode>,
    picked: RwSignal<Vec<String>>,
    others: RwSignal<String>,
    exclude: RwSignal<String>,
}

impl Form {
    fn new() -> Self {
        Self {
            mode: RwSignal::new(Mode::Unasked),
            picked: RwSignal::new(Vec::new()),
            others: RwSignal::new(String::new()),
            exclude: RwSignal::new(String::new()),
        }
    }

    /// What is recorded now.
    fn fill(self, choice: &RecordingChoice) {
        let (mode, picked, others) = taken_apart(choice);
        self.mode.set(mode);
        self.picked.set(picked);
        self.others.set(others.join("\n"));
        self.exclude.set(choice.exclude.join("\n"));
    }

    /// The prefixes that are chosen; tracks.
    fn prefixes(self) -> Vec<String> {
        match self.mode.get() {
            Mode::Unasked => Vec::new(),
            Mode::All => vec![String::new()],
            Mode::Some => {
                let mut prefixes = self.picked.get();
                prefixes.extend(self.others.with(|text| lines(text)));
                prefixes
            }
        }
    }
}

/// The folders that are picked of those that are offered, and the prefixes beside them.
fn taken_apart(choice: &RecordingChoice) -> (Mode, Vec<String>, Vec<String>) {
    let mode = match choice.prefixes.as_slice() {
        [] => Mode::Unasked,
        prefixes if prefixes.iter().any(String::is_empty) => Mode::All,
        _ => Mode::Some,
    };
    let is_offered = |prefix: &String| choice.folders.iter().any(|one| one.prefix == *prefix);
    let named = choice.prefixes.iter().filter(|prefix| !prefix.is_empty());
    let (picked, others) = named.cloned().partition(is_offered);
    (mode, picked, others)
}

/// The lines that say something: blanks at the ends of a prefix are part of no key that is meant.
fn lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

/// At most so many keys, and about so many bytes, are recorded; of a part of a folder all of it
/// counts.
fn estimate(folders: &[FolderKeys], prefixes: &[String]) -> (u64, u64) {
    let touched = folders.iter().filter(|folder| {
        prefixes.iter().any(|prefix| {
            folder.prefix.starts_with(prefix.as_str()) || prefix.starts_with(&folder.prefix)
        })
    });
    touched.fold((0, 0), |(keys, bytes), folder| {
        (
            keys + folder.keys,
            bytes + folder.value_bytes.unwrap_or_default(),
        )
    })
}

/// The dialog.
#[component]
pub fn ChoiceDialog(
    /// Datacenter.
    dc: StoredValue<String>,
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Is told when something else is recorded.
    chosen: Callback<()>,
) -> impl IntoView {
    let t = use_t();
    let toasts = use_toasts();
    let read_only = use_settings().read_only;
    let found = RwSignal::new(None::<Result<Arc<RecordingChoice>, Problem>>);
    let refused = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let form = Form::new();
    let load = Callback::new(move |()| load(dc, form, found, refused));
    effect(move || {
        if open.get() {
            load.run(());
        }
    });
    let cannot = Memo::new(move |_| {
        let fixed = found.with(|found| match found {
            Some(Ok(choice)) => choice.fixed,
            _ => true,
        });
        let none = form.mode.get() == Mode::Some && form.prefixes().is_empty();
        read_only || fixed || none || busy.get()
    });
    let save = move |()| {
        let wanted = ChooseRecorded {
            datacenter: dc.get_value(),
            prefixes: untrack(|| form.prefixes()),
            exclude: form.exclude.with_untracked(|text| lines(text)),
        };
        busy.set(true);
        // what was chosen is told of, though the dialog was closed
        leptos::task::spawn_local(async move {
            let answer = api::history::choose(&wanted).await;
            if answer.is_ok() {
                open.try_set(false);
                toasts.success(t.history.choice_saved, wanted.datacenter);
                chosen.try_run(());
            }
            refused.try_set(answer.err());
            busy.try_set(false);
        });
    };
    let title = Signal::derive(move || (t.history.choice_title)(&dc.get_value()));
    view! {
        <Dialog
            open
            title
            footer=move || {
                view! {
                    <DialogFoot
                        open
                        label=t.history.choice_save
                        disabled=cannot
                        hint=read_only.then_some(t.shell.read_only_hint)
                        run=save
                    />
                }.into_any()
            }
        >
            {dynamic(move || match found.get() {
                None => view! { <p class="history-wait skeleton"></p> }.into_any(),
                Some(Err(problem)) => view! { <ProblemView problem retry=load/> }.into_any(),
                Some(Ok(choice)) => fields(t, form, &choice),
            })}
            {dynamic(move || {
                refused.get().map(|problem| view! { <ProblemView problem/> }.into_any())
            })}
        </Dialog>
    }
    .into_any()
}

/// What was answered, once it was.
type Found = RwSignal<Option<Result<Arc<RecordingChoice>, Problem>>>;

/// Asks what is recorded, and puts it into the form.
fn load(dc: StoredValue<String>, form: Form, found: Found, refused: RwSignal<Option<Problem>>) {
    found.set(None);
    refused.set(None);
    let address = api::history::choice(&dc.get_value());
    leptos::task::spawn_local_scoped_with_cancellation(async move {
        let answer = request::get_patiently::<RecordingChoice>(&address).await;
        if let Ok(choice) = &answer {
            form.fill(choice);
        }
        found.try_set(Some(answer.map(Arc::new)));
    });
}

fn fields(t: &'static Messages, form: Form, choice: &Arc<RecordingChoice>) -> AnyView {
    let fixed = choice.fixed;
    let unasked = (t.history.choice_unasked)(&size(choice.unasked_bytes));
    let modes: Vec<AnyView> = [
        (Mode::Unasked, unasked),
        (Mode::All, (t.history.choice_all)(choice.keys)),
        (Mode::Some, t.history.choice_some.to_owned()),
    ]
    .into_iter()
    .map(|(mode, label)| {
        view! {
            <label class="choice-line">
                <input
                    type="radio"
                    name="recorded"
                    disabled=fixed
                    prop:checked=move || form.mode.get() == mode
                    on:change=move |_| form.mode.set(mode)
                />
                {label}
            </label>
        }
        .into_any()
    })
    .collect();
    let offered = Arc::clone(choice);
    let some = dynamic(move || {
        (form.mode.get() == Mode::Some).then(|| {
            let folders = offered.folders.iter();
            let lines: Vec<AnyView> = folders.map(|one| folder_line(t, form, one, fixed)).collect();
            view! {
                <div class="choice-folders">{lines}</div>
                {text_field(t.history.choice_others, t.history.choice_others_hint, form.others, fixed)}
            }
            .into_any()
        })
    });
    let counted = Arc::clone(choice);
    let cost = dynamic(move || cost(t, form, &counted));
    view! {
        {fixed.then(|| view! { <p>{t.history.choice_fixed}</p> }.into_any())}
        <fieldset class="choice-modes">
            <legend class="visually-hidden">{t.history.choice_what}</legend>
            {modes}
        </fieldset>
        {some}
        {text_field(t.history.choice_exclude, t.history.choice_exclude_hint, form.exclude, fixed)}
        {cost}
    }
    .into_any()
}

/// What it will cost, in words.
fn cost(t: &'static Messages, form: Form, choice: &RecordingChoice) -> Option<AnyView> {
    let everything = vec![String::new()];
    let prefixes = match form.mode.get() {
        Mode::Some => form.prefixes(),
        _ => everything,
    };
    if prefixes.is_empty() {
        return None;
    }
    let (keys, bytes) = estimate(&choice.folders, &prefixes);
    let once = (t.history.choice_once)(keys, &size(bytes));
    let part = size(choice.part_bytes.min(bytes));
    let most = size(choice.most_bytes_per_second);
    let cost = (t.history.choice_cost)(&part, &most);
    Some(view! { <p class="text-secondary" role="status">{once}" "{cost}</p> }.into_any())
}

fn folder_line(t: &'static Messages, form: Form, folder: &FolderKeys, fixed: bool) -> AnyView {
    let prefix = StoredValue::new(folder.prefix.clone());
    let is_picked = move || {
        let picked = form.picked.get();
        prefix.with_value(|prefix| picked.contains(prefix))
    };
    let change = move |event| {
        let checked = event_target_checked(&event);
        form.picked.update(|picked| {
            prefix.with_value(|prefix| {
                picked.retain(|one| one != prefix);
                if checked {
                    picked.push(prefix.clone());
                }
            });
        });
    };
    let bytes = folder.value_bytes.map(size).unwrap_or_default();
    view! {
        <label class="choice-line">
            <input type="checkbox" disabled=fixed prop:checked=is_picked on:change=change/>
            <span class="mono key-text ellipsis">{folder.prefix.clone()}</span>
            <small class="push-end">{(t.history.choice_folder)(folder.keys, &bytes)}</small>
        </label>
    }
    .into_any()
}

fn text_field(
    label: &'static str,
    hint: &'static str,
    text: RwSignal<String>,
    fixed: bool,
) -> AnyView {
    view! {
        <label class="choice-field">
            <b>{label}</b>
            <textarea
                class="field mono"
                rows="2"
                spellcheck="false"
                readonly=fixed
                placeholder=hint
                prop:value=move || text.get()
                on:input=move |event| text.set(event_target_value(&event))
            ></textarea>
        </label>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(prefix: &str, keys: u64, bytes: u64) -> FolderKeys {
        FolderKeys {
            prefix: prefix.to_owned(),
            keys,
            value_bytes: Some(bytes),
        }
    }

    fn owned(list: &[&str]) -> Vec<String> {
        list.iter().map(|one| (*one).to_owned()).collect()
    }

    #[test]
    fn a_choice_is_taken_apart() {
        for (prefixes, mode, picked, others) in [
            (&[][..], Mode::Unasked, &[][..], &[][..]),
            (&[""], Mode::All, &[], &[]),
            (&["a/", "a/b/", "c"], Mode::Some, &["a/"], &["a/b/", "c"]),
        ] {
            let choice = RecordingChoice {
                prefixes: owned(prefixes),
                folders: vec![folder("a/", 1, 1), folder("b/", 1, 1)],
                ..RecordingChoice::default()
            };
            let expected = (mode, owned(picked), owned(others));
            assert_eq!(taken_apart(&choice), expected);
        }
    }

    #[test]
    fn what_is_touched_counts() {
        let folders = [folder("a/", 10, 100), folder("b/", 1, 5)];
        for (prefixes, expected) in [
            (&[""][..], (11, 105)),
            (&["b/"], (1, 5)),
            (&["a/deep/"], (10, 100)),
            (&["z"], (0, 0)),
            (&[], (0, 0)),
        ] {
            assert_eq!(estimate(&folders, &owned(prefixes)), expected);
        }
    }

    #[test]
    fn empty_lines_say_nothing() {
        assert_eq!(lines(" a/ \n\n\tb c\n"), ["a/", "b c"]);
        assert!(lines("\n ").is_empty());
    }
}
