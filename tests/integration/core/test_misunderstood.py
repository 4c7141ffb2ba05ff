"""What people really type: SMS spellings, sentences in the middle of something else, the same mistake twice."""

import pytest

from core.house import House
from core.models import Territory
from core.my_contract import BESIDE, IN_PLACE_OF, SAYINGS
from tests.cast import gather
from tests.talk import Talk


@pytest.fixture
def talk(house: House) -> Talk:
    cast = gather(house)
    return cast.talk(cast.carole)


def choosing(talk: Talk) -> Talk:
    assert "Pour quel marché" in talk.says("déclarer un mois")
    return talk


@pytest.mark.parametrize(
    "asked",
    ["c koi mes heures restante ?", "cb il me reste ?", "combien d’heures restantes", "il me manque cb d’heures"],
)
def test_hours_left_are_told_from_the_register_however_they_are_asked(talk: Talk, asked: str) -> None:
    assert "Il reste **912,5 h**" in talk.says(asked).replace("\N{NO-BREAK SPACE}", " ")


def test_what_the_contract_says_comes_before_what_an_article_says_in_general(talk: Talk) -> None:
    said = talk.says("et la penalité si je fais pas tout ?").replace("\N{NO-BREAK SPACE}", " ")
    own, general = said.split("**Heures non réalisées")
    assert "pénalité prévue au contrat" in general
    assert "40 € par heure non faite" in own


def test_a_stranger_and_the_outsider_read_no_contract_beside_an_article(house: House) -> None:
    cast = gather(house)
    for person in (None, cast.outsider):
        said = cast.talk(person).says("et la penalité si je fais pas tout ?")
        assert "pénalité prévue au contrat" in said.replace("\N{NO-BREAK SPACE}", " ")
        assert "32 logements" not in said


def test_every_article_beside_which_the_register_speaks_exists(house: House) -> None:
    for article, topic in {**IN_PLACE_OF, **BESIDE}.items():
        assert house.library().article(article).title
        assert topic in SAYINGS


@pytest.mark.parametrize("typed", ["je veux parler a qqn", "je veu parlé a kelkun", "rappelez moi svp"])
def test_somebody_is_asked_for_in_any_spelling_in_the_middle_of_something(talk: Talk, typed: str) -> None:
    choosing(talk).says(typed)
    talk.says("Je n’arrive pas à joindre la mission locale.")
    assert "Pour quel marché" not in talk.labels


def test_a_question_without_a_question_mark_is_answered_and_the_flow_goes_on(talk: Talk) -> None:
    said = choosing(talk).says("on trouve pas de maçons, on fait quoi")
    assert "l’absence de candidats" in said
    assert "Nous en étions là" in said.replace("\N{NO-BREAK SPACE}", " ")
    assert "Pour quel marché" in said


def test_what_changes_in_the_contract_is_heard_in_the_middle_of_a_declaration(talk: Talk) -> None:
    said = choosing(talk).says("le chantier est arreté 2 mois")
    assert "Choisissez une des réponses" not in said
    talk.says("annuler")
    assert "Annuler" in talk.labels  # the declaration waits where it was


def test_somebody_is_offered_at_the_second_misunderstanding(talk: Talk) -> None:
    choosing(talk).says("euh")
    assert "Parler à quelqu’un" not in talk.labels
    talk.says("bof")
    assert "Parler à quelqu’un" in talk.labels
    talk.says("1")
    assert "Parler à quelqu’un" not in talk.labels


def test_hours_told_before_the_contract_is_known_are_said_to_be_read(talk: Talk) -> None:
    said = talk.says("Novembre : Awa 80h, Bruno rien il est malade").replace("\N{NO-BREAK SPACE}", " ")
    assert "J’ai bien lu vos heures pour novembre 2026. C’est pour quel marché ?" in said


def test_hours_without_a_name_start_the_declaration(talk: Talk) -> None:
    said = talk.says("j’ai 2 gars qui ont bossé ce mois ci 70h chacun")
    assert "Je n’ai reconnu personne" in said
    assert "Pour quel marché" in said


def test_a_lost_apostrophe_and_a_weekday_do_not_hide_a_hire(talk: Talk) -> None:
    talk.says("j ai embauche Mehmet Yilmaz lundi")
    said = talk.says("1")
    assert "Mehmet Yilmaz" in said
    assert "lundi" not in said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("vous êtes un robot ?", "programme"),
        ("supprimez mes données", "données"),
        ("mon contrat est fini pourquoi vous me relancez", "rappel"),
        ("t'es nul", "Quel est le sujet"),
    ],
)
def test_what_people_say_in_anger_or_doubt_is_heard(talk: Talk, typed: str, said: str) -> None:
    answered = talk.says(typed)
    assert said in answered
    assert "Un désaccord sur un marché" not in answered


def test_a_buyer_asks_whether_a_lot_is_late(house: House) -> None:
    cast = gather(house)
    said = cast.talk(cast.alice).says("le lot 1 du groupe scolaire ils sont en retard non ?")
    assert "Gros œuvre" in said
    assert "Bâti Nord" in said


def test_the_facilitateur_is_not_offered_himself(house: House) -> None:
    cast = gather(house)
    talk = cast.talk(cast.fanny)
    talk.says("quel temps fait-il à Clairval ?")
    assert "Transmettre au facilitateur" not in talk.labels


