//! The methods. Each takes one snapshot and answers from it alone.

use crate::{
    bounds::{MAX_BRIEF_VERDICTS, MAX_HISTORY, MAX_LIST, MAX_VERDICTS, MAX_WATCHED},
    cache::Cached,
    error::Error,
    health,
    input::{self, address},
    lanes::Lane,
    limits::{cost, of_query, Limits},
    metrics::Metrics,
    openrpc, pages, safes,
    standing::Grounds,
    subscriptions::{Cursor, Feed, Hub},
    supplies::Supplies,
    verdicts::Asked,
};
use jsonrpsee::{
    core::{async_trait, SubscriptionResult},
    proc_macros::rpc,
    Extensions, PendingSubscriptionSink,
};
use specie_primitives::ids::{BatchId, CarrierId, MachineId, ManufacturerId, PoolId};
use specie_rpc_types::{
    BatchRecord, Batches, CarrierEvent, Currencies, Detail, Grants, Health, History, Manufacturers, Membership,
    SafeContent, SafeRequests, Supply, Verdict, VerdictItem, VerdictQuery, Verdicts,
};
use std::{panic::resume_unwind, sync::Arc, time::Instant};

/// So few verdicts on addresses are given on the thread that takes calls in: less than a millisecond.
const FEW: usize = 64;

/// Specie's methods.
#[rpc(client, server)]
pub trait SpecieRpc {
    /// What a carrier is worth, and whether it is valid now.
    #[method(name = "carrier_verdict", with_extensions)]
    async fn verdict(&self, query: VerdictQuery) -> Result<Verdict, Error>;

    /// The same for many, from one snapshot.
    #[method(name = "carrier_verdicts", with_extensions)]
    async fn verdicts(&self, queries: Vec<VerdictQuery>, detail: Option<Detail>) -> Result<Verdicts, Error>;

    /// What happened to a carrier, newest first.
    #[method(name = "carrier_history", with_extensions)]
    async fn history(&self, address: String, cursor: Option<String>, limit: Option<u32>) -> Result<History, Error>;

    /// Verdicts as they change.
    #[subscription(
        name = "carrier_subscribe" => "carrier_event",
        unsubscribe = "carrier_unsubscribe",
        item = CarrierEvent,
        with_extensions
    )]
    async fn watch(&self, addresses: Vec<String>, cursor: Option<String>) -> SubscriptionResult;

    /// A batch, at the last final block.
    #[method(name = "batch_get", with_extensions)]
    async fn batch(&self, batch: u64) -> Result<BatchRecord, Error>;

    /// The batches of a manufacturer.
    #[method(name = "batch_list", with_extensions)]
    async fn batches(&self, manufacturer: u32, cursor: Option<u32>) -> Result<Batches, Error>;

    /// The manufacturers.
    #[method(name = "manufacturer_list", with_extensions)]
    async fn manufacturers(&self, cursor: Option<u32>) -> Result<Manufacturers, Error>;

    /// What a machine may do and the grants that it may use.
    #[method(name = "machine_grants", with_extensions)]
    async fn grants(&self, machine: String, cursor: Option<u32>) -> Result<Grants, Error>;

    /// The currencies, at the last final block.
    #[method(name = "currency_list", with_extensions)]
    async fn currencies(&self, cursor: Option<u32>) -> Result<Currencies, Error>;

    /// How much there is of a currency, and where it came from and went, at the last final block.
    #[method(name = "currency_supply", with_extensions)]
    async fn supply(&self, currency: String) -> Result<Supply, Error>;

    /// A safe and what its cards hold, from one snapshot.
    #[method(name = "safe_v1_content", with_extensions)]
    async fn safe_content(&self, pool: u32, cursor: Option<String>) -> Result<SafeContent, Error>;

    /// What pool a carrier belongs to, at the last final block.
    #[method(name = "safe_v1_membership", with_extensions)]
    async fn safe_membership(&self, address: String) -> Result<Membership, Error>;

    /// What is asked of a safe, at the last final block.
    #[method(name = "safe_v1_requests", with_extensions)]
    async fn safe_requests(&self, pool: u32, cursor: Option<String>) -> Result<SafeRequests, Error>;

    /// Whether the node can answer.
    #[method(name = "specie_health")]
    fn health(&self) -> Result<Health, Error>;

    /// The description of these methods, as OpenRPC.
    #[method(name = "rpc.discover", with_extensions)]
    fn discover(&self) -> Result<serde_json::Value, Error>;
}

