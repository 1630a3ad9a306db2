"""Check your own work: `check("softmax_loss")`, `check("Net.forward")` say what is right so far, or what to look at.

This file needs NumPy only, works offline and knows no answers. It asks your functions questions whose answers it
can hold against each other: is the gradient the slope of your own loss? does a training run go down that
gradient? does a batch give what its samples give one by one? So it can tell you that something does not fit,
and where; it cannot tell you the formula. Passing it is a very good sign, not a mark: the grading asks more.

In a notebook:    from selfcheck import check, same     (same holds a result of yours against one of the text)
In a terminal:    python selfcheck.py my_notebook.ipynb     (0: all checks pass, 1: some do not, 2: not readable)

Context: students get one file beside the notebook. Choice: all of it stands here, in the order in which it is used.
Cost: it is longer than a file should be.
"""

# ruff: noqa: B905  (zip's strict= needs Python 3.10; students may have 3.9)

from __future__ import annotations

import ast
import contextlib
import copy
import dis
import functools
import inspect
import io
import json
import linecache
import os
import re
import sys
import textwrap
import tokenize
import traceback
import types
import typing
import warnings

if __name__ == "__main__":  # in a terminal, one core will do: on two the largest lesson took eight times as long
    for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(_name, "1")  # heard only before NumPy is loaded

import numpy as np

WIDTH = 78  # characters a line: nbgrader cuts longer ones
CLOSE = 1e-7  # one number computed in two ways: right code differs by 1e-12 or so, a mild fault by 2e-3
SLOPE_CLOSE = 1e-4  # analytic against measured slope: right code differs by 1e-7 or so, a mild fault by 2e-3
STEP = 1e-4  # of the central differences
HAIR = 1e-9  # a move that changes a prediction by thousands of its last digits, and seldom one that is rounded to six
MARGIN = 1e4  # by how much closer than students' work the solution has to keep to what is stated of both
GRADED_WITH = "2.4"  # the NumPy that the grading is done with, as a rule

_MISFIT = "does not fit"
_WAITS = "cannot be checked yet"  # for another, which is named
_IN_PLACE = "an assignment into an array (a[...] = ..., a -= ..., out=a) changes the caller's array too."
_KEPT = "use this call's arguments only: no global, no random number, nothing that is kept between calls."
_FILL_IN = "fill it in, and run its cell again."


class CheckFailed(AssertionError):
    """Something is not right yet: what was seen, where, and what to look at next.

    `or_below`: what is named, or what it hangs on, is wrong; which of them, cannot be told.
    """

    def __init__(self, title, saw, where="", look="", or_below=False):
        parts = [textwrap.fill(title, WIDTH, subsequent_indent="  ")]
        for label, text in (("what I saw", saw), ("where", where), ("look at", look)):
            if text:
                indent = " " * 14
                parts.append(textwrap.fill(text, WIDTH, initial_indent=f"  {label:<12}", subsequent_indent=indent))
        super().__init__("\n".join(parts))
        self.title, self.saw, self.where, self.look, self.or_below = title, saw, where, look, or_below

    def _render_traceback_(self):
        """What IPython shows instead of a traceback: the message alone."""
        return [f"CheckFailed: {self}"]


class _NotFinite(CheckFailed):
    """NaN or infinity, where numbers were expected."""


@contextlib.contextmanager
def _quiet():
    """The student's prints and warnings lead nowhere."""
    with contextlib.ExitStack() as quiet:
        printed = io.StringIO()
        quiet.enter_context(contextlib.redirect_stdout(printed))
        quiet.enter_context(contextlib.redirect_stderr(printed))
        quiet.enter_context(np.errstate(all="ignore"))
        quiet.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        yield


# ---- a result of the text ------------------------------------------------------------------------------------


def same(title, got, wanted):
    """Compare a result of yours with the one that the lesson gives, to six significant digits."""
    failed = f"{title}: not the same yet"
    look = "go through the lesson's steps one by one: which one gives another number?"
    yours, theirs = _array(got, failed, "your value"), np.asarray(wanted, dtype=float)
    if yours.shape != theirs.shape:
        saw = f"your value has the shape {yours.shape}, the lesson's has {theirs.shape}."
        raise CheckFailed(failed, saw, "", "follow the shapes line by line: print(a.shape) after each step.")
    leading = np.floor(np.log10(np.where(theirs == 0, 1, np.abs(theirs))))
    wrong = ~(np.abs(yours - theirs) <= 0.5001 * 10.0 ** (leading - 5))  # half a unit of the last digit
    if wrong.any():
        at = tuple(int(i) for i in np.argwhere(wrong)[0])
        where = f"element {list(at)}; {int(wrong.sum())} of {wrong.size} differ" if at else ""
        saw = f"your value is {_number(yours[at])}, the lesson's is {_number(theirs[at])}."
        if not np.isfinite(yours[at]):
            look = f"go through the lesson's steps one by one: which one gives {_number(yours[at])} first?"
        raise CheckFailed(failed, saw, where, look)
    print(f"{title}: the same.")


# ---- the ruler -----------------------------------------------------------------------------------------------


def _largest(array):
    return float(np.abs(array).max(initial=0.0))


def _near(got, want, rtol, atol=0.0):
    """Whether all of `got` is within rtol of the largest element of `want`; False for NaN."""
    return bool(np.all(np.abs(np.asarray(got) - want) <= rtol * _largest(want) + atol))


def _constant_ratio(got, want, close):
    """The one number c with got = c * want in all arrays, or None."""
    one, two = (np.concatenate([np.ravel(a) for a in arrays]) for arrays in (got, want))
    if not two.any():
        return None
    ratio = float(one @ two / (two @ two))
    return ratio if ratio and _near(one, ratio * two, max(close, 1e-6)) else None


def _worst(names, got, want):
    """(name, place, got, want) of the largest difference."""
    differences = []
    for name, one, two in zip(names, got, want):
        at = np.unravel_index(int(np.argmax(np.abs(one - two))), one.shape)
        place = str([int(i) for i in at]) if at else ""
        differences.append((float(abs(one[at] - two[at])), name, place, float(one[at]), float(two[at])))
    return max(differences)[1:]


def _constant(values):
    """The one number that all values are, or 0."""
    return values[0] if values and all(abs(v - values[0]) < 1e-3 * abs(values[0]) for v in values) else 0


def _must_have_shape(array, shape, name, title, where):
    if array.shape == shape:
        return
    saw = f"{name} has the shape {array.shape}; {shape} was expected."
    look = "follow the shapes line by line: print(a.shape) after each step."
    if array.ndim == 2 and array.shape == shape[::-1]:
        look = "these are the right sizes with the axes swapped: which product needs a transpose (.T)?"
    elif sorted(array.shape) == sorted(shape):
        look = "these are the right lengths in another order: which axes are to change places (transpose)?"
    elif array.ndim != len(shape) and (shape == () or array.size == int(np.prod(shape))):
        look = "one axis too many or too few: which line makes or drops it?"
    raise CheckFailed(title, saw, where, look)


# ---- assignments of functions and methods --------------------------------------------------------------------


