"""Countries: codes, names as we print them, groups, and look-up in any common spelling.

The only module that knows pycountry, which is loaded when a name is not our own.
"""

from __future__ import annotations

import functools
import operator
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from readiness.errors import UnknownNameError, did_you_mean, listed

GroupValue = str | int | float | bool

# User-assigned codes of ISO 3166 that bodies of statistics agree on.
_ASSIGNED = {"XKX": ("XK", "Kosovo")}


@dataclass(frozen=True)
class Country:
    """One country: `code` is ISO 3166 alpha-3 (XKX for Kosovo), or a free place id."""

    code: str
    name: str
    official: str | None = None
    the: bool = False
    iso2: str | None = None
    numeric: str | None = None
    worldbank: str | None = None
    aliases: tuple[str, ...] = ()
    note: str | None = None
    groups: Mapping[str, GroupValue] = field(default_factory=dict)


def _renamed(country: Country, entry: Any) -> Country:
    before = (country.name, *country.aliases)
    return replace(
        country, name=entry.name, official=entry.official or country.official, the=entry.the, note=entry.note,
        aliases=tuple(name for name in dict.fromkeys(before) if name != entry.name),
    )  # fmt: skip


class Countries(Mapping[str, Country]):
    """The countries of an index by code, in the order of code."""

    def __init__(self, countries: Iterable[Country], *, free: bool = False) -> None:
        self._countries = {item.code: item for item in sorted(countries, key=lambda item: item.code)}
        self.free = free

    def __getitem__(self, code: str) -> Country:
        return self._countries[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._countries)

    def __len__(self) -> int:
        return len(self._countries)

    def find(self, text: str) -> Country:
        """Return the country of an alpha-2 or alpha-3 code or a name in any common spelling.

        Raises
        ------
        UnknownNameError
            When no country has this code or name; the nearest names are in the hint.
        """
        found = self.code_of(text)
        if found is not None and found not in self:
            raise UnknownNameError(
                f"{known_name(found)} ({found}) is not among the {len(self)} countries of this index",
                "`readiness countries` lists them",
            )
        if found is None:
            hint = self._nearest(text) or "`readiness countries` lists them"
            raise UnknownNameError(f"unknown country {text!r}", hint)
        return self[found]

    def code_of(self, text: str) -> str | None:
        """Return the code that a code or name stands for, of this index or of ISO 3166; None for neither."""
        found = self._own_names.get(folded(text))
        return _pycountry_code(text) if found is None and not self.free else found

    @functools.cached_property
    def _own_names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for item in self.values():
            for name in (item.code, item.iso2, item.name, item.official, *item.aliases):
                if name:
                    names.setdefault(folded(name), item.code)
        return names

    def named(self, names: Mapping[str, Any]) -> Countries:
        """Return the countries with other display names, official names, articles and notes.

        The names they had are found as well.

        Parameters
        ----------
        names
            By code: values with `name`, `official`, `the` and `note`; codes that are not here are left out.
        """
        return Countries(
            (_renamed(item, names[code]) if code in names else item for code, item in self.items()),
            free=self.free,
        )

    def _nearest(self, text: str) -> str:
        word = folded(text)
        # A code is near to too many words.
        names = [name for name in self._own_names if len(name) > 3 or len(word) <= 3]
        near = did_you_mean(word, names, cutoff=0.7)
        codes = [self._own_names[key] for key in re.findall(r"'([^']+)'", near)]
        shown = [f"{self[code].name} ({code})" for code in dict.fromkeys(codes)]
        return f"Did you mean {listed(shown, 'or')}?" if shown else ""

    def groups(self) -> dict[str, dict[GroupValue, tuple[str, ...]]]:
        """Return every group key with its values and the codes of each."""
        found: dict[str, dict[GroupValue, list[str]]] = {}
        for code, item in self.items():
            for key, value in item.groups.items():
                found.setdefault(key, {}).setdefault(value, []).append(code)
        return {
            key: {value: tuple(codes) for value, codes in sorted(values.items(), key=lambda v: str(v[0]))}
            for key, values in sorted(found.items())
        }

    def in_group(self, text: str) -> tuple[str, ...]:
        """Return the codes of `KEY` (a group that countries are in or not) or `KEY=VALUE`.

        Raises
        ------
        UnknownNameError
            When there is no such group or value; or the key alone does not say which.
        """
        groups = self.groups()
        wanted, _, value = text.partition("=")
        keys = {_squeezed(key): key for key in groups}
        key = keys.get(_squeezed(wanted))
        if key is None:
            hint = did_you_mean(wanted, groups) or "`readiness countries --groups` lists them"
            raise UnknownNameError(f"unknown group {wanted!r}", hint)
        values = {_squeezed(str(name)): codes for name, codes in groups[key].items()}
        if value:
            codes = values.get(_squeezed(value))
            if codes is None:
                names = [as_written(name) for name in groups[key]]
                hint = did_you_mean(value, names) or f"It has {listed(map(repr, names))}"
                raise UnknownNameError(f"group {key!r} has no value {value!r}", hint)
            return codes
        if set(groups[key]) <= {True, False}:
            return groups[key].get(True, ())
        example = f"{key}={next(iter(groups[key]))}"
        raise UnknownNameError(
            f"group {key!r} has {len(groups[key])} values", f"Say which, like --group {example!r}"
        )

    def having(self, wanted: Mapping[str, GroupValue]) -> tuple[str, ...]:
        """Return the codes of the countries that have every one of these group values."""
        return tuple(
            code for code, item in self.items()
            if all(item.groups.get(key) == value for key, value in wanted.items())
        )  # fmt: skip


