//! Devices behind services of [XFS4IoT](https://www.xfs4iot.com) (CWA 17852): JSON over a WebSocket, one service for each device.
//!
//! | module | interface | commands |
//! |---|---|---|
//! | [`service`] | | a connection: command, acknowledge, events, completion |
//! | [`cards`] | `CardReader`, `Storage` | `Move`, `ReadRawData`, `ChipPower`, `ChipIO`, `GetStorage` |
//! | [`printer`] | `Printer` | `PrintForm`, `ReadForm`, `PrintRaw` |
//! | [`cash`] | `CashAcceptor`, `CashManagement` | `CashInStart`, `CashIn`, `CashInEnd`, `CashInRollback`, `GetCashInStatus`, `GetBankNoteTypes` |
//! | [`doors`] | `Auxiliaries` | `Common.Status` |
//!
//! A completion of `success` is done; `timeOut` and `canceled` are "not in time"; an error code that says that nothing has moved is that. Everything
//! else, a lost connection above all, is [unknown](crate::DeviceError::Unknown): the machine looks for itself.
//!
//! Tried against a service of the tests (`tests/src/xfs.rs`), which is written from the published messages. **Not tried**: a vendor's service, TLS
//! (the services are on the machine itself), end-to-end security.

pub mod cards;
pub mod cash;
pub mod doors;
pub mod printer;
pub mod service;

pub use cards::{XfsModule, XfsReader};
pub use cash::XfsAcceptor;
pub use doors::XfsDoors;
pub use printer::XfsPrinter;
pub use service::{Service, Shared};
