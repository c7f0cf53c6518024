# /// script
# requires-python = ">=3.11"
# dependencies = ["fonttools==4.68.0"]
# ///
"""Fetch the fonts of the letters from pinned npm packages into the documents room.

Run with `uv run scripts/vendor_fonts.py`. The fonts are committed, so this is needed only to change them. npm
checks the integrity of the packages; the SHA-256 of every font file is pinned below, so a changed upstream
file is refused. Beside the fonts it writes `coverage.json`: for each family the code points it can show, as
ranges. The program reads that file to find characters that no font has before Typst meets them
(`documents.text`).
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import tarfile
import tempfile
import unicodedata
from pathlib import Path

from fontTools.ttLib import TTFont

TARGET = Path(__file__).resolve().parent.parent / "src/leineweber/capabilities/documents/fonts"

PACKAGES: dict[str, dict[str, str]] = {
    "@expo-google-fonts/fira-sans@0.4.1": {
        "400Regular/FiraSans_400Regular.ttf": (
            "3dabf3d48bf4599f95cffd92f99ea426a014d5311f52a5eb5ec3af265e97cd97"
        ),
        "400Regular_Italic/FiraSans_400Regular_Italic.ttf": (
            "e48b22ba7f2eab682501ba01b3ddfdbf65dadfafa74d9b2efe1879eb949b5c69"
        ),
        "500Medium/FiraSans_500Medium.ttf": (
            "7c2d4961dd4a2dbe3ec9c6a2fc60d7ee21f44dfa7c5c71256b28d15e8af89535"
        ),
        "700Bold/FiraSans_700Bold.ttf": ("74b477a3e2b7c745e6dac8c01764c8fd82e53763b47ef1eccd24dce36d2ff71f"),
    },
    "@expo-google-fonts/noto-sans@0.4.2": {
        "400Regular/NotoSans_400Regular.ttf": (
            "fe8c022f48d8dd29f17b744d16f9346f4357e16f7d4f7be58b000ae7c291b614"
        ),
        "700Bold/NotoSans_700Bold.ttf": ("13a813c49624ae3ba3c5c6e72c5ebffc4b9e1e6ea32f421c04069b037c6ad431"),
    },
    "@expo-google-fonts/noto-sans-arabic@0.4.3": {
        "400Regular/NotoSansArabic_400Regular.ttf": (
            "252629ca0e87b6233851249b8cbf7b43445211a8caf199f1b306a19202251508"
        )
    },
    "@expo-google-fonts/noto-sans-hebrew@0.4.1": {
        "400Regular/NotoSansHebrew_400Regular.ttf": (
            "e0ee753f09733337b9236221018d4bf71fd6d06c87dd76bbc83120514bc55911"
        )
    },
}
FORMAT_CHARACTERS_KEPT = {0x00AD, 0x200C, 0x200D, 0x200E, 0x200F}


def fetch(package: str, into: Path) -> tarfile.TarFile:
    """Return the opened tarball of a pinned npm package; npm verifies its integrity."""
    command = ["npm", "pack", "--silent", "--pack-destination", str(into), package]
    name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]
    return tarfile.open(into / name)


def code_points(path: Path) -> set[int]:
    """Return what a font can show, without controls, surrogates, private use and direction marks."""
    mapped: dict[int, str] = TTFont(path).getBestCmap()
    return {
        point
        for point in mapped
        if unicodedata.category(chr(point)) not in {"Cc", "Co", "Cs", "Cn", "Cf", "Zl", "Zp"}
        or point in FORMAT_CHARACTERS_KEPT
    }


def ranges(points: set[int]) -> list[list[int]]:
    """Return a set of code points as inclusive ranges in order."""
    result: list[list[int]] = []
    for point in sorted(points):
        if result and result[-1][1] == point - 1:
            result[-1][1] = point
        else:
            result.append([point, point])
    return result


def main() -> None:
    """Write fonts, licences and coverage; stop when a file is not the pinned one."""
    TARGET.mkdir(parents=True, exist_ok=True)
    covered: dict[str, set[int]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for package, files in PACKAGES.items():
            archive = fetch(package, Path(scratch))
            for member, digest in files.items():
                data = archive.extractfile(f"package/{member}").read()
                found = hashlib.sha256(data).hexdigest()
                if found != digest:
                    raise SystemExit(
                        f"{package}: {member} has SHA-256 {found}, not the pinned {digest or '(none)'}"
                    )
                path = TARGET / Path(member).name
                path.write_bytes(data)
                family = path.name.partition("_")[0]
                points = code_points(path)
                covered[family] = covered[family] & points if family in covered else points
            licence = archive.extractfile("package/LICENSE_FONT").read()
            (TARGET / f"OFL-{package.split('/')[1].split('@')[0]}.txt").write_bytes(licence)
    coverage = {family: ranges(points) for family, points in covered.items()}
    (TARGET / "coverage.json").write_text(
        json.dumps(coverage, separators=(",", ":")) + "\n", encoding="ascii"
    )


if __name__ == "__main__":
    main()
