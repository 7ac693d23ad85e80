"""Words in cells, in many languages: for nothing, for true and false, and for months."""

# ruff: noqa: RUF001

from chalicelib.csv_reader.kind_names import NULL_WORD

TRUE_FALSE = "true or false"

# NA is Namibia, and a dash may be a mark, so a column has to vouch for what these mean. A cell of
# spaces is treated as they are. 0000-00-00 is one too, which the kinds of dates find.
_NULL_WORDS = (
    *"na n/a n.a. n/d n.d. null (null) nil none \\n missing nan nat <na>".split(),  # noqa: SIM905
    *"#n/a #div/0! #ref! #value! #name? #num! #null!".split(),  # noqa: SIM905
    *"- -- --- \u2013 \u2014 . .. ... \u2026 : ? * x".split(),  # noqa: SIM905
    "",
)
MARKS = frozenset({"x", "*"})  # which say something where a column has nothing else

# For true and for false. One of a pair says nothing as long as the other does not occur.
PAIRS = (
    *(("yes", "no"), ("t", "f"), ("on", "off"), ("ja", "nein"), ("oui", "non"), ("sí", "no")),
    *(("si", "no"), ("sì", "no"), ("sim", "não"), ("sim", "nao"), ("ja", "nee"), ("ja", "nej")),
    *(("ja", "nei"), ("já", "nei"), ("kyllä", "ei"), ("tak", "nie"), ("ano", "ne")),
    *(("áno", "nie"), ("da", "ne"), ("da", "nu"), ("igen", "nem"), ("evet", "hayır")),
    *(("taip", "ne"), ("jā", "nē"), ("jah", "ei"), ("да", "нет"), ("так", "ні"), ("да", "не")),
    *(("ναι", "όχι"), ("כן", "לא"), ("نعم", "لا"), ("是", "否"), ("はい", "いいえ")),
    ("예", "아니요"),
    *(("vrai", "faux"), ("wahr", "falsch"), ("verdadero", "falso"), ("vero", "falso")),
    *(("verdadeiro", "falso"), ("waar", "onwaar"), ("sant", "falskt"), ("sand", "falsk")),
    *(("sann", "usann"), ("tosi", "epätosi"), ("prawda", "fałsz"), ("pravda", "nepravda")),
    *(("igaz", "hamis"), ("doğru", "yanlış"), ("adevărat", "fals"), ("cert", "fals")),
    *(("истина", "ложь"), ("истина", "хибність"), ("вярно", "невярно")),
)

WORDS = {
    **{word: word for pair in PAIRS for word in pair},
    **dict.fromkeys(("true", "false"), TRUE_FALSE),
    **dict.fromkeys(_NULL_WORDS, NULL_WORD),
}
BOOLEANS = (("true", "false"), *PAIRS)
LONGEST_WORD = max(map(len, WORDS))
WORD_BEGINNINGS = frozenset(c for word in WORDS for c in (word[:1], word[:1].upper()))

