"""What can be asked: responsibilities and bodies, meetings, papers, resolutions; constant in number of queries."""
