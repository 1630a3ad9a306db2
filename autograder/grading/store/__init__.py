"""What a course keeps of its gradings: journal (every report) and observations (what a regrade judges again)."""
