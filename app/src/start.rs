//! Where the browser begins: reads what the server wrote into the page, and mounts.

use leptos::{ev, prelude::*};
use wasm_bindgen::{JsCast, prelude::wasm_bindgen};
use wasm_bindgen_futures::spawn_local;
use wire::settings::Settings;

use crate::{App, api::json, carry_over::CarryOver, lazy, live::FirstData, routes, screen};

/// Mounts the app into `#app`, over what the server rendered there.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        web_sys::console::error_1(&info.to_string().into());
        show_reload_banner();
    }));
    let settings: Settings = inline_text("waggle-settings")
        .and_then(|text| json::read(&text).ok())
        .unwrap_or_default();
    let first = inline_text("waggle-first")
        .map(|text| FirstData::parse(&text))
        .unwrap_or_default();
    let Some(host) = document()
        .get_element_by_id("app")
        .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
    else {
        return;
    };
    routes::set_base(&settings.base_path);
    let path = location().pathname().unwrap_or_default();
    let place = lazy::part_of(&routes::parse(&path).0);
    let wanted: Vec<_> = place.into_iter().chain(needed()).collect();
    // all are on their way before one is waited for
    wanted.iter().copied().for_each(fetch);
    spawn_local(async move {
        // what the server rendered stays until the parts that draw it anew are here; where one does
        // not come, the page says so itself
        for part in wanted {
            lazy::fetch(part).await;
        }
        mount(&host, settings, first);
    });
    window_event_listener(ev::pointerover, |event| fetch_ahead(event.target()));
    window_event_listener(ev::focusin, |event| fetch_ahead(event.target()));
}

/// The parts that what the server rendered needs, besides the page's own.
fn needed() -> Vec<lazy::Part> {
    let marks = screen::elements(document().query_selector_all("[data-needs]"));
    let names = marks
        .iter()
        .filter_map(|mark| mark.get_attribute("data-needs"));
    names
        .filter_map(|name| lazy::Part::from_name(&name))
        .collect()
}

/// Fetches what the link under the pointer or the focus leads to, or what the control there needs
/// (`data-part`), before it is used. Not sooner: over a slow link it would cost those who never
/// use it.
fn fetch_ahead(target: Option<web_sys::EventTarget>) {
    let near = target
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .and_then(|element| element.closest("a[href], [data-part]").ok().flatten());
    let Some(near) = near else { return };
    let part = match near.get_attribute("data-part") {
        Some(name) => lazy::Part::from_name(&name),
        None => near
            .dyn_ref::<web_sys::HtmlAnchorElement>()
            .and_then(|link| lazy::part_of(&routes::parse(&link.pathname()).0)),
    };
    if let Some(part) = part {
        fetch(part);
    }
}

/// Fetches a part. Where it is wanted and does not come, the page says so.
fn fetch(part: lazy::Part) {
    spawn_local(async move {
        lazy::fetch(part).await;
    });
}

fn mount(host: &web_sys::HtmlElement, settings: Settings, first: FirstData) {
    take_icons();
    let carried = CarryOver::take(host);
    // emptied and mounted in one task: nothing is painted in between
    host.set_inner_html("");
    leptos::mount::mount_to(host.clone(), move || {
        provide_context(settings);
        provide_context(first);
        view! { <App/> }.into_any()
    })
    .forget();
    carried.give();
    // for whoever has to know that the page answers now: tests, and scripts of users
    let _ = host.set_attribute("data-mounted", "");
}

/// The symbols that icons point to. They came as text, which costs the first paint nothing: it has
/// the shapes in place. They are the server's own, nothing of Consul's is in them.
fn take_icons() {
    let sprite = document().query_selector(".icon-sprite svg").ok().flatten();
    if let (Some(sprite), Some(more)) = (sprite, inline_text("waggle-icons")) {
        let _ = sprite.insert_adjacent_html("beforeend", &more);
    }
}

fn inline_text(id: &str) -> Option<String> {
    document().get_element_by_id(id)?.text_content()
}

/// After a panic nothing of the app answers any more: say so without it.
fn show_reload_banner() {
    let Some(body) = document().body() else {
        return;
    };
    if document().get_element_by_id("waggle-crash").is_some() {
        return;
    }
    let Ok(banner) = document().create_element("div") else {
        return;
    };
    let t = crate::i18n::messages(crate::i18n::Language::of_document());
    banner.set_id("waggle-crash");
    banner.set_class_name("crash-banner");
    let _ = banner.set_attribute("role", "alert");
    let link = document().create_element("a");
    banner.set_text_content(Some(t.shell.crashed));
    if let Ok(link) = link {
        let _ = link.set_attribute("href", "");
        link.set_text_content(Some(t.shell.reload));
        let _ = banner.append_child(&link);
    }
    let _ = body.prepend_with_node_1(&banner);
}
