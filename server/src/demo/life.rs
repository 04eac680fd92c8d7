//! The little that moves by itself in the demo, so that live pages have something to show. Begins late:
//! right after the start the cluster is always the same.

use std::sync::Arc;
use std::time::Duration;

use super::cluster::Datacenter;
use super::seed::{FLAPPING_CHECK, FLAPPING_NODE};

const PERIOD: Duration = Duration::from_secs(40);

/// Turns one check between passing and warning, for ever.
pub(super) async fn live(datacenter: Arc<Datacenter>) {
    let mut round = 0_u32;
    loop {
        tokio::time::sleep(PERIOD).await;
        round += 1;
        datacenter.write(|state| {
            state.change_check(FLAPPING_NODE, FLAPPING_CHECK, |check| {
                let (status, output) = if round % 2 == 1 {
                    (
                        "warning",
                        "ingest queue: 4096 documents behind\noldest document: 96 s",
                    )
                } else {
                    (
                        "passing",
                        "ingest queue: 12 documents behind\noldest document: 0.4 s",
                    )
                };
                status.clone_into(&mut check.status);
                output.clone_into(&mut check.output);
            })
        });
    }
}
