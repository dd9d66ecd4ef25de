package javacard.security;

public interface ECKey {
    void setFieldFP(byte[] bytes, short at, short length);

    void setA(byte[] bytes, short at, short length);

    void setB(byte[] bytes, short at, short length);

    void setG(byte[] bytes, short at, short length);

    void setR(byte[] bytes, short at, short length);

    void setK(short cofactor);
}
