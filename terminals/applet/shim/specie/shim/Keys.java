package specie.shim;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import javacard.security.AESKey;
import javacard.security.CryptoException;
import javacard.security.ECPrivateKey;
import javacard.security.ECPublicKey;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.math.ec.ECCurve;
import org.bouncycastle.math.ec.ECPoint;

/** Keys, over whatever curve the application has set them up for: its own constants are used, and no others. */
public final class Keys {
    private Keys() {
    }

    private abstract static class OnCurve {
        private BigInteger field;
        private BigInteger a;
        private BigInteger b;
        private byte[] generator;
        private BigInteger order;
        private short cofactor;
        private ECDomainParameters domain;

        private static BigInteger number(byte[] bytes, short at, short length) {
            return new BigInteger(1, Arrays.copyOfRange(bytes, at, at + length));
        }

        public void setFieldFP(byte[] bytes, short at, short length) {
            field = number(bytes, at, length);
        }

        public void setA(byte[] bytes, short at, short length) {
            a = number(bytes, at, length);
        }

        public void setB(byte[] bytes, short at, short length) {
            b = number(bytes, at, length);
        }

        public void setG(byte[] bytes, short at, short length) {
            generator = Arrays.copyOfRange(bytes, at, at + length);
        }

        public void setR(byte[] bytes, short at, short length) {
            order = number(bytes, at, length);
        }

        public void setK(short of) {
            cofactor = of;
        }

        ECDomainParameters domain() {
            if (domain == null) {
                ECCurve curve = new ECCurve.Fp(field, a, b, order, BigInteger.valueOf(cofactor));
                domain = new ECDomainParameters(curve, curve.decodePoint(generator), order, BigInteger.valueOf(cofactor));
            }
            return domain;
        }

        ECPoint point(byte[] bytes) {
            try {
                ECPoint point = domain().getCurve().decodePoint(bytes);
                if (bytes[0] != 4 || point.isInfinity()) {
                    throw new CryptoException("not an uncompressed point");
                }
                return point;
            } catch (IllegalArgumentException offCurve) {
                throw new CryptoException(offCurve.getMessage());
            }
        }
    }

    /** A private key, which signs and multiplies. */
    public static final class Private extends OnCurve implements ECPrivateKey {
        private BigInteger scalar;

        public Private(boolean isTransient) {
            if (isTransient) {
                Memory.clearedWithPower(this::clearKey);
            }
        }

        @Override
        public void setS(byte[] bytes, short at, short length) {
            scalar = new BigInteger(1, Arrays.copyOfRange(bytes, at, at + length));
        }

        @Override
        public void clearKey() {
            scalar = null;
        }

        @Override
        public boolean isInitialized() {
            return scalar != null;
        }

        /** A point times the key, uncompressed. */
        public byte[] multiply(byte[] by) {
            return point(by).multiply(scalar).normalize().getEncoded(false);
        }

        /** In DER, over SHA-256. S is as it comes: of either size. */
        public byte[] sign(byte[] message) {
            ECDSASigner signer = new ECDSASigner();
            signer.init(true, new ParametersWithRandom(new ECPrivateKeyParameters(scalar, domain()), new SecureRandom()));
            BigInteger[] parts = signer.generateSignature(hash(message));
            try {
                return StandardDSAEncoding.INSTANCE.encode(domain().getN(), parts[0], parts[1]);
            } catch (IOException impossible) {
                throw new CryptoException(impossible.getMessage());
            }
        }
    }

    /** A public key, which verifies. */
    public static final class Public extends OnCurve implements ECPublicKey {
        private ECPoint point;

        @Override
        public void setW(byte[] bytes, short at, short length) {
            point = point(Arrays.copyOfRange(bytes, at, at + length));
        }

        @Override
        public void clearKey() {
            point = null;
        }

        @Override
        public boolean isInitialized() {
            return point != null;
        }

        public boolean verify(byte[] message, byte[] signature) {
            ECDSASigner verifier = new ECDSASigner();
            verifier.init(false, new ECPublicKeyParameters(point, domain()));
            try {
                BigInteger[] parts = StandardDSAEncoding.INSTANCE.decode(domain().getN(), signature);
                return verifier.verifySignature(hash(message), parts[0], parts[1]);
            } catch (IOException | IllegalArgumentException malformed) {
                throw new CryptoException(malformed.getMessage());
            }
        }
    }

    private static byte[] hash(byte[] message) {
        SHA256Digest digest = new SHA256Digest();
        digest.update(message, 0, message.length);
        byte[] hash = new byte[32];
        digest.doFinal(hash, 0);
        return hash;
    }

    /** A key for AES that goes with the power. */
    public static final class Aes implements AESKey {
        private byte[] bytes;

        public Aes() {
            Memory.clearedWithPower(this::clearKey);
        }

        @Override
        public void setKey(byte[] from, short at) {
            bytes = Arrays.copyOfRange(from, at, at + 16);
        }

        @Override
        public void clearKey() {
            bytes = null;
        }

        @Override
        public boolean isInitialized() {
            return bytes != null;
        }

        public byte[] bytes() {
            if (bytes == null) {
                throw new CryptoException("a key without a value");
            }
            return bytes;
        }
    }
}
