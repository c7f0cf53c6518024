"""Policies by name, and the decorator that every view carries."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from leineweber.kernel.access.actors import Actor

Predicate = Callable[[Actor, Any], bool]
P = ParamSpec("P")
V = TypeVar("V", bound=Callable[..., HttpResponseBase])

_policies: dict[str, Predicate] = {}


class Denied(PermissionDenied):
    """No policy allows this actor this act. `policy` names the rule that was asked."""

    def __init__(self, policy: str) -> None:
        super().__init__(f"Nicht erlaubt: {policy}")
        self.policy = policy


def policy(name: str) -> Callable[[Predicate], Predicate]:
    """Register a predicate `(actor, thing) -> bool` under a name such as `applications.case.view`.

    Raises:
        ValueError: the name is taken by another predicate.
    """

    def register(predicate: Predicate) -> Predicate:
        if _policies.setdefault(name, predicate) is not predicate:
            raise ValueError(f"The policy {name} exists twice.")
        return predicate

    return register


def policy_names() -> frozenset[str]:
    """Return the names of all policies."""
    return frozenset(_policies)


def allowed(actor: Actor, name: str, thing: object | None = None) -> bool:
    """Tell whether the named policy allows the actor; a name nobody registered allows nobody."""
    predicate = _policies.get(name)
    return predicate is not None and predicate(actor, thing)


def check(actor: Actor, name: str, thing: object | None = None) -> None:
    """Let pass or raise.

    Raises:
        Denied: the policy refuses, or there is none of that name.
    """
    if not allowed(actor, name, thing):
        raise Denied(name)


def actor_of(request: HttpRequest) -> Actor:
    """Return who is acting in a request; nobody known if no middleware said so."""
    return cast(Actor, getattr(request, "actor", None)) or Actor.anonymous()


def requires(name: str) -> Callable[[V], V]:
    """Let a view run only for actors whom the named policy allows without regard to a single thing.

    The name stays on the view as `policy`; the suite refuses any address whose view has none.
    """

    def decorate(view: V) -> V:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            check(actor_of(request), name)
            return view(request, *args, **kwargs)

        guarded.policy = name  # type: ignore[attr-defined]  # read by the suite and the router
        return cast(V, guarded)

    return decorate


@policy("public")
def _anybody(actor: Actor, thing: object | None) -> bool:
    return True


@policy("citizen")
def _citizen(actor: Actor, thing: object | None) -> bool:
    return actor.kind == "citizen"


@policy("staff")
def _staff(actor: Actor, thing: object | None) -> bool:
    return actor.kind == "staff"


@policy("operator")
def _operator(actor: Actor, thing: object | None) -> bool:
    return actor.kind == "staff" and actor.has_role("operator")
