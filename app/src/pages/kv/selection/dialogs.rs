//! What is asked about picked keys, the preview of what becomes of them, and what follows.

use leptos::prelude::*;
use wire::changes::DeleteKeys;

use super::{
    Asked, Picked, Planned, Selection,
    target::{Target, TargetDialog},
};
use crate::{
    api::{self, changes::Export},
    components::{ChangePreview, ExportDialog, key_text},
    effect::effect,
    navigation::{Navigation, use_navigation},
    pages::kv::{not_there::nearest_there, path},
    routes,
};

/// The dialogs and the preview. They outlive the folder: what deletes it still tells so.
#[component]
pub fn SelectionDialogs(
    /// What is picked.
    selection: Selection,
) -> impl IntoView {
    let navigation = use_navigation();
    effect(move || {
        if let Some(Asked::Delete(picked)) = selection.asked.get() {
            selection.asked.set(None);
            plan_delete(selection, picked);
        }
    });
    view! {
        {move || {
            let (dc, folder) = selection.place();
            let close = Callback::new(move |()| selection.asked.set(None));
            match selection.asked.get()? {
                Asked::Delete(_) => None,
                Asked::Export(picked) => {
                    let wanted = Export {
                        datacenter: dc,
                        keys: picked.keys,
                        matching: picked.matching,
                        ..Export::default()
                    };
                    Some(view! { <ExportDialog wanted close/> }.into_any())
                }
                Asked::Go(way) => {
                    let target = Target { way, dc, folder, picked: selection.picked() };
                    Some(view! { <TargetDialog target selection close/> }.into_any())
                }
            }
        }}
        {move || preview(selection, navigation)}
    }
    .into_any()
}

fn preview(selection: Selection, navigation: Navigation) -> Option<AnyView> {
    let planned = selection.change.get()?;
    let on_close = Callback::new(move |()| selection.change.set(None));
    let on_done = Callback::new(move |()| {
        selection.clear();
        let (dc, folder) = selection.place();
        leptos::task::spawn_local(async move {
            // where the folder went with its keys, the page goes to the nearest that is there
            let there = nearest_there(&dc, &folder).await;
            let is_here = selection.change.try_get_untracked().is_some();
            if there != folder && is_here {
                navigation.go(&routes::kv(&dc, &there));
            }
        });
    });
    let view = view! {
        <ChangePreview change=planned.change confirm=planned.confirm on_close on_done/>
    };
    Some(view.into_any())
}

fn plan_delete(selection: Selection, picked: Picked) {
    // a folder takes along what is not seen: its name is typed, or how many keys go
    let folders = picked.keys.iter().filter(|key| key.ends_with('/')).count();
    let is_one = picked.keys.len() == 1 && folders == 1;
    let name = is_one.then(|| confirmation(&picked.keys[0]));
    let is_confirmed = folders > 0 || picked.matching.is_some();
    selection.problem.set(None);
    let request = DeleteKeys {
        datacenter: selection.place().0,
        keys: picked.keys,
        matching: picked.matching,
    };
    leptos::task::spawn_local(async move {
        match api::changes::plan_delete(&request).await {
            Ok(change) => {
                let number = is_confirmed.then(|| change.total.to_string());
                let confirm = name.or(number);
                selection.change.try_set(Some(Planned { change, confirm }));
            }
            Err(problem) => {
                selection.problem.try_set(Some(problem));
            }
        }
    });
}

/// What has to be typed: the folder's name as it is shown, so that it can be typed at all.
fn confirmation(folder: &str) -> String {
    let name = path::name(folder);
    key_text::pieces(if name.is_empty() { folder } else { name })
        .into_iter()
        .map(|piece| match piece {
            key_text::Piece::Text(text) => text,
            key_text::Piece::Hidden(letter) => key_text::code_point(letter),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_confirms_can_be_typed() {
        assert_eq!(confirmation("omo/msa/"), "msa");
        assert_eq!(confirmation("a/b c/"), "b c");
        assert_eq!(confirmation("a/x\u{202e}y/"), "xU+202Ey");
        // never nothing
        assert_eq!(confirmation("a//"), "a//");
        assert_eq!(confirmation("/"), "/");
    }
}
