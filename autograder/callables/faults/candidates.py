"""The changes of a reference, and which of them answer a question as a submission did."""

from __future__ import annotations

import hashlib
import itertools
import time
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from autograder.callables.declared.functions import functions
from autograder.callables.declared.signatures import Signature
from autograder.callables.faults.case import Case, numbers
from autograder.callables.faults.changes import changes, open_changes
from autograder.callables.faults.compiled import Changeable
from autograder.callables.faults.edits import Change, from_bytes, to_bytes
from autograder.callables.faults.operators import NUMBER
from autograder.callables.faults.scopes import pairs
from autograder.callables.faults.table import Table
from autograder.callables.faults.words import rank
from autograder.core import Recent

Array = np.ndarray
Answer = Callable[[dict[str, Any], str], Mapping[str, Array] | None]
Stage = tuple[tuple[int, int, int], bool]  # a rank, and whether a change is made elsewhere than in the callable itself
VERIFIED = 400  # candidates of one table that are asked everything; more look alike in the small question alone
OWN = frozenset({"part left out", "terms left out"})  # kinds that are told of a callable's own formulas only
PAIRED = "paired"
FIRST = 2  # the rank from which on a kind of change is looked for where none that is likelier gives the numbers
BEFOREHAND_S = 3.0  # in which changes are tried before anybody hands in, beyond the likeliest
MOST_TABLES = 64 << 20  # bytes of tables that are held: a class asks the same few again and again


class Shared(Protocol):
    """Bytes by name, which all who grade by one exam share: made by the first that asks."""

    def get(self, name: str, make: Callable[[], bytes]) -> bytes:
        """What `make()` gives, or gave another."""


