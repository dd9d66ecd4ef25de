package javacardx.crypto;

import java.security.GeneralSecurityException;
import javacard.security.CryptoException;
import javacard.security.Key;
import javax.crypto.spec.SecretKeySpec;
import specie.shim.Keys;

public final class Cipher {
    public static final byte ALG_AES_BLOCK_128_ECB_NOPAD = 14;
    public static final byte MODE_ENCRYPT = 2;

    private final javax.crypto.Cipher cipher;

    private Cipher() {
        try {
            cipher = javax.crypto.Cipher.getInstance("AES/ECB/NoPadding");
        } catch (GeneralSecurityException missing) {
            throw new CryptoException(missing.getMessage());
        }
    }

    public static Cipher getInstance(byte algorithm, boolean external) {
        return new Cipher();
    }

    public void init(Key key, byte mode) {
        try {
            cipher.init(javax.crypto.Cipher.ENCRYPT_MODE, new SecretKeySpec(((Keys.Aes) key).bytes(), "AES"));
        } catch (GeneralSecurityException refused) {
            throw new CryptoException(refused.getMessage());
        }
    }

    public short doFinal(byte[] bytes, short at, short length, byte[] to, short toAt) {
        try {
            byte[] done = cipher.doFinal(bytes, at, length);
            System.arraycopy(done, 0, to, toAt, done.length);
            return (short) done.length;
        } catch (GeneralSecurityException refused) {
            throw new CryptoException(refused.getMessage());
        }
    }
}
