//! The full editor (`editor/`, CodeMirror): fetched when somebody edits, opened, told, closed.

use std::{future::Future, pin::Pin};

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use wire::{
    format::{Diagnostic, Format},
    schema::Completions,
};

use super::words;

#[wasm_bindgen]
extern "C" {
    /// The page's boot script knows where the editor is.
    #[wasm_bindgen(catch, js_namespace = waggle, js_name = editor)]
    fn import_editor() -> Result<js_sys::Promise, JsValue>;

    type Module;
    #[wasm_bindgen(method, catch)]
    fn open(this: &Module, parent: &web_sys::Element, options: &JsValue)
    -> Result<Handle, JsValue>;

    type Handle;
    #[wasm_bindgen(method)]
    fn flush(this: &Handle);
    #[wasm_bindgen(method)]
    fn focus(this: &Handle);
    #[wasm_bindgen(method)]
    fn destroy(this: &Handle);
    #[wasm_bindgen(method, js_name = setText)]
    fn set_text(this: &Handle, text: &str);
    #[wasm_bindgen(method, js_name = setFormat)]
    fn set_format(this: &Handle, format: &str);
    #[wasm_bindgen(method, js_name = setProblems)]
    fn set_problems(this: &Handle, list: &js_sys::Array);
    #[wasm_bindgen(method, js_name = setChanged)]
    fn set_changed(this: &Handle, lines: &js_sys::Array);
    #[wasm_bindgen(method, js_name = goTo)]
    fn go_to(this: &Handle, line: u32, column: u32);
}

/// Takes in what is typed and was not told yet.
pub fn flush(cell: CodeCell) {
    cell.try_with_value(|code| code.as_ref().map(Code::flush));
}

/// What the editor is opened with.
pub struct Opening {
    /// What it is called, for screen readers.
    pub label: String,
    /// What it holds.
    pub text: String,
    /// What that is.
    pub format: Format,
    /// CodeMirror's own words, and what they are here.
    pub phrases: &'static [(&'static str, &'static str)],
    /// Told what is typed.
    pub on_change: Box<dyn FnMut(String)>,
    /// Asked for what may stand at a place of the text: line and column, from 1.
    pub complete: Complete,
    /// Told the caret's line and column, from 1.
    pub on_caret: Box<dyn FnMut(u32, u32)>,
}

/// What may stand at a line and column of a text, if anybody knows.
pub type Complete =
    Box<dyn Fn(String, u32, u32) -> Option<Pin<Box<dyn Future<Output = Option<Completions>>>>>>;

/// An open editor; closed when dropped.
pub struct Code {
    handle: Handle,
    // called for as long as it is open
    _on_change: Closure<dyn FnMut(String)>,
    _on_caret: Closure<dyn FnMut(u32, u32)>,
    _complete: Closure<dyn Fn(String, u32, u32) -> JsValue>,
}

/// The editor's file, before it is wanted.
pub async fn fetch() {
    let _ = module().await;
}

async fn module() -> Option<Module> {
    let promise = import_editor().ok()?;
    let module = JsFuture::from(promise).await.ok()?;
    Some(module.unchecked_into())
}

/// Fetches the editor and opens it in `parent`; none where it does not come, or where `wanted`
/// says no by then.
pub async fn open(wanted: impl Fn() -> Option<(web_sys::Element, Opening)>) -> Option<Code> {
    let module = module().await?;
    let (parent, opening) = wanted()?;
    let on_change = Closure::wrap(opening.on_change);
    let on_caret = Closure::wrap(opening.on_caret);
    let ask = opening.complete;
    let complete = Closure::wrap(Box::new(move |text, line, column| {
        ask(text, line, column).map_or(JsValue::NULL, |found| {
            let words =
                async move { Ok(found.await.map_or(JsValue::NULL, |found| offered(&found))) };
            future_to_promise(words).into()
        })
    }) as Box<dyn Fn(String, u32, u32) -> JsValue>);
    let phrases = js_sys::Object::new();
    for (word, here) in opening.phrases {
        set(&phrases, word, &(*here).into());
    }
    let options = js_sys::Object::new();
    set(&options, "text", &opening.text.into());
    set(&options, "format", &opening.format.word().into());
    set(&options, "label", &opening.label.into());
    set(
        &options,
        "describedBy",
        &"editor-help editor-problems".into(),
    );
    set(&options, "phrases", &phrases);
    set(&options, "onChange", on_change.as_ref());
    set(&options, "onCaret", on_caret.as_ref());
    set(&options, "complete", complete.as_ref());
    let handle = module.open(&parent, &options).ok()?;
    Some(Code {
        handle,
        _on_change: on_change,
        _on_caret: on_caret,
        _complete: complete,
    })
}

/// `{ from, to, items: [[label, insert, detail, info]] }`, as the editor reads it.
fn offered(found: &Completions) -> JsValue {
    let answer = js_sys::Object::new();
    let items = found.items.iter().map(|item| {
        js_sys::Array::of4(
            &item.label.as_str().into(),
            &item.insert.as_str().into(),
            &item.detail.as_str().into(),
            &item.info.as_str().into(),
        )
    });
    set(&answer, "from", &found.from.into());
    set(&answer, "to", &found.to.into());
    set(&answer, "items", &items.collect::<js_sys::Array>().into());
    answer.into()
}

fn set(object: &js_sys::Object, name: &str, value: &JsValue) {
    let _ = js_sys::Reflect::set(object, &name.into(), value);
}

impl Code {
    /// Tells at once what is typed.
    pub fn flush(&self) {
        self.handle.flush();
    }

    /// Puts the focus into it.
    pub fn focus(&self) {
        self.handle.focus();
    }

    /// Replaces the text where it differs, and tells nobody.
    pub fn set_text(&self, text: &str) {
        self.handle.set_text(text);
    }

    /// Colours the text as `format`.
    pub fn set_format(&self, format: Format) {
        self.handle.set_format(format.word());
    }

    /// Underlines what is wrong.
    pub fn set_problems(&self, found: &[Diagnostic]) {
        let list = js_sys::Array::new();
        for diagnostic in found {
            list.push(&js_sys::Array::of4(
                &diagnostic.line.into(),
                &diagnostic.column.into(),
                &diagnostic.message.as_str().into(),
                &words::severity(diagnostic.severity).into(),
            ));
        }
        self.handle.set_problems(&list);
    }

    /// Marks lines, from 1, as changed.
    pub fn set_changed(&self, lines: impl Iterator<Item = u32>) {
        self.handle.set_changed(&lines.map(JsValue::from).collect());
    }

    /// Puts the caret there.
    pub fn go_to(&self, line: u32, column: u32) {
        self.handle.go_to(line, column);
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        self.handle.destroy();
    }
}

/// Where an editor is kept while its component stands.
pub type CodeCell = StoredValue<Option<Code>, LocalStorage>;
