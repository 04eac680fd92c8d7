//! What a page says where the app, which has all other words, does not run.

/// In one language.
#[derive(Debug)]
pub(super) struct Words {
    /// Where scripts are switched off.
    pub(super) without_scripts: &'static str,
    /// The same, of a page that came without some of its data and asks again by itself.
    pub(super) asking_again: fn(u32) -> String,
    /// Where the app did not start; the reason follows.
    pub(super) not_started: &'static str,
    /// The link that opens the page anew.
    pub(super) reload: &'static str,
}

const ENGLISH: Words = Words {
    without_scripts: "To filter, edit and stay live, waggle needs JavaScript and WebAssembly.",
    asking_again: |seconds| {
        format!("Not all of this page could be had yet: it asks again every {seconds} seconds.")
    },
    not_started: "waggle did not start in this browser: the page is as it was when it was opened, \
                  and nothing in it can be changed.",
    reload: "Reload",
};

const CHINESE: Words = Words {
    without_scripts: "筛选、编辑和实时更新需要 JavaScript 和 WebAssembly。",
    asking_again: |seconds| format!("本页数据尚不完整：每 {seconds} 秒自动重试。"),
    not_started: "waggle 未能在此浏览器中启动：页面停留在打开时的内容，无法进行任何修改。",
    reload: "重新加载",
};

/// Those of `language`, `en` or `zh-CN`.
pub(super) fn of(language: &str) -> &'static Words {
    match language {
        "en" => &ENGLISH,
        _ => &CHINESE,
    }
}
