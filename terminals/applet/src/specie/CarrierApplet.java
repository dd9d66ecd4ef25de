package specie;

import javacard.framework.APDU;
import javacard.framework.Applet;
import javacard.framework.ISO7816;
import javacard.framework.ISOException;
import javacard.framework.JCSystem;
import javacard.framework.Util;
import javacard.security.CryptoException;
import javacard.security.ECPrivateKey;
import javacard.security.ECPublicKey;
import javacard.security.KeyAgreement;
import javacard.security.KeyBuilder;
import javacard.security.MessageDigest;
import javacard.security.RandomData;
import javacard.security.Signature;

/**
 * A carrier of Specie, version 1 of the card protocol: docs/card-protocol.md says what every command does, and why.
 *
 * Every change of what the card keeps is one transaction, and comes before anything that depends on it leaves the card.
 */
public final class CarrierApplet extends Applet {
    private static final byte VERSION = 1;
    private static final byte CLA = (byte) 0x80;

    private static final byte GET_INFO = 0x10;
    private static final byte GET_CERTIFICATE = 0x12;
    private static final byte INITIALISE = 0x20;
    private static final byte ATTEST = 0x22;
    private static final byte SIGN_ORDER = 0x24;
    private static final byte PROVE = 0x26;
    private static final byte RESET = 0x28;
    private static final byte SET_ADDRESS = 0x2A;
    private static final byte PAY = 0x2C;
    private static final byte GET_LAST_ORDER = 0x2E;
    private static final byte VERIFY_CODE = 0x30;
    private static final byte CHANGE_CODE = 0x32;
    private static final byte WAIT = 0x34;
    private static final byte LOCK = 0x36;
    private static final byte UNLOCK = 0x38;
    private static final byte GET_HISTORY = 0x40;
    private static final byte NOTE_FUNDING = 0x42;
    private static final byte OPEN_CHANNEL = 0x58;
    private static final byte IN_CHANNEL = 0x5A;
    private static final byte PREPARE_TIMED = 0x5C;
    private static final byte TIMED_EXCHANGE = 0x5E;
    private static final byte GENERATE_DEVICE_KEY = 0x70;
    private static final byte PUT_CERTIFICATE = 0x72;
    private static final byte PUT_ISSUER_KEY = 0x74;
    private static final byte PUT_CODE = 0x76;
    private static final byte FINALISE = 0x78;

    private static final short SW_WRONG_CODE = 0x63C0;
    private static final short SW_BLOCKED = 0x6983;
    private static final short SW_WRONG_SEQUENCE = 0x6984;
    private static final short SW_CHANNEL_NEEDED = 0x6987;
    private static final short SW_NOT_OF_CHANNEL = 0x6988;
    private static final short SW_OTHER_CARRIER = 0x6A88;

    /** "specie:" and a word, "order:v1" for example. */
    private static final byte[] SPECIE = {'s', 'p', 'e', 'c', 'i', 'e', ':'};
    private static final byte[] V1 = {':', 'v', '1'};
    private static final byte[] ORDER = {'o', 'r', 'd', 'e', 'r'};
    private static final byte[] ATTESTATION = {'a', 't', 't', 'e', 's', 't', 'a', 't', 'i', 'o', 'n'};
    private static final byte[] INITIALISATION = {'i', 'n', 'i', 't', 'i', 'a', 'l', 'i', 's', 'e'};
    private static final byte[] PROOF = {'p', 'r', 'o', 'o', 'f'};
    private static final byte[] RESETTING = {'r', 'e', 's', 'e', 't'};
    private static final byte[] KEYGEN = {'k', 'e', 'y', 'g', 'e', 'n'};
    private static final byte[] CHANNEL = {'c', 'h', 'a', 'n', 'n', 'e', 'l'};
    private static final byte[] CHANNEL_KEYS = {'c', 'h', 'a', 'n', 'n', 'e', 'l', '-', 'k', 'e', 'y', 's'};
    private static final byte[] TIMED = {'t', 'i', 'm', 'e', 'd'};

    private static final short CHUNK = 240;
    private static final short MAX_CERTIFICATE = 172;
    private static final short TOLD = 93;
    private static final short STATEMENT = 52;
    private static final short ROUNDS = 4;
    private static final short PART = 8;

    // Where the fields of an order are.
    private static final short AT_GENESIS = 15;
    private static final short AT_CARRIER = 47;
    private static final short AT_PURPOSE = 79;
    private static final short AT_SEQUENCE = 80;
    private static final short AT_PAYEE = 84;
    private static final short AT_VALID_UNTIL = 180;
    private static final short AT_REFERENCE = 184;
    /** What PAY says after its first byte, in one piece with what an order has after its sequence. */
    private static final short PAYMENT = 137;

    /** A tick of a delay: so many times SHA-256 of 32 bytes take about a second. To be timed on each chip. */
    private static final short TICK = 400;

    // What the factory writes.
    private boolean finished;
    private boolean contactless;
    private byte deviceScheme;
    private final ECPrivateKey deviceOnK1 = Curve.privateKey(Curve.SECP256K1, KeyBuilder.TYPE_EC_FP_PRIVATE);
    private final ECPrivateKey deviceOnP256 = Curve.privateKey(Curve.P256, KeyBuilder.TYPE_EC_FP_PRIVATE);
    private final byte[] devicePublic = new byte[Curve.COMPRESSED];
    private final byte[] certificate = new byte[MAX_CERTIFICATE];
    private short certificateLength;
    private boolean hasIssuer;
    private byte issuerScheme;
    private final ECPublicKey issuerOnK1 = Curve.publicKey(Curve.SECP256K1);
    private final ECPublicKey issuerOnP256 = Curve.publicKey(Curve.P256);

