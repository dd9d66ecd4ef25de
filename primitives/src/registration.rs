//! What a machine submits to register a carrier.

use crate::{
    attestation::SignedAttestation,
    certificate::Certificate,
    ids::{scale_derives, CurrencyId},
    Balance, BlockNumber,
};

scale_derives! {
    /// A card's first word, and the terms on which it is issued.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Registration {
        /// The index of the machine's grant.
        pub grant: u32,
        /// The factory's word on the device key.
        pub certificate: Certificate,
        /// The device's word on the currency key, over the grant's challenge.
        pub attestation: SignedAttestation,
        /// What the carrier's money is, for good.
        pub currency: CurrencyId,
        /// The face value in base units of the currency; `None`: any amount.
        pub denomination: Option<Balance>,
        /// The block by which the carrier is to be funded; `None`: whenever.
        pub funding_due: Option<BlockNumber>,
    }
}