class FunctionCheck:
    """The checks for an assignment of functions and methods: `check("softmax_loss")`, `check("Net.forward")`.

    names: where they stand, globals(). facts: what the notebook states of them, as one literal: "sizes"; "draws", how
        an argument is drawn, by its name; "callables", what each takes, gives and changes; "given", those that nobody
        has to write; "cells", what has a check of its own; "slopes"; "follows", whose result is handed on;
        "settled", what those before it are called with; "unjudged", results that nobody looks into; "repeats";
        "state", the attributes that count; "invariants", what holds of every right answer; "seed".
    """

    def __init__(self, names, facts):
        # A notebook that was handed out before states less.
        self.names, self.facts, self.callables = names, {"invariants": (), "kept": {}, **facts}, facts["callables"]

    def __call__(self, wanted):
        """Say what is right so far of a function, a method or a result (`"softmax_loss.dW"`), or what to look at."""
        name, result = self._split(wanted)
        lines, failed = [], None
        with _quiet():
            try:
                lines = self._checked(name, result)
            except CheckFailed as failure:
                failed = self._first_to_mend(name, failure).with_traceback(None)
        if failed is not None:
            raise failed from None
        if not any(mark == "[ok]" for mark, _ in lines):
            _unchecked.append(wanted)
        bullets = [
            textwrap.fill(text, WIDTH, initial_indent=f"  {mark} ", subsequent_indent=" " * 7) for mark, text in lines
        ]
        print(
            "\n".join([f"{wanted.replace('-', '.')}: nothing wrong was found.", *bullets, *_notes(self._found(name))])
        )

    def _split(self, wanted):
        """("Net.forward", "") for "Net-forward", ("softmax_loss", "dW") for "softmax_loss.dW"; for "forward", too,
        where one class alone has such a method."""
        dotted = str(wanted).replace("-", ".")
        for name in sorted(self.callables, key=len, reverse=True):
            if dotted == name or dotted.startswith(f"{name}."):
                return name, dotted[len(name) + 1 :]
        method, _, result = dotted.partition(".")
        having = [name for name in self.callables if name.endswith(f".{method}")]
        if len(having) == 1:
            return having[0], result
        saw = f"the notebook says nothing of it; it does of {_listed(self.callables)}."
        raise CheckFailed(f"{wanted} cannot be checked", saw)

    def _checked(self, name, result):
        """What was found to be right, as pairs of a mark and a text; CheckFailed says what is not.

        `result`: one of them, "" for those that have no cell of their own, None for all.
        """
        self._must_be_there(name)
        unknown = self._not_drawn(name)
        if unknown:
            if _is_stub(self._found(name)):
                raise CheckFailed(f"{name} is not right yet", f"{name} is not written yet.", "", _FILL_IN)
            return [("note:", f"it is there. It was not called: how {_are(unknown)} made, only the grader knows.")]
        seen = self._asked(name, result)
        slopes = [
            each for each in self.facts["slopes"] if each["callable"] == name and self._is_of(each["by"], name, result)
        ]
        fits, pending = [], []
        for slope in slopes:
            try:
                fits.append((slope, self._fit(slope, seen)))
            except _Unmeasured as why:
                pending.append((slope, str(why)))
        fitting = _fitting_lines(fits, self._is_own)
        invariants = _Invariants(self, name)
        holding = invariants.lines(seen, lambda fact: self._is_about(fact, name, result))
        lines = [("[ok]", line) for line in (*self._plain_lines(name, result, seen), *fitting, *holding)]
        for slope, reason in pending:
            words = _slope_words(slope, self._is_own(slope))
            lines.append(("note:", f"whether {slope['by']} is {words} could not be checked: {reason}."))
        lines += [("note:", line) for line in invariants.unmeasured]
        held = {slope["by"].partition(".")[0] for slope, _ in fits} | invariants.settled
        return lines + [("note:", line) for line in self._left_to_the_grader(name, result, held)]

    def _plain_lines(self, name, result, seen):
        """What holds of every answer that was seen."""
        of = self.callables[name]
        for label in self._results_of(name, result):
            shape = of["gives"][label]
            if shape is not None:
                what = f"has the shape {_shape_words(shape)} and is finite" if shape else "is one number, finite"
                yield f"{label} {what}"
        keeps = [label for label in of["takes"] if label not in of["changes"] and label in self.facts["draws"]]
        if keeps and self._is_whole(name, result):
            yield f"{_are(keeps)} left as before"
        changed = [label for label in of["changes"] if label not in of.get("free", ())]
        if changed and self._is_whole(name, result):
            yield f"{_are(changed)} changed in place"
        yield f"asked again, it answers the same ({_count(len(seen), 'question')})"
        handed = [f"the {label} of your own {after}" for label, after in self._handed(name).items() if label]
        if handed:
            yield f"it works with {_listed(handed)}"

    def _is_own(self, slope):
        """Whether students write what it is the slope of; the notebook may give it."""
        named = _called_in(slope["of"], self.callables)
        return not named or not named <= {*self.facts["given"]}

    def _left_to_the_grader(self, name, result, held):
        """What nothing here can tell right from wrong."""
        rest = [label for label in self._results_of(name, result) if label not in held]
        if self._is_whole(name, result):
            rest += [
                *(label for label in self.callables[name]["changes"] if label not in held),
                *(f"self.{each}" for each in self.facts["state"] if "." in name and f"self.{each}" not in held),
            ]
        if rest:
            yield f"only the grading tells whether {_are(rest)} right; here it is what stands above."

    def _first_to_mend(self, name, failure):
        """The failure of a function, or that of another which it calls or whose slope it is: that is named first."""
        if failure.saw.startswith((f"{name} is not written yet", f"there is no {name} here")):
            return failure
        slopes = " ".join(each["of"] for each in self.facts["slopes"] if each["callable"] == name)
        followed = {
            each["slopes"] for each in self.facts["invariants"] if each["callable"] == name and "slopes" in each
        }
        named = {*_called_in(slopes, self.callables), *followed, *self._handed(name).values()}
        called = _names_in(self._found(name))
        for other in self.callables:
            if other != name and (other in named or other.rpartition(".")[2] in called) and not self._not_drawn(other):
                try:
                    self._checked(other, None)
                except CheckFailed as trouble:
                    first = _mend_first(other, name, trouble, failure)
                    if _MISFIT in trouble.title:
                        first = CheckFailed(f"{name} {_WAITS}: {trouble.title}", first.saw, first.where, first.look)
                    return first
        rests_on = [
            each
            for each in self.callables
            if each != name and (each in self._handed(name).values() or each.rpartition(".")[2] in called)
        ]
        if rests_on and re.search(r" raised (?!NameError)| holds (?!no array)| it gives another ", failure.saw):
            look = f"{failure.look} (It rests on {_listed(rests_on)}, whose values are not compared here.)".strip()
            return CheckFailed(failure.title, failure.saw, failure.where, look, or_below=True)
        return failure

    # ---- asking ------------------------------------------------------------------------------------------------

    def _asked(self, name, result=""):
        """(question, answer) of all questions about one callable, each held against what is stated of it."""
        self._must_be_there(name)
        title, seen, moved, beyond = f"{name} is not right yet", [], set(), None
        for asked in self._questions(name):
            answer = self._answer(name, asked, title)
            try:
                self._must_be_as_stated(name, result, answer, asked, title)
            except _NotFinite as failure:
                beyond = beyond or failure
                continue
            moved |= answer.changed
            saw = "asked the same a second time, it gives another {}."
            self._must_be_the_same(name, result, self._answer(name, asked, title), answer, saw, asked, title)
            seen.append((asked, answer))
        if beyond is not None:
            self._say_beyond(name, seen, beyond)
        asked, answer = seen[0]
        saw = "asked the same after other questions, it gives another {}."
        self._must_be_the_same(name, result, self._answer(name, asked, title), answer, saw, asked, title)
        of = self.callables[name]
        still = [label for label in of["changes"] if label not in moved and label not in of.get("free", ())]
        if still and self._is_whole(name, result):
            saw = f"after the call, {_are(still)} as before, whatever is asked."
            look = (
                "the array that is handed in is to be changed: a -= b and a[...] = b do that, a = a - b makes another."
            )
            raise CheckFailed(title, saw, "", look)
        if self._is_whole(name, result):
            self._repeated(name, title)
        return seen

    def _say_beyond(self, name, seen, beyond):
        """Raise that numbers are not finite; of a run that goes too far, what shorter steps show, if they show it."""
        if seen and any("rounds" in fact and fact["callable"] == name for fact in self.facts["invariants"]):
            list(_Invariants(self, name).lines(seen, lambda fact: "rounds" in fact))
        raise beyond

    def _repeated(self, name, title):
        """Asked several times in a row, what it returns given back to it."""
        repeats, asked = self.facts["repeats"].get(name), next(iter(self._questions(name)))
        for turn in range(repeats["times"] if repeats else 0):
            where = f"call {turn + 1} in a row, with what it returned before; {asked.where}" if turn else asked.where
            answer = self._answer(name, asked._replace(where=where), title)
            self._must_be_as_stated(name, "", answer, asked._replace(where=where), title)
            results = list(answer.results.values())
            back = {label: results[place] for label, place in repeats["back"].items()}
            asked = asked._replace(values={**asked.values, **back})

    def _questions(self, name):
        """Of several sizes, then one for each choice of an argument."""
        lists, reach = self.facts["sizes"], self._reach(name)
        every = [dict(zip(lists, lengths)) for lengths in zip(*lists.values())] or [{}]
        for k, sizes in enumerate(every):
            yield self._question(k, sizes, {}, reach)
        middle = next((sizes for sizes in every if 1 not in sizes.values()), every[0])
        for label in reach:
            draw = self.facts["draws"][label]
            for k, choice in enumerate(draw[1] if draw[0:1] == ("one_of",) else ()):
                yield self._question(len(every) + k, middle, {label: choice}, reach)

    def _question(self, number, sizes, chosen, reach):
        rng = np.random.default_rng([self.facts["seed"], number])
        values = {**_drawn_all(self.facts["draws"], rng, sizes), **chosen}
        named = {*re.findall(r"\w+", repr([self.facts["draws"][label] for label in reach]))}
        situation = [f"{size} = {length}" for size, length in sizes.items() if size in named]
        situation += [
            f"{label} = {values[label]!r}"
            for label in reach
            if isinstance(values[label], (str, int)) or self.facts["draws"][label][0:1] == ("one_of",)
        ]
        return _Question(sizes, values, ", ".join(situation), bool(chosen))

    def _answer(self, name, asked, title, objects=None):
        """What a fresh call gives; those that it follows are called before it, a method on an object of its own."""
        objects, (owner, _, attribute) = {} if objects is None else objects, name.rpartition(".")
        if owner and owner not in objects:
            self._must_be_there(owner, name)
            objects[owner] = self._run(
                owner, self.names[owner], self._arguments(f"{owner}.__init__", asked), title, asked
            )
        arguments, first = self._arguments(name, asked), {}
        for label, after in self._handed(name).items():
            if after not in first:
                self._must_be_there(after, name)
                before = f"{name} {_WAITS}: it is called after {after}"
                settled = {**asked.values, **self.facts.get("settled", {}).get(name, {})}
                first[after] = self._answer(after, asked._replace(values=settled), before, objects)
            if label:
                arguments[label] = first[after].results[label]
        was = copy.deepcopy({label: arguments[label] for label in arguments if label not in self._handed(name)})
        state = copy.deepcopy(self._state(objects[owner])) if owner else {}
        function = getattr(objects[owner], attribute, None) if owner and not self.callables[name].get("read") else None
        if function is None:  # a property is read
            function = functools.partial(getattr, objects[owner], attribute) if owner else self.names[name]
        value = self._run(name, function, arguments, title, asked)
        changed = {label for label, before in was.items() if not _equal(arguments[label], before)}
        after = {
            label: copy.deepcopy(arguments[label]) for label in self.callables[name]["changes"] if label in arguments
        }
        now = self._state(objects[owner]) if owner else {}
        changed |= {label for label, before in state.items() if not _equal(now[label], before)}
        after.update(copy.deepcopy(now))
        results = self._named(name, value, title, asked.where)
        kept = {label: each if label in self._opaque(name) else copy.deepcopy(each) for label, each in results.items()}
        return _Answer(kept, after, changed, first)

    def _state(self, of):
        """What an object keeps under the names that count."""
        return {f"self.{label}": getattr(of, label, None) for label in self.facts["state"]}

    def _run(self, name, function, arguments, title, asked):
        """The value of one call, its arguments in their places or by their names."""
        named = (self.callables.get(name) or self.callables.get(f"{name}.__init__", {})).get("named", ())
        placed = [value for label, value in arguments.items() if label not in named]
        by_name = {label: value for label, value in arguments.items() if label in named}
        try:
            inspect.signature(function).bind(*placed, **by_name)
        except ValueError:  # a function of C's
            pass
        except TypeError:
            saw = f"{name} cannot be called with {_count(len(arguments), 'argument')}: {_listed(arguments)}."
            raise CheckFailed(title, saw, "", "keep its first line as the notebook gives it.") from None
        title = title.replace("is not right yet", "gives no answer yet")
        return _guarded(lambda: function(*placed, **by_name), title, name, asked.where)

    def _arguments(self, name, asked):
        """The arguments of a call, each a copy; None stands for those that others hand on."""
        of, handed = self.callables.get(name, {"takes": ()}), self._handed(name)
        values = {**asked.values, **of.get("fixed", {})}
        keys = {label: of.get("drawn", {}).get(label, label) for label in of["takes"]}
        return {label: None if label in handed else copy.deepcopy(values[key]) for label, key in keys.items()}

    def _named(self, name, value, title, where):
        """What a call gave, by the names that the notebook states."""
        gives = list(self.callables[name]["gives"])
        if not gives:
            return {}
        if value is None:
            raise CheckFailed(title, f"{name} returned nothing (None).", where, "is a return missing?")
        if len(gives) == 1:
            return {gives[0]: value}
        several = isinstance(value, (tuple, list)) or (isinstance(value, np.ndarray) and value.ndim > 0)
        if not several or len(value) != len(gives):
            saw = f"{name} returned {_kind(value)}; {_count(len(gives), 'value')} were expected: {_listed(gives)}."
            raise CheckFailed(title, saw, where, "look at the return line.")
        return dict(zip(gives, value))

    # ---- what must hold of an answer ---------------------------------------------------------------------------

    def _must_be_as_stated(self, name, result, answer, asked, title):
        """The results of one cell are finite and of their shapes; arguments are left alone."""
        of = self.callables[name]
        wrong = [label for label in of["takes"] if label in answer.changed and label not in of["changes"]]
        if wrong and self._is_whole(name, result):
            arguments = "argument" if len(wrong) == 1 else "arguments"
            raise CheckFailed(title, f"{name} changed its {arguments} {_listed(wrong)}.", asked.where, _IN_PLACE)
        # An argument may be called as a size is: where a callable takes it, its own number counts.
        keys = {label: of.get("drawn", {}).get(label, label) for label in of["takes"]}
        counts = {label: asked.values[key] for label, key in keys.items() if type(asked.values.get(key)) is int}
        asked = asked._replace(sizes={**asked.sizes, **counts})
        for label in self._results_of(name, result):
            value, shape = answer.results[label], of["gives"][label]
            if value is None:
                raise CheckFailed(title, f"{label} is None.", asked.where, "look at the return line.")
            if shape is not None:
                _must_have_stated_shape(
                    label, value, shape, asked, title, _misplaced(of["gives"], answer.results, asked)
                )
            _must_be_finite(label, value, asked.where, title)
        for label, value in answer.after.items() if self._is_whole(name, result) else ():
            _must_be_finite(label, value, asked.where, title)

    def _must_be_the_same(self, name, result, answer, first, saw, asked, title):
        """Two answers to one question are the same; where what was handed on differs, nothing is said of this one."""
        if any(
            not _same_numbers(answer.first[after].results, earlier.results) for after, earlier in first.first.items()
        ):
            return
        both = {label: (answer.results[label], first.results[label]) for label in self._results_of(name, result)}
        if self._is_whole(name, result):
            both.update({label: (answer.after[label], value) for label, value in first.after.items()})
        for label, (one, two) in both.items():
            if not _same_numbers(one, two):
                raise CheckFailed(title, saw.format(label), asked.where, _KEPT)

    def _is_of(self, by, name, result):
        """Whether a cell is about a result, or a part of one such as `grads.dW1`."""
        if result is None:
            return True
        if result:
            return by == result or by.startswith(f"{result}.") or result.startswith(f"{by}.")
        return by.partition(".")[0] in self._results_of(name, "")

    def _is_about(self, fact, name, result):
        """Whether a cell is about an invariant: that of a result of its own, or of the callable as a whole."""
        label = fact["result"]
        return self._is_whole(name, result) if label.startswith("self.") else label in self._results_of(name, result)

    def stated(self, name):
        """What the notebook states that holds of every right answer of a callable, a sentence each."""
        invariants = _Invariants(self, name)
        return [invariants.says(fact) for fact in self.facts["invariants"] if fact["callable"] == name]

    def holds(self, fact):
        """Whether an invariant holds of the callable as it is here, and could be asked: so the build tries it."""
        invariants = _Invariants(self, fact["callable"], wide=True)
        if self._not_drawn(fact["callable"]):
            return False
        try:
            with _quiet():
                seen = self._asked(fact["callable"], None)
                # What depends on a choice, as a mode does, is no invariant: it has to hold of every question alone.
                apart = (
                    [seen]
                    if fact["kind"] in ("feels", "each", "hair") or "moves" in fact
                    else [[pair] for pair in seen]
                )
                held = [list(invariants.lines(pairs, lambda each: each == fact)) for pairs in apart]
        except CheckFailed:
            return False
        return all(held) and not invariants.unmeasured and invariants.shows(fact, seen)

    def _is_whole(self, name, result):
        """Whether a cell is about what the callable does beside returning: its own, or the first of its results."""
        if not result or name in self.facts["cells"]:
            return not result
        return next(cell for cell in self.facts["cells"] if cell.startswith(f"{name}.")) == f"{name}.{result}"

    def _results_of(self, name, result):
        """The results that a cell is about: one, or those of the callable that have no cell of their own."""
        opaque, gives = self._opaque(name), self.callables[name]["gives"]
        if result:
            return [label for label in gives if label == result.partition(".")[0] and label not in opaque]
        apart = {cell[len(name) + 1 :] for cell in self.facts["cells"] if cell.startswith(f"{name}.")}
        open_ones = [label for label in gives if label not in opaque]
        if result is None:
            return open_ones
        return [label for label in open_ones if label not in apart] or open_ones

    def _fit(self, slope, seen):
        """(question, what was given, the entries that could be measured) for the everyday questions."""
        everyday = [pair for pair in seen if 1 not in pair[0].sizes.values()] or seen
        sized = [pair for pair in (*everyday, *seen) if not pair[0].chosen]
        sized = list({id(pair): pair for pair in sized}.values())[:2]
        fits = []
        for asked, answer in sized + [pair for pair in everyday if pair[0].chosen]:
            where, title = asked.where, f"{slope['callable']} is not right yet"
            base = np.asarray(_at(asked.values, slope["wrt"]), dtype=float)
            head, *keys = slope["by"].split(".")
            try:
                gradient = np.asarray(_at({head: answer.results[head]}, slope["by"]), dtype=float)
            except (KeyError, IndexError, TypeError, ValueError):
                saw = f"{head} holds no array {keys[0]!r}." if keys else f"{head} is {_kind(answer.results[head])}."
                raise CheckFailed(title, saw, where, "what is it to hold, by which names?") from None
            gradient = _shaped(gradient, base)
            if gradient.shape != base.shape:
                of = slope.get("words", slope["wrt"])
                saw = f"{slope['by']} has the shape {gradient.shape}; {of} has {base.shape}."
                raise CheckFailed(title, saw, where, "a slope has the shape of what it is the slope by.")
            height = functools.partial(self._height, slope, asked)
            fits.append((asked, gradient, _measured(height, base, 8 if asked.chosen else 24)))
        if not any(len(entries) for _, _, entries in fits):
            raise _Unmeasured("what it is held against bends too sharply there")
        return fits

    def _height(self, slope, asked, value):
        """The student's own number whose slope is asked, at another value of the argument `wrt`."""
        settled = {**asked.values, **self.facts.get("settled", {}).get(slope["callable"], {})}
        moved = asked._replace(values=_with(settled, slope["wrt"], value))
        of = slope["of"]
        try:
            if of.startswith("lambda"):
                calls, names = ast.parse(of, mode="eval").body.body, {**self.names, **copy.deepcopy(moved.values)}
                return _one_number(_guarded(lambda: _computed(calls, names), "", of.partition(": ")[2], ""))
            name, result = (of[:-2], "") if of.endswith("()") else (slope["callable"], of)
            self._must_be_there(name)
            results = self._answer(name, moved, "").results
            height = results[result or next(iter(results))]
            if not slope.get("times"):
                return _one_number(height)
            weights = np.asarray(moved.values[slope["times"]], dtype=float)
            if np.shape(height) != weights.shape:
                raise _Unmeasured(f"{slope['times']} has another shape than what {name} returns")
            return float(np.sum(weights * np.asarray(height, dtype=float)))
        except CheckFailed as trouble:
            raise _Unmeasured((trouble.saw or trouble.title).rstrip(".")) from None
        except (TypeError, ValueError, KeyError):
            raise _Unmeasured(f"{of} gives no number") from None

    # ---- what is stated ----------------------------------------------------------------------------------------

    def _handed(self, name):
        return self.facts["follows"].get(name, {})

    def _opaque(self, name):
        """The results that are handed on to others as they are, or not judged: nobody looks into them."""
        handed = {label for each in self.facts["follows"].values() for label, after in each.items() if after == name}
        return handed.union(self.facts.get("unjudged", {}).get(name, ()))

    def _all_before(self, name):
        """The callable itself, the constructor of its object, and all that it follows."""
        owner, _, attribute = name.rpartition(".")
        names = [name]
        if owner and attribute != "__init__" and f"{owner}.__init__" in self.callables:
            names.append(f"{owner}.__init__")
        for after in dict.fromkeys(self._handed(name).values()):
            names += self._all_before(after)
        return names

    def _reach(self, name):
        """The drawn arguments that a call of it needs."""
        settled = self.facts.get("settled", {}).get(name, {})
        labels = []
        for each in self._all_before(name):
            of = self.callables[each]
            takes = [of.get("drawn", {}).get(label, label) for label in of["takes"]]
            labels += takes if each == name else [label for label in takes if label not in settled]
        return [label for label in dict.fromkeys(labels) if label in self.facts["draws"]]

    def _not_drawn(self, name):
        """The arguments that a call of it needs and that the notebook does not say how to draw."""
        missing = []
        for each in self._all_before(name):
            of = self.callables[each]
            known = {*self.facts["draws"], *self._handed(each), *of.get("fixed", {}), *of.get("drawn", {})}
            known |= {*self.facts.get("settled", {}).get(name, {})}
            missing += [label for label in of["takes"] if label not in known]
        return list(dict.fromkeys(missing))

    def _found(self, name):
        owner, _, attribute = name.rpartition(".")
        member = getattr(self.names.get(owner), attribute, None) if owner else self.names.get(name)
        return getattr(member, "fget", None) or getattr(member, "func", None) or member

    def _must_be_there(self, name, wanted_by=""):
        if not callable(self._found(name)):
            title = f"{wanted_by} {_WAITS}" if wanted_by else f"{name} is not right yet"
            look = "run its cell, and keep the name as the notebook gives it."
            raise CheckFailed(
                title, f"there is no {name} here: it is not written yet, or its cell was not run.", "", look
            )


