//! The customer in front of the machine: from the first key to the receipt (F21).
//!
//! Every page has a time limit; when it is over, the machine is where it began. No card is inside while it asks: what the
//! customer puts in, a [case](crate::case) takes, and gives back.

use crate::{
    case::{Ending, Kind, Refusal, Registration, Request},
    denied,
    journal::{Record, Terms},
    machine::Machine,
    policy::Policy,
    watch::Watch,
};
use specie_device::{Bin, Entry, Keep, Page, Spot};
use specie_link::{
    amount::{AmountError, Currency, Written},
    money::{self, Money},
    Account,
};
use specie_ops::identify::{Asked, Identifier};
use specie_primitives::{ids::CurrencyId, Balance};
use specie_procedure::{clock, EngineError, JournalError};
use std::time::Duration;

/// How often something that was typed may be wrong.
const TRIES: u32 = 3;

/// An hour, in milliseconds.
const HOUR: u64 = 3_600_000;

/// For how long the result is shown, when nobody presses a key.
const RESULT: Duration = Duration::from_secs(10);

/// What the machine can do for somebody now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Service {
    NewCard,
    NewCardOffline,
    Fund,
    Query,
    CashOut,
}

/// What came of one customer.
#[derive(Debug)]
pub enum Served {
    /// Nobody came.
    Nobody,
    /// Somebody, who went away again or was not let in; why.
    Left(String),
    /// A case.
    Case(u64, Box<Record>),
}

/// Why nothing came of it.
enum Gone {
    /// No key in time, or the key that ends it all.
    Away,
    /// Told why.
    Because(String),
    /// The machine cannot go on.
    Broken(EngineError),
}

impl From<EngineError> for Gone {
    fn from(error: EngineError) -> Self {
        Self::Broken(error)
    }
}

impl From<JournalError> for Gone {
    fn from(error: JournalError) -> Self {
        Self::Broken(error.into())
    }
}

/// The dialogue with one customer after the other.
pub struct Dialogue {
    /// The machine.
    pub machine: Machine,
    /// How customers are identified.
    pub identifier: Box<dyn Identifier>,
    /// Who watches over the machine.
    pub watch: Watch,
}

impl Dialogue {
    /// Waits for a customer, `limit` at most, and serves one.
    pub fn serve(&mut self, limit: Duration) -> Result<Served, EngineError> {
        match self.customer(limit) {
            Ok((number, record)) => {
                self.show_result(&record);
                Ok(Served::Case(number, Box::new(record)))
            }
            Err(Gone::Away) => Ok(Served::Nobody),
            Err(Gone::Because(why)) => {
                self.say(Page::new(self.text("sorry")).line(&why));
                self.machine.devices.keypad.read(RESULT);
                Ok(Served::Left(why))
            }
            Err(Gone::Broken(error)) => {
                self.say(Page::new(self.text("out-of-order")).line(self.text("call-operator")));
                Err(error)
            }
        }
    }

    /// Whether a card or cash is inside that no case is about: a mechanism has stuck, and the operator has to open the
    /// machine.
    fn is_blocked(&mut self) -> bool {
        let devices = &mut self.machine.devices;
        let cash = devices.acceptor.as_mut().is_some_and(|acceptor| !matches!(acceptor.holds_any(), Ok(false)));
        cash || !matches!(devices.module.find(), Ok(Spot::Neither))
    }

    fn customer(&mut self, limit: Duration) -> Result<(u64, Record), Gone> {
        if self.watch.door_is_open() {
            self.say(Page::new(self.text("moment-please")).line(self.text("looked-after")));
            self.machine.devices.keypad.read(limit);
            return Err(Gone::Away);
        }
        if self.watch.is_full(&self.machine.journal)? {
            self.say(Page::new(self.text("out-of-order")).line(self.text("call-operator")));
            self.machine.devices.keypad.read(limit);
            return Err(Gone::Away);
        }
        let is_blocked = self.is_blocked();
        self.watch.stuck(is_blocked);
        if is_blocked {
            self.say(Page::new(self.text("out-of-order")).line(self.text("stuck-inside")));
            self.machine.devices.keypad.read(limit);
            return Err(Gone::Away);
        }
        self.forget_customer();
        // Whoever chooses a language or larger letters is there, and goes on.
        let mut patience = limit;
        let service = loop {
            match self.choose_service(patience)? {
                Some(service) => break service,
                None => patience = self.limit(),
            }
        };
        match service {
            Service::NewCard => self.new_card(),
            Service::NewCardOffline => self.new_card_offline(),
            Service::Fund => self.fund(),
            Service::Query => self.run(Kind::Query, Terms::default(), 0, false),
            Service::CashOut => self.cash_out(),
        }
    }

