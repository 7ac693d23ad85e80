"""Small files in the manner of real ones, each with what a person would say of it.

A name, the text, and: delimiter, quote character, has_header, preamble_rows, and the number of
columns. Lines are those of the files that statistical offices, registers, instruments and
spreadsheets publish, cut down.
"""

from typing import NamedTuple


class Example(NamedTuple):
    name: str
    text: str
    delimiter: str
    has_header: bool
    preamble_rows: int
    columns: int
    quote_character: str = '"'


PLAIN = [
    Example("an empty file", "", ",", False, 0, 0),
    Example("blank lines only", "\n\r\n\n", ",", False, 0, 0),
    Example("a header alone", "id,name,created_at\n", ",", True, 0, 3),
    Example("a header alone, no newline", "Datum;Ort;Betrag", ";", True, 0, 3),
    Example("one row of numbers", "1,2.5,3\n", ",", False, 0, 3),
    Example("one row of data", "17;Anna;anna@example.org;2024-03-01\n", ";", False, 0, 4),
    Example("two rows", "name,qty\nbolt,4\n", ",", True, 0, 2),
    Example(
        "numbers without a header",
        "5.1,3.5,1.4,0.2\n4.9,3.0,1.4,0.2\n4.7,3.2,1.3,0.2\n",
        ",",
        False,
        0,
        4,
    ),
    Example(
        "people without a header",
        "Alice,Paris,34\nBob,London,29\nCarla,Rome,51\nDan,Oslo,40\n",
        ",",
        False,
        0,
        3,
    ),
    Example(
        "log records without a header",
        "2024-01-03 10:22:01,INFO,worker-1,started\n2024-01-03 10:22:04,WARN,worker-2,slow disk\n"
        "2024-01-03 10:23:00,INFO,worker-1,done\n",
        ",",
        False,
        0,
        4,
    ),
    Example(
        "text alone, with a header",
        "first_name,last_name,city\nAnna,Smith,Berlin\nJohn,Doe,Hamburg\nLi,Wang,Bonn\n",
        ",",
        True,
        0,
        3,
    ),
    Example(
        "text in upper case under a header in upper case",
        "NAME,STREET,TOWN\nSMITH,HIGH STREET,LEEDS\nJONES,MILL LANE,YORK\nPATEL,THE GREEN,HULL\n",
        ",",
        True,
        0,
        3,
    ),
    Example(
        "codes under labels",
        "Ward Code,Ward\nE05000026,Abbey\nE05000027,Alibon\nE05000028,Becontree\n",
        ",",
        True,
        0,
        2,
    ),
    Example(
        "years as names",
        "country,2001,2002,2003\nFrance,1.2,1.4,1.9\nItaly,2.2,2.1,2.0\nSpain,0.4,0.9,1.1\n",
        ",",
        True,
        0,
        4,
    ),
    Example(
        "years as names, in quotes, of whole numbers",
        '"Country Name","Country Code","1960","1961","1962"\n"Aruba","ABW","54211","55438","56225"\n'
        '"Angola","AGO","5643182","5753024","5866061"\n',
        ",",
        True,
        0,
        5,
    ),
    Example(
        "counted columns", ",0,1,2\n0,0.3,0.1,0.7\n1,0.2,0.9,0.4\n2,0.5,0.5,0.1\n", ",", True, 0, 4
    ),
    Example("an index without a name", ",count,mean\na,1,2.5\nb,2,3.5\nc,9,4.5\n", ",", True, 0, 3),
    Example("quoted header over numbers", '"x","y"\n1,2\n3,4\n', ",", True, 0, 2),
    Example("a trailing delimiter everywhere", "a;b;c;\n1;2;3;\n4;5;6;\n", ";", True, 0, 4),
    Example(
        "a trailing delimiter in the data", "id,val,unit\n1,2,m,\n3,4,m,\n5,6,m,\n", ",", True, 0, 3
    ),
    Example("a header longer than its rows", "a,b,c,d,e\n1,2,3\n4,5,6\n7,8,9\n", ",", True, 0, 5),
    Example(
        "ragged tails",
        "id,name,tag1,tag2,tag3\n1,x,red\n2,y,red,blue\n3,z\n4,w,blue,red,green\n5,v,green\n",
        ",",
        True,
        0,
        5,
    ),
    Example(
        "blank lines between rows",
        "id;v\n\n1;2\n\n2;3\n\n3;4\n",
        ";",
        True,
        0,
        2,
    ),
    Example("duplicate names", "id,id,value\n1,1,a\n2,2,b\n", ",", True, 0, 3),
    Example("carriage returns", "id;v\r1;2\r3;4\r", ";", True, 0, 2),
    Example(
        "a row of units under the header",
        "Time,Speed,Depth\ns,m/s,m\n0.0,1.2,3.0\n0.1,1.3,3.1\n0.2,1.4,3.1\n",
        ",",
        True,
        0,
        3,
    ),
    Example(
        "mostly empty cells",
        "Ref,Dept,Supplier,Notes,Code\n1,,,,\n2,,Acme,,\n3,,,,\n4,HR,,,7\n5,,,,\n",
        ",",
        True,
        0,
        5,
    ),
    Example(
        "true and false",
        "feature,enabled\nlogin,true\nsearch,false\nexport,true\n",
        ",",
        True,
        0,
        2,
    ),
    Example(
        "a dictionary of a data set",
        'Field,Type,Description\nid,integer,The key of the record\nname,text,"What it\'s called, in full"\n'
        "since,date,When it began\n",
        ",",
        True,
        0,
        3,
    ),
]

