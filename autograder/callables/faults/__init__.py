"""What students get wrong, taken from the solution: each small change of it, and what a wrong answer is then called.

Reading order: edits (a change as a piece of text), sites (where one may be made), operators/ (which), scopes (what a
name means there), changes (all of a solution's), compiled (the solution with one of them), generic and case (answers
beside what is right), observed (what of a wrong answer is right), words (with words.toml: how each kind is told),
together (what the numbers alone say), table (which changes give which answers), likeness (which of them is nearest to
what is written), unknown (a change's number, found by the answers), candidates and searches (which changes come to what
a submission answered), parameters and roles (which part a name or a line plays), codes (what a change is counted under
by that), families (what that is called).
"""