    private final Code code = new Code();
    private final Currency currency = new Currency();
    private final byte[] generation = new byte[Le.LEN];
    private final byte[] writes = new byte[Le.LEN];
    private boolean locked;

    // What it knows until the power goes or another application is selected.
    private static final short SELECTED = 0;
    private static final short VERIFIED = 1;
    private static final short TICKS = 2;
    /** 0: no timed exchange; else how many rounds were done, plus one. */
    private static final short TIMING = 3;
    private final byte[] session = JCSystem.makeTransientByteArray((short) 4, JCSystem.CLEAR_ON_DESELECT);
    private final byte[] rounds =
        JCSystem.makeTransientByteArray((short) (2 * ROUNDS * PART), JCSystem.CLEAR_ON_DESELECT);
    /** An order, or what else has to be kept while the APDU's buffer is used for something else. */
    private final byte[] work = JCSystem.makeTransientByteArray((short) 256, JCSystem.CLEAR_ON_DESELECT);
    private final Channel channel = new Channel();

    private final ECPrivateKey ephemeral = Curve.privateKey(Curve.P256, KeyBuilder.TYPE_EC_FP_PRIVATE_TRANSIENT_DESELECT);
    private final Signature signature = Signature.getInstance(Signature.ALG_ECDSA_SHA_256, false);
    private final MessageDigest sha = MessageDigest.getInstance(MessageDigest.ALG_SHA_256, false);
    private final RandomData random = RandomData.getInstance(RandomData.ALG_KEYGENERATION);
    private final KeyAgreement multiply = KeyAgreement.getInstance(KeyAgreement.ALG_EC_SVDP_DH_PLAIN_XY, false);

    private CarrierApplet() {
        register();
    }

    public static void install(byte[] parameters, short offset, byte length) {
        new CarrierApplet();
    }

    public boolean select() {
        if (!currency.isThere) {
            // A power cut right after a RESET may have left it.
            currency.erase();
        }
        return true;
    }

    public void process(APDU apdu) {
        byte[] buffer = apdu.getBuffer();
        byte ins = buffer[ISO7816.OFFSET_INS];
        if (buffer[ISO7816.OFFSET_CLA] == ISO7816.CLA_ISO7816 && ins == ISO7816.INS_SELECT) {
            selectAgain(apdu, buffer);
            return;
        }
        short length = apdu.setIncomingAndReceive();
        short answer;
        try {
            answer = answer(buffer, ins, length);
        } catch (CryptoException fault) {
            abort();
            ISOException.throwIt(ISO7816.SW_UNKNOWN);
            return;
        }
        apdu.setOutgoingAndSend((short) 0, answer);
    }

    private static void abort() {
        if (JCSystem.getTransactionDepth() != 0) {
            JCSystem.abortTransaction();
        }
    }

    /** The runtime has chosen this application; or it found none of another name, and this one stays to answer. */
    private void selectAgain(APDU apdu, byte[] buffer) {
        boolean isByName =
            buffer[ISO7816.OFFSET_P1] == 4 && buffer[ISO7816.OFFSET_P2] == 0;
        boolean isThis = selectingApplet();
        if (!isByName) {
            ISOException.throwIt(ISO7816.SW_INCORRECT_P1P2);
        }
        Util.arrayFillNonAtomic(session, (short) 0, (short) session.length, (byte) 0);
        channel.close();
        if (!isThis) {
            ISOException.throwIt(ISO7816.SW_FILE_NOT_FOUND);
        }
        session[SELECTED] = 1;
        buffer[0] = VERSION;
        apdu.setOutgoingAndSend((short) 0, (short) 1);
    }

    private static boolean isKnown(byte ins) {
        switch (ins) {
            case GET_INFO: case GET_CERTIFICATE: case INITIALISE: case ATTEST: case SIGN_ORDER: case PROVE: case RESET:
            case SET_ADDRESS: case PAY: case GET_LAST_ORDER: case VERIFY_CODE: case CHANGE_CODE: case WAIT: case LOCK:
            case UNLOCK: case GET_HISTORY: case NOTE_FUNDING: case OPEN_CHANNEL: case IN_CHANNEL: case PREPARE_TIMED:
            case TIMED_EXCHANGE: case GENERATE_DEVICE_KEY: case PUT_CERTIFICATE: case PUT_ISSUER_KEY: case PUT_CODE:
            case FINALISE:
                return true;
            default:
                return false;
        }
    }

