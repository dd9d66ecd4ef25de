//! Alarms to a web service: one POST of JSON for each, in their order, until it is taken or refused for good (4xx).

use crate::alarms::News;
use http_body_util::Full;
use hyper::{body::Bytes, header::CONTENT_TYPE, Request, StatusCode, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{connect::HttpConnector, Client},
    rt::TokioExecutor,
};
use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
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

/// What waits to be sent, oldest first.
#[derive(Default)]
struct Waiting {
    news: Mutex<VecDeque<News>>,
    changed: Condvar,
}

impl Waiting {
    fn lock(&self) -> MutexGuard<'_, VecDeque<News>> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The oldest, which stays until it is sent.
    fn oldest(&self) -> News {
        let mut news = self.lock();
        loop {
            match news.front() {
                Some(oldest) => return oldest.clone(),
                None => news = self.changed.wait(news).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

/// Whether alarms could be sent there.
pub fn is_address(address: &str) -> bool {
    uri(address).is_some()
}

fn uri(address: &str) -> Option<Uri> {
    let uri: Uri = address.parse().ok()?;
    (matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some()).then_some(uri)
}

/// Sends alarms to an address, on a thread of its own. [`Self::tell`] never waits. Clones send to the same address.
#[derive(Clone)]
pub struct Webhook(Arc<Waiting>);

impl Webhook {
    /// To this address.
    pub fn new(address: &str) -> Result<Self, WebhookError> {
        let uri = uri(address).ok_or_else(|| WebhookError::Address(address.into()))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let https = HttpsConnectorBuilder::new().with_native_roots()?.https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).build(https);
        let waiting = Arc::new(Waiting::default());
        let sender = Sender { uri, client, waiting: waiting.clone() };
        std::thread::Builder::new().name("webhook".into()).spawn(move || runtime.block_on(sender.run()))?;
        Ok(Self(waiting))
    }

    /// One more. `false`: too many wait, and the oldest is given up for it.
    pub fn tell(&self, news: &News) -> bool {
        let mut waiting = self.0.lock();
        let is_full = waiting.len() >= WAITING;
        if is_full {
            waiting.pop_front();
        }
        waiting.push_back(news.clone());
        drop(waiting);
        self.0.changed.notify_all();
        !is_full
    }

    /// Waits until all is sent, so long at the most: before a program ends.
    pub fn flush(&self, limit: Duration) {
        let begun = Instant::now();
        while !self.0.lock().is_empty() && begun.elapsed() < limit {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// What came of a try.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sent {
    /// Any answer from 200 to 299.
    Taken,
    /// The service will never take it.
    Refused,
    /// Perhaps later.
    NotYet,
}

struct Sender {
    uri: Uri,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    waiting: Arc<Waiting>,
}

impl Sender {
    async fn run(self) {
        loop {
            let (news, mut pause) = (self.waiting.oldest(), PAUSE);
            while self.send(&news).await == Sent::NotYet {
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(MAX_PAUSE);
            }
            let mut waiting = self.waiting.lock();
            // It may have been given up for newer ones meanwhile.
            if waiting.front() == Some(&news) {
                waiting.pop_front();
            }
        }
    }

    async fn send(&self, news: &News) -> Sent {
        let Ok(body) = serde_json::to_vec(news) else { return Sent::Refused };
        let request = Request::post(&self.uri).header(CONTENT_TYPE, "application/json").body(Full::from(body));
        let Ok(request) = request else { return Sent::Refused };
        let answer = tokio::time::timeout(LIMIT, self.client.request(request)).await;
        match answer.map(|answer| answer.map(|answer| answer.status())) {
            Ok(Ok(status)) if status.is_success() => Sent::Taken,
            // One that says that it has too much to do, or was too slow, is asked again.
            Ok(Ok(StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS)) => Sent::NotYet,
            Ok(Ok(status)) if status.is_client_error() => Sent::Refused,
            _ => Sent::NotYet,
        }
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
        for words in ["open", "nonsense", "closed"] {
            assert!(webhook.tell(&news(words)));
        }
        // The service is not well at first, and does not want the second one.
        let mut taken = Vec::new();
        for status in
            ["500 Internal Server Error", "429 Too Many Requests", "204 No Content", "400 Bad Request", "200 OK"]
        {
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
        assert_eq!(taken, ["open", "open", "open", "nonsense", "closed"], "in their order, none left out");
        webhook.flush(Duration::from_secs(9));
        assert!(webhook.0.lock().is_empty());
        // Too many: the oldest goes.
        drop(listener);
        for number in 0..=WAITING {
            assert_eq!(webhook.tell(&news(&number.to_string())), number < WAITING, "{number}");
        }
        assert_eq!(webhook.0.lock().back().map(|news| news.words.clone()), Some(WAITING.to_string()));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for wrong in ["", "example", "ftp://example.org/", "/alarms", "http://"] {
            assert!(matches!(Webhook::new(wrong), Err(WebhookError::Address(_))), "{wrong}");
        }
    }
}
