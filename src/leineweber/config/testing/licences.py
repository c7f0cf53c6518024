"""Licences of everything that runs with the program: each must go together with EUPL-1.2."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement

# Permissive licences, and those with a copyleft of their own files only. Works under the EUPL may use them as
# libraries; EUPL-1.2 itself names LGPL, MPL-2.0 and EUPL as compatible (appendix).
COMPATIBLE = re.compile(
    r"(MIT(-0|-CMU)?|BSD(-[23]-Clause)?|0BSD|Apache(-2\.0)?|ISC|PSF(-2\.0)?|Python-2\.0|Zlib|Unlicense|CC0-1\.0|HPND|CNRI-Python|"
    r"MPL-2\.0|L?GPL-?(2\.1|3\.0)-(only|or-later)|EUPL-1\.2)\Z"
)
# As older packages write them.
_NAMES = (
    (re.compile(r"lesser general public|\bLGPL", re.I), "LGPL-3.0-or-later"),
    (re.compile(r"affero|general public|\bA?GPL", re.I), "GPL"),
    (re.compile(r"apache", re.I), "Apache-2.0"),
    (re.compile(r"\bbsd\b", re.I), "BSD-3-Clause"),
    (re.compile(r"mozilla public license 2\.0|\bMPL-2\.0", re.I), "MPL-2.0"),
    (re.compile(r"\bMIT\b"), "MIT"),
    (re.compile(r"python software foundation|\bPSF", re.I), "PSF-2.0"),
    (re.compile(r"\bISC\b"), "ISC"),
)


@dataclass(frozen=True, slots=True)
class Package:
    """A package with the licences it offers: one suffices, of parts joined by AND each is needed (SPDX)."""

    name: str
    version: str
    licences: tuple[str, ...]

    @property
    def compatible(self) -> bool:
        """Whether one of the licences is compatible; GPL and what is unknown are not."""
        return any(
            all(
                COMPATIBLE.match(part) and not part.startswith("GPL")
                for part in re.split(r"\s+AND\s+", offer)
            )
            for offer in self.licences
        )


def _licences(package: Distribution) -> tuple[str, ...]:
    metadata = package.metadata
    expression = "".join(metadata.get_all("License-Expression") or [])
    if expression:
        return tuple(part.strip("() ") for part in re.split(r"\s+OR\s+", expression))
    texts = [text for text in metadata.get_all("Classifier") or [] if text.startswith("License ::")]
    texts.extend("".join(metadata.get_all("License") or []).splitlines()[:1])
    found: list[str] = []
    for text in texts:
        if COMPATIBLE.match(text):
            found.append(text)
        else:
            found.extend(name for pattern, name in _NAMES if pattern.search(text))
    return tuple(dict.fromkeys(found))


def packages(root: str = "leineweber", extras: Iterable[str] = ()) -> list[Package]:
    """Return every package that `root` needs at run time on this system, itself left out, by name."""
    found: dict[str, Package] = {}
    waiting: list[tuple[str, tuple[str, ...]]] = [(root, tuple(extras))]
    while waiting:
        name, wanted = waiting.pop()
        key = name.lower().replace("_", "-")
        if key in found:
            continue
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue  # needed elsewhere only (another system or Python)
        found[key] = Package(key, package.version, _licences(package))
        for line in package.requires or []:
            requirement = Requirement(line)
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *wanted)):
                waiting.append((requirement.name, tuple(requirement.extras)))
    found.pop(root)
    return sorted(found.values(), key=lambda package: package.name)


def main() -> int:
    """Print what is not compatible; return 1 if there is any."""
    every = packages(extras=("city",))
    wrong = [package for package in every if not package.compatible]
    for package in wrong:
        print(f"{package.name} {package.version}: {', '.join(package.licences) or 'Lizenz nicht angegeben'}")
    print(f"{len(every)} Pakete zur Laufzeit, {len(wrong)} ohne zur EUPL-1.2 passende Lizenz.")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
