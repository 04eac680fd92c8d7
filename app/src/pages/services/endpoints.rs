//! What a go-micro service can be asked.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{
    instances::{Endpoint, EndpointValue},
    services::ServiceDetail,
};

use super::told::left_out;
use crate::{
    components::{Blank, dynamic},
    i18n::use_t,
};

/// Deeper types are cut: a type may hold itself.
const DEPTH_MAX: usize = 3;

/// The tab.
#[component]
pub fn EndpointsTab(
    /// The service.
    detail: Memo<Arc<ServiceDetail>>,
) -> impl IntoView {
    let t = use_t();
    dynamic(move || {
        let detail = detail.get();
        let endpoints = &detail.together.endpoints;
        let rows: Vec<_> = endpoints.items.iter().map(endpoint_row).collect();
        if rows.is_empty() {
            return view! {
                <Blank
                    icon="intentions"
                    title=t.services.no_endpoints.to_owned()
                    text=t.services.no_endpoints_text.to_owned()
                />
            }
            .into_any();
        }
        view! {
            <table class="data-table endpoints-table">
                <colgroup><col class="column-endpoint"/><col/><col/></colgroup>
                <thead>
                    <tr>
                        <th scope="col">{t.services.endpoint}</th>
                        <th scope="col">{t.services.request}</th>
                        <th scope="col">{t.services.response}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {left_out(endpoints)}
        }
        .into_any()
    })
}

fn endpoint_row(endpoint: &Endpoint) -> AnyView {
    let stream = endpoint
        .metadata
        .get("stream")
        .is_some_and(|value| value == "true");
    view! {
        <tr>
            <td>
                <span class="row-name mono">{endpoint.name.clone()}</span>
                {stream.then(|| view! { " " <span class="badge">"stream"</span> })}
            </td>
            <td>{type_view(endpoint.request.as_ref())}</td>
            <td>{type_view(endpoint.response.as_ref())}</td>
        </tr>
    }
    .into_any()
}

fn type_view(value: Option<&EndpointValue>) -> Option<AnyView> {
    let value = value?;
    let name = if value.r#type.is_empty() {
        &value.name
    } else {
        &value.r#type
    };
    let fields = fields(&value.values, 1);
    Some(
        view! {
            <div class="mono">{name.clone()}</div>
            <div class="mono type-fields">{fields}</div>
        }
        .into_any(),
    )
}

/// `name string, list []Item { id string }`.
fn fields(values: &[EndpointValue], depth: usize) -> String {
    let parts: Vec<String> = values
        .iter()
        .map(|value| {
            let own = format!("{} {}", value.name, value.r#type);
            if value.values.is_empty() {
                own
            } else if depth >= DEPTH_MAX {
                format!("{own} {{ … }}")
            } else {
                format!("{own} {{ {} }}", fields(&value.values, depth + 1))
            }
        })
        .collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(name: &str, values: Vec<EndpointValue>) -> EndpointValue {
        EndpointValue {
            name: name.into(),
            r#type: "T".into(),
            values,
        }
    }

    #[test]
    fn deep_types_are_cut() {
        let deep = value(
            "a",
            vec![value("b", vec![value("c", vec![value("d", vec![])])])],
        );
        assert_eq!(fields(&[deep], 1), "a T { b T { c T { … } } }");
    }
}