class _Invariants:
    """What holds of every right answer of one callable, by the facts of the notebook, held against the student's own.

    A fact says of which "callable" and "result" it is, its "kind", and what that kind needs. `unmeasured` are those
    that could not be asked, a sentence each; `settled` the results that a run is known to give from others of them.
    `wide`: held with a margin, as the solution has to be before a fact is stated: what it obeys by its last digits
    alone, right work that adds up in another order does not.
    """

    def __init__(self, check, name, wide=False):
        self.check, self.name, self.title, self.wide = check, name, f"{name} is not right yet", wide
        self.unmeasured, self.settled = [], set()
        self.close = CLOSE / MARGIN if wide else CLOSE  # of what has to be the same
        self.apart = CLOSE * 100 if wide else CLOSE  # of what has to differ
        self.above = 1e-12 * MARGIN if wide else 0.0  # of what has to be larger

    def lines(self, seen, is_wanted):
        """A line for each wanted fact that holds; CheckFailed says which does not."""
        asks = {
            "feels": self._feels, "each": self._feels_each, "ignores": self._ignores, "hair": self._feels_a_hair,
            "keeps": self._keeps, "again": self._again, "alone": self._alone, "order": self._order,
            "twice": self._twice, "zero": self._zero, "positive": self._positive, "even": self._even,
            "power": self._power, "grows": self._grows, "steps": self._steps, "records": self._records,
            "path": self._path,
        }  # fmt: skip
        for fact in self.check.facts["invariants"]:
            if fact["callable"] == self.name and is_wanted(fact):
                try:
                    asks[fact["kind"]](fact, seen)
                    yield self.says(fact)
                except (_Unmeasured, TypeError, ValueError, LookupError) as why:
                    self.unmeasured.append(f"whether {self.says(fact)}, could not be checked: {why}.")

    def says(self, fact):
        """What holds, in a sentence."""
        result, along, times = fact["result"], fact.get("along"), fact.get("times")
        on, moved = (_listed(map(self._word, fact.get(key, ()))) for key in ("on", "moves"))
        first, second = fact.get("pair", ("", ""))
        update = f"{'after' if fact.get('late') else 'before'} update i"
        slopes = f"minus {fact.get('rate')} times your own {fact.get('slopes')}"
        return {
            "feels": f"{result} hangs on {on}",
            "each": f"{result} hangs on each element of {on}",
            "ignores": f"{result} does not hang on {on}",
            "hair": f"{result} feels the smallest change: nothing is rounded",
            "keeps": f"{_are([f'self.{each}' for each in fact.get('on', ())])} left as before",
            "again": f"the same object gives the right {result} for other arguments, too",
            "alone": f"each of the {along} gives alone what it gives among the others",
            "order": f"the order of the {along} does not matter",
            "twice": f"with the same {along} twice over, {result} {'stays as it is' if times == 1 else 'doubles'}",
            "zero": f"{result} is 0 where {first} and {second} are equal",
            "positive": f"{result} is above 0 where {first} and {second} are not equal",
            "even": f"whether {first} is above or below {second} does not matter",
            "power": f"differences twice as large make {result} {times} times as large",
            "grows": f"{result} grows with each difference",
            "steps": f"every round moves {moved} by {slopes}",
            "records": f"{result}[i] is your own {fact.get('height')} {update}",
            "path": f"{result}[i] holds {moved} {update}",
        }[fact["kind"]]

    def _word(self, leaf):
        """An argument as the class calls what it keeps of it: w1 for init_weights.0."""
        return self.check.facts["kept"].get(leaf, leaf)

    def shows(self, fact, seen):
        """Whether that it holds is no chance: counts and labels are often the same for quite other arguments."""
        if fact["kind"] in ("feels", "each", "keeps", "again"):
            return True
        asked, answer = self._everyday(seen)
        came = self._array(answer, fact["result"], asked)
        return not _near(np.round(came), came, 0.0, 1e-9)  # what rounding leaves of a 0 or a count is one, too

    # ---- asking ------------------------------------------------------------------------------------------------

    def _everyday(self, seen):
        """The first question of several samples, and its answer."""
        return next((pair for pair in seen if not pair[0].chosen and 1 not in pair[0].sizes.values()), seen[0])

    def _answer(self, asked, moved, name=""):
        values = asked.values
        for leaf, value in moved.items():
            values = _with(values, leaf, value)
        return self.check._answer(name or self.name, asked._replace(values=values), self.title)

    def _array(self, answer, label, asked):
        """A result, or what the object keeps, `self.w`, as an array of real numbers."""
        value = answer.after[label] if label in answer.after else answer.results[label]
        array = _as_array(value)
        if array.dtype.kind not in "biuf":
            raise CheckFailed(self.title, f"{label} is {_kind(value)}.", asked.where)
        return array.astype(float)

    def _result(self, fact, asked, **moved):
        return self._array(self._answer(asked, moved), fact["result"], asked)

    def _fail(self, saw, asked, look, beside=()):
        """Raise what does not hold; `beside` are callables whose own answers it is held against."""
        right = {each.rpartition(".")[2] for each in (*self.check.facts["given"], *beside)}
        rests_on = self.check._handed(self.name) or {*self._calls_of_theirs()} - right
        title = f"{self.name}, or what it rests on, is not right yet" if rests_on else self.title
        raise CheckFailed(title, saw, asked.where, look, or_below=bool(rests_on))

    def _calls_of_theirs(self):
        """The names of functions, methods and classes beside it that its code reads and that stand in the notebook."""
        owner = self.check.names.get(self.name.rpartition(".")[0])
        for called in _names_in(self.check._found(self.name)):
            found = getattr(owner, called, None) or self.check.names.get(called)
            if isinstance(found, (types.FunctionType, type)) and found.__module__ == self.check.names.get("__name__"):
                yield called

    def _held_against(self, fact):
        """The callables whose own answers say where a run leads and what it records."""
        slopes = " ".join(each["of"] for each in self.check.facts["slopes"] if each["callable"] == fact["slopes"])
        return {fact["slopes"], *_called_in(slopes, self.check.callables)}

    # ---- what every argument does ------------------------------------------------------------------------------

    def _feels(self, fact, seen):
        """A result changes with each argument."""
        asked, answer = self._everyday(seen)
        for leaf in fact["on"]:
            others = self._others(leaf, asked)
            if all(self._is_as_before(fact, asked, answer, leaf, other, self.apart) for other in others):
                self._say_it_stays(fact, asked, leaf, "")

    def _feels_each(self, fact, seen):
        """A result changes with each element of each argument."""
        asked, answer = self._everyday(seen)
        for leaf in fact["on"]:
            (other,) = self._others(leaf, asked)
            for place in list(np.ndindex(np.shape(other)))[:24]:
                moved = np.array(_at(asked.values, leaf), dtype=float)
                moved[place] = np.asarray(other)[place]
                if self._is_as_before(fact, asked, answer, leaf, moved, self.apart):
                    self._say_it_stays(fact, asked, leaf, str([int(i) for i in place]) if place else "")

    def _ignores(self, fact, seen):
        for leaf, (asked, answer) in ((leaf, pair) for leaf in fact["on"] for pair in seen):
            others = self._others(leaf, asked)
            if not all(self._is_as_before(fact, asked, answer, leaf, other, self.close) for other in others):
                saw = f"{fact['result']} changes with {self._word(leaf)}, on which it should not hang."
                self._fail(saw, asked, f"what of it does {self.name} read, and what does it need?")

    def _is_as_before(self, fact, asked, answer, leaf, other, close):
        """Whether a result is the same with another value of an argument."""
        return _same_numbers(
            self._array(self._answer(asked, {leaf: other}), fact["result"], asked),
            self._array(answer, fact["result"], asked),
            close,
        )

    def _say_it_stays(self, fact, asked, leaf, place):
        word = self._word(leaf)
        saw = f"{fact['result']} stays the same whatever {word}{place} is."
        self._fail(saw, asked, f"where does {word} enter? Follow it through {self.name}.")

    def _others(self, leaf, asked):
        """Other values of an argument: the other choices, or another draw."""
        head, *keys = leaf.split(".")
        draw, here = self.check.facts["draws"][head], _at(asked.values, leaf)
        for key in keys:
            draw = draw[1][int(key) if draw[0] == "list" else key]
        if draw[0] == "one_of":
            return [choice for choice in draw[1] if not _equal(choice, here)]
        return [_drawn(draw, np.random.default_rng([self.check.facts["seed"], 77]), asked.sizes)]

    def _feels_a_hair(self, fact, seen):
        """A result changes when every number moves by a hair of its own; one that all move by, a softmax does not feel.

        Three such moves are tried. A student's result has to change at all by one of them, the solution's by each, and
        far more than rounding could change it.
        """
        asked, answer = self._everyday(seen)
        here = self._array(answer, fact["result"], asked)
        rng = np.random.default_rng([self.check.facts["seed"], 78])
        moves = [{leaf: self._hairs(rng, np.shape(_at(asked.values, leaf))) for leaf in fact["on"]} for _ in range(3)]
        if self.wide:
            felt = all(self._is_far_above_rounding(fact, asked, here, move) for move in moves)
        else:
            felt = any(not np.array_equal(self._moved_by(fact, asked, move, 1.0), here) for move in moves)
        if not felt:
            saw = f"{fact['result']} does not change at all when every number moves by up to {HAIR:g}."
            self._fail(saw, asked, "is anything rounded, turned into int, or computed with half the digits (float32)?")

    def _hairs(self, rng, shape):
        return HAIR * rng.uniform(0.5, 1.0, shape) * rng.choice([-1.0, 1.0], shape)

    def _moved_by(self, fact, asked, move, times):
        moved = {leaf: _at(asked.values, leaf) + times * hairs for leaf, hairs in move.items()}
        return self._array(self._answer(asked, moved), fact["result"], asked)

    def _is_far_above_rounding(self, fact, asked, here, move):
        """Whether a move changes a result by MARGIN times what rounding leaves: a last digit, or more where twice the
        move does not change it twice as much."""
        once, twice = (self._moved_by(fact, asked, move, times) - here for times in (1.0, 2.0))
        left = max(_largest(twice - 2.0 * once), float(np.finfo(float).eps) * _largest(here))
        return _largest(once) > MARGIN * left

    def _keeps(self, fact, seen):
        """What the object keeps is as it was before the call."""
        for asked, answer in seen:
            wrong = [f"self.{label}" for label in fact["on"] if f"self.{label}" in answer.changed]
            if wrong:
                self._fail(f"{self.name} changed {_listed(wrong)}.", asked, "it should only compute, and move nothing.")
        self.settled |= {f"self.{label}" for label in fact["on"]}

    def _again(self, fact, seen):
        """An object that was asked before gives what a fresh one gives."""
        asked, _ = self._everyday(seen)
        values = asked.values
        for leaf in fact["on"]:
            values = _with(values, leaf, self._others(leaf, asked)[0])
        other = asked._replace(values=values)
        objects: dict[str, object] = {}
        fresh = self._array(self.check._answer(self.name, other, self.title), fact["result"], asked)
        self.check._answer(self.name, asked, self.title, objects)
        again = self._array(self.check._answer(self.name, other, self.title, objects), fact["result"], asked)
        if not _same_numbers(again, fresh, self.close):
            saw = f"the same object gives another {fact['result']} where it was asked about other arguments before."
            self._fail(saw, asked, _KEPT)

    # ---- what samples do to each other ----------------------------------------------------------------------------

    def _of_samples(self, fact, asked, rows):
        """The arguments with other `rows` along an axis; how many there are is taken from the arrays."""
        moved = {leaf: np.take(_at(asked.values, leaf), rows, axis) for leaf, axis in fact["axes"].items()}
        sizes = {**asked.sizes, fact["along"]: len(rows)}
        return self._answer(asked._replace(sizes=sizes), moved)

    def _alone(self, fact, seen):
        asked, answer = self._everyday(seen)
        together = self._array(answer, fact["result"], asked)
        left = 10 * self.close * _largest(together) + 1e-12  # of a 0: the root of an expanded square leaves 3e-8
        for k in (0, asked.sizes[fact["along"]] - 1):
            alone = self._array(self._of_samples(fact, asked, [k]), fact["result"], asked)
            if not _near(alone, np.take(together, [k], fact["axis"]), self.close, left):
                saw = f"number {k} of the {fact['along']} gives another {fact['result']} alone than among the others."
                look = f"does {self.name} mix them (a mean or a sum over that axis), or remember the last ones?"
                self._fail(saw, asked, look)

    def _order(self, fact, seen):
        asked, answer = self._everyday(seen)
        rows = list(range(asked.sizes[fact["along"]]))[::-1]
        turned = self._array(self._of_samples(fact, asked, rows), fact["result"], asked)
        if not _near(turned, self._array(answer, fact["result"], asked), self.close, 1e-12):
            saw = f"{fact['result']} changes with the order of the {fact['along']}."
            self._fail(saw, asked, "count all of them alike.")

    def _twice(self, fact, seen):
        asked, answer = self._everyday(seen)
        rows = [*range(asked.sizes[fact["along"]])] * 2
        twice = self._array(self._of_samples(fact, asked, rows), fact["result"], asked)
        here = self._array(answer, fact["result"], asked)
        if not _near(twice, fact["times"] * here, self.close, 1e-12):
            grown = f"makes {fact['result']} {_number(float(twice / here))} times as large" if here else "changes it"
            grown = f"leaves {fact['result']} as it is" if _near(twice, here, CLOSE) else grown
            right = "leaves it as it is" if fact["times"] == 1 else "doubles it"
            saw = f"the same {fact['along']} twice over {grown}; here that {right}."
            self._fail(saw, asked, "is a mean asked, or a sum, and over what is it taken?")

    # ---- what a difference does to a number ----------------------------------------------------------------------

    def _at_differences(self, fact, asked, factor):
        """The number for `factor` times the differences of a pair of arguments."""
        first, second = fact["pair"]
        one, two = (np.asarray(_at(asked.values, leaf), dtype=float) for leaf in (first, second))
        return float(self._result(fact, asked, **{first: two + factor * (one - two)}))

    def _zero(self, fact, seen):
        asked, _ = self._everyday(seen)
        value, otherwise = (self._at_differences(fact, asked, factor) for factor in (0.0, 1.0))
        left = 10 * self.close * abs(otherwise) + 1e-12  # the root of an expanded square leaves 3e-8
        if not abs(value) <= left:
            first, second = map(self._word, fact["pair"])
            saw = f"{fact['result']} is {_number(value)}, and not 0, where {first} and {second} are equal."
            self._fail(saw, asked, "what does the formula give when every difference is 0?")

    def _positive(self, fact, seen):
        asked, _ = self._everyday(seen)
        value = self._at_differences(fact, asked, 1.0)
        if not value > self.above:
            saw = f"{fact['result']} is {_number(value)}, where the two differ; it should be above 0."
            self._fail(saw, asked, "can differences of opposite signs cancel in your formula?")

    def _even(self, fact, seen):
        asked, _ = self._everyday(seen)
        above, below = (self._at_differences(fact, asked, factor) for factor in (1.0, -1.0))
        if not _near(below, above, self.close, 1e-12):
            saw = f"differences of +e and of -e give another {fact['result']}."
            self._fail(saw, asked, "what makes the sign of a difference go away?")

    def _power(self, fact, seen):
        asked, _ = self._everyday(seen)
        once, twice = (self._at_differences(fact, asked, factor) for factor in (1.0, 2.0))
        if not _near(twice, fact["times"] * once, self.close):
            grown = _grown(twice / once).replace("the loss", fact["result"]) if once else "do not leave it at 0"
            saw = f"differences twice as large {grown}."
            self._fail(saw, asked, f"here it is {fact['times']} times: what exactly is done to each difference?")

    def _grows(self, fact, seen):
        asked, _ = self._everyday(seen)
        first, second = fact["pair"]
        one, two = (np.asarray(_at(asked.values, leaf), dtype=float) for leaf in (first, second))
        here = float(self._result(fact, asked, **{first: one}))
        least = here + self.above * abs(here)
        for place in list(np.ndindex(one.shape))[:24]:
            larger = one.copy()
            larger[place] = two[place] + 3.0 * (one[place] - two[place])
            if not float(self._result(fact, asked, **{first: larger})) > least:
                saw = f"a larger difference in element {[int(i) for i in place]} does not make {fact['result']} larger."
                self._fail(saw, asked, "does it count every sample and every output?")

    # ---- where a run leads -----------------------------------------------------------------------------------------

    def _runs(self, fact, seen):
        """(question, answer, the arguments after 0, 1, … rounds by the student's own slopes) of runs that stay calm."""
        calm = 0
        for asked, answer in seen:
            rounds, rate = (asked.values[fact[key]] for key in ("rounds", "rate"))
            path = [{leaf: np.asarray(_at(asked.values, leaf), dtype=float) for leaf in fact["moves"]}]
            for _ in range(rounds + 1):
                slopes = self._answer(asked, path[-1], fact["slopes"]).results
                path.append({leaf: self._moved(path[-1][leaf], rate, slopes[by]) for leaf, by in fact["moves"].items()})
            most = 1e3 * max(1.0, *map(_largest, path[0].values()))
            if all(np.isfinite(each).all() and _largest(each) < most for there in path for each in there.values()):
                calm += 1
                yield asked, answer, path
        if not calm:
            raise _Unmeasured("your own slopes lead beyond all bounds in a few rounds")

    def _moved(self, base, rate, slope):
        return base - rate * _shaped(np.asarray(slope, dtype=float), base)

    def _steps(self, fact, seen):
        for asked, answer, path in sorted(self._runs(fact, seen), key=lambda run: len(run[2])):
            rounds = len(path) - 2
            ends = {leaf: self._array(answer, fact["ends"][leaf], asked) for leaf in fact["moves"]}
            for leaf, end in ends.items():
                if end.shape != path[0][leaf].shape:
                    saw = f"{self._word(leaf)} has the shape {end.shape} after the run; {path[0][leaf].shape} before."
                    self._fail(saw, asked, "which line of the update gives it another shape?", self._held_against(fact))
            reached = [self._is_there(ends, there) for there in path]
            if not reached[rounds]:
                self._say_where(fact, asked, path, ends, reached)
        self.settled |= {*fact["ends"].values()}

    def _is_there(self, ends, there):
        return all(_near(ends[leaf], there[leaf], 10 * self.close, 1e-13) for leaf in there)

    def _say_where(self, fact, asked, path, ends, reached):
        """Raise what is wrong with a run that does not end where the student's own slopes lead."""
        rounds, rate, label = len(path) - 2, asked.values[fact["rate"]], fact["rate"]
        start, right = path[0], path[rounds]
        wrong = [leaf for leaf in start if not _near(ends[leaf], right[leaf], 10 * self.close, 1e-13)]
        names, others = [self._word(leaf) for leaf in wrong], [self._word(leaf) for leaf in start if leaf not in wrong]
        slopes = f"your own {_listed(fact['moves'][leaf] for leaf in wrong)}"
        got, want = ([there[leaf] - start[leaf] for leaf in wrong] for there in (ends, right))
        ratio = _constant_ratio(got, want, 1e-6) if rounds == 1 else None
        look = f"the update should be minus {label} times the slope, nothing more."
        look += " Are all slopes taken before anything moves?" if others else ""
        if not any(step.any() for step in got):
            saw = f"{_are(names)} as before."
            look = "do the new values end up where they belong, and does the loop run?"
        elif True in reached:
            saw = f"{fact['rounds']} = {rounds} made {_count(reached.index(True), 'step')}."
            look = "how often does your loop run, and does every turn update?"
        elif ratio is not None and abs(ratio + 1) < 1e-3:
            saw, look = f"{_listed(names)} moved UP the slope.", "the slope points uphill; a step goes down."
        elif ratio is not None and rate and abs(ratio * rate - 1) < 1e-6:
            saw = f"{_listed(names)} moved by {slopes}, whatever {label} is."
            look = f"where is {label} multiplied?"
        elif ratio is not None:
            saw = f"the step of {_listed(names)} is {_times(ratio)} what it should be, {label} times {slopes}."
        elif rounds > 1:
            saw = f"after {rounds} rounds, {_are(names)} not where {slopes} {'leads' if len(wrong) == 1 else 'lead'}."
            look = "are all slopes taken before anything moves, and what does one turn leave behind for the next?"
        else:
            name, at, one, two = _worst(names, got, want)
            one, two = _apart(one, two)
            slope = fact["moves"][wrong[names.index(name)]]
            saw = f"{name}{at} moved by {one}; minus {label} times your own {slope}{at} is {two}."
        if others:
            saw += f" ({_listed(others)}: right.)"
        self._fail(saw, asked, look, self._held_against(fact))

    def _records(self, fact, seen):
        slope = next(each for each in self.check.facts["slopes"] if each["callable"] == fact["slopes"])
        for asked, answer, path in self._runs(fact, seen):
            heights = []
            for there in path:
                values = asked.values
                for leaf, value in there.items():
                    values = _with(values, leaf, value)
                wrt = np.asarray(_at(values, slope["wrt"]), dtype=float)
                heights.append(self.check._height(slope, asked._replace(values=values), wrt))
            came, late = self._array(answer, fact["result"], asked), fact["late"]
            wanted = np.array(heights[late : len(came) + late])
            if came.shape == wanted.shape and _near(came, wanted, 10 * self.close, 1e-13):
                continue
            other = np.array(heights[1 - late : len(came) + 1 - late])
            if came.shape == other.shape and _near(came, other, 10 * self.close, 1e-13):
                saw = f"what is recorded are the numbers {'BEFORE' if late else 'AFTER'} each update."
                self._fail(saw, asked, "which comes first in your loop, recording or moving?", self._held_against(fact))
            wrong = np.abs(came[: len(wanted)] - wanted) > 10 * self.close * _largest(wanted) + 1e-13
            k = int(np.argmax(wrong))
            one, two = _apart(float(came[k]), float(wanted[k]))
            when = f"{'after' if late else 'before'} update {k}"
            saw = f"{fact['result']}[{k}] is {one}; your own {fact['height']} {when} is {two}."
            self._fail(saw, asked, "what is recorded, and with which numbers is it computed?", self._held_against(fact))
        self.settled.add(fact["result"])

    def _path(self, fact, seen):
        for asked, answer, path in self._runs(fact, seen):
            came, late = self._array(answer, fact["result"], asked), fact["late"]
            rows = [row.ravel() for row in came]
            flat = [np.concatenate([each.ravel() for each in there.values()]) for there in path]
            if not self._is_path(rows, flat[late:]):
                names, result = _listed(map(self._word, fact["moves"])), fact["result"]
                look = "at which point of the loop is it kept, and is it a copy?"
                k = next(k for k in range(len(rows)) if not self._is_path(rows[k : k + 1], flat[late + k :]))
                saw = f"{result}[{k}] does not hold {names} {'after' if late else 'before'} update {k}."
                if len(rows) > 1 and all(np.array_equal(row, rows[0]) for row in rows):
                    saw, look = f"all rows of {result} are equal.", "was one array kept again and again? Keep copies."
                elif self._is_path(rows, flat[1 - late :]):
                    saw = f"{result}[i] holds {names} {'BEFORE' if late else 'AFTER'} update i."
                    look = "which comes first in your loop, keeping them or moving them?"
                self._fail(saw, asked, look, self._held_against(fact))
        self.settled.add(fact["result"])

    def _is_path(self, rows, there):
        return all(row.size == one.size and _near(row, one, 10 * self.close, 1e-13) for row, one in zip(rows, there))


