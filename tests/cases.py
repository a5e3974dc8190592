"""Cases of one comparison each, in one test: as tests, they cost more to look after than to try."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

FAILURES = (Exception, pytest.fail.Exception)


@contextmanager
def naming(case: object) -> Iterator[None]:
    """Say of what fails in a loop which case it is."""
    try:
        yield
    except FAILURES as failure:
        failure.add_note(f"where {case!r:.500}")
        raise


def every_case(
    names: str, cases: Iterable[Any]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """``@every_case("text, value", CASES)`` above a test: ``parametrize``, but in one test.

    All cases are tried, and every one that fails is named. They share what fixtures give.
    """
    fields, several = names.replace(",", " ").split(), [*cases]
    assert several

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(test)
        def whole(**fixtures: Any) -> None:
            failures: list[BaseException] = []
            for case in several:
                told = dict(zip(fields, case if len(fields) > 1 else [case], strict=True))
                try:
                    with naming(told):
                        test(**fixtures, **told)
                except FAILURES as failure:
                    failures.append(failure)
            if failures:
                raise BaseExceptionGroup(f"{len(failures)} of {len(several)} cases", failures)

        signature = inspect.signature(test)
        rest = [part for name, part in signature.parameters.items() if name not in fields]
        whole.__signature__ = signature.replace(parameters=rest)  # type: ignore[attr-defined]
        return whole

    return decorate
