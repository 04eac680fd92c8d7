//! Search, comparison, sessions.

use crate::i18n::{CompareMessages, SearchMessages, SessionsMessages, ToolsMessages, number};

fn keys(count: u64) -> String {
    format!("{} 个键", number(count))
}

pub(super) const TOOLS: ToolsMessages = ToolsMessages {
    tools: "工具",
    search: "搜索",
    compare: "对比",
    history: "历史",
    import: "导入",
    sessions: "会话",
};

pub(in crate::i18n) static SEARCH: SearchMessages = SearchMessages {
    title: "搜索",
    query: "搜索内容",
    hint: "键名或值中的文本",
    start: "搜索",
    stop: "停止",
    below: "范围",
    whole_store_hint: "整个存储",
    look_in: "搜索位置",
    in_names: "键名",
    in_values: "值",
    in_both: "两者",
    kind: "匹配方式",
    kind_text: "文本",
    kind_fuzzy: "模糊",
    fuzzy_in_values: "模糊匹配只用于名称；在值中按输入的文本原样查找。",
    kind_regex: "正则",
    match_case: "区分大小写",
    bad_pattern: |column, message| format!("第 {column} 个字符：{message}"),
    blank_title: "在键名和值中搜索",
    blank_text: "可以搜索键名，也可以搜索某个文件夹下所有值的内容。值会分批读取，不会保留。",
    looking: "正在搜索",
    looked_at: |looked, all| format!("已查看 {}，共 {}", number(looked), keys(all)),
    found: |found, places| format!("{}中有 {} 处匹配", keys(found), number(places)),
    none: "没有找到",
    none_text: |looked| format!("已查看 {}。", keys(looked)),
    stopped: "已停止，下面是目前找到的结果。",
    cut: |looked, all| {
        format!(
            "结果太多：查看了 {}（共 {}）后停止。请缩小搜索内容，或指定一个文件夹。",
            number(looked),
            keys(all)
        )
    },
    secret: |count| format!("{}已标记为机密，未搜索其值。", keys(count)),
    binary: |count| format!("{}的值是二进制，已跳过。", keys(count)),
    more_lines: |count| format!("此键中还有 {count} 处"),
    export: |found| format!("导出 {}…", keys(found)),
    replace: "全部替换",
    replace_with: "替换为",
    replace_hint: "替换所有匹配值中的搜索内容。",
    replace_regex_hint: "$1 表示第一个分组，$$ 表示一个美元符号。",
    replace_planning: "正在读取值…",
};

pub(in crate::i18n) static COMPARE: CompareMessages = CompareMessages {
    title: "对比",
    left: "左侧",
    right: "右侧",
    folder: "文件夹",
    swap: "交换两侧",
    compare: "对比",
    show: "显示",
    show_unequal: "全部差异",
    show_different: "不同",
    show_left: "仅左侧",
    show_right: "仅右侧",
    show_equal: "相同",
    show_all: "全部",
    state: "状态",
    state_different: "不同",
    state_left: "仅左侧",
    state_right: "仅右侧",
    state_equal: "相同",
    size_left: "左侧",
    size_right: "右侧",
    not_asked: "尚未对比",
    not_asked_text: "请选择两个数据中心或两个文件夹，然后点击“对比”。",
    same_sides: "两侧是同一处",
    same_sides_text: "请为其中一侧选择另一个数据中心或文件夹。",
    nothing: "两侧都没有键",
    nothing_text: "任意一侧有键后，会立即显示在这里。",
    no_difference: "没有差异",
    no_difference_text: |equal| format!("两侧的 {}完全相同。", keys(equal)),
    none_shown: "没有这类键",
    secret: "机密",
    secret_equal: "此键已标记为机密：两侧内容相同，这里不显示。",
    secret_differs: "此键已标记为机密：两侧的值不同，这里不显示内容。",
    secret_flags: |left, right| {
        format!("此键已标记为机密：两侧的值相同，这里不显示。标志不同：{left} 与 {right}。")
    },
    secret_left: "此键已标记为机密，且只在左侧存在，这里不显示内容。",
    secret_right: "此键已标记为机密，且只在右侧存在，这里不显示内容。",
    comparing: "正在对比",
    totals: |unequal, equal, all| {
        format!(
            "{} 处差异，{} 个相同，共 {}",
            number(unequal),
            number(equal),
            keys(all)
        )
    },
    cut: |shown| format!("仅保留前 {}，计数是完整的。", keys(shown)),
    select: |key| format!("选择 {key}"),
    select_all: "选择显示的全部键",
    selected: |count| format!("已选择 {count} 个键"),
    promote: |to| format!("同步到 {to}"),
    promote_planning: "正在读取值…",
    promote_hint: "来源没有的键保持不变。",
    open_left: "打开左侧",
    open_right: "打开右侧",
    show_diff: "查看差异",
};