# By language, from Unicode's CLDR 47: for each month its names, in all cases that dates have them
# in, and, behind a bar, those that are cut. A name that has both uses is here once.
MONTHS = {
    "en": (
        "january|jan february|feb march|mar april|apr may june|jun july|jul august|aug "
        "september|sep/sept october|oct november|nov december|dec"
    ),
    "de": (
        "januar|jan/jän/jänner februar|feb märz|märz/mär/mrz april|apr mai juni|juni/jun "
        "juli|juli/jul august|aug september|sept/sep oktober|okt november|nov dezember|dez"
    ),
    "fr": (
        "janvier|janv février|févr mars avril|avr mai juin juillet|juil août septembre|sept "
        "octobre|oct novembre|nov décembre|déc"
    ),
    "es": (
        "enero|ene febrero|feb marzo|mar abril|abr mayo|may junio|jun julio|jul agosto|ago "
        "septiembre|sept/sep/set octubre|oct noviembre|nov diciembre|dic"
    ),
    "pt": (
        "janeiro|jan fevereiro|fev março|mar abril|abr maio|mai junho|jun julho|jul "
        "agosto|ago setembro|set outubro|out novembro|nov dezembro|dez"
    ),
    "it": (
        "gennaio|gen febbraio|feb marzo|mar aprile|apr maggio|mag giugno|giu luglio|lug "
        "agosto|ago settembre|set ottobre|ott novembre|nov dicembre|dic"
    ),
    "nl": (
        "januari|jan februari|feb maart|mrt april|apr mei juni|jun juli|jul augustus|aug "
        "september|sep oktober|okt november|nov december|dec"
    ),
    "sv": (
        "januari|jan februari|feb mars april|apr maj juni juli augusti|aug september|sep "
        "oktober|okt november|nov december|dec"
    ),
    "da": (
        "januar|jan februar|feb marts|mar april|apr maj juni|jun juli|jul august|aug "
        "september|sep oktober|okt november|nov december|dec"
    ),
    "nb": (
        "januar|jan februar|feb mars|mars/mar april|apr mai juni|juni/jun juli|juli/jul "
        "august|aug september|sep oktober|okt november|nov desember|des"
    ),
    "fi": (
        "tammikuuta/tammikuu|tammi helmikuuta/helmikuu|helmi maaliskuuta/maaliskuu|maalis "
        "huhtikuuta/huhtikuu|huhti toukokuuta/toukokuu|touko kesäkuuta/kesäkuu|kesä "
        "heinäkuuta/heinäkuu|heinä elokuuta/elokuu|elo syyskuuta/syyskuu|syys "
        "lokakuuta/lokakuu|loka marraskuuta/marraskuu|marras joulukuuta/joulukuu|joulu"
    ),
    "is": (
        "janúar|jan febrúar|feb mars|mar apríl|apr maí júní|jún júlí|júl ágúst|ágú "
        "september|sep október|okt nóvember|nóv desember|des"
    ),
    "pl": (
        "stycznia/styczeń|sty lutego/luty|lut marca/marzec|mar kwietnia/kwiecień|kwi "
        "maja/maj|maj czerwca/czerwiec|cze lipca/lipiec|lip sierpnia/sierpień|sie "
        "września/wrzesień|wrz października/październik|paź listopada/listopad|lis "
        "grudnia/grudzień|gru"
    ),
    "cs": (
        "ledna/leden|led února/únor|úno března/březen|bře dubna/duben|dub května/květen|kvě "
        "června/červen|čvn července/červenec|čvc srpna/srpen|srp září|zář října/říjen|říj "
        "listopadu/listopad|lis prosince/prosinec|pro"
    ),
    "sk": (
        "januára/január|jan februára/február|feb marca/marec|mar apríla/apríl|apr "
        "mája/máj|máj júna/jún|jún júla/júl|júl augusta/august|aug septembra/september|sep "
        "októbra/október|okt novembra/november|nov decembra/december|dec"
    ),
    "hu": (
        "január|jan február|febr március|márc április|ápr május|máj június|jún július|júl "
        "augusztus|aug szeptember|szept október|okt november|nov december|dec"
    ),
    "ro": (
        "ianuarie|ian februarie|feb martie|mar aprilie|apr mai iunie|iun iulie|iul august|aug "
        "septembrie|sept octombrie|oct noiembrie|nov decembrie|dec"
    ),
    "sl": (
        "januar|jan februar|feb marec|mar april|apr maj junij|jun julij|jul avgust|avg "
        "september|sep oktober|okt november|nov december|dec"
    ),
    "hr": (
        "siječnja/siječanj|sij veljače/veljača|velj ožujka/ožujak|ožu travnja/travanj|tra "
        "svibnja/svibanj|svi lipnja/lipanj|lip srpnja/srpanj|srp kolovoza/kolovoz|kol "
        "rujna/rujan|ruj listopada/listopad|lis studenoga/studeni|stu prosinca/prosinac|pro"
    ),
    "lt": (
        "sausio/sausis|saus vasario/vasaris|vas kovo/kovas|kov balandžio/balandis|bal "
        "gegužės/gegužė|geg birželio/birželis|birž liepos/liepa|liep rugpjūčio/rugpjūtis|rugp "
        "rugsėjo/rugsėjis|rugs spalio/spalis|spal lapkričio/lapkritis|lapkr "
        "gruodžio/gruodis|gruod"
    ),
    "lv": (
        "janvāris|janv/jan februāris|febr marts aprīlis|apr maijs jūnijs|jūn jūlijs|jūl "
        "augusts|aug septembris|sept oktobris|okt novembris|nov decembris|dec"
    ),
    "et": (
        "jaanuar|jaan veebruar|veebr märts aprill|apr mai juuni juuli august|aug "
        "september|sept oktoober|okt november|nov detsember|dets"
    ),
    "tr": (
        "ocak|oca şubat|şub mart|mar nisan|nis mayıs|may haziran|haz temmuz|tem ağustos|ağu "
        "eylül|eyl ekim|eki kasım|kas aralık|ara"
    ),
    "el": (
        "ιανουαρίου/ιανουάριος|ιαν φεβρουαρίου/φεβρουάριος|φεβ μαρτίου/μάρτιος|μαρ/μάρ "
        "απριλίου/απρίλιος|απρ μαΐου/μάιος|μαΐ/μάι ιουνίου/ιούνιος|ιουν/ιούν "
        "ιουλίου/ιούλιος|ιουλ/ιούλ αυγούστου/αύγουστος|αυγ/αύγ σεπτεμβρίου/σεπτέμβριος|σεπ "
        "οκτωβρίου/οκτώβριος|οκτ νοεμβρίου/νοέμβριος|νοε/νοέ δεκεμβρίου/δεκέμβριος|δεκ"
    ),
    "ru": (
        "января/январь|янв февраля/февраль|февр/фев марта/март|мар/март апреля/апрель|апр мая "
        "июня/июнь|июн/июнь июля/июль|июл/июль августа/август|авг сентября/сентябрь|сент/сен "
        "октября/октябрь|окт ноября/ноябрь|нояб/ноя декабря/декабрь|дек"
    ),
    "uk": (
        "січня/січень|січ лютого/лютий|лют березня/березень|бер квітня/квітень|квіт "
        "травня/травень|трав червня/червень|черв липня/липень|лип серпня/серпень|серп "
        "вересня/вересень|вер жовтня/жовтень|жовт листопада/листопад|лист грудня/грудень|груд"
    ),
    "bg": (
        "януари|яну февруари|фев март април|апр май юни юли август|авг септември|сеп "
        "октомври|окт ноември|ное декември|дек"
    ),
    "mk": (
        "јануари|јан февруари|фев март|мар април|апр мај јуни|јун јули|јул август|авг "
        "септември|сеп октомври|окт ноември|ное декември|дек"
    ),
    "ca": (
        "gener|gen febrer|febr març abril|abr maig juny juliol|jul agost|ag setembre|set "
        "octubre|oct novembre|nov desembre|des"
    ),
}
