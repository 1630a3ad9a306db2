"""The exit codes that scripts can trust; what each says of a command stands in its help."""

from __future__ import annotations

OK, UNSCORED, USAGE, NO_SANDBOX, INTERRUPTED = 0, 1, 2, 3, 130
