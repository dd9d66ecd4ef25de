//! The engine under a machine kind that is none of Specie's: a locker that takes a card and gives it back.

mod endings;
mod export;
mod journal;
mod locker;
mod play;
mod power;
