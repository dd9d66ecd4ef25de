//! ECDSA on P-256, checked in variable time: for public inputs only.
//!
//! The `p256` crate multiplies both scalars of the equation in constant time, one after the other, since a signer's
//! secret may be among them. A check has no secret, so that [`verify`] computes `u₁·G + u₂·Q` in one pass over the
//! bits: width-w NAFs, interleaved (Guide to Elliptic Curve Cryptography, algorithms 3.35 and 3.51), with a table
//! of odd multiples of G that the compiler makes, and a smaller one of Q. The crate keeps the field, the scalars,
//! and the decompression of the key with its checks.
//!
//! Points are in Jacobian coordinates: `x = X/Z²`, `y = Y/Z³`, and `Z = 0` at infinity. The formulas come from the
//! Explicit-Formulas Database (short Weierstrass curves, a = −3): `dbl-2001-b`, with products for its `Z₃` and
//! `2γ`, since the crate squares by a multiplication; `madd-2004-hmv`; and `add-1998-cmo-2`. Equal and opposite
//! points, which the additions leave out, are told apart first.

use ::p256::{
    ecdsa::Signature,
    elliptic_curve::{
        ops::{Invert, Reduce},
        sec1::{Coordinates, ToEncodedPoint},
    },
    EncodedPoint, FieldBytes, FieldElement, PublicKey, Scalar, U256,
};

/// The width of G's digits. One more bit would double the table, to save one addition in nine of G's.
const GENERATOR_WIDTH: u32 = 8;

/// The width of Q's digits. One more bit would double the table, which every check makes anew.
const KEY_WIDTH: u32 = 5;

/// `G, 3·G, … 127·G`: 4 KiB.
static GENERATOR: [Affine; 1 << (GENERATOR_WIDTH - 2)] = odd_multiples_of_generator();

/// The order of the curve, `n`, as an element of the field.
const ORDER: FieldElement =
    element([0xffff_ffff_0000_0000, 0xffff_ffff_ffff_ffff, 0xbce6_faad_a717_9e84, 0xf3b9_cac2_fc63_2551]);

/// `p − n`, big endian: an `r` below it stands for the x-coordinate `r + n` too.
const FIELD_LESS_ORDER: [u8; 32] = [
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x43, 0x19,
    0x05, 0x53, 0x58, 0xe8, 0x61, 0x7b, 0x0c, 0x46, 0x35, 0x3d, 0x03, 0x9c, 0xda, 0xae,
];

/// Whether `signature` (`r ‖ s`) over `digest` is one of the compressed `key`.
///
/// Takes the low S and the high one. False for a scalar that is zero or not below the order, and for a key that is
/// not SEC1's compressed form of a point of the curve. Gives the answers of the `p256` crate, except that the
/// crate's compact form of a key (tag 5) is no key here.
///
/// Takes a time that depends on all three inputs.
pub fn verify(signature: &[u8; 64], digest: &[u8; 32], key: &[u8; 33]) -> bool {
    solve(signature, digest, key).is_some_and(|(point, r)| point.has_x(&r))
}

/// The point `(z/s)·G + (r/s)·Q`, and `r`, which has to be its x-coordinate.
fn solve(signature: &[u8; 64], digest: &[u8; 32], key: &[u8; 33]) -> Option<(Jacobian, FieldBytes)> {
    if !matches!(key.first(), Some(2 | 3)) {
        return None;
    }
    let key = Affine::new(&PublicKey::from_sec1_bytes(key).ok()?.to_encoded_point(false))?;
    let (r, s) = Signature::from_slice(signature).ok()?.split_scalars();
    let inverse = Option::<Scalar>::from(s.as_ref().invert_vartime())?;
    let z = <Scalar as Reduce<U256>>::reduce_bytes(digest.into());
    Some((combine(&(z * inverse), &(*r * inverse), &key), r.to_bytes()))
}

/// `a·G + b·Q`.
fn combine(a: &Scalar, b: &Scalar, q: &Affine) -> Jacobian {
    let multiples = odd_multiples(q);
    let mut sum = Jacobian::INFINITY;
    for (a, b) in digits::<GENERATOR_WIDTH>(a).into_iter().zip(digits::<KEY_WIDTH>(b)).rev() {
        sum = sum.double();
        if let Some(point) = multiple(&GENERATOR, a) {
            sum = sum.add_affine(&if a < 0 { point.negate() } else { *point });
        }
        if let Some(point) = multiple(&multiples, b) {
            sum = sum.add(&if b < 0 { point.negate() } else { *point });
        }
    }
    sum
}

