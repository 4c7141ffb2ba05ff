"""Months told in words, as people type them. What is read must be right, what is not sure must be asked."""

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.tellings import Hours, Known, MonthTold, Place, Telling, Unclear, tell

TODAY = date(2026, 11, 23)
DUPONT, AHMED, MARIE, SAMIRA, JEAN_CLAUDE, PAUL, SOPHIE, YANN = range(1, 9)
PEOPLE = (
    Known(DUPONT, "Jean Dupont"),
    Known(AHMED, "Ahmed Benali"),
    Known(MARIE, "Marie Leroy"),
    Known(SAMIRA, "Samira El Amrani"),
    Known(JEAN_CLAUDE, "Jean-Claude Hoarau"),
    Known(PAUL, "Paul Martin"),
    Known(SOPHIE, "Sophie Martin"),
    Known(YANN, "Yann Le Goff"),
)
NAMES = {"D": DUPONT, "A": AHMED, "M": MARIE, "S": SAMIRA, "J": JEAN_CLAUDE, "P": PAUL, "So": SOPHIE, "Y": YANN}
PLACES = (Place(1, ("2026-tx-014",)), Place(2, ("hl-2026-07",)))
ASKS = "asks"
LEAST_READ = 95  # % of the sentences below that are read as written or asked about