    fn text(&self, key: &str) -> String {
        self.machine.texts.get(key)
    }

    /// Nothing comes of it, for this reason.
    fn gone(&self, key: &str) -> Gone {
        Gone::Because(self.text(key))
    }

    /// What the machine can still do, honestly.
    fn choose_service(&mut self, limit: Duration) -> Result<Option<Service>, Gone> {
        let agreeing = self.machine.policy.agreeing_nodes;
        let online = self.machine.network.is_able(agreeing);
        self.watch.nodes(online, agreeing);
        let stock = self.machine.journal.stock()?;
        let currencies = self.machine.currencies()?;
        let is_dealt_in =
            |marked: Option<Money>| marked.is_none_or(|marked| currencies.get(marked.currency).is_some());
        let has_blanks = stock.bins().any(|(_, blanks)| blanks.count > 0 && is_dealt_in(blanks.marked));
        let can_make = has_blanks
            && self.machine.journal.next_grant()?.is_some()
            && !self.new_cards_rest()?
            && match online {
                true => self.machine.can_register(),
                false => self.made_offline_today()? < self.machine.policy.offline_a_day,
            };
        let mut offers: Vec<(Option<Service>, String)> = Vec::new();
        let mut page = Page::new(self.text("what-can-i-do"));
        if !online {
            page = page.line(self.text("no-network"));
        }
        let mut offer = |service, key: &str| offers.push((Some(service), self.text(key)));
        match (online, can_make) {
            (true, true) => offer(Service::NewCard, "new-card"),
            (false, true) => offer(Service::NewCardOffline, "new-card-offline"),
            (_, false) => {}
        }
        if online {
            offer(Service::Fund, "fund-card");
            offer(Service::Query, "query-card");
            offer(Service::CashOut, "cash-out");
        } else {
            offer(Service::Query, "query-card-offline");
        }
        if !can_make {
            page = page.line(self.text("no-new-cards"));
        }
        let services = offers.len();
        let languages = self.other_languages();
        offers.extend(languages.iter().map(|(_, name)| (None, name.clone())));
        let letters = if self.machine.large { "smaller-letters" } else { "larger-letters" };
        offers.push((None, self.text(letters)));
        page.choices = offers.iter().map(|(_, words)| words.clone()).collect();
        let choice = self.choose(page, limit)?;
        match offers.get(choice) {
            Some((Some(service), _)) => return Ok(Some(*service)),
            Some((None, _)) => {}
            None => return Err(Gone::Away),
        }
        match languages.get(choice - services) {
            // The operator's list has been checked.
            Some((code, _)) => self.machine.texts.speak(code).unwrap_or_default(),
            None => self.machine.large = !self.machine.large,
        }
        Ok(None)
    }

    /// The languages that the machine does not speak now: their codes, and what each calls itself.
    fn other_languages(&self) -> Vec<(String, String)> {
        let (texts, policy) = (&self.machine.texts, &self.machine.policy);
        let others = policy.languages.iter().filter(|code| *code != texts.current());
        let named = others.map(|code| {
            let mut other = texts.clone();
            let name = other.speak(code).map_or_else(|_| code.clone(), |()| other.get("language"));
            (code.clone(), name)
        });
        named.collect()
    }

    /// The next customer is met in the operator's language.
    fn forget_customer(&mut self) {
        self.machine.large = false;
        let first = self.machine.policy.languages.first().cloned();
        first.into_iter().for_each(|code| self.machine.texts.speak(&code).unwrap_or_default());
    }

    fn new_card(&mut self) -> Result<(u64, Record), Gone> {
        let (bin, amount, is_marked) = self.choose_amount()?;
        let customer = self.identify_for(amount)?;
        self.has_paid_before(customer.as_ref())?;
        let fee = self.agree(amount)?;
        let print = self.machine.policy.print && !is_marked;
        let terms = Terms { customer, fee, denominated: print || is_marked, ..Terms::default() };
        self.run(Kind::Issue { bin, amount }, terms, self.machine.policy.cash_fee, print)
    }

    fn new_card_offline(&mut self) -> Result<(u64, Record), Gone> {
        let (bin, amount, is_marked) = self.choose_amount()?;
        let customer = self.identify_for(amount)?;
        let terms = Terms { customer, denominated: is_marked, ..Terms::default() };
        self.run(Kind::IssueOffline { bin, amount }, terms, 0, false)
    }

