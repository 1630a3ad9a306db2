"""The verdict of one method, for the grade cell of an autograded notebook."""

from __future__ import annotations

from autograder.core import Report
from autograder.reporting.feedback import method_words, terminal, verdicts, words
from autograder.reporting.feedback.text import html, one_line, plain


def cell_text(report: Report, method: str) -> str:
    """What the terminal says of `method`, as text/plain without colour; no line break at the end."""
    return "\n".join(terminal.method_lines(report, method, width=96))


def cell_html(report: Report, method: str) -> str:
    """The same words as safe text/html: plain elements only, no style, no script, no address.

    Jupyter's sanitizer and nbgrader's feedback page both leave these elements as they are.
    """
    outcome = method_words.method_outcome(report, method)
    score = method_words.method_score(report, method)
    earned = f"{words.points(*score)}, " if score else ""
    head = f"{words.SYMBOLS[outcome]} {one_line(method, 40)}: {earned}{method_words.method_word(report, method)}"
    out = [f"<div><p><strong>{html(head)}</strong></p>"]
    checks = method_words.checks_of(report, method)
    if outcome == "internal_error":
        return f"{out[0]}<p>{html(verdicts.OUR_FAULT)}</p></div>"
    if report.verdict == "unreadable":
        out += [f"<p>{_lines(note)}</p>" for note in report.notes or (words.UNREADABLE,)]
    elif not checks:
        out.append("<p>No check of this method was run.</p>")
    out += [f"<p>Judged {_lines(route)}.</p>" for route in method_words.routes(report, method)]
    if checks:
        out.append("<ul>")
    for check in checks:
        worth = f" ({words.points(check.score, check.max_score)})" if check.max_score else ""
        claim = f"{words.SYMBOLS[check.outcome]} {method_words.answer(check)}: {one_line(check.title)}{worth}"
        out.append(f"<li>{html(claim)}")
        if check.outcome != "passed":
            codes, untold = words.untold(check)
            if check.rationale:
                tags = "".join(f" [{html(code, lines=False)}]" for code in codes)
                out.append(f"<br>{_lines(check.rationale)}{tags}")
            for fault in untold:
                said = f"{one_line(fault.of)} {words.fault(fault.code)}" + (f": {fault.detail}" if fault.detail else "")
                out.append(f"<br>· {_lines(said)} [{html(fault.code, lines=False)}]")
            if check.help:
                out.append(f"<br><strong>Look at:</strong> {_lines(check.help)}")
        out.append("</li>")
    if checks:
        out.append("</ul>")
    return "".join(out) + "</div>"


def _lines(text: str) -> str:
    """Escaped text, its line breaks kept."""
    return str(html(plain(text))).replace("\n", "<br>")
