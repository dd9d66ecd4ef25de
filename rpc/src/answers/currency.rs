//! Currencies and their supply.

use specie_primitives::{
    currency::{CurrencyInfo, Supply as Known, SupplyPage},
    ids::CurrencyId,
};
use specie_rpc_types::{Block, Currency, CurrencyRecord, InCarriers, Supply};

/// The answer for a currency of which this is known.
pub fn currency(id: CurrencyId, info: Option<&CurrencyInfo>) -> Currency {
    Currency {
        id: id.into(),
        symbol: info.map(|info| text(&info.symbol)),
        decimals: info.map(|info| info.decimals),
    }
}

/// The answer for a currency with its name.
pub fn currency_record(info: &CurrencyInfo) -> CurrencyRecord {
    CurrencyRecord {
        id: info.id.into(),
        name: text(&info.name),
        symbol: text(&info.symbol),
        decimals: info.decimals,
        minimum: info.minimum.into(),
    }
}

/// The answer for a supply.
pub fn supply(known: &Known, page: &SupplyPage, currency: Currency, head: Block) -> Supply {
    Supply {
        currency,
        cap: known.cap.into(),
        minted: known.minted.into(),
        burnt: known.burnt.into(),
        fees_burnt: known.fees_burnt.into(),
        total: known.total.into(),
        remainder: known.remainder().to_string(),
        in_carriers: InCarriers { carriers: page.carriers, free: page.free.into(), held: page.held.into() },
        head,
    }
}

/// The chain lets only UTF-8 in.
pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