    fn fund(&mut self) -> Result<(u64, Record), Gone> {
        let amount = self.type_amount()?;
        let customer = self.identify_for(amount)?;
        let fee = self.agree(amount)?;
        let terms = Terms { customer, fee, ..Terms::default() };
        self.run(Kind::Fund { amount }, terms, self.machine.policy.cash_fee, false)
    }

    fn cash_out(&mut self) -> Result<(u64, Record), Gone> {
        if !self.record()?.permissions.cash_out {
            return Err(self.gone("may-not-pay-out"));
        }
        let mut customer = None;
        if self.machine.policy.identification.for_cash_out {
            let account = self.identify("cash-out")?;
            let allowed = self.machine.policy.identification.may_cash_out(&account);
            allowed.map_err(|why| Gone::Because(denied::role(&why, &self.machine.texts)))?;
            customer = Some(account);
        }
        let to = self.type_payee()?;
        let page = Page::new(self.text("want-card-back"));
        let page = page.choice(self.text("yes")).choice(self.text("machine-keeps-it"));
        let keep = self.choose(page, self.limit())? == 1;
        let to_account = self.machine.texts.with("to-account", &[("account", &to.to_string())]);
        let mut page = Page::new(self.text("all-of-it")).line(to_account);
        for currency in self.machine.currencies()?.ids() {
            let most = Money { currency, units: self.machine.policy.order_fee(currency) };
            let key = match currency {
                CurrencyId::Native => "order-fee-native",
                CurrencyId::Asset(_) => "order-fee-other",
            };
            if most.units > 0 {
                let (most, symbol) =
                    (self.machine.policy.text(most), self.machine.policy.currencies.symbol(currency));
                page = page.line(self.machine.texts.with(key, &[("symbol", &symbol), ("amount", &most)]));
            }
        }
        let page = page.choice(self.text("yes-pay")).choice(self.text("no"));
        if self.choose(page, self.limit())? != 0 {
            return Err(Gone::Away);
        }
        self.run(Kind::CashOut { to: to.0, keep }, Terms { customer, ..Terms::default() }, 0, false)
    }

    fn run(&mut self, kind: Kind, terms: Terms, cash_fee: u64, print: bool) -> Result<(u64, Record), Gone> {
        let terms = Terms { language: self.machine.texts.current().into(), ..terms };
        Ok(self.machine.run(Request { kind, cash_fee, print }, terms)?)
    }

    /// Bin, amount, and whether the amount is on the cards already.
    fn choose_amount(&mut self) -> Result<(Bin, Money, bool), Gone> {
        let (stock, currencies) = (self.machine.journal.stock()?, self.machine.currencies()?);
        let marked = stock.bins().filter(|(_, blanks)| blanks.count > 0).filter_map(|(_, blanks)| blanks.marked);
        let listed = self.machine.policy.amounts.iter().filter_map(|amount| currencies.read(amount).ok());
        let chain = self.machine.journal.currencies()?;
        let is_offered = |amount: &Money| {
            let is_dealt_in = currencies.get(amount.currency).is_some();
            is_dealt_in && amount.units >= money::minimum(&chain, amount.currency) && stock.bin_for(*amount).is_ok()
        };
        let mut amounts: Vec<Money> = marked.chain(listed).filter(is_offered).collect();
        amounts.sort_unstable_by_key(|amount| (amount.currency, amount.units));
        amounts.dedup();
        let any = stock.bins().any(|(_, blanks)| blanks.marked.is_none() && blanks.count > 0);
        let mut page = Page::new(self.text("how-much-on-it"));
        page.choices = amounts.iter().map(|amount| currencies.text(*amount)).collect();
        if any {
            page = page.choice(self.text("another-amount"));
        }
        let choice = self.choose(page, self.limit())?;
        let amount = match amounts.get(choice) {
            Some(amount) => *amount,
            None => self.type_amount()?,
        };
        let bin = stock.bin_for(amount);
        let bin = bin.map_err(|why| Gone::Because(denied::stock(why, &self.machine.texts)))?;
        let is_marked = stock.bins().any(|(known, blanks)| known == bin && blanks.marked.is_some());
        Ok((bin, amount, is_marked))
    }

