"""The face for staff: inbox and tasks, cases, needs, printing, search, and the operator's page."""