    /** Answers a command whose data begin at offset 5: the answer's length, its bytes at the buffer's front. */
    private short answer(byte[] buffer, byte ins, short length) {
        byte cla = buffer[ISO7816.OFFSET_CLA];
        if (cla != CLA) {
            ISOException.throwIt(
                cla == ISO7816.CLA_ISO7816 ? ISO7816.SW_INS_NOT_SUPPORTED : ISO7816.SW_CLA_NOT_SUPPORTED);
        }
        require(isKnown(ins), ISO7816.SW_INS_NOT_SUPPORTED);
        boolean isOfFactory = ins >= GENERATE_DEVICE_KEY;
        require(session[SELECTED] == 1 && isOfFactory != finished, ISO7816.SW_CONDITIONS_NOT_SATISFIED);
        byte p1 = buffer[ISO7816.OFFSET_P1];
        byte p2 = buffer[ISO7816.OFFSET_P2];
        switch (ins) {
            case GET_CERTIFICATE:
                exactly(length, (short) 0);
                return getCertificate(buffer, Util.makeShort(p1, p2));
            case GET_LAST_ORDER:
                require(p1 == 0 && (p2 == 0 || p2 == 1), ISO7816.SW_INCORRECT_P1P2);
                exactly(length, (short) 0);
                return getLastOrder(buffer, p2);
            case GET_HISTORY:
                require(p1 == 0 || p1 == 1, ISO7816.SW_INCORRECT_P1P2);
                exactly(length, (short) 0);
                require(
                    currency.isThere && (p1 == 0 ? currency.orders : currency.fundings).copy(p2, buffer, (short) 0),
                    ISO7816.SW_INCORRECT_P1P2);
                return Ring.ENTRY;
            case ATTEST:
                require(p2 == 0 && (p1 == 0 || p1 == 1), ISO7816.SW_INCORRECT_P1P2);
                exactly(length, (short) 36);
                return attest(buffer, p1 == 1);
            default:
                require(p1 == 0 && p2 == 0, ISO7816.SW_INCORRECT_P1P2);
        }
        if (goesInside(ins)) {
            boolean isSecret = length > 0 || ins != VERIFY_CODE && ins != UNLOCK;
            require(!contactless || !isSecret, SW_CHANNEL_NEEDED);
            return secretly(ins, buffer, ISO7816.OFFSET_CDATA, length);
        }
        switch (ins) {
            case GET_INFO:
                exactly(length, (short) 0);
                return getInfo(buffer);
            case INITIALISE:
                exactly(length, (short) (TOLD + 1));
                return initialise(buffer);
            case PROVE:
                exactly(length, (short) 32);
                return prove(buffer);
            case RESET:
                return reset(buffer, length);
            case SET_ADDRESS:
                exactly(length, (short) 32);
                return setAddress(buffer);
            case NOTE_FUNDING:
                exactly(length, (short) 84);
                return noteFunding(buffer);
            case WAIT:
                exactly(length, (short) 0);
                return waitTick(buffer);
            case LOCK:
                exactly(length, (short) 0);
                setLock(true);
                return 0;
            case OPEN_CHANNEL:
                exactly(length, Curve.UNCOMPRESSED);
                return openChannel(buffer);
            case IN_CHANNEL:
                return inChannel(buffer, length);
            case PREPARE_TIMED:
                exactly(length, (short) 0);
                random.nextBytes(rounds, (short) (ROUNDS * PART), (short) (ROUNDS * PART));
                session[TIMING] = 1;
                return 0;
            case TIMED_EXCHANGE:
                exactly(length, PART);
                return timedExchange(buffer);
            case GENERATE_DEVICE_KEY:
                exactly(length, (short) 1);
                return generateDeviceKey(buffer);
            case PUT_CERTIFICATE:
                return putCertificate(buffer, length);
            case PUT_ISSUER_KEY:
                return putIssuerKey(buffer, length);
            case PUT_CODE:
                return putCode(buffer, length);
            default:
                exactly(length, (short) 1);
                return finalise(buffer[ISO7816.OFFSET_CDATA]);
        }
    }

    private static void require(boolean holds, short otherwise) {
        if (!holds) {
            ISOException.throwIt(otherwise);
        }
    }

    private static void exactly(short length, short wanted) {
        require(length == wanted, ISO7816.SW_WRONG_LENGTH);
    }

    // --- What the card keeps ---

    private void begin() {
        JCSystem.beginTransaction();
        if (!Le.isFull(writes, (short) 0)) {
            Le.next(writes, (short) 0, writes, (short) 0);
        }
    }

    private static void commit() {
        JCSystem.commitTransaction();
    }

    // --- What the card says ---

    private short getInfo(byte[] buffer) {
        buffer[0] = VERSION;
        byte bits = (byte) (0x10 | 0x40);
        bits |= (byte) (contactless ? 1 : 0);
        bits |= (byte) (code.isNeeded() ? 2 : 0);
        bits |= (byte) (code.kind() == Code.PIN ? 4 : 0);
        bits |= (byte) (hasIssuer ? 8 : 0);
        buffer[1] = bits;
        buffer[2] = (byte) (currency.isThere ? 1 : 0);
        buffer[3] = (byte) (locked ? 1 : 0);
        Util.arrayCopyNonAtomic(generation, (short) 0, buffer, (short) 4, Le.LEN);
        buffer[8] = code.triesLeft();
        short left = (short) (code.delay() - session[TICKS]);
        putShort(buffer, (short) 9, left);
        putShort(buffer, (short) 11, certificateLength);
        buffer[13] = Curve.SCHEMES;
        buffer[14] = deviceScheme;
        Util.arrayCopyNonAtomic(devicePublic, (short) 0, buffer, (short) 15, Curve.COMPRESSED);
        buffer[48] = 1;
        buffer[49] = Le.LEN;
        Util.arrayCopyNonAtomic(writes, (short) 0, buffer, (short) 50, Le.LEN);
        if (!currency.isThere || !currency.knowsAddress) {
            return 54;
        }
        buffer[54] = 2;
        buffer[55] = 32;
        Util.arrayCopyNonAtomic(currency.address, (short) 0, buffer, (short) 56, (short) 32);
        return 88;
    }

    /** Little endian. */
    private static void putShort(byte[] to, short at, short value) {
        to[at] = (byte) value;
        to[(short) (at + 1)] = (byte) (value >> 8);
    }

