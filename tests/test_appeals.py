"""A newspaper's appeal to its readers goes whole; an article about one, or one in the first person plural, stays."""

from __future__ import annotations

import pytest

from boilerstrip import Cleaner

CLEANER = Cleaner()

ARTICLES = {
    "en": (
        "The ferry to the northern islands will not run before Thursday, the harbour master told reporters on Monday.\n"
        "A storm tore the landing stage from its piles on Saturday night, and divers still miss two of its anchors.\n"
        "Some three hundred passengers are waiting in hotels and gymnasiums, and the army has flown out the sick.\n"
        "The company expects losses of half a million, which its insurer has so far declined to cover.\n"
        "Shops on the islands have begun to ration milk and bread, residents wrote to the regional council.\n"
    ),
    "de": (
        "Die Fähre zu den nördlichen Inseln fährt frühestens am Donnerstag wieder, sagte der Hafenmeister am Montag.\n"
        "Ein Sturm hatte den Anleger in der Nacht zum Sonntag von seinen Pfählen gerissen; zwei Anker fehlen noch.\n"
        "Rund dreihundert Reisende warten in Hotels und Turnhallen, die Kranken hat die Bundeswehr ausgeflogen.\n"
        "Die Reederei rechnet mit einem Verlust von einer halben Million Euro, den keine Versicherung trägt.\n"
        "In den Läden der Inseln werden Milch und Brot rationiert, wie Bewohner dem Kreistag schrieben.\n"
    ),
    "ru": (
        "Паром на северные острова пойдёт не раньше четверга, рассказал в понедельник журналистам начальник порта.\n"
        "В ночь на воскресенье шторм сорвал причал со свай, и водолазы до сих пор не нашли два якоря из шести.\n"
        "Около трёхсот пассажиров ждут в гостиницах и спортивных залах, больных вывезли военные вертолёты.\n"
        "Пароходство оценивает убытки в пятьдесят миллионов рублей, страховщик пока отказывается их покрывать.\n"
        "В магазинах на островах молоко и хлеб продают по норме, написали жители в областную думу.\n"
    ),
}

# In the manner of appeals as newspapers put them under their articles; the newspapers are invented.
APPEALS = {
    "en": (
        "A Message from The Harbour Gazette:\n"
        "Dear readers,\n"
        "We are going through the hardest months in our history. The ministry has declared The Harbour Gazette an "
        '"undesirable" organization, which makes our work a crime and puts our reporters in danger of arrest.\n'
        "This is an attempt to silence us. The officials say that our articles belittle the army; we say that they are "
        "true.\n"
        "We, the journalists of The Harbour Gazette, will not be silenced. But we cannot go on without your help.\n"
        "Your support, however small, keeps this newsroom alive. If you can, please support us monthly, from just $3. "
        "It takes a minute, and every contribution counts.\n"
        "By supporting The Harbour Gazette, you stand up for a free press. Thank you for standing with us.\n"
        "Remind me later.\n"
    ),
    "de": (
        "Eine Bitte an unsere Leserinnen und Leser\n"
        "Wir erleben die schwersten Monate unserer Geschichte: Das Ministerium hat den Küstenboten für unerwünscht "
        "erklärt, und wer für uns arbeitet, riskiert seine Freiheit.\n"
        "Wir lassen uns nicht zum Schweigen bringen, aber ohne Ihre Hilfe können wir nicht weitermachen.\n"
        "Bitte unterstützen Sie unseren unabhängigen Journalismus mit einer Spende.\n"
        "Jetzt spenden\n"
    ),
}

# Each reports on such an appeal and quotes two of its sentences.
REPORTS = {
    "en": (
        "A newspaper in the port city has asked its readers for money after the ministry called it undesirable.\n"
        'The Harbour Gazette published a message on Friday under the heading "We refuse to be silenced".\n'
        '"Your support, no matter how small, makes a world of difference," the editors wrote.\n'
        '"If you can, please support us monthly," the message goes on, "by the sum of one cup of coffee."\n'
        "Within two days four thousand people had given, most of them less than ten dollars, according to the paper.\n"
        "The ministry did not comment; a spokesman said that the law applied to everybody.\n"
        "Lawyers advise donors to be careful, as payments to undesirable organizations may be punished.\n"
    ),
    "de": (
        "Eine Zeitung in der Hafenstadt hat ihre Leser um Geld gebeten, nachdem das Ministerium sie verboten hatte.\n"
        "Der Küstenbote veröffentlichte am Freitag einen Aufruf mit dem Titel »Wir lassen uns nicht einschüchtern«.\n"
        "»Jede Unterstützung hilft uns, weiter unabhängig zu berichten«, schrieb die Redaktion.\n"
        "»Bitte unterstützen Sie uns mit einem monatlichen Betrag«, heißt es weiter, »es dauert nur eine Minute.«\n"
        "Binnen zwei Tagen hätten viertausend Menschen gespendet, die meisten weniger als zehn Euro, so das Blatt.\n"
        "Das Ministerium äußerte sich nicht; das Gesetz gelte für alle, sagte ein Sprecher lediglich.\n"
        "Anwälte raten Spendern zur Vorsicht, denn Zahlungen an verbotene Organisationen können bestraft werden.\n"
    ),
    "ru": (
        "Газета портового города попросила у читателей денег после того, как министерство сочло её нежелательной.\n"
        "В пятницу «Береговой вестник» опубликовал обращение под заголовком «Нас не заставят замолчать».\n"
        "«Ваша поддержка, какой бы скромной она ни была, помогает нам работать», — говорится в обращении.\n"
        "«Если можете, пожалуйста, поддержите нас ежемесячным пожертвованием», — просят журналисты читателей.\n"
        "За два дня деньги перевели четыре тысячи человек, большинство меньше пятисот рублей, сообщила газета.\n"
        "В министерстве от комментариев отказались: закон, заметил представитель ведомства, един для всех.\n"
        "Юристы советуют жертвователям быть осторожнее, поскольку за такие переводы предусмотрено наказание.\n"
    ),
}

