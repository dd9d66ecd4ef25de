#!/usr/bin/env python3
"""Refuses words that docs/glossary.md has given up, wherever people read: code, scripts and documents.

Exits with an error that names each place. A line that must have such a word (a name of the SDK, an entry of the
changelog about the past) is let through where it says so below.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS_WITHOUT_SOURCES = {"target", "node_modules"}
SUFFIXES = {".rs", ".md", ".py", ".mjs", ".sh", ".toml"}

# The word, what to say instead, and the files that may have it: those that speak of the SDK's own thing.
GIVEN_UP = [
    (
        r"\bgeneral transactions?\b",
        "bare extrinsic",
        {
            "docs/decisions.md", "docs/glossary.md", "docs/clients.md", "docs/rpc.md", "docs/faults.md", "scripts/words.py",
            "runtime/src/lib.rs", "runtime/src/tests/transactions.rs", "tests/src/chain.rs",
            "pallets/carriers/src/tests/spend_bare.rs",
        },
    ),
    (r"\bauthorize_spend\b", "validate_order", {"scripts/words.py"}),
    # An upper bound that reads as a lower one: "a call names one grant to the most".
    (r"\bone [a-z]+ to the (most|longest)\b", "at least one, at most N", {"scripts/words.py"}),
]


def sources() -> list[Path]:
    def is_ours(path: Path) -> bool:
        folders = path.relative_to(ROOT).parts[:-1]
        return not any(f.startswith(".") or f in FOLDERS_WITHOUT_SOURCES for f in folders)

    return sorted(path for path in ROOT.rglob("*") if path.suffix in SUFFIXES and path.is_file() and is_ours(path))


def main() -> int:
    found = 0
    for path in sources():
        name = str(path.relative_to(ROOT))
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            for word, instead, exempt in GIVEN_UP:
                if name not in exempt and re.search(word, line, re.IGNORECASE):
                    print(f"{name}:{number}: say {instead!r}: {line.strip()}", file=sys.stderr)
                    found += 1
    print(f"words: {found} that docs/glossary.md has given up" if found else "words: as docs/glossary.md has them")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
