//! Where rows stand that are drawn, to find them again where they went.

use std::sync::Arc;

use leptos::prelude::*;

use super::{List, list::list_of, rows::Kind};
use crate::{api::ListQuery, live::Value};

/// The rows of an answer in the order in which they were drawn.
pub(super) struct Arranged {
    value: Value,
    order: Option<Vec<usize>>,
    offset: usize,
    /// Where it is from, and what is wanted of it.
    list: (String, ListQuery),
}

impl Arranged {
    /// Where the row stands in `now` that stands at `position` here.
    pub(super) fn find(&self, kind: &Kind, position: usize, now: &Self) -> Option<usize> {
        let at = match &self.order {
            Some(order) => *order.get(position)?,
            None => position.checked_sub(self.offset)?,
        };
        let at = (kind.find)(&self.value, at, &now.value)?;
        match &now.order {
            Some(order) => order.iter().position(|place| *place == at),
            None => Some(now.offset + at),
        }
    }

    /// It is the same list, with the same filter and order.
    pub(super) fn is_same_list(&self, now: &Self) -> bool {
        self.list == now.list
    }
}

impl List {
    /// The rows as they are drawn now.
    pub(super) fn arranged(&self) -> Option<Arranged> {
        let (value, url) = self.shown.with(|shown| {
            let shown = shown.as_ref()?;
            Some((Arc::clone(&shown.value), list_of(&shown.url).to_owned()))
        })?;
        let offset = self.about.with(|about| Some(about.as_ref()?.offset))?;
        Some(Arranged {
            value,
            order: self.order.get(),
            offset,
            list: (url, self.wanted.get_untracked()),
        })
    }
}
