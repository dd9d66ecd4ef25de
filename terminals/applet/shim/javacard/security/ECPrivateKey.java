package javacard.security;

public interface ECPrivateKey extends PrivateKey, ECKey {
    void setS(byte[] bytes, short at, short length);
}
