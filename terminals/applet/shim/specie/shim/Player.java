package specie.shim;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import jdk.net.ExtendedSocketOptions;
import specie.CarrierApplet;

/**
 * Plays the application as a card in a slot of the virtual reader vpcd. Arguments: the slot's port, the AID in hex.
 *
 * Lines of standard input: "insert" puts the card in, "tear before N" and "tear after N" have the power go at the N-th commit from then
 * on. It says "in", "out" (the reader has hung up, or the power went; "torn" before it), and "commits N" to "commits".
 */
public final class Player {
    private static final byte[] ANSWER_TO_RESET = {0x3B, (byte) 0x80, (byte) 0x80, 0x01};
    private static final long LISTEN_LIMIT = 10_000;

    private Player() {
    }

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        byte[] aid = new byte[arguments[1].length() / 2];
        for (int i = 0; i < aid.length; i++) {
            aid[i] = (byte) Integer.parseInt(arguments[1].substring(2 * i, 2 * i + 2), 16);
        }
        CarrierApplet.install(new byte[0], (short) 0, (byte) 0);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.trim().split(" ");
            switch (words[0]) {
                case "insert":
                    Socket socket = connect(port);
                    say("in");
                    Thread card = new Thread(() -> serve(socket, aid));
                    card.setDaemon(true);
                    card.start();
                    break;
                case "tear":
                    Memory.tear(Integer.parseInt(words[2]), words[1].equals("before"));
                    say("ready");
                    break;
                case "commits":
                    say("commits " + Memory.commits());
                    break;
                default:
                    say("unknown");
            }
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    /** The driver listens some time after the service was started, and again some time after a card was taken out. */
    private static Socket connect(int port) throws Exception {
        long begun = System.currentTimeMillis();
        while (true) {
            try {
                Socket socket = new Socket("127.0.0.1", port);
                socket.setTcpNoDelay(true);
                return socket;
            } catch (IOException notYet) {
                if (System.currentTimeMillis() - begun > LISTEN_LIMIT) {
                    throw notYet;
                }
                Thread.sleep(20);
            }
        }
    }

    private static void serve(Socket socket, byte[] aid) {
        try (socket) {
            DataInputStream input = new DataInputStream(socket.getInputStream());
            while (true) {
                // The driver sends length and message in two pieces, and waits for an acknowledgement in between.
                socket.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
                int length = input.readUnsignedShort();
                byte[] message = new byte[length];
                socket.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
                input.readFully(message);
                if (length == 1 && message[0] >= 0 && message[0] <= 4) {
                    power(message[0], socket.getOutputStream());
                } else {
                    write(socket.getOutputStream(), Runtime.answer(aid, message));
                }
            }
        } catch (Memory.Torn torn) {
            say("torn");
        } catch (IOException gone) {
            // The reader has hung up.
        } finally {
            Runtime.powerOff();
            say("out");
        }
    }

    /** 0: it goes, 1 and 2: it comes, anew; 4: what the card says then is asked for. */
    private static void power(byte what, OutputStream output) throws IOException {
        if (what == 4) {
            write(output, ANSWER_TO_RESET);
        } else {
            Runtime.powerOff();
        }
    }

    private static void write(OutputStream output, byte[] message) throws IOException {
        byte[] framed = new byte[message.length + 2];
        framed[0] = (byte) (message.length >> 8);
        framed[1] = (byte) message.length;
        System.arraycopy(message, 0, framed, 2, message.length);
        output.write(framed);
        output.flush();
    }
}
