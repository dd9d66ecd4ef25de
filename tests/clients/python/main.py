"""Drives a Specie node with substrate-interface as a script of somebody who has never heard of Specie would:
everything about our calls and events comes from the chain's metadata. Prints a line for each check and ends with 1
at the first difference.

Usage: main.py URL CARD, where CARD is JSON as ../../tests/clients.rs makes it.
"""

import json
import signal
import sys
import time

from substrateinterface import Keypair, SubstrateInterface
from substrateinterface.exceptions import SubstrateRequestException

ALL_SECONDS_MAX = 240
STEP_SECONDS_MAX = 60
POLL_SECONDS = 0.5

# In base units.
UNIT = 10**12
FACE_VALUE = 100 * UNIT

ALICE, BOB, CHARLIE, DAVE, EVE, FERDIE = map(
    Keypair.create_from_uri, ["//Alice", "//Bob", "//Charlie", "//Dave", "//Eve", "//Ferdie"]
)


class Different(Exception):
    """The chain did not do what it should."""


def ok(what):
    print(f"ok {what}", flush=True)


def expect(what, observed, expected):
    if observed != expected:
        raise Different(f"{what}: expected {expected!r}, observed {observed!r}")


class Client:
    """What the library offers, in our words."""

    def __init__(self, url):
        self.chain = SubstrateInterface(url=url, ws_options={"timeout": STEP_SECONDS_MAX})

    def execute(self, signer, module, call, final=False, **arguments):
        """Submits a call and returns the events that it caused, or the error's name as `Different`."""
        return self.submit(signer, self.call(module, call, **arguments), final)

    def execute_as_issuer(self, module, call, **arguments):
        """On a development chain Alice holds the sudo key, and speaks for the issuer with it."""
        inner = self.call(module, call, **arguments)
        events = self.submit(ALICE, self.call("Sudo", "sudo", call=inner), False)
        print(only(events, "Sudo", "Sudid"))
        return events

    def submit(self, signer, call, final):
        extrinsic = self.chain.create_signed_extrinsic(call=call, keypair=signer)
        receipt = self.chain.submit_extrinsic(
            extrinsic, wait_for_inclusion=not final, wait_for_finalization=final
        )
        events = [event.value["event"] for event in receipt.triggered_events]
        if not receipt.is_success:
            print(receipt.error_message)
            raise Different(receipt.error_message["name"])
        return events

    def call(self, module, function, **arguments):
        return self.chain.compose_call(module, function, arguments)

    def argument(self, module, call, name, data):
        """The value of a call's argument, out of the bytes that the card's software made."""
        function = self.chain.get_metadata_call_function(module, call)
        kind = next(argument.type for argument in function.args if argument.name == name)
        return self.chain.decode_scale(kind, data)


def only(events, module, event):
    found = [e for e in events if (e["module_id"], e["event_id"]) == (module, event)]
    return found[0]["attributes"]

def main():
    c = Client(sys.argv[1]); card = json.loads(sys.argv[2]); s = c.chain
    atm = Keypair.create_from_uri(card["atm"])
    print(c.execute(CHARLIE, "Balances", "transfer_keep_alive", dest=atm.ss58_address, value=10*UNIT))
    e = c.execute_as_issuer("Manufacturers", "register", account=BOB.ss58_address, name="Foreign Cards"); print(e)
    key = c.argument("Manufacturers", "add_batch", "key", card["batchKey"]); print(key)
    try: c.execute(DAVE, "Manufacturers", "add_batch", batch=card["batch"], key=key, capacity=1000, expires=1000000)
    except Different as d: print(repr(d))
    print(c.execute(BOB, "Manufacturers", "add_batch", batch=card["batch"], key=key, capacity=1000, expires=1000000))
    print(s.query("Manufacturers", "Batches", [card["batch"]]))
    for i in range(2):
        print(c.execute_as_issuer("Machines", "register", machine=atm.ss58_address, kind="Atm", operator=CHARLIE.ss58_address, permissions=dict(initialise=True, fund=True, cash_out=True), fee_ceiling=dict(flat=UNIT, parts_per_million=20000)))
    print(c.execute_as_issuer("Machines", "give_grants", machine=atm.ss58_address, count=1))
    r = c.argument("Carriers", "initialise", "registration", card["registration"]); print(r)
    print(c.execute(atm, "Carriers", "initialise", final=True, registration=r))
    print(c.execute(DAVE, "Carriers", "fund", final=True, carrier=card["carrier"], amount=FACE_VALUE))
    o = c.argument("Carriers", "spend", "order", card["orders"][0]["bytes"]); print(o)
    g = c.argument("Carriers", "spend", "signature", card["orders"][0]["signature"]); print(g)
    print(c.execute(FERDIE, "Carriers", "spend", final=True, order=o, signature=g))
    h = s.rpc_request("author_submitExtrinsic", [card["general"]]); print(h)
    for i in range(15):
        hh = s.get_chain_head(); ev = [x.value["event"] for x in s.get_events(hh)]
        if any(x["event_id"] == "CarrierSpent" for x in ev):
            print(ev)
            try: print(s.get_block(hh))
            except Exception as e: print(type(e), e)
            break
        time.sleep(.5)

main()
