"""The dialogue engine: a flow is a plain function, run again from its first line on each message.

Each question looks its answer up by key; the first one without a valid answer raises `Pending` and its text goes out.
Keys are stable ids, so a flow may change in mid-conversation: a new question is asked, nothing else is lost.
Flows have no clock, no randomness, no try/finally; they read, ask, and return a command. Standard library only.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from core.hours import MOST_IN_A_MONTH, NBSP, french, plain, read_hours, read_work
from core.months import day_in_french, read_day, read_month
from core.refusal import Refused

LONGEST_ANSWER = 4000
YES = frozenset(
    {"oui", "ok", "d'accord", "yes", "o", "ouais", "je confirme", "oui je confirme", "c'est bon", "valider"}
)
NO = frozenset({"non", "no", "n", "nan"})
NOT_KNOWN = frozenset(
    {"?", "sais pas", "je sais pas", "je sais plus", "ne sais pas", "nsp", "aucune idee", "j'en sais rien", "inconnu",
     "inconnue", "je l'ai pas", "je l'ai plus", "pas sous la main"}
)  # fmt: skip
NOT_KNOWN_BEGINS = ("je ne sais", "on ne sait", "ne sais pas", "je ne l'ai", "je n'en ai", "je l'ignore")


@dataclass(frozen=True)
class Option:
    """One choice: the value that is stored and the label that people see."""

    value: str
    label: str


@dataclass(frozen=True)
class Question:
    """What is asked now. `read` turns what the person typed into the stored answer, or raises Refused."""

    key: str
    text: str
    read: Callable[[str], str]
    options: tuple[Option, ...] = ()
    wants_file: bool = False
    free_text: bool = False

    @property
    def goes_by_number(self) -> bool:
        """Whether every option may be chosen by its place; not where a number is an answer in itself."""
        try:
            return all(self.read(str(place)) == option.value for place, option in enumerate(self.options, start=1))
        except Refused:
            return False


class Pending(BaseException):
    """A question waits for its answer; a BaseException so that no flow catches it by mistake."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.key)
        self.question = question


class Reopened(BaseException):
    """The person asked to change earlier answers: forget those keys and run again."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        super().__init__(keys)
        self.keys = keys


class Refilled(BaseException):
    """The person took over answers that somebody prepared: add them and run again."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        super().__init__(answers)
        self.answers = answers