    private short getCertificate(byte[] buffer, short offset) {
        require(offset >= 0 && offset < certificateLength, ISO7816.SW_INCORRECT_P1P2);
        short rest = (short) (certificateLength - offset);
        short part = rest > CHUNK ? CHUNK : rest;
        Util.arrayCopyNonAtomic(certificate, offset, buffer, (short) 0, part);
        return part;
    }

    /** The 52 bytes about the orders after {@code since}. */
    private void statement(byte[] since, short sinceAt, byte[] to, short at) {
        Util.arrayFillNonAtomic(to, at, (short) 48, (byte) 0);
        Util.arrayCopyNonAtomic(since, sinceAt, to, (short) (at + 48), Le.LEN);
        to[at] = (byte) (currency.isThere ? 1 : 0);
        Util.arrayCopyNonAtomic(generation, (short) 0, to, (short) (at + 1), Le.LEN);
        if (currency.isThere) {
            to[(short) (at + 5)] = currency.scheme;
            Util.arrayCopyNonAtomic(currency.publicKey, (short) 0, to, (short) (at + 6), Curve.COMPRESSED);
            Util.arrayCopyNonAtomic(currency.sequence, (short) 0, to, (short) (at + 39), Le.LEN);
            currency.validUntilSince(since, sinceAt, to, (short) (at + 43));
        }
        to[(short) (at + 47)] = (byte) (locked ? 1 : 0);
    }

    private short attest(byte[] buffer, boolean isTimed) {
        Util.arrayCopyNonAtomic(buffer, ISO7816.OFFSET_CDATA, work, (short) 0, (short) 36);
        if (isTimed) {
            require(session[TIMING] == (byte) (ROUNDS + 1), ISO7816.SW_CONDITIONS_NOT_SATISFIED);
            session[TIMING] = 0;
        }
        statement(work, (short) 32, buffer, (short) 0);
        beginSignature(deviceKey(), isTimed ? TIMED : ATTESTATION);
        signature.update(work, (short) 0, (short) 32);
        for (short round = 0; isTimed && round < ROUNDS; round++) {
            signature.update(rounds, (short) (round * PART), PART);
            signature.update(rounds, (short) ((short) (ROUNDS + round) * PART), PART);
        }
        return (short) (STATEMENT + signature.sign(buffer, (short) 0, STATEMENT, buffer, STATEMENT));
    }

    private short timedExchange(byte[] buffer) {
        byte done = (byte) (session[TIMING] - 1);
        require(done >= 0 && done < ROUNDS, ISO7816.SW_CONDITIONS_NOT_SATISFIED);
        Util.arrayCopyNonAtomic(buffer, ISO7816.OFFSET_CDATA, rounds, (short) (done * PART), PART);
        session[TIMING]++;
        Util.arrayCopyNonAtomic(rounds, (short) ((short) (ROUNDS + done) * PART), buffer, (short) 0, PART);
        return PART;
    }

    // --- Signatures ---

    private ECPrivateKey deviceKey() {
        return deviceScheme == Curve.SECP256K1 ? deviceOnK1 : deviceOnP256;
    }

    private void beginSignature(ECPrivateKey key, byte[] word) {
        signature.init(key, Signature.MODE_SIGN);
        signature.update(SPECIE, (short) 0, (short) SPECIE.length);
        signature.update(word, (short) 0, (short) word.length);
        signature.update(V1, (short) 0, (short) V1.length);
    }

    private void hashDomain(byte[] word) {
        sha.reset();
        sha.update(SPECIE, (short) 0, (short) SPECIE.length);
        sha.update(word, (short) 0, (short) word.length);
        sha.update(V1, (short) 0, (short) V1.length);
    }

    private short prove(byte[] buffer) {
        require(currency.isThere, ISO7816.SW_CONDITIONS_NOT_SATISFIED);
        beginSignature(currency.key(), PROOF);
        return signature.sign(buffer, ISO7816.OFFSET_CDATA, (short) 32, buffer, (short) 0);
    }

    // --- The currency key ---

    /** A key of bytes that are a scalar; its public key, compressed, is left at the front of {@code work}. */
    private void makeKey(byte scheme, ECPrivateKey key, byte[] scalar, short at) {
        key.setS(scalar, at, Curve.SCALAR);
        Curve.publicPoint(scheme, key, multiply, work, (short) 0);
        Curve.compress(work, (short) 0);
    }

