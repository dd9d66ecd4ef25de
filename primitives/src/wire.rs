//! Reading and writing fixed formats without allocation.
//!
//! All multi-byte integers are little endian. A format is a sequence of fixed fields, so that a card parses it
//! with offsets alone. Decoding is exact: what is left over, or missing, is an error.

use core::fmt;

/// Why bytes are not a value of the format that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireError {
    /// The bytes end before the format does.
    TooShort {
        /// How many bytes the field that could not be read needs.
        needed: usize,
        /// How many were left.
        left: usize,
    },
    /// The format ends before the bytes do.
    TrailingBytes {
        /// How many bytes are left over.
        left: usize,
    },
    /// A tag, scheme, state or flag that this version does not know.
    UnknownTag {
        /// The field's name.
        field: &'static str,
        /// Its value.
        tag: u8,
    },
    /// A public key that is not a point of its curve in the compressed form.
    NotOnCurve,
    /// Bytes that must be zero are not, or a field contradicts another.
    NotCanonical {
        /// The field's name.
        field: &'static str,
    },
    /// A DER signature that is not two positive integers in the shortest form, in range.
    BadDer,
    /// A message that does not begin with its domain.
    WrongDomain,
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { needed, left } => write!(f, "too short: {needed} bytes needed, {left} left"),
            Self::TrailingBytes { left } => write!(f, "{left} bytes too many"),
            Self::UnknownTag { field, tag } => write!(f, "unknown {field} {tag}"),
            Self::NotOnCurve => write!(f, "public key is not on its curve"),
            Self::NotCanonical { field } => write!(f, "{field} is not in its one valid form"),
            Self::BadDer => write!(f, "signature is not valid DER"),
            Self::WrongDomain => write!(f, "message does not begin with its domain"),
        }
    }
}

#[cfg(feature = "std")]
impl std::error::Error for WireError {}

/// A value with one exact encoding.
pub trait Wire: Sized {
    /// The longest encoding in bytes.
    const MAX_LEN: usize;

    /// Writes the encoding.
    fn write(&self, out: &mut Writer<'_>);

    /// Reads one value from the front of `input`.
    fn read(input: &mut Reader<'_>) -> Result<Self, WireError>;

    /// Decodes exactly `bytes`.
    fn from_wire(bytes: &[u8]) -> Result<Self, WireError> {
        let mut input = Reader::new(bytes);
        let value = Self::read(&mut input)?;
        input.finish()?;
        Ok(value)
    }

    /// Encodes into the front of `buffer`, which holds at least [`Self::MAX_LEN`] bytes, and returns that front.
    ///
    /// Returns `None` when the buffer is too small.
    fn to_wire<'a>(&self, buffer: &'a mut [u8]) -> Option<&'a [u8]> {
        let mut out = Writer::new(buffer);
        self.write(&mut out);
        let len = out.finish()?;
        buffer.get(..len)
    }

    /// Encodes into a new vector.
    #[cfg(feature = "std")]
    fn to_vec(&self) -> Vec<u8> {
        let mut buffer = vec![0; Self::MAX_LEN];
        let len = self.to_wire(&mut buffer).map_or(0, <[u8]>::len);
        buffer.truncate(len);
        buffer
    }
}

