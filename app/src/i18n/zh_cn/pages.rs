//! Services, instances, nodes.

use crate::i18n::{NodesMessages, ServicesMessages, number};

pub(super) const SERVICES: ServicesMessages = ServicesMessages {
    title: "服务",
    service: "服务",
    instance: "实例",
    instances: "实例数",
    kind: "类型",
    filter_hint: "名称或标签，status: tag: kind: -词",
    filter_help: "所有词都要匹配名称或标签；-词 表示排除。status:critical、tag:v2、kind:connect-proxy、version:2.8.1；用 \"引号\" 保留空格。",
    totals: |services, instances| {
        format!(
            "{} 个服务，{} 个实例",
            number(services as u64),
            number(u64::from(instances))
        )
    },
    no_match: |total| format!("{} 个服务中没有匹配项", number(total as u64)),
    no_match_text: "没有符合筛选条件和所选状态的内容。",
    instances_found: |total| format!("有 {} 个实例匹配", number(total as u64)),
    more_instances: |more| format!("另有 {} 个，请缩小筛选范围", number(more as u64)),
    empty: "还没有服务",
    empty_text: |dc| format!("{dc} 中还没有注册任何服务。代理注册服务后会立即显示在这里。"),
    id: "ID",
    node: "节点",
    all_pass: |total| {
        if total == 1 {
            "唯一的实例正常".to_owned()
        } else {
            format!("{} 个实例全部正常", number(u64::from(total)))
        }
    },
    some_fail: |failing, total| {
        format!(
            "{} 个实例中有 {} 个未通过检查",
            number(u64::from(total)),
            number(u64::from(failing))
        )
    },
    in_datacenter: |dc| format!("位于 {dc}"),
    tab_instances: "实例",
    tab_tags: "标签",
    tab_endpoints: "接口",
    tab_metadata: "元数据",
    copy_dns: "复制 DNS 名称",
    tag: "标签",
    on_instances: "实例",
    no_tags: "没有标签",
    no_tags_text: "该服务的实例注册时都没有带标签。",
    plain_tags: "标签",
    decoded_tags: "go-micro 编码的标签",
    decoded_tags_text: "go-micro 把版本、元数据和接口写在标签里，这里是解码后的内容。",
    raw_tag: "原始标签",
    no_endpoints: "没有接口",
    no_endpoints_text: "只有通过 go-micro 注册的服务才会列出接口。",
    endpoint: "接口",
    request: "请求",
    response: "响应",
    fields: |count| format!("{count} 个字段"),
    no_metadata: "没有元数据",
    no_metadata_text: "没有实例提供元数据：注册信息里没有，go-micro 标签里也没有。",
    micro_metadata: "go-micro 元数据",
    addresses: "地址",
    weights: "DNS 权重",
    weight_passing: "正常时",
    weight_warning: "警告时",
    registration: "注册信息",
    output: "输出",
    no_output: "还没有输出",
    node_check: "节点检查",
    service_check: "服务检查",
    no_checks_title: "无检查",
    no_checks_text: "实例及其节点都没有健康检查，Consul 会认为它是健康的。",
    create_index: "创建索引",
    modify_index: "修改索引",
    show_rest: |count| format!("显示全部（{count} 个字符）"),
    no_match_instances: |total| format!("{} 个实例中没有匹配项", number(total as u64)),
    no_instances_text: |dc| format!("{dc} 中没有注册该服务的实例。"),
    instances_filter_hint: "ID、节点、地址或标签，status: meta.zone:",
    instances_filter_help: "所有词都要匹配 ID、节点、地址或标签；-词 表示排除。status:critical、node:msa-1、tag:v2、version:2.8.1、meta.zone:b；用 \"引号\" 保留空格。",
    other_values: |count| format!("另有 {} 个值", number(count as u64)),
    notes: "备注",
    check_type: "类型",
    port: "端口",
    all_kinds: "全部类型",
    kind_typical: "普通服务",
};

pub(super) const NODES: NodesMessages = NodesMessages {
    title: "节点",
    node: "节点",
    role: "角色",
    leader: "领导者",
    leader_hint: "该数据中心服务器的领导者",
    server: "服务器",
    client: "客户端",
    instances: "实例数",
    filter_hint: "名称或地址，status: role: meta.rack:",
    filter_help: "所有词都要匹配名称或地址；-词 表示排除。status:critical、role:leader|server|client、version:1.22.6、meta.rack:b-07；用 \"引号\" 保留空格。",
    totals: |nodes, instances| {
        format!(
            "{} 个节点，{} 个实例",
            number(nodes as u64),
            number(u64::from(instances))
        )
    },
    no_match: |total| format!("{} 个节点中没有匹配项", number(total as u64)),
    empty: "没有节点",
    empty_text: |dc| format!("看不到 {dc} 的任何节点。代理加入后，节点会立即显示在这里。"),
    role_in: |leader, server, dc| {
        let role = if leader {
            "领导者服务器"
        } else if server {
            "服务器"
        } else {
            "客户端"
        };
        format!("{dc} 的{role}")
    },
    node_checks: "节点检查",
    no_instances: "没有实例",
    no_instances_text: |_| "该节点上没有注册任何服务。".to_owned(),
    instances_filter_hint: "服务、ID、地址或标签，status: meta.zone:",
    no_checks: "无检查",
    no_checks_text: "该节点没有自己的健康检查。",
    node_id: "节点 ID",
    detail_totals: |instances, checks, node| {
        format!("{node} 上有 {instances} 个实例，{checks} 个检查")
    },
};
