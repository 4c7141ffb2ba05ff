"""Records of an XML file of any size, read as a stream, without entities nor external documents."""

from collections.abc import Iterator
from typing import Any, TextIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from core.decp.damage import Damaged

_RECORDS = {"marche", "contrat-concession"}
_DEEPEST = 50


def xml_records(file: TextIO) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield each record with whether it is a concession; raises Damaged where the file stops making sense."""
    around: list[Element] = []
    record: Element | None = None
    try:
        for event, element in iterparse(file, ("start", "end")):
            if event == "start":
                if record is None and around and _tag(element) in _RECORDS:
                    record = element
                around.append(element)
                if len(around) > _DEEPEST:
                    raise Damaged("le fichier XML n’a pas la forme d’une liste de marchés")
                continue
            around.pop()
            if record is not None and element is record:
                yield _fields(element), _tag(element) == "contrat-concession"
                record = None
            if record is None and around:
                around[-1].clear()
    except ParseError as error:
        raise Damaged(f"le fichier XML est abîmé ou coupé à la ligne {error.position[0]}") from error
    except (DefusedXmlException, ValueError, LookupError) as error:
        raise Damaged("le fichier XML contient des déclarations qui ne sont pas admises") from error


def _fields(element: Element) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for child in element:
        value: Any = _fields(child) if len(child) else child.text or ""
        name = _tag(child)
        if name not in fields:
            fields[name] = value
        elif isinstance(fields[name], list):
            fields[name].append(value)
        else:
            fields[name] = [fields[name], value]
    return fields


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]
