//! What is said of a change wherever one is shown, in Chinese.

use crate::i18n::VersionsMessages;

pub(in crate::i18n) static VERSIONS: VersionsMessages = VersionsMessages {
    title: "历史",
    baseline: "首次记录",
    created: "新建",
    updated: "修改",
    deleted: "删除",
    last_key_deleted: "最后一个键删除于",
    outside: "外部",
    through_waggle: "waggle",
    unwatched: "发生在 waggle 未运行期间",
    unwatched_hint: "实际发生时间早于记录时间，可能分多次完成。",
    last_versions: "历史",
    all_versions: "全部",
    now: "当前",
};
