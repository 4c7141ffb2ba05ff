"""The words of the field: English in the code and the database, French on the screen, acronyms kept."""

from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """A value stored in English with the French label that people see."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        """Keep the label beside the value."""
        term = str.__new__(cls, value)
        term._value_ = value
        term.label = label
        return term

    @property
    def capitalised(self) -> str:
        """The label as it begins a line; acronyms keep their capitals."""
        return self.label[:1].upper() + self.label[1:]

    @classmethod
    def of(cls, value: str) -> Self:
        """Return the term stored as `value`; raises KeyError when there is none."""
        return {str(term): term for term in cls}[value]


class Channel(Term):
    """Where a conversation takes place."""

    WEB = "web", "chat web"
    TELEGRAM = "telegram", "Telegram"
    EMAIL = "email", "e-mail"
    TERMINAL = "terminal", "terminal"


class OrganisationKind(Term):
    """What an organisation is in a clause."""

    BUYER = "buyer", "acheteur"
    AWARDEE = "awardee", "entreprise attributaire"
    SIAE = "siae", "structure d’insertion (SIAE)"
    PRESCRIBER = "prescriber", "prescripteur"
    OPCS = "opcs", "structure porteuse de la clause"


class ContractNature(Term):
    """What a contract buys."""

    WORKS = "works", "travaux"
    SERVICES = "services", "services"
    SUPPLIES = "supplies", "fournitures"
    CONCESSION = "concession", "concession"


class Modality(Term):
    """How the hours of a clause may be done."""

    DIRECT_HIRE = "direct_hire", "embauche directe"
    SECONDMENT = "secondment", "mise à disposition (ETTI, AI, GEIQ…)"
    SUBCONTRACTING = "subcontracting", "sous-traitance ou cotraitance d’insertion"


class EmploymentKind(Term):
    """The contract of employment of a participant."""

    CDD = "cdd", "CDD"
    CDI = "cdi", "CDI"
    APPRENTICESHIP = "apprenticeship", "contrat d’apprentissage"
    PROFESSIONALISATION = "professionalisation", "contrat de professionnalisation"
    TEMPORARY = "temporary", "contrat de mission (intérim)"
    INSERTION = "insertion", "contrat d’insertion (CDDI)"
    OTHER = "other", "autre contrat"
    UNKNOWN = "unknown", "contrat à préciser"


class Criterion(Term):
    """Why a person may be eligible; the labels say the public, never the detail of a situation."""

    RSA = "rsa", "bénéficiaire du RSA"
    LONG_TERM_JOBSEEKER = "long_term_jobseeker", "demandeur d’emploi de longue durée"
    MINIMUM_ALLOWANCE = "minimum_allowance", "allocataire de l’ASS ou de l’AAH"
    DISABLED_WORKER = "disabled_worker", "travailleur handicapé (RQTH)"
    UNQUALIFIED_YOUTH = "unqualified_youth", "jeune peu qualifié ou suivi par la Mission locale"
    SENIOR = "senior", "demandeur d’emploi de plus de 50 ans"
    PRIORITY_DISTRICT = "priority_district", "habitant d’un quartier prioritaire (QPV)"
    INSERTION_EMPLOYEE = "insertion_employee", "salarié d’une structure d’insertion (PASS IAE)"
    REASONED_ADVICE = "reasoned_advice", "autre situation, sur avis d’un prescripteur"
    UNKNOWN = "unknown", "je ne sais pas encore"


class NilReason(Term):
    """Why nobody worked on the clause in a month."""

    NOT_STARTED = "not_started", "le chantier ou la prestation n’a pas commencé"
    NO_NEED = "no_need", "pas de poste adapté ce mois-ci"
    RECRUITING = "recruiting", "recrutement en cours"
    ABSENT = "absent", "personne absente (arrêt, congés)"
    LEFT = "left", "la personne est partie"
    SUSPENDED = "suspended", "travaux arrêtés"
    OTHER = "other", "autre raison"


class CommitmentStatus(Term):
    """Where a commitment stands."""

    TO_COMPLETE = "to_complete", "à compléter"
    ACTIVE = "active", "en cours"
    SUSPENDED = "suspended", "suspendu"
    ENDED = "ended", "terminé"


class DeclarationStatus(Term):
    """Where a version of a monthly declaration stands, in the company's words; the other sides have their own."""

    SUBMITTED = "submitted", "reçue, en attente de validation"
    ACCEPTED = "accepted", "validée"
    RETURNED = "returned", "à corriger"
    SUPERSEDED = "superseded", "remplacée par une correction"

    @property
    def for_facilitator(self) -> str:
        """The same state in the facilitateur's words."""
        return {
            DeclarationStatus.SUBMITTED: "à examiner",
            DeclarationStatus.ACCEPTED: "acceptée",
            DeclarationStatus.RETURNED: "renvoyée, en attente de l’entreprise",
            DeclarationStatus.SUPERSEDED: "ancienne version",
        }[self]

    @property
    def for_buyer(self) -> str:
        """The same state in the buyer's words."""
        return {
            DeclarationStatus.SUBMITTED: "déclarée, pas encore validée",
            DeclarationStatus.ACCEPTED: "validée par le facilitateur",
            DeclarationStatus.RETURNED: "en cours de vérification",
            DeclarationStatus.SUPERSEDED: "ancienne version",
        }[self]


