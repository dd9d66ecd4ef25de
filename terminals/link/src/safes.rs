//! Safes, and what is asked of them.

use crate::{
    answers::{Membership, RequestRecord, SafeContent, SafeRequests},
    error::ClientError,
    lists::{Page, MAX_PAGES},
    state::{hashed, At},
    Account, Nodes,
};
use serde_json::{json, Value};

impl Page for SafeRequests {
    type Row = RequestRecord;
    type Cursor = String;

    fn take(self) -> (Vec<RequestRecord>, Option<String>) {
        (self.requests, self.cursor)
    }
}

impl Nodes {
    /// A safe with the first `limit` of its cards. A page is of one snapshot; of the record and the blocks the last page's count.
    ///
    /// # Errors
    ///
    /// 9015: there is no such pool.
    pub async fn safe(&self, pool: u32, limit: usize) -> Result<SafeContent, ClientError> {
        let mut all: SafeContent = self.request("safe_v1_content", &[json!(pool), Value::Null]).await?;
        for _ in 0..MAX_PAGES {
            let (Some(cursor), true) = (all.cursor.take(), all.members.len() < limit) else { break };
            let page: SafeContent = self.request("safe_v1_content", &[json!(pool), json!(cursor)]).await?;
            all.members.extend(page.members);
            all = SafeContent { members: all.members, ..page };
        }
        all.members.truncate(limit);
        Ok(all)
    }

    /// What is asked of a safe, at the last final block.
    ///
    /// # Errors
    ///
    /// 9015: there is no such pool.
    pub async fn safe_requests(&self, pool: u32) -> Result<Vec<RequestRecord>, ClientError> {
        self.pages::<SafeRequests>("safe_v1_requests", &[json!(pool)]).await
    }

    /// What pool a carrier belongs to, at the last final block.
    pub async fn membership(&self, carrier: Account) -> Result<Membership, ClientError> {
        self.request("safe_v1_membership", &[json!(carrier)]).await
    }

    /// The number that an account's next request has, at the last final block.
    pub async fn next_request(&self, opener: Account) -> Result<u64, ClientError> {
        let value = self.storage("Requests", "NextNumber", &hashed(&opener.0), At::Final).await?;
        Ok(value.and_then(|value| value.try_into().ok()).map_or(0, u64::from_le_bytes))
    }
}
