"""Measures what substrate-interface does where Specie has an index: reading a carrier's record and balance, and decoding
the events of blocks. Prints JSON: `micros` of each reading, how many `events` in how many `seconds`.

Usage: bench.py URL ADDRESS,ADDRESS... FROM TO, with addresses in hex and the numbers of the first and last block.
"""

import json
import sys
import time

from substrateinterface import SubstrateInterface

url, addresses, first, last = sys.argv[1:]
chain = SubstrateInterface(url=url)
chain.init_runtime()

micros = []
for address in addresses.split(","):
    begun = time.perf_counter()
    record = chain.query("Carriers", "Carriers", [address])
    account = chain.query("System", "Account", [address])
    micros.append((time.perf_counter() - begun) * 1_000_000)
    if record.value is None or account.value["data"]["free"] == 0:
        raise SystemExit(f"{address} is no carrier")

events = 0
begun = time.perf_counter()
for number in range(int(first), int(last) + 1):
    events += len(chain.get_events(chain.get_block_hash(number)))
print(json.dumps({"micros": micros, "events": events, "seconds": time.perf_counter() - begun}))
