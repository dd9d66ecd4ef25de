package javacard.security;

public interface Key {
    void clearKey();

    boolean isInitialized();
}
