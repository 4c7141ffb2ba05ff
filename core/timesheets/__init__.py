"""Reading a spreadsheet of hours, in whatever layout a payroll tool or a temp agency gives it.

Pure: rows of cells in; lines of somebody's hours in a month out, with the columns they were read from, so that a person
can confirm them once. Nothing is guessed in silence: two numbers for one person, a name that is two people's, another
site's rows come back as doubts.
"""

from core.timesheets.layout import Layout
from core.timesheets.reading import Seen, Timesheet, read_timesheet
from core.timesheets.telling import told_by

__all__ = ["Layout", "Seen", "Timesheet", "read_timesheet", "told_by"]
