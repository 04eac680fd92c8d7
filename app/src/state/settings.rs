//! How this waggle runs, as the server wrote it into the page.

use std::sync::Arc;

use leptos::prelude::*;
use wire::settings::Settings;

/// How this waggle runs.
#[must_use]
pub fn use_settings() -> Arc<Settings> {
    use_context::<Arc<Settings>>().unwrap_or_default()
}

pub(super) fn provide() {
    let settings = use_context::<Settings>().unwrap_or_default();
    crate::routes::set_base(&settings.base_path);
    provide_context(Arc::new(settings));
}
