"""Which small changes of the reference give the numbers that a submission gave, and what that is called.

Safety: only finite numbers prove, of two sizes or of three questions; a change has to give all arrays of the callable,
the right ones too; one change for all wrong arrays comes before one for each; where the best of a family disagree, less
is said.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

from autograder.callables.declared.handed import same_names
from autograder.callables.faults import searches
from autograder.callables.faults.candidates import Candidates
from autograder.callables.faults.case import Answers, Case, Same, case_of
from autograder.callables.faults.changes import Note, noted
from autograder.callables.faults.codes import OF_A_MASK, code_of, code_of_results
from autograder.callables.faults.compiled import quiet
from autograder.callables.faults.edits import Change
from autograder.callables.faults.generic import Sizes
from autograder.callables.faults.likeness import nearest, written_there
from autograder.callables.faults.roles import Roles
from autograder.callables.faults.together import by_their_own, from_what_is_right, what_is_right
from autograder.callables.faults.words import Named, Sentence, either, likeliest, rank, sentence_of
from autograder.core import Code, Conclusions

Search = Callable[..., searches.Family]
AT_BORDERS = frozenset({"cut off", "cut off first", "small added"})  # kinds that show in few questions by their nature
FOR_ANOTHER = frozenset({"name", "expression"})  # kinds by which a quantity stands in the place of another
BESIDES = "This gives what comes in all everyday questions, though not in all others."


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a submission beside its numbers: which questions are `everyday` ones, the callables that are
    `right`, and the text of the callable as it is `written`, which decides between changes that give the same."""

    everyday: Sequence[str] = ()
    right: Collection[str] = ()
    written: str = ""


NOTHING = Known()