class _Question(typing.NamedTuple):
    """Sizes and values by name, in words; `chosen`: asked for one choice of an argument."""

    sizes: dict
    values: dict
    where: str
    chosen: bool = False


class _Answer(typing.NamedTuple):
    """Results by name, what was to be changed as it is now, the arguments that were changed, the answers before it."""

    results: dict
    after: dict
    changed: set
    first: dict


class _Unmeasured(Exception):
    """A slope cannot be measured; the message says why."""


_unchecked: list[str] = []  # what checks were asked and could not look into: in a terminal these are no checks passed


def check(wanted):
    """What a source notebook imports; in a release the cell below that import states what `wanted` is held against."""
    _unchecked.append(wanted)
    print(f"{wanted}: not checked here. The release says what its functions take and give; this notebook does not.")


def _names_in(function):
    """The names that a function's code reads."""
    return getattr(getattr(function, "__code__", None), "co_names", ())


def _computed(node, names):
    """The value of calls, methods and subscripts of names, such as `cost(forward(X, parameters)[0], Y)`."""
    if isinstance(node, ast.Name):
        return names[node.id]
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.NamedExpr):
        names[node.target.id] = _computed(node.value, names)
        return names[node.target.id]
    if isinstance(node, ast.Attribute):
        return getattr(_computed(node.value, names), node.attr)
    if isinstance(node, ast.Subscript):
        return _computed(node.value, names)[_computed(node.slice, names)]
    keywords = {each.arg: _computed(each.value, names) for each in node.keywords}
    return _computed(node.func, names)(*(_computed(each, names) for each in node.args), **keywords)


