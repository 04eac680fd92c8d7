//! `/v1/txn`, for keys.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde_json::{Value, json};

use super::body;
use super::call::Call;
use super::reply::{self, Meta, Outcome, Refusal};
use crate::demo::state::{KvOperation, OperationError};

/// The limit of agents before 1.13; newer ones take 128. The smaller one finds callers that count on more.
const MOST_OPERATIONS: usize = 64;

pub(super) fn answer(call: &Call) -> Outcome {
    call.only_put()?;
    let operations = operations(call)?;
    let read_only = !operations.iter().any(KvOperation::is_write);
    let datacenter = call.datacenter()?;
    let outcome = datacenter.write(|state| state.transact(&operations));
    let (status, mut answer) = match outcome {
        Ok(results) => (StatusCode::OK, json!({"Results": results, "Errors": null})),
        Err(errors) => {
            let errors: Vec<_> = errors.iter().map(error).collect();
            (
                StatusCode::CONFLICT,
                json!({"Results": null, "Errors": errors}),
            )
        }
    };
    if read_only {
        answer["Index"] = json!(1);
        answer["LastContact"] = json!(0);
        answer["KnownLeader"] = json!(true);
        answer["ConsistencyLevel"] = json!("");
        answer["NotModified"] = json!(false);
        answer["Backend"] = json!(0);
        answer["ResultsFilteredByACLs"] = json!(false);
    }
    let mut response = reply::with_status(status, &answer, call.has("pretty"));
    if read_only {
        // No index: a transaction cannot be waited on.
        response = reply::with_meta(
            response,
            Meta {
                index: 1,
                consistency: None,
            },
        );
        response.headers_mut().remove("x-consul-index");
    }
    Ok(response)
}

/// The operations of the body, within the limits.
fn operations(call: &Call) -> Result<Vec<KvOperation>, Refusal> {
    let text = call.body("txn_max_req_len")?;
    let unreadable = |reason: &str| Refusal::new(400, format!("Failed to parse body: {reason}"));
    let rows: Option<Vec<Value>> =
        serde_json::from_slice(&text).map_err(|error| match error.is_eof() {
            true => unreadable("unexpected EOF"),
            false => unreadable(&error.to_string()),
        })?;
    let rows = rows.unwrap_or_default();
    if rows.len() > MOST_OPERATIONS {
        let count = rows.len();
        let text =
            format!("Transaction contains too many operations ({count} > {MOST_OPERATIONS})");
        return Err(Refusal::new(413, text));
    }
    rows.iter()
        .filter_map(|row| body::field(row, "KV"))
        .map(|fields| operation(fields).map_err(|reason| unreadable(&reason)))
        .collect()
}

fn error(error: &OperationError) -> Value {
    json!({"OpIndex": error.index, "What": error.what})
}

fn operation(fields: &Value) -> Result<KvOperation, String> {
    let value = STANDARD
        .decode(body::text(fields, "Value"))
        .map_err(|error| error.to_string())?;
    Ok(KvOperation {
        verb: body::text(fields, "Verb"),
        key: body::text(fields, "Key"),
        value: value.into(),
        flags: body::number(fields, "Flags"),
        index: body::number(fields, "Index"),
        session: body::text(fields, "Session"),
    })
}
