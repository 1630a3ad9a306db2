"""The program of a sandbox's warm process: it forks a job for each message and never reads a request itself.

Three processes with three trusts. The zygote imports the packages and the program once, then waits on its control
socket. For each job it forks a keeper, which gives up its user, enters new namespaces, forks the job, and stays
outside of what the job can reach: it watches the clock and the parent's command, kills, reaps and reports. The job is
process 1 of its own process namespace; only after all that it could misuse is gone does it read the request and call
the program, and through it the student's code. Nothing that a job sends is read here.

Standard library only: it runs where the `autograder` package does not exist. Its files import one another by relative
names, since there they are a package called `zygote`; all of it is imported before the first fork.

Reading order: __main__ (what is started), server (the zygote), keeper with namespaces and orphans (what is left of a
job), job, confinement (its steps towards fewer rights, in order) with mounts and landlock, kernel (the C library).
"""