    private short initialise(byte[] buffer) {
        byte scheme = buffer[(short) (ISO7816.OFFSET_CDATA + TOLD)];
        require(scheme == Curve.SECP256K1 || scheme == Curve.P256, ISO7816.SW_WRONG_DATA);
        // 0 to 31: what was told, hashed; the buffer keeps what was told.
        sha.reset();
        sha.doFinal(buffer, ISO7816.OFFSET_CDATA, TOLD, work, (short) 128);
        if (currency.isThere) {
            boolean isAgain = currency.scheme == scheme
                && Le.isZero(currency.sequence, (short) 0)
                && Util.arrayCompare(work, (short) 128, currency.told, (short) 0, (short) 32) == 0;
            require(isAgain, ISO7816.SW_CONDITIONS_NOT_SATISFIED);
            return firstStatement(buffer);
        }
        require(!Le.isFull(generation, (short) 0), ISO7816.SW_CONDITIONS_NOT_SATISFIED);
        // 160: random bytes; 192: the next generation; 96: the scalar.
        random.nextBytes(work, (short) 160, (short) 32);
        Le.next(generation, (short) 0, work, (short) 192);
        work[196] = 0;
        do {
            hashDomain(KEYGEN);
            sha.update(work, (short) 160, (short) 32);
            sha.update(work, (short) 128, (short) 32);
            work[197] = deviceScheme;
            sha.update(work, (short) 197, (short) 1);
            sha.update(devicePublic, (short) 0, Curve.COMPRESSED);
            work[197] = scheme;
            sha.update(work, (short) 197, (short) 1);
            sha.update(work, (short) 192, Le.LEN);
            sha.doFinal(work, (short) 196, (short) 1, work, (short) 96);
            work[196]++;
        } while (!Curve.isScalar(scheme, work, (short) 96));
        // Into a key that does not count yet.
        makeKey(scheme, currency.keyOf(scheme), work, (short) 96);
        Util.arrayFillNonAtomic(work, (short) 96, (short) 32, (byte) 0);
        Util.arrayFillNonAtomic(work, (short) 160, (short) 32, (byte) 0);
        begin();
        currency.begin(true);
        currency.scheme = scheme;
        Util.arrayCopy(work, (short) 0, currency.publicKey, (short) 0, Curve.COMPRESSED);
        Util.arrayCopy(work, (short) 128, currency.told, (short) 0, (short) 32);
        Util.arrayCopy(buffer, ISO7816.OFFSET_CDATA, currency.genesis, (short) 0, (short) 32);
        Util.arrayCopy(work, (short) 192, generation, (short) 0, Le.LEN);
        commit();
        return firstStatement(buffer);
    }

    private short firstStatement(byte[] buffer) {
        beginSignature(deviceKey(), INITIALISATION);
        signature.update(buffer, ISO7816.OFFSET_CDATA, TOLD);
        Util.arrayFillNonAtomic(work, (short) 0, Le.LEN, (byte) 0);
        statement(work, (short) 0, buffer, (short) 0);
        return (short) (STATEMENT + signature.sign(buffer, (short) 0, STATEMENT, buffer, STATEMENT));
    }

    private short setAddress(byte[] buffer) {
        require(currency.isThere, ISO7816.SW_CONDITIONS_NOT_SATISFIED);
        if (currency.knowsAddress && isOwnAddress(buffer, ISO7816.OFFSET_CDATA)) {
            return 0;
        }
        begin();
        Util.arrayCopy(buffer, ISO7816.OFFSET_CDATA, currency.address, (short) 0, (short) 32);
        currency.knowsAddress = true;
        commit();
        return 0;
    }

    private boolean isOwnAddress(byte[] bytes, short at) {
        return Util.arrayCompare(bytes, at, currency.address, (short) 0, (short) 32) == 0;
    }

    private short reset(byte[] buffer, short length) {
        require(hasIssuer && currency.isThere, ISO7816.SW_CONDITIONS_NOT_SATISFIED);
        require(isDer(buffer, ISO7816.OFFSET_CDATA, length), ISO7816.SW_WRONG_DATA);
        signature.init(issuerScheme == Curve.SECP256K1 ? issuerOnK1 : issuerOnP256, Signature.MODE_VERIFY);
        signature.update(SPECIE, (short) 0, (short) SPECIE.length);
        signature.update(RESETTING, (short) 0, (short) RESETTING.length);
        signature.update(V1, (short) 0, (short) V1.length);
        work[0] = deviceScheme;
        signature.update(work, (short) 0, (short) 1);
        signature.update(devicePublic, (short) 0, Curve.COMPRESSED);
        boolean isPermitted;
        try {
            isPermitted = signature.verify(generation, (short) 0, Le.LEN, buffer, ISO7816.OFFSET_CDATA, length);
        } catch (CryptoException malformed) {
            isPermitted = false;
        }
        require(isPermitted, ISO7816.SW_SECURITY_STATUS_NOT_SATISFIED);
        begin();
        currency.begin(false);
        commit();
        currency.erase();
        return 0;
    }

    /** Whether these bytes are a SEQUENCE of two positive INTEGERs in the shortest form, of at most 32 bytes each and not 0. */
    private static boolean isDer(byte[] bytes, short at, short length) {
        if (length < 8 || length > 72 || bytes[at] != 0x30 || bytes[(short) (at + 1)] != (byte) (length - 2)) {
            return false;
        }
        short end = (short) (at + length);
        short second = afterInteger(bytes, (short) (at + 2), end);
        return second > 0 && afterInteger(bytes, second, end) == end;
    }

    /** Where an INTEGER ends; -1: it is none. */
    private static short afterInteger(byte[] bytes, short at, short end) {
        if ((short) (at + 3) > end || bytes[at] != 2) {
            return -1;
        }
        short length = (short) (bytes[(short) (at + 1)] & 0xFF);
        short first = (short) (at + 2);
        if (length == 0 || length > 33 || (short) (first + length) > end || bytes[first] < 0) {
            return -1;
        }
        boolean isPadded = bytes[first] == 0;
        // A zero stands only before a byte that would make the number negative; zero itself is none of a signature's.
        if (isPadded ? length == 1 || bytes[(short) (first + 1)] >= 0 : length == 33) {
            return -1;
        }
        return (short) (first + length);
    }

    // --- Orders ---

    private void mayOrder() {
        boolean may = currency.isThere && !locked && currency.knowsAddress;
        require(may, ISO7816.SW_CONDITIONS_NOT_SATISFIED);
    }