/// The methods over an index.
pub struct Methods {
    /// What answers rest on.
    pub grounds: Arc<Grounds>,
    /// What clients may take.
    pub limits: Limits,
    /// For evidence and long lists of verdicts.
    pub verdict_lane: Lane,
    /// For histories and lists.
    pub page_lane: Lane,
    /// For what is added up over all carriers.
    pub supply_lane: Lane,
    /// What was added up last.
    pub supplies: Arc<Supplies>,
    /// The subscriptions.
    pub hub: Arc<Hub>,
    /// What is counted and timed.
    pub metrics: Metrics,
}

impl Methods {
    /// Times a call and counts its outcome.
    async fn timed<T>(
        &self,
        method: &str,
        call: impl std::future::Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let begun = Instant::now();
        let result = call.await;
        self.metrics.call(method, begun, &result);
        result
    }

    /// Charges the client, and does the work in the lane for pages.
    async fn page<T: Send + 'static>(
        &self,
        method: &str,
        caller: &Extensions,
        items: u32,
        work: impl FnOnce(&Grounds) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.timed(method, async {
            self.limits.charge(caller, cost::PAGE.saturating_add(cost::ITEM.saturating_mul(items.into())))?;
            let grounds = self.grounds.clone();
            self.page_lane.run(move || work(&grounds)).await
        })
        .await
    }

    async fn one_verdict(&self, caller: &Extensions, query: VerdictQuery) -> Result<Verdict, Error> {
        self.limits.charge(caller, of_query(&query, cost::CALL + cost::FULL))?;
        let asked = Asked::parse(&query)?;
        if query.evidence.is_none() {
            return full(&self.grounds, &asked);
        }
        let grounds = self.grounds.clone();
        self.verdict_lane.run(move || full(&grounds, &asked)).await
    }

    async fn many_verdicts(
        &self,
        caller: &Extensions,
        queries: Vec<VerdictQuery>,
        detail: Detail,
    ) -> Result<Verdicts, Error> {
        let (limit, item) = match detail {
            Detail::Full => (MAX_VERDICTS, cost::FULL),
            Detail::Brief => (MAX_BRIEF_VERDICTS, cost::BRIEF),
        };
        if queries.len() > limit {
            return Err(Error::TooMany { asked: queries.len(), limit });
        }
        let items: u64 = queries.iter().map(|query| of_query(query, item)).sum();
        self.limits.charge(caller, items.saturating_add(cost::CALL))?;
        let quick = queries.len() <= FEW && queries.iter().all(|query| query.evidence.is_none());
        if quick {
            return Ok(list(&self.grounds, &queries, detail));
        }
        let grounds = self.grounds.clone();
        self.verdict_lane.run(move || Ok(list(&grounds, &queries, detail))).await
    }

    fn feed(&self, caller: &Extensions, addresses: &[String], cursor: Option<&str>) -> Result<Feed, Error> {
        if addresses.len() > MAX_WATCHED {
            return Err(Error::TooMany { asked: addresses.len(), limit: MAX_WATCHED });
        }
        if addresses.is_empty() {
            return Err(Error::NothingAsked);
        }
        self.limits
            .charge(caller, cost::CALL.saturating_add(cost::WATCH.saturating_mul(addresses.len() as u64)))?;
        let cursor: Option<Cursor> =
            cursor.map(|text| text.parse().map_err(|_| Error::MalformedCursor)).transpose()?;
        let mut carriers =
            addresses.iter().map(|text| address(text).map(CarrierId)).collect::<Result<Vec<_>, _>>()?;
        carriers.sort_unstable();
        carriers.dedup();
        Ok(Feed::begin(self.hub.clone(), carriers.into(), cursor))
    }
}