DELIMITERS = [
    Example("decimal commas", "a;b\n1,5;2,7\n3,25;4,0\n", ";", True, 0, 2),
    Example("decimal commas without a header", "1,5;2,7\n3,2;4,0\n2,2;9,1\n", ";", False, 0, 2),
    Example(
        "decimal commas in every cell",
        "Jahr;Wert;Index\n2019;1.234,5;100,0\n2020;1.301,2;105,4\n2021;1.298,9;105,2\n",
        ";",
        True,
        0,
        3,
    ),
    Example(
        "thousands in quotes",
        'State,Population,Area\nOhio,"11,799,448","44,825"\nIowa,"3,190,369","56,272"\n',
        ",",
        True,
        0,
        3,
    ),
    Example(
        "commas in text between semicolons",
        "id;name;note\n1;Smith, John;tall, dark\n2;Doe, Jane;short, fair, kind\n3;Roe, Max;old, grey\n",
        ";",
        True,
        0,
        3,
    ),
    Example(
        "times between commas",
        "start,end,room\n12:30,13:45,A1\n14:00,15:15,A2\n09:10,10:00,B7\n",
        ",",
        True,
        0,
        3,
    ),
    Example("times in a column of their own", "time\n12:30\n13:45\n17:05\n", ",", True, 0, 1),
    Example(
        "time stamps in a column of their own",
        "2024-01-01 12:30:00\n2024-01-02 13:00:00\n",
        ",",
        False,
        0,
        1,
    ),
    Example(
        "ISO times and zones",
        "ts,v\n2024-01-01T12:30:00+01:00,1\n2024-01-01T12:31:00+01:00,4\n",
        ",",
        True,
        0,
        2,
    ),
    Example(
        "links",
        "name,url\nPython,https://www.python.org/downloads/?a=1;b=2\nPerl,http://www.perl.org:80/x|y\n",
        ",",
        True,
        0,
        2,
    ),
    Example(
        "links in a column of their own",
        "url\nhttps://a.example/x,y\nhttps://b.example/z\nhttps://c.example/\n",
        ",",
        True,
        0,
        1,
    ),
    Example(
        "names in a column of their own", "name\nJohn Smith\nJane Doe\nBob Stone\n", ",", True, 0, 1
    ),
    Example(
        "sentences in a column of their own",
        "comment\nIt was fine, thank you.\nI'd come again: the food is good, the staff too, and cheap.\nNo.\n"
        "Never again; cold soup, and rude.\nGood value\n",
        ",",
        True,
        0,
        1,
    ),
    Example("numbers in a column of their own", "1\n22\n3\n17\n", ",", False, 0, 1),
    Example("decimal commas in a column of their own", "value\n1,5\n2,7\n3,2\n", ",", True, 0, 1),
    Example(
        "words without a header are told from a list by nothing",
        "id\nalpha\nbeta\n",
        ",",
        True,
        0,
        1,
    ),
    Example(
        "tabs", "id\tname\tprice\n1\tBolt, long\t1,50\n2\tNut; small\t0,20\n", "\t", True, 0, 3
    ),
    Example(
        "tabs with empty cells",
        "gene\tdesc\tx\ty\nA1\t\t\t3\nB2\tkinase\t2\t\nC3\t\t1\t\n",
        "\t",
        True,
        0,
        4,
    ),
    Example("pipes", "id|name|city\n1|Doe, John|Paris\n2|Roe, Jane|Nice\n", "|", True, 0, 3),
    Example("pipes at both ends", "|id|name|\n|1|a|\n|2|b|\n", "|", True, 0, 4),
    Example(
        "colons",
        "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
        "bin:x:2:2:bin:/bin:/usr/sbin/nologin\n",
        ":",
        False,
        0,
        7,
    ),
    Example(
        "colons under a header", "id:name:qty\n1:bolt:20\n2:nut:35\n3:screw:7\n", ":", True, 0, 3
    ),
    Example(
        "spaces that align",
        "  Year   Mean  Std\n  1990   1.25  0.31\n  1991   1.31  0.29\n  1992  11.40  0.33\n",
        " ",
        True,
        0,
        3,
    ),
    Example("spaces, quoted words", '"name" "x" "y"\n"a b" 1 2\n"c" 3 4\n', " ", True, 0, 3),
    Example("spaces, numbers alone", "1 2.5 3\n2 2.7 4\n3 2.9 5\n", " ", False, 0, 3),
    Example(
        "control-A", "1\x01Anna\x012024-01-01\n2\x01Bert, jr\x012024-01-02\n", "\x01", False, 0, 3
    ),
    Example("two pipes", "id||name||note\n1||a|b||x\n2||c||y\n", "||", True, 0, 3),
    Example(
        "two colons",
        "1::Toy Story (1995)::Animation|Children's\n2::Jumanji (1995)::Adventure\n"
        "3::Star Wars: Episode IV (1977)::Action|Sci-Fi\n",
        "::",
        False,
        0,
        3,
    ),
    Example("commas and spaces", "id, name, qty\n1, bolt, 4\n2, nut, 9\n", ",", True, 0, 3),
    Example(
        "commas and spaces before quotes that hold commas",
        'id, name, qty\n1, "bolt, long", 4\n2, "nut", 9\n3, "a, b, c", 1\n',
        ", ",
        True,
        0,
        3,
    ),
    Example(
        "carets", "id^name^price\n1^bolt, long^1.50\n2^nut^0.20\n3^washer^0.10\n", "^", True, 0, 3
    ),
    Example(
        "tildes", "id~name~price\n1~bolt, long~1.50\n2~nut~0.20\n3~washer~0.10\n", "~", True, 0, 3
    ),
    Example(
        "Excel says which, against the look of it", "sep=;\na,x;b\n1,5;2\n2,5;3\n", ";", True, 1, 2
    ),
    Example(
        "Excel says which, and it is the comma", "sep=,\nid,name\n1,a;b\n2,c;d\n", ",", True, 1, 2
    ),
    Example(
        "JSON inside cells",
        'id,payload\n1,"{""a"": 1, ""b"": [1, 2]}"\n2,"{""a"": 2, ""b"": []}"\n',
        ",",
        True,
        0,
        2,
    ),
    Example(
        "lists inside cells, unquoted, between tabs",
        "id\ttags\n1\t[1, 2, 3]\n2\t[4]\n3\t[5, 6, 7, 8]\n",
        "\t",
        True,
        0,
        2,
    ),
    Example(
        "coordinates",
        "site;lat/lon\nA;52.1, 4.3\nB;51.9, 4.4\nC;52.0, 4.1\n",
        ";",
        True,
        0,
        2,
    ),
]

