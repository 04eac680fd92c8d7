//! `/v1/health`: checks, and instances with their checks.

use wire::{checks::Check, instances::Instance};

use super::{Answer, Client, Error, Query, encode, transport::Call};

/// The family, of one client.
#[derive(Debug)]
pub struct Health<'a> {
    pub(super) client: &'a Client,
}

impl Health<'_> {
    /// The instances of a service with their checks and their nodes'. `health` and `micro` are
    /// ours and stay empty here.
    ///
    /// # Errors
    /// Any.
    pub async fn service(&self, name: &str, query: &Query) -> Result<Answer<Vec<Instance>>, Error> {
        match encode::name(name) {
            Some(name) => self.list(format!("/v1/health/service/{name}"), query).await,
            None => Ok(Answer::default()),
        }
    }

    /// The checks of a node and of all that is on it.
    ///
    /// # Errors
    /// Any.
    pub async fn node(&self, name: &str, query: &Query) -> Result<Answer<Vec<Check>>, Error> {
        match encode::name(name) {
            Some(name) => self.list(format!("/v1/health/node/{name}"), query).await,
            None => Ok(Answer::default()),
        }
    }

    /// Every check in `state`: `any`, `passing`, `warning` or `critical`.
    ///
    /// # Errors
    /// Any.
    pub async fn state(&self, state: &str, query: &Query) -> Result<Answer<Vec<Check>>, Error> {
        match encode::name(state) {
            Some(state) => self.list(format!("/v1/health/state/{state}"), query).await,
            None => Ok(Answer::default()),
        }
    }

    /// The checks of a service's instances, without their nodes'.
    ///
    /// # Errors
    /// Any.
    pub async fn checks(&self, service: &str, query: &Query) -> Result<Answer<Vec<Check>>, Error> {
        match encode::name(service) {
            Some(name) => self.list(format!("/v1/health/checks/{name}"), query).await,
            None => Ok(Answer::default()),
        }
    }

    async fn list<T: serde::de::DeserializeOwned + Send + 'static>(
        &self,
        path: String,
        query: &Query,
    ) -> Result<Answer<Vec<T>>, Error> {
        let answer: Answer<Option<Vec<T>>> = self.client.json(Call::get(path, query)).await?;
        Ok(answer.map(Option::unwrap_or_default))
    }
}
