"""Portfolio: from the idea over the mandate to the project, and all projects of the city in one plan.

A mandate (Projektauftrag) is written, submitted and decided; what is approved becomes a project with phases and gates,
activities, money, people, risks and reports. The program compares each project with its baseline and raises an
exception by itself when a tolerance is broken.
"""
