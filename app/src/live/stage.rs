//! How far one address's data is.

use leptos::prelude::*;
use wire::problem::ProblemKind;

use super::Live;

/// What a page about one thing has to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nothing arrived yet.
    Loading,
    /// It does not exist; what is gone is gone, even while its last data is still known.
    Missing,
    /// There is data, be it old.
    Data,
    /// There is none, and a reason.
    Problem,
}

impl<T: Send + Sync + 'static> Live<T> {
    /// What to show of it.
    #[must_use]
    pub fn stage(&self) -> Memo<Stage> {
        let (data, problem) = (self.data, self.problem);
        Memo::new(move |_| {
            let kind = problem.with(|problem| problem.as_ref().map(|problem| problem.kind));
            match (data.with(Option::is_some), kind) {
                (_, Some(ProblemKind::NotFound)) => Stage::Missing,
                (true, _) => Stage::Data,
                (false, Some(_)) => Stage::Problem,
                (false, None) => Stage::Loading,
            }
        })
    }
}
