package javacard.framework;

/** Offsets and words of ISO 7816-4, as the Java Card API names them. */
public interface ISO7816 {
    byte CLA_ISO7816 = 0;
    byte INS_SELECT = (byte) 0xA4;
    byte OFFSET_CLA = 0;
    byte OFFSET_INS = 1;
    byte OFFSET_P1 = 2;
    byte OFFSET_P2 = 3;
    byte OFFSET_LC = 4;
    byte OFFSET_CDATA = 5;
    short SW_NO_ERROR = (short) 0x9000;
    short SW_WRONG_LENGTH = 0x6700;
    short SW_SECURITY_STATUS_NOT_SATISFIED = 0x6982;
    short SW_CONDITIONS_NOT_SATISFIED = 0x6985;
    short SW_WRONG_DATA = 0x6A80;
    short SW_FILE_NOT_FOUND = 0x6A82;
    short SW_INCORRECT_P1P2 = 0x6A86;
    short SW_INS_NOT_SUPPORTED = 0x6D00;
    short SW_CLA_NOT_SUPPORTED = 0x6E00;
    short SW_UNKNOWN = 0x6F00;
}
