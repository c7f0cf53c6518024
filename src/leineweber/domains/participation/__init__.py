"""Participation: units propose goals, talk about them, rate them blind by fixed criteria; each decision can be traced.

A round has four phases, and what may be done is a property of the phase. Unit means an office (or a department for
those who work in no office): a person acts for the unit she works in, and every result names units, never persons.
"""