    /** An order in {@code bytes}; the answer goes to the front of the same. */
    private short signOrder(byte[] buffer, short at) {
        boolean isOrder = Util.arrayCompare(buffer, at, SPECIE, (short) 0, (short) SPECIE.length) == 0
            && Util.arrayCompare(buffer, (short) (at + 7), ORDER, (short) 0, (short) ORDER.length) == 0
            && Util.arrayCompare(buffer, (short) (at + 12), V1, (short) 0, (short) V1.length) == 0;
        require(isOrder && isPurpose(buffer[(short) (at + AT_PURPOSE)]), ISO7816.SW_WRONG_DATA);
        mayOrder();
        require(isOwnAddress(buffer, (short) (at + AT_CARRIER)), SW_OTHER_CARRIER);
        require(!Le.isFull(currency.sequence, (short) 0), ISO7816.SW_CONDITIONS_NOT_SATISFIED);
        Le.next(currency.sequence, (short) 0, work, (short) 0);
        boolean isNext = Util.arrayCompare(work, (short) 0, buffer, (short) (at + AT_SEQUENCE), Le.LEN) == 0;
        require(isNext, SW_WRONG_SEQUENCE);
        Util.arrayCopyNonAtomic(buffer, at, work, (short) 0, Currency.ORDER);
        return release(buffer, (short) 0);
    }

    private static boolean isPurpose(byte purpose) {
        return purpose >= 0 && purpose <= 2;
    }

    private short pay(byte[] buffer, short at) {
        require(isPurpose(buffer[at]), ISO7816.SW_WRONG_DATA);
        mayOrder();
        require(!Le.isFull(currency.sequence, (short) 0), ISO7816.SW_CONDITIONS_NOT_SATISFIED);
        Util.arrayCopyNonAtomic(SPECIE, (short) 0, work, (short) 0, (short) SPECIE.length);
        Util.arrayCopyNonAtomic(ORDER, (short) 0, work, (short) 7, (short) ORDER.length);
        Util.arrayCopyNonAtomic(V1, (short) 0, work, (short) 12, (short) V1.length);
        Util.arrayCopyNonAtomic(currency.genesis, (short) 0, work, AT_GENESIS, (short) 32);
        Util.arrayCopyNonAtomic(currency.address, (short) 0, work, AT_CARRIER, (short) 32);
        work[AT_PURPOSE] = buffer[at];
        Le.next(currency.sequence, (short) 0, work, AT_SEQUENCE);
        Util.arrayCopyNonAtomic(buffer, (short) (at + 1), work, AT_PAYEE, (short) (PAYMENT - 1));
        short signed = release(buffer, Le.LEN);
        Util.arrayCopyNonAtomic(currency.sequence, (short) 0, buffer, (short) 0, Le.LEN);
        return (short) (Le.LEN + signed);
    }

    /** Counts the order in {@code work}, and only then signs it. */
    private short release(byte[] buffer, short at) {
        require(!code.isNeeded() || session[VERIFIED] == 1, ISO7816.SW_SECURITY_STATUS_NOT_SATISFIED);
        if (contactless) {
            session[VERIFIED] = 0;
        }
        // Where neither counts yet.
        Util.arrayCopyNonAtomic(work, (short) 0, currency.lastBytes(), currency.nextPlace(), Currency.ORDER);
        byte[] history = currency.orders.bytes();
        short entry = currency.orders.freePlace();
        history[entry] = work[AT_PURPOSE];
        Util.arrayCopyNonAtomic(work, AT_SEQUENCE, history, (short) (entry + 1), Le.LEN);
        Util.arrayCopyNonAtomic(work, (short) (AT_PAYEE + 32), history, (short) (entry + 5), (short) 32);
        Util.arrayCopyNonAtomic(work, AT_PAYEE, history, (short) (entry + 37), (short) 32);
        Util.arrayCopyNonAtomic(work, AT_REFERENCE, history, (short) (entry + 69), (short) 32);
        Util.arrayCopyNonAtomic(work, AT_VALID_UNTIL, history, (short) (entry + 101), Le.LEN);
        begin();
        currency.count(AT_SEQUENCE, AT_VALID_UNTIL);
        commit();
        return signLast(buffer, at);
    }

    private short signLast(byte[] buffer, short at) {
        signature.init(currency.key(), Signature.MODE_SIGN);
        return signature.sign(currency.lastBytes(), currency.lastPlace(), Currency.ORDER, buffer, at);
    }

    private short getLastOrder(byte[] buffer, byte part) {
        require(currency.isThere && !locked && currency.hasLast, ISO7816.SW_CONDITIONS_NOT_SATISFIED);
        if (part == 1) {
            return signLast(buffer, (short) 0);
        }
        Util.arrayCopyNonAtomic(currency.lastBytes(), currency.lastPlace(), buffer, (short) 0, Currency.ORDER);
        return Currency.ORDER;
    }

    private short noteFunding(byte[] buffer) {
        require(currency.isThere, ISO7816.SW_CONDITIONS_NOT_SATISFIED);
        require(!code.isNeeded() || session[VERIFIED] == 1, ISO7816.SW_SECURITY_STATUS_NOT_SATISFIED);
        short at = ISO7816.OFFSET_CDATA;
        byte[] history = currency.fundings.bytes();
        short entry = currency.fundings.freePlace();
        history[entry] = (byte) 128;
        Util.arrayCopyNonAtomic(currency.sequence, (short) 0, history, (short) (entry + 1), Le.LEN);
        Util.arrayCopyNonAtomic(buffer, at, history, (short) (entry + 5), (short) 16);
        Util.arrayFillNonAtomic(history, (short) (entry + 21), (short) 16, (byte) 0);
        Util.arrayCopyNonAtomic(buffer, (short) (at + 16), history, (short) (entry + 37), (short) 68);
        begin();
        currency.fundings.take();
        commit();
        return 0;
    }

