"""Grade the bank and count: python -m tests.corpus.blind.grade_bank ASSIGNMENT FOLDER [--only PREFIX] [--every K]."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.corpus.blind import cases as bank


@dataclass
class Figures:
    right: int = 0
    wrong_submissions: int = 0
    wrong_methods: int = 0
    right_beside_wrong: int = 0
    hurt: list[str] = field(default_factory=list)  # right submissions that lose a point
    kept: list[str] = field(default_factory=list)  # wrong methods with full points
    dragged: list[str] = field(default_factory=list)  # right methods that lose points in a wrong submission
    unnamed: list[str] = field(default_factory=list)  # wrong methods without an acceptable name
    open: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    slow: Counter[str] = field(default_factory=Counter)

    @property
    def named(self) -> float:
        return 1 - len(self.unnamed) / max(self.wrong_methods, 1)

    def lines(self) -> list[str]:
        return [
            f"right submissions that lose a point: {len(self.hurt)} of {self.right}",
            f"wrong methods that keep full points: {len(self.kept)} of {self.wrong_methods}",
            f"right methods that lose points in a wrong submission: {len(self.dragged)} of {self.right_beside_wrong}",
            f"wrong methods whose report names an acceptable code: {self.named:.1%} of {self.wrong_methods}",
            f"submissions without a score: {len(self.failed)}",
        ]


def lost(report: dict, name: str) -> bool:
    got = report["methods"][name]
    return got["score"] < got["max_score"] - 1e-9


def seen(report: dict, name: str) -> list[str]:
    return [
        f"{c['id'].split('/')[1]}:{d['code']}({d.get('of') or ''})"
        for c in report["checks"]
        if c["method"] == name
        for d in c["diagnoses"]
    ]


def count(todo: list[bank.Case], reports: dict[str, dict]) -> Figures:
    f = Figures()
    for case in todo:
        report = reports.get(case.name)
        if report is None or report["verdict"] != "graded" or report["score"] is None:
            f.failed.append(f"{case.name}: {report and report['verdict']}")
            continue
        wrong = case.wrong
        if not wrong and not case.open:
            f.right += 1
        for name in bank.METHODS:
            text = case.parts[name]
            tag = f"{case.name} | {name} {text.name}"
            got = seen(report, name)
            why = next(
                (c["rationale"][:160] for c in report["checks"] if c["method"] == name and c["outcome"] != "passed"), ""
            )
            if name in case.open:
                f.open.append(f"{tag}: {'loses' if lost(report, name) else 'keeps'} {got}")
            elif name in wrong:
                f.wrong_methods += 1
                if not lost(report, name):
                    f.kept.append(f"{tag}: wanted {sorted(wrong[name])}")
                if not any(
                    case.names(d["code"], name) for c in report["checks"] if c["method"] == name for d in c["diagnoses"]
                ):
                    f.unnamed.append(f"{tag}: wanted {sorted(wrong[name])} got {got} {why}")
            elif lost(report, name):
                beside = ", ".join(f"{k} {case.parts[k].name}" for k in bank.METHODS if k != name)
                line = f"{tag}: {got} {why} [beside {beside}]"
                (f.dragged if wrong else f.hurt).append(line)
            if wrong and name not in wrong and name not in case.open:
                f.right_beside_wrong += 1
        f.wrong_submissions += bool(wrong)
    return f


def grade(
    assignment: str, todo: list[bank.Case], folder: Path, jobs: int = 1, course: Path | None = None
) -> dict[str, dict]:
    papers = folder / "papers"
    papers.mkdir(parents=True, exist_ok=True)
    for old in papers.glob("*.ipynb"):
        old.unlink()
    for case in todo:
        (papers / f"{case.name}.ipynb").write_text(bank.notebook(case), encoding="utf-8")
    out = folder / "reports.jsonl"
    out.unlink(missing_ok=True)
    tree = Path(os.environ.get("BLIND_TREE", bank.COURSE))  # another copy of the course, with its own judge
    start = "import sys; from autograder.cli import main; sys.exit(main())"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            start,
            "--course",
            str(course or tree),
            "grade",
            "--assignment",
            assignment,
            "--no-record",
            "--force",
            "--quiet",
            "--jobs",
            str(jobs),
            "--jsonl",
            str(out),
            str(papers),
        ],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    found = out.read_text(encoding="utf-8").splitlines() if out.exists() else []
    if len(found) < len(todo):
        said = done.stdout + done.stderr
        (folder / "failed.log").write_text(said, encoding="utf-8")
        raise RuntimeError(f"{len(found)} of {len(todo)} reports, exit {done.returncode}: {said[-3000:]}")
    reports = [json.loads(line) for line in found]
    return {Path(r["submission"]).stem: r for r in reports}


def main() -> None:
    ask = argparse.ArgumentParser()
    ask.add_argument("assignment")
    ask.add_argument("folder", type=Path)
    ask.add_argument("--compounds", type=int, default=60)
    ask.add_argument("--only", default="")
    ask.add_argument("--every", type=int, default=1)
    ask.add_argument("--again", type=Path, help="names of cases, one a line")
    ask.add_argument("--count", type=Path, help="reports there are already")
    a = ask.parse_args()
    todo = [*bank.cases(a.assignment, compounds=a.compounds, rights=70), *bank.varied(a.assignment)]
    todo = [c for c in todo if c.name.startswith(a.only)][:: a.every]
    if a.again:
        keep = set(a.again.read_text(encoding="utf-8").split())
        todo = [c for c in todo if c.name in keep]
    if a.count:
        reports = {
            Path(r["submission"]).stem: r for r in map(json.loads, a.count.read_text(encoding="utf-8").splitlines())
        }
    else:
        reports = grade(a.assignment, todo, a.folder)
    f = count(todo, reports)
    print("\n".join(f.lines()))
    for title in ("failed", "hurt", "kept", "dragged", "unnamed", "open"):
        print(f"\n## {title}")
        print("\n".join(getattr(f, title)))


if __name__ == "__main__":
    main()
