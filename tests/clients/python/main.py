"""Drives a Specie node with substrate-interface as any script for a Substrate chain would: all that it is told about
Specie is the names of two RPC methods, everything else comes from the chain's metadata. Prints a line for each check
and ends with 1 at the first difference.

Usage: main.py URL CARD, where CARD is JSON as ../../tests/clients.rs makes it.
"""

import json
import signal
import sys
import time
import traceback

from substrateinterface import Keypair, SubstrateInterface
from substrateinterface.exceptions import SubstrateRequestException

ALL_SECONDS_MAX = 240
STEP_SECONDS_MAX = 60
POLL_SECONDS = 0.5

# In base units.
UNIT = 10**12
FACE_VALUE = 100 * UNIT

OURS = ("Manufacturers", "Machines", "Carriers", "Requests")
ALICE, BOB, CHARLIE, DAVE, EVE, FERDIE = (
    Keypair.create_from_uri(f"//{name}") for name in ("Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie")
)


class Different(Exception):
    """The chain did something else than it should."""


class CallFailed(Exception):
    """A call failed in its block, with the name of the error."""


def ok(what):
    print(f"ok {what}", flush=True)


def expect(what, observed, expected):
    if observed != expected:
        raise Different(f"{what}: {observed!r} instead of {expected!r}")


def expect_error(what, error, action):
    """`error` is the exception that `action` must raise."""
    try:
        action()
    except type(error) as observed:
        expect(what, observed.args, error.args)
    else:
        raise Different(f"{what}: no error instead of {error!r}")
    ok(what)


def only(events, pallet, name):
    """The fields of the one event of its kind, by their names."""
    found = [event["attributes"] for event in events if (event["module_id"], event["event_id"]) == (pallet, name)]
    expect(f"how many times {pallet}.{name}", len(found), 1)
    return found[0]


def expect_event(events, pallet, name, expected):
    """There is one event of the kind, and it has these fields and no others."""
    fields = only(events, pallet, name)
    expect(f"{pallet}.{name}", fields, expected)
    ok(f"{name} {{ {', '.join(f'{field}: {value}' for field, value in fields.items())} }}")


class Client:
    """What the library offers, in our words."""

    def __init__(self, url):
        self.chain = SubstrateInterface(url=url, ws_options={"timeout": STEP_SECONDS_MAX})

    def call(self, pallet, function, arguments):
        return self.chain.compose_call(pallet, function, arguments)

    def execute(self, signer, call, final=False):
        """Submits a call. Returns the events that it caused."""
        extrinsic = self.chain.create_signed_extrinsic(call=call, keypair=signer)
        receipt = self.chain.submit_extrinsic(
            extrinsic, wait_for_inclusion=not final, wait_for_finalization=final
        )
        if not receipt.is_success:
            raise CallFailed(receipt.error_message["name"])
        return [event.value["event"] for event in receipt.triggered_events]

    def execute_as_issuer(self, call):
        """On a development chain Alice holds the sudo key, and speaks for the issuer with it."""
        events = self.execute(ALICE, self.call("Sudo", "sudo", {"call": call}))
        result = only(events, "Sudo", "Sudid")["sudo_result"]
        if "Err" in result:
            module = result["Err"]["Module"]
            error = bytes.fromhex(module["error"][2:])[0]
            raise CallFailed(self.chain.get_metadata().get_module_error(module["index"], error).name)
        return events

    def argument(self, pallet, function, name, data):
        """The value of a call's argument, out of the bytes that the card's software made."""
        arguments = self.chain.get_metadata_call_function(pallet, function).args
        kind = next(argument.type for argument in arguments if argument.name == name)
        return self.chain.decode_scale(kind, data)

    def free_balance(self, who):
        return self.chain.query("System", "Account", [who.ss58_address]).value["data"]["free"]

    def rpc(self, method, *arguments):
        """The answer of a method, or the error as a tuple of code and message."""
        try:
            return self.chain.rpc_request(method, list(arguments))["result"]
        except SubstrateRequestException as refused:
            error = refused.args[0]
            return error["code"], error["message"]

    def verdict(self, **query):
        """`state/reason` and the whole answer, once the index has what the chain has said: some milliseconds later."""
        height, deadline = self.final_height(), time.monotonic() + STEP_SECONDS_MAX
        while True:
            head = self.rpc("specie_health")["head"]
            if head is not None and head["finalized"]["number"] >= height:
                break
            if time.monotonic() > deadline:
                raise TimeoutError(f"the index has not come to block {height}")
            time.sleep(POLL_SECONDS)
        answer = self.rpc("carrier_verdict", query)
        return f"{answer['state']}/{answer['reason']}", answer

    def final_height(self):
        return self.chain.get_block_number(self.chain.get_chain_finalised_head())

    def wait_for_event(self, height, pallet, name):
        """The first block from `height` on in which there is such an event, once it is final, with its events."""
        deadline = time.monotonic() + STEP_SECONDS_MAX
        while time.monotonic() < deadline:
            if self.final_height() < height:
                time.sleep(POLL_SECONDS)
                continue
            block = self.chain.get_block_hash(height)
            events = [event.value["event"] for event in self.chain.get_events(block)]
            if any((event["module_id"], event["event_id"]) == (pallet, name) for event in events):
                return block, events
            height += 1
        raise Different(f"no {pallet}.{name} within {STEP_SECONDS_MAX} s")