class Families:
    """Names faults of a reference's callables, by changes of it.

    `sizes[question]` are the declared sizes by their names; `roles` those that the declaration gives. Raises ValueError
    for a note that changes nothing.
    """

    def __init__(
        self,
        candidates: Candidates,
        notes: Sequence[Note] = (),
        sizes: Mapping[str, Sizes] | None = None,
        roles: Roles | None = None,
    ) -> None:
        self.candidates, self._sizes = candidates, sizes or {}
        self._source = candidates.source
        self.roles = roles or Roles(self._source)
        self._callables = {each.full_name: each for each in candidates.callables}
        self._notes = [(noted(note, candidates.text), note) for note in notes]
        self._searched = Conclusions()
        self._named: dict[str, dict[str, Collection[str]]] = {}

    def try_likeliest(self) -> None:
        """Work out beforehand what the changes answer that the first faults of most classes are looked for among."""
        with quiet():
            self.candidates.try_likeliest()

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
        case = case_of(questions, answers, expected, same, self._sizes)
        if case is None:
            return None
        with quiet():
            if not case.proves:
                return self._at_a_border(callable, case, known)
            named = self._explained(callable, case, known)
            if named is None and 0 < len(known.everyday) < len(questions):
                everyday = case_of(known.everyday, answers, expected, same, self._sizes)
                named = self._everyday(callable, everyday, known)
            named = named or what_is_right(case)
        return None if named is None else replace(named, code=code_of_results(named, case.wrong, self.roles))

    def changes_that_give(
        self,
        callable: str,
        questions: Sequence[str],
        answers: Answers,
        expected: Answers,
        same: Same,
        right: Collection[str] = (),
    ) -> list[Change]:
        """The likeliest changes by one of which, or by one for each result, the callable answers so; empty where there
        are none, or where the answers prove nothing."""
        case = case_of(questions, answers, expected, same, self._sizes)
        if case is None or not case.wrong or not case.proves:
            return []
        with quiet():
            exact, _ = self._by(searches.exactly, callable, case, frozenset(right))
            return exact or self._by(searches.one_each, callable, case)[0]

    def _everyday(self, callable: str, case: Case | None, known: Known) -> Named | None:
        """What gives the numbers of the everyday questions, and not of all the others: of zeros, of huge numbers."""
        named = self._explained(callable, case, known, thorough=False) if case is not None and case.proves else None
        return None if named is None else replace(named, says=f"{named.says} {BESIDES}", kinds=frozenset())

    def _explained(self, callable: str, case: Case, known: Known, *, thorough: bool = True) -> Named | None:
        """By one change, or where the search is `thorough` by several or by one whose number is not known."""
        named = from_what_is_right(case) or self._noted(case) or by_their_own(case)
        if named is not None:
            return named
        exact = self._by(searches.exactly, callable, case, frozenset(known.right))
        if exact[0] and min(map(rank, exact[0]))[1] > 2:  # not what people do: what each array suggests comes first
            each = self._by(searches.one_each, callable, case)
            exact = each if each[0] and min(map(rank, each[0]))[1] < 2 else exact
        further = (searches.scaled, searches.one_each, searches.in_pairs, searches.in_two_steps, searches.solved)
        others = (self._by(search, callable, case) for search in (further if thorough else ()))
        for family, besides in itertools.chain([exact], others):
            if family:  # its best members decide, even where they disagree: what is farther off is not true of more
                words = self._words(callable, family, known.written)
                if words is None:
                    return None
                kinds = frozenset(each.kind for each in family if rank(each) == min(map(rank, family)))
                return Named(words[0], ", ".join(case.wrong), words[1] + besides, words[2], kinds)
        return self._each_alone(callable, case, known, thorough)

    def _by(self, search: Search, callable: str, case: Case, *right: frozenset[str]) -> searches.Family:
        """What a search finds, once for all whose answers are the very same."""
        asked = ((question, *case.answers[question], "", *case.expected[question]) for question in case.questions)
        arrays = [array for question in case.questions for array in case.answers[question].values()]
        about: tuple[Hashable, ...] = (search.__name__, callable, case.wrong, *asked, *right)
        return self._searched.drawn(about, arrays, lambda: search(self.candidates, callable, case, *right), arrays)

    def _each_alone(self, callable: str, case: Case, known: Known, thorough: bool) -> Named | None:
        """What gives each wrong result by itself, whatever it makes of the others; of some where not of all. Of some
        questions only, as where it is not `thorough`, what people hardly do fits by coincidence."""
        sentences: dict[str, Sentence] = {}
        for name in case.wrong if case.even and len(case.expected[case.questions[0]]) > 1 else ():
            alone = case.alone(name)
            proves = alone.proves and not alone.two_sided(name)
            family = self._by(searches.exactly, callable, alone, frozenset(known.right))[0] if proves else []
            if family and not thorough and min(map(rank, family))[1] > 2:
                continue
            words = self._words(callable, family, known.written) if family else None
            if words is not None:
                sentences[name] = words
        sentences = {name: words for name, words in sentences.items() if _as_a_whole(name, case.wrong, sentences)}
        if not sentences:
            return None
        code, text, look = next(iter(sentences.values()))
        if len({*sentences.values()}) > 1:
            of: dict[str, list[str]] = {}
            for name, words in sentences.items():
                of.setdefault(words[1], []).append(name)
            text = " ".join(f"{', '.join(names)}: {said}" for said, names in of.items())
        return Named(code, ", ".join(sentences), text, look, alone=len({*sentences.values()}) == 1)

    def _words(self, callable: str, family: Sequence[Change], written: str) -> Sentence | None:
        """What is told of changes that give the same numbers; None where they disagree."""
        itself, names = self._source.own(callable), self._names(callable)
        family = written_there(family, written) if written else family
        if not family:
            return None
        members = likeliest(family, itself)
        words = sentence_of([self._sure(each) for each in members], itself, names)
        if words is None and written:
            members = nearest(members, self._source.functions, written)
            words = sentence_of([self._sure(each) for each in members], itself, names)
        if words is None:
            return either([self._sure(each) for each in family], itself)
        code = code_of(members, self.roles)
        if code == Code.WRONG_ACTIVATION_DERIVATIVE and not OF_A_MASK & {each.kind for each in members}:
            return sentence_of([replace(members[0], kind="slope odd", subject="")], itself, names)
        return code or words[0], words[1], words[2]

    def _at_a_border(self, callable: str, case: Case, known: Known) -> Named | None:
        """A change that shows at extreme numbers alone, where there is one that gives just these."""
        if not case.differs:
            return None
        family = self.candidates.family(self.candidates.answering(callable, AT_BORDERS, case), case)
        words = self._words(callable, family, known.written) if family else None
        return None if words is None else Named(words[0], ", ".join(case.wrong), words[1], words[2])

    def _noted(self, case: Case) -> Named | None:
        for change, note in self._notes:
            if self.candidates.gives(change, case):
                return Named(Code.DIFFERENT, ", ".join(case.wrong), note.says, note.look)
        return None

    def _sure(self, change: Change) -> Change:
        """The change, without the name of a single number that stands for another quantity: others may come to the
        same, as a share that is multiplied and divided with comes to none at all."""
        return (
            replace(change, subject="")
            if change.kind in FOR_ANOTHER and change.subject in self.candidates.numbers
            else change
        )

    def _names(self, callable: str) -> dict[str, Collection[str]]:
        """What may be named of the callable and of each function that it runs: what means the same there."""
        if callable not in self._named:
            names = self._of_contract(callable)
            of_objects = names & self._kept(callable)
            self._named[callable] = {
                function: names & known | of_objects if known is not None else names
                for function, known in same_names(self._source, callable).items()
            }
        return self._named[callable]

    def _of_contract(self, callable: str) -> set[str]:
        """The contract's names, and what objects are made with."""
        signature = self._callables[callable]
        known = (each.name for each in self._callables.values())
        return {*signature.arguments, *signature.results, *signature.changes, *self._kept(callable), *known}

    def _kept(self, callable: str) -> set[str]:
        """What the objects of a method's class are made with."""
        made = self._source.own(f"{self._callables[callable].owner}.__init__")
        return {*self._source.functions[made].attributes} if made in self._source.functions else set()


def _as_a_whole(name: str, wrong: Collection[str], sentences: Collection[str]) -> bool:
    """Whether a part of a list, `grads.0`, is told of with all other parts that are wrong: what is said of it is said
    of the list."""
    head, _, place = name.partition(".")
    parts = [each for each in wrong if each.partition(".")[0] == head]
    return not place.isdecimal() or all(each in sentences for each in parts)
