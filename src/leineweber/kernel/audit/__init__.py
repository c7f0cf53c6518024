"""Audit: what was done and which personal data was read, append-only and sealed.

Every entry carries a keyed seal of its own content, so a changed or invented row shows at once.
Entries are then bound into a chain of blocks by a job, so a removed row shows as well. The database
itself refuses to change or delete entries. There is no view of one employee's performance.
"""
