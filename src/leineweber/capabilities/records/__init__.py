"""Records: file plan, file (Akte), sub-file (Vorgang), document, version; references, closing, retention.

The terms are those of the Organisationskonzept elektronische Verwaltungsarbeit (Baustein E-Akte). One file
per file plan entry and year, one sub-file per case. What is closed cannot grow; a version never changes.
"""
