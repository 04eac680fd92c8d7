//! `/v1/acl`: whose token is used.

use serde::Deserialize;

use super::{Client, Error, Query, transport::Call};

/// The family, of one client.
#[derive(Debug)]
pub struct Acl<'a> {
    pub(super) client: &'a Client,
}

/// The token that a client sends, without its secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct OwnToken {
    /// UUID.
    #[serde(rename = "AccessorID")]
    pub accessor_id: String,
    /// What people call it.
    pub description: String,
}

impl Acl<'_> {
    /// The token that is sent; the anonymous one where none is.
    ///
    /// # Errors
    /// Any; that ACLs are not in use is one.
    pub async fn own_token(&self, query: &Query) -> Result<OwnToken, Error> {
        let call = Call::get("/v1/acl/token/self", query);
        Ok(self.client.json(call).await?.value)
    }
}
