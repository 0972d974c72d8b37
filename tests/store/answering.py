"""Answers due cards without pause and says each id once it is kept; arguments: the journal, how many."""

from __future__ import annotations

import sys
from pathlib import Path

from mlquiz.scheduling.schedule import Schedule
from mlquiz.scheduling.settings import SchedulingSettings
from mlquiz.store.journal import Journal
from tests.store.making import NOON


def main(path: str, count: str) -> None:
    with Journal.open(Path(path)) as journal:
        schedule = Schedule(journal, SchedulingSettings())
        due = journal.rows.due(schedule.today(NOON).toordinal())[: int(count)]
        print("ready", flush=True)  # noqa: T201
        for card in due:
            answered = schedule.answer(card, 3, now=NOON, verdict="right", typed="a" * 200)
            print(answered.review.id, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
