"""The people of the story at their browsers: they have a keyboard and no mouse, and every page they meet is checked."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from playwright.sync_api import BrowserContext, Page, expect

from browser import WIDE, assert_accessible, assert_fits, screenshot

ENOUGH = 250
PAGES = os.environ.get("LEINEWEBER_TEST_PAGES", "")
PICTURES = bool(os.environ.get("LEINEWEBER_SCREENSHOTS"))
SMALL = {"width": 390, "height": 844}
SMALLEST = {"width": 320, "height": 640}
# Where the focus is: kind, name as a screen reader says it, group, and whether one can see where it is.
_FOCUS = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const text = (node) => node ? node.textContent.replace(/\\s+/g, " ").trim() : "";
    const named = (ids) => ids.split(" ").map((id) => text(document.getElementById(id))).join(" ");
    const name = at.getAttribute("aria-label")
        || (at.getAttribute("aria-labelledby") ? named(at.getAttribute("aria-labelledby")) : "")
        || (at.labels && at.labels.length ? [...at.labels].map(text).join(" ") : "")
        || text(at) || at.title || "";
    const group = at.closest("fieldset");
    const box = at.getBoundingClientRect();
    return {
        tag: at.tagName, type: at.type || "", role: at.getAttribute("role") || "", name,
        group: group ? text(group.querySelector("legend")) : "", checked: Boolean(at.checked),
        seen: (box.width > 0 && box.height > 0) || getComputedStyle(at).opacity === "0",
    };
}"""


def _starts(text: str, wanted: str) -> bool:
    return text.startswith(wanted)