# --- The checks ------------------------------------------------------------------------------------------------------


def check_metadata(client, _):
    chain = client.chain
    expect("chain", chain.chain, "Specie Development")
    expect("money and addresses", (chain.token_symbol, chain.token_decimals, chain.ss58_format), ("SPC", 12, 42))
    ok("metadata: SPC with 12 decimals, prefix 42")

    pallets = {pallet.name: pallet for pallet in chain.get_metadata().pallets}
    for pallet in map(pallets.get, OURS):
        for item in [*pallet.calls, *pallet.events, *pallet.errors, *pallet.storage]:
            if not any(item.docs):
                raise Different(f"{pallet.name}.{item.name} has no documentation")
        for item in [*pallet.calls, *pallet.events]:
            if not all(field.value["name"] for field in item.args):
                raise Different(f"a field of {pallet.name}.{item.name} has no name")
    ok("our calls, events, errors and storage items are documented, and all their fields have names")


def check_transfer(client, card):
    amount = 10 * UNIT
    atm = Keypair.create_from_uri(card["atm"])
    before = client.free_balance(CHARLIE), client.free_balance(atm)
    call = client.call("Balances", "transfer_keep_alive", {"dest": atm.ss58_address, "value": amount})
    foretold = client.chain.get_payment_info(call, CHARLIE)["partialFee"]
    events = client.execute(CHARLIE, call)
    transfer = {"from": CHARLIE.ss58_address, "to": atm.ss58_address, "amount": amount}
    expect_event(events, "Balances", "Transfer", transfer)

    fee = only(events, "TransactionPayment", "TransactionFeePaid")["actual_fee"]
    # Not exactly: the fee falls from one empty block to the next.
    if abs(fee / foretold - 1) > 0.001:
        raise Different(f"the fee was {fee}, foretold as {foretold}")
    after = client.free_balance(CHARLIE), client.free_balance(atm)
    expect("balances", after, (before[0] - amount - fee, before[1] + amount))
    ok("balances before and after the transfer, to the last unit; its fee was foretold")


def check_rpc(client, _):
    health = client.rpc("specie_health")
    state = {name: health[name] for name in ("able", "reason", "syncing", "genesis")}
    genesis = client.chain.get_block_hash(0)
    expect("specie_health", state, {"able": True, "reason": None, "syncing": False, "genesis": genesis})
    ok("specie_health: able, not syncing, this genesis")

    expect("method listed", client.chain.supports_rpc_method("carrier_verdict"), True)
    refused = client.rpc("carrier_verdict", {"address": EVE.ss58_address})
    expect("unknown address", refused, (9001, "no carrier is registered at this address"))
    ok("carrier_verdict: 9001 for an address where no carrier is")
    code, message = client.rpc("carrier_verdict", {"address": "Eve"})
    expect("no address", (code, message.split(":")[0]), (9003, "malformed address"))
    ok("carrier_verdict: 9003 for what is no address")


