//! What few keys' pages say: a text that was not saved, a key that is not there, in Chinese.

use crate::i18n::SeldomMessages;

pub(in crate::i18n) static SELDOM: SeldomMessages = SeldomMessages {
    folder_gone: |folder| format!("{folder} 中没有任何内容"),
    folder_gone_text: "文件夹只在其中有键时存在。它可能已被删除，或从未存在过。",
    key_gone: |key, datacenter| format!("{datacenter} 中没有 {key}"),
    key_gone_text: "它可能已被删除或改名，也可能是地址有误。",
    open_root: "所有键",
    create_here: "在此新建键",
    create_this: "新建此键",
    gone_history: "此键的历史",
    gone_deleted: "此文件夹中已删除的键",
    draft_restore: "恢复",
    draft_discard: "丢弃",
    draft_kept: |time| format!("此浏览器中保留了 {time} 的草稿。"),
    draft_older: |index| format!("它始于索引 {index}，此后键已被更改。"),
};
