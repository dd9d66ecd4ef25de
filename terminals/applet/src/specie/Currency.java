package specie;

import javacard.framework.Util;
import javacard.security.ECPrivateKey;
import javacard.security.KeyBuilder;

/** The present currency key, its counters, and what it has signed. Its changes are made in transactions of the applet. */
final class Currency {
    static final short ORDER = 220;
    static final short EXPIRIES = 8;

    private final ECPrivateKey onK1 = Curve.privateKey(Curve.SECP256K1, KeyBuilder.TYPE_EC_FP_PRIVATE);
    private final ECPrivateKey onP256 = Curve.privateKey(Curve.P256, KeyBuilder.TYPE_EC_FP_PRIVATE);
    boolean isThere;
    byte scheme;
    boolean knowsAddress;
    /** Compressed. */
    final byte[] publicKey = new byte[Curve.COMPRESSED];
    final byte[] told = new byte[32];
    final byte[] genesis = new byte[32];
    final byte[] address = new byte[32];
    final byte[] sequence = new byte[Le.LEN];
    final byte[] lastValidUntil = new byte[Le.LEN];
    /** The expiry of the order with sequence n at place n mod 8. */
    private final byte[] expiries = new byte[(short) (EXPIRIES * Le.LEN)];
    /** Two places for the last order: the next one is written where the last one is not. */
    private final byte[] last = new byte[(short) (2 * ORDER)];
    private short lastAt;
    boolean hasLast;
    final Ring orders = new Ring();
    final Ring fundings = new Ring();

    ECPrivateKey key() {
        return keyOf(scheme);
    }

    ECPrivateKey keyOf(byte wanted) {
        return wanted == Curve.SECP256K1 ? onK1 : onP256;
    }

    /** The key is erased, not only marked: after the transaction that has marked it, and whenever the card is selected without one. */
    void erase() {
        onK1.clearKey();
        onP256.clearKey();
    }

    /** The counters of a new key, or of none. In a transaction. */
    void begin(boolean there) {
        isThere = there;
        knowsAddress = false;
        hasLast = false;
        zero(sequence);
        zero(lastValidUntil);
        zero(expiries);
        orders.clear();
        fundings.clear();
    }

    /** In a transaction: one by one, since the quick ways leave it out. */
    private static void zero(byte[] bytes) {
        for (short i = 0; i < (short) bytes.length; i++) {
            bytes[i] = 0;
        }
    }

    byte[] lastBytes() {
        return last;
    }

    short lastPlace() {
        return lastAt;
    }

    /** Where the next order is to be written. */
    short nextPlace() {
        return (short) (ORDER - lastAt);
    }

    /** The order at {@link #nextPlace} counts from now on, with these bytes for sequence and expiry. In a transaction. */
    void count(short sequenceAt, short expiryAt) {
        lastAt = nextPlace();
        hasLast = true;
        Util.arrayCopy(last, (short) (lastAt + sequenceAt), sequence, (short) 0, Le.LEN);
        Le.max(lastValidUntil, (short) 0, last, (short) (lastAt + expiryAt), lastValidUntil, (short) 0);
        short place = (short) ((short) (sequence[0] & 7) * Le.LEN);
        Util.arrayCopy(last, (short) (lastAt + expiryAt), expiries, place, Le.LEN);
        orders.take();
    }

    /** The greatest expiry among the orders after {@code since}; of all orders, when more than the last eight came after it. */
    void validUntilSince(byte[] since, short sinceAt, byte[] to, short at) {
        Util.arrayFillNonAtomic(to, at, Le.LEN, (byte) 0);
        if (Le.compare(since, sinceAt, sequence, (short) 0) >= 0) {
            return;
        }
        short orders = Le.minus(sequence, (short) 0, since, sinceAt);
        if (orders > EXPIRIES) {
            Util.arrayCopyNonAtomic(lastValidUntil, (short) 0, to, at, Le.LEN);
            return;
        }
        for (short i = 0; i < orders; i++) {
            short place = (short) ((short) ((sequence[0] - i) & 7) * Le.LEN);
            Le.max(expiries, place, to, at, to, at);
        }
    }
}
