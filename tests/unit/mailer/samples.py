"""One letter of each kind, with everything a letter may hold; the names are invented."""

from dataclasses import replace

from core.letters import (
    AcknowledgementLetter,
    AddressRefusedLetter,
    Attached,
    CaseDelayLetter,
    CaseFollowUpLetter,
    CaseNews,
    CaseReminderLetter,
    CaseReplyLetter,
    CommitmentState,
    ConfirmationLetter,
    ConversationLetter,
    Envelope,
    EscalationLetter,
    InvitationLetter,
    LateMonth,
    LateMonthsLetter,
    Letter,
    Line,
    MeetingLetter,
    MissingMonth,
    NoticeLetter,
    OrdersLetter,
    ReceiptLetter,
    ReminderLetter,
    SignInLetter,
    WelcomeLetter,
    WonContract,
)
from tests.unit.mailer.digest_sample import DIGEST, SITE

CODE = "H7KM-9QRT-2WXY"
ENVELOPE = Envelope(
    sender="Clausette <clausette@exemple.fr>",
    recipient="carole.constructeur@exemple.fr",
    message_id="<0123456789abcdef0123456789abcdef@exemple.fr>",
)
PHOTO = Attached("attestation.jpg", "image/jpeg", b"\xff\xd8\xff\xe0 a picture")

