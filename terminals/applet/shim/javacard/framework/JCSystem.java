package javacard.framework;

import specie.shim.Memory;

/** Transactions and transient memory. */
public final class JCSystem {
    public static final byte CLEAR_ON_RESET = 1;
    public static final byte CLEAR_ON_DESELECT = 2;

    private JCSystem() {
    }

    public static byte[] makeTransientByteArray(short length, byte event) {
        return Memory.transientBytes(length);
    }

    public static void beginTransaction() {
        Memory.begin();
    }

    public static void commitTransaction() {
        Memory.commit();
    }

    public static void abortTransaction() {
        Memory.abort();
    }

    public static byte getTransactionDepth() {
        return Memory.depth();
    }
}