def _is_stub(function):
    """Whether a function does nothing but raise NotImplementedError."""
    code = getattr(function, "__code__", None)
    named = False
    for instruction in dis.get_instructions(code) if code else ():
        if "JUMP" in instruction.opname or instruction.opname in ("FOR_ITER", "RETURN_VALUE"):
            return False
        named |= instruction.argval == "NotImplementedError"
        if instruction.opname == "RAISE_VARARGS":
            return named
    return False


def _drawn_all(draws, rng, sizes):
    """A value for every argument, rows of others last."""
    values = {label: _drawn(draw, rng, sizes) for label, draw in draws.items() if draw[0:1] != ("rows_of",)}
    for label, draw in draws.items():
        if draw[0:1] == ("rows_of",):
            rows = np.asarray(values[draw[1]])
            values[label] = rows[rng.permutation(len(rows))[: min(_size(draw[2], sizes), len(rows))]].copy()
    return values


def _drawn(draw, rng, sizes):
    """One argument as the notebook says that it is drawn: (kind, shape, how), or {"dict": {...}}, {"list": [...]}."""
    if draw[0] == "dict":
        return {key: _drawn(part, rng, sizes) for key, part in draw[1].items()}
    if draw[0] == "list":
        return [_drawn(part, rng, sizes) for part in draw[1]]
    if draw[0] == "one_of":
        return draw[1][int(rng.integers(len(draw[1])))]
    kind, shape, how = draw[0], tuple(_size(size, sizes) for size in draw[1]), draw[2] if len(draw) > 2 else {}
    if kind == "size":
        return _size(how["of"], sizes)
    if kind == "integers":
        how = {key: _size(bound, sizes) if isinstance(bound, str) else bound for key, bound in how.items()}
    if kind in ("labels", "one_hot"):
        whole = (
            _labels(rng, shape, _size(how["classes"], sizes))
            if kind == "labels"
            else _labels(rng, shape[:-1], shape[-1])
        )
        drawn = whole if kind == "labels" else np.eye(shape[-1])[whole]
    else:
        drawn = _DRAWS[kind](rng, shape, how)
    if np.ndim(drawn):
        return drawn
    if kind == "booleans":
        return bool(drawn)
    return int(drawn) if kind in ("labels", "integers") else float(drawn)


