"""Appointments as calendar objects (RFC 5545) and their methods for invitations (RFC 5546)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from icalendar import Calendar, Event, vCalAddress, vText

from leineweber.kernel import clock

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]


@dataclass(frozen=True, slots=True)
class Appointment:
    """A meeting as a calendar shows it. `people` are pairs of name and address; `sequence` grows with each change."""

    id: UUID
    sequence: int
    title: str
    place: str
    start: datetime
    end: datetime
    text: str
    url: str
    organiser: tuple[str, str]
    people: Sequence[tuple[str, str]]
    host: str


def calendar(appointment: Appointment, method: Method) -> str:
    """Return the calendar object: one event with a stable UID, times in UTC.

    REQUEST invites or changes, CANCEL takes back (both need organiser and attendees, RFC 5546 3.2), PUBLISH is for
    downloading.
    """
    event = Event()
    event.add("uid", f"sitzung-{appointment.id}@{appointment.host}")
    event.add("dtstamp", clock.now())
    event.add("dtstart", appointment.start)
    event.add("dtend", appointment.end)
    event.add("sequence", appointment.sequence)
    event.add("summary", appointment.title)
    event.add("location", appointment.place)
    event.add("description", appointment.text)
    event.add("url", appointment.url)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    name, address = appointment.organiser
    organiser = vCalAddress(f"mailto:{address}")
    organiser.params["CN"] = vText(name)
    event["organizer"] = organiser
    if method != "PUBLISH":
        for name, address in appointment.people:
            attendee = vCalAddress(f"mailto:{address}")
            attendee.params["CN"] = vText(name)
            attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
            attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
            attendee.params["RSVP"] = vText("TRUE")
            event.add("attendee", attendee, encode=False)
    result = Calendar()
    result.add("prodid", "-//Leineweber//Gremien//DE")
    result.add("version", "2.0")
    result.add("method", method)
    result.add_component(event)
    text: bytes = result.to_ical()
    return text.decode("utf-8")
