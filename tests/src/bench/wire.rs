//! A JSON-RPC client over WebSocket that does little beside reading and writing: the load must not be what is measured.

use futures::{SinkExt, StreamExt};
use std::error::Error;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    tungstenite::{protocol::WebSocketConfig, Message},
    MaybeTlsStream, WebSocketStream,
};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Larger than any answer.
const MAX_MESSAGE_BYTES: usize = 64 << 20;

/// Why there is no answer.
pub type WireError = Box<dyn Error + Send + Sync>;

/// A connection. Not split into two halves: they would share a lock, and one would wait for the other to be woken.
pub struct Connection(Socket);

/// Connects to a node.
pub async fn connect(url: &str) -> Result<Connection, WireError> {
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_MESSAGE_BYTES))
        .max_frame_size(Some(MAX_MESSAGE_BYTES));
    let (socket, _) = tokio_tungstenite::connect_async_with_config(url, Some(config), true).await?;
    Ok(Connection(socket))
}

/// A call as text.
pub fn call(id: u64, method: &str, params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{params}}}"#)
}

impl Connection {
    /// Sends a call.
    pub async fn send(&mut self, text: String) -> Result<(), WireError> {
        Ok(self.0.send(Message::text(text)).await?)
    }

    /// The next answer: its id, and its text. May be given up and called again.
    pub async fn next(&mut self) -> Result<(u64, String), WireError> {
        loop {
            let text = self.notification().await?;
            if let Some(id) = id_of(&text) {
                return Ok((id, text));
            }
        }
    }

    /// The next answer or notification. May be given up and called again.
    pub async fn notification(&mut self) -> Result<String, WireError> {
        loop {
            if let Message::Text(text) = self.0.next().await.ok_or("the node has closed the connection")?? {
                return Ok(text.as_str().to_owned());
            }
        }
    }

    /// Sends a call and waits for its answer.
    pub async fn ask(&mut self, method: &str, params: &str) -> Result<String, WireError> {
        self.send(call(1, method, params)).await?;
        Ok(self.next().await?.1)
    }
}

/// The id is near the start or the end of an answer, wherever the server puts it.
fn id_of(text: &str) -> Option<u64> {
    const SIGN: &str = "\"id\":";
    let start = text.get(..64.min(text.len()))?.find(SIGN).or_else(|| text.rfind(SIGN))?;
    let digits = text.get(start + SIGN.len()..)?;
    let end = digits.find(|character: char| !character.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(..end)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::id_of;

    #[test]
    fn finds_the_id_at_either_end() {
        assert_eq!(id_of(r#"{"jsonrpc":"2.0","id":17,"result":{"id":3}}"#), Some(17));
        assert_eq!(id_of(&format!(r#"{{"jsonrpc":"2.0","result":"{}","id":5}}"#, "x".repeat(200))), Some(5));
        assert_eq!(id_of(r#"{"method":"carrier_event"}"#), None);
    }
}
