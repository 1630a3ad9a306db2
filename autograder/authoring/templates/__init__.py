"""A working assignment that `autograder new` copies, to be changed into another."""
