package specie;

import javacard.framework.JCSystem;
import javacard.framework.Util;
import javacard.security.AESKey;
import javacard.security.KeyBuilder;
import javacardx.crypto.Cipher;

/** The channel that nobody in between reads: AES-CTR and AES-CMAC, made of what every Java Card has. */
final class Channel {
    static final byte TO_CARD = 0;
    static final byte TO_HOST = 1;
    static final short TAG = 16;
    private static final short BLOCK = 16;

    private final AESKey encrypt = key();
    private final AESKey authenticate = key();
    private final Cipher cipher = Cipher.getInstance(Cipher.ALG_AES_BLOCK_128_ECB_NOPAD, false);
    /** Whether it is open, and the number of the next command. */
    private final byte[] state = JCSystem.makeTransientByteArray((short) 5, JCSystem.CLEAR_ON_DESELECT);
    private final byte[] block = JCSystem.makeTransientByteArray((short) (4 * BLOCK), JCSystem.CLEAR_ON_DESELECT);
    private static final short STREAM = BLOCK;
    private static final short SUBKEY = 2 * BLOCK;
    private static final short SUM = 3 * BLOCK;

    private static AESKey key() {
        return (AESKey) KeyBuilder.buildKey(
            KeyBuilder.TYPE_AES_TRANSIENT_DESELECT, KeyBuilder.LENGTH_AES_128, false);
    }

    /** Opens it with these 32 bytes of keys. */
    void open(byte[] keys, short at) {
        encrypt.setKey(keys, at);
        authenticate.setKey(keys, (short) (at + BLOCK));
        Util.arrayFillNonAtomic(state, (short) 0, (short) 5, (byte) 0);
        state[0] = 1;
    }

    boolean isOpen() {
        return state[0] == 1;
    }

    void close() {
        state[0] = 0;
    }

    /** Goes on to the next command; closes the channel after the last that there can be. */
    void next() {
        for (short i = 4; i > 0; i--) {
            state[i]++;
            if (state[i] != 0) {
                return;
            }
        }
        close();
    }

    /** Encrypts or decrypts in place. */
    void crypt(byte direction, byte[] bytes, short at, short len) {
        cipher.init(encrypt, Cipher.MODE_ENCRYPT);
        Util.arrayFillNonAtomic(block, (short) 0, BLOCK, (byte) 0);
        block[0] = direction;
        Util.arrayCopyNonAtomic(state, (short) 1, block, (short) 8, (short) 4);
        for (short done = 0; done < len; done += BLOCK) {
            cipher.doFinal(block, (short) 0, BLOCK, block, STREAM);
            for (short i = 0; i < BLOCK && (short) (done + i) < len; i++) {
                bytes[(short) (at + done + i)] ^= block[(short) (STREAM + i)];
            }
            // At most sixteen blocks in a short APDU.
            block[15]++;
        }
    }

    /** AES-CMAC over direction, number and these bytes; 16 bytes. */
    void tag(byte direction, byte[] bytes, short at, short len, byte[] to, short toAt) {
        cipher.init(authenticate, Cipher.MODE_ENCRYPT);
        Util.arrayFillNonAtomic(block, SUM, BLOCK, (byte) 0);
        // The first five bytes are direction and number.
        short total = (short) (len + 5);
        short left = total;
        short place = 0;
        while (left > BLOCK) {
            for (short i = 0; i < BLOCK; i++, place++) {
                block[(short) (SUM + i)] ^= byteOf(direction, bytes, at, place);
            }
            cipher.doFinal(block, SUM, BLOCK, block, SUM);
            left -= BLOCK;
        }
        for (short i = 0; i < left; i++, place++) {
            block[(short) (SUM + i)] ^= byteOf(direction, bytes, at, place);
        }
        Util.arrayFillNonAtomic(block, SUBKEY, BLOCK, (byte) 0);
        cipher.doFinal(block, SUBKEY, BLOCK, block, SUBKEY);
        twice(block, SUBKEY);
        if (left < BLOCK) {
            block[(short) (SUM + left)] ^= (byte) 0x80;
            twice(block, SUBKEY);
        }
        for (short i = 0; i < BLOCK; i++) {
            block[(short) (SUM + i)] ^= block[(short) (SUBKEY + i)];
        }
        cipher.doFinal(block, SUM, BLOCK, to, toAt);
    }

    private byte byteOf(byte direction, byte[] bytes, short at, short place) {
        if (place == 0) {
            return direction;
        }
        return place < 5 ? state[place] : bytes[(short) (at + place - 5)];
    }

    /** A block of the field of CMAC, times x. */
    private static void twice(byte[] of, short at) {
        byte top = of[at];
        for (short i = 0; i < (short) (BLOCK - 1); i++) {
            short next = (short) (of[(short) (at + i + 1)] & 0xFF);
            of[(short) (at + i)] = (byte) ((of[(short) (at + i)] << 1) | (next >> 7));
        }
        of[(short) (at + BLOCK - 1)] = (byte) (of[(short) (at + BLOCK - 1)] << 1);
        if (top < 0) {
            of[(short) (at + BLOCK - 1)] ^= (byte) 0x87;
        }
    }
}
