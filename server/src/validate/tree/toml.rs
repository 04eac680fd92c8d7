//! TOML with places.

use serde_json::Value as Json;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{DEPTH_MAX, Entry, Node, PARTS_MAX, Value};
use crate::validate::place::Lines;

pub(super) fn read(text: &str) -> Option<Node> {
    let table = DeTable::parse(text).ok()?;
    let mut walk = Walk {
        lines: Lines::new(text),
        left: PARTS_MAX,
    };
    let value = walk.table(table.get_ref(), 0)?;
    Some(Node {
        at: walk.lines.at(0),
        value,
    })
}

struct Walk<'a> {
    lines: Lines<'a>,
    left: usize,
}

impl Walk<'_> {
    fn table(&mut self, table: &DeTable<'_>, depth: usize) -> Option<Value> {
        let entries = table.iter().map(|(key, value)| {
            Some(Entry {
                key: key.get_ref().to_string(),
                at: self.lines.at(key.span().start),
                value: self.node(value, depth + 1)?,
            })
        });
        Some(Value::Map(entries.collect::<Option<_>>()?))
    }

    fn node(&mut self, value: &Spanned<DeValue<'_>>, depth: usize) -> Option<Node> {
        self.left = self.left.checked_sub(1)?;
        if depth > DEPTH_MAX {
            return None;
        }
        let at = self.lines.at(value.span().start);
        let value = match value.get_ref() {
            DeValue::Table(table) => self.table(table, depth)?,
            DeValue::Array(items) => {
                let items = items.iter().map(|item| self.node(item, depth + 1));
                Value::List(items.collect::<Option<_>>()?)
            }
            DeValue::String(text) => Value::Single(Json::from(text.as_ref())),
            DeValue::Boolean(word) => Value::Single(Json::Bool(*word)),
            DeValue::Datetime(date) => Value::Single(Json::String(date.to_string())),
            DeValue::Integer(number) => {
                let read = i64::from_str_radix(number.as_str(), number.radix());
                Value::Single(read.map_or(Json::Null, Json::from))
            }
            DeValue::Float(number) => {
                let read = number.as_str().parse::<f64>();
                Value::Single(read.map_or(Json::Null, Json::from))
            }
        };
        Some(Node { at, value })
    }
}