def check_manufacturer(client, card):
    account = {"account": BOB.ss58_address, "name": "Foreign Cards", "quota": 5_000}
    events = client.execute_as_issuer(client.call("Manufacturers", "register", account))
    expect_event(events, "Manufacturers", "ManufacturerRegistered", {"manufacturer": 0, **account, "by": "Root"})

    key = client.argument("Manufacturers", "add_batch", "key", card["batchKey"])
    batch = {"batch": card["batch"], "key": key, "capacity": 1_000, "expires": 1_000_000}
    possession = client.argument("Manufacturers", "add_batch", "possession", card["possession"])
    call = client.call("Manufacturers", "add_batch", {**batch, "possession": possession})
    error = CallFailed("NotManufacturer")
    expect_error("NotManufacturer: a stranger adds a batch", error, lambda: client.execute(DAVE, call))
    events = client.execute(BOB, call)
    expect_event(events, "Manufacturers", "BatchAdded", {"manufacturer": 0, **batch, "by": {"Account": BOB.ss58_address}})

    stored = client.chain.query("Manufacturers", "Batches", [card["batch"]]).value
    expect("stored batch", (stored["key"], stored["capacity"], stored["state"]), (key, 1_000, "Active"))
    ok("the batch in the storage")


def check_machine(client, card):
    atm = Keypair.create_from_uri(card["atm"]).ss58_address
    permissions = {"initialise": True, "fund": True, "cash_out": True}
    machine = {"machine": atm, "kind": "Atm", "operator": CHARLIE.ss58_address, "permissions": permissions}
    ceiling = {"flat": UNIT, "parts_per_million": 20_000}
    call = client.call("Machines", "register", {**machine, "fee_ceiling": ceiling})
    expect_event(client.execute_as_issuer(call), "Machines", "MachineRegistered", {**machine, "by": "Root"})
    error = CallFailed("MachineExists")
    expect_error("MachineExists: the issuer registers it again", error, lambda: client.execute_as_issuer(call))

    events = client.execute_as_issuer(client.call("Machines", "give_grants", {"machine": atm, "count": 1}))
    expect_event(events, "Machines", "GrantsGiven", {"machine": atm, "from": 0, "count": 1, "by": "Root"})


def check_carrier(client, card):
    carrier, atm = card["carrier"], Keypair.create_from_uri(card["atm"])
    registration = client.argument("Carriers", "initialise", "registration", card["registration"])
    call = client.call("Carriers", "initialise", {"registration": registration})
    events = client.execute(atm, call, final=True)
    made = {"carrier": carrier, "batch": card["batch"], "machine": atm.ss58_address}
    made |= {"grant": 0, "generation": 1, "currency": "Native", "denomination": None}
    expect_event(events, "Carriers", "CarrierInitialised", made)
    expect_event(events, "Machines", "GrantUsed", {"machine": atm.ss58_address, "index": 0})
    expect("verdict", client.verdict(**card["evidence"])[0], "blank/notFundedYet")
    ok("carrier_verdict: blank/notFundedYet for the card")

    call = client.call("Carriers", "fund", {"carrier": carrier, "amount": FACE_VALUE})
    events = client.execute(DAVE, call, final=True)
    funded = {"carrier": carrier, "amount": FACE_VALUE, "currency": "Native", "by": DAVE.ss58_address}
    funded |= {"machine": None, "fee": 0}
    expect_event(events, "Carriers", "CarrierFunded", funded)
    verdict, answer = client.verdict(address=carrier)
    expect("verdict", (verdict, answer["proven"]), ("unproven/noEvidence", False))
    expect("balance", answer["balance"]["finalized"], str(FACE_VALUE))
    expect("maker", answer["certificate"]["manufacturerName"], "Foreign Cards")
    ok("carrier_verdict: unproven/noEvidence for the address alone, with its balance and its maker")
    verdict, answer = client.verdict(**card["evidence"])
    expect("verdict", (verdict, answer["proven"]), ("safe/sound", True))
    ok("carrier_verdict: safe/sound for the card")


