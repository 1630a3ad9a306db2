"""What nbgrader_config.py puts in the place of nbgrader's own steps.

Reading order: autograde (for our assignments), captured (a step of nbgrader's) and ordinary (for nbgrader's own),
feedback_notebook and release_feedback.
"""
