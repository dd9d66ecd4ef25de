package javacard.security;

import java.security.SecureRandom;

public final class RandomData {
    public static final byte ALG_KEYGENERATION = 4;

    private final SecureRandom random = new SecureRandom();

    private RandomData() {
    }

    public static RandomData getInstance(byte algorithm) {
        return new RandomData();
    }

    public short nextBytes(byte[] to, short at, short length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        System.arraycopy(bytes, 0, to, at, length);
        return (short) (at + length);
    }
}
