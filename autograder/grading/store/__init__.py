"""What a course keeps of its gradings: journal (every report), observations (what a regrade judges again) and what
workers share.

Reading order: journal, database (the file it is kept in), earlier_journal (one that is taken over), lock,
journal_errors; observations; shared.
"""