/// The point of a table of odd multiples that a digit stands for, without the digit's sign; `None` for zero.
fn multiple<T>(table: &[T], digit: i16) -> Option<&T> {
    if digit == 0 {
        None
    } else {
        table.get(usize::from(digit.unsigned_abs() / 2))
    }
}

/// The width-`WIDTH` NAF of `scalar`, lowest digit first: each digit is zero or odd, below `2^(WIDTH − 1)` without
/// its sign, and at most one of any `WIDTH` in a row is not zero.
fn digits<const WIDTH: u32>(scalar: &Scalar) -> [i16; 257] {
    let bytes = scalar.to_bytes();
    let mut bits = bytes.iter().rev().flat_map(|byte| (0..8).map(move |bit| i16::from((byte >> bit) & 1)));
    // What is left of the scalar from the current digit on, as far as `WIDTH` bits, with the carry.
    let mut window = 0;
    for bit in 0..WIDTH {
        window += bits.next().unwrap_or(0) << bit;
    }
    let mut digits = [0; 257];
    for digit in &mut digits {
        if window & 1 == 1 {
            *digit = if window < 1 << (WIDTH - 1) { window } else { window - (1 << WIDTH) };
            window -= *digit;
        }
        window = (window >> 1) + (bits.next().unwrap_or(0) << (WIDTH - 1));
    }
    digits
}

/// `Q, 3·Q, … 15·Q`.
fn odd_multiples(q: &Affine) -> [Multiple; 1 << (KEY_WIDTH - 2)] {
    let mut last = Jacobian { x: q.x, y: q.y, z: FieldElement::ONE };
    let twice = Multiple::new(&last.double());
    let mut table = [Multiple::new(&last); 1 << (KEY_WIDTH - 2)];
    for point in table.iter_mut().skip(1) {
        last = last.add(&twice);
        *point = Multiple::new(&last);
    }
    table
}

/// `G, 3·G, 5·G` and so on, by the compiler: with one inversion for all.
const fn odd_multiples_of_generator<const LEN: usize>() -> [Affine; LEN] {
    let g = Jacobian {
        x: element([0x6b17_d1f2_e12c_4247, 0xf8bc_e6e5_63a4_40f2, 0x7703_7d81_2deb_33a0, 0xf4a1_3945_d898_c296]),
        y: element([0x4fe3_42e2_fe1a_7f9b, 0x8ee7_eb4a_7c0f_9e16, 0x2bce_3357_6b31_5ece, 0xcbb6_4068_37bf_51f5]),
        z: FieldElement::ONE,
    };
    let twice = Multiple::new(&g.double());
    let mut points = [g; LEN];
    // The product of every Z before the point's own.
    let mut products = [FieldElement::ONE; LEN];
    let mut product = g.z;
    let mut index = 1;
    while index < LEN {
        let last = &points[index - 1];
        points[index] = last.add_other(&twice, &last.offset(&twice));
        products[index] = product;
        product = product.multiply(&points[index].z);
        index += 1;
    }
    // To the power of p − 2.
    let mut inverse =
        product.pow_vartime(&[0xffff_ffff_ffff_fffd, 0x0000_0000_ffff_ffff, 0, 0xffff_ffff_0000_0001]);
    let mut table = [Affine { x: g.x, y: g.y }; LEN];
    while index > 1 {
        index -= 1;
        let Jacobian { x, y, z } = &points[index];
        let z_inverse = inverse.multiply(&products[index]);
        inverse = inverse.multiply(z);
        let squared = z_inverse.square();
        table[index] = Affine { x: x.multiply(&squared), y: y.multiply(&squared.multiply(&z_inverse)) };
    }
    table
}

/// The element of the field with these words, highest first.
const fn element(words: [u64; 4]) -> FieldElement {
    let [first, second, third, fourth] = words;
    let shift = FieldElement::from_u64(1 << 32).square();
    let high = FieldElement::from_u64(first).multiply(&shift).add(&FieldElement::from_u64(second));
    let high = high.multiply(&shift).add(&FieldElement::from_u64(third));
    high.multiply(&shift).add(&FieldElement::from_u64(fourth))
}

/// A point other than infinity.
#[derive(Clone, Copy)]
struct Affine {
    x: FieldElement,
    y: FieldElement,
}

