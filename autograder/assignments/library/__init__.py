"""The lessons of the course, one description each."""