pub(in crate::i18n) static SESSIONS: SessionsMessages = SessionsMessages {
    title: "会话",
    id: "ID",
    name: "名称",
    node: "节点",
    ttl: "TTL",
    behavior: "结束时",
    lock_delay: "锁延迟",
    checks: "健康检查",
    keys: "持有的键",
    no_name: "未命名",
    no_ttl: "无",
    release: "释放",
    release_text: "会话结束时释放它持有的键",
    delete: "删除",
    delete_text: "会话结束时删除它持有的键",
    filter_hint: "名称、ID 或节点",
    filter_help: "多个词须同时匹配；-词 表示排除；node:msa-1、name:leader、behavior:delete",
    totals: |sessions, locks| match locks {
        None => format!("{sessions} 个会话"),
        Some(locks) => format!("{sessions} 个会话，持有 {locks} 个键"),
    },
    empty: "没有会话",
    empty_text: |dc| format!("{dc} 中有程序加锁后，会话会立即显示在这里。"),
    no_match: |all| format!("{all} 个会话中没有匹配项"),
    no_match_text: "请检查拼写，或清除筛选。",
    holds_none: "无",
    holds_none_found: "未发现",
    holds_unknown: "未知",
    more_keys: |count| format!("+{count}"),
    more_keys_spoken: |count| format!("它持有的另外 {count} 个键"),
    part_looked_at: |looked, all| {
        format!(
            "为查找锁只查看了 {}（共 {}），全部查看会耗时较长。",
            number(looked),
            keys(all)
        )
    },
    locks_unknown: "尚不清楚哪些键被持有。",
    locks_old: "尚不清楚现在哪些键被持有，显示的可能已过时。",
    invalidate: "作废",
    invalidate_title: "作废此会话？",
    and_more: |count| format!("以及另外 {count} 个"),
    invalidate_text: |name, node| {
        format!("加锁的程序（{node} 上的 {name}）会立即失去这些锁，不会再确认。")
    },
    invalidate_release: |count| format!("将释放 {count} 个键："),
    invalidate_delete: |count| format!("将删除 {count} 个键："),
    invalidate_none: "它没有持有任何键。",
    invalidate_unknown_release: "尚不清楚它持有哪些键。它持有的键都将被释放。",
    invalidate_unknown_delete: "尚不清楚它持有哪些键。它持有的键都将被删除，且无法撤销。",
    invalidate_part_release: |looked, all| {
        format!(
            "只查看了 {}（共 {}）。它持有的其他键也将被释放。",
            number(looked),
            keys(all)
        )
    },
    invalidate_part_delete: |looked, all| {
        format!(
            "只查看了 {}（共 {}）。它持有的其他键也将被删除，且无法撤销。",
            number(looked),
            keys(all)
        )
    },
    invalidate_for_good: "此操作无法撤销。",
    invalidate_delay: |delay| format!("此后 {delay} 内无法再对这些键加锁。"),
    invalidated: "会话已作废",
    held_by: "持有者",
    held_warning: |name, node| format!("此键已被 {node} 上的 {name} 锁定。"),
    held_text: "Consul 仍允许保存，但持有锁的程序可能并不知情，或随后覆盖你的修改。",
    gone: "会话已结束，锁会随之消失。",
};
