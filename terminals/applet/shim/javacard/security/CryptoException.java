package javacard.security;

/** A value or a key that the cryptography does not take. */
public final class CryptoException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CryptoException(String why) {
        super(why);
    }
}
