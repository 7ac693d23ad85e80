"""Words that name columns more often than they are values in them, whatever the language."""

import re

COLUMN_WORDS = frozenset(
    """
    id key code name title type date year month day time timestamp value amount total count
    number no nr num quantity qty price cost rate percent percentage score rank status state
    city country region county district province area address street zip postcode phone email
    url link website description desc comment comments note notes category class group label
    index lat latitude lon lng long longitude age sex gender first last unit units source
    target user username department agency population level size weight height length width
    start end from to x y z text language version nom prénom libellé libelle année annee mois
    jour valeur montant commune ville pays département departement région adresse nombre taux
    fecha año mes valor provincia municipio código codigo país tipo datum jahr monat wert
    anzahl ort stadt land bezirk kreis straße plz bezeichnung betrag gemeinde naam jaar
    gemeente anno mese comune regione ano município estado rok kod nazwa
    """.split()  # noqa: SIM905
)
_WORDS = re.compile(r"[^\W\d_]+")
_IDENTIFIER = re.compile(r"[^\W\d](?:\w*\.|[^\W_]*_)\w+|[a-z]+(?:[A-Z][a-z0-9]*)+")


def is_column_word(cell: str) -> bool:
    """Return whether a cell is a word that is more often a column's name than a value."""
    return bool(_IDENTIFIER.fullmatch(cell)) or not COLUMN_WORDS.isdisjoint(
        _WORDS.findall(cell.lower())
    )
