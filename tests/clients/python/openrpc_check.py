"""Holds the node to its own description: every answer against the schema that `rpc.discover` gives for it.

Calls every method that is described, with good parameters and with bad ones, and subscribes to the carriers. Schemas are
taken at their word: a field that they do not name is a failure too. Prints `ok …` for each check and ends with 1 at
the first difference.

Usage: openrpc_check.py URL CARRIER..., where URL is ws://… and each CARRIER is the address of a registered carrier.
"""

import copy
import json
import signal
import sys
import traceback

from jsonschema import Draft202012Validator
from websocket import WebSocketTimeoutException, create_connection

ALL_SECONDS_MAX = 120
STEP_SECONDS_MAX = 10
QUIET_SECONDS = 1

# The names of our methods begin with these.
OURS = ("batch_", "carrier_", "currency_", "machine_", "manufacturer_", "rpc.", "safe_", "specie_")

# JSON-RPC's own codes, which no document lists.
INVALID_PARAMS = -32602

# The run of no node: its start would have been in 1970.
OTHER_RUN = "0000000000000000-1"

# An account that is no carrier, no machine and no manufacturer.
NOBODY = "0x" + "5a" * 32


class Different(Exception):
    """The node answered something else than it says."""


def ok(what):
    print(f"ok {what}", flush=True)


def expect(what, observed, expected):
    if observed != expected:
        raise Different(f"{what}: {observed!r} instead of {expected!r}")


def closed(document):
    """The document's shapes, each without room for fields that it does not name."""
    components = copy.deepcopy(document["components"])
    for shape in components["schemas"].values():
        if shape.get("type") == "object" or "oneOf" in shape and "enum" not in shape:
            shape.setdefault("unevaluatedProperties", False)
    return components