def _simplex(rng, shape, how):
    drawn = rng.uniform(0.1, 1.0, shape)
    return drawn / drawn.sum(axis=-1, keepdims=True)


def _mask(rng, shape, how):
    drawn = (rng.uniform(size=shape) < how["keep"]).astype(float).ravel()
    if drawn.size > 1:  # one of each at least
        drawn[:2] = 1.0, 0.0
    return rng.permutation(drawn).reshape(shape)


def _booleans(rng, shape, how):
    drawn = np.array(rng.uniform(size=shape) < how["keep"])
    if not shape:
        return drawn
    drawn[..., :1] = True  # one of each at least in every row, where there is room
    drawn[..., 1:2] = False
    return rng.permuted(drawn, axis=-1)


_DRAWS = {
    "normal": lambda rng, shape, how: how.get("scale", 1.0) * rng.normal(size=shape),
    "positive": lambda rng, shape, how: 0.1 + np.abs(rng.normal(size=shape)),
    "uniform": lambda rng, shape, how: rng.uniform(how["low"], how["high"], shape),
    "probabilities": lambda rng, shape, how: rng.uniform(0.03, 0.97, shape),
    "simplex": _simplex,
    "signs": lambda rng, shape, how: 2.0 * rng.integers(0, 2, shape) - 1.0,
    "mask": _mask,
    "booleans": _booleans,
    "permutation": lambda rng, shape, how: rng.permutation(shape[0]),
    "integers": lambda rng, shape, how: rng.integers(how["low"], how["high"] + 1, shape),
}


def _labels(rng, shape, classes):
    """Whole numbers from 0 on, each class there where there is room."""
    count = int(np.prod(shape))
    drawn = np.concatenate([rng.permutation(classes), rng.integers(0, classes, max(count - classes, 0))])
    return rng.permutation(drawn[:count]).reshape(shape)


def _at(values, dotted):
    """The value of "W", or of "parameters.W1" inside a dict or list."""
    head, *keys = dotted.split(".")
    value = values[head]
    for key in keys:
        value = value[int(key) if isinstance(value, (list, tuple)) else key]
    return value


def _shaped(slope, base):
    """A slope in the shape of what it is by: a tuple of one array is that array."""
    return slope[0] if slope.shape == (1, *base.shape) else slope


def _with(values, dotted, value):
    """The values with another one for "W" or "parameters.W1"."""
    head, *keys = dotted.split(".")
    if not keys:
        return {**values, head: float(value) if np.ndim(value) == 0 else value}
    inside = copy.copy(values[head])
    key = int(keys[0]) if isinstance(inside, list) else keys[0]
    inside[key] = float(value) if np.ndim(value) == 0 else value
    return {**values, head: inside}


