"""People, their organisations, and how they are recognised: only a verified channel identity says who somebody is."""

import re
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from core import audit
from core.addresses import email_hash
from core.hours import NBSP, plain
from core.house import House
from core.letters import Attached, ConfirmationLetter, Envelope, InvitationLetter, Letter, SignInLetter
from core.limits import allowed
from core.loading import Shape
from core.models import ChannelIdentity, Conversation, Organisation, Person, RefusedAddress, Territory, Token
from core.outbox import CHAT, NOTICE, REMINDER, new_message_id, post, without_addresses
from core.prepared import Prepared
from core.refusal import Refused
from core.replies import NOTHING, About, reply_address
from core.subscriptions import accepts, stop_link
from core.terms import Channel, LetterKind, OrganisationKind
from core.tokens import LIFETIMES, consume_token, issue_token, peek_token, spaced

__all__ = ["consume_token", "email_hash", "issue_token", "peek_token"]

EMAIL = re.compile(r"^[^\s@<>\",;:]{1,64}@[^\s@<>\",;:]{1,255}\.[^\s@<>\",;:.]{2,}$")
TERRITORY = Shape(Territory)
ITS_TERRITORY = Prepared(select(*TERRITORY.columns).where(Territory.id == bindparam("number")))
FIRST_TERRITORY = Prepared(select(*TERRITORY.columns).order_by(Territory.id).limit(1))
WHO = Shape(Person, organisation=Shape(Organisation))
RECOGNISED = Prepared(
    select(*WHO.columns)
    .join(ChannelIdentity, ChannelIdentity.person_id == Person.id)
    .outerjoin(Organisation, Organisation.id == Person.organisation_id)
    .where(
        ChannelIdentity.channel == bindparam("channel"),
        ChannelIdentity.external_id == bindparam("external_id"),
        Person.left_at.is_(None),
    )
)
REFUSED = Prepared(select(RefusedAddress.address_hash).where(RefusedAddress.address_hash == bindparam("address")))
LINK_SENT = (
    f"Si cette adresse est connue, un lien de connexion vient d’y être envoyé. Il est valable 15{NBSP}minutes. "
    "Pensez à regarder dans les courriers indésirables."
)


def territory_of(session: Session, number: int) -> Territory:
    """Return a territory that is there, by its id."""
    (row,) = ITS_TERRITORY.rows(session, {"number": number})
    return TERRITORY.made(session, row)


def first_territory(session: Session) -> Territory | None:
    """Return the first territory, if any."""
    return TERRITORY.made_or_none(session, FIRST_TERRITORY.row(session, {}))


def territory(session: Session, house: House) -> Territory:
    """Return the first territory, made from the settings when there is none."""
    found = first_territory(session)
    if found is None:
        settings = house.settings
        found = Territory(
            name=settings.territory,
            facilitator_name=settings.facilitator_name,
            facilitator_email=settings.facilitator_email,
            facilitator_phone=settings.facilitator_phone,
            created_at=house.now(),
        )
        session.add(found)
        session.flush()
        if settings.facilitator_email:
            enrol(session, house, name=settings.facilitator_name or "Facilitateur", email=settings.facilitator_email,
                  is_facilitator=True)  # fmt: skip
    return found


def enrol(
    session: Session,
    house: House,
    *,
    name: str,
    email: str | None,
    organisation: Organisation | None = None,
    phone: str | None = None,
    is_facilitator: bool = False,
) -> Person:
    """Return the person with this address, made when unknown. Raises Refused when they act for somebody else."""
    if email and not EMAIL.match(email.strip()):
        raise Refused(f"«{NBSP}{email}{NBSP}» n’est pas une adresse e-mail.")
    address_hash = email_hash(house, email) if email else None
    known = session.scalar(select(Person).where(Person.email_hash == address_hash)) if address_hash else None
    if known is not None:
        if organisation is not None and known.organisation_id != organisation.id:
            raise Refused(f"{email} est déjà le contact d’une autre organisation.")
        return known
    person = Person(
        name=name,
        email=email.strip() if email else None,
        email_hash=address_hash,
        phone=phone,
        organisation_id=organisation.id if organisation else None,
        territory_id=organisation.territory_id if organisation else territory(session, house).id,
        is_facilitator=is_facilitator,
        created_at=house.now(),
    )
    person.organisation = organisation
    session.add(person)
    session.flush()
    return person


