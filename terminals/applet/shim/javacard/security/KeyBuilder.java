package javacard.security;

import specie.shim.Keys;

public final class KeyBuilder {
    public static final byte TYPE_EC_FP_PUBLIC = 11;
    public static final byte TYPE_EC_FP_PRIVATE = 12;
    public static final byte TYPE_AES_TRANSIENT_DESELECT = 14;
    public static final byte TYPE_EC_FP_PRIVATE_TRANSIENT_DESELECT = 31;
    public static final short LENGTH_EC_FP_256 = 256;
    public static final short LENGTH_AES_128 = 128;

    private KeyBuilder() {
    }

    public static Key buildKey(byte type, short length, boolean isEncrypted) {
        switch (type) {
            case TYPE_AES_TRANSIENT_DESELECT:
                return new Keys.Aes();
            case TYPE_EC_FP_PUBLIC:
                return new Keys.Public();
            default:
                return new Keys.Private(type == TYPE_EC_FP_PRIVATE_TRANSIENT_DESELECT);
        }
    }
}
