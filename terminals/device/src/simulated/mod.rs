//! Devices where hardware is missing, and cards in software.
//!
//! What is physical (where each card is, what is printed on it, cash) is in a folder of files and outlives the machine's
//! program, as real cards outlive a power cut. The cards are real ones in software, read through PC/SC or in this process.
//!
//! | module | subject |
//! |---|---|
//! | [`world`] | where everything is |
//! | [`devices`] | the machine's devices, moving what is in the world |
//! | [`faults`] | what goes wrong, by script or by chance |
//! | [`reader`] | the station's card in this process, or in a slot of a virtual PC/SC reader |
//! | [`panel`] | screen and keys, between the machine and whoever plays the customer |
//! | [`cable`] | the network cable, which can be pulled out |

pub mod cable;
pub mod devices;
pub mod faults;
pub mod panel;
pub mod reader;
pub mod world;