    fn type_amount(&mut self) -> Result<Money, Gone> {
        let (id, currency) = self.choose_currency()?;
        let symbol = currency.symbol.clone().unwrap_or_default();
        let read = |text: &str| text.parse::<Written>().and_then(|written| written.units(&currency));
        let least = self.machine.minimum(id)?;
        let texts = self.machine.texts.clone();
        let what = texts.with("amount-in", &[("symbol", &symbol)]);
        self.type_until_right("how-much", &what, |text| match read(text) {
            Ok(0) => Err(texts.get("that-is-nothing")),
            Ok(units) if units < least => Err(texts.with("least-amount", &[("amount", &currency.show(least))])),
            Ok(units) => Ok(Money { currency: id, units }),
            Err(AmountError::TooFine(digits)) => Err(texts.with("too-fine", &[("digits", &digits.to_string())])),
            Err(_) => Err(texts.get("no-amount")),
        })
    }

    /// In which money, where the machine deals in several.
    fn choose_currency(&mut self) -> Result<(CurrencyId, Currency), Gone> {
        let currencies = self.machine.currencies()?;
        let mut known: Vec<_> = currencies.iter().filter_map(|known| Some((known.id()?, known.clone()))).collect();
        let choice = match known.len() {
            1 => 0,
            _ => {
                let mut page = Page::new(self.text("in-which-money"));
                page.choices = known.iter().map(|(id, _)| currencies.symbol(*id)).collect();
                self.choose(page, self.limit())?
            }
        };
        match choice < known.len() {
            true => Ok(known.swap_remove(choice)),
            false => Err(Gone::Away),
        }
    }

    /// A bad payee is found before any card is put in (F12).
    fn type_payee(&mut self) -> Result<Account, Gone> {
        let texts = self.machine.texts.clone();
        self.type_until_right("to-which-account", &texts.get("account"), |text| {
            let account = text.parse::<Account>();
            account.map_err(|error| texts.with("no-account", &[("why", &error.to_string())]))
        })
    }

    /// Who the customer is, if it matters, and whether so much is allowed (F17).
    fn identify_for(&mut self, amount: Money) -> Result<Option<Account>, Gone> {
        if !self.machine.policy.identification.for_issue {
            return Ok(None);
        }
        let account = self.identify(&format!("{} onto a card", self.machine.policy.text(amount)))?;
        let used = self.used_today(&account, amount.currency)?;
        let Policy { identification, currencies, .. } = &self.machine.policy;
        let allowed = identification.may_issue(&account, amount, used, currencies);
        allowed.map_err(|why| Gone::Because(denied::role(&why, &self.machine.texts)))?;
        Ok(Some(account))
    }

    fn identify(&mut self, purpose: &str) -> Result<Account, Gone> {
        let (limit, texts) = (self.limit(), &self.machine.texts);
        let page = Page::new(texts.get("who-are-you")).line(texts.get("show-wallet"));
        let page = Page { large: self.machine.large, ..page.entry(texts.get("wallets-answer")) };
        let devices = &mut self.machine.devices;
        let (screen, keypad) = (devices.screen.as_mut(), devices.keypad.as_mut());
        let identified = self.identifier.identify(screen, keypad, &Asked { purpose, page }, limit);
        identified.map_err(|why| Gone::Because(denied::identity(&why, &self.machine.texts)))
    }

    /// What an account has put on carriers today, in base units of a currency.
    fn used_today(&self, account: &Account, currency: CurrencyId) -> Result<Balance, Gone> {
        let cases = self.machine.journal.cases_since(clock::midnight(clock::now()))?;
        let theirs = cases.iter().filter(|record| record.papers.terms.customer.as_ref() == Some(account));
        Ok(theirs
            .filter(|record| record.ending != Some(Ending::Refused))
            .filter_map(|record| record.case.request.kind.amount())
            .filter(|amount| amount.currency == currency)
            .fold(0, |sum, amount| sum.saturating_add(amount.units)))
    }

    /// The new cards that were made within the hour, and that nobody has paid for.
    fn unpaid_this_hour(&self) -> Result<Vec<Record>, Gone> {
        let cases = self.machine.journal.cases_since(clock::now().saturating_sub(HOUR))?;
        let is_unpaid = |record: &Record| record.case.keep == Some(Keep::Unfunded);
        Ok(cases.into_iter().filter(is_unpaid).collect())
    }

    /// Whether no new cards are made for a while: too many were not paid for, or the chain has just refused one.
    fn new_cards_rest(&self) -> Result<bool, Gone> {
        let policy = &self.machine.policy;
        let rest = clock::now().saturating_sub(policy.rest_after_refusal.saturating_mul(1_000));
        let latest = self.machine.journal.cases_since(rest)?;
        // A bin of blanks whose batch is stopped is no better than a chain that refuses.
        let is_refused = |record: &Record| {
            record.case.registration == Registration::Refused || record.case.refusal == Some(Refusal::NoBlank)
        };
        let unpaid = u32::try_from(self.unpaid_this_hour()?.len()).unwrap_or(u32::MAX);
        Ok(unpaid >= policy.unpaid_an_hour_together || latest.iter().any(is_refused))
    }

