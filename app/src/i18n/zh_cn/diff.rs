//! Comparisons in 简体中文.

use crate::i18n::DiffMessages;

/// Comparisons in 简体中文.
pub(in crate::i18n) static DIFF: DiffMessages = DiffMessages {
    label: "差异",
    layout: "布局",
    side_by_side: "并排",
    inline: "合并",
    previous_change: "上一处更改（p）",
    next_change: "下一处更改（n）",
    change_of: |here, count| match here {
        0 => format!("{count} 处更改"),
        here => format!("第 {here} 处，共 {count} 处"),
    },
    unchanged_lines: |count| format!("{count} 行未更改"),
    more_rows: |count| format!("继续显示（还有 {count} 行）"),
    no_difference: "两者相同。",
    removed: "已删除",
    added: "已添加",
    not_text: |size| format!("不是文本：{size} 字节"),
    only_flags: "值相同，标志不同。",
    flags: |before, after| format!("标志：{before} → {after}。"),
    empty_value: "一侧的键存在但值为空，另一侧没有这个键。",
};
