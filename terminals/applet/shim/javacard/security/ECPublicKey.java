package javacard.security;

public interface ECPublicKey extends PublicKey, ECKey {
    void setW(byte[] bytes, short at, short length);
}
