"""Which small changes of the reference give the numbers that a submission gave, and what that is called.

Safety: only finite numbers prove, of two sizes or of three questions; a change has to give all arrays of the callable,
the right ones too; one change for all wrong arrays comes before one for each; where the best of a family disagree, less
is said.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.callables.declared.functions import functions
from autograder.callables.declared.handed import same_names
from autograder.callables.declared.signatures import Signature
from autograder.callables.faults.case import Answers, Case, Same, case_of, numbers
from autograder.callables.faults.changes import Note, changes, noted, open_changes
from autograder.callables.faults.compiled import Changeable, quiet
from autograder.callables.faults.edits import Change
from autograder.callables.faults.generic import Sizes, scaled
from autograder.callables.faults.likeness import nearest
from autograder.callables.faults.operators import NUMBER, STARTS
from autograder.callables.faults.scopes import joined, pairs
from autograder.callables.faults.table import Table
from autograder.callables.faults.together import by_their_own, from_what_is_right, what_is_right
from autograder.callables.faults.unknown import solve
from autograder.callables.faults.words import Named, Sentence, likeliest, rank, sentence_of
from autograder.core import Code

Array = np.ndarray
Answer = Callable[[dict[str, Any], str], Mapping[str, Array] | None]
VERIFIED = 400  # candidates of one table that are asked everything; more look alike in the small question alone
Family = tuple[list[Change], str]  # changes that give the same numbers, and what is told beside
Stage = tuple[tuple[int, int, int], bool]  # a rank, and whether a change is made elsewhere than in the callable itself
FACTORLESS = frozenset(
    {"term left out", "function left out", "function other", "slope left out", "slope of another", "transpose"}
)
AT_BORDERS = frozenset({"cut off", "cut off first", "small added"})  # kinds that show in few questions by their nature
FOR_ANOTHER = frozenset({"name", "expression"})  # kinds by which a quantity stands in the place of another
OWN = frozenset({"part left out", "terms left out"})  # kinds that are told of a callable's own formulas only
PAIRED = "paired"
FIRST, SECOND = 5, 150  # changes that give a part of what came, and what each of them is joined with
SELDOM = 2  # the rank from which on a kind of change is not what people do as a rule
BESIDES = "This gives what comes in all everyday questions, though not in all others."
EACH = 12  # candidates for one wrong array that are joined with those for another


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a submission beside its numbers: which questions are `everyday` ones, the callables that are
    `right`, and the text of the callable as it is `written`, which decides between changes that give the same."""

    everyday: Sequence[str] = ()
    right: Collection[str] = ()
    written: str = ""


NOTHING = Known()


