"""Questions in which the declared state of an object is set from outside: what a method keeps of it must not show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from autograder.callables.asked.drafted import Draft, drafted, last_results
from autograder.callables.asked.leaves import value_at
from autograder.callables.asked.question import CallsQuestion, Step, Unasked
from autograder.callables.asked.steps import Values, drawn, steps_for
from autograder.callables.declared.draws import Sizes
from autograder.callables.declared.reference import Reference
from autograder.observe import arrays_in, probe

STATE_SET = "state set"


def state_set(reference: Reference, name: str, sizes: Sizes) -> Draft:
    """A method that leaves the state alone, asked again after all of it has become other numbers. Where a class keeps
    it in a second place, which its own methods keep in step, such an answer says nothing: see Evidence."""

    def draft(rng: np.random.Generator) -> CallsQuestion:
        values, others = drawn(reference, rng, sizes), drawn(reference, rng, sizes)
        leaves = leaves_of_state(reference, name, values, sizes)
        heads = {leaf.partition(".")[0] for leaf in leaves.values()}
        steps, of_others = (
            steps_for(reference, name, each) for each in (values, values | {head: others[head] for head in heads})
        )
        sets = tuple((each, probe.encoded(value_at(others, leaf))) for each, leaf in leaves.items())
        words = f"asked again after other numbers were set as {' and '.join(leaves)} of its object"
        again = replace(steps[-1], sets=sets)
        question = drafted(reference, f"{name}/{STATE_SET}", name, words, (*steps, again), sizes)
        before, after, made_so = (
            last_results(reference, replace(question, calls=calls)) for calls in (steps, question.calls, of_others)
        )
        if not leaves or not _alike(after, made_so) or _alike(after, before):
            raise Unasked("the answer hangs on no state, or on more than what is declared")
        return question

    return draft


def leaves_of_state(reference: Reference, name: str, values: Values, sizes: Sizes) -> dict[str, str]:
    """By each name of the declared state: the argument, or entry of one, that the constructor keeps there; empty where
    there is one that comes from elsewhere."""
    owner, state = reference.signature(name).owner, reference.declaration.state
    if not owner or not state:
        return {}
    steps = steps_for(reference, name, values)
    look = Step(f"{owner}.__class__", (), (), on=steps[-1].on, read=True)
    replies = reference.answers(drafted(reference, "", name, "", (*steps[:-1], look), sizes))
    kept = arrays_in((), replies[-1].get("parts", {}))
    leaves: dict[str, str] = {}
    for head, value in values.items():
        entries = (
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else [("", value)]
        )
        for key, entry in entries:
            for each in state:
                if each in kept and np.ndim(entry) == kept[each].ndim and np.array_equal(np.asarray(entry), kept[each]):
                    leaves.setdefault(each, f"{head}.{key}".rstrip("."))
    return leaves if leaves.keys() == {*state} else {}


def _alike(one: Mapping[str, np.ndarray], two: Mapping[str, np.ndarray]) -> bool:
    """Whether two answers are the same but for rounding."""
    return one.keys() == two.keys() and all(
        one[key].shape == two[key].shape and np.allclose(one[key], two[key], rtol=1e-9, atol=0.0) for key in one
    )