STATE = CommitmentState(
    contract="2026-TX-014 – Réhabilitation du groupe scolaire Jean-Zay",
    lot="lot 1 (Gros œuvre)",
    awardee="Bâti Nord",
    buyer="Ville de Clairval",
    committed="1 200 h",
    done="287,5 h",
    accepted="100 h",
    remaining="912,5 h",
    share_done="24 %",
    share_elapsed="23 %",
    dates="du 1er septembre 2026 au 31 août 2027",
    last_months=("Octobre 2026 : 187,5 h (déclarée)", "Septembre 2026 : 100 h (acceptée)"),
)
ESCALATION = EscalationLetter(
    number="D-2026-00012",
    subject="Éligibilité d’un salarié déjà embauché",
    who="Carole Constructeur",
    organisation="Bâti Nord",
    channel="Telegram",
    since="23 novembre 2026 à 14 h 05",
    contact="carole.constructeur@exemple.fr, 01 99 00 00 02",
    question="Bonjour,\n\nKarim a été embauché en CDD le 5 octobre.\nPuis-je compter ses heures de formation ?",
    transcript=(
        Line("La personne", "23 novembre 2026 à 14 h 02", "les heures de formation ça compte ?"),
        Line(
            "Clausette",
            "23 novembre 2026 à 14 h 02",
            "Oui, en général :\n\n"
            "- pendant le contrat de travail ;\n- si la formation est **en lien** avec l’emploi.\n\n"
            "Source : [Code du travail](https://www.legifrance.gouv.fr/codes/id/LEGITEXT000006072050)",
        ),
        Line("La personne", "23 novembre 2026 à 14 h 04", "parler à quelqu’un"),
    ),
    articles=("Les heures de formation comptent-elles ?", "Qui peut faire les heures d’insertion ?"),
    state=STATE,
    file_names=("attestation.jpg", "plan de formation.pdf"),
    promised="25 novembre 2026",
    link=f"{SITE}/desk/cases/12/acces/9f2c",
)
WON = WonContract(
    contract="Réhabilitation du groupe scolaire Jean-Zay (2026-TX-014)",
    buyer="Ville de Clairval",
    lot="lot 1 (Gros œuvre)",
    hours="1 200 h",
    period="du 1er septembre 2026 au 31 août 2027",
    reporting="chaque mois, au plus tard le 10 du mois suivant",
    first_month="septembre 2026",
    penalty="40 € par heure non faite",
    article="CCAP, article 12",
)
WELCOME = WelcomeLetter(
    name="Carole Constructeur",
    organisation="Bâti Nord",
    facilitator="Fanny Facilite",
    facilitator_contact="01 99 00 00 01",
    commitments=(WON,),
    link=f"{SITE}/invitation/H7KM9QRT2WXY",
    code=CODE,
    telegram_link="https://t.me/clausette_bot?start=H7KM9QRT2WXY",
    days=30,
)
INVITATION = InvitationLetter(
    name="Alice Achat",
    organisation="Ville de Clairval",
    facilitator="Fanny Facilite",
    link=f"{SITE}/invitation/H7KM9QRT2WXY",
    code=CODE,
    telegram_link="https://t.me/clausette_bot?start=H7KM9QRT2WXY",
    days=30,
)
FOLLOW_UP = CaseFollowUpLetter(
    number="D-2026-00012",
    subject=ESCALATION.subject,
    who="Carole Constructeur",
    text="Voici son attestation.",
    file_names=("attestation.jpg",),
    link=ESCALATION.link,
)
REPLY = CaseReplyLetter(
    name="Carole Constructeur",
    number="D-2026-00012",
    subject=ESCALATION.subject,
    question=ESCALATION.question,
    answer="Oui, **dans la limite du contrat**. Il me faut :\n\n"
    "- la convention de formation ;\n- les feuilles d’émargement.\n\n"
    "Le détail est dans [le guide](https://guide.exemple.fr/formation).",
    facilitator="Fanny Facilite",
    link=f"{SITE}/",
)
RECEIPT = ReceiptLetter(
    name="Carole Constructeur",
    number="R-000042",
    contract="2026-TX-014 – Réhabilitation du groupe scolaire Jean-Zay, lot 1 (Gros œuvre)",
    month="octobre 2026",
    lines=("Marie Leroy : 120,5 h", "Karim Haddad : 67 h (dont 7 h de formation)"),
    total="187,5 h",
    remaining="912,5 h",
    replaces="R-000037",
    declared_at="23 novembre 2026 à 14 h 05",
    link=f"{SITE}/",
)
NOTICE = NoticeLetter(
    name="Carole Constructeur",
    title="À corriger : octobre 2026, 2026-TX-014",
    opening="Le facilitateur vous renvoie **une ligne** de votre déclaration.",
    facts=(("Marché", "Réhabilitation du groupe scolaire Jean-Zay, lot 1 (Gros œuvre)"), ("Mois", "octobre 2026")),
    items=("Karim Haddad, 67 h : heures différentes du justificatif. Le relevé dit 57 h.",),
    closing="Corrigez la ligne, ou expliquez-la, avant le 8 décembre 2026.",
    act="Répondre dans Clausette",
    link=f"{SITE}/",
)
QUESTION = ConversationLetter(
    subject="Heures d’octobre",
    texts=(
        "**Octobre 2026, 2026-TX-014 lot 1**\n\n- Marie Leroy : 84 h\n- Karim Haddad : 0 h, arrêt\n\nVous confirmez ?",
    ),
    choices=("Oui, je confirme", "Corriger"),
    words=("retour", "annuler"),
    link=f"{SITE}/reponse/9f2c",
)
REMINDER = CaseReminderLetter(
    number="D-2026-00012",
    subject=ESCALATION.subject,
    who="Carole Constructeur",
    organisation="Bâti Nord",
    question=ESCALATION.question,
    promised="25 novembre 2026",
    silent="",
    link=ESCALATION.link,
)
DELAY = CaseDelayLetter(
    name="Carole Constructeur",
    number="D-2026-00012",
    subject=ESCALATION.subject,
    promised="25 novembre 2026",
    facilitator="Fanny Facilite",
    link=f"{SITE}/",
)
IN_THREAD = replace(ENVELOPE, reply_to="clausette+a1b2@exemple.fr")
MISSING = ReminderLetter(
    name="Carole Constructeur",
    title="Octobre 2026 : vos heures d’insertion sont à déclarer au plus tard le 10 novembre 2026",
    months=(
        MissingMonth(
            contract="2026-TX-014 – Réhabilitation du groupe scolaire Jean-Zay, lot 1 (Gros œuvre)",
            month="octobre 2026",
            by="10 novembre 2026",
            people="Marie Leroy, Karim Haddad",
        ),
        MissingMonth(
            contract="HL-2026-07 – Construction de 32 logements", month="octobre 2026", by="10 novembre 2026", people=""
        ),
    ),
    also=(),
    why="Vous recevez ce message parce que Bâti Nord déclare chaque mois ses heures sur ces marchés, que vous êtes son "
    "contact, et que ces mois ne sont pas déclarés à ce jour.",
    then="",
    link=f"{SITE}/tache/k3yJ-2v9_qW",
    days=14,
)
LATE_MONTHS = LateMonthsLetter(
    name="Fanny Facilite",
    months=(
        LateMonth(
            company="Bâti Nord",
            contract="2026-TX-014 – Réhabilitation du groupe scolaire Jean-Zay, lot 1 (Gros œuvre)",
            month="octobre 2026",
            by="10 novembre 2026",
            told="envoyés le 17 novembre 2026 et le 1er décembre 2026",
        ),
        LateMonth(
            company="Voirie Plus",
            contract="2026-TX-014 – Réhabilitation du groupe scolaire Jean-Zay, lot 2 (Voirie)",
            month="octobre 2026",
            by="10 novembre 2026",
            told="aucun contact joignable",
        ),
    ),
    link=f"{SITE}/desk/echeances",
)