    /// Whoever leaves one new card after the other unpaid gets none for a while.
    fn has_paid_before(&self, customer: Option<&Account>) -> Result<(), Gone> {
        let Some(customer) = customer else { return Ok(()) };
        let theirs = self.unpaid_this_hour()?;
        let count = theirs.iter().filter(|record| record.papers.terms.customer.as_ref() == Some(customer)).count();
        match u32::try_from(count).unwrap_or(u32::MAX) < self.machine.policy.unpaid_an_hour {
            true => Ok(()),
            false => Err(self.gone("unpaid-before")),
        }
    }

    /// How many cards were made without network today.
    fn made_offline_today(&self) -> Result<u32, Gone> {
        let cases = self.machine.journal.cases_since(clock::midnight(clock::now()))?;
        let offline = cases.iter().filter(|record| matches!(record.case.request.kind, Kind::IssueOffline { .. }));
        Ok(u32::try_from(offline.count()).unwrap_or(u32::MAX))
    }

    /// The fee before anything is done (F18): what the operator gets from the customer's wallet, in the amount's currency.
    fn agree(&mut self, amount: Money) -> Result<Money, Gone> {
        let machine = self.record()?;
        if !machine.permissions.fund {
            return Err(self.gone("may-not-fund"));
        }
        let units = machine.fee.of(amount.currency, amount.units);
        let units = units.ok_or_else(|| self.gone("amount-too-large"))?;
        let (fee, policy) = (Money { units, ..amount }, &self.machine.policy);
        let with = |key: &str, amount: &str| self.machine.texts.with(key, &[("amount", amount)]);
        let mut page = Page::new(self.text("do-you-agree")).line(with("on-the-card", &policy.text(amount)));
        page = page.line(with("wallet-fee", &policy.text(fee)));
        let cash = self.machine.policy.cash_fee;
        if cash > 0 {
            page = page.line(with("cash-fee", &format!("{cash} {}", policy.cash_name)));
        }
        match self.choose(page.choice(self.text("yes")).choice(self.text("no")), self.limit())? {
            0 => Ok(fee),
            _ => Err(Gone::Away),
        }
    }

    /// What the chain keeps about this machine, if it may work at all (F2).
    fn record(&self) -> Result<specie_primitives::records::Machine, Gone> {
        let known = self.machine.network.machine();
        let known = known.map_err(|error| {
            Gone::Because(self.machine.texts.with("network-not-asked", &[("why", &error.to_string())]))
        })?;
        match known {
            None => Err(self.gone("machine-not-registered")),
            Some(machine) if machine.suspended => Err(self.gone("machine-stopped")),
            Some(machine) => Ok(machine),
        }
    }

    fn show_result(&mut self, record: &Record) {
        let heading = match record.ending {
            Some(Ending::Done) => "thank-you",
            Some(Ending::Claimed) => "went-wrong",
            Some(Ending::Refused) | None => "not-done",
        };
        let mut page = Page::new(self.text(heading));
        page.lines =
            record.papers.receipt.iter().flat_map(|text| text.lines().skip(2)).map(str::to_owned).collect();
        self.say(page);
        self.machine.devices.keypad.read(RESULT);
    }

    fn limit(&self) -> Duration {
        self.machine.policy.waits.for_customer()
    }

    fn say(&mut self, page: Page) {
        self.machine.show_page(page);
    }

    fn choose(&mut self, page: Page, limit: Duration) -> Result<usize, Gone> {
        let count = page.choices.len();
        self.say(page);
        match self.machine.devices.keypad.read(limit) {
            Entry::Choice(choice) if choice < count => Ok(choice),
            _ => Err(Gone::Away),
        }
    }

    fn type_until_right<T>(
        &mut self,
        heading: &str,
        what: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, Gone> {
        let mut page = Page::new(self.text(heading)).entry(what);
        for _ in 0..TRIES {
            self.say(page.clone());
            match self.machine.devices.keypad.read(self.limit()) {
                Entry::Text(text) => match read(&text) {
                    Ok(value) => return Ok(value),
                    Err(why) => page.lines = vec![self.machine.texts.with("does-not-do", &[("why", &why)])],
                },
                Entry::Choice(_) | Entry::Cancel | Entry::TimedOut => return Err(Gone::Away),
            }
        }
        Err(Gone::Because(page.lines.concat()))
    }
}
