"""The organisation of the city: units as a tree, posts in them, who holds which post, and who stands in.

Rights come from here and from nowhere else: a post carries roles, a role holds for the post's unit and
everything below it, whoever holds the post has them, and a deputy has them for a period. All periods are
whole days in Europe/Berlin, half open: `start` is the first day, `end` the first day on which it no longer
holds (None: open). So leaving a post "today" takes the rights away at once.
"""
