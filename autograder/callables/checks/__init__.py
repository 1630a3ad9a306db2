"""The checks of declared assignments: pytest tests over the evidence on a submission, one for each grade cell.

By hand:  python -m pytest autograder/callables/checks --submission FILE --assignment NAME  [-k NAME] [-x]
"""
