#!/usr/bin/env python3
"""Prints the matrix of functions and tests: each function of docs/functions.md with the tests that drive it.

A test says which functions it drives by the start of its name: `f12_cash_out`, or `f2_f12_granted_machine`. Ends with
an error where a test names a function that the document does not have.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "functions.md"
FOLDERS_WITHOUT_SOURCES = {"target", "node_modules"}

# | 12 | cash out | pallets | 2, 4 |
ROW = re.compile(r"^\| *(\d+) *\| *([^|]+?) *\|")
TEST_NAME = re.compile(r"\bfn\s+((?:f\d+_)+)(\w*)")
# `#[test]`, `#[tokio::test(...)]`, `#[test_case(...)]`
TEST_ATTRIBUTE = re.compile(r"^#\[(?:\w+::)*test\b|^#\[test_")


def titles() -> dict[int, str]:
    rows = (ROW.match(line) for line in DOCUMENT.read_text().splitlines())
    return {int(row[1]): row[2] for row in rows if row}


def sources() -> list[Path]:
    def is_ours(path: Path) -> bool:
        folders = path.relative_to(ROOT).parts[:-1]
        return not any(f.startswith(".") or f in FOLDERS_WITHOUT_SOURCES for f in folders)

    return sorted(path for path in ROOT.rglob("*.rs") if is_ours(path))


def tests(path: Path) -> list[tuple[list[int], str]]:
    """The functions and the name of each test in the file whose name begins with functions."""
    found = []
    is_test = False
    for line in map(str.strip, path.read_text(errors="replace").splitlines()):
        if TEST_ATTRIBUTE.match(line):
            is_test = True
        name = TEST_NAME.search(line)
        if is_test and name:
            functions = [int(number) for number in re.findall(r"f(\d+)_", name[1])]
            found.append((functions, name[1] + name[2]))
        # Other attributes and comments may stand between a test's attribute and its name.
        if not line.startswith(("#[", "//")):
            is_test = False
    return found


def main() -> int:
    title_of = titles()
    tests_of: dict[int, list[tuple[str, Path]]] = {function: [] for function in title_of}
    unknown = []
    for path in sources():
        for functions, name in tests(path):
            for function in functions:
                if function in tests_of:
                    tests_of[function].append((name, path.relative_to(ROOT)))
                else:
                    unknown.append(f"{path.relative_to(ROOT)}: {name}: there is no F{function}")

    print(f"{'F':>3}  {'tests':>5}  function")
    for function, title in title_of.items():
        driving = tests_of[function]
        print(f"{function:>3}  {len(driving) or '—':>5}  {title}")
        for name, path in driving:
            print(f"{'':12}  {name}  ({path})")
    tested = sum(1 for driving in tests_of.values() if driving)
    print(f"\n{tested} of {len(title_of)} functions have a test.")

    for line in unknown:
        print(f"error: {line}", file=sys.stderr)
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
