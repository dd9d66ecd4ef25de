package javacard.security;

import java.io.ByteArrayOutputStream;
import specie.shim.Keys;

public final class Signature {
    public static final byte ALG_ECDSA_SHA_256 = 33;
    public static final byte MODE_SIGN = 1;
    public static final byte MODE_VERIFY = 2;

    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private Key key;

    private Signature() {
    }

    public static Signature getInstance(byte algorithm, boolean external) {
        return new Signature();
    }

    public void init(Key with, byte mode) {
        if (!with.isInitialized()) {
            throw new CryptoException("a key without a value");
        }
        key = with;
        message.reset();
    }

    public void update(byte[] bytes, short at, short length) {
        message.write(bytes, at, length);
    }

    public short sign(byte[] bytes, short at, short length, byte[] to, short toAt) {
        message.write(bytes, at, length);
        byte[] signature = ((Keys.Private) key).sign(message.toByteArray());
        message.reset();
        System.arraycopy(signature, 0, to, toAt, signature.length);
        return (short) signature.length;
    }

    public boolean verify(byte[] bytes, short at, short length, byte[] signature, short signatureAt, short signatureLength) {
        message.write(bytes, at, length);
        byte[] of = message.toByteArray();
        message.reset();
        byte[] der = java.util.Arrays.copyOfRange(signature, signatureAt, signatureAt + signatureLength);
        return ((Keys.Public) key).verify(of, der);
    }
}