QUOTES = [
    Example(
        "apostrophes quote", "'id','name'\n'1','Doe, John'\n'2','Roe, Jane'\n", ",", True, 0, 2, "'"
    ),
    Example(
        "apostrophes quote text alone",
        "'id','name'\n1,'Doe, John'\n2,'Roe, Jane'\n",
        ",",
        True,
        0,
        2,
        "'",
    ),
    Example(
        "apostrophes in text",
        "id,text\n1,it's late\n2,'tis the season\n3,rock 'n' roll\n",
        ",",
        True,
        0,
        2,
    ),
    Example("doubled quotes", 'id,text\n1,"say ""hi"", then go"\n2,"ok"\n', ",", True, 0, 2),
    Example("newlines in quotes", 'id,text\n1,"one\ntwo, three\n"\n2,"four"\n', ",", True, 0, 2),
    Example("inches", 'part,size\npipe,5" long\nrod,7" short\n', ",", True, 0, 2),
    Example("apostrophes inside quotes", "id,q\n1,\"'a', 'b'\"\n2,\"'c'\"\n", ",", True, 0, 2),
    Example(
        "everything quoted, semicolons",
        '"a";"b";"c"\n"1,5";"x; y";"z"\n"2,5";"q";"r"\n',
        ";",
        True,
        0,
        3,
    ),
    Example("a quote that never ends", 'id,text\n1,a\n2,b\n3,"c\n4,d\n5,e\n', ",", True, 0, 2),
]