class ReturnReason(Term):
    """Why the facilitateur sends hours back."""

    PROOF_MISSING = "proof_missing", "justificatif manquant"
    DIFFERS_FROM_PROOF = "differs_from_proof", "heures différentes du justificatif"
    ELIGIBILITY = "eligibility", "éligibilité non établie"
    OUTSIDE_DATES = "outside_dates", "hors des dates du contrat"
    COUNTED_TWICE = "counted_twice", "heures comptées deux fois"
    IMPLAUSIBLE = "implausible", "nombre d’heures à vérifier"
    OTHER = "other", "autre raison"


class CorrectionStatus(Term):
    """Where a correction asked after acceptance stands."""

    ASKED = "asked", "demandée"
    MADE = "made", "faite"
    REFUSED = "refused", "refusée"
    OUTDATED = "outdated", "sans objet"


class EligibilityStatus(Term):
    """What the facilitateur said of a participant's eligibility; the company sees only this."""

    PENDING = "pending", "éligibilité à valider par le facilitateur"
    ACCEPTED = "accepted", "éligibilité validée"
    REFUSED = "refused", "éligibilité refusée"


class Light(Term):
    """What a company sees of somebody's eligibility at a glance; words always stand beside."""

    GREEN = "green", "🟢"
    ORANGE = "orange", "🟠"
    RED = "red", "🔴"


class ProofKind(Term):
    """What a document proves."""

    WORK_CONTRACT = "work_contract", "contrat de travail ou de mise à disposition"
    ELIGIBILITY = "eligibility", "justificatif d’éligibilité"
    TIMESHEET = "timesheet", "relevé d’heures"


class ProofVerdict(Term):
    """What the facilitateur said of a document."""

    PENDING = "pending", "reçu, à examiner"
    ACCEPTED = "accepted", "accepté"
    REFUSED = "refused", "refusé"
    SEEN = "seen", "vu, non conservé"


class EndReason(Term):
    """Why an employment ended."""

    TERM = "term", "fin du contrat prévue"
    TRIAL = "trial", "fin de la période d’essai"
    RESIGNED = "resigned", "départ de la personne"
    HIRED_ELSEWHERE = "hired_elsewhere", "embauche ailleurs"
    TRAINING = "training", "entrée en formation"
    DISMISSED = "dismissed", "fin décidée par l’employeur"
    WORK_ENDED = "work_ended", "fin des travaux"
    OTHER = "other", "autre raison"


class ExitSituation(Term):
    """What became of somebody after an employment; the national follow-up asks at the end, then at 3 and 6 months."""

    KEPT = "kept", "toujours chez le même employeur"
    LASTING_JOB = "lasting_job", "en CDI ou en CDD de 6 mois et plus"
    SHORT_JOB = "short_job", "en CDD court ou en intérim"
    INSERTION = "insertion", "dans une structure d’insertion"
    TRAINING = "training", "en formation"
    SEEKING = "seeking", "en recherche d’emploi"
    OTHER = "other", "autre situation"
    UNKNOWN = "unknown", "je ne sais pas"


