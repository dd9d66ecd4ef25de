//! The conformance suite: good cards pass it, and bad ones are told by the right check.

mod document;
mod every_check;
mod genuine;
mod links;
mod support;
mod traces;
mod wrong_channels;
mod wrong_codes;
mod wrong_forms;
mod wrong_keys;
mod wrong_orders;
mod wrong_payments;
