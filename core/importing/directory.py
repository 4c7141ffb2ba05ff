"""The organisations that a file names: found by SIRET, else by name within the territory, else created."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, select

from core.hours import plain
from core.importing.ledger import Ledger, in_batches
from core.models import Organisation, Territory
from core.terms import OrganisationKind

LONGEST_NAME = 300


class Ambiguous(Exception):
    """Several organisations have this name, and no SIRET says which one is meant."""

    def __init__(self, organisations: Sequence[Organisation]) -> None:
        super().__init__(f"{len(organisations)} organisations")
        self.organisations = organisations


class Directory:
    """The organisations known, and those made on the way."""

    def __init__(self, ledger: Ledger, place: Territory, known: Iterable[Organisation]) -> None:
        self._ledger = ledger
        self._place = place
        self._by_siret: dict[str, Organisation] = {}
        self._by_name: defaultdict[str, list[Organisation]] = defaultdict(list)
        for organisation in known:
            self._remember(organisation)

    def enter(self, siret: str | None, name: str | None, kind: OrganisationKind) -> Organisation:
        """Return the organisation with this SIRET, or this name when there is none; made when unknown.

        One known by its name only gets its SIRET, one known by its SIRET only its name. A known name is kept. Raises
        Ambiguous.
        """
        found = self._found(siret, name)
        if found is None:
            made = Organisation(
                name=(name or nameless(siret))[:LONGEST_NAME], siret=siret, kind=kind, territory_id=self._place.id
            )
            self._ledger.add(made)
            self._remember(made)
            return made
        if siret and found.siret is None:
            self._ledger.revise(found, siret=siret)
            self._by_siret[siret] = found
        if name and found.name == nameless(found.siret):
            self._ledger.revise(found, name=name[:LONGEST_NAME])
            self._by_name[plain(found.name)].append(found)
        return found

    def _found(self, siret: str | None, name: str | None) -> Organisation | None:
        if siret and siret in self._by_siret:
            return self._by_siret[siret]
        namesakes = self._by_name.get(plain(name), []) if name else []
        if siret:
            without = [organisation for organisation in namesakes if organisation.siret is None]
            return without[0] if len(without) == 1 else None
        if len(namesakes) > 1:
            raise Ambiguous(namesakes)
        return namesakes[0] if namesakes else None

    def _remember(self, organisation: Organisation) -> None:
        self._by_name[plain(organisation.name)].append(organisation)
        if organisation.siret:
            self._by_siret[organisation.siret] = organisation


def nameless(siret: str | None) -> str:
    """Name an organisation of which only the SIRET is known."""
    return f"SIRET {siret}"


def directory_of_territory(ledger: Ledger, place: Territory, sirets: set[str]) -> Directory:
    """Know every organisation of the territory by name, and by SIRET wherever they are."""
    local = _where(ledger, Organisation.territory_id == place.id)
    missing = sirets - {organisation.siret for organisation in local}
    return Directory(ledger, place, [*local, *_with_siret(ledger, missing)])


def directory_of_batch(ledger: Ledger, place: Territory, sirets: set[str], names: set[str]) -> Directory:
    """Know only some organisations: by SIRET, and by exact name within the territory."""
    known = {organisation.id: organisation for organisation in _with_siret(ledger, sirets)}
    for some in in_batches(names):
        local = _where(ledger, (Organisation.territory_id == place.id) & Organisation.name.in_(some))
        known |= {organisation.id: organisation for organisation in local}
    return Directory(ledger, place, known.values())


def _with_siret(ledger: Ledger, sirets: set[str]) -> list[Organisation]:
    return [found for some in in_batches(sirets) for found in _where(ledger, Organisation.siret.in_(some))]


def _where(ledger: Ledger, condition: ColumnElement[bool]) -> list[Organisation]:
    return list(ledger.session.scalars(select(Organisation).where(condition).order_by(Organisation.id)))
