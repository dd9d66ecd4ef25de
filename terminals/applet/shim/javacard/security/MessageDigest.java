package javacard.security;

import java.security.NoSuchAlgorithmException;

public final class MessageDigest {
    public static final byte ALG_SHA_256 = 4;

    private final java.security.MessageDigest digest;

    private MessageDigest() {
        try {
            digest = java.security.MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new CryptoException(missing.getMessage());
        }
    }

    public static MessageDigest getInstance(byte algorithm, boolean external) {
        return new MessageDigest();
    }

    public void reset() {
        digest.reset();
    }

    public void update(byte[] bytes, short at, short length) {
        digest.update(bytes, at, length);
    }

    public short doFinal(byte[] bytes, short at, short length, byte[] to, short toAt) {
        digest.update(bytes, at, length);
        byte[] hash = digest.digest();
        System.arraycopy(hash, 0, to, toAt, hash.length);
        return (short) hash.length;
    }
}
