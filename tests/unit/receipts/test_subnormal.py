"""Where models run subnormal numbers are 0, and nowhere else."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from maild.receipts.picture import ocr
from maild.receipts.subnormal import flushed

TINY = np.full(4, 1e-41, np.float32)


def is_zero() -> bool:
    return not np.any(TINY * np.float32(1))


def test_they_are_0_within_and_only_there() -> None:
    assert not is_zero()
    with flushed():
        assert is_zero()
        with flushed():
            assert is_zero()
        assert is_zero()
    assert not is_zero()
    with pytest.raises(ValueError, match="broken"), flushed():
        raise ValueError("broken")
    assert not is_zero()


def test_another_thread_is_let_alone() -> None:
    within, ready, said = threading.Event(), threading.Event(), []

    def other() -> None:
        ready.set()
        within.wait(10)
        said.append(is_zero())

    thread = threading.Thread(target=other)
    thread.start()
    ready.wait(10)
    with flushed():
        within.set()
        thread.join()
    assert said == [False]


def test_a_model_runs_within() -> None:
    """Whichever thread made its session; what comes after computes as ever."""

    class Model:
        name = "x"

        def get_inputs(self) -> list[Model]:
            return [self]

        def run(self, _names: None, values: dict[str, object]) -> list[list[object]]:
            return [[is_zero(), *values]]

    assert ocr._run(Model(), TINY) == [True, "x"]
    assert not is_zero()