def person_by_email(session: Session, house: House, email: str) -> Person | None:
    """Return the person with this address, unless they left."""
    return session.scalar(select(Person).where(Person.email_hash == email_hash(house, email), Person.left_at.is_(None)))


def person_of(session: Session, channel: Channel, external_id: str) -> Person | None:
    """Return who is recognised on a channel, or None for a stranger."""
    return WHO.made_or_none(session, RECOGNISED.row(session, {"channel": channel, "external_id": external_id}))


def audience_of(person: Person | None) -> str | None:
    """Return which articles speak to a person: "company", "buyer", or None when unknown."""
    if person is None or person.organisation is None:
        return None
    return "buyer" if person.organisation.kind is OrganisationKind.BUYER else "company"


def bind(session: Session, house: House, person: Person, channel: Channel, external_id: str) -> None:
    """Recognise a person on a channel from now on; a former identity of that thread is replaced, its flow forgotten."""
    session.execute(
        delete(ChannelIdentity).where(ChannelIdentity.channel == channel, ChannelIdentity.external_id == external_id)
    )
    session.add(ChannelIdentity(person_id=person.id, channel=channel, external_id=external_id, verified_at=house.now()))
    _set_conversation(session, channel, external_id, person.id)
    audit.note(session, house, "sign_in", f"person:{person.id}", person_id=person.id, detail=str(channel))


def unbind(session: Session, house: House, channel: Channel, external_id: str) -> None:
    """Forget who is on a channel."""
    session.execute(
        delete(ChannelIdentity).where(ChannelIdentity.channel == channel, ChannelIdentity.external_id == external_id)
    )
    _set_conversation(session, channel, external_id, None)


def _set_conversation(session: Session, channel: Channel, thread: str, person_id: int | None) -> None:
    session.execute(
        update(Conversation)
        .where(Conversation.channel == channel, Conversation.thread == thread)
        .values(person_id=person_id, state={}, blocked_at=None)
    )


def request_sign_in(house: House, email: str, channel: Channel) -> str:
    """Send a sign-in link when the address is known; the sentence returned is the same when it is not.

    Raises Refused when the text is no address or too many links were asked for.
    """
    with house.database.transaction() as session:
        return send_sign_in_link(session, house, email, channel)


