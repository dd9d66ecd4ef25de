package javacard.security;

import specie.shim.Keys;

public final class KeyAgreement {
    public static final byte ALG_EC_SVDP_DH_PLAIN_XY = 6;

    private Keys.Private key;

    private KeyAgreement() {
    }

    public static KeyAgreement getInstance(byte algorithm, boolean external) {
        return new KeyAgreement();
    }

    public void init(PrivateKey of) {
        key = (Keys.Private) of;
    }

    public short generateSecret(byte[] point, short at, short length, byte[] to, short toAt) {
        byte[] shared = key.multiply(java.util.Arrays.copyOfRange(point, at, at + length));
        System.arraycopy(shared, 0, to, toAt, shared.length);
        return (short) shared.length;
    }
}