# What is expected: "asks", or what is read. « 10: D84 A0 » is October, Dupont 84 h, Ahmed 0 h; "+7" is training; "=" is
# the same as last month; "hire(Name, hours, day)"; "all" is everybody; "nil"; several months are separated by "|".
SENTENCES = {
    # as the brief of a foreman goes: name then hours
    "Octobre : Dupont 84 h, Ahmed rien (arrêt), nouvelle embauche Leroy le 12, 60 h":
        "10: D84 A0 hire(Leroy, 60, 10-12)",
    "Dupont 84": "D84",
    "Dupont: 84": "D84",
    "Dupont = 84 h": "D84",
    "dupont=84;ahmed=0": "D84 A0",
    "DUPONT 84 BENALI 12": "D84 A12",
    "Dupont 84 h, Ahmed 60 h": "D84 A60",
    "dupont 84 ahmed 12 marie 60": "D84 A12 M60",
    "Dupont 84, Ahmed 60 et Marie 35": "D84 A60 M35",
    "M. Dupont 84 / Mme Leroy 7h30": "D84 M7.5",
    "Monsieur Dupont : 84 heures. Madame Leroy : 35 heures.": "D84 M35",
    "Dupont a fait 84 heures et Ahmed 60": "D84 A60",
    "Jean Dupont a travaillé 84 h": "D84",
    "en octobre, Dupont a travaillé 84h, Ahmed a travaillé 60h": "10: D84 A60",
    "oct. Dupont 84": "10: D84",
    "10/2026 Dupont 84": "10: D84",
    "2026-10 : Dupont 84": "10: D84",
    "Octobre 2026 : Dupont 84, Ahmed 60": "10: D84 A60",
    "octobre 26 : Dupont 84": "10: D84",
    "mois d’octobre : Dupont 84": "10: D84",
    "pour le mois d'octobre Dupont 84 h": "10: D84",
    "Le mois dernier Dupont 84": "10: D84",
    "ce mois-ci Dupont 84": "11: D84",
    "octobe : Dupont 84": "10: D84",
    "Dupont 84 h en octobre": "10: D84",
    "Dupont 84 octobre": "10: D84",
    # hours first
    "84h dupont": "D84",
    "84 dupont 12 ahmed": "D84 A12",
    "84h dupont, 12 ahmed": "D84 A12",
    "84 h pour Dupont et 12 h pour Ahmed": "D84 A12",
    "j’ai 84 heures pour Dupont, 60 pour Ahmed et 35 pour Marie": "D84 A60 M35",
    # lines, bullets, tables
    "Octobre\nDupont 84\nAhmed 60\nMarie 35": "10: D84 A60 M35",
    "- Dupont : 84\n- Ahmed : 60": "D84 A60",
    "• Dupont 84 h\n• Ahmed 60 h": "D84 A60",
    "* Dupont – 84 h\n* Ahmed – 60 h": "D84 A60",
    "1. Dupont 84\n2. Ahmed 60": "D84 A60",
    "1) Dupont 84\n2) Ahmed 60\n3) Leroy 12": "D84 A60 M12",
    "Nom\tHeures\nDupont\t84\nBenali\t60,5": "D84 A60.5",
    "Nom;Prénom;Heures\nDupont;Jean;84\nBenali;Ahmed;60": "D84 A60",
    "| Dupont | 84 |\n| Ahmed | 60 |": "D84 A60",
    "Dupont\n84\nAhmed\n60": "D84 A60",
    "DUPONT Jean\t84,00\nLEROY Marie\t35,50": "D84 M35.5",
    "Dupont\t84\t\nBenali\t0\t": "D84 A0",
    # numbers
    "Dupont 7,5": "D7.5",
    "Dupont 7.5 h": "D7.5",
    "Dupont 7h30": "D7.5",
    "Dupont 7 h 30, Ahmed 8 h": "D7.5 A8",
    "Dupont 84h30min": "D84.5",
    "Dupont 151,67": "D151.67",
    "Dupont 151h40": "D151.67",
    "Dupont quatre-vingt-quatre heures": "D84",
    "Dupont sept heures et demie, Ahmed douze heures": "D7.5 A12",
    "Dupont zéro, Ahmed 60": "D0 A60",
    "84,5 dupont": "D84.5",
    # training
    "Dupont 84 + 7 formation": "D84+7",
    "Dupont 84h + 7h de formation, Ahmed 60": "D84+7 A60",
    "Dupont 84h dont 7 de formation": "D77+7",
    "Dupont 84 h (dont 7 h de formation), Ahmed 60": "D77+7 A60",
    "84 + 7 formation Dupont": "D84+7",
    "Dupont 84 h et 7 h de formation": "D84+7",
    "Dupont : 84 h travaillées, 7 h de formation": "D84+7",
    "Dupont 91 h (84 + 7 formation)": "D84+7",
    "Dupont 84, 7 formation": ASKS,
    "Dupont 7h de formation": ASKS,
    # nobody, nothing
    "rien ce mois-ci, chantier arrêté": "11: nil(suspended)",
    "octobre : rien": "10: nil()",
    "octobre néant": "10: nil()",
    "aucune heure en octobre, recrutement en cours": "10: nil(recruiting)",
    "Pas d’heures en octobre, le chantier n’a pas commencé": "10: nil(not_started)",
    "personne n’a travaillé en octobre": "10: nil()",
    "rien pour Ahmed, Dupont 84": "A0 D84",
    "Dupont 84, Ahmed n’a pas travaillé": "D84 A0",
    "Ahmed absent tout le mois, Dupont 84": "A0 D84",
    "rien pour Dupont et Ahmed": "D0 A0",
    "Dupont 84, Ahmed : aucune heure (congés)": "D84 A0",
    "Dupont parti le 15, 40 h": "D40",
    "Dupont 40 h (parti le 15 octobre), Ahmed 60": "D40 A60",
    # everybody, the same as before
    "tout le monde 151,67": "all151.67",
    "novembre : tout le monde 151,67 sauf Ahmed 84": "11: A84 all151.67",
    "tous les salariés ont fait 35 h": "all35",
    "Dupont 84, les autres 35": "D84 all35",
    "pareil que le mois dernier": "all=",
    "novembre : comme le mois dernier": "11: all=",
    "idem": "all=",
    "comme le mois dernier sauf Dupont 92": "D92 all=",
    "Dupont pareil que le mois dernier, Ahmed 60": "D= A60",
    "Dupont et Ahmed 84 h chacun": "D84 A84",
    # names
    "Duponr 84": "D84",
    "Duont 84 h": "D84",
    "ahmed 60": "A60",
    "El Amrani 35": "S35",
    "le goff 35, jean claude 70": "Y35 J70",
    "J. Dupont 84": "D84",
    "Dupont J. 84": "D84",
    "P. Martin 84, Sophie 12": "P84 So12",
    "MARTIN Sophie 84": "So84",
    # several months, several contracts
    "Octobre : Dupont 84, Ahmed 12. Novembre : Dupont 90, Ahmed 30": "10: D84 A12 | 11: D90 A30",
    "Dupont 84 en octobre et 90 en novembre": "10: D84 | 11: D90",
    "Dupont octobre 84, novembre 90": "10: D84 | 11: D90",
    "septembre\nDupont 35\noctobre\nDupont 84": "09: D35 | 10: D84",
    "2026-TX-014 : Dupont 84\nHL-2026-07 : Ahmed 30": "@1: D84 | @2: A30",
    # corrections
    "en fait 92 h pour Dupont en octobre": "10: D92",
    "correction octobre : Dupont 92 au lieu de 84": "10: D92",
    "je me suis trompée, Dupont c’est 92 en octobre": "10: D92",
    "octobre, Ahmed passe de 60 à 12": "10: A12",
    "Dupont 84 contre 80 le mois dernier": "D84",
    # hires
    "nouvelle embauche Nadia Petit le 12/10, 60 h": "hire(Nadia Petit, 60, 10-12)",
    "Octobre : embauche de Karim Saïdi le 5, CDD, RSA, 63 h": "10: hire(Karim Saïdi, 63, 10-05)",
    "Octobre : Karim Saïdi embauché le 12 : 56 h, Dupont 84": "10: hire(Karim Saïdi, 56, 10-12) D84",
    "Octobre : Dupont 84. Nouvelle embauche : Nadia Petit (le 12) 60h": "10: D84 hire(Nadia Petit, 60, 10-12)",
    # around the hours
    "Bonjour Fanny,\nvoici les heures d’octobre : Dupont 84, Ahmed 60.\nCordialement,\nCarole\n01 99 00 00 02":
        "10: D84 A60",
    "Bonjour, Dupont 84 h. Merci, bonne journée": "D84",
    "Dupont 84, Ahmed 60, total 144": "D84 A60 total144",
    "Dupont 84 h, Ahmed 60 h soit 144 h": "D84 A60 total144",
    "Dupont 84, Ahmed 60 = 150 en tout": ASKS,
    "Dupont : 84h / Ahmed : 60h / Total : 144h": "D84 A60 total144",
    "Dupont a fait 84 heures. Ahmed, en arrêt depuis le 12, a fait 42 h": "D84 A42",
    # never guessed
    "Dupont >80": ASKS,
    "Dupont ~84": ASKS,
    "Dupont de 8h à 17h": ASKS,
    "Dupont 3x7h": ASKS,
    "Dupont 84, en septembre c’était 80": ASKS,
    "Dupont sem 40: 35h, sem 41: 35h": ASKS,
    "les Martin 35 chacun": ASKS,
    "Dupont environ 80": ASKS,
    "Dupont 80 environ": ASKS,
    "Dupont 80/90": ASKS,
    "Dupont 80-90 h": ASKS,
    "entre 80 et 90 pour Dupont": ASKS,
    "une semaine pour Dupont": ASKS,
    "Dupont 2 semaines": ASKS,
    "Dupont mi-temps": ASKS,
    "Dupont temps plein": ASKS,
    "Dupont 35h par semaine": ASKS,
    "Dupont 7h/jour": ASKS,
    "Dupont 12 jours": ASKS,
    "Dupont le 12": ASKS,
    "Dupont 12/10": ASKS,
    "Dupont 12 octobre": ASKS,
    "Dupont octobre 26": ASKS,
    "Dupont 84 ?": ASKS,
    "Dupont -84": ASKS,
    "Dupont 400 h": ASKS,
    "Dupont 84,123": ASKS,
    "Dupont 50 %": ASKS,
    "Dupont 1200 €": ASKS,
    "Dupont,84,7": ASKS,
    "Dupont 84 7": ASKS,
    "Dupont sept": ASKS,
    "Dupont 8h-12h": ASKS,
    "Dupont 84 h prévues": ASKS,
    "Dupont presque rien": ASKS,
    "Dupont 8 h de plus": ASKS,
    "Ahmed en arrêt": ASKS,
    "Dupont 84, Ahmed idem": ASKS,
    "Dupont et Ahmed 84 h": ASKS,
    "Dupont, Ahmed 84": ASKS,
    "Dupont, 84 Ahmed, 12": ASKS,
    "Dupont 84, Ahmed, 12 Leroy": ASKS,
    "Dupont 84 Ahmed": ASKS,
    "Dupont 84, 12": ASKS,
    "Dupont n’a pas fait 84 h": ASKS,
    "Martin 84": ASKS,
    "Durand 84": ASKS,
    "Marie Dubois 84": ASKS,
    "Karim Leroy 84": ASKS,
    "Dupont 84, Durand 60": ASKS,
    "Dupont, Durand 60": ASKS,
    "Dupont 40 h, Ahmed 60, Dupont 44 h": ASKS,
    "Dupont 84 h 30 Ahmed 12": ASKS,
    "Dupont 84 octobre ou novembre": ASKS,
    "84 h": ASKS,
    "octobre : 84 h": ASKS,
    "Dupont 84 sauf le vendredi": ASKS,
    "tout le monde sauf Ahmed 151,67": ASKS,
    "Dupont 84 et le reste voir avec la comptable": ASKS,
}  # fmt: skip


