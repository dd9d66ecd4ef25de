//! A machine's figures for Prometheus.

use crate::{alarms::News, stock::Stock};
use prometheus_endpoint::{register, CounterVec, Gauge, GaugeVec, Opts, PrometheusError, Registry, U64};
use std::net::SocketAddr;

/// The figures. Clones are of the same machine.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    cases: CounterVec<U64>,
    blanks: GaugeVec<U64>,
    alarms: GaugeVec<U64>,
    /// Cards in the compartment.
    pub compartment: Gauge<U64>,
    /// Claims that are open.
    pub claims: Gauge<U64>,
    /// Grants that no case has used.
    pub grants: Gauge<U64>,
    /// Registrations that wait for the network.
    pub queue: Gauge<U64>,
    /// The journal's last line.
    pub lines: Gauge<U64>,
}

impl Metrics {
    /// All of them, at nothing.
    pub fn new() -> Result<Self, PrometheusError> {
        let registry = Registry::new_custom(Some("specie_machine".into()), None)?;
        let gauge = |name: &str, help: &str| register(Gauge::new(name, help)?, &registry);
        let by = |name: &str, help: &str, labels: &[&str]| GaugeVec::new(Opts::new(name, help), labels);
        Ok(Self {
            cases: register(
                CounterVec::new(Opts::new("cases_total", "Cases that have ended"), &["kind", "ending"])?,
                &registry,
            )?,
            blanks: register(by("blanks", "Blanks in a bin, by the journal", &["bin"])?, &registry)?,
            alarms: register(by("alarm", "1 while an alarm is raised", &["alarm", "urgent"])?, &registry)?,
            compartment: gauge("compartment_cards", "Cards in the operator's compartment")?,
            claims: gauge("claims_open", "Claims that nobody has settled")?,
            grants: gauge("grants_open", "Grants that no case has used")?,
            queue: gauge("registrations_waiting", "Registrations that wait for the network")?,
            lines: gauge("journal_line", "The number of the journal's last line")?,
            registry,
        })
    }

    /// A case has ended.
    pub fn ended(&self, kind: &str, ending: &str) {
        self.cases.with_label_values(&[kind, ending]).inc();
    }

    /// What is in the bins.
    pub fn stock(&self, stock: &Stock) {
        for (bin, blanks) in stock.bins() {
            self.blanks.with_label_values(&[&bin.0.to_string()]).set(blanks.count.into());
        }
    }

    /// An alarm has come or gone.
    pub fn alarm(&self, news: &News) {
        let labels = [news.alarm.as_str(), if news.urgent { "yes" } else { "no" }];
        self.alarms.with_label_values(&labels).set(news.raised.into());
    }

    /// Serves them at `http://ADDRESS/metrics`, until the process ends.
    pub fn serve(&self, address: SocketAddr) -> std::io::Result<()> {
        // Whether the address can be had is known now; the server binds it anew.
        drop(std::net::TcpListener::bind(address)?);
        let (runtime, registry) =
            (tokio::runtime::Builder::new_current_thread().enable_all().build()?, self.registry.clone());
        std::thread::Builder::new().name("metrics".into()).spawn(move || {
            // An address that somebody took in between: the machine works on without figures.
            let _ = runtime.block_on(prometheus_endpoint::init_prometheus(address, registry));
        })?;
        Ok(())
    }
}
