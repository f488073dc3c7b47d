"""A commit that fails when nobody waits for it any more is no defect in the log."""

import asyncio
import gc
from concurrent.futures import Future
from typing import Any

import pytest

from daemon.errors import Temporary
from daemon.ingest import reception


async def _left_alone(leave: bool) -> list[dict[str, Any]]:
    """Have a commit fail after its client left, or our patience ended; return what the loop complains of."""
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    committed: Future[None] = Future()
    waiting = asyncio.create_task(reception._succeeds(committed))
    await asyncio.sleep(0)
    if leave:
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    else:
        assert await waiting is False
    committed.set_exception(Temporary("the database is away"))
    for _ in range(3):
        await asyncio.sleep(0)
    gc.collect()
    return complaints


@pytest.mark.parametrize("leave", [True, False], ids=["the client left", "it took too long"])
def test_s1_5_a_commit_that_fails_later_is_complained_of_by_nobody(
    leave: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S1.5: the sender was told to come again, or left; asyncio has no "exception was never retrieved" to log."""
    monkeypatch.setattr(reception, "COMMIT_SECONDS", 0.01)

    assert asyncio.run(_left_alone(leave)) == []
