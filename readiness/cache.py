"""Draws kept from run to run, in the user's cache folder.

A result is found by the hash of all that made it: figures, framework, seed, number of draws,
the engine's own code. What cannot be read is computed, what cannot be written is not kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from readiness._version import __version__
from readiness.engine.uncertainty import robustness as compute_robustness
from readiness.errors import ReadinessError
from readiness.export import files
from readiness.resources import cache_folder, sources
from readiness.scores import Progress, Robustness, Scores

# A result of the bundled index takes half a megabyte; the oldest go.
_KEPT = 64
_CODE = ("engine", "figures", "scores")


def robustness(
    scores: Scores, *, seed: int | None = None, draws: int | None = None, kept: bool = True,
    progress: Progress | None = None, processes: int = 1, scheduler: str | None = None,
) -> Robustness:  # fmt: skip
    """Return the draws of a framework with `uncertainty:`, from the cache where they are there.

    Parameters
    ----------
    seed, draws
        The framework's own where left out.
    kept
        False computes without looking, and keeps nothing.
    progress
        Called with the number of draws done, now and then; what it raises ends the work, and
        nothing is kept.
    processes, scheduler
        Who makes them, see `engine.uncertainty.robustness`; the result is the same, and so is its place.

    Raises
    ------
    ReadinessError
        When a drawn method cannot be carried out on these scores; when the cluster does not answer.
    """
    block = scores.framework.uncertainty
    if block is None:
        raise ValueError(f"the framework {scores.framework.id!r} has no uncertainty: block")
    said = {name: value for name, value in (("seed", seed), ("draws", draws)) if value is not None}
    block = block.model_copy(update=said)
    scores = replace(scores, framework=scores.framework.model_copy(update={"uncertainty": block}))
    make = partial(compute_robustness, scores, progress=progress, processes=processes, scheduler=scheduler)
    if not kept:
        return make()
    try:
        path = cache_folder() / "ranges" / f"{_key(scores)}.npz"
    except RuntimeError:  # nobody knows where this user is at home
        return make()
    found = _read(path, scores)
    if found is None:
        found = make()
        _write(path, found)
    return found


def _key(scores: Scores) -> str:
    hashed = hashlib.sha256(f"{scores.fingerprint} {np.__version__} {__version__}".encode())
    with contextlib.suppress(OSError):  # an installation without sources has its version
        for path in sources(*_CODE):
            hashed.update(path.read_bytes())
    return hashed.hexdigest()


def _read(path: Path, scores: Scores) -> Robustness | None:
    try:
        with np.load(path, allow_pickle=False) as stored:
            values = {name: stored[name] for name in stored.files}
    except (OSError, ValueError, EOFError, BadZipFile):
        return None
    if set(values) - {"above"} != {field.name for field in fields(Robustness)} - {"above"}:
        return None
    if values["rank_low"].shape != (len(scores.countries),):
        return None
    plain = {name: array.item() if array.ndim == 0 else array for name, array in values.items()}
    return Robustness(**{"above": None, **plain})


def _write(path: Path, result: Robustness) -> None:
    buffer = io.BytesIO()
    values = {field.name: getattr(result, field.name) for field in fields(result)}
    np.savez(buffer, **{name: value for name, value in values.items() if value is not None})
    with contextlib.suppress(OSError, ReadinessError):
        files.write(path, buffer.getvalue())
        _prune(path.parent)


def _prune(folder: Path) -> None:
    stored = sorted(folder.glob("*.npz"), key=lambda path: path.stat().st_mtime)
    for path in stored[:-_KEPT]:
        path.unlink(missing_ok=True)