KICK_OFF = MeetingLetter(
    name="Alice Achat",
    title="Réunion de lancement",
    contract="2026-TX-014 – Réhabilitation du groupe scolaire Jean-Zay, lot 1 (Gros œuvre)",
    when="3 décembre 2026 à 14 h 30",
    lasts="1 h 30",
    place="Mairie de Clairval, salle 2",
    invited="Bâti Nord, Ville de Clairval, Fanny Facilite (facilitateur)",
    agenda=("Les heures prévues", "Les postes à pourvoir, et comment recruter"),
    note="Venez avec le planning du chantier.",
    contact="01 99 00 00 01",
    link=f"{SITE}/",
)
STOP = f"{SITE}/desabonner/digest-9-0123456789abcdefghijkl"

LETTERS: dict[str, tuple[Letter, Envelope]] = {
    "sign_in": (SignInLetter("Carole Constructeur", f"{SITE}/connexion/k3yJ-2v9_qW", 15), ENVELOPE),
    "invitation": (INVITATION, ENVELOPE),
    "invitation_without_facilitator_nor_bot": (
        replace(INVITATION, facilitator="", organisation="", telegram_link=""),
        ENVELOPE,
    ),
    "welcome": (WELCOME, ENVELOPE),
    "welcome_to_two_contracts": (
        replace(WELCOME, commitments=(WON, replace(WON, contract="Construction de 32 logements (HL-2026-07)", lot=""))),
        ENVELOPE,
    ),
    "escalation": (ESCALATION, replace(ENVELOPE, attachments=(PHOTO,))),
    "escalation_of_a_stranger": (
        replace(ESCALATION, who="Une personne non connectée", organisation="", contact="", state=None, articles=(),
                transcript=(), file_names=()),
        ENVELOPE,
    ),
    "follow_up": (FOLLOW_UP, replace(ENVELOPE, attachments=(PHOTO,), reply_to="dossier+a1b2@exemple.fr")),
    "case_reply": (REPLY, replace(ENVELOPE, automatic=False, reply_to="clausette+a1b2@exemple.fr")),
    "case_reply_that_closes": (
        replace(REPLY, closes=True),
        replace(ENVELOPE, automatic=False, reply_to="clausette+a1b2@exemple.fr"),
    ),
    "conversation": (QUESTION, IN_THREAD),
    "conversation_with_a_question_to_answer_in_words": (
        replace(QUESTION, texts=("Combien d’heures pour Marie Leroy en octobre 2026 ?",), choices=()),
        IN_THREAD,
    ),
    "conversation_where_a_number_is_an_answer": (
        replace(QUESTION, texts=("Combien de structures inclusives connaissez-vous ?",), choices=("Je ne sais pas",),
                numbered=False),
        IN_THREAD,
    ),
    "conversation_that_is_over": (replace(QUESTION, texts=("C’est annulé.",), choices=(), words=()), IN_THREAD),
    "confirmation": (
        ConfirmationLetter(
            name="Carole Constructeur",
            subject="Heures d’octobre",
            sender="carole@ailleurs.exemple.fr",
            excerpt="Octobre : Leroy 84 h, Karim rien.",
            why="Ce n’est pas l’adresse que nous connaissons.",
            link=f"{SITE}/courrier/9f2c",
            days=14,
        ),
        ENVELOPE,
    ),
    "case_reminder": (REMINDER, IN_THREAD),
    "case_reminder_to_the_deputy": (replace(REMINDER, silent="Fanny Facilite"), IN_THREAD),
    "case_delay": (DELAY, ENVELOPE),
    "orders": (
        OrdersLetter(
            number="D-2026-00012",
            subject=ESCALATION.subject,
            lines=("L’éligibilité de Nadia Benali est validée.", "Le dossier est confié à Gaston Guide."),
            refused=False,
            link=ESCALATION.link,
        ),
        IN_THREAD,
    ),
    "orders_refused": (
        OrdersLetter(
            number="D-2026-00012",
            subject=ESCALATION.subject,
            lines=("Je ne connais pas « #fermr ».",),
            refused=True,
            link=ESCALATION.link,
        ),
        IN_THREAD,
    ),
    "acknowledgement": (
        AcknowledgementLetter(
            "Carole Constructeur", "D-2026-00012", ESCALATION.subject, "25 novembre 2026", f"{SITE}/"
        ),
        ENVELOPE,
    ),
    **{
        f"acknowledgement_{news}": (
            AcknowledgementLetter(
                "Carole Constructeur", "D-2026-00012", ESCALATION.subject, "25 novembre 2026", f"{SITE}/",
                opened="19 novembre 2026", news=news, facilitator="Fanny Facilite",
            ),
            IN_THREAD,
        )
        for news in CaseNews
        if news is not CaseNews.OPENED
    },
    "follow_up_that_insists": (
        replace(FOLLOW_UP, text="Toujours rien\u00a0?", insists="25 novembre 2026", file_names=()),
        ENVELOPE,
    ),
    "receipt": (RECEIPT, ENVELOPE),
    "receipt_without_hours": (
        replace(RECEIPT, lines=("Aucune heure : chantier arrêté",), total="0 h", remaining="1 012,5 h", replaces=""),
        ENVELOPE,
    ),
    "notice": (NOTICE, ENVELOPE),
    "notice_without_details": (replace(NOTICE, facts=(), items=(), closing="", act="Ouvrir Clausette"), ENVELOPE),
    "reminder": (MISSING, ENVELOPE),
    "reminder_that_may_be_answered": (
        replace(
            MISSING,
            title="Rappel : octobre 2026 n’est pas encore déclaré",
            months=MISSING.months[:1],
            also=("août 2026 (2026-TX-014 lot 1 (Gros œuvre))",),
            then="Sans nouvelle de vous, le facilitateur en sera prévenu le 8 décembre 2026, pour vous aider. "
            "Une difficulté ? Dites-la dès maintenant.",
        ),
        replace(ENVELOPE, reply_to="clausette+a1b2@exemple.fr"),
    ),
    "late_months": (LATE_MONTHS, ENVELOPE),
    "late_month": (replace(LATE_MONTHS, months=LATE_MONTHS.months[:1]), ENVELOPE),
    "digest": (DIGEST, replace(ENVELOPE, recipient="fanny.facilite@exemple.fr", stop_link=STOP)),
    "digest_when_nothing_waits": (replace(DIGEST, bars=(), parts=()), replace(ENVELOPE, stop_link=STOP)),
    "meeting": (KICK_OFF, replace(IN_THREAD, calendar=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")),
    "meeting_of_who_proposed_it": (replace(KICK_OFF, name="Fanny Facilite", is_own=True), ENVELOPE),
    "meeting_moved": (replace(KICK_OFF, is_moved=True, note=""), ENVELOPE),
    "meeting_cancelled": (replace(KICK_OFF, is_cancelled=True, contact=""), ENVELOPE),
    "address_refused": (
        AddressRefusedLetter(
            "Carole Constructeur", "Bâti Nord", "adresse inconnue (550 5.1.1)", f"{SITE}/desk/cases/13/acces/9f2c"
        ),
        ENVELOPE,
    ),
}  # fmt: skip
