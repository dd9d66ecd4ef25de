//! What a machine submits to register a carrier.

use crate::{
    certificate::Certificate,
    ids::scale_derives,
    initialisation::{CarrierTerms, FirstStatement},
};

scale_derives! {
    /// A card's first statement, and the terms on which it is issued.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Registration {
        /// The index of the machine's grant.
        pub grant: u32,
        /// The factory's word on the device key.
        pub certificate: Certificate,
        /// The device's word on the currency key, over chain, machine, grant and terms.
        pub statement: FirstStatement,
        /// The terms.
        pub terms: CarrierTerms,
    }
}