    // --- The code ---

    private short codeState() {
        if (!code.isNeeded() || session[VERIFIED] == 1) {
            return 0;
        }
        ISOException.throwIt(code.delay() > 0 ? SW_BLOCKED : (short) (SW_WRONG_CODE | code.triesLeft()));
        return 0;
    }

    /** What may come inside the channel, and to a contactless card comes there alone: codes, and what a code permits. */
    private static boolean goesInside(byte ins) {
        return ins == VERIFY_CODE || ins == CHANGE_CODE || ins == UNLOCK || ins == SIGN_ORDER || ins == PAY;
    }

    /** Its answer goes to the front of {@code bytes}. */
    private short secretly(byte ins, byte[] bytes, short at, short length) {
        switch (ins) {
            case SIGN_ORDER:
                exactly(length, Currency.ORDER);
                return signOrder(bytes, at);
            case PAY:
                exactly(length, PAYMENT);
                return pay(bytes, at);
            case VERIFY_CODE:
                if (length == 0) {
                    return codeState();
                }
                Code.require(bytes, at, length);
                checkCode(bytes, at, length);
                session[VERIFIED] = 1;
                return 0;
            case UNLOCK:
                if (!code.isNeeded()) {
                    exactly(length, (short) 0);
                    setLock(false);
                    return 0;
                }
                Code.require(bytes, at, length);
                checkCode(bytes, at, length);
                setLock(false);
                return 0;
            default:
                return changeCode(bytes, at, length);
        }
    }

    private short changeCode(byte[] bytes, short at, short length) {
        require(length > 0, ISO7816.SW_WRONG_LENGTH);
        short oldLength = (short) (bytes[at] & 0xFF);
        require(oldLength < length, ISO7816.SW_WRONG_LENGTH);
        short oldAt = (short) (at + 1);
        short newAt = (short) (oldAt + oldLength);
        short newLength = (short) (length - 1 - oldLength);
        Code.require(bytes, oldAt, oldLength);
        Code.require(bytes, newAt, newLength);
        require(code.kind() == Code.PIN, ISO7816.SW_CONDITIONS_NOT_SATISFIED);
        checkCode(bytes, oldAt, oldLength);
        begin();
        code.set(Code.PIN, bytes, newAt, newLength);
        commit();
        return 0;
    }

    /** Counts the code as wrong before it is compared: cutting the power at the right moment gains no try. */
    private void checkCode(byte[] bytes, short at, short length) {
        require(code.isNeeded(), ISO7816.SW_CONDITIONS_NOT_SATISFIED);
        require(code.delay() == 0, SW_BLOCKED);
        session[VERIFIED] = 0;
        begin();
        code.count();
        commit();
        if (!code.matches(bytes, at, length)) {
            ISOException.throwIt((short) (SW_WRONG_CODE | code.triesLeft()));
        }
        begin();
        code.forgive();
        commit();
    }

    private short waitTick(byte[] buffer) {
        short delay = code.delay();
        short left = 0;
        if (delay > 0) {
            for (short i = 0; i < TICK; i++) {
                sha.reset();
                sha.doFinal(work, (short) 0, (short) 32, work, (short) 32);
            }
            short ticks = (short) (session[TICKS] + 1);
            left = (short) (delay - ticks);
            if (ticks >= Code.TICKS_PER_WRITE || left == 0) {
                begin();
                code.setDelay(left);
                commit();
                ticks = 0;
            }
            session[TICKS] = (byte) ticks;
        }
        putShort(buffer, (short) 0, left);
        return 2;
    }

    private void setLock(boolean wanted) {
        if (locked != wanted) {
            begin();
            locked = wanted;
            commit();
        }
    }

    // --- The channel ---

    private short openChannel(byte[] buffer) {
        closeChannel();
        short at = ISO7816.OFFSET_CDATA;
        require(buffer[at] == 4, ISO7816.SW_WRONG_DATA);
        // 0: the card's point; 65: the host's; 130: the shared one; 195: the scalar.
        do {
            random.nextBytes(work, (short) 195, (short) 32);
        } while (!Curve.isScalar(Curve.P256, work, (short) 195));
        ephemeral.setS(work, (short) 195, Curve.SCALAR);
        Util.arrayFillNonAtomic(work, (short) 195, (short) 32, (byte) 0);
        Curve.publicPoint(Curve.P256, ephemeral, multiply, work, (short) 0);
        Util.arrayCopyNonAtomic(buffer, at, work, Curve.UNCOMPRESSED, Curve.UNCOMPRESSED);
        try {
            multiply.generateSecret(buffer, at, Curve.UNCOMPRESSED, work, (short) 130);
        } catch (CryptoException offCurve) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        ephemeral.clearKey();
        hashDomain(CHANNEL_KEYS);
        sha.update(work, (short) 131, (short) 32);
        sha.update(work, Curve.UNCOMPRESSED, Curve.UNCOMPRESSED);
        sha.doFinal(work, (short) 0, Curve.UNCOMPRESSED, work, (short) 195);
        Util.arrayFillNonAtomic(work, (short) 130, (short) 65, (byte) 0);
        beginSignature(deviceKey(), CHANNEL);
        signature.update(work, Curve.UNCOMPRESSED, Curve.UNCOMPRESSED);
        short length = signature.sign(work, (short) 0, Curve.UNCOMPRESSED, buffer, Curve.UNCOMPRESSED);
        Util.arrayCopyNonAtomic(work, (short) 0, buffer, (short) 0, Curve.UNCOMPRESSED);
        channel.open(work, (short) 195);
        Util.arrayFillNonAtomic(work, (short) 195, (short) 32, (byte) 0);
        return (short) (Curve.UNCOMPRESSED + length);
    }

