"""The checks of declared assignments: pytest tests over the evidence on a submission, one for each grade cell.

Reading order: test_callable (what is asserted), conftest (where the evidence comes from).

By hand:  python -m pytest autograder/callables/judged/checks --submission FILE --assignment NAME  [-k NAME] [-x]
"""
