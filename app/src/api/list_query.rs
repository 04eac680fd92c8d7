//! What of a list is asked for: the part of its address that the page's own query decides.

use wire::{
    health::Health,
    search::Search,
    window::{LIMIT_DEFAULT, Listed},
};

use crate::routes::part;

/// Which rows of a list, in which order. Empty texts say nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// The filter, as it was typed.
    pub filter: String,
    /// The word of the one state that is shown.
    pub status: String,
    /// The column's word, with `-` before it backwards.
    pub sort: String,
    /// How many rows stand before the window.
    pub offset: usize,
}

impl ListQuery {
    /// What the page's query asks of a list of `T`; `read` gives the value of a name in it, empty
    /// where there is none. What rows of this kind do not understand is left out.
    #[must_use]
    pub fn of_page<T: Listed>(read: &dyn Fn(&str) -> String) -> Self {
        let query = Self {
            filter: read("filter"),
            status: read("status"),
            sort: read("sort"),
            offset: Self::first_offset(read),
        };
        query.understood(T::FIELDS, T::COLUMNS)
    }

    /// What the page of a folder of keys asks for: its filter is the query's `q`.
    #[must_use]
    pub fn of_folder(read: &dyn Fn(&str) -> String) -> Self {
        let query = Self {
            filter: read("q"),
            offset: Self::first_offset(read),
            ..Self::default()
        };
        query.understood(&[], &[])
    }

    /// Where a page begins that is read without script, by windows. The app scrolls: what it wants
    /// is the whole list, and the window is where it is looked at.
    #[must_use]
    pub fn first_offset(read: &dyn Fn(&str) -> String) -> usize {
        if cfg!(feature = "ssr") {
            return Self::opens_at(read);
        }
        0
    }

    /// The row at which an address opens the list.
    #[must_use]
    pub fn opens_at(read: &dyn Fn(&str) -> String) -> usize {
        read("offset").parse().unwrap_or_default()
    }

    /// Without the parts that a list of rows with these fields and columns would refuse.
    #[must_use]
    pub fn understood(mut self, fields: &[&str], columns: &[&str]) -> Self {
        if Search::parse(&self.filter, fields).is_err() {
            self.filter.clear();
        }
        if Health::from_word(&self.status).is_none() {
            self.status.clear();
        }
        if !columns.contains(&self.sort.strip_prefix('-').unwrap_or(&self.sort)) {
            self.sort.clear();
        }
        self
    }

    /// `address`, which has a query already, with the window's parameters after it.
    pub(super) fn after(&self, mut address: String) -> String {
        address.push_str("&limit=");
        address.push_str(&LIMIT_DEFAULT.to_string());
        for (name, value) in [
            ("&q=", &self.filter),
            ("&status=", &self.status),
            ("&sort=", &self.sort),
        ] {
            if !value.is_empty() {
                address.push_str(name);
                address.push_str(&part(value));
            }
        }
        if self.offset > 0 {
            address.push_str("&offset=");
            address.push_str(&self.offset.to_string());
        }
        address
    }
}

#[cfg(test)]
mod tests {
    use wire::{nodes::NodeRow, services::ServiceRow};

    use super::*;

    fn read(pairs: &[(&'static str, &'static str)]) -> impl Fn(&str) -> String {
        let pairs = pairs.to_vec();
        move |name| {
            let found = pairs.iter().find(|(known, _)| *known == name);
            found.map_or_else(String::new, |(_, value)| (*value).to_owned())
        }
    }

    #[test]
    fn only_what_says_something_stands_in_the_address() {
        let address = |query: ListQuery| query.after("api/x?dc=a".to_owned());
        assert_eq!(address(ListQuery::default()), "api/x?dc=a&limit=100");
        let query = ListQuery {
            filter: "a b&tag:ü".to_owned(),
            status: "critical".to_owned(),
            sort: "-name".to_owned(),
            offset: 200,
        };
        assert_eq!(
            address(query),
            "api/x?dc=a&limit=100&q=a%20b%26tag%3A%C3%BC&status=critical&sort=-name&offset=200"
        );
    }

    #[test]
    fn what_no_row_understands_is_not_asked_for() {
        let page = [("filter", "a"), ("status", "critical"), ("sort", "-role")];
        let nodes = ListQuery::of_page::<NodeRow>(&read(&page));
        assert_eq!(nodes.sort, "-role");
        let services = ListQuery::of_page::<ServiceRow>(&read(&page));
        assert_eq!(
            (services.filter.as_str(), services.sort.as_str()),
            ("a", "")
        );
        let page = [("filter", "role:x"), ("status", "ill"), ("sort", "--name")];
        assert_eq!(
            ListQuery::of_page::<ServiceRow>(&read(&page)),
            ListQuery::default()
        );
        let folder = ListQuery::of_folder(&read(&[("q", "a"), ("filter", "b"), ("sort", "name")]));
        assert_eq!((folder.filter.as_str(), folder.sort.as_str()), ("a", ""));
    }
}