def signed_fields(client, order):
    """The fields of CarrierSpent that the card has signed."""
    same = {name: order[name] for name in ("carrier", "sequence", "purpose")}
    return same | {name: client.chain.ss58_encode(order[name]) for name in ("to", "fee_to")}


def check_order_in_signed_extrinsic(client, card):
    signed = card["orders"][0]
    order = client.argument("Carriers", "spend", "order", signed["bytes"])
    signature = client.argument("Carriers", "spend", "signature", signed["signature"])
    call = client.call("Carriers", "spend", {"order": order, "signature": signature})
    events = client.execute(FERDIE, call, final=True)
    paid = {"amount": order["amount"], "currency": "Native", "fee": order["fee"], "network_fee": 0}
    by = {"reference": None, "submitted_by": FERDIE.ss58_address}
    expect_event(events, "Carriers", "CarrierSpent", signed_fields(client, order) | paid | by)


def check_order_in_bare_extrinsic(client, card):
    """The card's last order, for everything, in a bare extrinsic, which no account signs: the library finds it in its
    block under the hash that the node has told."""
    order = client.argument("Carriers", "spend", "order", card["orders"][1]["bytes"])
    before, height = client.free_balance(EVE), client.final_height() + 1
    told = client.rpc("author_submitExtrinsic", card["bare"])
    block, events = client.wait_for_event(height, "Carriers", "CarrierSpent")
    network_fee = only(events, "Carriers", "CarrierSpent")["network_fee"]
    expect("the network took something", network_fee > 0, True)
    first = client.argument("Carriers", "spend", "order", card["orders"][0]["bytes"])
    amount = FACE_VALUE - first["amount"] - first["fee"] - order["fee"]
    paid = {"amount": amount, "currency": "Native", "fee": order["fee"] - network_fee, "network_fee": network_fee}
    by = {"reference": None, "submitted_by": None}
    expect_event(events, "Carriers", "CarrierSpent", signed_fields(client, order) | paid | by)
    expect("balance of the payee", client.free_balance(EVE), before + amount)
    extrinsics = client.chain.get_block(block)["extrinsics"]
    expect("extrinsics in the block", len(extrinsics), 2)
    found = extrinsics[1].value
    expect("call", (found["call"]["call_module"], found["call"]["call_function"]), ("Carriers", "spend"))
    ok("the card has paid everything in an extrinsic that no account has signed, as the block shows")
    expect("hash", found["extrinsic_hash"], told)
    ok(f"the order in its block, under the hash that the node has told: {told}")

    verdict, answer = client.verdict(**card["spentEvidence"])
    expect("verdict", (verdict, answer["balance"]["finalized"]), ("withdrawn/spent", "0"))
    ok("carrier_verdict: withdrawn/spent for the card")


CHECKS = (
    check_metadata,
    check_transfer,
    check_rpc,
    check_manufacturer,
    check_machine,
    check_carrier,
    check_order_in_signed_extrinsic,
    check_order_in_bare_extrinsic,
)


def late(_signal, _frame):
    raise Different(f"not done after {ALL_SECONDS_MAX} s")


def main():
    if len(sys.argv) != 3:
        return "usage: main.py URL CARD"
    signal.signal(signal.SIGALRM, late)
    signal.alarm(ALL_SECONDS_MAX)
    doing = "connect"
    try:
        client, card = Client(sys.argv[1]), json.loads(sys.argv[2])
        for check in CHECKS:
            doing = check.__name__.replace("_", " ")
            check(client, card)
    except Exception as error:
        traceback.print_exc()
        return f"failed to {doing}: {error!r}"
    client.chain.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
