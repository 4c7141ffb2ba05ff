"""Letters that let somebody in: the sign-in link, the invitation, the awardee's welcome."""

from core.hours import NBSP
from core.letters import Envelope, InvitationLetter, SignInLetter, WelcomeLetter, WonContract
from mailer.letters.rendering import Facts, Rendered, render


def sign_in(letter: SignInLetter, envelope: Envelope) -> Rendered:
    """Write the link that signs a person in, once."""
    return render("sign_in", letter, envelope, subject="Votre lien de connexion à Clausette")


def invitation(letter: InvitationLetter, envelope: Envelope) -> Rendered:
    """Invite a person to the assistant."""
    subject = f"{letter.facilitator} vous invite sur Clausette" if letter.facilitator else "Votre accès à Clausette"
    return render("invitation", letter, envelope, subject=subject)


def welcome(letter: WelcomeLetter, envelope: Envelope) -> Rendered:
    """Tell an awardee what was won, what is owed, and how to declare it."""
    won = letter.commitments
    subject = (
        f"Votre engagement d’insertion{NBSP}: {won[0].contract}" if len(won) == 1 else "Vos engagements d’insertion"
    )
    facts = (("Nom", letter.facilitator), ("Contact", letter.facilitator_contact))
    return render("welcome", letter, envelope, subject=subject, facts=facts, won=tuple(_won(one) for one in won))


def _won(one: WonContract) -> Facts:
    facts = (
        ("Marché", f"{one.contract}, {one.lot}" if one.lot else one.contract),
        ("Acheteur", one.buyer),
        ("Heures d’insertion", one.hours),
        ("Période", one.period),
        ("Déclaration", one.reporting),
        ("Premier mois à déclarer", one.first_month),
        ("Pénalité prévue", one.penalty),
        ("Dans votre contrat", one.article),
    )
    return tuple((label, value) for label, value in facts if value)
