"""A worker as a process of its own, with jobs that leave traces: `python -m … QUEUE FOLDER`."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from sqlalchemy.orm import Session

from sp4n.app import create_app
from sp4n.jobs.registry import OutboxFacts, register
from sp4n.jobs.worker import work


def main(queue: str, folder: Path) -> None:
    def leave_a_trace(_session: Session, job: OutboxFacts) -> None:
        with (folder / "traces").open("a") as traces:
            traces.write(f"{job.attempt} {job.agency_id} {job.id}\n")

    def hang_at_first(session: Session, job: OutboxFacts) -> None:
        leave_a_trace(session, job)
        if job.attempt == 1:
            time.sleep(30)

    def take_a_second(session: Session, job: OutboxFacts) -> None:
        leave_a_trace(session, job)
        time.sleep(1)

    register("test", leave_a_trace)
    register("test.hangs", hang_at_first)
    register("test.slow", take_a_second)
    register("test.kills", lambda _session, _job: os._exit(9))
    work(create_app(), queue)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
