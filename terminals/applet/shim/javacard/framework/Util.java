package javacard.framework;

import specie.shim.Memory;

/** Copying and comparing. What leaves transactions out must not touch lasting memory inside one: here it is an error. */
public final class Util {
    private Util() {
    }

    public static short arrayCopy(byte[] from, short at, byte[] to, short toAt, short length) {
        System.arraycopy(from, at, to, toAt, length);
        return (short) (toAt + length);
    }

    public static short arrayCopyNonAtomic(byte[] from, short at, byte[] to, short toAt, short length) {
        Memory.leftOut(to);
        System.arraycopy(from, at, to, toAt, length);
        return (short) (toAt + length);
    }

    public static short arrayFillNonAtomic(byte[] bytes, short at, short length, byte value) {
        Memory.leftOut(bytes);
        java.util.Arrays.fill(bytes, at, at + length, value);
        return (short) (at + length);
    }

    /** -1, 0 or 1. */
    public static byte arrayCompare(byte[] one, short at, byte[] other, short otherAt, short length) {
        int result = java.util.Arrays.compareUnsigned(one, at, at + length, other, otherAt, otherAt + length);
        return (byte) Integer.signum(result);
    }

    public static short makeShort(byte high, byte low) {
        return (short) ((high << 8) | (low & 0xFF));
    }

    public static short setShort(byte[] bytes, short at, short value) {
        bytes[at] = (byte) (value >> 8);
        bytes[at + 1] = (byte) value;
        return (short) (at + 2);
    }
}
