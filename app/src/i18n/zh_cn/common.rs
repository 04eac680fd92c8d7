//! Words used everywhere.

use wire::health::Health;

use crate::i18n::CommonMessages;

pub(super) const COMMON: CommonMessages = CommonMessages {
    passing: "正常",
    warning: "警告",
    critical: "故障",
    maintenance: "维护中",
    no_checks: "无检查",
    unreachable: "无法连接",
    health: "健康状态",
    name: "名称",
    empty: "空",
    tags: "标签",
    version: "版本",
    address: "地址",
    checks: "健康检查",
    meta: "元数据",
    key: "键",
    value: "值",
    datacenter: "数据中心",
    all: "全部",
    copy: "复制",
    copied: "已复制",
    copy_failed: "浏览器不允许复制",
    close: "关闭",
    cancel: "取消",
    try_again: "重试",
    try_now: "立即重试",
    loading: "正在加载",
    filter: "筛选",
    clear_filter: "清除筛选",
    show_more: |count| format!("再显示 {count} 项"),
    shown_of: |shown, total| format!("已显示 {shown} 项，共 {total} 项"),
    sort_by: |column| format!("按{column}排序"),
    move_key: "移动",
    open_key: "打开",
    filter_key: "筛选",
    all_keys: "全部快捷键",
    views: "视图",
    path: "路径",
    status: "状态",
    none: "无",
    counts: |counts| {
        let parts: Vec<String> = Health::WORST_FIRST
            .into_iter()
            .filter(|health| counts.get(*health) > 0)
            .map(|health| {
                let count = counts.get(health);
                match health {
                    Health::Critical => format!("{count} 个故障"),
                    Health::Warning => format!("{count} 个警告"),
                    Health::Maintenance => format!("{count} 个维护中"),
                    Health::Passing => format!("{count} 个正常"),
                    Health::None => format!("{count} 个无检查"),
                }
            })
            .collect();
        if parts.is_empty() {
            "无".to_owned()
        } else {
            parts.join("，")
        }
    },
    seconds: |seconds| format!("{seconds} 秒"),
    unknown_field: |field, known| format!("这里没有“{field}:”字段。可用字段：{known}"),
    missing_value: |field| format!("“{field}:”后面要紧跟一个值，例如 {field}:x"),
    unknown_value: |field, value, known| format!("“{field}:”没有“{value}”这个值。可用值：{known}"),
    open_quote: "引号 (\") 没有闭合",
    read_only: "只读",
    more_tags: |count| format!("还有 {count} 个标签"),
    more: "更多",
    rows: "行",
    rows_before: "前面的行",
    rows_after: "后面的行",
    rows_changed: |count| format!("{count} 行已更新"),
    ago: |seconds| match seconds {
        0..5 => "刚刚".to_owned(),
        5..60 => format!("{seconds} 秒前"),
        60..3_600 => format!("{} 分钟前", seconds / 60),
        3_600..86_400 => format!("{} 小时前", seconds / 3_600),
        _ => format!("{} 天前", seconds / 86_400),
    },
};
