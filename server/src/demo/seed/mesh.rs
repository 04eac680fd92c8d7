//! The service mesh: two sidecar proxies and a gateway to the other datacenter.

use serde_json::json;

use super::builder::{Instance, Seeder, check};
use super::outputs;

pub(super) fn first(seeder: &mut Seeder) {
    for node in ["bla-1", "bla-2"] {
        seeder.instance(Instance {
            node,
            id: "gateway-sidecar-proxy".to_owned(),
            name: "gateway-sidecar-proxy",
            kind: "connect-proxy",
            port: 21_000,
            proxy: Some(json!({
                "DestinationServiceName": "gateway", "DestinationServiceID": "gateway",
                "LocalServiceAddress": "127.0.0.1", "LocalServicePort": 443, "Mode": "", "MeshGateway": {}, "Expose": {},
                "Upstreams": [{"DestinationType": "service", "DestinationName": "postgres", "LocalBindPort": 15432, "MeshGateway": {}}],
            })),
            checks: vec![
                check("tcp", "Connect Sidecar Listening", ("passing", outputs::TCP_FINE)),
                check("alias", "Connect Sidecar Aliasing gateway", ("passing", "All checks passing.")),
            ],
            ..Instance::default()
        });
    }
    seeder.instance(Instance {
        node: "src-3",
        id: "mesh-gateway".to_owned(),
        name: "mesh-gateway",
        kind: "mesh-gateway",
        port: 8443,
        meta: &[("consul-wan-federation", "1")],
        checks: vec![check(
            "tcp",
            "Mesh Gateway Listening",
            ("passing", outputs::TCP_FINE),
        )],
        ..Instance::default()
    });
}
