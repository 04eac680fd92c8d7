//! The key/value pages in 简体中文.

use crate::i18n::kv_messages::KvMessages;

/// The key/value pages in 简体中文.
pub(in crate::i18n) static KV: KvMessages = KvMessages {
    empty_name: "（空名称）",
    hidden_character: |code| format!("{code}，不可见字符"),

    new_key: "新建键",
    tree: "文件夹",
    tree_hide: "隐藏文件夹",
    tree_show: "显示文件夹",
    open_folder: |folder| format!("打开 {folder}"),
    value_label: "值",
    format_plain: "纯文本",
    format_properties: "Properties",
    format_binary: "二进制",
    detail_schema: "Schema",
    schema_file: "waggle 所在机器上的文件，由其配置指定",
    schema_wrong: "Schema 本身有误，未用于检查",
    too_large: |size, limit| format!("值有 {size}，Consul 最多接受 {limit}。没有发送任何内容。"),
    read_only: "waggle 以只读方式运行",

    details: "详细信息",
    detail_format: "格式",
    detail_size: "大小",
    detail_modify_index: "修改索引",
    detail_create_index: "创建索引",
    detail_flags: "标志",
    detail_lock: "锁",
    no_lock: "无",
    detail_endings: "换行符",
    endings_mixed: "混合",
    detail_encoding: "编码",
    with_byte_order_mark: "带 BOM 的 UTF-8",
    mixed_note: "此值混用了多种换行符。未改动的行保持原样；新行使用上一行的换行符。",
    control_note: |count| {
        format!("此值中有 {count} 个控制字符在这里不可见。除非连同删除，否则保存时会保留。")
    },
    binary_title: "此值不是文本。",
    binary_text: "其字节不是 UTF-8，因此以十六进制显示，不能在此编辑。",
    hex_label: "值的十六进制内容",
    copy_base64: "复制为 base64",
    more_bytes: |size| format!("继续显示（还有 {size}）"),

    changed_elsewhere: |index| format!("已在别处更改，索引为 {index}。"),
    deleted_elsewhere: "此键已在别处被删除。",
    now_shown: "现在显示的是新值；这里没有输入过内容。",

    delete: "删除…",

    edit: "编辑",
    hide: "隐藏",
    masked_title: "此值已隐藏。",
    masked_text: "它的键被标记为机密。请确认旁边无人观看后再显示。",
    reveal: "显示",
    deleted_shown: "此处显示的是它最后的值。",
    lines: |count| format!("{count} 行"),
    download: "下载",
    replace_from_file: "用文件替换…",
    drop_hint: "或拖放到此处",
    file_unreadable: "无法读取此文件。",
};
