package specie.shim;

import java.util.Arrays;
import javacard.framework.APDU;
import javacard.framework.Applet;
import javacard.framework.ISO7816;
import javacard.framework.ISOException;

/** What a card's runtime does between the reader and the one application on it. */
public final class Runtime {
    private static Applet applet;
    private static boolean isSelected;
    private static boolean isSelecting;

    private Runtime() {
    }

    public static void register(Applet installed) {
        applet = installed;
        Memory.setRoot(installed);
    }

    public static boolean isSelecting() {
        return isSelecting;
    }

    /** The power is gone. */
    static void powerOff() {
        if (Memory.depth() != 0) {
            Memory.abort();
        }
        Memory.clear();
        isSelected = false;
    }

    /** The answer to a command, status word included. */
    static byte[] answer(byte[] aid, byte[] command) {
        byte[] data = data(command);
        if (data == null) {
            return word(ISO7816.SW_WRONG_LENGTH);
        }
        boolean isSelect = command[0] == 0 && command[1] == (byte) 0xA4 && command[2] == 4;
        isSelecting = isSelect && Arrays.equals(data, aid);
        if (isSelecting) {
            applet.deselect();
            Memory.clear();
            isSelected = applet.select();
        } else if (!isSelected) {
            return word(isSelect ? ISO7816.SW_FILE_NOT_FOUND : ISO7816.SW_CONDITIONS_NOT_SATISFIED);
        }
        APDU apdu = new APDU(command);
        try {
            applet.process(apdu);
        } catch (ISOException refusal) {
            return word(refusal.getReason());
        } catch (RuntimeException fault) {
            fault.printStackTrace();
            return word(ISO7816.SW_UNKNOWN);
        } finally {
            if (Memory.depth() != 0) {
                Memory.abort();
            }
        }
        byte[] data2 = apdu.answer();
        byte[] answer = Arrays.copyOf(data2, data2.length + 2);
        answer[data2.length] = (byte) 0x90;
        return answer;
    }

    /** A short command's data; null: it is none. */
    private static byte[] data(byte[] command) {
        if (command.length < 4) {
            return null;
        }
        if (command.length <= 5) {
            return new byte[0];
        }
        int length = command[4] & 0xFF;
        boolean fits = command.length == 5 + length || command.length == 6 + length;
        return length > 0 && fits ? Arrays.copyOfRange(command, 5, 5 + length) : null;
    }

    private static byte[] word(short word) {
        return new byte[] {(byte) (word >> 8), (byte) word};
    }
}
