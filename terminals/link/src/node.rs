//! A connection to one node.

pub(crate) use crate::bytes::{bytes, hash, hex_of};
use crate::error::Fault;
use jsonrpsee::{
    core::{
        client::{ClientT, Subscription, SubscriptionClientT},
        params::ArrayParams,
    },
    ws_client::{WsClient, WsClientBuilder},
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;

/// How long a connection may take, and an answer.
pub(crate) const CONNECT_LIMIT: Duration = Duration::from_secs(3);
pub(crate) const ANSWER_LIMIT: Duration = Duration::from_secs(10);

/// A connection to one node of the chain.
pub(crate) struct Node {
    pub(crate) url: String,
    pub(crate) genesis: [u8; 32],
    client: WsClient,
}

impl Node {
    /// Connects, and asks which chain it is of.
    pub(crate) async fn connect(url: &str) -> Result<Self, Fault> {
        let builder = WsClientBuilder::default()
            .connection_timeout(CONNECT_LIMIT)
            .request_timeout(ANSWER_LIMIT)
            .set_tcp_no_delay(true);
        // The builder's own limit leaves out the handshake of the protocol.
        let client = tokio::time::timeout(CONNECT_LIMIT, builder.build(url))
            .await
            .map_err(|_| Fault::Gone("no connection in time".into()))??;
        let mut node = Self { url: url.into(), genesis: [0; 32], client };
        let genesis: String = node.request("chain_getBlockHash", &[0.into()]).await?;
        node.genesis = hash(&genesis).ok_or_else(|| Fault::NodeCannot(format!("genesis hash {genesis:?}")))?;
        Ok(node)
    }

    pub(crate) async fn request<T: DeserializeOwned>(&self, method: &str, params: &[Value]) -> Result<T, Fault> {
        Ok(self.client.request(method, positional(params)).await?)
    }

    pub(crate) async fn subscribe(
        &self,
        method: &str,
        params: &[Value],
        end: &str,
    ) -> Result<Subscription<Value>, Fault> {
        Ok(self.client.subscribe(method, positional(params), end).await?)
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.client.is_connected()
    }
}

fn positional(params: &[Value]) -> ArrayParams {
    let mut positional = ArrayParams::new();
    for param in params {
        // A JSON value is JSON.
        let _ = positional.insert(param);
    }
    positional
}
