//! Values from files.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use wire::kv::VALUE_MAX_BYTES;

#[wasm_bindgen]
extern "C" {
    /// A file of the user's.
    type Picked;
    #[wasm_bindgen(method, getter)]
    fn size(this: &Picked) -> f64;
    #[wasm_bindgen(method, js_name = arrayBuffer)]
    fn array_buffer(this: &Picked) -> js_sys::Promise;
}

/// What came of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Read {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// It has more than a value may have: so many bytes. Nothing of it was read.
    TooLarge(f64),
    /// The browser cannot read it.
    Failed,
}

/// Reads the first of the files that were picked in a field or dropped; none where there is none.
/// `holder` is the field, or a drop's data.
pub async fn first_of(holder: JsValue) -> Option<Read> {
    let files = js_sys::Reflect::get(&holder, &"files".into()).ok()?;
    let file = js_sys::Reflect::get_u32(&files, 0).ok()?;
    if file.is_undefined() || file.is_null() {
        return None;
    }
    let file: Picked = file.unchecked_into();
    let size = file.size();
    #[expect(clippy::cast_precision_loss, reason = "half a million")]
    if size > VALUE_MAX_BYTES as f64 {
        return Some(Read::TooLarge(size));
    }
    Some(match JsFuture::from(file.array_buffer()).await {
        Ok(buffer) => Read::Bytes(js_sys::Uint8Array::new(&buffer).to_vec()),
        Err(_) => Read::Failed,
    })
}

/// What was dropped on an element, for [`first_of`].
#[must_use]
pub fn dropped(event: &web_sys::DragEvent) -> Option<JsValue> {
    let data = js_sys::Reflect::get(event, &"dataTransfer".into()).ok()?;
    (!data.is_null()).then_some(data)
}

/// A button that lets a file be picked.
#[component]
pub fn PickFile(
    /// What the button says.
    label: &'static str,
    /// Told what came of the file.
    on_read: Callback<Read>,
) -> impl IntoView {
    let field = NodeRef::<leptos::html::Input>::new();
    let picked = move |_| {
        let Some(field) = field.get_untracked() else {
            return;
        };
        leptos::task::spawn_local(async move {
            let read = first_of(JsValue::from(field.clone())).await;
            // the same file can be picked again
            field.set_value("");
            if let Some(read) = read {
                on_read.run(read);
            }
        });
    };
    view! {
        <button
            type="button"
            class="button is-small"
            on:click=move |_| {
                if let Some(field) = field.get_untracked() {
                    field.click();
                }
            }
        >
            {label}
        </button>
        <input type="file" hidden node_ref=field aria-label=label on:change=picked/>
    }
    .into_any()
}