    private short inChannel(byte[] buffer, short length) {
        require(channel.isOpen(), ISO7816.SW_CONDITIONS_NOT_SATISFIED);
        short at = ISO7816.OFFSET_CDATA;
        short plain = (short) (length - Channel.TAG);
        boolean isOurs = plain > 0;
        if (isOurs) {
            channel.tag(Channel.TO_CARD, buffer, at, plain, work, (short) 0);
            byte different = 0;
            for (short i = 0; i < Channel.TAG; i++) {
                different |= (byte) (work[i] ^ buffer[(short) (at + plain + i)]);
            }
            isOurs = different == 0;
        }
        if (!isOurs) {
            closeChannel();
            ISOException.throwIt(SW_NOT_OF_CHANNEL);
        }
        channel.crypt(Channel.TO_CARD, buffer, at, plain);
        short word = ISO7816.SW_NO_ERROR;
        byte ins = buffer[at];
        short said = 0;
        try {
            require(goesInside(ins), ISO7816.SW_INS_NOT_SUPPORTED);
            said = secretly(ins, buffer, (short) (at + 1), (short) (plain - 1));
        } catch (ISOException refusal) {
            word = refusal.getReason();
        }
        // The plain code does not stay.
        Util.arrayFillNonAtomic(buffer, said, (short) (buffer.length - said), (byte) 0);
        Util.setShort(buffer, said, word);
        short whole = (short) (said + 2);
        channel.crypt(Channel.TO_HOST, buffer, (short) 0, whole);
        channel.tag(Channel.TO_HOST, buffer, (short) 0, whole, work, (short) 0);
        Util.arrayCopyNonAtomic(work, (short) 0, buffer, whole, Channel.TAG);
        channel.next();
        return (short) (whole + Channel.TAG);
    }

    /** What was shown inside a channel was shown for this channel. */
    private void closeChannel() {
        channel.close();
        if (contactless) {
            session[VERIFIED] = 0;
        }
    }

    // --- In the factory ---

    private short generateDeviceKey(byte[] buffer) {
        byte scheme = buffer[ISO7816.OFFSET_CDATA];
        require(scheme == Curve.SECP256K1 || scheme == Curve.P256, ISO7816.SW_WRONG_DATA);
        do {
            random.nextBytes(work, (short) 96, (short) 32);
        } while (!Curve.isScalar(scheme, work, (short) 96));
        begin();
        certificateLength = 0;
        hasIssuer = false;
        code.clear();
        deviceScheme = scheme;
        commit();
        makeKey(scheme, deviceKey(), work, (short) 96);
        Util.arrayFillNonAtomic(work, (short) 96, (short) 32, (byte) 0);
        Util.arrayCopy(work, (short) 0, devicePublic, (short) 0, Curve.COMPRESSED);
        buffer[0] = scheme;
        Util.arrayCopyNonAtomic(devicePublic, (short) 0, buffer, (short) 1, Curve.COMPRESSED);
        return (short) (1 + Curve.COMPRESSED);
    }

    private short putCertificate(byte[] buffer, short length) {
        require(length > 0 && length <= MAX_CERTIFICATE, ISO7816.SW_WRONG_DATA);
        Util.arrayCopyNonAtomic(buffer, ISO7816.OFFSET_CDATA, certificate, (short) 0, length);
        begin();
        certificateLength = length;
        commit();
        return 0;
    }

    private short putIssuerKey(byte[] buffer, short length) {
        exactly(length, (short) (1 + Curve.UNCOMPRESSED));
        byte scheme = buffer[ISO7816.OFFSET_CDATA];
        require(scheme == Curve.SECP256K1 || scheme == Curve.P256, ISO7816.SW_WRONG_DATA);
        ECPublicKey key = scheme == Curve.SECP256K1 ? issuerOnK1 : issuerOnP256;
        try {
            key.setW(buffer, (short) (ISO7816.OFFSET_CDATA + 1), Curve.UNCOMPRESSED);
        } catch (CryptoException offCurve) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        begin();
        issuerScheme = scheme;
        hasIssuer = true;
        commit();
        return 0;
    }

    private short putCode(byte[] buffer, short length) {
        require(length > 0, ISO7816.SW_WRONG_LENGTH);
        short at = ISO7816.OFFSET_CDATA;
        short digits = (short) (length - 1);
        Code.require(buffer, (short) (at + 1), digits);
        byte kind = buffer[at];
        require(kind == Code.PRINTED || kind == Code.PIN, ISO7816.SW_WRONG_DATA);
        require(kind == Code.PIN || digits == Code.PRINTED_DIGITS, ISO7816.SW_WRONG_LENGTH);
        begin();
        code.set(kind, buffer, (short) (at + 1), digits);
        commit();
        return 0;
    }

    private short finalise(byte wanted) {
        require(wanted == 0 || wanted == 1, ISO7816.SW_WRONG_DATA);
        boolean isReady = certificateLength > 0 && (wanted == 0 || code.isNeeded());
        require(isReady, ISO7816.SW_CONDITIONS_NOT_SATISFIED);
        begin();
        contactless = wanted == 1;
        finished = true;
        commit();
        return 0;
    }
}