def number(hours: Hours | None) -> str:
    """Write hours as the table does."""
    if hours is None or not hours.is_said:
        return "?"
    if hours.same:
        return "="
    training = f"+{_short(hours.training)}" if hours.training else ""
    return f"{_short(hours.worked or Decimal(0))}{training}"


def _short(hours: Decimal) -> str:
    return f"{hours:.2f}".rstrip("0").rstrip(".")


def read(told: MonthTold) -> frozenset[str]:
    """Write what was read of one month as the table does."""
    names = {person: name for name, person in NAMES.items()}
    found = {f"{names[line.person]}{number(line.hours)}" for line in told.lines}
    for each in told.newcomers:
        found.add(f"hire({each.name},{number(each.hours)},{each.starts_on and each.starts_on.strftime('%m-%d')})")
    found |= {f"all{number(told.everyone)}"} if told.everyone else set()
    found |= {f"nil({told.nil_reason})"} if told.nil else set()
    found |= {f"total{_short(told.total)}"} if told.total is not None else set()
    found |= {f"{told.month[5:]}:"} if told.month else set()
    return frozenset(found | ({f"@{told.place}:"} if told.place else set()))


IN_A_HURRY = {  # texted from a building site: each of these is read, none is asked back
    "slt octobre dupont 84h et ahmed 70": "10: D84 A70",
    "bjr oct dupon 84 ahmed 60 c bon": "10: D84 A60",
    "cc dupont 84h, ahmed 70h stp": "D84 A70",
    "dupont 84h et ahmed 70 pr octobre dsl pr le retard": "10: D84 A70",
    "non c 86 pour dupont": "D86",
    "non, c'est 86 pour dupont": "D86",
}


