"""Strategy: the whole paper as data, its editions, and the figures that measure it. Nobody types progress.

What people work on is the live state; an edition is what was decided, frozen word by word. Above the SMART goals stand
measures, fields of action, strategic goals and the vision; the edges between them are links, so that other rooms can
hang their projects and proposals on them.
"""