/// A cursor over borrowed bytes.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Starts at the front of `bytes`.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next `len` bytes.
    pub fn bytes(&mut self, len: usize) -> Result<&'a [u8], WireError> {
        if self.rest.len() < len {
            return Err(WireError::TooShort { needed: len, left: self.rest.len() });
        }
        let (head, rest) = self.rest.split_at(len);
        self.rest = rest;
        Ok(head)
    }

    /// The next `N` bytes as an array.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        let mut array = [0; N];
        array.copy_from_slice(self.bytes(N)?);
        Ok(array)
    }

    /// One byte.
    pub fn u8(&mut self) -> Result<u8, WireError> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    /// Two bytes, little endian.
    pub fn u16(&mut self) -> Result<u16, WireError> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    /// Four bytes, little endian.
    pub fn u32(&mut self) -> Result<u32, WireError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    /// Eight bytes, little endian.
    pub fn u64(&mut self) -> Result<u64, WireError> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    /// Sixteen bytes, little endian.
    pub fn u128(&mut self) -> Result<u128, WireError> {
        Ok(u128::from_le_bytes(self.array()?))
    }

    /// One byte that is 0 or 1.
    pub fn bool(&mut self, field: &'static str) -> Result<bool, WireError> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            tag => Err(WireError::UnknownTag { field, tag }),
        }
    }

    /// `domain`, or an error.
    pub fn domain(&mut self, domain: &[u8]) -> Result<(), WireError> {
        if self.bytes(domain.len())? == domain {
            Ok(())
        } else {
            Err(WireError::WrongDomain)
        }
    }

    /// Everything that is left.
    pub fn remaining(&self) -> &'a [u8] {
        self.rest
    }

    /// Succeeds when nothing is left.
    pub fn finish(self) -> Result<(), WireError> {
        match self.rest.len() {
            0 => Ok(()),
            left => Err(WireError::TrailingBytes { left }),
        }
    }
}

/// A cursor that fills borrowed bytes; remembers when they ran out.
#[derive(Debug)]
pub struct Writer<'a> {
    buffer: &'a mut [u8],
    len: usize,
    overflow: bool,
}

impl<'a> Writer<'a> {
    /// Starts at the front of `buffer`.
    pub fn new(buffer: &'a mut [u8]) -> Self {
        Self { buffer, len: 0, overflow: false }
    }

    /// Appends `bytes`.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        let end = self.len.saturating_add(bytes.len());
        match self.buffer.get_mut(self.len..end) {
            Some(place) => {
                place.copy_from_slice(bytes);
                self.len = end;
            }
            None => self.overflow = true,
        }
        self
    }

    /// Appends one byte.
    pub fn u8(&mut self, value: u8) -> &mut Self {
        self.bytes(&[value])
    }

    /// Appends four bytes, little endian.
    pub fn u32(&mut self, value: u32) -> &mut Self {
        self.bytes(&value.to_le_bytes())
    }

    /// Appends eight bytes, little endian.
    pub fn u64(&mut self, value: u64) -> &mut Self {
        self.bytes(&value.to_le_bytes())
    }

    /// Appends sixteen bytes, little endian.
    pub fn u128(&mut self, value: u128) -> &mut Self {
        self.bytes(&value.to_le_bytes())
    }

    /// The length written, or `None` when something did not fit.
    pub fn finish(self) -> Option<usize> {
        (!self.overflow).then_some(self.len)
    }
}

/// The bytes of a signed message: a domain and fields, up to `N` bytes, on the stack.
#[derive(Clone, Copy, Debug)]
pub struct Message<const N: usize> {
    buffer: [u8; N],
    len: usize,
}

impl<const N: usize> Message<N> {
    /// A message that `fill` writes. `N` is the exact bound of the format, so nothing can overflow; a format that
    /// did would yield an empty message, which no signature in the system covers.
    pub(crate) fn build(fill: impl FnOnce(&mut Writer<'_>)) -> Self {
        let mut buffer = [0; N];
        let mut out = Writer::new(&mut buffer);
        fill(&mut out);
        let len = out.finish();
        debug_assert!(len.is_some(), "the bound of a message format is too small");
        Self { buffer, len: len.unwrap_or(0) }
    }

    /// The message.
    pub fn as_bytes(&self) -> &[u8] {
        self.buffer.get(..self.len).unwrap_or(&[])
    }
}

impl<const N: usize> AsRef<[u8]> for Message<N> {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl<const N: usize> Wire for [u8; N] {
    const MAX_LEN: usize = N;

    fn write(&self, out: &mut Writer<'_>) {
        out.bytes(self);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, WireError> {
        input.array()
    }
}
