"""The options of the commands, by what they are for.

Reading order: shared, course, term, giving_back, machine.
"""
