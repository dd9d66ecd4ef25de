package javacard.framework;

/** A status word on its way out. */
public final class ISOException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final short reason;

    private ISOException(short reason) {
        super(String.format("%04X", reason));
        this.reason = reason;
    }

    public static void throwIt(short reason) {
        throw new ISOException(reason);
    }

    public short getReason() {
        return reason;
    }
}