def folded(text: str) -> str:
    """Return a name without case, accents, punctuation and filler words, for comparing."""
    plain = unicodedata.normalize("NFKD", text.replace("&", " and ").replace("ı", "i"))
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    words = re.sub(r"[^\w]+", " ", plain.casefold().replace("'", "").replace("’", "")).split()
    words = ["saint" if word == "st" else word for word in words]
    short = [word for word in words if word not in ("the", "of", "and")]
    return " ".join(short or words)


def as_written(value: GroupValue) -> str:
    """Return a group's value as it stands in YAML: `true`, not `True`."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


@functools.cache
def _pycountry() -> Any:
    import pycountry

    return pycountry.countries


@functools.cache
def _alpha3() -> frozenset[str]:
    return frozenset(item.alpha_3 for item in _pycountry())


def is_known_code(code: str) -> bool:
    """Tell whether ISO 3166 (or Kosovo's agreed code) has this alpha-3 code."""
    return code in _ASSIGNED or code in _alpha3()


def nearest_code(code: str, among: Iterable[str] | None = None) -> str:
    """Return the hint `Did you mean ...?` for a code that is not `among` these (ISO 3166)."""
    known = sorted(_alpha3() | _ASSIGNED.keys() if among is None else among)
    word = code.upper()
    near = [item for item in known if item == word]
    if len(word) == 3 and not near:
        near = [item for item in known if sum(map(operator.eq, item, word)) == 2][:3]
    if near:
        return f"Did you mean {listed(map(repr, near), 'or')}?"
    return did_you_mean(code, known) if among is not None or len(code) == 3 else ""


def known_name(code: str) -> str:
    """Return the ISO short name of a known code."""
    if code in _ASSIGNED:
        return _ASSIGNED[code][1]
    found = _pycountry().get(alpha_3=code)
    return str(getattr(found, "common_name", found.name))


@functools.cache
def _iso_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for code, (alpha2, name) in _ASSIGNED.items():
        names.update(dict.fromkeys(map(folded, (code, alpha2, name)), code))
    for item in _pycountry():
        for key in ("alpha_2", "alpha_3", "common_name", "name", "official_name"):
            if hasattr(item, key):
                names.setdefault(folded(getattr(item, key)), item.alpha_3)
    return names


def _pycountry_code(text: str) -> str | None:
    return _iso_names().get(folded(text))