/// Any point.
#[derive(Clone, Copy)]
struct Jacobian {
    x: FieldElement,
    y: FieldElement,
    z: FieldElement,
}

/// A point other than infinity, with the powers of Z that an addition needs.
#[derive(Clone, Copy)]
struct Multiple {
    point: Jacobian,
    z_squared: FieldElement,
    z_cubed: FieldElement,
}

/// The way from one point to another, for an addition: the first one's coordinates and the differences, all scaled
/// to one denominator.
struct Offset {
    x: FieldElement,
    y: FieldElement,
    dx: FieldElement,
    dy: FieldElement,
}

impl Affine {
    /// The point that the crate decoded.
    fn new(point: &EncodedPoint) -> Option<Self> {
        let Coordinates::Uncompressed { x, y } = point.coordinates() else { return None };
        Some(Self { x: Option::from(FieldElement::from_bytes(x))?, y: Option::from(FieldElement::from_bytes(y))? })
    }

    const fn negate(&self) -> Self {
        Self { x: self.x, y: self.y.neg() }
    }
}

impl Multiple {
    const fn new(point: &Jacobian) -> Self {
        let z_squared = point.z.square();
        Self { point: *point, z_squared, z_cubed: z_squared.multiply(&point.z) }
    }

    const fn negate(&self) -> Self {
        Self { point: Jacobian { y: self.point.y.neg(), ..self.point }, ..*self }
    }
}

impl Jacobian {
    const INFINITY: Self = Self { x: FieldElement::ONE, y: FieldElement::ONE, z: FieldElement::ZERO };

    fn is_infinity(&self) -> bool {
        self.z.is_zero().into()
    }

    /// Whether `r` is the x-coordinate modulo the order. Compares `r·Z²` with X, to save an inversion.
    fn has_x(&self, r: &FieldBytes) -> bool {
        let Some(x) = Option::<FieldElement>::from(FieldElement::from_bytes(r)) else { return false };
        if self.is_infinity() {
            return false;
        }
        let z_squared = self.z.square();
        x.multiply(&z_squared) == self.x
            || (*r < FIELD_LESS_ORDER.into() && x.add(&ORDER).multiply(&z_squared) == self.x)
    }

    /// `2·P`. Infinity stays infinity, and no other point has y = 0.
    const fn double(&self) -> Self {
        let delta = self.z.square();
        let alpha = self.x.sub(&delta).multiply(&self.x.add(&delta));
        let alpha = alpha.double().add(&alpha);
        let y_twice = self.y.double();
        let gamma_twice = y_twice.multiply(&self.y);
        let beta_4 = self.x.multiply(&gamma_twice).double();
        let x = alpha.square().sub(&beta_4.double());
        let y = alpha.multiply(&beta_4.sub(&x)).sub(&gamma_twice.square().double());
        Self { x, y, z: y_twice.multiply(&self.z) }
    }

    /// `P + Q`.
    fn add(&self, other: &Multiple) -> Self {
        if self.is_infinity() {
            return other.point;
        }
        let offset = self.offset(other);
        if offset.dx.is_zero().into() {
            return self.add_same_x(&offset);
        }
        self.add_other(other, &offset)
    }

    /// `P + Q` of points with different x-coordinates, neither of them infinity.
    const fn add_other(&self, other: &Multiple, offset: &Offset) -> Self {
        offset.sum(self.z.multiply(&other.point.z))
    }

    /// `P + Q`.
    fn add_affine(&self, other: &Affine) -> Self {
        if self.is_infinity() {
            return Self { x: other.x, y: other.y, z: FieldElement::ONE };
        }
        let z_squared = self.z.square();
        let dx = other.x.multiply(&z_squared).sub(&self.x);
        let dy = other.y.multiply(&z_squared.multiply(&self.z)).sub(&self.y);
        let offset = Offset { x: self.x, y: self.y, dx, dy };
        if dx.is_zero().into() {
            return self.add_same_x(&offset);
        }
        offset.sum(self.z)
    }

    /// `P + Q` of points with the same x-coordinate: equal or opposite ones.
    fn add_same_x(&self, offset: &Offset) -> Self {
        if offset.dy.is_zero().into() {
            self.double()
        } else {
            Self::INFINITY
        }
    }

