//! The browser's own modal dialog: Esc closes it, and the focus goes back where it came from.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

use super::Icon;
use crate::{effect::effect, i18n::use_t};

/// A modal dialog. Its children exist while it is open.
#[component]
pub fn Dialog(
    /// Whether it is open; closing it sets this to false.
    open: RwSignal<bool>,
    /// What it asks or says.
    #[prop(into)]
    title: Signal<String>,
    /// For diffs and other broad content.
    #[prop(optional)]
    wide: bool,
    /// The body.
    children: ChildrenFn,
    /// The buttons, the least harmful first.
    #[prop(optional, into)]
    footer: Option<ViewFn>,
) -> impl IntoView {
    let t = use_t();
    let node = NodeRef::<html::Dialog>::new();
    let before = StoredValue::new_local(None::<web_sys::HtmlElement>);
    effect(move || {
        let open = open.get();
        let Some(dialog) = node.get() else {
            return;
        };
        if open && !dialog.open() {
            before.set_value(
                document()
                    .active_element()
                    .and_then(|element| element.dyn_into().ok()),
            );
            let _ = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    let closed = move |_| {
        open.set(false);
        if let Some(element) = before.try_update_value(Option::take).flatten() {
            let _ = element.focus();
        }
    };
    let class = if wide { "dialog is-wide" } else { "dialog" };
    let children = StoredValue::new(children);
    let footer = StoredValue::new(footer);
    view! {
        <dialog class=class node_ref=node on:close=closed aria-label=title>
            <header>
                <h2>{title}</h2>
                <button
                    type="button"
                    class="button is-quiet is-icon-only"
                    aria-label=t.common.close
                    on:click=move |_| open.set(false)
                >
                    <Icon name="x"/>
                </button>
            </header>
            {move || {
                open.get()
                    .then(|| {
                        view! {
                            <div class="dialog-body">{children.with_value(|children| children())}</div>
                            {footer
                                .with_value(|footer| {
                                    footer.as_ref().map(|footer| view! { <footer>{footer.run()}</footer> }.into_any())
                                })}
                        }.into_any()
                    })
            }}
        </dialog>
    }
}

/// The foot of a dialog that asks: *Cancel*, then the one thing that it is about.
#[component]
pub fn DialogFoot(
    /// Whether the dialog is open.
    open: RwSignal<bool>,
    /// What the second button says.
    #[prop(into)]
    label: Signal<&'static str>,
    /// Whether it can not be done now.
    #[prop(into)]
    disabled: Signal<bool>,
    /// Why it never can.
    #[prop(optional_no_strip)]
    hint: Option<&'static str>,
    /// Whether something is lost by it.
    #[prop(optional)]
    destructive: bool,
    /// Does it.
    #[prop(into)]
    run: Callback<()>,
) -> impl IntoView {
    let class = if destructive {
        "button is-destructive"
    } else {
        "button is-primary"
    };
    view! {
        <button type="button" class="button" on:click=move |_| open.set(false)>
            {use_t().common.cancel}
        </button>
        <button type="button" class=class disabled=disabled title=hint on:click=move |_| run.run(())>
            {label}
        </button>
    }
}
