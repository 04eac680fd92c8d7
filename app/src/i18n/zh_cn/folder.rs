//! What a folder of keys and the tree beside it say, in Chinese.

use crate::i18n::FolderMessages;

pub(in crate::i18n) static FOLDER: FolderMessages = FolderMessages {
    tree_width: "文件夹栏宽度",
    tree_more: |count| format!("还有 {count} 个，请在列表中筛选"),
    column_key: "键",
    column_format: "格式",
    column_size: "大小",
    column_index: "索引",
    column_changed: "更改时间",
    size_unknown: "未读取：此处的值较大",
    held_on: |node, session| match node {
        "" => format!("被会话 {session} 锁定"),
        node => format!("被 {node} 上的会话锁定（{session}）"),
    },
    flags: |flags| format!("flags {flags}"),
    filter_placeholder: "筛选此文件夹",
    filter_help: "所有词都要匹配名称；-词 表示排除；用 \"引号\" 保留空格。",
    folders_and_keys: |folder_count, key_count| match (folder_count, key_count) {
        (0, key_count) => format!("{key_count} 个键"),
        (folder_count, 0) => format!("{folder_count} 个文件夹"),
        (folder_count, key_count) => format!("{folder_count} 个文件夹，{key_count} 个键"),
    },

    none_title: "还没有键",
    none_text: "此数据中心的键值存储是空的。服务会从 omo/msa/config/default.yaml 这样的键读取配置。",
    folder_empty_title: "此文件夹是空的",
    folder_empty_text: "它由自身的键保留。可以在其中新建键，或将其删除。",
    no_match: |total| format!("{total} 项中没有匹配"),
    own_value: |size| format!("此文件夹自身的键存有值（{size}）。"),
    own_open: "打开",
    delete_folder: "删除文件夹…",
};
