"""Every page, as axe-core in a headless Chromium finds it, at laptop and phone width, in light and dark.

Nothing is installed here: without Node, Chromium, playwright-core or axe-core the test says which and is skipped.
AXE_MODULES names the node_modules folder that holds the two packages, CHROMIUM the browser.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from autograder.core.report import Diagnosis
from autograder.reporting.feedback import write_course, write_pages
from tests.support import sample_reports as samples

pytestmark = pytest.mark.slow

SCRIPT = """
const { chromium } = require('playwright-core');
const fs = require('fs');
const [axePath, browserPath, ...pages] = process.argv.slice(2);
const axe = fs.readFileSync(axePath, 'utf8');
(async () => {
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
  const found = [];
  for (const colorScheme of ['light', 'dark']) for (const width of [1280, 390]) {
    // The page's own policy forbids every script, axe's as well: what a page does is seen before it is set aside.
    const options = { viewport: { width, height: 900 }, colorScheme };
    const strict = await (await browser.newContext(options)).newPage();
    const tab = await (await browser.newContext({ ...options, bypassCSP: true })).newPage();
    let requests, faults;
    strict.on('request', (request) => requests.push(request.url()));
    strict.on('console', (message) => faults.push(message.text()));
    strict.on('dialog', (dialog) => { faults.push('dialog'); dialog.dismiss(); });
    for (const page of pages) {
      requests = [], faults = [];
      await strict.goto('file://' + page);
      await tab.goto('file://' + page);
      const overflow = await tab.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      const cut = await tab.evaluate(() => [...document.querySelectorAll('.stacks :is(.mark, .sum)')].filter((cell) => {
        const box = cell.getBoundingClientRect();
        const whole = cell.scrollWidth <= cell.clientWidth && box.right <= window.innerWidth + 1;
        const others = [...cell.parentElement.querySelectorAll('[data-label]:not(.sum)')];
        const beside = others.some((each) => each.getBoundingClientRect().top < box.bottom - 1);
        return box.width && (!whole || (window.innerWidth < 500 && beside));
      }).map((cell) => cell.innerText));
      await tab.evaluate(axe);
      const { violations, passes } = await tab.evaluate(() => axe.run());
      found.push({ page, colorScheme, width, overflow, cut, faults, passes: passes.length,
        requests: requests.filter((url) => url !== 'file://' + page),
        violations: violations.map((v) => v.id + ': ' + v.nodes[0].html) });
    }
  }
  await browser.close();
  console.log(JSON.stringify(found));
})().catch((error) => { console.error(error); process.exit(1); });
"""


USE = """
const { chromium } = require('playwright-core');
const [browserPath, page] = process.argv.slice(2);
(async () => {
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
  const tab = await browser.newPage();
  const faults = [];
  tab.on('console', (message) => faults.push(message.text()));
  tab.on('pageerror', (error) => faults.push(String(error)));
  await tab.goto('file://' + page);
  const shown = () => tab.evaluate(() => [...document.querySelectorAll('#all tbody tr')]
    .filter((row) => !row.hidden).map((row) => row.cells[0].innerText.trim() + ' ' + row.cells[1].innerText.trim()));
  const said = { plain: await shown() };
  await tab.getByRole('button', { name: 'Mark' }).click();
  said.rising = await shown();
  await tab.getByRole('button', { name: 'Mark' }).click();
  said.falling = await shown();
  said.arrow = await tab.locator('#all th').nth(1).getAttribute('aria-sort');
  await tab.getByLabel('Sort by').selectOption({ label: 'Student, Z to A' });
  said.chosen = await shown();
  await tab.getByLabel('Find').fill('ZOË sign');
  said.found = await shown();
  said.status = await tab.getByRole('status').innerText();
  await tab.getByLabel('Find').fill("zoe o'br");
  said.as_typed = await shown();
  await browser.close();
  console.log(JSON.stringify({ ...said, faults }));
})().catch((error) => { console.error(error); process.exit(1); });
"""


@pytest.fixture
def tools() -> dict[str, str]:
    """Where Node, the browser and the two packages are."""
    places = [os.environ.get("AXE_MODULES"), Path(__file__).parents[2] / "node_modules"]
    modules = next((Path(place) for place in places if place and (Path(place) / "axe-core").is_dir()), None)
    browser = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    if not browser:
        pytest.skip("chromium is not installed")
    if modules is None:
        pytest.skip("axe-core is not there: npm install axe-core playwright-core, and set AXE_MODULES to node_modules")
    if not (modules / "playwright-core").is_dir():
        pytest.skip(f"playwright-core is not in {modules}: npm install playwright-core")
    return {"node": node, "browser": browser, "modules": str(modules)}


def look(tools: dict[str, str], folder: Path, pages: list[Path]) -> list[dict]:
    """What axe-core and the browser say of each page."""
    axe = str(Path(tools["modules"]) / "axe-core" / "axe.min.js")
    return run(tools, folder, SCRIPT, axe, tools["browser"], *map(str, pages))


def run(tools: dict[str, str], folder: Path, text: str, *arguments: str) -> Any:
    """What a program for Node prints, as JSON."""
    script = folder / "look.cjs"
    script.write_text(text)
    done = subprocess.run(
        [tools["node"], str(script), *arguments],
        env={**os.environ, "NODE_PATH": tools["modules"]},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_checker_sees_a_fault(tools: dict[str, str], tmp_path: Path) -> None:
    """The ruler itself: a page with an image without text, a script and a request is caught."""
    bad = tmp_path / "bad.html"
    bad.write_text("<html><img src='x.png'><script>console.log('ran')</script><p style='width:2000px'>wide</p></html>")
    for found in look(tools, tmp_path, [bad]):
        assert any(violation.startswith("image-alt") for violation in found["violations"])
        assert found["requests"]
        assert "ran" in found["faults"]
        assert found["overflow"] > 0


def test_pages_have_no_violation(tools: dict[str, str], tmp_path: Path) -> None:
    """No violation, no request, no message, nothing wider than the window, on a phone each mark whole and beside its
    name alone: every shape, two classes, one of which people have yet to grade in part, and their course."""
    reports = samples.every_shape()
    roster = ["full", "somebody <else>", "x" * 300]
    pages = write_pages(reports, tmp_path / "shapes", assignment="shallow_narrow", roster=roster)[:18]
    first, people = samples.named_class(60)
    second, _ = samples.named_class(60, seed=2, assignment="linear_regression")
    second = [samples.waiting(each, 4.125) if each.checks and each.mark else each for each in second]
    course = write_course({"shallow_narrow": first, "linear_regression": second}, tmp_path / "course", roster=people)
    pages += [course[0], *(page for page in course if page.parent.parent == course[0].parent)][:3]
    pages += [page for page, report in zip(course[2:], first, strict=False) if report.mark and report.mark.changed][:2]
    for found in look(tools, tmp_path, pages):
        assert not found["violations"], found
        assert not found["requests"], found
        assert not found["faults"], found
        assert found["overflow"] <= 0, found
        assert not found["cut"], found
        assert found["passes"] > 10


def test_the_tables_script_runs_under_the_pages_own_policy(tools: dict[str, str], tmp_path: Path) -> None:
    """Sorted by a click or by the list, no mark last either way; found by all words, in any case, without accents."""
    sign = samples.check("dloss_dw/values", "failed", diagnoses=(Diagnosis("sign", "dloss_dw1"),))
    reports = [
        samples.report("a", {sign.id: sign}), samples.report("b"), samples.our_fault("c"),
        samples.report("d", {sign.id: sign}), samples.unreadable("e"),
    ]  # fmt: skip
    roster = {"a": "Zoë O’Brien", "b": "Ben", "c": "Cem", "d": "Dan", "e": "Eva"}
    page = write_pages(reports, tmp_path / "class", assignment="shallow_narrow", roster=roster)[0]
    said = run(tools, tmp_path, USE, tools["browser"], str(page))
    assert said["faults"] == []
    rows = {"a": "Zoë O’Brien a ◐ 7", "b": "Ben b ✓ 10", "c": "Cem c ! none", "d": "Dan d ◐ 7", "e": "Eva e ✗ 0"}
    assert said["plain"] == [rows[each] for each in "bcdea"]
    assert said["rising"] == [rows[each] for each in "edabc"]
    assert said["falling"] == [rows[each] for each in "bdaec"]
    assert said["arrow"] == "descending"
    assert said["chosen"] == [rows[each] for each in "aedcb"]
    assert said["found"] == [rows["a"]]
    assert said["status"] == "1 of 5 students"
    assert said["as_typed"] == [rows["a"]]