class CaseStatus(Term):
    """Where a case stands."""

    OPENED = "opened", "en attente du facilitateur"
    ANSWERED = "answered", "réponse envoyée"
    CLOSED = "closed", "clos"


class Box(Term):
    """The folder of the mailbox where a mail goes once it is handled."""

    HANDLED = "handled", "Traités"
    HELD = "held", "Quarantaine"
    ROBOTS = "robots", "Robots"


class MailState(Term):
    """What became of a received mail."""

    HANDLED = "handled", "traité"
    HELD = "held", "en quarantaine"
    RELEASED = "released", "confirmé"
    DROPPED = "dropped", "écarté"


class LetterKind(Term):
    """What a person may ask to receive no more; receipts, answers and sign-in links are not among them."""

    REMINDER = "reminder", "les relances"
    DIGEST = "digest", "le point du mois"


class MeetingKind(Term):
    """Why the facilitateur brings together a company and its buyer."""

    KICK_OFF = "kick_off", "réunion de lancement"
    REVIEW = "review", "point trimestriel"


class Author(Term):
    """Who wrote a line of a case or of a conversation."""

    PERSON = "person", "vous"
    ASSISTANT = "assistant", "Clausette"
    FACILITATOR = "facilitator", "le facilitateur"


class ReminderStep(Term):
    """What is sent about a month to declare: before its last day, on it, after it, then to the facilitateur."""

    NOTICE = "notice", "annonce de l’échéance"
    DUE = "due", "jour de l’échéance"
    FIRST = "first", "premier rappel"
    SECOND = "second", "second rappel"
    ESCALATED = "escalated", "signalement au facilitateur"


class ReminderState(Term):
    """What became of a step; what was not sent leaves its trace too."""

    POSTED = "posted", "envoyé"
    CANCELLED = "cancelled", "annulé avant l’envoi"
    SKIPPED = "skipped", "laissé de côté"


class AmendmentKind(Term):
    """What changes in a commitment while it lasts."""

    HOURS = "hours", "heures modifiées"
    DATES = "dates", "dates modifiées"
    SUSPENSION = "suspension", "suspension"
    RESUMPTION = "resumption", "reprise"
    TRANCHE = "tranche", "tranche affermie"
    EARLY_END = "early_end", "fin anticipée"
    TRANSFER = "transfer", "cession à une autre entreprise"
    SHARE = "share", "heures confiées à un cotraitant ou à un sous-traitant"
    PART = "part", "part reçue"
    POOLING = "pooling", "heures comptées avec celles d’autres marchés"
    UNPOOLING = "unpooling", "fin du compte commun"


class AmendmentStatus(Term):
    """Where an amendment stands; only a signed one changes what is owed."""

    PROPOSED = "proposed", "à signer par le facilitateur"
    SIGNED = "signed", "signé"
    DECLINED = "declined", "non retenu"


class ShareRole(Term):
    """In what capacity another company does part of the hours."""

    CO_AWARDEE = "co_awardee", "cotraitant"
    SUBCONTRACTOR = "subcontractor", "sous-traitant"
    FORMER = "former", "ancien titulaire"


class NeedKind(Term):
    """What a company looks for."""

    CANDIDATES = "candidates", "recrutement"
    TRAINING = "training", "formation"


class NeedStatus(Term):
    """Where a need stands."""

    OPENED = "opened", "reçu par le facilitateur"
    FORWARDED = "forwarded", "transmis aux partenaires"
    CLOSED = "closed", "clos"


class EffortKind(Term):
    """What a company did, or met, to do its hours."""

    OFFER = "offer", "offre d’emploi publiée"
    INTERVIEW = "interview", "candidats reçus en entretien"
    NOT_RETAINED = "not_retained", "candidature non retenue"
    DECLINED = "declined", "refus d’un candidat"
    NO_SHOW = "no_show", "candidat absent au rendez-vous ou à la prise de poste"
    DELAYED = "delayed", "travaux ou prestations décalés"
    CONTACT = "contact", "prise de contact avec un partenaire de l’emploi"
    OTHER = "other", "autre démarche"