@dataclass
class Chat:
    """What a flow talks to: the stored answers, and the questions it asks."""

    today: date
    answers: Mapping[str, str]
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Add a sentence before the next question."""
        self.said.append(text)

    def choose(self, key: str, text: str, options: Sequence[Option], *, ask_even_one: bool = False) -> str:
        """Ask for one of the options and return its value; a single option is taken without asking."""
        if len(options) == 1 and not ask_even_one:
            return options[0].value
        answer = self.answers.get(key)
        if any(answer == option.value for option in options):
            return self._answered(key, str(answer))
        raise Pending(Question(key, text, _chooser(options), tuple(options)))

    def confirm(self, key: str, text: str, *, yes: str = "Oui", no: str = "Non") -> bool:
        """Ask a yes-or-no question."""
        return self.choose(key, text, (Option("yes", yes), Option("no", no))) == "yes"

    def text(self, key: str, text: str, *, most: int = LONGEST_ANSWER, suggestions: Sequence[Option] = ()) -> str:
        """Ask for free text, at most `most` characters."""
        read = _suggested(suggestions, _short(most))
        return self._asked(Question(key, text, read, tuple(suggestions), free_text=True))

    def value(self, key: str, text: str, read: Callable[[str], str], *, suggestions: Sequence[Option] = ()) -> str:
        """Ask for something that `read` turns into the stored answer, or refuses."""
        return self._asked(Question(key, text, _or_not_known(suggestions, read), tuple(suggestions)))

    def hours(self, key: str, text: str, *, most: Decimal = MOST_IN_A_MONTH) -> Decimal:
        """Ask for a number of hours."""
        return Decimal(self._asked(Question(key, text, lambda typed: str(read_hours(typed, most=most)))))

    def work(self, key: str, text: str) -> tuple[Decimal, Decimal]:
        """Ask for the hours of a month, worked and in training."""
        worked, training = self._asked(Question(key, text, _work)).split("+")
        return Decimal(worked), Decimal(training)

    def name(self, key: str, text: str, *, refuse: Callable[[str], str | None] = lambda _: None) -> str:
        """Ask for a person's name; `refuse` says why one is not possible, or None."""
        return self._asked(Question(key, text, _name_reader(refuse)))

    def day(self, key: str, text: str, *, first: date, last: date, suggestions: Sequence[Option] = ()) -> date:
        """Ask for a day between `first` and `last`, both included."""
        read = _suggested(suggestions, _day_between(first, last, self.today))
        return date.fromisoformat(self._asked(Question(key, text, read, tuple(suggestions))))

    def month(self, key: str, text: str, months: Sequence[Option], *, refuse: Callable[[str], str | None]) -> str:
        """Ask for a month: one of those offered, or another one typed, for which `refuse` says why not, or None."""
        answer = self.answers.get(key)
        if answer is not None and refuse(answer) is None:
            return self._answered(key, answer)
        raise Pending(Question(key, text, _month_reader(months, refuse, self.today), tuple(months)))

    def file(self, key: str, text: str, *, none: str) -> str | None:
        """Ask for a file; return the stored file's id, or None when the person chose `none`."""
        question = Question(key, text, _file_refused(none), (Option("", none),), wants_file=True)
        return self._asked(question) or None

    def writing(self, key: str, text: str, read: Callable[[str], str]) -> str:
        """Ask for a long text that `read` accepts, or a file; a file is stored as "file:" and its id."""
        return self._asked(Question(key, text, read, wants_file=True, free_text=True))

    def agree(
        self,
        key: str,
        text: str,
        *,
        change: Sequence[Option] = (),
        yes: str = "Oui, je confirme",
        basis: str = "",
        but_for: str = "",
    ) -> None:
        """Show a summary and ask for agreement; what was agreed to is stored as a digest of the text shown.

        When the data changed since, the digest differs and the question is asked again; `basis` names what the text
        does not show but rests on, `but_for` a part of the text that may change meanwhile. `change` offers to correct:
        each option's value holds the keys to forget, separated by spaces.
        """
        binding = text.replace(but_for, "", 1) if but_for else text
        digest = hashlib.sha256(f"{basis}\n{binding}".encode()).hexdigest()[:32]
        if self.answers.get(key) == digest:
            self._answered(key, digest)
            return
        if self.answers.get(key) == "change" and change:
            keys = self.choose(f"{key}.change", "Que voulez-vous corriger ?".replace(" ?", f"{NBSP}?"), change)
            raise Reopened((*keys.split(), key, f"{key}.change"))
        options = [Option(digest, yes)]
        if change:
            options.append(Option("change", "Corriger"))
        raise Pending(Question(key, text, _agreement(options, digest), tuple(options)))

    def _asked(self, question: Question) -> str:
        answer = self.answers.get(question.key)
        if answer is None:
            raise Pending(question)
        return self._answered(question.key, answer)

    def _answered(self, key: str, answer: str) -> str:
        # what was said belongs to questions already answered: only the last sentences go out
        self.said.clear()
        self.asked.append(key)
        return answer


def _chooser(options: Sequence[Option]) -> Callable[[str], str]:
    places = {str(place + 1): place for place in range(len(options))}

    def read(typed: str) -> str:
        words = plain(typed).strip(" .!")
        if words in places:
            return options[places[words]].value
        exact = [option for option in options if words == plain(option.label)]
        close = exact or [option for option in options if words and _resembles(words, option)]
        if len(close) == 1:
            return close[0].value
        raise Refused(f"Choisissez une des réponses proposées, ou tapez son numéro (de 1 à {len(options)}).")

    return read


def _suggested(options: Sequence[Option], read: Callable[[str], str]) -> Callable[[str], str]:
    """Read an answer, or the place of a suggestion."""
    places = {str(place): option.value for place, option in enumerate(options, start=1)}
    otherwise = _or_not_known(options, read)
    return lambda typed: places.get(typed.strip(" .")) or otherwise(typed)