#[async_trait]
impl SpecieRpcServer for Methods {
    async fn verdict(&self, caller: &Extensions, query: VerdictQuery) -> Result<Verdict, Error> {
        self.timed("carrier_verdict", self.one_verdict(caller, query)).await
    }

    async fn verdicts(
        &self,
        caller: &Extensions,
        queries: Vec<VerdictQuery>,
        detail: Option<Detail>,
    ) -> Result<Verdicts, Error> {
        self.timed("carrier_verdicts", self.many_verdicts(caller, queries, detail.unwrap_or_default())).await
    }

    async fn history(
        &self,
        caller: &Extensions,
        carrier: String,
        cursor: Option<String>,
        limit: Option<u32>,
    ) -> Result<History, Error> {
        let limit = limit.unwrap_or(MAX_HISTORY).clamp(1, MAX_HISTORY);
        self.page("carrier_history", caller, limit, move |grounds| {
            pages::history_page(grounds, &carrier, cursor.as_deref(), limit as usize)
        })
        .await
    }

    async fn watch(
        &self,
        pending: PendingSubscriptionSink,
        caller: &Extensions,
        addresses: Vec<String>,
        cursor: Option<String>,
    ) -> SubscriptionResult {
        let begun = Instant::now();
        let feed = self.feed(caller, &addresses, cursor.as_deref());
        self.metrics.call("carrier_subscribe", begun, &feed);
        match feed {
            Ok(feed) => feed.run(pending.accept().await?).await,
            Err(error) => pending.reject(error).await,
        }
        Ok(())
    }

    async fn batch(&self, caller: &Extensions, batch: u64) -> Result<BatchRecord, Error> {
        self.page("batch_get", caller, 1, move |grounds| pages::batch(grounds, BatchId(batch))).await
    }

    async fn batches(&self, caller: &Extensions, manufacturer: u32, cursor: Option<u32>) -> Result<Batches, Error> {
        self.page("batch_list", caller, MAX_LIST, move |grounds| {
            pages::batch_list(grounds, ManufacturerId(manufacturer), cursor.unwrap_or(0))
        })
        .await
    }

    async fn manufacturers(&self, caller: &Extensions, cursor: Option<u32>) -> Result<Manufacturers, Error> {
        self.page("manufacturer_list", caller, MAX_LIST, move |grounds| {
            pages::manufacturer_list(grounds, cursor.unwrap_or(0))
        })
        .await
    }

    async fn grants(&self, caller: &Extensions, machine: String, cursor: Option<u32>) -> Result<Grants, Error> {
        self.page("machine_grants", caller, MAX_LIST, move |grounds| {
            pages::grant_list(grounds, MachineId(address(&machine)?), cursor.unwrap_or(0))
        })
        .await
    }

    async fn currencies(&self, caller: &Extensions, cursor: Option<u32>) -> Result<Currencies, Error> {
        self.page("currency_list", caller, MAX_LIST, move |grounds| {
            pages::currency_list(grounds, cursor.unwrap_or(0))
        })
        .await
    }

    async fn supply(&self, caller: &Extensions, currency: String) -> Result<Supply, Error> {
        self.timed("currency_supply", async {
            let id = input::currency(&currency)?;
            self.limits.charge(caller, cost::CALL)?;
            if let Some(known) = self.supplies.known(&self.grounds, id)? {
                return Ok(known);
            }
            self.limits.charge(caller, cost::SUPPLY)?;
            let (grounds, supplies) = (self.grounds.clone(), self.supplies.clone());
            self.supply_lane.run(move || supplies.supply(&grounds, id)).await
        })
        .await
    }

