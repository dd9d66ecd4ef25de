//! One subscriber's events, from the book to the wire.

use super::{cursor::Cursor, hub::Hub};
use jsonrpsee::{SubscriptionMessage, SubscriptionSink};
use specie_primitives::ids::CarrierId;
use specie_rpc_types::CarrierEvent;
use std::sync::Arc;

/// A subscription that is served.
pub struct Feed {
    hub: Arc<Hub>,
    id: u32,
    bell: Arc<tokio::sync::Notify>,
    /// Whether everything has to be told first.
    is_new: bool,
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.hub.unsubscribe(self.id);
    }
}

impl Feed {
    /// Begins. Without a cursor the verdicts on all carriers come first.
    pub fn begin(hub: Arc<Hub>, carriers: Box<[CarrierId]>, cursor: Option<Cursor>) -> Self {
        let (id, bell) = hub.subscribe(carriers, cursor);
        Self { hub, id, bell, is_new: cursor.is_none() }
    }

    /// Sends events until the subscriber goes.
    ///
    /// The sink holds few messages; while it is full, events wait in the book, and when too many do, the book makes a
    /// gap of them. So a slow subscriber costs a bounded number of bytes, and is told.
    pub async fn run(self, sink: SubscriptionSink) {
        if self.is_new && self.tell_everything(&sink).await.is_err() {
            return;
        }
        loop {
            let Some((everything, events)) = self.hub.take(self.id) else { return };
            for event in &events {
                if send(&sink, event).await.is_err() {
                    return;
                }
            }
            if everything && self.tell_everything(&sink).await.is_err() {
                return;
            }
            tokio::select! {
                () = self.bell.notified() => {}
                () = sink.closed() => return,
            }
        }
    }

    /// Tells the verdicts on all carriers, some at a time: no more of them wait in memory than the wire takes.
    async fn tell_everything(&self, sink: &SubscriptionSink) -> Result<(), Gone> {
        let mut from = 0;
        loop {
            let (hub, id) = (self.hub.clone(), self.id);
            let some = tokio::task::spawn_blocking(move || hub.everything(id, from)).await.map_err(|_| Gone)?;
            let Some((next, events)) = some else { return Ok(()) };
            for event in &events {
                send(sink, event).await?;
            }
            from = next;
        }
    }
}

/// The subscriber has gone.
struct Gone;

async fn send(sink: &SubscriptionSink, event: &CarrierEvent) -> Result<(), Gone> {
    let message = SubscriptionMessage::from_json(event).map_err(|_| Gone)?;
    sink.send(message).await.map_err(|_| Gone)
}
