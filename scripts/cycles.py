#!/usr/bin/env python3
"""Finds files of one crate that use each other in a circle, whatever the way round, and fails if there are any.

Which file uses which is read from the paths that begin with `crate::`, `super::` or `self::`, outside tests. A file and the folder's
`mod.rs` above it (or `lib.rs`, `main.rs`) belong together: between them no path counts."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATH = re.compile(r"\b(crate|super|self)((?:::\w+)*)(::\{)?")
LEAF = re.compile(r"[A-Za-z_]\w*")


def without_tests(text):
    """The code, without comments, strings and modules of tests."""
    text = re.sub(r"//[^\n]*", "", text)
    text = re.sub(r'"(?:\\.|[^"\\])*"', '""', text)
    cut = re.search(r"#\[cfg\((?:all\()?test[^\n]*\]\s*(?:pub(?:\([^)]*\))?\s+)?mod\s+\w+\s*\{", text)
    return text[: cut.start()] if cut else text


def groups(text, at):
    """The paths inside a `{…}` that begins at `at`, as lists of names."""
    paths, stack, name = [], [[]], []
    index = at
    while index < len(text):
        letter = text[index]
        if letter == "{":
            stack.append(stack[-1] + name)
            name = []
        elif letter in ",}":
            if name:
                paths.append(stack[-1] + name)
            name = []
            if letter == "}":
                stack.pop()
                if len(stack) == 1:
                    return paths
        elif word := LEAF.match(text, index):
            if word.group() == "as":
                index = LEAF.search(text, word.end()).end()
                continue
            name.append(word.group())
            index = word.end()
            continue
        index += 1
    return paths


def modules(source):
    """The files of a crate by their module paths."""
    known = {}
    for file in source.rglob("*.rs"):
        parts = list(file.relative_to(source).with_suffix("").parts)
        if "tests" in parts or parts[0] == "bin" or parts[-1] in ("mock", "tests", "benchmarking"):
            continue
        if parts[-1] in ("mod", "lib", "main"):
            parts.pop()
        known[tuple(parts)] = file
    return known


def used(module, file, known):
    """The modules that a file uses."""
    text = without_tests(file.read_text())
    found = set()
    for match in PATH.finditer(text):
        base = () if match[1] == "crate" else module[:-1] if match[1] == "super" else module
        names = [name for name in match[2].split("::") if name]
        while names and names[0] == "super":
            base, names = base[:-1], names[1:]
        tails = groups(text, match.end() - 1) if match[3] else [[]]
        for tail in tails:
            path = base + tuple(names + tail)
            while path and path not in known:
                path = path[:-1]
            found.add(path)
    related = lambda other: module[: len(other)] == other or other[: len(module)] == module
    return {other for other in found if other in known and not related(other)}


def circles(graph):
    """The strongly connected parts that have more than one file."""
    index, low, stack, on, parts = {}, {}, [], set(), []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        on.add(node)
        for other in graph[node]:
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in on:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            part = []
            while True:
                part.append(stack.pop())
                on.discard(part[-1])
                if part[-1] == node:
                    break
            if len(part) > 1:
                parts.append(sorted(part))

    for node in graph:
        if node not in index:
            visit(node)
    return parts


def main():
    sys.setrecursionlimit(10_000)
    listed = subprocess.run(["git", "ls-files", "*Cargo.toml"], cwd=ROOT, capture_output=True, text=True, check=True)
    bad = 0
    for manifest in listed.stdout.split():
        source = ROOT / Path(manifest).parent / "src"
        if not source.is_dir():
            continue
        known = modules(source)
        graph = {module: used(module, file, known) for module, file in known.items()}
        for part in circles(graph):
            bad += 1
            names = {module: str(known[module].relative_to(ROOT)) for module in part}
            print(f"{source.relative_to(ROOT)}: these files use each other in a circle")
            for module in part:
                uses = ", ".join(names[other] for other in sorted(graph[module]) if other in names)
                print(f"  {names[module]} uses {uses}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
