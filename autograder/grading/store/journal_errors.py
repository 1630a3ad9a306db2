"""Why a journal cannot be used."""

from __future__ import annotations

from autograder.core import AutograderError


class JournalError(AutograderError):
    """The journal cannot be read or written; the message says why and what to do."""


class JournalBusy(JournalError):
    """Another run has the journal."""


class JournalClosed(JournalError):
    """The journal cannot be kept where it belongs."""


class JournalDamaged(JournalError):
    """What lies in the journal's place is damaged, or is no journal of ours: nothing is read out of it."""