class Candidates:
    """Changes of a reference, and what they answer.

    `answer(namespace, question)` gives the results by name, None where the call raises; it copies what it hands over.
    `small[callable]` is the question that every change answers. `numbers` are the arguments that are single numbers.
    Tables of answers may be `shared`. Raises SyntaxError for a source that cannot be read.
    """

    def __init__(
        self,
        source: str,
        callables: Sequence[Signature],
        answer: Answer,
        small: Mapping[str, str],
        numbers: Collection[str] = (),
        shared: Shared | None = None,
    ):
        self.text, self.callables, self.numbers, self.shared = source, callables, numbers, shared
        self.reference = Changeable(source)
        self.source = functions(source)
        self.small, self._answer = small, answer
        self.open = list(open_changes(source, callables))
        self._changes = self._known_changes()
        self._tables: Recent[Hashable, tuple[list[Change], Table]] = Recent(MOST_TABLES)
        self._staged: dict[str, dict[Stage, list[Change]]] = {}

    def _known_changes(self) -> list[Change]:
        """All changes, by whoever made them first."""
        if self.shared is None:
            return list(changes(self.text, self.callables))
        name = f"changes of {', '.join(each.full_name for each in self.callables)}"
        return from_bytes(self.shared.get(name, lambda: to_bytes(changes(self.text, self.callables))))

    def own(self, function: str) -> list[Change]:
        """The changes of one function itself, each in one place."""
        single = (change for change in self._changes if len(change.edits) == 1 and change.scope == "here")
        return [change for change in single if change.edits[0].function == self.source.own(function)]

    def kinds(self, callable: str) -> Counter[str]:
        """How many changes of which kind are known of a callable and its helpers, the likeliest kinds first."""
        return Counter(change.kind for change in sorted(self.within(callable), key=rank))

    def family(self, candidates: Iterable[Change], case: Case) -> list[Change]:
        return [change for change in itertools.islice(candidates, VERIFIED) if self.gives(change, case)]

    def answering(self, callable: str, of: object, case: Case) -> list[Change]:
        """The changes that answer the small question as the submission did, the likeliest first."""
        question = self.telling(callable, case)
        if question not in case.questions:
            return []
        which, table = self.table(callable, of, question)
        sets = [table.equal(name, array) for name, array in case.looked_up(question)]
        return sorted((which[k] for k in set.intersection(*sets)), key=rank) if sets else []

    def gives(self, change: Change, case: Case) -> bool:
        return self.predicted(change, case) is not None

    def predicted(self, change: Change, case: Case, besides: Collection[str] = ()) -> list[dict[str, Array]] | None:
        """What a change answers to every question; None as soon as a result, `besides` some, is not what came."""
        names = self.reference.tried(change)
        if names is None:
            return None
        answers = []
        for question in case.questions:
            answer = self.asked(names, question)
            if answer is None:
                return None
            arrays = numbers(answer)
            if not all(n in besides or case.right(n, question, arrays.get(n)) for n in case.expected[question]):
                return None
            answers.append(arrays)
        return answers

    def bears_out(self, names: dict[str, Any], number: float, case: Case) -> bool:
        """Whether a change with this number gives all that came."""
        names[NUMBER] = number
        for question in case.questions:
            answer = self.asked(names, question)
            arrays = {} if answer is None else numbers(answer)
            if not all(case.right(name, question, arrays.get(name)) for name in case.expected[question]):
                return False
        return True

    def telling(self, callable: str, case: Case) -> str:
        """The small question, or where that is answered rightly the first that is not: of what is right there, hundreds
        of changes are right as well."""
        small = self.small[callable]
        apart = [question for question in case.questions if case.differs_in(question)]
        return small if small in apart or not apart else apart[0]

    def table(self, callable: str, of: object, question: str) -> tuple[list[Change], Table]:
        """What changes answer to a question: those of a stage, those of some kinds, or pairs of them."""
        key = callable, of, question
        held = self._tables.held(key)
        if held is not None:
            return held
        which = self._which(callable, of)
        if self.shared is None:
            table = self._made(which, question)
        else:
            name = f"{question} {_digest(which)}"
            table = Table.from_bytes(self.shared.get(name, lambda: self._made(which, question).to_bytes()))
        return self._tables.keep(key, (which, table), table.bytes)

    def _made(self, which: Sequence[Change], question: str) -> Table:
        answers = []
        for change in which:
            names = self.reference.tried(change)
            answer = None if names is None else self.asked(names, question)
            answers.append(None if answer is None else numbers(answer))
        return Table(answers)

    def _which(self, callable: str, of: object) -> list[Change]:
        if of == PAIRED:
            return list(pairs(self.within(callable)))
        if isinstance(of, frozenset):
            return [change for change in self.within(callable) if change.kind in of]
        return next(of_stage for stage, of_stage in self.stages(callable).items() if stage == of)

    def try_likeliest(self) -> None:
        """Fill the tables of the likeliest kinds, and of more kinds for as long as all together takes little time."""
        start = time.monotonic()
        stages = sorted((stage, callable) for callable in self.small for stage in self.stages(callable))
        for stage, callable in sorted(stages, key=lambda each: _is_likely(each[0]), reverse=True):
            if _is_likely(stage) or time.monotonic() - start < BEFOREHAND_S:
                self.table(callable, stage, self.small[callable])

    def stages(self, callable: str) -> dict[Stage, list[Change]]:
        """The changes of a callable by how like they are to what people do, the likeliest first."""
        if callable not in self._staged:
            itself = self.source.own(callable)
            stages: dict[Stage, list[Change]] = {}
            for change in self.within(callable):
                elsewhere = any(edit.function != itself for edit in change.edits)
                stages.setdefault((rank(change), elsewhere), []).append(change)
            self._staged[callable] = dict(sorted(stages.items()))
        return self._staged[callable]

    def within(self, callable: str) -> list[Change]:
        reached, itself = set(self.source.reach(callable)), self.source.own(callable)
        return [
            change
            for change in self._changes
            if all(edit.function in reached for edit in change.edits)
            and (change.kind not in OWN or change.edits[0].function == itself)
        ]

    def asked(self, names: dict[str, Any], question: str) -> Mapping[str, Array] | None:
        self.reference.begin()
        try:
            return self._answer(names, question)
        except Exception:
            return None


def _is_likely(stage: Stage) -> bool:
    """Whether most faults of a class are found among its changes."""
    rank_of, elsewhere = stage
    return rank_of[1] < FIRST and not elsewhere


def _digest(changes: Iterable[Change]) -> str:
    """Of changes in their order."""
    whole = hashlib.sha256()
    for each in changes:
        edits = [(edit.function, edit.path, edit.operator, edit.new) for edit in each.edits]
        whole.update(repr((each.kind, each.subject, each.scope, edits)).encode("utf-8", "surrogatepass"))
    return whole.hexdigest()
