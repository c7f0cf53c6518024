"""Reports: half-year reports that can never change once frozen, and the pages of the registry of figures.

A draft holds texts and a choice of figures and goals; freezing reads the figures (`kernel.indicators`) and what goals
tell of themselves (`kernel.links`), seals all of it with SHA-512 and makes the PDF. The database itself refuses to
change a frozen report.
"""