def _leaves(path, value):
    """(path, array) of every array of numbers in a result, however it is nested."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _leaves(f"{path}[{key!r}]", part)
        return
    try:
        array = np.asarray(value)
    except Exception:  # lists of several lengths, a class of the student's own
        array = np.asarray(None)
    if array.dtype.kind in "biuf":
        yield path, array
    elif isinstance(value, (list, tuple)):
        for k, part in enumerate(value):
            yield from _leaves(f"{path}[{k}]", part)


def _equal(one, two):
    """Whether two values are the same, in type, shape and every number."""
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(_equal(one[key], two[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(two, (list, tuple)):
        return len(one) == len(two) and all(_equal(a, b) for a, b in zip(one, two))
    if isinstance(one, np.ndarray) or isinstance(two, np.ndarray):
        return np.shape(one) == np.shape(two) and bool(np.array_equal(one, two))
    return one is two or bool(one == two)


def _same_numbers(one, two, close=CLOSE):
    """Whether two results hold the same arrays but for rounding; what is no number is not looked at."""
    first, second = (dict(_leaves("", each)) for each in (one, two))
    return first.keys() == second.keys() and all(
        first[path].shape == array.shape and _near(first[path].astype(float), array.astype(float), close, 1e-12)
        for path, array in second.items()
    )


def _misplaced(shapes, results, asked):
    """The stated shapes of the results that have others, by their names."""
    stated = {label: shape for label, shape in shapes.items() if shape is not None}
    return {
        label: of for label, of in stated.items() if not _has_lengths(_as_array(results[label]), _lengths(of, asked))
    }


def _as_array(value):
    """The value as an array; what makes none is an array of the object None."""
    try:
        return np.asarray(value)
    except Exception:
        return np.asarray(None)


def _has_lengths(array, wanted):
    """Whether an array is as long along each axis as is wanted, where that is known."""
    return len(array.shape) == len(wanted) and all(b in (None, a) for a, b in zip(array.shape, wanted))


def _must_have_stated_shape(label, value, shape, asked, title, misplaced):
    """`misplaced`: the stated shapes of the results that have others. Two results may have changed places."""
    wanted, array = _lengths(shape, asked), _as_array(value)
    if array.dtype.kind not in "biuf":
        what = f"real numbers of the shape {_shape_words(shape)} were" if shape else "one number was"
        raise CheckFailed(title, f"{label} is {_kind(value)}; {what} expected.", asked.where)
    if _has_lengths(array, wanted):
        return
    alike = [other for other, theirs in misplaced.items() if array.ndim and _lengths(theirs, asked) == array.shape]
    if alike:
        saw = f"{label} has the shape {array.shape}; {_shape_words(shape) if None in wanted else wanted} was expected."
        look = f"that is the shape of {_listed(alike)}: in which order does the notebook ask for the results?"
        raise CheckFailed(title, saw, asked.where, look)
    if None in wanted:
        saw = f"{label} has the shape {array.shape}; {_shape_words(shape)} was expected."
        raise CheckFailed(title, saw, asked.where, "one axis too many or too few: which line makes or drops it?")
    _must_have_shape(array, wanted, label, title, asked.where)


def _lengths(shape, asked):
    """A stated shape in numbers; None for a length that nothing states."""
    counts = {key: each for key, each in asked.values.items() if type(each) is int}
    lengths = []
    for size in shape:
        try:
            lengths.append(_size(size, {**counts, **asked.sizes}))
        except KeyError:
            lengths.append(None)
    return tuple(lengths)


def _must_be_finite(label, value, where, title):
    for path, array in _leaves(label, value):
        if not np.isfinite(array).all():
            place = [int(i) for i in np.argwhere(~np.isfinite(array))[0]]
            saw = f"{path} holds {array[tuple(place)]}{f' (element {place})' if place else ''}."
            look = "is there a division by something that can be 0, or an array of np.empty that is not filled?"
            raise _NotFinite(title.replace("is not right yet", "gives no finite numbers yet"), saw, where, look)


def _one_number(value):
    if np.shape(value) != ():
        raise _Unmeasured(f"what it is the slope of has the shape {np.shape(value)} and is no number")
    return float(value)


def _measured(height, base, most):
    """(place, slope, how far that may be off) of entries of an argument, by central differences of `height`.

    Entries beside a kink are left out: there, the differences on both sides do not come together.
    """
    here = height(base)
    if not np.isfinite(here):
        raise _Unmeasured("what it is held against is not finite there")
    if here != height(base):
        raise _Unmeasured("what it is held against gives another number each time")
    places = list(np.ndindex(base.shape))
    if len(places) > most:
        chosen = np.random.default_rng(0).choice(len(places), most, replace=False)
        places = [places[k] for k in sorted(chosen)]
    step, entries = STEP * max(1.0, _largest(base)), []
    noise = 1e-13 * abs(here) / step
    for at in places:
        widths = []
        for width in (step, step / 2):
            ends = []
            for sign in (1, -1):
                moved = base.copy()
                moved[at] += sign * width
                ends.append(height(moved))
            widths.append(((ends[0] - ends[1]) / (2 * width), abs(ends[0] - 2 * here + ends[1]) / width))
        (wide, bend), (narrow, narrower) = widths
        off = 20 * abs(wide - narrow) + noise
        if np.isfinite(off) and not narrower > 0.7 * bend + off:  # a kink bends as much, however near one looks
            entries.append((at, narrow, off))
    if entries:
        _must_feel(height, base, here, entries)
    return entries


def _must_feel(height, base, here, entries):
    """A move by a hair must show in the number, or it was rounded and its differences are no slopes."""
    moved = base.copy()
    for at, slope, _ in entries:
        moved[at] += HAIR * np.sign(slope)
    if sum(abs(slope) for _, slope, _ in entries) > 1e-3 * abs(here) and height(moved) == here:
        raise _Unmeasured("what it is held against is rounded, or computed with half the digits (float32)")


class _WithoutObjects(ast.NodeTransformer):
    """Methods by their names alone: `loss(forward(x), y)` for `(m := Net(w)).loss(m.forward(x), y)`."""

    def visit_Attribute(self, node):
        return ast.Name(node.attr, node.ctx)


def _slope_of(slope):
    """What it is the slope of: `loss`, `loss(forward(X, W, b), y)`."""
    if slope["of"].startswith("lambda"):
        return ast.unparse(_WithoutObjects().visit(ast.parse(slope["of"], mode="eval").body.body))
    return slope["of"].replace("()", "")


def _slope_words(slope, is_own):
    """`the slope of your own loss by w`; whose it is is left out where the notebook gives it."""
    return f"the slope of {'your own ' if is_own else ''}{_slope_of(slope)} by {slope.get('words', slope['wrt'])}"


def _called_in(text, names):
    """Those of the names, `loss` or `Net.loss`, that a text calls, or names as they are."""
    called = {*re.findall(r"[A-Za-z_]\w*(?=\()", text)}
    return {
        name for name in names if name in {*re.findall(r"[A-Za-z_][\w.]*", text)} or name.rpartition(".")[2] in called
    }


def _fitting_lines(fits, is_own):
    """One line for all slopes of the same function; CheckFailed for those that do not fit."""
    wrong = [any(_wrong_entries(gradient, entries) for _, gradient, entries in fit) for _, fit in fits]
    if any(wrong):
        *others, last = [pair for pair, off in zip(fits, wrong) if off]
        right = [slope["by"] for (slope, _), off in zip(fits, wrong) if not off]
        _say_misfit(last[0], last[1], [slope["by"] for slope, _ in others], right, is_own(last[0]))
    groups: dict[str, list] = {}
    for slope, fit in fits:
        groups.setdefault(slope["of"], []).append((slope, fit))
    for group in groups.values():
        slopes = [slope for slope, _ in group]
        together = {**slopes[0], "words": _listed(slope.get("words", slope["wrt"]) for slope in slopes)}
        words = _slope_words(together, is_own(together))
        words = words if len(slopes) == 1 else words.replace("the slope", "the slopes", 1)
        error = max(_relative_error(fit) for _, fit in group)
        yield f"{_are([slope['by'] for slope in slopes])} {words} (relative error at most {error:.0e})"


def _scale(entries):
    return max((abs(slope) for _, slope, _ in entries), default=0.0)


def _wrong_entries(gradient, entries):
    """The measured entries that a slope does not fit."""
    close = 1e-3 * _scale(entries)
    return [(at, slope) for at, slope, off in entries if not abs(gradient[at] - slope) <= close + off]


def _relative_error(fit):
    errors = [
        abs(g[at] - slope) / _scale(entries) for _, g, entries in fit for at, slope, _ in entries if _scale(entries)
    ]
    return max(errors, default=0.0)


def _say_misfit(slope, fit, others, right, is_own):
    """Raise what is wrong with one slope: a factor, or the entry that is farthest off. `is_own` as there."""
    by, of, other, slope_words = slope["by"], slope["of"], _slope_of(slope), _slope_words(slope, is_own)
    title = f"{by if of.isidentifier() else slope['callable']} {_MISFIT} {'your own ' if is_own else ''}{other}"
    asked, gradient, entries = next(each for each in fit if _wrong_entries(*each[1:]))
    wrong = _wrong_entries(gradient, entries)
    at, wanted = max(wrong, key=lambda entry: abs(gradient[entry[0]] - entry[1]))
    place = str([int(i) for i in at]) if at else ""
    one, two = _apart(gradient[at], wanted)
    words = _ratio_words(fit)
    if words:
        saw, look = f"{by} {words[0]} {slope_words}{words[1]}.", words[2]
    elif not any(np.any(each) for _, each, _ in fit):
        saw = f"{by} is 0 everywhere; {slope_words} is {two}{f' at {place}' if place else ''}."
        look = "which line is to give it its value, and with which numbers is that line reached?"
    else:
        relative = abs(gradient[at] - wanted) / max(_scale(entries), abs(gradient[at]))
        saw = f"{by}{place} is {one}; {slope_words} is {two} there (relative error {relative:.1e})."
        if gradient.size > 1:
            saw += f" {len(wrong)} of the {len(entries)} elements that were measured "
            saw += "does not fit." if len(wrong) == 1 else "do not fit."
        look = "go back through the derivation, factor by factor, from the end towards the argument."
    if right:
        saw += f" ({_listed(right)}: right.)"
    if others:
        saw += f" {_listed(others)} {'does' if len(others) == 1 else 'do'} not fit either."
    if is_own and not of.isidentifier():
        look = f"is {other} as the notebook asks? Then {look}"
    raise CheckFailed(title, saw, asked.where, look, or_below=is_own)


def _ratio_words(fit):
    """(before, after, where to look) for a slope that is a multiple of what was measured, or None."""
    ratios = []
    for asked, gradient, entries in fit:
        got, want = (
            np.array(each) for each in ([gradient[at] for at, _, _ in entries], [slope for _, slope, _ in entries])
        )
        ratio = _constant_ratio([got], [want], SLOPE_CLOSE)
        if ratio is not None:
            ratios.append((ratio, asked.sizes))
        elif _largest(want) > 1e-9:
            return None
    if len(ratios) < 2:
        return None
    always = _constant([ratio for ratio, _ in ratios])
    if always and abs(always - 1) > 1e-3:
        if abs(always + 1) < 1e-3:
            return "has the size of", ", and the wrong sign", "what is subtracted from what?"
        return f"is {always:.5g} times", ", whatever the sizes are", "compare the constant factors."
    for size in ratios[0][1]:
        for power, words in ((1, f", times {size}"), (-1, f", divided by {size}")):
            lengths = [sizes[size] for _, sizes in ratios]
            if 0 in lengths:
                continue
            factor = _constant([ratio / length**power for (ratio, _), length in zip(ratios, lengths)])
            if factor and abs(factor - 1) < 1e-3 and len(set(lengths)) > 1:
                return "is", words, "which quantities are added up, and is their mean asked, or their sum?"
    return None


# ---- calling the student's code ------------------------------------------------------------------------------


def _guarded(call, title, method, where):
    """What `call` returns; the student's exceptions become a message with the line that raised."""
    try:
        return call()
    except (Exception, SystemExit) as error:
        places = list(zip(traceback.extract_tb(error.__traceback__), traceback.walk_tb(error.__traceback__)))
        frames = [(f, place[0]) for f, place in places if f.filename != _guarded.__code__.co_filename]
        stack = [pair for pair in frames if os.sep + "numpy" + os.sep not in pair[0].filename] or frames
        if isinstance(error, NotImplementedError):
            missing = stack[-1][0].name if stack else method
            also = f", which {method} calls," if missing != method.rpartition(".")[2] and method else ""
            failed = CheckFailed(
                title, f"{missing if also else method or missing}{also} is not written yet.", "", _FILL_IN
            )
        else:
            said = re.sub(r", with gufunc signature \S+", "", str(error))
            saw = f"{method or 'the constructor'} raised {type(error).__name__}: {said}{_other_numpy()}"
            failed = CheckFailed(title, saw, where, _line_of(error, stack))
    raise failed


def _line_of(error, stack):
    """The student's line that raised, or what to look at where no line of theirs did."""
    without_self = re.search(r"(\w+)\(\) takes \d+ positional arguments? but \d+ (?:was|were) given", str(error))
    hint = ""
    if without_self:
        hint = f"has its first line all parameters, self first: def {without_self[1]}(self, ...)?"
    if not stack:
        return hint
    if "'NoneType' object" in str(error):
        hint = "(None stands there: does what was called before return something?)"
    at, frame = stack[-1]
    return f"line {at.lineno}, in {at.name}: {at.line}{_shapes_in(at.line, frame)} {hint}".rstrip()


def _mend_first(earlier, name, trouble, failed):
    """The failure of `name` as that of another that it rests on: what there was to see of both."""
    saw = trouble.saw if earlier in trouble.saw else f"{earlier}: {trouble.saw}"
    look = trouble.look
    if failed.saw not in trouble.saw:
        look += f" Then come back to {name}: {failed.saw}"
    title = f"{name} {_WAITS}: mend {earlier} first"
    return CheckFailed(title, saw, trouble.where, look.strip())


def _shapes_in(line, frame):
    """The shapes of the arrays that a line names, as " (shapes: x (7, 3), self.w1 (3, 5))"."""
    shapes = {}
    for dotted in re.findall(r"[A-Za-z_][\w.]*", line or ""):
        first, *rest = dotted.split(".")
        name, value = first, frame.f_locals.get(first)
        for part in rest:
            if isinstance(value, np.ndarray):
                break  # x.T is told as x
            name, value = f"{name}.{part}", getattr(value, "__dict__", {}).get(part)
        if isinstance(value, np.ndarray) and value.shape:
            shapes[name] = value.shape
    return f" (shapes: {', '.join(f'{name} {shape}' for name, shape in shapes.items())})" if shapes else ""


def _array(value, title, name):
    """`value` as a float array, or a message that says what it is instead."""
    if value is None:
        raise CheckFailed(title, f"{name} is None: nothing was returned.", "", "is a return missing?")
    try:
        array = np.asarray(value)
    except Exception:
        array = np.asarray(None)
    if array.dtype.kind not in "fiu":
        raise CheckFailed(title, f"{name} is {_kind(value)}; real numbers were expected.")
    if array.dtype.kind == "f" and array.dtype.itemsize < 8:
        look = "which line makes it so? The whole course computes in float64, NumPy's own choice."
        raise CheckFailed(title, f"{name} has the type {array.dtype}, with half the digits or fewer.", "", look)
    return array.astype(float)


def _kind(value):
    if isinstance(value, (tuple, list)):
        return f"a {type(value).__name__} of {_count(len(value), 'value')}"
    if isinstance(value, np.ndarray):
        return f"an array of the shape {value.shape} and type {value.dtype}"
    return "nothing (None)" if value is None else f"a value of type {type(value).__name__}"


def _shape_words(shape):
    """A stated shape as NumPy writes shapes: (N, D), (C,)."""
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def _size(size, sizes):
    """A size of a shape as a number: 3, "H", "H+1", "4*H" or "(H-K)//S+1"."""
    return _worked_out(ast.parse(str(size).strip(), mode="eval").body, sizes)


def _worked_out(node, sizes):
    """Sums, products and whole parts of quotients of sizes."""
    if not isinstance(node, ast.BinOp):
        return node.value if isinstance(node, ast.Constant) else sizes[node.id]
    left, right = _worked_out(node.left, sizes), _worked_out(node.right, sizes)
    if isinstance(node.op, ast.Add):
        return left + right
    if isinstance(node.op, ast.Sub):
        return left - right
    return left * right if isinstance(node.op, ast.Mult) else left // right


def _number(value, digits=6):
    """`value` as text; never "-0"."""
    return f"{value + 0.0:.{digits}g}"


