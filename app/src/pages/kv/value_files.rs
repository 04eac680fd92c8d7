//! A key's value as a file, and the file that is to become it.

use std::sync::Arc;

use leptos::prelude::*;
use wire::kv::VALUE_MAX_BYTES;

use super::{
    files::{PickFile, Read, dropped, first_of},
    from_then_on,
    key::OpenKey,
    path,
    value::bytes_of,
    version::Version,
};
use crate::{
    download::hand_over_bytes,
    i18n::{KvMessages, number, use_t},
    lazy::Changing,
    state::{use_settings, use_toasts},
};

/// A file that is about to become the value.
#[derive(Clone, Copy)]
pub struct Replacement {
    /// What is in it; none until one was picked, and once it is saved or given up.
    pub bytes: RwSignal<Option<Arc<Vec<u8>>>>,
    /// The key.
    pub open: StoredValue<OpenKey>,
    /// As it is.
    pub version: Memo<Arc<Version>>,
}

/// The buttons for files, below a value; a file can be dropped there, too.
#[component]
pub fn ValueFiles(
    /// The key.
    open: OpenKey,
    /// As it is.
    version: Memo<Arc<Version>>,
) -> impl IntoView {
    let t = use_t();
    let toasts = use_toasts();
    let read_only = use_settings().read_only;
    let name = path::name(&open.key).to_owned();
    let replacement = Replacement {
        bytes: RwSignal::new(None),
        open: StoredValue::new(open),
        version,
    };
    let on_read = Callback::new(move |read: Read| match read {
        Read::Bytes(bytes) => replacement.bytes.set(Some(Arc::new(bytes))),
        Read::TooLarge(size) => toasts.error(too_large(&t.kv, size), ""),
        Read::Failed => toasts.error(t.kv.file_unreadable, ""),
    });
    let fetch = move |_| {
        let bytes = version.with_untracked(|version| bytes_of(&version.pair));
        // nothing is left to do where the browser refuses
        let _ = hand_over_bytes(&bytes, &name);
    };
    let drop = move |event: web_sys::DragEvent| {
        if let (false, Some(data)) = (read_only, dropped(&event)) {
            event.prevent_default();
            leptos::task::spawn_local(async move {
                if let Some(read) = first_of(data).await {
                    on_read.run(read);
                }
            });
        }
    };
    view! {
        <div class="value-files" on:dragover=move |event| event.prevent_default() on:drop=drop>
            <button type="button" class="button is-small" on:click=fetch>
                {t.kv.download}
            </button>
            {(!read_only)
                .then(|| {
                    view! {
                        <PickFile label=t.kv.replace_from_file on_read/>
                        <span class="value-files-hint">{t.kv.drop_hint}</span>
                        {from_then_on(
                            move || replacement.bytes.with(Option::is_some),
                            move || Changing::File(replacement),
                        )}
                    }.into_any()
                })}
        </div>
    }
    .into_any()
}

/// Says that a file is too large, and what the limit is.
#[must_use]
pub fn too_large(t: &KvMessages, size_bytes: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a file's size"
    )]
    let size = number(size_bytes as u64);
    (t.too_large)(
        &format!("{size} B"),
        &format!("{} B", number(VALUE_MAX_BYTES as u64)),
    )
}
