//! A JSON-RPC client over WebSocket that does little beside reading and writing: the load must not be what is measured.

use futures::{
    stream::{SplitSink, SplitStream},
    SinkExt, StreamExt,
};
use std::error::Error;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    tungstenite::{protocol::WebSocketConfig, Message},
    MaybeTlsStream, WebSocketStream,
};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Larger than any answer.
const MAX_MESSAGE_BYTES: usize = 64 << 20;

/// Writes calls.
pub struct Caller(SplitSink<Socket, Message>);

/// Reads answers.
pub struct Answers(SplitStream<Socket>);

/// Connects to a node.
pub async fn connect(url: &str) -> Result<(Caller, Answers), Box<dyn Error + Send + Sync>> {
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_MESSAGE_BYTES))
        .max_frame_size(Some(MAX_MESSAGE_BYTES));
    let (socket, _) = tokio_tungstenite::connect_async_with_config(url, Some(config), true).await?;
    let (sink, stream) = socket.split();
    Ok((Caller(sink), Answers(stream)))
}

/// A call as text.
pub fn call(id: u64, method: &str, params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{params}}}"#)
}

impl Caller {
    /// Sends a call.
    pub async fn send(&mut self, text: String) -> Result<(), Box<dyn Error + Send + Sync>> {
        Ok(self.0.send(Message::text(text)).await?)
    }
}

impl Answers {
    /// The next answer: its id, and its text.
    pub async fn next(&mut self) -> Result<(u64, String), Box<dyn Error + Send + Sync>> {
        loop {
            let text = match self.0.next().await.ok_or("the node has closed the connection")?? {
                Message::Text(text) => text.as_str().to_owned(),
                _ => continue,
            };
            if let Some(id) = id_of(&text) {
                return Ok((id, text));
            }
        }
    }

    /// The next notification.
    pub async fn notification(&mut self) -> Result<String, Box<dyn Error + Send + Sync>> {
        loop {
            if let Message::Text(text) = self.0.next().await.ok_or("the node has closed the connection")?? {
                return Ok(text.as_str().to_owned());
            }
        }
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
