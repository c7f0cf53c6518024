"""Fetch the browser's assets from pinned npm packages, and build the one style sheet of the pages.

    python scripts/vendor.py fetch    packages → src/leineweber/kernel/ui/static/vendor, tests/assets (needs npm)
    python scripts/vendor.py build    KERN subset + our sources → static/ui/leineweber.css (offline, pure Python)
    python scripts/vendor.py check    fail if what is committed is not what `build` would write

Everything fetched is committed with its licence and listed with its SHA-256 in `manifest.json`; a package that changed
upstream is refused. The style sheet holds of KERN only the tokens and components that our templates use.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UI = ROOT / "src/leineweber/kernel/ui"
VENDOR = UI / "static/vendor"
TEST_ASSETS = ROOT / "tests/assets"
STYLE_SHEET = UI / "static/ui/leineweber.css"
SOURCES = ("base", "components", "forms", "layouts", "charts", "faces", "cockpit", "print")

FONT_SUBSETS = ("latin", "latin-ext", "greek", "cyrillic", "cyrillic-ext", "vietnamese")
FONT_WEIGHTS = (400, 600)
PACKAGES: dict[str, dict[str, object]] = {
    "@kern-ux/native@2.7.2": {
        "sha256": "b82c23c35a198e60ee4c53c5d14911432437f03802441b7473e8d7003795adb0",
        "licence": "EUPL-1.2",
        "files": {"dist/kern.css": "kern/kern.css", "LICENSE.md": "kern/LICENSE.md"},
    },
    "htmx.org@4.0.1": {
        "sha256": "5fba65616ca148a86d377e9771bcada7f35faee3558651feb929eea425e13b3c",
        "licence": "0BSD",
        "files": {"dist/htmx.min.js": "htmx/htmx.min.js", "LICENSE": "htmx/LICENSE"},
    },
    "@fontsource/fira-sans@5.3.0": {
        "sha256": "2231966721c4c3f70194c336dd11428e15139bd902cac415528715028c9cd5a9",
        "licence": "OFL-1.1",
        "files": {
            "LICENSE": "fira-sans/LICENSE",
            **{
                f"files/fira-sans-{subset}-{weight}-normal.woff2": f"fira-sans/{subset}-{weight}.woff2"
                for subset in FONT_SUBSETS
                for weight in FONT_WEIGHTS
            },
        },
    },
}
TEST_PACKAGES: dict[str, dict[str, object]] = {
    "axe-core@4.14.1": {
        "sha256": "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745",
        "licence": "MPL-2.0",
        "files": {"axe.min.js": "axe.min.js", "LICENSE": "axe.LICENSE"},
    },
}

# Of KERN we take the tokens, the text styles and these components; the rest of our components stand on the tokens.
KERN_COMPONENTS = re.compile(
    r"\.kern-(sr-only|error|hint|label|btn|alert|badge|form-input|form-check|fieldset|input-group|link"
    r"|heading|body|light|dark|layer|level|accordion)"
)
KERN_ICONS = frozenset(
    [
        *(
            "small",
            "large",
            "info",
            "success",
            "warning",
            "danger",
            "search",
            "close",
            "check",
            "edit",
            "download",
        ),
        *("arrow-forward", "arrow-back", "arrow-up", "arrow-down", "chevron-right", "account-circle", "mail"),
        *(
            "home",
            "help",
            "open-in-new",
            "logout",
            "calendar-today",
            "add",
            "more-vert",
            "checklist",
            "draft",
        ),
        "delete",
    ]
)
FONT_RANGES = {
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,"
    "U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
    "latin-ext": "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,U+0329,U+1D00-1DBF,"
    "U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF",
    "greek": "U+0370-0377,U+037A-037F,U+0384-038A,U+038C,U+038E-03A1,U+03A3-03FF",
    "cyrillic": "U+0301,U+0400-045F,U+0490-0491,U+04B0-04B1,U+2116",
    "cyrillic-ext": "U+0460-052F,U+1C80-1C8A,U+20B4,U+2DE0-2DFF,U+A640-A69F,U+FE2E-FE2F",
    "vietnamese": "U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0301,"
    "U+0303-0304,U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB",
}


def fetch() -> None:
    """Download, check and unpack every pinned package, and write the manifest."""
    for packages, target in ((PACKAGES, VENDOR), (TEST_PACKAGES, TEST_ASSETS)):
        manifest: dict[str, object] = {}
        for package, spec in packages.items():
            with tempfile.TemporaryDirectory() as directory:
                command = ["npm", "pack", "--silent", "--pack-destination", directory, package]
                name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]
                tarball = Path(directory) / name
                digest = hashlib.sha256(tarball.read_bytes()).hexdigest()
                if digest != spec["sha256"]:
                    raise SystemExit(f"{package}: SHA-256 is {digest}, pinned is {spec['sha256']}.")
                files: dict[str, str] = {}
                with tarfile.open(tarball) as archive:
                    for source, place in spec["files"].items():  # type: ignore[attr-defined]
                        member = archive.extractfile(f"package/{source}")
                        if member is None:
                            raise SystemExit(f"{package} has no {source}.")
                        data = member.read()
                        if place.endswith("htmx.min.js"):
                            data = re.sub(rb"\n?//# sourceMappingURL=\S+", b"", data)
                        path = target / place
                        path.parent.mkdir(parents=True, exist_ok=True)
                        path.write_bytes(data)
                        files[place] = hashlib.sha256(data).hexdigest()
            manifest[package] = {"licence": spec["licence"], "package_sha256": spec["sha256"], "files": files}
        (target / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")


def blocks(css: str) -> Iterator[tuple[str, str]]:
    """Yield (prelude, body) of each top-level block of a style sheet without comments; statements are skipped."""
    start = position = depth = 0
    prelude = ""
    quote = ""
    while position < len(css):
        character = css[position]
        if quote:
            if character == "\\":
                position += 1
            elif character == quote:
                quote = ""
        elif character in "\"'":
            quote = character
        elif character == "{":
            if depth == 0:
                prelude, start = css[start:position].strip(), position + 1
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                yield prelude, css[start:position].strip()
                start = position + 1
        elif character == ";" and depth == 0:
            start = position + 1
        position += 1


def declarations(body: str) -> list[str]:
    """Split the declarations of a rule at semicolons outside quotes."""
    return [part.strip() for part in re.findall(r"""((?:[^;"']|"[^"]*"|'[^']*')+)""", body) if part.strip()]


def wanted(selector: str) -> bool:
    """Tell whether one KERN selector belongs to what we take."""
    classes = re.findall(r"\.kern-[\w-]+", selector)
    icons = [name for name in classes if name.startswith(".kern-icon")]
    for icon in icons:
        name = icon.removeprefix(".kern-icon").removeprefix("--")
        if name and name not in KERN_ICONS:
            return False
    return (
        all(name in icons or KERN_COMPONENTS.match(name) for name in classes) and "kopfzeile" not in selector
    )


def kern_subset(css: str) -> str:
    """Return KERN's tokens, text styles and the components we use."""
    kept: list[str] = []
    for prelude, body in blocks(css):
        if prelude.startswith("@media"):
            inner = kern_subset(body)
            if inner:
                kept.append(f"{prelude}{{{inner}}}")
            continue
        if prelude.startswith("@"):
            continue
        selectors = [part.strip() for part in re.split(r",(?![^(]*\))", prelude)]
        selectors = [selector for selector in selectors if wanted(selector)]
        lines = [line for line in declarations(body) if not line.startswith("-webkit-mask")]
        if selectors and lines:
            kept.append(f"{','.join(selectors)}{{{';'.join(lines)}}}")
    return "\n".join(kept)


def drop_unused_tokens(css: str) -> str:
    """Remove custom properties that nothing refers to, until none is left."""
    used: set[str] = set()

    def kept(match: re.Match[str]) -> str:
        return match.group(0) if match.group(1) in used else ""

    while True:
        used = set(re.findall(r"var\(\s*(--[\w-]+)", css))
        shorter = re.sub(r"(?<=[{;])\s*(--[\w-]+)\s*:[^;{}]*(;|(?=\}))", kept, css)
        if shorter == css:
            return re.sub(r"[^{}]+\{\s*\}", "", css)
        css = shorter


def squeeze(css: str) -> str:
    """Remove comments and needless white space."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r"\s*([{};])\s*", r"\1", css)
    return (
        re.sub(r",\s+", ",", css).replace(";}", "}").replace("}", "}\n").replace("}\n}", "}}").strip() + "\n"
    )


def font_faces() -> str:
    """Return the @font-face rules; a browser fetches only the subsets whose characters occur."""
    return "".join(
        "@font-face{font-family:'Fira Sans';font-style:normal;font-display:swap;"
        f"font-weight:{weight};src:url(../vendor/fira-sans/{subset}-{weight}.woff2) format('woff2');"
        f"unicode-range:{FONT_RANGES[subset]}}}\n"
        for weight in FONT_WEIGHTS
        for subset in FONT_SUBSETS
    )


def built() -> str:
    """Return the style sheet as `build` writes it."""
    ours = "".join((UI / "css" / f"{name}.css").read_text() for name in SOURCES)
    theme = "".join(path.read_text() for path in sorted((UI / "static/ui").glob("theme-*.css")))
    kern = kern_subset(re.sub(r"/\*.*?\*/", "", (VENDOR / "kern/kern.css").read_text(), flags=re.S))
    marker = "/*theme*/.theme{"
    whole = drop_unused_tokens(squeeze(kern + ours) + marker + squeeze(theme).replace("}", "") + "}")
    body = whole.partition(marker)[0]
    notice = (
        "/* Leineweber, EUPL-1.2. Holds parts of the KERN design system (@kern-ux/native 2.7.2, EUPL-1.2). "
        "Built by scripts/vendor.py; edit src/leineweber/kernel/ui/css. */\n"
    )
    return notice + font_faces() + squeeze(body)


def main(arguments: list[str]) -> int:
    """Run one of the three commands."""
    command = arguments[0] if arguments else ""
    if command == "fetch":
        fetch()
    elif command == "build":
        STYLE_SHEET.write_text(built())
        print(f"{STYLE_SHEET.relative_to(ROOT)}: {STYLE_SHEET.stat().st_size} bytes")
    elif command == "check":
        if STYLE_SHEET.read_text() != built():
            print("static/ui/leineweber.css is not what the sources give: run scripts/vendor.py build.")
            return 1
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
