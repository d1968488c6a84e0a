"""Replay: past cases on another version, from what the history recorded, with no effect outside.

    version = replay.Version.of_files(resources, "complaint")
    with store.reading(engine.database) as connection:
        for outcome in replay.replay(connection, engine, version, replay.Cases("complaint")):
            outcome.result, outcome.differences, outcome.stopped

Only the core runs, in memory: no table is written, no service task called, no message sent.

1. The **reference run** repeats the case on the version it ran on, input by input, with the tables
   it used. It must come to exactly what the history says, else the case is not replayable
   (`Reason`): erased, kept before inputs were recorded, moved by an operator, or not reproduced.
2. The **replay** runs the other version. What it waits for is matched with the reference by
   element path, activation and loop index, and by what it asks for (type of a job, name of a
   message, called process). The recorded inputs come in the order of their instants and compete
   with the version's own timers. A job or call goes on after as long as it took; people, messages
   and signals come at their recorded instant, people also later if the task opens later.
3. It **stops** at the first input that nobody recorded, and says which: a task or job the case
   never had, a job that is given other values, a message that came before it was waited for,
   anything that would have to wait longer than it was there to be answered. Nothing is guessed.

`engine.replay.workload` estimates instead, and counts tasks: what a rule would have made of work.

Tables and forms that belong to the version are used in place of the recorded ones; all others are
those the case used. Answers of people after a difference are taken as recorded (`Outcome.taken`
counts them): the person may have seen other values.

Not seen: what called processes would do on the version (they answer from record; each process is
replayed on its own cases), business calendars as they were then (today's are used).
"""

from engine.replay.cases import Cases
from engine.replay.outcome import Difference, NotReplayable, Outcome, Reason, Result, Stop
from engine.replay.report import Report
from engine.replay.run import replay
from engine.replay.version import Version

__all__ = [
    "Cases",
    "Difference",
    "NotReplayable",
    "Outcome",
    "Reason",
    "Report",
    "Result",
    "Stop",
    "Version",
    "replay",
]
