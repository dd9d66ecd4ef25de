package javacard.framework;

/** A command in its buffer, and the answer out of it. */
public final class APDU {
    private final byte[] buffer = new byte[261];
    private short incoming;
    private byte[] answer = new byte[0];

    /** Takes a well-formed short command. */
    public APDU(byte[] command) {
        int length = command.length > 5 ? command[4] & 0xFF : 0;
        System.arraycopy(command, 0, buffer, 0, Math.min(command.length, 5 + length));
        incoming = (short) length;
    }

    public byte[] getBuffer() {
        return buffer;
    }

    public short setIncomingAndReceive() {
        return incoming;
    }

    public void setOutgoingAndSend(short at, short length) {
        answer = java.util.Arrays.copyOfRange(buffer, at, at + length);
    }

    /** What was sent. */
    public byte[] answer() {
        return answer;
    }
}