def expected(written: str) -> list[frozenset[str]]:
    """Read one line of the table."""
    parts = [re.sub(r",\s+", ",", part).replace(", ", ",") for part in written.split("|")]
    return [frozenset(re.findall(r"(?:hire|nil)\([^)]*\)|\S+", part)) for part in parts]


def asks(telling: Telling) -> bool:
    """Tell whether something must be asked before this can be declared."""
    lines = [line.hours for told in telling.months for line in told.lines]
    lines += [each.hours for told in telling.months for each in told.newcomers]
    lines += [told.everyone for told in telling.months if told.everyone]
    totals = any(told.total is not None and told.total != _sum(told) for told in telling.months)
    unsaid = any(hours is None or not hours.is_said for hours in lines)
    return unsaid or totals or any(telling.doubts) or all(told.is_empty for told in telling.months)


def _sum(told: MonthTold) -> Decimal:
    each = [*(line.hours for line in told.lines), *(hire.hours for hire in told.newcomers)]
    return sum((hours.total for hours in each if hours is not None), Decimal(0))


def test_months_are_read_as_they_are_typed_or_asked_about_and_never_wrong() -> None:
    wrong, asked_needlessly = [], []
    for sentence, meant in SENTENCES.items():
        telling = tell(sentence, PEOPLE, TODAY, places=PLACES)
        if asks(telling):
            asked_needlessly += [sentence] if meant != ASKS else []
        elif meant == ASKS or [read(told) for told in telling.months] != expected(meant):
            wrong.append((sentence, [sorted(read(told)) for told in telling.months]))
    read_right = len(SENTENCES) - len(asked_needlessly) - len(wrong)
    print(f"{len(SENTENCES)} sentences: {read_right} as meant, {len(asked_needlessly)} asked back, {len(wrong)} wrong")
    assert wrong == []
    assert read_right * 100 >= LEAST_READ * len(SENTENCES), asked_needlessly
    assert len(SENTENCES) >= 120


@pytest.mark.parametrize("sentence", IN_A_HURRY)
def test_a_text_message_sent_in_a_hurry_is_read(sentence: str) -> None:
    telling = tell(sentence, PEOPLE, TODAY, places=PLACES)
    assert not asks(telling)
    assert [read(told) for told in telling.months] == expected(IN_A_HURRY[sentence])