class Node:
    """A connection, and what the node says of itself."""

    def __init__(self, url):
        self.socket = create_connection(url, timeout=STEP_SECONDS_MAX)
        self.last_id = 0
        self.events = []
        self.document = self.result("rpc.discover")
        self.components = closed(self.document)
        self.methods = {method["name"]: method for method in self.document["methods"]}

    def ask(self, method, *params):
        """The whole response. Events that come before it are kept."""
        self.last_id += 1
        request = {"jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params}
        self.socket.send(json.dumps(request))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") == self.last_id:
                return message
            self.events.append(message)

    def result(self, method, *params):
        response = self.ask(method, *params)
        if "error" in response:
            raise Different(f"{method}{params}: {response['error']}")
        return response["result"]

    def heard(self):
        """The events until there is silence."""
        self.socket.settimeout(QUIET_SECONDS)
        try:
            while True:
                self.events.append(json.loads(self.socket.recv()))
        except WebSocketTimeoutException:
            pass
        finally:
            self.socket.settimeout(STEP_SECONDS_MAX)
        heard, self.events = self.events, []
        return heard

    def differences(self, value, schema):
        """Where a value is not as the schema says."""
        whole = {"allOf": [schema], "components": self.components}
        found = Draft202012Validator(whole).iter_errors(value)
        return [f"{error.json_path}: {error.message[:300]}" for error in found]

    def fits(self, what, value, schema):
        expect(what, self.differences(value, schema), [])

    def check_params(self, name, params, good):
        """Whether the parameters are as the document describes them."""
        described = self.methods[name]["params"]
        schemas = {"type": "array", "prefixItems": [param["schema"] for param in described], "items": False}
        schemas["minItems"] = sum(param["required"] for param in described)
        expect(f"{name}{params} fits the described parameters", not self.differences(list(params), schemas), good)

    def check(self, name, *params):
        """A good call: its parameters and its result are as described. Returns the result."""
        self.check_params(name, params, True)
        result = self.result(name, *params)
        self.fits(f"the result of {name}{params}", result, self.methods[name]["result"]["schema"])
        ok(f"{name}: {len(params)} parameters, the result is as described")
        return result

    def check_error(self, code, name, *params):
        """A bad call: the error is one that the document lists for the method."""
        error = self.ask(name, *params).get("error") or {}
        expect(f"the code of {name}{params}", error.get("code"), code)
        if code == INVALID_PARAMS:
            self.check_params(name, params, False)
        else:
            self.check_listed(name, error)
        ok(f"{name}: {code} {error['message']}")

    def check_listed(self, name, error):
        """An error's code is listed, and its message begins as the listed one does."""
        listed = [entry["$ref"].removeprefix("#/components/errors/") for entry in self.methods[name]["errors"]]
        listed = [self.document["components"]["errors"][code] for code in listed]
        message = next((entry["message"] for entry in listed if entry["code"] == error["code"]), None)
        if message is None or not error["message"].startswith(message.split(":")[0]):
            raise Different(f"{name}: {error} is not listed")


# --- The checks ------------------------------------------------------------------------------------------------------


def check_document(node, _):
    expect("the version of OpenRPC", node.document["openrpc"].split(".")[0], "1")
    for name, shape in node.components["schemas"].items():
        Draft202012Validator.check_schema(shape)
        if not shape.get("description"):
            raise Different(f"{name} has no description")
    ok("rpc.discover: the shapes are JSON schemas, each with a description")
    node.fits("the result of rpc.discover", node.document, node.methods["rpc.discover"]["result"]["schema"])

    there = {name for name in node.result("rpc_methods")["methods"] if name.startswith(OURS)}
    expect("methods that are there and not described", there - set(node.methods), set())
    expect("methods that are described and not there", set(node.methods) - there, set())
    ok(f"rpc.discover: describes all {len(there)} methods")


def check_health(node, _):
    health = node.check("specie_health")
    expect("able", (health["able"], health["reason"], health["index"]["status"]), (True, None, "following"))


def check_verdicts(node, carriers):
    for carrier in carriers:
        answer = node.check("carrier_verdict", {"address": carrier})
        expect("address", answer["address"], carrier)
    queries = [{"address": carrier} for carrier in [*carriers, NOBODY]]
    for detail, field in ((None, "verdict"), ("full", "verdict"), ("brief", "brief")):
        answer = node.check("carrier_verdicts", queries, *([detail] if detail else []))
        kinds = [kind for item in answer["verdicts"] for kind in item]
        expect("what came", kinds, [field] * len(carriers) + ["error"])
        node.check_listed("carrier_verdict", answer["verdicts"][-1]["error"])
    node.check("carrier_verdicts", [])

    node.check_error(9001, "carrier_verdict", {"address": NOBODY})
    node.check_error(9002, "carrier_verdict", {"evidence": "0x00"})
    node.check_error(9003, "carrier_verdict", {"address": "nobody"})
    node.check_error(9006, "carrier_verdict", {})
    node.check_error(INVALID_PARAMS, "carrier_verdict", {"adress": NOBODY})
    node.check_error(INVALID_PARAMS, "carrier_verdict")
    node.check_error(INVALID_PARAMS, "carrier_verdicts", queries, "short")
    node.check_error(9005, "carrier_verdicts", queries[:1] * 1_001)
    node.check_error(9005, "carrier_verdicts", queries[:1] * 10_001, "brief")


def check_history(node, carriers):
    kinds = set()
    for carrier in carriers:
        whole = node.check("carrier_history", carrier)
        kinds |= {entry["kind"] for entry in whole["entries"]}
        if whole["cursor"]:
            continue
        paged, cursor = [], None
        while True:
            page = node.result("carrier_history", carrier, cursor, 1)
            node.fits("a page of history", page, node.methods["carrier_history"]["result"]["schema"])
            paged, cursor = paged + page["entries"], page["cursor"]
            if cursor is None:
                break
        places = [[(entry["block"], entry["event"]) for entry in entries] for entries in (paged, whole["entries"])]
        expect("history page by page", *places)
    expect("something happened", bool(kinds), True)
    ok(f"carrier_history: the same page by page; {', '.join(sorted(kinds))}")

    node.check_error(9001, "carrier_history", NOBODY)
    node.check_error(9003, "carrier_history", "nobody")
    node.check_error(9013, "carrier_history", carriers[0], "not a cursor")
    node.check_error(INVALID_PARAMS, "carrier_history", carriers[0], None, -1)


def check_subscription(node, carriers):
    schema = node.methods["carrier_subscribe"]["x-notification"]["schema"]
    name = node.methods["carrier_subscribe"]["x-notification"]["name"]
    cursor = None
    # Without a cursor every carrier is told first; with one of another run, after a gap.
    for given, begins in (((), []), ((OTHER_RUN,), ["gap"])):
        subscription = node.check("carrier_subscribe", carriers, *given)
        events = node.heard()
        for event in events:
            expect("the event's method and subscription", (event["method"], event["params"]["subscription"]),
                   (name, subscription))
            node.fits("an event", event["params"]["result"], schema)
        told = [event["params"]["result"] for event in events]
        expect("what came first", [event["kind"] for event in told][: len(begins)], begins)
        expect("who was told of", {event["address"] for event in told if "address" in event}, set(carriers))
        expect("unsubscribed", node.check("carrier_unsubscribe", subscription), True)
        cursor = told[-1]["cursor"]
        ok(f"carrier_event: {', '.join(event['kind'] for event in told)}, as described")

    subscription = node.check("carrier_subscribe", carriers, cursor)
    gaps = [event for event in node.heard() if event["params"]["result"]["kind"] == "gap"]
    expect("gaps after a cursor of this run", gaps, [])
    expect("unsubscribed", node.check("carrier_unsubscribe", subscription), True)
    expect("unsubscribed twice", node.check("carrier_unsubscribe", subscription), False)

    node.check_error(9003, "carrier_subscribe", ["nobody"])
    node.check_error(9005, "carrier_subscribe", carriers[:1] * 10_001)
    node.check_error(9006, "carrier_subscribe", [])
    node.check_error(9013, "carrier_subscribe", carriers, "not a cursor")
    node.check_error(INVALID_PARAMS, "carrier_subscribe", carriers[0])


def check_lists(node, carriers):
    makers = node.check("manufacturer_list")["manufacturers"]
    node.check("manufacturer_list", len(makers))
    batches = set()
    for maker in makers:
        page = node.check("batch_list", maker["manufacturer"])
        expect("how many batches", len(page["batches"]), min(maker["batches"], 128))
        batches |= {batch["batch"] for batch in page["batches"]}
    for batch in sorted(batches):
        expect("batch", node.check("batch_get", batch)["batch"], batch)

    # Every carrier is of a batch that is listed, and its machine is registered.
    answers = [node.result("carrier_verdict", {"address": carrier}) for carrier in carriers]
    expect("batches that are not listed", {answer["certificate"]["batch"] for answer in answers} - batches, set())
    for machine in sorted({answer["carrier"]["machine"] for answer in answers}):
        expect("machine", node.check("machine_grants", machine)["machine"], machine)

    free = next(number for number in range(len(batches) + 1) if number not in batches)
    node.check_error(9007, "batch_get", free)
    node.check_error(INVALID_PARAMS, "batch_get", str(free))
    node.check_error(9008, "batch_list", len(makers))
    node.check_error(INVALID_PARAMS, "batch_list")
    node.check_error(INVALID_PARAMS, "manufacturer_list", "first")
    node.check_error(9003, "machine_grants", "nobody")
    node.check_error(9009, "machine_grants", NOBODY)


def check_currencies(node, carriers):
    listed = node.check("currency_list")
    names = [currency["id"] for currency in listed["currencies"]]
    expect("the first currency", names[0], "native")
    answers = [node.result("carrier_verdict", {"address": carrier}) for carrier in carriers]
    of_carriers = {answer["carrier"]["currency"]["id"] for answer in answers}
    expect("currencies of carriers that are not listed", of_carriers - set(names), set())
    for name in names:
        supply = node.check("currency_supply", name)
        parts = sum(int(supply[part]) for part in ("burnt", "feesBurnt", "total"))
        expect(f"the remainder of {name}", int(supply["minted"]) - parts, int(supply["remainder"]))
        expect(f"the remainder of {name}", supply["remainder"], "0")
        held = int(supply["inCarriers"]["free"]) + int(supply["inCarriers"]["held"])
        expect(f"more on carriers than there is of {name}", held <= int(supply["total"]), True)
    ok(f"currency_supply: {', '.join(names)} add up")

    node.check_error(INVALID_PARAMS, "currency_list", "first")
    node.check_error(9014, "currency_supply", "asset:4294967295")
    node.check_error(9014, "currency_supply", "SPC")
    node.check_error(INVALID_PARAMS, "currency_supply", 1)


def check_safes(node, carriers):
    pools = {node.check("safe_v1_membership", carrier)["pool"] for carrier in carriers} - {None}
    for pool in sorted(pools):
        content = node.check("safe_v1_content", pool)
        expect("the pool", content["safe"]["pool"], pool)
        expect("its members", content["safe"]["members"], len(content["members"]))
        rest = node.check("safe_v1_content", pool, content["members"][-1]["address"])
        expect("what comes after the last member", rest["members"], [])
        node.check("safe_v1_requests", pool)

    free = max(pools, default=-1) + 1
    node.check_error(9015, "safe_v1_content", free)
    node.check_error(9015, "safe_v1_requests", free)
    node.check_error(9013, "safe_v1_content", free, "not a cursor")
    node.check_error(9003, "safe_v1_membership", "nobody")
    node.check_error(INVALID_PARAMS, "safe_v1_content", "first")


def check_everything_was_called(node, _):
    """Nothing is described that the checks above leave out: a new method needs a check."""
    checked = {"rpc.discover", "specie_health", "carrier_verdict", "carrier_verdicts", "carrier_history"}
    checked |= {"carrier_subscribe", "carrier_unsubscribe", "manufacturer_list", "batch_list", "batch_get"}
    checked |= {"machine_grants", "currency_list", "currency_supply"}
    checked |= {"safe_v1_content", "safe_v1_requests", "safe_v1_membership"}
    expect("methods without a check", set(node.methods) - checked, set())
    ok("every method that is described was called")


CHECKS = (
    check_document,
    check_health,
    check_verdicts,
    check_history,
    check_subscription,
    check_lists,
    check_currencies,
    check_safes,
    check_everything_was_called,
)


def late(_signal, _frame):
    raise Different(f"not done after {ALL_SECONDS_MAX} s")


def main():
    if len(sys.argv) < 3:
        return "usage: openrpc_check.py URL CARRIER..."
    signal.signal(signal.SIGALRM, late)
    signal.alarm(ALL_SECONDS_MAX)
    doing = "connect"
    try:
        node = Node(sys.argv[1])
        for check in CHECKS:
            doing = check.__name__.replace("_", " ")
            check(node, sys.argv[2:])
    except Exception as error:
        traceback.print_exc()
        return f"failed to {doing}: {error!r}"
    node.socket.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
