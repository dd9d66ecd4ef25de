package javacard.security;

public interface AESKey extends Key {
    void setKey(byte[] bytes, short at);
}