@dataclass
class Visitor:
    """Somebody at a browser of their own, on the city at `origin`. Looks at pages under the name `who`."""

    who: str
    context: BrowserContext
    page: Page
    origin: str
    face: str = "portal"
    scripts: bool = True
    wrong: list[str] = field(default_factory=list)

    # Going somewhere

    def opens(self, address: str) -> Self:
        """Type an address, or follow a link from an e-mail."""
        self.page.goto(address if address.startswith("http") else self.origin + address)
        return self

    def goes_back(self) -> Self:
        """Use the browser's back button."""
        self.page.go_back()
        return self

    @property
    def path(self) -> str:
        """Where they are."""
        return self.page.url.removeprefix(self.origin)

    # The keyboard

    def _focus(self) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.page.evaluate(_FOCUS)
        return found

    def goes_to(self, name: str, *, group: str = "", tags: tuple[str, ...] = ()) -> dict[str, Any]:
        """Press Tab until the focus is on what is called so; a page that never gets there fails the test."""
        met: list[str] = []
        for _ in range(ENOUGH):
            at = self._focus()
            if at and _starts(at["name"], name) and group in at["group"] and (not tags or at["tag"] in tags):
                assert at["seen"], f"„{name}“ has the focus but cannot be seen on {self.page.url}"
                return at
            if at and len(met) < 40:
                met.append(f"{at['tag']} {at['name'][:50]}")
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches „{name}“ on {self.page.url}; it meets {met}")

    def follows(self, name: str) -> Self:
        """Go to a link, press Enter, and wait for the page it leads to."""
        self.goes_to(name, tags=("A",))
        return self._arrives()

    def claims_it(self) -> Self:
        """Press the button beside the open task, not those in the list that name theirs."""
        for _ in range(ENOUGH):
            at = self._focus()
            if at and at["tag"] == "BUTTON" and at["name"] == "Übernehmen":
                self._arrives()
                return self.sees("liegt bei Ihnen")
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches the button that claims, on {self.page.url}")

    def presses(self, name: str) -> Self:
        """Go to a button, press Enter, and wait for the page it leads to."""
        self.goes_to(name, tags=("BUTTON", "A"))
        return self._arrives()

    def _arrives(self) -> Self:
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self

    def goes_to_row(self, text: str) -> Self:
        """Go down a list to the entry that contains a text, and open it."""
        for _ in range(ENOUGH):
            at = self._focus()
            if at and at["tag"] == "A" and text in at["name"]:
                return self._arrives()
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches an entry with „{text}“ on {self.page.url}")

    def ticks_containing(self, text: str) -> Self:
        """Go to the checkbox whose name contains a text, and see that it is ticked."""
        for _ in range(ENOUGH):
            at = self._focus()
            if at and at["type"] == "checkbox" and text in at["name"]:
                if not at["checked"]:
                    self.page.keyboard.press("Space")
                return self
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches a checkbox with „{text}“ on {self.page.url}")

    def goes_to_row_of(self, text: str, name: str) -> Self:
        """Follow the link of that name in the entry of a list that contains a text."""
        self.page.get_by_role("listitem").filter(has_text=text).get_by_role("link", name=name).focus()
        return self._arrives()

    def unfolds(self, name: str) -> Self:
        """Go to what opens in the page, or leads to a place in it, and press Enter."""
        self.goes_to(name, tags=("SUMMARY", "A", "BUTTON"))
        self.page.keyboard.press("Enter")
        return self

    def types(self, name: str, text: str, *, group: str = "") -> Self:
        """Go to a field and type; what was in it is overwritten."""
        self.goes_to(name, group=group, tags=("INPUT", "TEXTAREA"))
        self.page.keyboard.press("Control+A")
        if not text:
            self.page.keyboard.press("Delete")
        self.page.keyboard.type(text)
        return self

    def chooses(self, group: str, option: str) -> Self:
        """Go to a group of radio buttons and move to one with the arrow keys."""
        for _ in range(ENOUGH):
            at = self._focus()
            if at and at["type"] == "radio" and _starts(at["group"], group):
                break
            self.page.keyboard.press("Tab")
        else:
            raise AssertionError(f"Tab never reaches the group „{group}“ on {self.page.url}")
        for _ in range(12):
            at = self._focus()
            assert at is not None
            if _starts(at["name"], option):
                if not at["checked"]:
                    self.page.keyboard.press("Space")
                return self
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"„{group}“ has no „{option}“ on {self.page.url}")

    def ticks(self, name: str, *, group: str = "") -> Self:
        """Go to a checkbox and press the space bar."""
        self.goes_to(name, group=group, tags=("INPUT",))
        self.page.keyboard.press("Space")
        return self

    def selects(self, name: str, option: str) -> Self:
        """Go to a list to choose from and move down to what begins so."""
        self.goes_to(name, tags=("SELECT",))
        chosen = "() => document.activeElement.selectedOptions[0].textContent.trim()"
        for _ in range(ENOUGH):
            if option in self.page.evaluate(chosen):
                return self
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"„{name}“ has no „{option}“ on {self.page.url}")

    # What they see

    def sees(self, *texts: str) -> Self:
        """Expect texts in the page, as people read them."""
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text)
        return self

    def sees_not(self, *texts: str) -> Self:
        """Expect that texts are nowhere in the page."""
        for text in texts:
            expect(self.page.locator("body")).not_to_contain_text(text)
        return self

    def reads_heading(self, text: str) -> Self:
        """Expect the page's one main heading."""
        expect(self.page.locator("h1")).to_contain_text(text)
        return self

    def has_focus_on(self, text: str) -> Self:
        """Expect that the focus is on what contains a text, as the screen reader announces it first."""
        at = self._focus()
        assert at and text in at["name"], f"The focus is on {at}, not on „{text}“ ({self.page.url})"
        return self

    def text_of(self, pattern: str) -> str:
        """Return what a regular expression finds in the page."""
        found = re.search(pattern, self.page.locator("main").inner_text())
        assert found, f"{pattern} is not on {self.page.url}"
        return found[0]

    def gets(self, address: str) -> bytes:
        """Download by an address of the page, with the cookies of this browser."""
        answer = self.context.request.get(address if address.startswith("http") else self.origin + address)
        assert answer.ok, f"{address}: {answer.status}"
        return answer.body()

    def downloads(self, name: str) -> bytes:
        """Go to a link by keyboard and download what it gives."""
        self.goes_to(name, tags=("A",))
        return self.gets(self.page.evaluate("() => document.activeElement.href"))

    def _notes(self, check: Callable[[Page], None]) -> None:
        """Make a check, where scripts can run. What it finds fails the test at its end: one run tells of all pages."""
        if not self.scripts:
            return
        try:
            check(self.page)
        except AssertionError as error:
            self.wrong.append(str(error))

    def looks(self, name: str) -> Self:
        """Check the page as it stands: no barriers, wide and narrow; nothing to scroll sideways; keep pictures."""
        page, label = self.page, f"{self.who}-{name}"
        focused = page.evaluate_handle("() => document.activeElement")
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        self._notes(assert_accessible)
        if PICTURES:
            screenshot(page, f"{label}-1440")
        page.set_viewport_size(SMALL)  # type: ignore[arg-type]
        if self.face == "portal":
            self._notes(assert_accessible)
        if PICTURES:
            screenshot(page, f"{label}-390")
        # 400 % of 1280 px are 320 px (WCAG 1.4.10).
        page.set_viewport_size(SMALLEST)  # type: ignore[arg-type]
        self._notes(assert_fits)
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        page.evaluate("(element) => element && element.focus()", focused)
        if PAGES:
            Path(PAGES, f"story-{label}.html").write_text(page.content())
        return self

    def looks_in_the_dark(self, name: str) -> Self:
        """Check the page with the dark colours that the system may ask for."""
        self.page.emulate_media(color_scheme="dark")
        self._notes(assert_accessible)
        if PICTURES:
            screenshot(self.page, f"{self.who}-{name}-dark")
        self.page.emulate_media(color_scheme="light")
        return self

    def done(self) -> None:
        """Close the browser; a script error or a breach of the content policy on the way fails the test."""
        self.context.close()
        assert not self.wrong, "\n".join([self.who, *self.wrong])
