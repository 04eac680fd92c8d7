//! Health checks, as `health/*` lists them.

use serde::{Deserialize, Serialize};

use crate::{health::Health, null_as_default};

/// One check of a node or of a service instance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct Check {
    /// The node that the check belongs to.
    pub node: String,
    /// Unique on its node.
    #[serde(rename = "CheckID")]
    pub check_id: String,
    /// For people.
    pub name: String,
    /// `passing`, `warning` or `critical`, as Consul says it.
    pub status: String,
    /// What the operator wrote about it.
    #[serde(deserialize_with = "null_as_default")]
    pub notes: String,
    /// What the last run printed: text from anywhere, never markup.
    #[serde(deserialize_with = "null_as_default")]
    pub output: String,
    /// Empty for a check of the node.
    #[serde(rename = "ServiceID")]
    pub service_id: String,
    /// Empty for a check of the node.
    pub service_name: String,
    /// `ttl`, `http`, `tcp`, …; empty on old agents and for `serfHealth`.
    #[serde(deserialize_with = "null_as_default")]
    pub r#type: String,
}

impl Check {
    /// What people call it: its name, else its ID.
    #[must_use]
    pub fn title(&self) -> &str {
        if self.name.is_empty() {
            &self.check_id
        } else {
            &self.name
        }
    }

    /// It is gossip's own check of its node, and says that the node is lost.
    #[must_use]
    pub fn is_loss(&self) -> bool {
        self.service_id.is_empty() && self.check_id == "serfHealth" && self.status == "critical"
    }

    /// The check's state; the two maintenance checks are maintenance, whatever their status.
    #[must_use]
    pub fn health(&self) -> Health {
        if self.check_id == "_node_maintenance"
            || self.check_id.starts_with("_service_maintenance:")
        {
            return Health::Maintenance;
        }
        match self.status.as_str() {
            "passing" => Health::Passing,
            "warning" => Health::Warning,
            "maintenance" => Health::Maintenance,
            // a status we do not know is not a reason to look calm
            _ => Health::Critical,
        }
    }
}
