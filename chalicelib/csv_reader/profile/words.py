"""The words that cells hold instead of a value, or for true and false, in many languages."""

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