class Families:
    """Names faults of a reference's callables.

    `answer(namespace, question)` gives the results by name, None where the call raises; it copies what it hands over.
    `small[callable]` is the question that every change answers. `sizes[question]` are the declared sizes by their
    names; `numbers` are the arguments that are single numbers. Raises SyntaxError for a source that cannot be read,
    ValueError for a note that changes nothing.
    """

    def __init__(
        self,
        source: str,
        callables: Sequence[Signature],
        answer: Answer,
        small: Mapping[str, str],
        notes: Sequence[Note] = (),
        sizes: Mapping[str, Sizes] | None = None,
        numbers: Collection[str] = (),
    ) -> None:
        self._reference = Changeable(source)
        self._source = functions(source)
        self._callables = {each.full_name: each for each in callables}
        self._answer, self.small, self._sizes, self._numbers = answer, small, sizes or {}, numbers
        self._notes = [(noted(note, source), note) for note in notes]
        self._changes = list(changes(source, callables))
        self._open = list(open_changes(source, callables))
        self._tables: dict[tuple[str, object, str], tuple[list[Change], Table]] = {}
        self._written = ""
        self._staged: dict[str, dict[Stage, list[Change]]] = {}

    def explain(
        self,
        callable: str,
        questions: Sequence[str],
        answers: Answers,
        expected: Answers,
        same: Same,
        known: Known = NOTHING,
    ) -> Named | None:
        """The fault that gives all of these numbers, else those of the everyday questions; None where there is none, or
        none that can be named truly."""
        self._written = known.written
        case = case_of(questions, answers, expected, same, self._sizes)
        if case is None:
            return None
        with quiet():
            if not case.proves:
                return self._at_a_border(callable, case)
            named = self._explained(callable, case, known.right)
            if named is None and 0 < len(known.everyday) < len(questions):
                everyday = case_of(known.everyday, answers, expected, same, self._sizes)
                named = self._everyday(callable, everyday, known.right)
            return named or what_is_right(case)

    def _everyday(self, callable: str, case: Case | None, right: Collection[str]) -> Named | None:
        """What gives the numbers of the everyday questions, and not of all the others: of zeros, of huge numbers."""
        named = self._explained(callable, case, right, thorough=False) if case is not None and case.proves else None
        return None if named is None else replace(named, says=f"{named.says} {BESIDES}", kinds=frozenset())

    def _explained(self, callable: str, case: Case, right: Collection[str], *, thorough: bool = True) -> Named | None:
        """By one change, or where the search is `thorough` by several or by one whose number is not known."""
        named = from_what_is_right(case) or self._noted(case) or by_their_own(case)
        if named is not None:
            return named
        exact = self._exactly(callable, case, right)
        if exact[0] and min(map(rank, exact[0]))[1] > 2:  # not what people do: what each array suggests comes first
            each = self._one_each(callable, case)
            exact = each if each[0] and min(map(rank, each[0]))[1] < 2 else exact
        searches = (self._scaled, self._one_each, self._in_pairs, self._in_two_steps, self._solved)
        for search in (lambda *_: exact, *(searches if thorough else ())):
            family, besides = search(callable, case)
            if family:  # its best members decide, even where they disagree: what is farther off is not true of more
                words = self._words(callable, family)
                if words is None:
                    return None
                kinds = frozenset(each.kind for each in family if rank(each) == min(map(rank, family)))
                return Named(words[0], ", ".join(case.wrong), words[1] + besides, words[2], kinds)
        return self._each_alone(callable, case, right)

    def _each_alone(self, callable: str, case: Case, right: Collection[str]) -> Named | None:
        """What gives each wrong result by itself, whatever it makes of the others; of some where not of all."""
        sentences: dict[str, Sentence] = {}
        for name in case.wrong if case.even and len(case.expected[case.questions[0]]) > 1 else ():
            alone = case.alone(name)
            family = self._exactly(callable, alone, right)[0] if alone.proves else []
            words = self._words(callable, family) if family else None
            if words is not None:
                sentences[name] = words
        if not sentences:
            return None
        code, text, look = next(iter(sentences.values()))
        if len({*sentences.values()}) > 1:
            of: dict[str, list[str]] = {}
            for name, words in sentences.items():
                of.setdefault(words[1], []).append(name)
            text = " ".join(f"{', '.join(names)}: {said}" for said, names in of.items())
        return Named(code, ", ".join(sentences), text, look, alone=len({*sentences.values()}) == 1)

    def _words(self, callable: str, family: Sequence[Change]) -> Sentence | None:
        """What is told of changes that give the same numbers; None where they disagree."""
        itself, names = self._source.own(callable), self._names(callable)
        words = sentence_of([self._sure(each) for each in family], itself, names)
        if words is None and self._written:
            near = nearest(likeliest(family, itself), self._source.functions, self._written)
            words = sentence_of([self._sure(each) for each in near], itself, names)
        return words

    def _at_a_border(self, callable: str, case: Case) -> Named | None:
        """A change that shows at extreme numbers alone, where there is one that gives just these."""
        if not case.differs:
            return None
        family = self._family(self._candidates(callable, AT_BORDERS, case), case)
        words = self._words(callable, family) if family else None
        return None if words is None else Named(words[0], ", ".join(case.wrong), words[1], words[2])

    def own(self, function: str) -> list[Change]:
        """The changes of one function itself, each in one place."""
        single = (change for change in self._changes if len(change.edits) == 1 and change.scope == "here")
        return [change for change in single if change.edits[0].function == self._source.own(function)]

    def kinds(self, callable: str) -> Counter[str]:
        """How many changes of which kind are known of a callable and its helpers, the likeliest kinds first."""
        return Counter(change.kind for change in sorted(self._within(callable), key=rank))

    def _noted(self, case: Case) -> Named | None:
        for change, note in self._notes:
            if self._gives(change, case):
                return Named(Code.DIFFERENT, ", ".join(case.wrong), note.says, note.look)
        return None

    def _exactly(self, callable: str, case: Case, right: Collection[str]) -> Family:
        """Stage by stage: the likeliest that give the numbers decide what is told, so nobody asks the others. What
        people seldom do is not looked for in functions that the submission has right."""
        sound = {self._source.own(each) for each in right}
        stages = (
            stage
            for stage, of_stage in self._stages(callable).items()
            if not stage[1] or stage[0][1] < SELDOM or any(each.edits[0].function not in sound for each in of_stage)
        )
        families = (self._family(self._candidates(callable, stage, case), case) for stage in stages)
        return next(filter(None, families), []), ""

    def _in_pairs(self, callable: str, case: Case) -> Family:
        return self._family(self._candidates(callable, PAIRED, case), case), ""

    def _in_two_steps(self, callable: str, case: Case) -> Family:
        """Two changes of the callable itself, of which one alone gives some of what came already."""
        question = self._telling(callable, case)
        if question not in case.questions:
            return [], ""
        near: list[tuple[int, Change]] = []
        natural: list[Change] = []
        for stage, of_stage in self._stages(callable).items():
            if stage[1] or stage[0] > (1, 1, 1):
                continue
            natural += [each for each in of_stage if each.scope == "here"]
            which, table = self._table(callable, stage, question)
            right = case.expected[question]
            counts = table.nearer(
                {name: (case.answers[question][name], right[name]) for name in case.wrong if name in right}
            )
            near += [(count, which[k]) for k, count in counts.items()]
        near.sort(key=lambda each: (-each[0], rank(each[1])))
        telling = replace(case, questions=[question])
        fitting = []
        for _, first in near[:FIRST]:
            for second in natural[:SECOND]:
                both = joined(first, second)
                if both is not None and self._gives(both, telling) and self._gives(both, case):
                    fitting.append(both)
        return fitting, ""

    def _solved(self, callable: str, case: Case) -> Family:
        """A change whose number one question tells, and all others bear out."""
        differing = [each for each in case.questions if case.differs_in(each)]
        if not case.even or not differing:
            return [], ""
        telling = max(differing, key=lambda each: sum(a.size for a in case.answers[each].values()))
        reached = set(self._source.reach(callable))
        fitting = []
        for change in self._open:
            names = self._reference.tried(change) if change.edits[0].function in reached else None
            number = None if names is None else self._number(names, telling, case)
            if names is not None and number is not None and self._bears_out(names, number, case):
                fitting.append(change)
        return fitting, ""

    def _number(self, names: dict[str, Any], question: str, case: Case) -> float | None:
        """The number by which a change gives what came in one question; None where there is none."""
        wanted = np.concatenate([np.ravel(case.answers[question][name]) for name in case.wrong])
        scale = float(np.abs(wanted).max(initial=0.0)) + 1e-300

        def off(number: float) -> Array | None:
            names[NUMBER] = number
            answer = self._asked(names, question)
            arrays = None if answer is None else numbers(answer)
            if arrays is None or any(name not in arrays for name in case.wrong):
                return None
            came = np.concatenate([np.ravel(arrays[name]) for name in case.wrong])
            fits = came.size == wanted.size and bool(np.isfinite(came).all())
            return (came - wanted) / scale if fits else None

        return solve(off, STARTS)

    def _bears_out(self, names: dict[str, Any], number: float, case: Case) -> bool:
        """Whether a change with this number gives all that came."""
        names[NUMBER] = number
        for question in case.questions:
            answer = self._asked(names, question)
            arrays = {} if answer is None else numbers(answer)
            if not all(case.right(name, question, arrays.get(name)) for name in case.expected[question]):
                return False
        return True

    def _family(self, candidates: Iterable[Change], case: Case) -> list[Change]:
        return [change for change in itertools.islice(candidates, VERIFIED) if self._gives(change, case)]

    def _candidates(self, callable: str, of: object, case: Case) -> list[Change]:
        """The changes that answer the small question as the submission did, the likeliest first."""
        question = self._telling(callable, case)
        if question not in case.questions:
            return []
        which, table = self._table(callable, of, question)
        sets = [table.equal(name, array) for name, array in case.looked_up(question)]
        return sorted((which[k] for k in set.intersection(*sets)), key=rank) if sets else []

    def _scaled(self, callable: str, case: Case) -> Family:
        """One wrong array that is a change's but for a sign, a factor or a size, where the change takes none away."""
        question = self._telling(callable, case)
        if len(case.wrong) != 1 or question not in case.questions or not case.even:
            return [], ""
        (name,) = case.wrong
        which, table = self._table(callable, FACTORLESS, question)
        near = table.scaled(name, case.answers[question][name])
        for other, array in case.looked_up(question):
            near &= table.equal(other, array) if other != name else near
        sizes = case.sizes_asked()
        by_sentence: dict[Sentence, list[Change]] = {}
        for change in sorted((which[k] for k in near), key=rank)[:VERIFIED]:
            predicted = self._predicted(change, case, besides=name)
            by = scaled(case.of(name)[0], [each[name] for each in predicted], sizes) if predicted else None
            if by is not None:
                by_sentence.setdefault(by, []).append(change)
        if not by_sentence:
            return [], ""
        by, family = min(by_sentence.items(), key=lambda each: min(map(rank, each[1])))
        return family, f" Beside that: {by[1][0].lower()}{by[1][1:]}"

    def _one_each(self, callable: str, case: Case) -> Family:
        """A change for each wrong array, held together against all."""
        question = self._telling(callable, case)
        if not 1 < len(case.wrong) < 4 or question not in case.questions or not case.even:
            return [], ""
        options: dict[str, list[Change]] = {name: [] for name in case.wrong}
        for stage in self._stages(callable):
            which, table = self._table(callable, stage, question)
            right = {name: table.equal(name, array) for name, array in case.looked_up(question)}
            untouched = {name: table.equal(name, case.expected[question][name]) for name in case.wrong}
            for name, fitting in options.items():
                places = set.intersection(right[name], *(untouched[other] for other in case.wrong if other != name))
                places = places.intersection(*(right[other] for other in right if other not in case.wrong))
                fitting += [which[k] for k in sorted(places)][: EACH - len(fitting)]
            if all(len(fitting) == EACH for fitting in options.values()):
                break
        wholes = (_whole(parts) for parts in itertools.product(*options.values()))
        return [whole for whole in wholes if whole is not None and self._gives(whole, case)], ""

    def _gives(self, change: Change, case: Case) -> bool:
        return self._predicted(change, case) is not None

    def _predicted(self, change: Change, case: Case, besides: str = "") -> list[dict[str, Array]] | None:
        """What a change answers to every question; None as soon as a result, `besides` one, is not what came."""
        names = self._reference.tried(change)
        if names is None:
            return None
        answers = []
        for question in case.questions:
            answer = self._asked(names, question)
            if answer is None:
                return None
            arrays = numbers(answer)
            if not all(n == besides or case.right(n, question, arrays.get(n)) for n in case.expected[question]):
                return None
            answers.append(arrays)
        return answers

    def _telling(self, callable: str, case: Case) -> str:
        """The small question, or where that is answered rightly the first that is not: of what is right there, hundreds
        of changes are right as well."""
        small = self.small[callable]
        apart = [question for question in case.questions if case.differs_in(question)]
        return small if small in apart or not apart else apart[0]

    def _table(self, callable: str, of: object, question: str) -> tuple[list[Change], Table]:
        """What changes answer to a question: those of a stage, those of some kinds, or pairs of them."""
        key = callable, of, question
        if key not in self._tables:
            which = self._which(callable, of)
            answers = []
            for change in which:
                names = self._reference.tried(change)
                answer = None if names is None else self._asked(names, question)
                answers.append(None if answer is None else numbers(answer))
            self._tables[key] = which, Table(answers)
        return self._tables[key]

    def _which(self, callable: str, of: object) -> list[Change]:
        if of == PAIRED:
            return list(pairs(self._within(callable)))
        if isinstance(of, frozenset):
            return [change for change in self._within(callable) if change.kind in of]
        return next(of_stage for stage, of_stage in self._stages(callable).items() if stage == of)

    def _stages(self, callable: str) -> dict[Stage, list[Change]]:
        """The changes of a callable by how like they are to what people do, the likeliest first."""
        if callable not in self._staged:
            itself = self._source.own(callable)
            stages: dict[Stage, list[Change]] = {}
            for change in self._within(callable):
                elsewhere = any(edit.function != itself for edit in change.edits)
                stages.setdefault((rank(change), elsewhere), []).append(change)
            self._staged[callable] = dict(sorted(stages.items()))
        return self._staged[callable]

    def _within(self, callable: str) -> list[Change]:
        reached, itself = set(self._source.reach(callable)), self._source.own(callable)
        return [
            change
            for change in self._changes
            if all(edit.function in reached for edit in change.edits)
            and (change.kind not in OWN or change.edits[0].function == itself)
        ]

    def _asked(self, names: dict[str, Any], question: str) -> Mapping[str, Array] | None:
        self._reference.begin()
        try:
            return self._answer(names, question)
        except Exception:
            return None

    def _sure(self, change: Change) -> Change:
        """The change, without the name of a single number that stands for another quantity: others may come to the
        same, as a share that is multiplied and divided with comes to none at all."""
        return replace(change, subject="") if change.kind in FOR_ANOTHER and change.subject in self._numbers else change

    def _names(self, callable: str) -> dict[str, Collection[str]]:
        """What may be named of the callable and of each function that it runs: what means the same there."""
        names = self._of_contract(callable)
        of_objects = names & self._kept(callable)
        alike = same_names(self._source, callable)
        return {
            function: names & known | of_objects if known is not None else names for function, known in alike.items()
        }

    def _of_contract(self, callable: str) -> set[str]:
        """The contract's names, and what objects are made with."""
        signature = self._callables[callable]
        known = (each.name for each in self._callables.values())
        return {*signature.arguments, *signature.results, *signature.changes, *self._kept(callable), *known}

    def _kept(self, callable: str) -> set[str]:
        """What the objects of a method's class are made with."""
        made = self._source.own(f"{self._callables[callable].owner}.__init__")
        return {*self._source.functions[made].attributes} if made in self._source.functions else set()


def _whole(parts: Sequence[Change]) -> Change | None:
    """All changes as one; None where they meet."""
    whole: Change | None = parts[0]
    for part in parts[1:]:
        whole = None if whole is None else joined(whole, part)
    return whole