def _or_not_known(options: Sequence[Option], read: Callable[[str], str]) -> Callable[[str], str]:
    """Read an answer, or « je sais pas » where a suggestion says so."""
    not_known = next((option for option in options if _says_not_known(option)), None)
    if not_known is None:
        return read
    return lambda typed: not_known.value if is_not_known(typed) else read(typed)


def is_not_known(typed: str) -> bool:
    """Tell whether somebody says that they do not know, or do not have it."""
    words = plain(typed).strip(" .!")
    return words in NOT_KNOWN or words.startswith(NOT_KNOWN_BEGINS)


def _says_not_known(option: Option) -> bool:
    return plain(option.label).startswith(("je ne sais", "je ne l'ai"))


def _resembles(words: str, option: Option) -> bool:
    label = " ".join(re.findall(r"\w+", plain(option.label)))
    if option.value == "yes" and words in YES:
        return True
    if option.value == "no" and words in NO:
        return True
    if _says_not_known(option) and is_not_known(words):
        return True
    wanted = " ".join(re.findall(r"\w+", words))
    return len(wanted) >= 3 and f" {wanted}" in f" {label}"


def _agreement(options: Sequence[Option], digest: str) -> Callable[[str], str]:
    def read(typed: str) -> str:
        words = plain(typed).strip(" .!")
        if words in YES:
            return digest
        if words in NO | {"corriger", "modifier", "changer"} and len(options) > 1:
            return "change"
        return _chooser(options)(typed)

    return read


def _work(typed: str) -> str:
    worked, training = read_work(typed)
    return f"{worked}+{training}"


def _name_reader(refuse: Callable[[str], str | None]) -> Callable[[str], str]:
    def read(typed: str) -> str:
        name = " ".join(typed.split())
        letters = [c for c in name if c.isalpha()]
        if len(letters) < 3 or " " not in name or len(name) > 80 or any(c.isdigit() or c in "?!:;<>@/" for c in name):
            raise Refused("Écrivez le prénom et le nom de la personne, par exemple Marie Leroy.")
        reason = refuse(name)
        if reason:
            raise Refused(reason)
        return name

    return read


def _short(most: int) -> Callable[[str], str]:
    def read(typed: str) -> str:
        text = typed.strip()
        if not text:
            raise Refused("Je n’ai rien reçu à lire. Écrivez votre réponse en quelques mots.")
        if len(text) > most:
            raise Refused(
                f"Votre texte est trop long ({french(Decimal(len(text)))} caractères, {most} au maximum). "
                "Résumez-le, ou joignez-le en fichier."
            )
        return text

    return read


def _day_between(first: date, last: date, today: date) -> Callable[[str], str]:
    def read(typed: str) -> str:
        day = read_day(typed, today)
        if day is None:
            raise Refused("Je n’ai pas reconnu une date. Écrivez par exemple 12/10/2026 ou 12 octobre.")
        if not first <= day <= last:
            raise Refused(
                f"Le {day_in_french(day)} n’est pas possible ici{NBSP}: la date doit être comprise entre le "
                f"{day_in_french(first)} et le {day_in_french(last)}."
            )
        return day.isoformat()

    return read


def _month_reader(months: Sequence[Option], refuse: Callable[[str], str | None], today: date) -> Callable[[str], str]:
    def read(typed: str) -> str:
        month = read_month(typed, today)
        if month is None and months:
            month = _chooser(months)(typed)
        if month is None:
            raise Refused(
                "Je n’ai pas reconnu un mois. Écrivez par exemple «\u00a0octobre\u00a0» ou «\u00a010/2026\u00a0»."
            )
        reason = refuse(month)
        if reason:
            raise Refused(reason)
        return month

    return read


def _file_refused(none: str) -> Callable[[str], str]:
    def read(typed: str) -> str:
        if plain(typed).strip(" .!") in NO | {plain(none), "1", "aucun", "rien", "sans", "passer", "sans fichier"}:
            return ""
        raise Refused(f"J’attends un fichier (photo ou PDF). Sinon, choisissez «{NBSP}{none}{NBSP}».")

    return read
