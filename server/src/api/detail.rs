//! One thing of a datacenter, as it is now.

use wire::live::Subject;

use super::{etag::current, request::place};
use crate::{
    datacenter::Clusters,
    error::Error,
    watch::{Snapshot, Watched, Watches},
};

/// What is known of `subject`, and where: none where there is no such thing. `acl_rule` is what a
/// token needs to see it.
pub(super) async fn detail<T>(
    clusters: &Clusters,
    watches: &Watches,
    dc: Option<String>,
    subject: Subject,
    acl_rule: &str,
) -> Result<(String, Snapshot<Option<T>>), Error>
where
    Option<T>: Watched,
{
    let dc = place(clusters, dc).await?.shown;
    let found = current(watches.read(subject, &dc).await)
        .map_err(|error| Error::from(error).about(Some(&dc), acl_rule))?;
    Ok((dc, found))
}
