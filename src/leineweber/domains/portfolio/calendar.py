"""Milestones as a calendar (iCalendar, RFC 5545): all-day events that keep their id when they move."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from icalendar import Calendar, Event

from leineweber.domains.portfolio.models import Activity
from leineweber.kernel import clock


def milestones(name: str, found: Iterable[Activity]) -> bytes:
    """Return milestones (each with its project) as a calendar of this name."""
    calendar = Calendar()
    calendar.add("prodid", "-//Leineweber//Portfolio//DE")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    now = clock.now()
    for one in found:
        event = Event()
        event.add("uid", f"{one.id}@leineweber")
        event.add("dtstamp", now)
        event.add("sequence", one.version)
        event.add("summary", f"{one.name} ({one.project.number})")
        event.add("description", one.project.title)
        event.add("dtstart", one.end)
        event.add("dtend", one.end + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        event.add("status", "CONFIRMED")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
