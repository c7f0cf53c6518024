"""What can be done: responsibilities and rules, meetings, decision papers, resolutions. The only place that writes."""
