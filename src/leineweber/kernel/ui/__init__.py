"""The look of the house: Jinja2 set up for Django, layouts of the three faces, components, charts, navigation.

Templates: `ui/portal.html`, `ui/desk.html`, `ui/cockpit.html` to extend; `ui/components.html` and `ui/forms.html` to
import macros from (their arguments stand at the top of each file). Everything can be seen at `/arbeit/gestaltung/`.
"""
