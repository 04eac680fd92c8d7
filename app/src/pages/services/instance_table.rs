//! The table the operator asks for first: ID | Node, and what is wrong with each.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{checks::Check, health::Health, instances::Instance, services::ServiceDetail};

use crate::{
    components::{CheckOutput, CheckSquares, HealthWord, MoreRows, SortHead, TagList, dynamic},
    i18n::use_t,
    navigation::use_navigation,
    pages::order,
    routes,
};

/// Trouble first.
const DEFAULT_SORT: &str = "-health";

/// Instances in the order of `sort`.
fn sorted(instances: &[Instance], sort: &str) -> Vec<Instance> {
    let (column, backwards) = match sort.strip_prefix('-') {
        Some(column) => (column, true),
        None => (sort, false),
    };
    order::sorted(instances, |a, b| {
        let order = match column {
            "id" => a.service.id.cmp(&b.service.id),
            "node" => a.node.node.cmp(&b.node.node),
            "version" => a.version().cmp(&b.version()),
            _ => a.health.cmp(&b.health),
        };
        let order = if backwards { order.reverse() } else { order };
        order
            .then_with(|| a.node.node.cmp(&b.node.node))
            .then_with(|| a.service.id.cmp(&b.service.id))
    })
}

/// Checks that do not pass, the worst first: their output is shown.
fn failing(instance: &Instance) -> Vec<Check> {
    let checks: Vec<Check> = instance
        .checks
        .iter()
        .filter(|check| check.health() > Health::Passing)
        .cloned()
        .collect();
    order::sorted(&checks, |a, b| b.health().cmp(&a.health()))
}

/// The tab: one row an instance.
#[component]
pub fn InstancesTab(
    /// The service.
    detail: Memo<Arc<ServiceDetail>>,
) -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let query = navigation.query("sort");
    let sort = Memo::new(move |_| {
        let sort = query.get();
        if sort.is_empty() {
            DEFAULT_SORT.to_owned()
        } else {
            sort
        }
    });
    let on_sort = Callback::new(move |sort: String| {
        navigation.set_query("sort", if sort == DEFAULT_SORT { "" } else { &sort });
    });
    let more = MoreRows::new();
    let rows = dynamic(move || {
        let detail = detail.get();
        sort.with(|sort| sorted(&detail.instances, sort))
            .iter()
            .take(more.limit())
            .map(|instance| instance_rows(&detail, instance))
            .collect::<Vec<_>>()
    });
    view! {
        <table class="data-table is-folding instances-table">
            <colgroup>
                <col class="column-id"/>
                <col class="column-node"/>
                <col class="column-address"/>
                <col class="column-health"/>
                <col class="column-tags column-secondary"/>
                <col class="column-version column-secondary"/>
            </colgroup>
            <thead>
                <tr>
                    <SortHead label=t.services.id column="id" sort on_sort/>
                    <SortHead label=t.services.node column="node" sort on_sort/>
                    <th scope="col">{t.common.address}</th>
                    <SortHead label=t.common.health column="health" sort on_sort/>
                    <th scope="col" class="column-secondary">{t.common.tags}</th>
                    <SortHead
                        label=t.common.version
                        column="version"
                        sort
                        on_sort
                        class="column-secondary"
                    />
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        {more.button(Signal::derive(move || detail.with(|detail| detail.instances.len())))}
    }
}

/// An instance's row, and below it the output of what fails.
fn instance_rows(detail: &ServiceDetail, instance: &Instance) -> AnyView {
    let failing = failing(instance);
    let dc = &detail.datacenter;
    let id = &instance.service.id;
    let node = &instance.node.node;
    // what the ID repeats of the name is pale
    let (same, rest) = match id.strip_prefix(&detail.name) {
        Some(rest) if !rest.is_empty() => (detail.name.clone(), rest.to_owned()),
        _ => (String::new(), id.clone()),
    };
    let address = match instance.service.port {
        0 => instance.address().to_owned(),
        port => format!("{}:{port}", bracketed(instance.address())),
    };
    let tags: Vec<String> = instance.plain_tags().map(str::to_owned).collect();
    let outputs = (!failing.is_empty()).then(|| {
        let list: Vec<_> = failing
            .into_iter()
            .map(|check| view! { <CheckOutput check/> }.into_any())
            .collect();
        view! { <tr class="detail-row"><td colspan="6" data-fold="5">{list}</td></tr> }.into_any()
    });
    let href = routes::instance(dc, &detail.name, node, id);
    view! {
        <tr class:has-detail=outputs.is_some()>
            <td data-fold="1">
                <a class="row-name mono" data-row-link="" href=href title=id.clone()>
                    <i>{same}</i>
                    {rest}
                </a>
            </td>
            <td data-fold="4"><a href=routes::node(dc, node)>{node.clone()}</a></td>
            <td class="mono text-secondary" data-fold="6">{address}</td>
            <td data-fold="3">
                <span class="health-cell">
                    <HealthWord health=instance.health/>
                    <CheckSquares checks=instance.checks.clone()/>
                </span>
            </td>
            <td class="column-secondary"><TagList tags most=2/></td>
            <td class="column-secondary text-secondary">{instance.version().unwrap_or_default().to_owned()}</td>
        </tr>
        {outputs}
    }
    .into_any()
}

/// An IPv6 address stands in brackets before its port.
fn bracketed(address: &str) -> String {
    if address.contains(':') && !address.starts_with('[') {
        format!("[{address}]")
    } else {
        address.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instance(node: &str, health: Health) -> Instance {
        let mut instance = Instance {
            health,
            ..Instance::default()
        };
        instance.node.node = node.into();
        instance
    }

    #[test]
    fn trouble_comes_first_then_nodes() {
        let list = [
            instance("c", Health::Passing),
            instance("b", Health::Critical),
            instance("a", Health::Passing),
        ];
        let nodes = |sort| {
            sorted(&list, sort)
                .into_iter()
                .map(|instance| instance.node.node)
                .collect::<String>()
        };
        assert_eq!(nodes(DEFAULT_SORT), "bac");
        assert_eq!(nodes("-node"), "cba");
    }

    #[test]
    fn ports_follow_brackets() {
        assert_eq!(bracketed("::1"), "[::1]");
        assert_eq!(bracketed("10.0.0.1"), "10.0.0.1");
    }
}
