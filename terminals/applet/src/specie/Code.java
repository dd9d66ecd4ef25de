package specie;

import javacard.framework.ISO7816;
import javacard.framework.ISOException;
import javacard.framework.Util;

/** The presence code or PIN, and the delay after wrong ones. Its changes are made in transactions of the applet. */
final class Code {
    static final byte NONE = 0;
    static final byte PRINTED = 1;
    static final byte PIN = 2;
    static final short MAX_DIGITS = 12;
    private static final short MIN_DIGITS = 4;
    static final short PRINTED_DIGITS = 6;

    private static final short FREE_TRIES = 3;
    private static final short FIRST_DELAY = 15;
    private static final short MAX_DELAY = 3600;
    /** Ticks between two writes of the memory. */
    static final short TICKS_PER_WRITE = 15;

    private final byte[] digits = new byte[MAX_DIGITS];
    private byte length;
    private byte kind = NONE;
    private short failures;
    private short delay;

    byte kind() {
        return kind;
    }

    boolean isNeeded() {
        return kind != NONE;
    }

    short delay() {
        return delay;
    }

    /** How many wrong codes until the next delay begins. */
    byte triesLeft() {
        if (failures < FREE_TRIES) {
            return (byte) (FREE_TRIES - failures);
        }
        return (byte) (delay == 0 ? 1 : 0);
    }

    /** Refuses what is no code: a length with 6700, anything but digits with 6A80. */
    static void require(byte[] bytes, short at, short len) {
        if (len < MIN_DIGITS || len > MAX_DIGITS) {
            ISOException.throwIt(ISO7816.SW_WRONG_LENGTH);
        }
        for (short i = 0; i < len; i++) {
            byte digit = bytes[(short) (at + i)];
            if (digit < '0' || digit > '9') {
                ISOException.throwIt(ISO7816.SW_WRONG_DATA);
            }
        }
    }

    /** In a transaction. */
    void set(byte kindOf, byte[] bytes, short at, short len) {
        Util.arrayCopy(bytes, at, digits, (short) 0, len);
        length = (byte) len;
        kind = kindOf;
    }

    /** In a transaction. */
    void clear() {
        kind = NONE;
        length = 0;
    }

    /** Counts a wrong code before it is compared. In a transaction. */
    void count() {
        if (failures < 255) {
            failures++;
        }
        short doublings = (short) (failures - FREE_TRIES);
        if (doublings < 0) {
            delay = 0;
        } else {
            delay = doublings > 7 ? MAX_DELAY : (short) (FIRST_DELAY << doublings);
        }
    }

    /** The code was right. In a transaction. */
    void forgive() {
        failures = 0;
        delay = 0;
    }

    /** In a transaction. */
    void setDelay(short left) {
        delay = left;
    }

    /** In a time that does not depend on where they differ. */
    boolean matches(byte[] bytes, short at, short len) {
        byte different = (byte) (len ^ length);
        for (short i = 0; i < len; i++) {
            different |= (byte) (bytes[(short) (at + i)] ^ digits[i]);
        }
        return different == 0;
    }
}
