//! Ids, wire formats, signature checks and the verdict on a carrier.
//!
//! A **carrier** is a smart card or coin that holds a private key which never leaves it, while the money sits on
//! chain at the key's address. This crate is the part that everybody shares: the runtime, the node, the machines
//! (ATMs, safes, shop terminals) and their firmware run the same code over the same bytes, so that two of them
//! cannot disagree about a card.
//!
//! # Terminology
//!
//! * **device key**: made in the factory and certified; says "genuine hardware".
//! * **currency key**: made on the card when it is initialised; the money is at its address.
//! * **batch**: a production lot; its key signs the device keys ([`certificate`]).
//! * **attestation**: the device key's signature over the card's own state ([`attestation`]).
//! * **grant**: the issuer's permission for one initialisation ([`initialisation`]).
//! * **order**: the currency key's signature that moves the money ([`order`]).
//! * **verdict**: what all of that together says about the card in front of a machine ([`verdict`]).
//!
//! # Properties
//!
//! * No allocation: every format has a fixed size or a bound, and is read from and written to borrowed bytes.
//! * No panic: any bytes at all give a value or a [`wire::WireError`].
//! * Exact: a value has one encoding; trailing bytes, unknown tags and keys off their curve are errors.
//! * Every signed message starts with its own domain, so that no signature serves two purposes.
//! * One encoding: with the feature `scale`, SCALE gives the same bytes as [`wire::Wire`]. The one exception is
//!   [`initialisation::CarrierTerms`], whose optional fields a card gets in a fixed size.
//!
//! # Example
//!
//! ```
//! use specie_primitives::{crypto::PublicKey, ids::CarrierId, wire::Wire};
//!
//! // Scheme 2 (Ed25519), then the key: RFC 8032's first test key.
//! let bytes = [
//!     2, 0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1,
//!     0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a,
//! ];
//! let key = PublicKey::from_wire(&bytes).unwrap();
//! let address = CarrierId::of(&key);
//! assert_eq!(address.as_bytes().len(), 32);
//! assert!(PublicKey::from_wire(&bytes[..32]).is_err());
//! ```
#![cfg_attr(not(any(feature = "std", test)), no_std)]
#![deny(missing_docs)]
#![forbid(unsafe_code)]

#[cfg(feature = "runtime-api")]
extern crate alloc;

pub mod acts;
#[cfg(feature = "runtime-api")]
pub mod api;
pub mod attestation;
pub mod batch;
pub mod certificate;
pub mod crypto;
#[cfg(feature = "runtime-api")]
pub mod currency;
pub mod evidence;
pub mod ids;
#[cfg(feature = "runtime-api")]
pub mod index;
pub mod initialisation;
pub mod names;
pub mod order;
pub mod pool;
pub mod possession;
pub mod records;
pub mod registration;
pub mod request;
pub mod reset;
pub mod text;
pub mod traits;
pub mod verdict;
pub mod wire;

/// An amount of money in base units of its currency.
pub type Balance = u128;

/// The height of a block; expiries count in blocks.
pub type BlockNumber = u32;

/// Nothing but a dependency: checkouts that share a target folder must not take each other's builds for their own.
const _: Option<&str> = option_env!("WASM_BUILD_WORKSPACE_HINT");