def send_sign_in_link(session: Session, house: House, email: str, channel: Channel) -> str:
    """Send a sign-in link in the caller's transaction; see `request_sign_in`."""
    if not EMAIL.match(email.strip()):
        raise Refused(
            "Je n’ai pas reconnu une adresse e-mail. Écrivez-la en entier, par exemple prenom.nom@exemple.fr."
        )
    if not allowed(house, "sign_in", email.strip().lower()):
        raise Refused(
            "Plusieurs liens viennent d’être envoyés à cette adresse. Attendez une heure avant d’en redemander."
        )
    person = person_by_email(session, house, email)
    if person is not None and person.email:
        secret = issue_token(session, house, "sign_in", person=person, channel=channel)
        minutes = int(LIFETIMES["sign_in"].total_seconds() // 60)
        letter = SignInLetter(name=person.name, link=house.link(f"/connexion/{secret}"), minutes=minutes)
        post_letter(session, house, letter, person)
    return LINK_SENT


def post_letter(
    session: Session,
    house: House,
    letter: Letter,
    person: Person,
    *,
    dedup_key: str | None = None,
    kind: LetterKind | None = None,
    about: About = NOTHING,
    calendar: bytes = b"",
    attachments: tuple[Attached, ...] = (),
    due_at: datetime | None = None,
) -> str | None:
    """Post a letter to a person; return its Message-ID, None when their address was refused by its server.

    `kind` is for what one may stop: it is not sent to who stopped it, carries the link, and lets the rest go before.
    A reply is understood from what the letter is `about`; nobody answers a letter that signs in or asks who wrote.
    """
    if not person.email or is_refused(session, person) or (kind and not accepts(session, person, kind)):
        return None
    message_id = new_message_id(house)
    is_key = isinstance(letter, SignInLetter | ConfirmationLetter)
    envelope = Envelope(
        sender=house.settings.mail_from,
        recipient=person.email,
        message_id=message_id,
        reply_to="" if is_key else reply_address(session, house, person.email, message_id, about, person_id=person.id),
        stop_link=stop_link(house, person, kind) if kind else "",
        calendar=calendar,
        attachments=attachments,
    )
    return post(
        session,
        house,
        channel=Channel.EMAIL,
        peer=person.email,
        body=house.write_letter(letter, envelope),
        message_id=message_id,
        ordered=False,
        priority=REMINDER if kind else CHAT if is_key else NOTICE,
        dedup_key=dedup_key,
        person_id=person.id,
        due_at=due_at,
    )


def invite(session: Session, house: House, person: Person, *, telegram_username: str = "") -> str:
    """Send an invitation and return its code. The same person invited again gets a fresh code."""
    secret = issue_token(session, house, "invitation", person=person)
    letter = InvitationLetter(
        name=person.name,
        organisation=person.organisation.name if person.organisation else "",
        facilitator=territory(session, house).facilitator_name,
        link=house.link(f"/invitation/{secret}"),
        code=spaced(secret),
        telegram_link=telegram_link(telegram_username, secret),
        days=LIFETIMES["invitation"].days,
    )
    post_letter(session, house, letter, person)
    audit.note(session, house, "invite", f"person:{person.id}")
    return secret


def telegram_link(username: str, secret: str) -> str:
    """Return the deep link that opens the bot with a code, or "" when there is no bot."""
    return f"https://t.me/{username}?start={secret}" if username else ""


def accept_code(session: Session, house: House, typed: str, channel: Channel, thread: str) -> Person:
    """Sign in with a typed code: an invitation, or the code shown after an e-mailed link.

    Raises Refused for an unknown, used or expired code, or after five tries in an hour.
    """
    if not allowed(house, "code", f"{channel}:{thread}"):
        raise Refused("Trop d’essais. Attendez une heure, ou demandez un lien de connexion par e-mail.")
    for purpose in ("invitation", "chat_code"):
        if peek_token(session, house, purpose, typed) is not None:
            token = consume_token(session, house, purpose, typed)
            return sign_in(session, house, token, channel, thread)
    raise Refused(
        "Ce code n’est pas reconnu, ou il a expiré. Vérifiez-le dans votre e-mail d’invitation, "
        "ou demandez un lien de connexion."
    )


def sign_in(session: Session, house: House, token: Token, channel: Channel, thread: str) -> Person:
    """Recognise the owner of a consumed token on a channel. Raises Refused when they are no longer there."""
    person = session.get(Person, token.person_id) if token.person_id else None
    if person is None or person.left_at is not None:
        raise Refused("Ce compte n’est plus actif. Écrivez au facilitateur pour le rétablir.")
    bind(session, house, person, channel, thread)
    return person


def is_refused(session: Session, person: Person) -> bool:
    """Tell whether a server refused this person's address for good."""
    return person.email_refused_at is not None or (
        person.email_hash is not None and REFUSED.row(session, {"address": person.email_hash}) is not None
    )


def refuse_address(session: Session, house: House, address: str, reason: str) -> Person | None:
    """Mark an address as refused; return the person it belongs to, if any."""
    hashed = email_hash(house, address)
    if session.get(RefusedAddress, hashed) is None:
        session.add(RefusedAddress(address_hash=hashed, reason=without_addresses(reason)[:300], refused_at=house.now()))
    person = session.scalar(select(Person).where(Person.email_hash == hashed))
    if person is not None:
        person.email_refused_at = house.now()
    return person


def looks_like_code(text: str) -> bool:
    """Tell whether a text has the shape of a code."""
    compact = plain(text).replace("-", "").replace(" ", "").upper()
    return (
        bool(re.fullmatch(r"[A-HJKMNP-Z2-9]{12}", compact))
        and not compact.isdigit()
        and (bool(re.search(r"\d|-", text)) or text.isupper())
    )
