"""What a course keeps of its gradings: journal (every report) and observations (what a regrade judges again).

Reading order: journal, database (the file it is kept in), earlier_journal (one that is taken over), lock,
journal_errors; observations.
"""
