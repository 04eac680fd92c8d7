//! Texts and keys that break what takes them for anything but text.

/// Texts that must come through as text.
pub(crate) const TEXTS: [&str; 8] = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "{{7*7}}${7*7}",
    "\u{1b}[31mred\u{1b}[0m",
    "\u{202e}gnp.exe",
    "a\u{200b}b\u{feff}c",
    "nul\u{0}inside",
    "javascript:alert(1)",
];

/// Keys that break paths.
pub(crate) fn keys() -> Vec<String> {
    let mut keys: Vec<String> = [
        "/x",
        "//x",
        ".",
        "..",
        "a/../b",
        "a/./b",
        "a//b",
        "%2F",
        "%252F",
        "%",
        "%00",
        " lead",
        "trail ",
        "a b",
        "+",
        "?",
        "#",
        "&",
        "=",
        ";",
        ":",
        "*",
        "\\",
        "\"",
        "'",
        "a+b?c#d&e=f",
        "line\nfeed",
        "carriage\rreturn",
        "tab\tstop",
        "no\u{a0}break",
        "\u{e9}",
        "e\u{301}",
        "\u{1f600}",
        "中文",
        "keys",
        "recurse",
        "create",
        "edit",
        "a/edit",
        "raw",
        "~",
        "<b>",
        "nul\u{0}",
    ]
    .map(str::to_owned)
    .to_vec();
    keys.extend(TEXTS.map(str::to_owned));
    keys.push("k".repeat(4000));
    keys
}
