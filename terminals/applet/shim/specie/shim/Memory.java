package specie.shim;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a card keeps without power, and what goes with it. A transaction is done whole or not at all: everything that can be reached
 * from the application is remembered when it begins, and put back when the power goes before it is committed.
 */
public final class Memory {
    /** The power went. */
    public static final class Torn extends Error {
        private static final long serialVersionUID = 1;
    }

    private static final List<byte[]> TRANSIENT = new ArrayList<>();
    private static final List<Runnable> CLEARED = new ArrayList<>();
    private static Object root;
    /** By object: the values of its fields, or a copy of its bytes. Null: no transaction. */
    private static Map<Object, Object> before;
    private static int commitsUntilTorn;
    private static boolean tearsBefore;
    private static int commits;

    private Memory() {
    }

    public static byte[] transientBytes(int length) {
        byte[] bytes = new byte[length];
        TRANSIENT.add(bytes);
        return bytes;
    }

    /** What is cleared with the transient memory. */
    static void clearedWithPower(Runnable clear) {
        CLEARED.add(clear);
    }

    static void setRoot(Object application) {
        root = application;
    }

    /** The application is deselected, or the power goes. */
    static void clear() {
        TRANSIENT.forEach(bytes -> java.util.Arrays.fill(bytes, (byte) 0));
        CLEARED.forEach(Runnable::run);
    }

    /** The power goes at the n-th commit from now: just before it, or just after. 0: it stays. */
    static void tear(int at, boolean isBefore) {
        commitsUntilTorn = at;
        tearsBefore = isBefore;
    }

    static int commits() {
        return commits;
    }

    public static byte depth() {
        return (byte) (before == null ? 0 : 1);
    }

    public static void begin() {
        if (before != null) {
            throw new IllegalStateException("a transaction in a transaction");
        }
        before = new IdentityHashMap<>();
        remember(root);
    }

    public static void commit() {
        if (before == null) {
            throw new IllegalStateException("no transaction");
        }
        boolean tears = commitsUntilTorn > 0 && --commitsUntilTorn == 0;
        if (tears && tearsBefore) {
            abort();
            throw new Torn();
        }
        before = null;
        commits++;
        if (tears) {
            throw new Torn();
        }
    }

    public static void abort() {
        if (before == null) {
            throw new IllegalStateException("no transaction");
        }
        before.forEach(Memory::putBack);
        before = null;
    }

    /** These bytes are written with no regard to a transaction: an error when they are lasting and there is one. */
    public static void leftOut(byte[] bytes) {
        if (before != null && before.containsKey(bytes)) {
            throw new IllegalStateException("lasting bytes are written past a transaction");
        }
    }

    private static boolean isTransient(Object bytes) {
        return TRANSIENT.stream().anyMatch(known -> known == bytes);
    }

    private static void remember(Object of) {
        if (of == null || before.containsKey(of) || isTransient(of)) {
            return;
        }
        if (of instanceof byte[]) {
            before.put(of, ((byte[]) of).clone());
            return;
        }
        if (!of.getClass().getName().startsWith("specie.")) {
            return;
        }
        Map<Field, Object> values = new java.util.HashMap<>();
        before.put(of, values);
        for (Field field : fields(of)) {
            Object value = get(field, of);
            values.put(field, value);
            remember(value);
        }
    }

    @SuppressWarnings("unchecked")
    private static void putBack(Object of, Object was) {
        if (of instanceof byte[]) {
            System.arraycopy((byte[]) was, 0, (byte[]) of, 0, ((byte[]) of).length);
            return;
        }
        ((Map<Field, Object>) was).forEach((field, value) -> {
            if (!Modifier.isFinal(field.getModifiers())) {
                set(field, of, value);
            }
        });
    }

    private static List<Field> fields(Object of) {
        List<Field> fields = new ArrayList<>();
        for (Field field : of.getClass().getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                field.setAccessible(true);
                fields.add(field);
            }
        }
        return fields;
    }

    private static Object get(Field field, Object of) {
        try {
            return field.get(of);
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void set(Field field, Object of, Object value) {
        try {
            field.set(of, value);
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
