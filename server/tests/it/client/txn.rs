//! Transactions.

use server::consul::{TxnOp, TxnResult};

use super::{bytes, client, get, here, put};
use crate::agents::{TestAgent, on_each_agent};

on_each_agent!(txn_of_64, txn_rolls_back_and_names_the_operation,);

async fn txn_of_64(agent: &'static TestAgent) {
    let client = client(agent);
    let root = agent.unique("txn");
    let operations: Vec<TxnOp> = (0..64)
        .map(|number| TxnOp::cas(format!("{root}/{number:02}"), &[number], 7, 0))
        .collect();
    let TxnResult::Applied(pairs) = client.txn().apply(&operations, &here()).await.unwrap() else {
        panic!("64 operations are applied");
    };
    assert_eq!(pairs.len(), 64);
    assert!(
        pairs
            .iter()
            .all(|pair| pair.modify_index == pairs[0].modify_index)
    );
    let all = client
        .kv()
        .list(&format!("{root}/"), &here())
        .await
        .unwrap()
        .value;
    assert_eq!(all.len(), 64);
    assert_eq!((bytes(&all[9]), all[9].flags), (vec![9], 7));
}

async fn txn_rolls_back_and_names_the_operation(agent: &'static TestAgent) {
    let client = client(agent);
    let root = agent.unique("rolled");
    put(&client, &format!("{root}/there"), b"x").await;
    let operations = [
        TxnOp::set(format!("{root}/new"), b"1", 0),
        TxnOp::get(format!("{root}/there")),
        TxnOp::cas(format!("{root}/there"), b"2", 0, 0),
    ];
    let TxnResult::RolledBack(errors) = client.txn().apply(&operations, &here()).await.unwrap()
    else {
        panic!("it cannot be applied");
    };
    assert_eq!(
        errors
            .iter()
            .map(|error| error.op_index)
            .collect::<Vec<_>>(),
        [2]
    );
    assert!(!errors[0].what.is_empty());
    assert_eq!(get(&client, &format!("{root}/new")).await, None);
    assert_eq!(
        bytes(&get(&client, &format!("{root}/there")).await.unwrap()),
        b"x"
    );
}
