package specie;

import javacard.framework.Util;

/**
 * The last sixteen entries of a list. There is one place more than entries: a new entry is written into the free place first, and
 * taken up in the transaction that belongs to it, so that the transaction stays small.
 */
final class Ring {
    static final short ENTRY = 105;
    static final short KEPT = 16;
    private static final short PLACES = KEPT + 1;

    private final byte[] entries = new byte[(short) (PLACES * ENTRY)];
    /** How many there are. */
    private short count;
    /** The free place: the next entry's. */
    private short free;

    /** Where the next entry is to be written. */
    short freePlace() {
        return (short) (free * ENTRY);
    }

    byte[] bytes() {
        return entries;
    }

    /** What was written into the free place is an entry from now on. In a transaction. */
    void take() {
        free = (short) ((short) (free + 1) % PLACES);
        if (count < KEPT) {
            count++;
        }
    }

    void clear() {
        count = 0;
    }

    /** Copies an entry, 0 is the newest; false: there is none. */
    boolean copy(short index, byte[] to, short at) {
        if (index < 0 || index >= count) {
            return false;
        }
        short place = (short) ((short) (free + PLACES - 1 - index) % PLACES);
        Util.arrayCopyNonAtomic(entries, (short) (place * ENTRY), to, at, ENTRY);
        return true;
    }
}
