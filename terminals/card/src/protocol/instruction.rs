//! The instructions: their bytes, their names, and whether they answer data.

/// The class of SELECT.
pub const CLA_ISO: u8 = 0x00;

/// The class of every other command.
pub const CLA: u8 = 0x80;

/// An instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instruction {
    /// Choose this application; class [`CLA_ISO`], P1 04, P2 00. Data: the AID. Answer: the version.
    Select,
    /// What the card is. Answer: [`Info`](super::Info).
    GetInfo,
    /// The certificate from the offset in P1 and P2. Answer: up to [`CERTIFICATE_CHUNK`](super::CERTIFICATE_CHUNK) bytes of it.
    GetCertificate,
    /// Make the currency key. Data: what the machine tells the card, the scheme. Answer: the attestation, then the device
    /// key's signature over both.
    Initialise,
    /// Say what state the card is in. Data: a challenge, a sequence. Answer: the attestation of the orders after that
    /// sequence, then the device key's signature. P1 01: the challenge and the timed exchange before it are signed together.
    Attest,
    /// Sign an order. Data: the order. Answer: the currency key's signature.
    SignOrder,
    /// Prove possession of the currency key. Data: a challenge. Answer: the currency key's signature.
    Prove,
    /// Destroy the currency key. Data: the issuer's signature.
    Reset,
    /// Tell a card its address that does not compute it. Data: the address.
    SetAddress,
    /// Build the next order and sign it. Data: [`Payment`](super::Payment). Answer: the sequence, then the currency key's
    /// signature.
    Pay,
    /// The last order again. P2 00: the order. P2 01: the currency key's signature over it.
    GetLastOrder,
    /// The card's own history. P1 00: the orders that it signed, P1 01: the fundings that it was told of; P2: which one, from the
    /// newest, 0. Answer: a [`HistoryEntry`](super::HistoryEntry).
    GetHistory,
    /// Tell the card of a funding. Data: [`FundingNote`](super::FundingNote).
    NoteFunding,
    /// Show the code. Data: the digits; none asks how many tries are left.
    VerifyCode,
    /// Choose another PIN. Data: length of the old one, the old one, the new one.
    ChangeCode,
    /// Work off one tick of a delay. Answer: the ticks that are left, u16.
    Wait,
    /// Refuse orders from now on.
    Lock,
    /// Sign orders again. Data: the code, when the card has one.
    Unlock,
    /// Make a channel that nobody else reads. Data: the host's ephemeral key. Answer: the card's, then the device key's
    /// signature over both.
    OpenChannel,
    /// A command inside the channel. Data and answer: sealed.
    InChannel,
    /// Make ready for a timed exchange.
    PrepareTimed,
    /// One round of it, answered at once. Data: 8 bytes. Answer: 8 bytes.
    TimedExchange,
    /// In the factory: make the device key. Data: its scheme. Answer: scheme and public key, padded.
    GenerateDeviceKey,
    /// In the factory: the certificate.
    PutCertificate,
    /// In the factory: the issuer's public key, whose signature resets the card.
    PutIssuerKey,
    /// In the factory: kind and digits of the code.
    PutCode,
    /// In the factory: the card is finished for good. Data: whether it answers without contact.
    Finalise,
}

impl Instruction {
    /// Every instruction.
    pub const ALL: [Self; 27] = [
        Self::Select,
        Self::GetInfo,
        Self::GetCertificate,
        Self::Initialise,
        Self::Attest,
        Self::SignOrder,
        Self::Prove,
        Self::Reset,
        Self::SetAddress,
        Self::Pay,
        Self::GetLastOrder,
        Self::GetHistory,
        Self::NoteFunding,
        Self::VerifyCode,
        Self::ChangeCode,
        Self::Wait,
        Self::Lock,
        Self::Unlock,
        Self::OpenChannel,
        Self::InChannel,
        Self::PrepareTimed,
        Self::TimedExchange,
        Self::GenerateDeviceKey,
        Self::PutCertificate,
        Self::PutIssuerKey,
        Self::PutCode,
        Self::Finalise,
    ];

