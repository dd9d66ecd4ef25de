package javacard.framework;

import specie.shim.Runtime;

/** An application on a card. */
public abstract class Applet {
    protected Applet() {
    }

    protected final void register() {
        Runtime.register(this);
    }

    protected final boolean selectingApplet() {
        return Runtime.isSelecting();
    }

    public boolean select() {
        return true;
    }

    public void deselect() {
    }

    public abstract void process(APDU apdu) throws ISOException;
}
