//! Putting back a key that ends with `/` and has a value. A save takes it for a folder, so it goes
//! the way of an import of one key, through the preview that all such changes have.

use leptos::prelude::*;
use serde::Serialize;
use wire::{changes::Change, problem::Problem};

use super::restore::Version;
use crate::{
    api,
    components::{ChangePreview, dynamic},
    effect::effect,
    state::use_toasts,
};

/// As `consul kv export` writes it.
#[derive(Serialize)]
struct Exported<'a> {
    key: &'a str,
    flags: u64,
    value: &'a str,
}

/// The file that an import of this one key reads.
fn file_of(version: &Version) -> String {
    let one = Exported {
        key: &version.key,
        flags: version.flags,
        value: &version.value,
    };
    serde_json::to_string(&[one]).unwrap_or_default()
}

/// Plans it, and shows the plan.
#[component]
pub fn RestoreFolder(
    /// What to put back; closing sets this to none.
    version: RwSignal<Option<Version>>,
) -> impl IntoView {
    let toasts = use_toasts();
    let planned = RwSignal::new(None::<Change>);
    effect(move || {
        let Some(wanted) = version.get() else {
            return;
        };
        leptos::task::spawn_local_scoped_with_cancellation(async move {
            match plan(&wanted).await {
                Ok(change) => {
                    planned.try_set(Some(change));
                }
                Err(problem) => {
                    toasts.error(problem.title, problem.detail);
                    version.try_set(None);
                }
            }
        });
    });
    let on_close = Callback::new(move |()| {
        version.try_set(None);
    });
    let on_done = Callback::new(|()| ());
    dynamic(move || {
        let change = planned.get()?;
        Some(view! { <ChangePreview change on_close on_done/> }.into_any())
    })
}

async fn plan(version: &Version) -> Result<Change, Problem> {
    let parts = js_sys::Array::of1(&file_of(version).into());
    let file = web_sys::Blob::new_with_str_sequence(&parts).map_err(|error| Problem {
        detail: format!("{error:?}"),
        ..Problem::default()
    })?;
    api::changes::plan_import(&version.dc, "", &file).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact_in_the_file() {
        let version = Version {
            dc: "dc1".into(),
            key: "a\"/".into(),
            value: "YQ==".into(),
            flags: u64::MAX,
            may_be_older: false,
        };
        assert_eq!(
            file_of(&version),
            r#"[{"key":"a\"/","flags":18446744073709551615,"value":"YQ=="}]"#
        );
    }
}