    /// The INS byte. None is odd, and none begins with 6 or 9: a card of T=0 guides its reader by those. `50` is left to a chip's
    /// security domain, which the factory talks to in the same class.
    pub const fn ins(self) -> u8 {
        match self {
            Self::Select => 0xA4,
            Self::GetInfo => 0x10,
            Self::GetCertificate => 0x12,
            Self::Initialise => 0x20,
            Self::Attest => 0x22,
            Self::SignOrder => 0x24,
            Self::Prove => 0x26,
            Self::Reset => 0x28,
            Self::SetAddress => 0x2A,
            Self::Pay => 0x2C,
            Self::GetLastOrder => 0x2E,
            Self::VerifyCode => 0x30,
            Self::ChangeCode => 0x32,
            Self::Wait => 0x34,
            Self::Lock => 0x36,
            Self::Unlock => 0x38,
            Self::GetHistory => 0x40,
            Self::NoteFunding => 0x42,
            Self::OpenChannel => 0x58,
            Self::InChannel => 0x5A,
            Self::PrepareTimed => 0x5C,
            Self::TimedExchange => 0x5E,
            Self::GenerateDeviceKey => 0x70,
            Self::PutCertificate => 0x72,
            Self::PutIssuerKey => 0x74,
            Self::PutCode => 0x76,
            Self::Finalise => 0x78,
        }
    }

    /// The CLA byte.
    pub const fn cla(self) -> u8 {
        match self {
            Self::Select => CLA_ISO,
            _ => CLA,
        }
    }

    /// The name that the protocol's document uses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Select => "SELECT",
            Self::GetInfo => "GET INFO",
            Self::GetCertificate => "GET CERTIFICATE",
            Self::Initialise => "INITIALISE",
            Self::Attest => "ATTEST",
            Self::SignOrder => "SIGN ORDER",
            Self::Prove => "PROVE",
            Self::Reset => "RESET",
            Self::SetAddress => "SET ADDRESS",
            Self::Pay => "PAY",
            Self::GetLastOrder => "GET LAST ORDER",
            Self::GetHistory => "GET HISTORY",
            Self::NoteFunding => "NOTE FUNDING",
            Self::VerifyCode => "VERIFY CODE",
            Self::ChangeCode => "CHANGE CODE",
            Self::Wait => "WAIT",
            Self::Lock => "LOCK",
            Self::Unlock => "UNLOCK",
            Self::OpenChannel => "OPEN CHANNEL",
            Self::InChannel => "IN CHANNEL",
            Self::PrepareTimed => "PREPARE TIMED",
            Self::TimedExchange => "TIMED EXCHANGE",
            Self::GenerateDeviceKey => "GENERATE DEVICE KEY",
            Self::PutCertificate => "PUT CERTIFICATE",
            Self::PutIssuerKey => "PUT ISSUER KEY",
            Self::PutCode => "PUT CODE",
            Self::Finalise => "FINALISE",
        }
    }

    /// Whether its answer has data: a host sends Le with it.
    pub const fn answers(self) -> bool {
        match self {
            Self::Select
            | Self::GetInfo
            | Self::GetCertificate
            | Self::Initialise
            | Self::Attest
            | Self::SignOrder
            | Self::Prove
            | Self::Pay
            | Self::GetLastOrder
            | Self::GetHistory
            | Self::Wait
            | Self::OpenChannel
            | Self::InChannel
            | Self::TimedExchange
            | Self::GenerateDeviceKey => true,
            Self::Reset
            | Self::SetAddress
            | Self::NoteFunding
            | Self::VerifyCode
            | Self::ChangeCode
            | Self::Lock
            | Self::Unlock
            | Self::PrepareTimed
            | Self::PutCertificate
            | Self::PutIssuerKey
            | Self::PutCode
            | Self::Finalise => false,
        }
    }

    /// Whether it is for the factory: only a card that is not finished executes it, and such a card no other but SELECT.
    pub const fn is_of_factory(self) -> bool {
        matches!(
            self,
            Self::GenerateDeviceKey | Self::PutCertificate | Self::PutIssuerKey | Self::PutCode | Self::Finalise
        )
    }

    /// Whether it may come inside the channel, and on a contactless card comes there alone: what has a code in it, and what a code
    /// permits. A channel that covered the code alone would leave it to somebody in between what it is shown for.
    pub const fn goes_inside(self) -> bool {
        matches!(self, Self::VerifyCode | Self::ChangeCode | Self::Unlock | Self::SignOrder | Self::Pay)
    }

    /// Whether, on a contactless card, it is refused with these data unless it comes inside the channel.
    pub const fn is_secret(self, data: &[u8]) -> bool {
        // VERIFY CODE and UNLOCK without data have no code in them.
        self.goes_inside() && !(matches!(self, Self::VerifyCode | Self::Unlock) && data.is_empty())
    }

    /// The instruction with this class and INS byte; `None` when there is none.
    pub fn from_bytes(cla: u8, ins: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|instruction| instruction.cla() == cla && instruction.ins() == ins)
    }
}
