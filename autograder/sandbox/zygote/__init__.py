"""The program of a sandbox's warm process: it forks a job for each message and never reads a request itself.

Two processes with two trusts. The zygote imports the packages and the program once, then waits on its control socket.
For each message it forks a job into a process namespace of its own, and stays outside of what that can reach: it
watches the clock and the parent's command, kills, reaps and reports. The job is process 1 of its namespace; it gives up
its user and enters its other namespaces, and only after all that it could misuse is gone does it read the request and
call the program, and through it the student's code. Nothing that it sends from then on is read here.

Where a job has no process namespace that would end with it, a keeper stands between the two, whose child it is: it
finds what the job leaves behind. On the cold path the zygote is the keeper of its only job.

Standard library only: it runs where the `autograder` package does not exist. Its files import one another by relative
names, since there they are a package called `zygote`; all of it is imported before the first fork.

Reading order: __main__ (what is started), server (the zygote), kept (a job that runs, from outside), keeper with
orphans (where it leaves something behind), job, namespaces and confinement (its steps towards fewer rights, in order)
with mounts and landlock, kernel (the C library).
"""