@pytest.mark.parametrize(
    ("sentence", "kind", "passage"),
    [
        ("Martin 84", Unclear.NAMESAKES, "Martin"),
        ("Durand 84 h", Unclear.STRANGER, "Durand"),
        ("Marie Dubois 84", Unclear.STRANGER, "Marie Dubois"),
        ("Dupont 84. Et la grue est en panne.", Unclear.UNREAD, "grue est en panne"),
        ("Dupont 84\n06 99 00 00 01", Unclear.UNREAD, "06 99 00 00 01"),
        ("Dupont le 12, 84 h", Unclear.UNREAD, "le 12"),
    ],
)
def test_what_is_not_understood_is_quoted(sentence: str, kind: Unclear, passage: str) -> None:
    doubts = list(tell(sentence, PEOPLE, TODAY).doubts)
    assert (doubts[0].kind, doubts[0].passage) == (kind, passage)


def test_namesakes_are_both_offered_and_keep_their_hours() -> None:
    (doubt,) = tell("Octobre : Martin 84 h, Dupont 12", PEOPLE, TODAY).doubts
    assert set(doubt.people) == {PAUL, SOPHIE}
    assert doubt.hours == Hours("84 h", Decimal(84))


def test_notes_stay_with_the_person_they_are_said_of() -> None:
    (told,) = tell("Octobre : Dupont 84 h, Ahmed rien (arrêt maladie), Marie 40 partie le 15", PEOPLE, TODAY).months
    assert {line.person: line.note for line in told.lines} == {
        DUPONT: "",
        AHMED: "arrêt maladie",
        MARIE: "partie le 15",
    }


def test_the_month_due_is_meant_when_none_is_said() -> None:
    (told,) = tell("nouvelle embauche Nadia Petit le 12, 60 h", PEOPLE, TODAY, months=["2026-10"]).months
    assert told.month == "2026-10"
    assert told.newcomers[0].starts_on == date(2026, 10, 12)


def test_a_correction_is_known_as_one_with_what_it_replaces_and_why() -> None:
    telling = tell("Octobre : Dupont 92 h au lieu de 84, erreur de saisie", PEOPLE, TODAY)
    assert telling.corrects
    assert telling.reason == "erreur de saisie"
    assert telling.months[0].lines[0].hours == Hours("92 h", Decimal(92), instead=Decimal(84))


def test_somebody_who_is_not_of_the_house_is_never_matched() -> None:
    (told,) = tell("Octobre : Girard 35, Paul Girard 12", (Known(MARIE, "Marie Leroy"),), TODAY).months
    assert told.lines == ()
    assert [doubt.kind for doubt in told.doubts] == [Unclear.STRANGER, Unclear.STRANGER]


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "👍", ";;;", "-" * 4000, "1 " * 3000, "dupont " * 800, "((((", "½ 84²"]
)
def test_anything_may_be_typed(text: str) -> None:
    assert asks(tell(text, PEOPLE, TODAY))


SAYINGS = ("{name} {hours}", "{name} : {hours} h", "{hours} h pour {name}", "{name}={hours}", "{name}\t{hours}")
SIGNS = (", ", "; ", "\n", " et ", ". ")
hours_typed = st.integers(1, 22000).map(lambda hundredths: Decimal(hundredths) / 100)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from([known for known in PEOPLE if "Martin" not in known.name]), min_size=1, unique=True),
    st.data(),
)
def test_whatever_hours_are_typed_for_known_people_come_back_the_same(people: list[Known], data: st.DataObject) -> None:
    saying = data.draw(st.sampled_from(SAYINGS))
    sign = "\n" if "\t" in saying else data.draw(st.sampled_from(SIGNS))
    typed = {known.id: data.draw(hours_typed) for known in people}
    text = sign.join(
        saying.format(name=data.draw(st.sampled_from([known.name, known.name.upper()])), hours=_french(typed[known.id]))
        for known in people
    )
    (told,) = tell(f"Octobre :\n{text}", PEOPLE, TODAY).months
    assert list(told.doubts) == [], text
    assert {line.person: line.hours and line.hours.total for line in told.lines} == typed, text


def _french(hours: Decimal) -> str:
    return f"{hours:.2f}".rstrip("0").rstrip(".").replace(".", ",")


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="dupontahmed 0123456789h,.;:/+-\n()éà'", max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    for line in (line for told in tell(text, PEOPLE, TODAY).months for line in told.lines):
        assert line.hours is None or line.hours.total >= 0
