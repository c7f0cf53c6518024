"""Choosing under limits: which projects, starting when, with the money and people there are.

A scenario keeps the limits (money a year, days of each skill, musts, minimums per field of action). A run freezes the
candidates with the limits and computes the best choice; what came out can be taken over into the portfolio.
"""
