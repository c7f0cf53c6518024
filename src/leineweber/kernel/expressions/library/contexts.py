"""Context functions (DMN 1.5, 10.3.4.11)."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import Fault
from ..values import Run, Value
from .registry import builtin

Context = dict[str, Value]


@builtin("get value", "m: context, key: string")
def get_value(run: Run, m: Context, key: str) -> Value:
    """Return the entry of a context."""
    if key not in m:
        raise Fault(f"Der Kontext hat keinen Eintrag „{key}“.", f"The context has no entry “{key}”.")
    return m[key]


@builtin("get entries", "m: context")
def get_entries(run: Run, m: Context) -> Value:
    """Return a list of contexts with key and value of each entry."""
    return [{"key": key, "value": value} for key, value in m.items()]


@builtin("context", "entries: list")
def context(run: Run, entries: Sequence[Value]) -> Value:
    """Return the context of a list of contexts with key and value; each key only once."""
    result: Context = {}
    for entry in entries:
        if type(entry) is not dict or type(entry.get("key")) is not str or "value" not in entry:
            raise Fault("Jeder Eintrag braucht „key“ und „value“.", "Every entry needs “key” and “value”.")
        if entry["key"] in result:
            raise Fault(f"„{entry['key']}“ ist doppelt.", f"“{entry['key']}” is given twice.")
        result[entry["key"]] = entry["value"]
    return result


@builtin("context put", "context: context, key: string, value")
def context_put(run: Run, base: Context, key: str, value: Value) -> Value:
    """Return the context with an entry set."""
    return {**base, key: value}


@builtin("context put", "context: context, keys: list, value")
def context_put_deep(run: Run, base: Context, keys: Sequence[Value], value: Value) -> Value:
    """Return the context with an entry set that lies as deep as there are keys."""
    if not keys or not all(isinstance(key, str) for key in keys):
        raise Fault(
            "Die Liste der Schlüssel ist leer oder unvollständig.", "The list of keys is empty or incomplete."
        )
    if len(keys) == 1:
        return {**base, keys[0]: value}
    inner = base.get(keys[0])
    if type(inner) is not dict:
        raise Fault(f"„{keys[0]}“ ist kein Kontext.", f"“{keys[0]}” is no context.")
    return {**base, keys[0]: context_put_deep(run, inner, keys[1:], value)}


@builtin("context merge", "contexts: list")
def context_merge(run: Run, contexts: Sequence[Value]) -> Value:
    """Return one context of several; of entries with one name the last."""
    result: Context = {}
    for one in contexts:
        if type(one) is not dict:
            raise Fault("Die Liste darf nur Kontexte enthalten.", "The list may only hold contexts.")
        result.update(one)
    return result
