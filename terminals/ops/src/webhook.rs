//! Alarms to a web service: one POST of JSON for each, in their order, until it is taken.

use crate::alarms::News;
use http_body_util::Full;
use hyper::{body::Bytes, header::CONTENT_TYPE, Request, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{connect::HttpConnector, Client},
    rt::TokioExecutor,
};
use std::{
    sync::mpsc::{self, Receiver, SyncSender, TrySendError},
    time::Duration,
};
use thiserror::Error;

/// How long the service may take.
const LIMIT: Duration = Duration::from_secs(10);

/// The pause after a try in vain: doubled each time, up to the second one.
const PAUSE: Duration = Duration::from_secs(1);
const MAX_PAUSE: Duration = Duration::from_secs(60);

/// How many alarms wait at the most; then the oldest is given up.
const WAITING: usize = 256;

/// Why alarms cannot be sent there.
#[derive(Debug, Error)]
pub enum WebhookError {
    /// It is no address of the web.
    #[error("{0:?} is no address: http://… or https://…")]
    Address(String),
    /// The system gives no thread, or no certificates to check the service against.
    #[error("webhook: {0}")]
    System(#[from] std::io::Error),
}

/// Sends alarms to an address, on a thread of its own. [`Self::tell`] never waits.
pub struct Webhook {
    to: SyncSender<News>,
}

impl Webhook {
    /// To this address.
    pub fn new(address: &str) -> Result<Self, WebhookError> {
        let uri: Uri = address.parse().map_err(|_| WebhookError::Address(address.into()))?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none() {
            return Err(WebhookError::Address(address.into()));
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let https = HttpsConnectorBuilder::new().with_native_roots()?.https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).build(https);
        let (to, news) = mpsc::sync_channel(WAITING);
        let sender = Sender { uri, client, news };
        std::thread::Builder::new().name("webhook".into()).spawn(move || runtime.block_on(sender.run()))?;
        Ok(Self { to })
    }

    /// One more. `false`: too many wait, and this one is not sent.
    pub fn tell(&self, news: &News) -> bool {
        !matches!(self.to.try_send(news.clone()), Err(TrySendError::Full(_) | TrySendError::Disconnected(_)))
    }
}

struct Sender {
    uri: Uri,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    news: Receiver<News>,
}

impl Sender {
    async fn run(self) {
        while let Ok(news) = self.news.recv() {
            let mut pause = PAUSE;
            while !self.send(&news).await {
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(MAX_PAUSE);
            }
        }
    }

    /// Whether it was taken: any answer from 200 to 299.
    async fn send(&self, news: &News) -> bool {
        let Ok(body) = serde_json::to_vec(news) else { return true };
        let request = Request::post(&self.uri).header(CONTENT_TYPE, "application/json").body(Full::from(body));
        let Ok(request) = request else { return true };
        let answer = tokio::time::timeout(LIMIT, self.client.request(request)).await;
        matches!(answer, Ok(Ok(answer)) if answer.status().is_success())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::{BufRead as _, BufReader, Read as _, Write as _},
        net::TcpListener,
    };

    #[test]
    fn f1_an_alarm_is_sent_until_it_is_taken() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let webhook = Webhook::new(&format!("http://{}/alarms", listener.local_addr().unwrap())).unwrap();
        let news = |words: &str| News {
            machine: "5F".into(),
            alarm: "door".into(),
            raised: true,
            urgent: true,
            words: words.into(),
            at: 7,
        };
        assert!(webhook.tell(&news("open")) && webhook.tell(&news("closed")));
        // The service is not well at first.
        let mut taken = Vec::new();
        for status in ["500 Internal Server Error", "204 No Content", "200 OK"] {
            let mut reader = BufReader::new(listener.accept().unwrap().0);
            let (mut line, mut length) = (String::new(), 0);
            while reader.read_line(&mut line).unwrap() > 2 {
                if let Some(count) = line.to_lowercase().strip_prefix("content-length:") {
                    length = count.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            taken.push(serde_json::from_slice::<News>(&body).unwrap().words);
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            reader.get_mut().write_all(answer.as_bytes()).unwrap();
        }
        assert_eq!(taken, ["open", "open", "closed"], "in their order, none left out");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for wrong in ["", "example", "ftp://example.org/", "/alarms", "http://"] {
            assert!(matches!(Webhook::new(wrong), Err(WebhookError::Address(_))), "{wrong}");
        }
    }
}
