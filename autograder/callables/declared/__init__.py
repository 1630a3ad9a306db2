"""What an assignment is: its callables, and what the instructor's cell says of them.

Reading order: functions (where a notebook's functions stand in its text), handed (which of their arguments mean what
a callable's do), lengths (of arrays, written in sizes), signatures (what each takes and gives), draws (how an argument
is made up), declaration (what the instructor says), cell (tagged autograder, run), later (what is imported
when it is used), workings (the solution as a text that tells what it works out on its way), traits (what is to be seen
of callables in it), reference (the solution, run), watcher (its run, watched).
"""
