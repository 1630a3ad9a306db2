"""An instructor's existing notebook to a drafted declaration.

Reading order: existing (the notebook taken apart), watch (the program that runs it in the sandbox), run, docstrings,
functions (what is known of each), axes (their shapes), arrays and kinds (how arguments are drawn), relations (slopes,
what is handed on), declaration (the text), lay (the notebook), trial (as the build would), drafts (all of it).
"""

from autograder.authoring.drafting.drafts import Drafted, draft

__all__ = ["Drafted", "draft"]
