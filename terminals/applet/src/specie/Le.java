package specie;

import javacard.framework.Util;

/** Numbers of four bytes, little endian, in byte arrays: a Java Card need not have int. */
final class Le {
    static final short LEN = 4;

    private Le() {
    }

    /** Whether every bit is set. */
    static boolean isFull(byte[] of, short at) {
        return (byte) (of[at] & of[(short) (at + 1)] & of[(short) (at + 2)] & of[(short) (at + 3)]) == (byte) 0xFF;
    }

    static boolean isZero(byte[] of, short at) {
        return (byte) (of[at] | of[(short) (at + 1)] | of[(short) (at + 2)] | of[(short) (at + 3)]) == 0;
    }

    /** Writes the number at {@code from} plus one to {@code to}. It must not be full. */
    static void next(byte[] from, short fromAt, byte[] to, short toAt) {
        short carry = 1;
        for (short i = 0; i < LEN; i++) {
            carry += (short) (from[(short) (fromAt + i)] & 0xFF);
            to[(short) (toAt + i)] = (byte) carry;
            carry = (short) (carry >> 8);
        }
    }

    /** Less than 0, 0 or more than 0. */
    static short compare(byte[] one, short oneAt, byte[] other, short otherAt) {
        for (short i = 3; i >= 0; i--) {
            short difference = (short) ((one[(short) (oneAt + i)] & 0xFF) - (other[(short) (otherAt + i)] & 0xFF));
            if (difference != 0) {
                return difference;
            }
        }
        return 0;
    }

    /** The first minus the second, which is no greater; 255 when that is more. */
    static short minus(byte[] one, short oneAt, byte[] other, short otherAt) {
        short borrow = 0;
        short result = 0;
        boolean isMore = false;
        for (short i = 0; i < LEN; i++) {
            short byteOf = (short) ((one[(short) (oneAt + i)] & 0xFF) - (other[(short) (otherAt + i)] & 0xFF) - borrow);
            borrow = (short) (byteOf < 0 ? 1 : 0);
            byteOf = (short) (byteOf & 0xFF);
            if (i == 0) {
                result = byteOf;
            } else {
                isMore |= byteOf != 0;
            }
        }
        return isMore ? (short) 255 : result;
    }

    /** The greater of both is copied to {@code to}. */
    static void max(byte[] one, short oneAt, byte[] other, short otherAt, byte[] to, short toAt) {
        if (compare(one, oneAt, other, otherAt) >= 0) {
            Util.arrayCopy(one, oneAt, to, toAt, LEN);
        } else {
            Util.arrayCopy(other, otherAt, to, toAt, LEN);
        }
    }
}
