//! Who the customer is (F17).

use specie_device::{Entry, Keypad, Page, Screen};
use specie_link::{account, Account};
use specie_procedure::clock;
use std::time::Duration;
use thiserror::Error;

/// Why nobody was identified.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NotIdentified {
    /// The customer did not answer, or ended it.
    #[error("you did not say who you are")]
    NoAnswer,
    /// What was answered is no account with a signature; what is wrong.
    #[error("the answer is not from a wallet: {0}")]
    Malformed(&'static str),
    /// The signature is not the account's over what was asked: another one's, or of another time.
    #[error("the signature does not fit")]
    BadSignature,
    /// Random numbers could not be had.
    #[error("the machine cannot ask now")]
    CannotAsk,
}

/// What a customer is asked.
pub struct Asked<'a> {
    /// What for, in words that the customer's wallet shows.
    pub purpose: &'a str,
    /// The page around the question, in the customer's language, with an entry for the answer.
    pub page: Page,
}

/// A way of finding out who the customer is.
pub trait Identifier: Send {
    /// Asks the customer.
    fn identify(
        &mut self,
        screen: &mut dyn Screen,
        keypad: &mut dyn Keypad,
        asked: &Asked<'_>,
        limit: Duration,
    ) -> Result<Account, NotIdentified>;
}

/// The customer's wallet signs what the machine shows: machine, purpose, chain, a fresh challenge, and how long it
/// holds. The wallet shows machine and purpose, so that another screen cannot pass the question on.
///
/// The message is the text of the code itself, `specie:identify?machine=5F…&for=…&genesis=0x…&challenge=0x…&until=…`; the
/// answer is `ACCOUNT:SIGNATURE`: an address of any network, and the signature in hex as wallets give it, of an sr25519, Ed25519 or
/// ECDSA key, with or without the byte of its kind in front.
pub struct WalletChallenge {
    /// The machine that asks.
    pub machine: Account,
    /// Its chain.
    pub genesis: [u8; 32],
}

impl WalletChallenge {
    fn ask(&self, purpose: &str, limit: Duration) -> Result<String, NotIdentified> {
        let mut challenge = [0; 32];
        getrandom::getrandom(&mut challenge).map_err(|_| NotIdentified::CannotAsk)?;
        let until = clock::now() / 1_000 + limit.as_secs();
        Ok(format!(
            "specie:identify?machine={}&for={}&genesis=0x{}&challenge=0x{}&until={until}",
            self.machine,
            purpose.replace(' ', "+"),
            hex::encode(self.genesis),
            hex::encode(challenge)
        ))
    }
}

impl Identifier for WalletChallenge {
    fn identify(
        &mut self,
        screen: &mut dyn Screen,
        keypad: &mut dyn Keypad,
        Asked { purpose, page }: &Asked<'_>,
        limit: Duration,
    ) -> Result<Account, NotIdentified> {
        let asked = self.ask(purpose, limit)?;
        screen.show(&page.clone().code(asked.clone()));
        match keypad.read(limit) {
            Entry::Text(answer) => check(&asked, &answer),
            Entry::Choice(_) | Entry::Cancel | Entry::TimedOut => Err(NotIdentified::NoAnswer),
        }
    }
}

/// The account that has signed what was asked.
fn check(asked: &str, answer: &str) -> Result<Account, NotIdentified> {
    let malformed = NotIdentified::Malformed;
    let (who, signature) =
        answer.trim().split_once(':').ok_or(malformed("it is no account, colon and signature"))?;
    let who = Account::of_any_network(who).map_err(|_| malformed("its account is none"))?;
    let digits = signature.trim().trim_start_matches("0x").trim_start_matches("0X");
    let bytes = hex::decode(digits).map_err(|_| malformed("its signature is no hex"))?;
    match account::verify(&who, asked.as_bytes(), &bytes) {
        Some(true) => Ok(who),
        Some(false) => Err(NotIdentified::BadSignature),
        None => Err(malformed("its signature has no form that wallets give")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use specie_link::Key;

    #[test]
    fn f17_a_wallet_signs_what_was_asked_and_nothing_else() {
        let alice = Key::from_secret("//Alice").unwrap();
        let ask = WalletChallenge { machine: Account([1; 32]), genesis: [2; 32] };
        let limit = Duration::from_secs(60);
        let (asked, other) = (ask.ask("20 SPC", limit).unwrap(), ask.ask("20 SPC", limit).unwrap());
        assert!(asked.contains("&for=20+SPC&"), "{asked}");
        assert_ne!(asked, other, "a challenge is fresh");
        let answer = |over: &str| format!("{}:0x{}", alice.account(), hex::encode(alice.sign(over.as_bytes())));
        assert_eq!(check(&asked, &answer(&asked)), Ok(alice.account()));
        assert_eq!(check(&asked, &answer(&other)), Err(NotIdentified::BadSignature), "a replayed answer");
        let bob = Key::from_secret("//Bob").unwrap().account();
        let stolen = answer(&asked).replace(&alice.account().to_string(), &bob.to_string());
        assert_eq!(check(&asked, &stolen), Err(NotIdentified::BadSignature));
        for wrong in ["", "x", "x:y", &format!("{bob}:0x12"), &format!("{bob}:0x1g")] {
            assert!(matches!(check(&asked, wrong), Err(NotIdentified::Malformed(_))), "{wrong}");
        }
        // As wallets spell it: upper case, the kind in front, the address of another network.
        let (account, signature) = (alice.account(), hex::encode_upper(alice.sign(asked.as_bytes())));
        let polkadot = "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5";
        for spelled in [
            format!("{account}:{signature}"),
            format!(" {account}:0X01{signature}\n"),
            format!("{polkadot}:0x{signature}"),
            format!("0x{}:0x{signature}", hex::encode(account.0)),
        ] {
            assert_eq!(check(&asked, &spelled), Ok(account), "{spelled}");
        }
    }
}
