//! The overview.

use crate::i18n::OverviewMessages;

pub(super) const OVERVIEW: OverviewMessages = OverviewMessages {
    title: "概览",
    leader: "Leader",
    quorum: "服务器",
    nodes: "节点",
    services: "服务",
    last_hour: "最近一小时的异常服务",
    no_leader: "没有领导者",
    leads_for: |time, longer| {
        if longer {
            format!("已 {time} 或更久")
        } else {
            format!("已 {time}")
        }
    },
    servers: |alive, all| format!("{all} 台中 {alive} 台存活"),
    may_fail: |servers| match servers {
        0 => "不能再有故障".to_owned(),
        servers => format!("还可故障 {servers} 台"),
    },
    no_quorum: "未达到法定数量",
    not_known: "未知",
    failed: |names| format!("故障：{names}"),
    left: |names| format!("已离开：{names}"),
    members_unknown: |why| format!("成员情况不明：{why}"),
    not_seen: "这一小时内无记录",
    worst: |failing| match failing {
        0 => "没有异常".to_owned(),
        failing => format!("最多同时 {failing} 个"),
    },
    worst_unseen: |worst, time| format!("{worst}；{time}无记录"),
    worst_since: |worst, time| format!("{time}内{worst}"),
    critical_now: "当前故障",
    nothing_critical: "没有故障",
    nothing_critical_text: "检查失败后，服务和节点会立即出现在这里。",
    recent_changes: "最近的键变更",
    more_critical: |count| format!("另有 {count} 项"),
    duration: |seconds| match seconds {
        0..60 => format!("{seconds} 秒"),
        60..3_600 => format!("{} 分钟", seconds / 60),
        3_600..86_400 => format!("{} 小时", seconds / 3_600),
        _ => format!("{} 天", seconds / 86_400),
    },
};
