"""Results in words: limits, contradictions, ways out, reasons, what a little more would bring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from leineweber.domains.portfolio.choice.model import Instance, Limit
from leineweber.domains.portfolio.choice.rules import Slack
from leineweber.kernel.ui.jinja import money, number, percent, plural

POINTS = "Punkte"
# More rules than these, if some may be spared, explain nothing.
MANY = 8


def points(value: Decimal | str) -> str:
    """Return benefit as text, such as `12,4 Punkte`."""
    return f"{number(Decimal(value), 1)} {POINTS}"


@dataclass(frozen=True, slots=True)
class Words:
    """Names for what an instance has."""

    instance: Instance
    titles: Mapping[str, str]

    @classmethod
    def of(cls, instance: Instance) -> Words:
        """Return the names of an instance."""
        return cls(instance, {one.id: one.title for one in instance.candidates})

    def year(self, offset: int | str) -> str:
        """Return a calendar year of the period."""
        return str(self.instance.limits.first_year + int(offset))

    def field(self, key: str) -> str:
        """Return the title of a field of action."""
        return self.instance.fields.get(key, "Handlungsfeld ohne Namen") if key else "ohne Handlungsfeld"

    def title(self, key: str) -> str:
        """Return the title of a candidate in quotation marks."""
        return f"„{self.titles.get(key, 'unbekanntes Vorhaben')}“"

    def titles_of(self, keys: Sequence[str]) -> str:
        """Return titles as an enumeration, sorted; the first six and how many more."""
        names = sorted(self.title(key) for key in keys)
        if len(names) > 6:
            return f"{', '.join(names[:6])} und {len(names) - 6} weitere"
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} und {names[-1]}" if names else ""

    def name(self, limit: Limit) -> str:
        """Return a limit as a heading: `Geld 2027`."""
        if limit.kind == "money":
            return f"Geld {self.year(limit.of[0])}"
        if limit.kind == "capacity":
            return f"{limit.of[0]} {self.year(limit.of[1])}"
        return f"Mindestens aus „{self.field(limit.of[0])}“"

    def rule(self, limit: Limit) -> str:
        """Return what a limit demands, as a part of a contradiction."""
        kind, of, limits = limit.kind, limit.of, self.instance.limits
        if kind == "money":
            bound = limits.money[int(of[0])]
            return f"{self.year(of[0])} gibt es {money(bound)}."
        if kind == "capacity":
            bound = limits.capacity[of[0]][int(of[1])]
            return f"{self.year(of[1])} gibt es {plural_days(bound)} {of[0]}."
        if kind == "minimum":
            least = plural(limits.minimums[of[0]], "Vorhaben", "Vorhaben")
            return f"Aus „{self.field(of[0])}“ sollen es mindestens {least} sein."
        if kind == "must":
            return f"{self.title(of[0])} muss dabei sein."
        if kind == "after":
            when = "beendet" if limits.order == "finish" else "begonnen"
            return f"{self.title(of[0])} kann erst beginnen, wenn {self.title(of[1])} {when} ist."
        return f"{self.title(of[0])} und {self.title(of[1])} schließen einander aus."

    def way(self, limit: Limit, amount: Decimal) -> str:
        """Return by how much a limit would have to give way."""
        kind, of = limit.kind, limit.of
        if kind == "money":
            return f"{self.year(of[0])} {money(amount)} mehr"
        if kind == "capacity":
            return f"{self.year(of[1])} {plural_days(amount)} {of[0]} mehr"
        if kind == "must":
            return f"auf {self.title(of[0])} verzichten"
        return f"aus „{self.field(of[0])}“ {number(amount)} weniger verlangen"

    def impossible(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """Return why there is no choice: `never`, `rules` that contradict each other, `ways` out, `complete`."""
        known = self.instance.by_id()
        from leineweber.domains.portfolio.choice.rules import never_because

        return {
            "never": [
                f"{self.title(key)}: {never_because(known[key], self.instance.limits)}"
                for key in told["never"]
                if key in known
            ],
            "rules": [self.rule(_limit(one)) for one in told["conflict"]],
            "complete": told["complete"],
            "ways": [
                "; ".join(self.way(_limit(limit), Decimal(amount)) for limit, amount in way)
                for way in told["ways"]
            ],
        }

    def change(self, told: Mapping[str, Any]) -> str:
        """Return who leaves, joins and moves, in short sentences."""
        parts = []
        if told["leaves"]:
            parts.append(f"Dafür entfällt: {self.titles_of(told['leaves'])}.")
        if told["joins"]:
            parts.append(f"Dazu kommt: {self.titles_of(told['joins'])}.")
        if told["moves"]:
            moved = [
                f"{self.title(key)} ({self.year(old)} → {self.year(new)})" for key, old, new in told["moves"]
            ]
            more = f" und {len(moved) - 4} weitere" if len(moved) > 4 else ""
            parts.append(f"Es verschiebt sich: {', '.join(moved[:4])}{more}.")
        return " ".join(parts)

    def reason(self, key: str, told: Mapping[str, Any]) -> str:
        """Return why a candidate is out, in a sentence or some."""
        kind = told["kind"]
        if kind == "never":
            return str(told["text"])
        if kind == "waiting":
            return "Wird gerade berechnet. Laden Sie die Seite in einigen Sekunden neu."
        if kind == "unknown":
            return "In der Rechenzeit war das nicht zu klären."
        if kind == "impossible":
            why = self.impossible(told)
            told_rules = (
                why["rules"]
                if why["complete"] or len(why["rules"]) <= MANY
                else ["Woran es liegt, war in der Rechenzeit nicht einzugrenzen."]
            )
            rules = " ".join([*why["never"], *told_rules])
            ways = f" Es ginge so: {' – oder: '.join(why['ways'])}." if why["ways"] else ""
            return f"Nicht möglich. {rules}{ways}"
        low, high = Decimal(told["low"]), Decimal(told["high"])
        change = Words._without(told, key)
        begin = f"Mit Beginn {self.year(told['start'])}"
        if high < Decimal("-0.0005"):
            lost = (
                f"{begin} wäre der Nutzen sogar um {points(-high)} größer: Das Ergebnis ist nur bis auf seine "
                "Genauigkeit das beste. Rechnen Sie genauer."
            )
        elif high <= Decimal("0.0005"):
            lost = f"{begin} bliebe der Nutzen gleich. Es ist eine ebenso gute Auswahl."
        elif high - low <= Decimal("0.05"):
            lost = f"{begin} ginge der Nutzen um {points(high)} zurück."
        else:
            lost = f"{begin} ginge der Nutzen um {number(low, 1)} bis {points(high)} zurück."
        return f"{lost} {self.change(change)}".strip()

    @staticmethod
    def _without(told: Mapping[str, Any], key: str) -> dict[str, Any]:
        return {
            "leaves": told["leaves"],
            "joins": [one for one in told["joins"] if one != key],
            "moves": told["moves"],
        }

    def more(self, told: Mapping[str, Any]) -> dict[str, str]:
        """Return what one hundredth more of something brings: `limit`, `gain`, `change`."""
        kind, _, skill = told["limit"].partition(":")
        what = "1 Prozent mehr Geld in jedem Jahr" if kind == "money" else f"1 Prozent mehr Tage {skill}"
        low = Decimal(told["low"])
        high = None if told["high"] is None else Decimal(told["high"])
        if high is not None and high <= Decimal("0.0005"):
            gain = "nichts"
        elif high is not None and high - low <= Decimal("0.05"):
            gain = points(low)
        elif low <= 0:
            gain = "nichts gefunden" + (f", höchstens {points(high)}" if high is not None else "")
        else:
            gain = f"mindestens {points(low)}" + (f", höchstens {points(high)}" if high is not None else "")
        return {"limit": what, "gain": gain, "change": self.change(told)}

    def slack(self, one: Slack) -> dict[str, Any]:
        """Return a limit as a row of the table."""
        kind = one.limit.kind
        say = money if kind == "money" else plural_days if kind == "capacity" else number
        share = one.used / one.bound if one.bound else None
        return {
            "cells": {
                "limit": self.name(one.limit),
                "used": say(one.used),
                "bound": say(one.bound),
                "free": {
                    "text": say(one.free),
                    **({"note": "ausgeschöpft"} if one.tight and kind != "minimum" else {}),
                },
                "share": "" if share is None or kind == "minimum" else percent(share),
            }
        }


def plural_days(value: Decimal | None) -> str:
    """Return days as text."""
    return "" if value is None else f"{number(value, 0 if value == value.to_integral() else 1)} Tage"


def _limit(told: Sequence[str]) -> Limit:
    return Limit(told[0], tuple(told[1:]))
