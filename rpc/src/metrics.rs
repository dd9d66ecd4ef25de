//! What Prometheus sees of the methods.

use crate::error::Error;
use prometheus_endpoint::{
    exponential_buckets, register, CounterVec, Gauge, HistogramOpts, HistogramVec, Opts, PrometheusError, Registry,
    U64,
};
use std::time::Instant;

/// Times and outcomes of the methods; without a registry they count for nobody.
#[derive(Clone, Debug, Default)]
pub struct Metrics(Option<Registered>);

#[derive(Clone, Debug)]
struct Registered {
    seconds: HistogramVec,
    outcomes: CounterVec<U64>,
    subscriptions: Gauge<U64>,
    addresses: Gauge<U64>,
    gaps: CounterVec<U64>,
}

impl Metrics {
    /// Registers them all.
    pub fn register(registry: &Registry) -> Result<Self, PrometheusError> {
        // From 10 µs to some 10 seconds.
        let buckets = exponential_buckets(0.000_01, 2.0, 21)?;
        let times = HistogramOpts::new("specie_rpc_seconds", "How long calls took in the node").buckets(buckets);
        Ok(Self(Some(Registered {
            seconds: register(HistogramVec::new(times, &["method"])?, registry)?,
            outcomes: register(
                CounterVec::new(
                    Opts::new("specie_rpc_calls", "Calls by outcome: ok, or the code of the error"),
                    &["method", "outcome"],
                )?,
                registry,
            )?,
            subscriptions: register(
                Gauge::new("specie_rpc_subscriptions", "Subscriptions to carriers")?,
                registry,
            )?,
            addresses: register(Gauge::new("specie_rpc_addresses", "Carriers that somebody watches")?, registry)?,
            gaps: register(
                CounterVec::new(Opts::new("specie_rpc_gaps", "Gaps that subscribers were told of"), &["reason"])?,
                registry,
            )?,
        })))
    }

    /// A call has ended.
    pub fn call<T>(&self, method: &str, begun: Instant, result: &Result<T, Error>) {
        let Some(known) = &self.0 else { return };
        known.seconds.with_label_values(&[method]).observe(begun.elapsed().as_secs_f64());
        match result {
            Ok(_) => known.outcomes.with_label_values(&[method, "ok"]).inc(),
            Err(error) => known.outcomes.with_label_values(&[method, &error.code().number().to_string()]).inc(),
        }
    }

    /// How many subscriptions and watched carriers there are.
    pub fn watched(&self, (subscriptions, addresses): (usize, usize)) {
        let Some(known) = &self.0 else { return };
        known.subscriptions.set(subscriptions as u64);
        known.addresses.set(addresses as u64);
    }

    /// A subscriber was told of a gap.
    pub fn gap(&self, reason: &str) {
        if let Some(known) = &self.0 {
            known.gaps.with_label_values(&[reason]).inc();
        }
    }
}
