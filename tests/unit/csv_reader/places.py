"""Towns and regions as tables of nine countries have them, 22 to a language."""

PLACES = {
    "Hungarian": (
        "Település;Megye;Népesség",
        "Győr Debrecen Székesfehérvár Nyíregyháza Kecskemét Szombathely Békéscsaba "
        "Hódmezővásárhely Dunaújváros Pécs Érd Sopron Zalaegerszeg Kőszeg Szentgotthárd "
        "Mezőkövesd Kiskunfélegyháza Őriszentpéter Mátészalka Törökszentmiklós Balatonfüred "
        "Gyömrő",
    ),
    "Romanian": (
        "Localitate;Județ;Populație",
        "București Iași Timișoara Constanța Brașov Galați Ploiești Brăila Bacău Pitești "
        "Târgoviște Botoșani Râmnicu Suceava Buzău Focșani Bistrița Reșița Călărași Giurgiu "
        "Mediaș Onești",
    ),
    "Polish": (
        "Miejscowość;Województwo;Ludność",
        "Łódź Kraków Wrocław Poznań Gdańsk Białystok Częstochowa Rzeszów Toruń Zielona Gorzów "
        "Elbląg Płock Wałbrzych Włocławek Tarnów Chorzów Świdnica Żywiec Śrem Oświęcim "
        "Łęczyca",
    ),
    "Czech": (
        "Obec;Kraj;Počet obyvatel",
        "Brno Plzeň Ústí Hradec České Budějovice Havířov Zlín Kladno Třebíč Přerov Děčín "
        "Jihlava Břeclav Třinec Česká Kroměříž Šumperk Žďár Uherské Hradiště Písek",
    ),
    "Lithuanian": (
        "Savivaldybė;Apskritis;Gyventojų skaičius",
        "Vilnius Klaipėda Šiauliai Panevėžys Alytus Marijampolė Mažeikiai Jonava Utena "
        "Kėdainiai Telšiai Visaginas Tauragė Ukmergė Plungė Šilutė Kretinga Radviliškis "
        "Druskininkai Gargždai Rokiškis Biržai Elektrėnai",
    ),
    "Latvian": (
        "Pašvaldība;Reģions;Iedzīvotāju skaits",
        "Rīga Liepāja Jūrmala Rēzekne Jēkabpils Ogre Cēsis Kuldīga Sigulda Saldus Talsi "
        "Krāslava Bauska Līvāni Ludza Gulbene Madona Limbaži Aizkraukle Preiļi Balvi Ķekava "
        "Mārupe",
    ),
    "Turkish": (
        "İl;İlçe;Nüfus",
        "İstanbul İzmir Şanlıurfa Diyarbakır Eskişehir Muğla Aydın Tekirdağ Çanakkale "
        "Balıkesir Ağrı Iğdır Kırşehir Nevşehir Niğde Kütahya Uşak Çorum Kastamonu Gümüşhane "
        "Şırnak Bingöl",
    ),
    "Greek": (
        "Δήμος;Περιφέρεια;Πληθυσμός",
        "Αθήνα Θεσσαλονίκη Πάτρα Ηράκλειο Λάρισα Βόλος Ιωάννινα Χανιά Καβάλα Σέρρες Ρόδος "
        "Καλαμάτα Άρτα Έδεσσα Ξάνθη Κόρινθος Λαμία Κοζάνη Ρέθυμνο Τρίπολη Δράμα Ψαχνά",
    ),
    "Russian": (
        "Город;Область;Население",
        "Москва Новосибирск Екатеринбург Казань Челябинск Омск Самара Ростов Уфа Красноярск "
        "Пермь Воронеж Волгоград Краснодар Саратов Тюмень Тольятти Ижевск Барнаул Ульяновск "
        "Хабаровск Щёлково",
    ),
}


def table(language: str) -> str:
    """A table of the language: a header, and a line for each place."""
    header, places = PLACES[language]
    names = places.split()
    lines = (f"{name};{names[-n]};{1_000 * n}" for n, name in enumerate(names, 1))
    return "\n".join((header, *lines)) + "\n"