# Each ends as an opinion piece in the first person plural.
OPINIONS = {
    "en": (
        "The last bookshop of the valley closed on Saturday, and on Sunday its windows were papered over.\n"
        "For thirty years it had sold us school books, maps, and the novels that we pretended to have read.\n"
        "It is easy to blame the landlord, the internet or the council, which let the car park fall into ruin.\n"
        "We ourselves stayed away, though; we ordered from our sofas, and we praised the shop wherever we went.\n"
        "Our town has a choice, and it will not have it for long: we can share the rent, or we can share the regret.\n"
        "We need each other more than we need another delivery van. Let us meet on Monday, and let us bring money.\n"
    ),
    "de": (
        "Die letzte Buchhandlung des Tals hat am Samstag geschlossen, seit Sonntag klebt Papier in den Fenstern.\n"
        "Dreißig Jahre lang verkaufte sie uns Schulbücher, Karten und die Romane, die wir angeblich gelesen hatten.\n"
        "Es wäre leicht, dem Vermieter, dem Internet oder dem Gemeinderat mit seinem Parkplatz die Schuld zu geben.\n"
        "Wir selbst aber blieben weg; wir bestellten vom Sofa aus und lobten den Laden, wo immer wir hinkamen.\n"
        "Unsere Stadt hat die Wahl, und sie hat sie nicht mehr lange: Wir teilen uns die Miete oder die Reue.\n"
        "Wir brauchen einander dringender als den nächsten Lieferwagen. Treffen wir uns am Montag, mit Geld.\n"
    ),
    "ru": (
        "Последний книжный магазин долины закрылся в субботу, а в воскресенье его витрины заклеили бумагой.\n"
        "Тридцать лет он продавал нам учебники, карты и романы, которые мы якобы прочитали ещё в школе.\n"
        "Проще всего обвинить хозяина дома, интернет или совет, который довёл стоянку до нынешнего состояния.\n"
        "Но это мы перестали приходить; мы заказывали с дивана и хвалили магазин всюду, где бывали.\n"
        "У нашего города есть выбор, хотя и ненадолго: мы можем разделить аренду или разделить сожаление.\n"
        "Мы нужны друг другу больше, чем ещё один курьер. Давайте встретимся в понедельник и принесём деньги.\n"
    ),
}

MOSCOW_TIMES = {
    "undesirable": (
        "A Message from The Moscow Times:\n"
        "Dear readers,\n"
        "The office of the prosecutor general has put us on its list of undesirable organizations; whoever works with "
        "us now commits a crime.\n"
        "They say that our reports discredit the leadership, and we say that we report what happens.\n"
        "Our journalists will not stop, but we depend on you.\n"
        "If you can, please support us every month, starting from two dollars.\n"
        "By supporting The Moscow Times, you help an honest newspaper to survive. Thank you for being with us.\n"
        "Remind me later.\n"
    ),
    "foreign agent": (
        "… we have a small favor to ask. As you may have heard, The Moscow Times, for three decades a source of news "
        "from Russia, has been labelled a "
        '"foreign agent" by the government that it writes about.\n'
        "We take this for an attack on our profession and on our readers.\n"
        "Our promise to report without fear still holds, and we need your help to keep it.\n"
        "Your support, whatever its size, lets us plan the next month.\n"
        "Thank you.\n"
        "Continue\n"
        "Not ready to support today? Remind me later.\n"
    ),
    "header": "Support The Moscow Times!\nContribute today\n",
    "russian": (
        "Поддержите The Moscow Times!\n"
        "Генпрокуратура признала нас нежелательной организацией, и нашим авторам теперь грозит уголовное дело.\n"
        "Мы продолжаем рассказывать о том, о чём в стране молчат, и держимся только на вашей помощи.\n"
        "Поддержать\n"
        "Подписывайтесь на Русскую службу The Moscow Times в Telegram\n"
    ),
}


@pytest.mark.parametrize("lang", APPEALS)
def test_the_appeal_of_a_newspaper_that_no_rule_knows_goes_whole(lang: str) -> None:
    assert CLEANER.clean(ARTICLES[lang] + APPEALS[lang]).text == ARTICLES[lang]


@pytest.mark.parametrize("url", ["https://www.themoscowtimes.com/2026/01/02/a-ferry", None])
@pytest.mark.parametrize("version", MOSCOW_TIMES)
def test_every_version_of_the_moscow_times_goes_whole(version: str, url: str | None) -> None:
    article = ARTICLES["ru" if version == "russian" else "en"]
    assert CLEANER.clean(article + MOSCOW_TIMES[version], url=url).text == article


@pytest.mark.parametrize("version", ["header", "russian"])
def test_a_header_of_the_moscow_times_goes_whole(version: str) -> None:
    article = ARTICLES["ru" if version == "russian" else "en"]
    assert CLEANER.clean(MOSCOW_TIMES[version] + article, url="https://www.themoscowtimes.com/").text == article


@pytest.mark.parametrize("kind", [REPORTS, OPINIONS], ids=["report", "opinion"])
@pytest.mark.parametrize("lang", ["en", "de", "ru"])
def test_an_article_loses_nothing(kind: dict[str, str], lang: str) -> None:
    for url in (None, "https://www.themoscowtimes.com/2026/01/02/a-newspaper"):
        result = CLEANER.clean(kind[lang], url=url)
        assert (result.status, result.removals) == ("untouched", ())