def test_who_the_facilitateur_is_comes_from_the_territory_and_not_from_the_question_before(talk: Talk) -> None:
    talk.says("l'interimaire de chez proman il compte ?")
    said = talk.says("qui est mon facilitateur")
    assert "Fanny" in said
    assert "intérim" not in said


def test_his_number_is_given_to_who_asks_politely(talk: Talk) -> None:
    assert "Fanny" in talk.says("donnez-moi le numéro de téléphone du facilitateur")


def test_what_the_facilitateur_does_is_still_a_question_of_articles(talk: Talk) -> None:
    assert "Fanny" not in talk.says("qui paie le facilitateur ?")


def test_an_address_that_the_territory_keeps_to_itself_is_not_given(house: House) -> None:
    cast = gather(house)
    talk = cast.talk(cast.carole)
    assert "@" in talk.says("quelle est l'adresse mail du facilitateur ?")
    with house.database.transaction() as session:
        session.get_one(Territory, cast.carole.territory_id).shows_facilitator_address = False
    assert "@" not in talk.says("quelle est l'adresse mail du facilitateur ?")


@pytest.mark.parametrize("typed", ["Karim Haddad s'est barré vendredi", "Karim Haddad est plus là"])
def test_a_departure_is_heard_as_it_is_said_on_a_site(talk: Talk, typed: str) -> None:
    assert "dernier jour" in talk.says(typed)


def test_the_accountant_is_let_in_when_the_company_says_so(talk: Talk) -> None:
    assert "Pour quel marché" in talk.says("je veux que mon comptable declare a ma place")
    assert "Que voulez-vous déléguer" in talk.says("1")


def test_not_knowing_is_an_answer_where_the_question_allows_it(talk: Talk) -> None:
    talk.says("on sous-traite 300 h à Martin Peinture à partir du 15 décembre")
    asked = talk.says("1")
    assert "SIRET" in asked
    assert "Ce n’est pas un SIRET" not in talk.says("je sais pas")


def test_asking_whether_it_works_is_no_complaint(house: House) -> None:
    talk = gather(house).talk(None)
    assert "Quel est le sujet" not in talk.says("j ai 19 ans pas de diplome ca marche")
    assert "Quel est le sujet" in talk.says("ça marche pas")


def test_words_that_name_no_subject_are_asked_back(house: House) -> None:
    talk = gather(house).talk(None)
    assert "Est-ce l’une de ces questions" in talk.says("ok mais je fais comment")


def test_a_purchase_told_with_its_amount_goes_to_the_hours_with_what_was_said(house: House) -> None:
    cast = gather(house)
    for person in (cast.alice, None):
        talk = cast.talk(person)
        said = talk.says("marché de nettoyage 400k sur 4 ans, combien d'heures ?").replace("\N{NO-BREAK SPACE}", " ")
        assert "J’ai noté : services, 400 000 € HT, 48 mois." in said
        assert "Quel taux d’insertion" in said
        talk.says("10 %")
        assert "914 h d’insertion" in talk.says("35").replace("\N{NO-BREAK SPACE}", " ")


def test_another_purchase_takes_nothing_of_the_one_before(house: House) -> None:
    cast = gather(house)
    talk = cast.talk(cast.alice)
    for said in ("marché de nettoyage 400k sur 4 ans, combien d'heures ?", "10 %", "35"):
        talk.says(said)
    said = talk.says("je veux une clause pour un marché de travaux 2M€ 14 mois").replace("\N{NO-BREAK SPACE}", " ")
    assert "J’ai noté : travaux, 2 000 000 € HT, 14 mois." in said
    assert "Pour quel métier" in said


def test_an_awardee_who_speaks_of_an_amount_speaks_of_the_contract_it_won(talk: Talk) -> None:
    assert "J’ai noté" not in talk.says("combien d'heures pour le marché de nettoyage à 400 000 € ?")


@pytest.mark.parametrize("asked", ["c bon?", "C’est bon ?", "c fait ?", "ça y est ??"])
def test_who_asks_in_the_middle_whether_it_is_done_is_told_what_is_missing(talk: Talk, asked: str) -> None:
    choosing(talk)
    said = talk.says(asked).replace("\N{NO-BREAK SPACE}", " ")
    assert "Pas encore : rien n’est enregistré" in said
    assert "Pour quel marché" in said
    assert "pas sûre d’avoir bien compris" not in said


def test_who_asks_when_to_declare_is_told_the_day_not_everything(talk: Talk) -> None:
    said = talk.says("quand est ce que je dois declarer")
    assert "à déclarer" in said
    assert "Modalités admises" not in said


@pytest.mark.parametrize("asked", ["mes obligations ?", "je voudrais savoir ce que je dois faire"])
def test_who_asks_what_is_owed_sees_the_obligations(talk: Talk, asked: str) -> None:
    assert "Modalités admises" in talk.says(asked)


def test_who_asks_after_the_receipt_whether_it_is_done_is_told_what_was_received(talk: Talk) -> None:
    talk.says("octobre karim 84h et marie 70")
    talk.says("oui")
    said = talk.says("c bon ?").replace("\N{NO-BREAK SPACE}", " ")
    assert "Votre dernière déclaration reçue : octobre 2026" in said
    assert "reçu R-" in said


def test_a_number_taken_back_under_the_summary_is_changed_before_anything_is_recorded(talk: Talk) -> None:
    talk.says("slt octobre karim 84h et marie 70")
    said = talk.says("non c 86 pour karim").replace("\N{NO-BREAK SPACE}", " ")
    assert "Karim Haddad : 86 h" in said
    assert "Marie Leroy : 70 h" in said