PREAMBLES = [
    Example(
        "a title and a blank line",
        "Population by region\n\nRegion,2019,2020\nNorth,100,110\nSouth,90,95\n",
        ",",
        True,
        1,
        3,
    ),
    Example(
        "title, units, source with commas",
        "Table 4: Deaths, by age and sex, England\nUnits: thousands\nSource: ONS, 2021, revised\n\n"
        "Age,Males,Females,All\n0-4,1.2,1.0,2.2\n5-9,0.2,0.1,0.3\n10-14,0.2,0.2,0.4\n15-19,0.4,0.2,0.6\n",
        ",",
        True,
        3,
        4,
    ),
    Example(
        "a spreadsheet's padded title",
        "Quarterly spend,,,\n,,,\nDepartment,Q1,Q2,Q3\nHealth,10,11,12\nTransport,5,6,7\n",
        ",",
        True,
        2,
        4,
    ),
    Example(
        "a padded title and padded notes at the end",
        "Road length by county,,,,\nMiles,,,,\nCounty,Motorway,A road,B road,Total\nKent,107,530,300,937\n"
        "Essex,60,400,250,710\nSurrey,80,300,200,580\n,,,,\nNote: rounded,,,,\n",
        ",",
        True,
        2,
        5,
    ),
    Example(
        "a comment block",
        "# station: 4711\n# owner: Met Office, Exeter\n# units: mm\ndate,rain\n2020-01-01,0.2\n2020-01-02,1.4\n",
        ",",
        True,
        3,
        2,
    ),
    Example(
        "a header behind a hash",
        "#chrom\tstart\tend\nchr1\t100\t200\nchr2\t150\t250\n",
        "\t",
        True,
        0,
        3,
    ),
    Example(
        "comments above a header behind a hash",
        "##format=1\n##source=x,y\n#chrom\tpos\tref\nchr1\t100\tA\nchr1\t170\tC\nchr2\t150\tG\n",
        "\t",
        True,
        2,
        3,
    ),
    Example(
        "a German office",
        "Statistisches Bundesamt (Destatis);;;\nBevölkerung: Bundesländer, Stichtag;;;\n"
        "Bundesländer;31.12.2018;31.12.2019;31.12.2020\nBaden-Württemberg;11069533;11100394;11103043\n"
        "Bayern;13076721;13124737;13140183\nBerlin;3644826;3669491;3664088\n__________\n"
        "© Statistisches Bundesamt (Destatis), 2021\n",
        ";",
        True,
        2,
        4,
    ),
    Example(
        "a French office",
        "Insee - Comptes nationaux\nUnité : milliards d'euros, base 2014\n\nAnnée;PIB;Évolution (en %)\n"
        "2018;2 363,3;1,9\n2019;2 437,6;1,8\n2020;2 310,5;-7,8\n",
        ";",
        True,
        2,
        3,
    ),
    Example(
        "a Spanish office",
        "Índice de Precios de Consumo\nÍndices nacionales\n\nUnidades: Índice, Tasas\n\n"
        "Periodo;Índice;Variación anual\n2024M01;113,404;3,4\n2023M12;113,308;3,1\n2023M11;113,283;3,2\n\n"
        "Notas: \nBase 2021=100\nFuente: INE\n",
        ";",
        True,
        3,
        3,
    ),
    Example(
        "the World Bank",
        '"Data Source","World Development Indicators",\n\n"Last Updated Date","2021-06-30",\n\n'
        '"Country Name","Country Code","Indicator Name","1960","1961",\n'
        '"Aruba","ABW","Population, total","54208","55434",\n'
        '"Angola","AGO","Population, total","5454938","5531451",\n',
        ",",
        True,
        2,
        6,
    ),
    Example(
        "keys and values above the table",
        "Station Name,TORONTO CITY\nProvince,ONTARIO\nLatitude,43.67\nLongitude,-79.40\n\n"
        '"Date/Time","Year","Max Temp","Min Temp","Snow"\n"2012-01-01","2012","5.5","1.0","0"\n'
        '"2012-01-02","2012","1.3","-4.0","0"\n"2012-01-03","2012","-3.0","-9.0","2"\n',
        ",",
        True,
        4,
        5,
    ),
    Example(
        "a header of two rows, the upper one spanning",
        ",Male,,Female,\nYear,Count,Rate,Count,Rate\n2001,10,1.5,12,1.7\n2002,11,1.6,13,1.8\n2003,9,1.4,12,1.6\n",
        ",",
        True,
        1,
        5,
    ),
    Example(
        "a title, then a header of two rows",
        "Employment by sex,,,,\n,Men,,Women,\nRegion,Full time,Part time,Full time,Part time\n"
        "North,100,20,80,60\nSouth,120,25,90,70\nEast,90,15,60,50\n",
        ",",
        True,
        2,
        5,
    ),
    Example(
        "blank columns between",
        "Schools in receipt of grants,,,,,\n,,,,,\nSchool,,Pupils,,Grant,\nAbbey,,200,,1000,\nBrook,,150,,900,\n"
        "Court,,320,,1500,\n",
        ",",
        True,
        2,
        6,
    ),
    Example(
        "an instrument",
        "Instrument: LX-200\nSerial no: 1234\nDate: 12/03/2020\nOperator: J. Doe\nTime [s]\tCH1 [V]\tCH2 [V]\n"
        "0.00\t1.20\t3.31\n0.01\t1.21\t3.30\n0.02\t1.19\t3.32\n0.03\t1.22\t3.31\n",
        "\t",
        True,
        4,
        3,
    ),
    Example(
        "a title over data without a header has nothing to tell it from a header",
        "Measurements\n1.5;2.5\n1.7;2.6\n1.9;2.8\n",
        ";",
        False,
        1,
        2,
    ),
    Example(
        "a bank statement",
        "Konto;DE12 3456\nZeitraum;01.01.2024 - 31.01.2024\nSaldo;1.234,56 EUR\n\n"
        "Buchungstag;Verwendungszweck;Betrag;Währung\n02.01.2024;Miete, Januar;-800,00;EUR\n"
        "03.01.2024;Gehalt;2.500,00;EUR\n05.01.2024;Einkauf;-54,20;EUR\n",
        ";",
        True,
        3,
        4,
    ),
    Example(
        "totals and footnotes below",
        "Area,Homes,Empty\nLeeds,100,5\nYork,60,2\nHull,80,9\nTotal,240,16\n\n1. Provisional\n2. Includes flats, houses\n",
        ",",
        True,
        0,
        3,
    ),
    Example(
        "a title in quotes, with a comma in it",
        '"Table 2, continued"\n"Series","Jan 2020","Feb 2020"\n"CPI","108.2","108.6"\n"RPI","290.6","292.0"\n',
        ",",
        True,
        1,
        3,
    ),
    Example(
        "a UK spending return",
        "Department Family,Entity,Date,Expense Type,Supplier,Transaction Number,Amount\n"
        'DEFRA,Natural England,01/04/2015,Grants,ACME LTD,12345,"25,000.00"\n'
        'DEFRA,Natural England,02/04/2015,IT,"SMITH, JONES & CO",12346,"31,250.50"\n',
        ",",
        True,
        0,
        7,
    ),
]

EXAMPLES = {"plain": PLAIN, "delimiters": DELIMITERS, "quotes": QUOTES, "preambles": PREAMBLES}
