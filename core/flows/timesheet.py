"""A spreadsheet of hours, the first time that one of its make is sent: how it is read, confirmed once."""

import json
from typing import Any

from core.dialogue import Chat, Option
from core.flows.commands import Say, UseTimesheet
from core.flows.register import Register
from core.hours import NBSP, in_hours
from core.hours_files import HoursFile
from core.months import in_french
from core.timesheets import Layout
from core.timesheets.layout import Role, letter_of

YES = Option("yes", "Oui, c’est bien cela")
ELSEWHERE = Option("elsewhere", "Les heures sont dans une autre colonne")
NO = Option("no", "Laisser ce fichier")
LEFT = "Je laisse ce fichier. Écrivez-moi vos heures, ou demandez-moi un tableau à remplir : «\xa0mes documents\xa0»."
MOST_COLUMNS = 8
SAID = ((Role.NAME, "personnes"), (Role.LAST_NAME, "noms"), (Role.FIRST_NAME, "prénoms"), (Role.CONTRACT, "marchés"))


def timesheet(chat: Chat, register: Register) -> UseTimesheet | Say:
    """Ask whether the columns were well understood; the answer is kept for the company's next files."""
    tables: list[dict[str, Any]] = json.loads(chat.answers["tables"])
    hours: dict[str, int] = {}
    for number, table in enumerate(tables):
        others = [Option(str(column), name) for column, name in table["others"]][:MOST_COLUMNS]
        options = [YES, *([ELSEWHERE] if others else []), NO]
        said = chat.choose(f"reads.{number}", table["text"], options)
        if said == NO.value:
            return Say(LEFT)
        column = table["hours"]
        if said == ELSEWHERE.value:
            column = int(chat.choose(f"column.{number}", f"Quelle colonne contient les heures{NBSP}?", others))
        if column is not None:
            hours[table["signature"]] = column
    return UseTimesheet(int(chat.answers["file"]), hours)


def tables_of(file: HoursFile) -> str:
    """Write what is to be confirmed of a file, for the answer `tables`: one entry for each layout not known yet."""
    layouts = {each.signature: each for each in file.timesheet.layouts if each.signature not in file.known}
    return json.dumps([_table(file, layout) for layout in layouts.values()])


def _table(file: HoursFile, layout: Layout) -> dict[str, object]:
    named = {column: f"{letter_of(column)} «{NBSP}{layout.headers[column]}{NBSP}»" for column in layout.numeric}
    return {
        "signature": layout.signature,
        "text": _reading(file, layout),
        "hours": layout.hours[0] if len(layout.hours) == 1 else None,
        "others": [[column, name] for column, name in named.items() if column not in layout.hours],
    }


def _reading(file: HoursFile, layout: Layout) -> str:
    lines = [f"{said}{NBSP}: {_column(layout, layout.columns[role])}" for role, said in SAID if role in layout.columns]
    if layout.months:
        months = ", ".join(in_french(month) for month in dict.fromkeys(layout.months.values()))
        lines.append(f"heures{NBSP}: une colonne par mois ({months})")
    elif len(layout.hours) > 1:
        lines.append(f"heures{NBSP}: la somme des jours, de {_column(layout, layout.hours[0])} à "
                     f"{_column(layout, layout.hours[-1])}")  # fmt: skip
    else:
        lines.append(f"heures{NBSP}: {_column(layout, layout.hours[0])}")
    lines += [f"formation{NBSP}: {_column(layout, column)}" for column in layout.trainings]
    first = next((each for each in file.timesheet.lines if each.sheet == layout.sheet), None)
    example = ""
    if first is not None and first.worked is not None and first.worked.worked is not None:
        when = f", {in_french(first.month)}" if first.month else ""
        example = f"\n\nPremière ligne{NBSP}: {first.name}, {in_hours(first.worked.worked + first.training)}{when}."
    listed = "\n".join(f"- {line}" for line in lines)
    return (
        f"Voici comment je lis «{NBSP}{file.name}{NBSP}»{NBSP}:\n\n{listed}{example}\n\n"
        f"Est-ce bien cela{NBSP}? Je m’en souviendrai pour vos prochains fichiers."
    )


def _column(layout: Layout, column: int) -> str:
    header = layout.headers[column]
    return f"colonne {letter_of(column)}" + (f" («{NBSP}{header}{NBSP}»)" if header else "")