    async fn safe_content(
        &self,
        caller: &Extensions,
        pool: u32,
        cursor: Option<String>,
    ) -> Result<SafeContent, Error> {
        self.page("safe_v1_content", caller, safes::MAX_MEMBERS, move |grounds| {
            safes::content(grounds, PoolId(pool), cursor.as_deref())
        })
        .await
    }

    async fn safe_membership(&self, caller: &Extensions, address: String) -> Result<Membership, Error> {
        let carrier = CarrierId(input::address(&address)?);
        self.page("safe_v1_membership", caller, 1, move |grounds| safes::membership(grounds, carrier)).await
    }

    async fn safe_requests(
        &self,
        caller: &Extensions,
        pool: u32,
        cursor: Option<String>,
    ) -> Result<SafeRequests, Error> {
        self.page("safe_v1_requests", caller, safes::MAX_REQUESTS, move |grounds| {
            safes::requests(grounds, PoolId(pool), cursor.as_deref())
        })
        .await
    }

    fn health(&self) -> Result<Health, Error> {
        let begun = Instant::now();
        let health = Ok(health::health(&self.grounds, self.hub.len()));
        self.metrics.call("specie_health", begun, &health);
        health
    }

    fn discover(&self, caller: &Extensions) -> Result<serde_json::Value, Error> {
        let begun = Instant::now();
        let document = self.limits.charge(caller, cost::DOCUMENT).map(|()| openrpc::document());
        self.metrics.call("rpc.discover", begun, &document);
        document
    }
}

fn full(grounds: &Grounds, asked: &Asked) -> Result<Verdict, Error> {
    let standing = grounds.stand(asked.carrier());
    let cache = Cached::over(&standing, &*grounds.node);
    asked.full(&standing, &cache)
}

fn list(grounds: &Grounds, queries: &[VerdictQuery], detail: Detail) -> Verdicts {
    let asked: Vec<_> = queries.iter().map(Asked::parse).collect();
    let carriers = || asked.iter().flatten().filter_map(Asked::carrier);
    let standing = grounds.stand(carriers());
    let mut cache = Cached::over(&standing, &*grounds.node);
    if standing.ignorance.is_none() {
        if let Err(error) = cache.read_ahead(carriers().copied().collect()) {
            // Each question meets the trouble again, and says so in its place.
            log::warn!(target: "specie-rpc", "{error}");
        }
    }
    let answer = |asked: Result<Asked, Error>| -> Result<VerdictItem, Error> {
        Ok(match detail {
            Detail::Full => VerdictItem::Verdict(Box::new(asked?.full(&standing, &cache)?)),
            Detail::Brief => VerdictItem::Brief(asked?.brief(&standing, &cache)?),
        })
    };
    let error = |error: Error| VerdictItem::Error { code: error.code().number(), message: error.to_string() };
    let verdicts = on_all_cores(asked, |asked| answer(asked).unwrap_or_else(error));
    Verdicts { verdicts, head: standing.heads() }
}

/// So many items are worth a thread.
const EACH_THREAD: usize = 2_000;

/// `work` on all items, in their order; of a long list by several threads.
fn on_all_cores<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = (items.len() / EACH_THREAD).clamp(1, cores);
    let mut shares: Vec<Vec<T>> = Vec::new();
    let share = items.len().div_ceil(threads).max(1);
    let mut rest = items;
    while rest.len() > share {
        let after = rest.split_off(share);
        shares.push(std::mem::replace(&mut rest, after));
    }
    std::thread::scope(|scope| {
        let others: Vec<_> = shares
            .into_iter()
            .map(|share| scope.spawn(|| share.into_iter().map(&work).collect::<Vec<R>>()))
            .collect();
        let last: Vec<R> = rest.into_iter().map(&work).collect();
        let done = others.into_iter().flat_map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        done.chain(last).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f65_long_lists_keep_their_order() {
        for count in [0, 1, EACH_THREAD - 1, EACH_THREAD, 2 * EACH_THREAD, 3 * EACH_THREAD + 7] {
            let items: Vec<_> = (0..count).collect();
            assert_eq!(on_all_cores(items.clone(), |item| item), items);
        }
    }
}
