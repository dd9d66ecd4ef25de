//! Lists, which the nodes answer page by page.

use crate::{
    answers::{BatchRecord, Batches, Currencies, CurrencyRecord, Grants, Manufacturer, Manufacturers, Supply},
    error::ClientError,
    Account, Nodes,
};
use serde::{de::DeserializeOwned, Serialize};
use serde_json::{json, Value};
use specie_primitives::ids::CurrencyId;

/// How many pages of a list are read: no honest node has more.
pub(crate) const MAX_PAGES: usize = 1_000;

/// A page of a list.
pub(crate) trait Page: DeserializeOwned {
    type Row;
    type Cursor: Serialize;

    /// Its rows, and where the next page begins.
    fn take(self) -> (Vec<Self::Row>, Option<Self::Cursor>);
}

impl Page for Batches {
    type Row = BatchRecord;
    type Cursor = u32;

    fn take(self) -> (Vec<BatchRecord>, Option<u32>) {
        (self.batches, self.cursor)
    }
}

impl Page for Manufacturers {
    type Row = Manufacturer;
    type Cursor = u32;

    fn take(self) -> (Vec<Manufacturer>, Option<u32>) {
        (self.manufacturers, self.cursor)
    }
}

impl Page for Currencies {
    type Row = CurrencyRecord;
    type Cursor = u32;

    fn take(self) -> (Vec<CurrencyRecord>, Option<u32>) {
        (self.currencies, self.cursor)
    }
}

impl Nodes {
    /// All currencies, the chain's own first.
    pub async fn currencies(&self) -> Result<Vec<CurrencyRecord>, ClientError> {
        self.pages::<Currencies>("currency_list", &[]).await
    }

    /// One currency; `None`: there is none of that id.
    pub async fn currency(&self, id: CurrencyId) -> Result<Option<CurrencyRecord>, ClientError> {
        Ok(self.currencies().await?.into_iter().find(|record| record.id == id))
    }

    /// How much there is of a currency, at the last final block.
    pub async fn supply(&self, currency: CurrencyId) -> Result<Supply, ClientError> {
        self.request("currency_supply", &[json!(currency.to_string())]).await
    }

    /// What a machine may do, with the first `limit` of its grants; its `cursor` is there if it has more.
    pub async fn grants(&self, machine: Account, limit: usize) -> Result<Grants, ClientError> {
        let mut all: Grants = self.request("machine_grants", &[json!(machine), Value::Null]).await?;
        for _ in 0..MAX_PAGES {
            let (Some(cursor), true) = (all.cursor, all.grants.len() < limit) else { break };
            let page: Grants = self.request("machine_grants", &[json!(machine), json!(cursor)]).await?;
            all.grants.extend(page.grants);
            all.cursor = page.cursor;
        }
        if let Some(first_left_out) = all.grants.get(limit) {
            all.cursor = Some(*first_left_out);
            all.grants.truncate(limit);
        }
        Ok(all)
    }

    /// All batches of a manufacturer.
    pub async fn batches(&self, manufacturer: u32) -> Result<Vec<BatchRecord>, ClientError> {
        self.pages::<Batches>("batch_list", &[json!(manufacturer)]).await
    }

    /// All manufacturers.
    pub async fn manufacturers(&self) -> Result<Vec<Manufacturer>, ClientError> {
        self.pages::<Manufacturers>("manufacturer_list", &[]).await
    }

    /// All rows of a list, page after page.
    pub(crate) async fn pages<P: Page>(&self, method: &str, params: &[Value]) -> Result<Vec<P::Row>, ClientError> {
        let (mut all, mut cursor) = (Vec::new(), None::<P::Cursor>);
        for _ in 0..MAX_PAGES {
            let page: P = self.request(method, &[params, &[json!(cursor)]].concat()).await?;
            let (rows, next) = page.take();
            all.extend(rows);
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        Ok(all)
    }
}