    /// The way to `other`.
    const fn offset(&self, other: &Multiple) -> Offset {
        let z_squared = self.z.square();
        let x = self.x.multiply(&other.z_squared);
        let y = self.y.multiply(&other.z_cubed);
        let dx = other.point.x.multiply(&z_squared).sub(&x);
        let dy = other.point.y.multiply(&z_squared.multiply(&self.z)).sub(&y);
        Offset { x, y, dx, dy }
    }
}

impl Offset {
    /// The sum of the two points; `z` is the product of their Z.
    const fn sum(&self, z: FieldElement) -> Jacobian {
        let squared = self.dx.square();
        let cubed = squared.multiply(&self.dx);
        let v = self.x.multiply(&squared);
        let x = self.dy.square().sub(&cubed).sub(&v.double());
        let y = self.dy.multiply(&v.sub(&x)).sub(&self.y.multiply(&cubed));
        Jacobian { x, y, z: z.multiply(&self.dx) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::p256::{
        ecdsa::{
            signature::hazmat::{PrehashSigner, PrehashVerifier},
            SigningKey, VerifyingKey,
        },
        elliptic_curve::{point::DecompressPoint, Group, PrimeField},
        AffinePoint, ProjectivePoint,
    };

    /// Digests that are special as scalars: zero, one, the largest, and zero again.
    const DIGESTS: [[u8; 32]; 4] = [[0; 32], one(), [0xff; 32], order()];

    const fn one() -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[31] = 1;
        bytes
    }

    const fn order() -> [u8; 32] {
        let mut bytes = [0xff; 32];
        let low = 0xbce6_faad_a717_9e84_f3b9_cac2_fc63_2551_u128.to_be_bytes();
        let mut index = 0;
        while index < 16 {
            if index >= 4 && index < 8 {
                bytes[index] = 0;
            }
            bytes[16 + index] = low[index];
            index += 1;
        }
        bytes
    }

    /// A scalar that looks random.
    fn scalar(number: u64) -> Scalar {
        Scalar::from(number + 2).invert().unwrap()
    }

    /// The scalars at which something may happen, and some others.
    fn scalars() -> impl Iterator<Item = Scalar> + Clone {
        let small = [0, 1, 2, 3, 15, 17, 127, 129, 256_u64];
        let power = Scalar::from(2u64).pow_vartime(&[255]);
        let edges = small.map(Scalar::from).into_iter().chain([power]).flat_map(|scalar| [scalar, -scalar]);
        edges.chain((0..2).map(scalar))
    }

    fn affine(point: ProjectivePoint) -> Affine {
        Affine::new(&point.to_affine().to_encoded_point(false)).unwrap()
    }

    /// `point` in another form: with a Z of its own.
    fn jacobian(point: ProjectivePoint) -> Jacobian {
        let (Affine { x, y }, z) = (affine(point), FieldElement::from_u64(0x1234_5678_9abc_def1).square());
        let squared = z.square();
        Jacobian { x: x.multiply(&squared), y: y.multiply(&squared.multiply(&z)), z }
    }

    fn assert_same(point: &Jacobian, expected: ProjectivePoint) {
        if bool::from(expected.is_identity()) {
            assert!(point.is_infinity());
            return;
        }
        let Affine { x, y } = affine(expected);
        let squared = point.z.square();
        assert!(!point.is_infinity());
        assert_eq!(x.multiply(&squared), point.x);
        assert_eq!(y.multiply(&squared.multiply(&point.z)), point.y);
    }

    /// The answer of the crate.
    fn expected(signature: &[u8; 64], digest: &[u8; 32], key: &[u8; 33]) -> bool {
        let Ok(key) = VerifyingKey::from_sec1_bytes(key) else { return false };
        let Ok(signature) = Signature::from_slice(signature) else { return false };
        key.verify_prehash(digest, &signature).is_ok()
    }

    fn compressed(point: ProjectivePoint) -> [u8; 33] {
        point.to_affine().to_encoded_point(true).as_bytes().try_into().unwrap()
    }

    /// A signature `(r, s)` and the key that makes the equation give `point` for it.
    fn forge(r: &Scalar, s: &Scalar, digest: &[u8; 32], point: ProjectivePoint) -> ([u8; 64], [u8; 33]) {
        let z = <Scalar as Reduce<U256>>::reduce_bytes(digest.into());
        let key = (point * s - ProjectivePoint::GENERATOR * z) * r.invert().unwrap();
        let signature = [<[u8; 32]>::from(r.to_bytes()), s.to_bytes().into()].concat();
        (signature.try_into().unwrap(), compressed(key))
    }

    /// A point with this x-coordinate, if the curve has one.
    fn point_at(x: &FieldElement) -> Option<ProjectivePoint> {
        let point = Option::<AffinePoint>::from(AffinePoint::decompress(&x.to_bytes(), 0.into()));
        point.map(ProjectivePoint::from)
    }

    #[test]
    fn the_table_holds_the_odd_multiples_of_the_generator() {
        let mut multiple = ProjectivePoint::GENERATOR;
        for entry in &GENERATOR {
            let Affine { x, y } = affine(multiple);
            assert_eq!((entry.x, entry.y), (x, y));
            multiple += ProjectivePoint::GENERATOR.double();
        }
    }

    #[test]
    fn the_constants_are_the_order_and_what_it_is_below_the_field() {
        assert_eq!(ORDER.to_bytes(), order().into());
        assert_eq!(FieldElement::ZERO.sub(&ORDER).to_bytes(), FIELD_LESS_ORDER.into());
    }

    #[test]
    fn digits_stand_for_their_scalar() {
        fn check<const WIDTH: u32>(scalar: Scalar) {
            let digits = digits::<WIDTH>(&scalar);
            let mut value = Scalar::ZERO;
            for digit in digits.iter().rev() {
                let size = Scalar::from(u64::from(digit.unsigned_abs()));
                value = value.double() + if *digit < 0 { -size } else { size };
            }
            assert_eq!(value, scalar);
            for digit in digits.iter().filter(|digit| **digit != 0) {
                assert!(digit % 2 != 0 && digit.unsigned_abs() < 1 << (WIDTH - 1), "{digit}");
            }
            for neighbours in digits.windows(usize::try_from(WIDTH).unwrap()) {
                assert!(neighbours.iter().filter(|digit| **digit != 0).count() <= 1);
            }
        }
        for scalar in scalars() {
            check::<KEY_WIDTH>(scalar);
            check::<GENERATOR_WIDTH>(scalar);
        }
    }

    #[test]
    fn adds_equal_and_opposite_points_and_infinity() {
        let p = ProjectivePoint::GENERATOR * scalar(1);
        let q = ProjectivePoint::GENERATOR * scalar(2);
        for (first, second) in [(p, q), (p, p), (p, -p), (p.double(), p), (p.double(), -p)] {
            assert_same(&jacobian(first).add_affine(&affine(second)), first + second);
            assert_same(&jacobian(first).add(&Multiple::new(&jacobian(second).double())), first + second.double());
            assert_same(&jacobian(first).add(&Multiple::new(&jacobian(second))), first + second);
        }
        assert_same(&Jacobian::INFINITY.add_affine(&affine(p)), p);
        assert_same(&Jacobian::INFINITY.add(&Multiple::new(&jacobian(p))), p);
        assert_same(&Jacobian::INFINITY.double(), ProjectivePoint::IDENTITY);
        assert_same(&jacobian(p).double(), p.double());
    }

    /// With keys so close to the generator that the sum meets its own next addend, and infinity.
    #[test]
    fn sums_are_the_crate_s() {
        let one = Scalar::ONE;
        let third = Scalar::from(3u64).invert().unwrap();
        for key in [one, -one, one.double(), Scalar::TWO_INV, -Scalar::TWO_INV, third, scalar(3)] {
            let q = ProjectivePoint::GENERATOR * key;
            for (a, b) in scalars().flat_map(|a| scalars().map(move |b| (a, b))) {
                assert_same(&combine(&a, &b, &affine(q)), ProjectivePoint::GENERATOR * (a + b * key));
            }
        }
    }

    #[test]
    fn answers_are_the_crate_s() {
        for number in 0..4 {
            let signer = SigningKey::from_bytes(&scalar(number).to_bytes()).unwrap();
            let key = compressed(ProjectivePoint::from(*signer.verifying_key().as_affine()));
            for digest in DIGESTS.into_iter().chain([scalar(number + 100).to_bytes().into()]) {
                let (signature, _) = PrehashSigner::<(Signature, _)>::sign_prehash(&signer, &digest).unwrap();
                let (r, s) = signature.split_scalars();
                let high = Signature::from_scalars(r, -s).unwrap();
                for signature in [signature, high] {
                    let signature = signature.to_bytes().into();
                    assert!(verify(&signature, &digest, &key));
                    for bit in (usize::try_from(number).unwrap()..512).step_by(16) {
                        let mut other = signature;
                        other[bit / 8] ^= 1 << (bit % 8);
                        assert_eq!(verify(&other, &digest, &key), expected(&other, &digest, &key));
                    }
                }
                let signature = signature.to_bytes().into();
                for bit in 0..8 {
                    let (mut other_digest, mut other_key) = (digest, key);
                    other_digest[31 - bit] ^= 1 << bit;
                    other_key[32 - bit] ^= 1 << bit;
                    assert!(!verify(&signature, &other_digest, &key));
                    assert_eq!(verify(&signature, &digest, &other_key), expected(&signature, &digest, &other_key));
                }
            }
        }
    }

    /// With the key's secret `d` and `z = −r·d`.
    #[test]
    fn refuses_a_sum_at_infinity() {
        for number in 0..4 {
            let (d, r, s) = (scalar(number), scalar(number + 10), scalar(number + 20));
            let digest: [u8; 32] = (-(r * d)).to_bytes().into();
            let signature = [<[u8; 32]>::from(r.to_bytes()), s.to_bytes().into()].concat().try_into().unwrap();
            let key = compressed(ProjectivePoint::GENERATOR * d);
            assert!(solve(&signature, &digest, &key).unwrap().0.is_infinity());
            assert!(!verify(&signature, &digest, &key));
            assert!(!expected(&signature, &digest, &key));
        }
        let infinity = Jacobian { x: FieldElement::ZERO, ..Jacobian::INFINITY };
        assert!(!infinity.has_x(&scalar(1).to_bytes()));
    }

    /// `r` is the x-coordinate modulo the order, which leaves two x-coordinates to an `r` below `p − n`.
    #[test]
    fn takes_an_x_beyond_the_order_and_no_wrapped_one() {
        let (mut beyond, mut wrapped) = (0, 0);
        for number in 0..32u64 {
            let (small, s) = (FieldElement::from_u64(number), scalar(number));
            let digest: [u8; 32] = scalar(number + 40).to_bytes().into();
            if let Some(point) = point_at(&small.add(&ORDER)).filter(|_| number > 0) {
                let (signature, key) = forge(&Scalar::from(number), &s, &digest, point);
                assert!(verify(&signature, &digest, &key));
                assert!(expected(&signature, &digest, &key));
                beyond += 1;
            }
            if let Some(point) = point_at(&small) {
                let r = Scalar::from_repr(FIELD_LESS_ORDER.into()).unwrap() + Scalar::from(number);
                let (signature, key) = forge(&r, &s, &digest, point);
                assert!(!verify(&signature, &digest, &key));
                assert!(!expected(&signature, &digest, &key));
                wrapped += 1;
            }
        }
        assert!(beyond > 8 && wrapped > 8);
    }

    #[test]
    fn refuses_what_is_malformed() {
        let signer = SigningKey::from_bytes(&scalar(5).to_bytes()).unwrap();
        let key = compressed(ProjectivePoint::from(*signer.verifying_key().as_affine()));
        let digest: [u8; 32] = scalar(6).to_bytes().into();
        let (signature, _) = PrehashSigner::<(Signature, _)>::sign_prehash(&signer, &digest).unwrap();
        let signature: [u8; 64] = signature.to_bytes().into();
        assert!(verify(&signature, &digest, &key));
        for scalar in [[0; 32], order(), [0xff; 32]] {
            for half in [0..32, 32..64] {
                let mut other = signature;
                other[half].copy_from_slice(&scalar);
                assert!(!verify(&other, &digest, &key));
            }
        }
        for tag in (0..=u8::MAX).filter(|tag| *tag != key[0]) {
            let mut other = key;
            other[0] = tag;
            assert!(!verify(&signature, &digest, &other), "{tag}");
        }
        // p would be 0 once more, which is the x-coordinate of a point; 1 is that of none.
        let mut modulus = FieldElement::ZERO.sub(&FieldElement::ONE).to_bytes();
        modulus[31] += 1;
        assert!(point_at(&FieldElement::ZERO).is_some());
        for x in [[0xff; 32], modulus.into(), one()] {
            let mut other = key;
            other[1..].copy_from_slice(&x);
            assert!(!verify(&signature, &digest, &other));
        }
        assert!(point_at(&FieldElement::ONE).is_none());
    }
}