def _apart(one, two):
    """Two different numbers as texts that differ."""
    return next((a, b) for d in range(6, 18) for a, b in [(_number(one, d), _number(two, d))] if a != b or d == 17)


def _times(factor):
    """A factor as text: "0.5 times", "0.0136986 (1/73) times", and never "1 times" for one that is not 1."""
    inverse = round(1 / factor)
    exact = inverse >= 3 and abs(factor * inverse - 1) < 1e-5
    return f"{_apart(factor, 1)[0]} {f'(1/{inverse}) ' if exact else ''}times"


def _grown(factor):
    """What a change does to the loss, in words."""
    if abs(factor - 1) < 1e-6:
        return "leave the loss as it is"
    return f"make the loss {_number(factor)} times as large"


def _count(number, noun):
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _are(names):
    return f"{_listed(names)} {'is' if len(names) == 1 else 'are'}"


def _listed(items):
    *most, last = [str(item) for item in items] or [""]
    return f"{', '.join(most)} and {last}" if most else last


# ---- what is not as it will be when the work is graded -------------------------------------------------------


def _notes(written):
    """Lines about what will not be there, or be otherwise, when a class or function is graded."""
    absent = _absent(name for code in _codes(written) for name in _modules_of(*code))
    lines = [_absent_words(name) for name in absent]
    if _other_numpy():
        lines.append(_other_numpy().strip(" ()"))
    return [
        textwrap.fill(line, WIDTH, initial_indent="  note: ", subsequent_indent=" " * 8, break_on_hyphens=False)
        for line in lines
    ]


def _absent_words(name):
    return f"{name} is imported: only NumPy, matplotlib and Python's own modules are sure to be there for the grading."


def _other_numpy():
    """What to say where this NumPy is not the one that the grading is done with; else ""."""
    if np.__version__.split(".")[:2] == GRADED_WITH.split("."):
        return ""
    return f" (This is NumPy {np.__version__}; the grading is done with NumPy {GRADED_WITH}, as a rule.)"


def _absent(modules):
    """Those of the modules, each by its first name, that are neither NumPy, matplotlib nor Python's own."""
    library = set(getattr(sys, "stdlib_module_names", ()))  # Python 3.10 has it
    if not library:
        return []
    known = library | {"numpy", "matplotlib", "mpl_toolkits", "selfcheck", "__main__"}
    return [name for name in dict.fromkeys(modules) if name and name not in known]


def _codes(written):
    """(code, globals) of a function, or of those that a class defines."""
    for value in vars(written).values() if isinstance(written, type) else [written]:
        function = getattr(value, "__func__", value)
        if isinstance(function, types.FunctionType):
            yield function.__code__, function.__globals__


def _modules_of(code, names):
    """The first names of the modules that a function imports, or uses by a name that an import has bound."""
    for instruction in dis.get_instructions(code):
        if instruction.opname == "IMPORT_NAME":
            yield instruction.argval.split(".")[0]
    for name in code.co_names:
        value = names.get(name)
        if isinstance(value, types.ModuleType):
            yield value.__name__.split(".")[0]
        elif isinstance(value, (type, types.FunctionType)):
            yield (value.__module__ or "").split(".")[0]
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from _modules_of(inner, names)


# ---- in a terminal -------------------------------------------------------------------------------------------


def check_notebook(path):
    """Run a notebook's code cells; print what its checks say. Returns the exit code: 0, 1 or 2."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            cells = [cell for cell in json.load(file)["cells"] if cell["cell_type"] == "code"]
        sources = [("".join(cell["source"]), cell.get("metadata", {}).get("nbgrader", {})) for cell in cells]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"{path}: not a notebook that can be read ({type(error).__name__}: {error})")
        return 2
    graded = _check_cells(sources)
    if not graded:
        print(f"{path}: no check cells in it. Is this the notebook that you were given?")
        return 2
    os.environ["MPLBACKEND"] = "Agg"  # figures are drawn, not shown
    sys.modules["selfcheck"] = sys.modules[__name__]
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    namespace = {"__name__": "__main__", "display": print, "get_ipython": lambda: None}
    failed: list[tuple[str, BaseException]] = []
    unchecked, examples = 0, 0
    stopped: dict[str, list[tuple[int, str]]] = {}
    for number, (source, _) in enumerate(sources, start=1):
        before = len(_unchecked)
        printed, ended_by = _run_cell(source, f"<cell {number}>", namespace)
        if ended_by is None:
            if number in graded:
                unchecked += len(_unchecked) > before
                print(printed)
            continue
        text = str(ended_by) if isinstance(ended_by, CheckFailed) else f"{type(ended_by).__name__}: {ended_by}"
        if number in graded:
            failed.append((graded[number], ended_by))
            print(text, end="\n\n")
        else:
            examples += isinstance(ended_by, CheckFailed)
            first = next((line.strip() for line in source.splitlines() if line.strip()), "")
            stopped.setdefault(text.splitlines()[0], []).append((number, first))
    made = len(graded) - unchecked
    said = [f"{made - len(failed)} of {_count(made, 'check')} passed.", *_not_yet(failed)]
    if unchecked:
        said.append(f"{unchecked} {'was' if unchecked == 1 else 'were'} not checked here.")
    if examples:
        said.append(f"But {_count(examples, 'example')} of the lesson did not come out:")
    print(" ".join(said))
    for text, cells_there in stopped.items():
        number, first = cells_there[0]
        first = first if len(first) < 40 else first[:36] + " ..."
        one = f"code cell {number} ({first})"
        many = f"code cells {_listed(number for number, _ in cells_there)}"
        print(f"  note: {one if len(cells_there) == 1 else many} stopped: {text}")
    for name in _absent(name for source, _ in sources for name in _imported(source)):
        print(f"  note: {_absent_words(name)}")
    return 1 if failed or examples else 0


def _not_yet(failed):
    """Sentences about failed checks, (name, exception): what is wrong by itself first; of no other it is said."""
    waiting = [name for name, why in failed if _WAITS in getattr(why, "title", "")]
    doubtful = [name for name, why in failed if getattr(why, "or_below", False)]
    wrong = [name for name, _ in failed if name not in (*waiting, *doubtful)]
    if wrong:
        yield f"Not yet: {_listed(wrong)}."
    if doubtful:
        it, hangs = ("it", "it hangs") if len(doubtful) == 1 else ("they", "they hang")
        yield f"Not yet, {it} or what {hangs} on: {_listed(doubtful)}."
    if waiting:
        hangs = "it hangs" if len(waiting) == 1 else "they hang"
        yield f"Not to be told yet: {_listed(waiting)}; mend first what {hangs} on."


def _check_cells(sources):
    """number of a cell -> what it checks: by nbgrader's mark, or by its text where there are no marks.
    What a person grades is no check."""
    graded = {k: meta for k, (_, meta) in enumerate(sources, start=1) if meta.get("grade")}
    marked = {k: meta.get("grade_id") for k, meta in graded.items() if not meta.get("solution")}
    if marked:
        return marked
    checks = {}
    for number, (source, _) in enumerate(sources, start=1):
        called = re.search(r"^check\(['\"]([\w.-]+)['\"]\)", source, re.MULTILINE)
        if called:
            checks[number] = called[1]
    return checks


def _run_cell(source, name, namespace):
    """(what the cell printed, None or the exception that ended it), run as a notebook would."""
    printed = io.StringIO()
    try:
        python = _without_magics(source)
        linecache.cache[name] = (len(python), None, [line + "\n" for line in python.splitlines()], name)
        with contextlib.redirect_stdout(printed), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(compile(python, name, "exec"), namespace)
    except (Exception, SystemExit) as error:
        return printed.getvalue(), error
    return printed.getvalue(), None


_RUN_AS_IT_IS = ("time", "capture", "prun")  # cell magics below which stands what the notebook runs
_FOR_OTHERS = ("bash", "sh", "script", "html", "HTML", "javascript", "js", "latex", "markdown", "svg", "timeit")


def _without_magics(source):
    """The cell's Python as IPython reads it, line by line. Raises SyntaxError for an unknown cell magic."""
    with contextlib.suppress(SyntaxError):
        ast.parse(source)
        return source
    magic = re.match(r"\s*%%(\w+)[ \t]*([^\n]*)\n?", source)
    if magic:
        body = "\n" * magic[0].count("\n") + source[magic.end() :]
        if magic[1] in _RUN_AS_IT_IS:
            return _without_magics(body)
        if magic[1] == "writefile":
            return _written(magic[2].split(), source[magic.end() :], magic[0].count("\n"))
        if magic[1] in _FOR_OTHERS:
            return ""
        raise SyntaxError(f"the cell magic %%{magic[1]} is not known here, so its cell was not run")
    lines: list[str] = []
    for line in textwrap.dedent(source).split("\n"):
        lines.append(line if _continues(lines) else _plain(line))
    return "\n".join(lines)


def _written(arguments, body, above):
    """%%writefile model.py: Python that makes the module, so that a later cell can import it; no file is written."""
    name, ending = os.path.splitext(os.path.basename(arguments[-1] if arguments else ""))
    if ending != ".py":
        return ""
    text, module = "\n" * above + body, f"sys.modules[{name!r}]"
    make = f"import sys, types; {module} = types.ModuleType({name!r}); "
    return make + f"exec(compile({text!r}, {name + ending!r}, 'exec'), vars({module}))"


def _plain(line):
    """A line of IPython's as Python: %time keeps its statement, other magics and !commands give nothing."""
    timed = re.match(r"^(\s*)%time[ \t]+(.+)$", line)
    if timed:
        return timed[1] + timed[2]
    line = re.sub(r"^(\s*)(?:[%!?].*|[\w.%]+\?{1,2}\s*)$", r"\1pass", line)
    return re.sub(r"^(\s*[\w, ]+=)\s*[%!][a-zA-Z].*$", r"\1 None", line)


def _continues(lines):
    """Whether the next line stands inside a bracket, a long string, or after a backslash."""
    text = "\n".join(lines)
    if text.endswith("\\"):
        return True
    try:
        list(tokenize.generate_tokens(io.StringIO(text + "\n").readline))
    except tokenize.TokenError:
        return True
    except SyntaxError:
        return False
    return False


def _imported(source):
    """The first names of the modules that a cell's own statements import; none where the cell cannot be read."""
    try:
        tree = ast.parse(_without_magics(source))
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").split(".")[0]


_USAGE = """\
usage: python selfcheck.py my_notebook.ipynb

Save the notebook first. Its cells are run from top to bottom; you read what its
checks find, and which other cells stopped. The file stays as it is, and nothing
is sent anywhere. Passing is a very good sign, not a mark.

In the notebook, the cells check("..."), one for each part, do the same.
Exit code: 0 all is well, 1 not everything is right yet, 2 no notebook to check.
"""


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print(_USAGE, end="")
        sys.exit(0 if sys.argv[1:] in (["-h"], ["--help"]) else 2)
    for _stream in (sys.stdout, sys.stderr):  # a console that cannot show a letter shows its number
        if hasattr(_stream, "reconfigure"):
            _stream.reconfigure(errors="backslashreplace")
    sys.exit(check_notebook(sys.argv[1]))
