"""Small files in the manner of real ones, each with what a person would say of it.

The lines are like those that statistical offices, registers, instruments and spreadsheets publish,
cut down. One physical line of the file stands on a line of its own here.
"""

from typing import NamedTuple


class Example(NamedTuple):
    """A file's text, and the number of fields in its header, or in its first row without one."""

    name: str
    text: str
    columns: int
    delimiter: str = ","
    has_header: bool = True
    preamble_rows: int = 0
    quote_character: str = '"'
    group_rows: int = 0
    unit_rows: int = 0


PLAIN = [
    Example(
        "an empty file",
        "",
        columns=0,
        has_header=False,
    ),
    Example(
        "blank lines only",
        "\n\r\n\n",
        columns=0,
        has_header=False,
    ),
    Example(
        "a header alone",
        "id,name,created_at\n",
        columns=3,
    ),
    Example(
        "a header alone, no newline",
        "Datum;Ort;Betrag",
        columns=3,
        delimiter=";",
    ),
    Example(
        "one row of numbers",
        "1,2.5,3\n",
        columns=3,
        has_header=False,
    ),
    Example(
        "one row of data",
        "17;Anna;anna@example.org;2024-03-01\n",
        columns=4,
        delimiter=";",
        has_header=False,
    ),
    Example(
        "two rows",
        "name,qty\nbolt,4\n",
        columns=2,
    ),
    Example(
        "numbers without a header",
        "5.1,3.5,1.4,0.2\n4.9,3.0,1.4,0.2\n4.7,3.2,1.3,0.2\n",
        columns=4,
        has_header=False,
    ),
    Example(
        "people without a header",
        "Alice,Paris,34\nBob,London,29\nCarla,Rome,51\nDan,Oslo,40\n",
        columns=3,
        has_header=False,
    ),
    Example(
        "log records without a header",
        "2024-01-03 10:22:01,INFO,worker-1,started\n"
        "2024-01-03 10:22:04,WARN,worker-2,slow disk\n"
        "2024-01-03 10:23:00,INFO,worker-1,done\n",
        columns=4,
        has_header=False,
    ),
    Example(
        "text alone, with a header",
        "first_name,last_name,city\nAnna,Smith,Berlin\nJohn,Doe,Hamburg\nLi,Wang,Bonn\n",
        columns=3,
    ),
    Example(
        "text in upper case under a header in upper case",
        "NAME,STREET,TOWN\nSMITH,HIGH STREET,LEEDS\nJONES,MILL LANE,YORK\nPATEL,THE GREEN,HULL\n",
        columns=3,
    ),
    Example(
        "codes under labels",
        "Ward Code,Ward\nE05000026,Abbey\nE05000027,Alibon\nE05000028,Becontree\n",
        columns=2,
    ),
    Example(
        "years as names",
        "country,2001,2002,2003\nFrance,1.2,1.4,1.9\nItaly,2.2,2.1,2.0\nSpain,0.4,0.9,1.1\n",
        columns=4,
    ),
    Example(
        "years as names, in quotes, of whole numbers",
        '"Country Name","Country Code","1960","1961","1962"\n'
        '"Aruba","ABW","54211","55438","56225"\n'
        '"Angola","AGO","5643182","5753024","5866061"\n',
        columns=5,
    ),
    Example(
        "counted columns",
        ",0,1,2\n0,0.3,0.1,0.7\n1,0.2,0.9,0.4\n2,0.5,0.5,0.1\n",
        columns=4,
    ),
    Example(
        "an index without a name",
        ",count,mean\na,1,2.5\nb,2,3.5\nc,9,4.5\n",
        columns=3,
    ),
    Example(
        "quoted header over numbers",
        '"x","y"\n1,2\n3,4\n',
        columns=2,
    ),
    Example(
        "a trailing delimiter everywhere",
        "a;b;c;\n1;2;3;\n4;5;6;\n",
        columns=4,
        delimiter=";",
    ),
    Example(
        "a trailing delimiter in the data",
        "id,val,unit\n1,2,m,\n3,4,m,\n5,6,m,\n",
        columns=3,
    ),
    Example(
        "a header longer than its rows",
        "a,b,c,d,e\n1,2,3\n4,5,6\n7,8,9\n",
        columns=5,
    ),
    Example(
        "ragged tails",
        "id,name,tag1,tag2,tag3\n1,x,red\n2,y,red,blue\n3,z\n4,w,blue,red,green\n5,v,green\n",
        columns=5,
    ),
    Example(
        "blank lines between rows",
        "id;v\n\n1;2\n\n2;3\n\n3;4\n",
        columns=2,
        delimiter=";",
    ),
    Example(
        "duplicate names",
        "id,id,value\n1,1,a\n2,2,b\n",
        columns=3,
    ),
    Example(
        "carriage returns",
        "id;v\r1;2\r3;4\r",
        columns=2,
        delimiter=";",
    ),
    Example(
        "a row of units under the header",
        "Time,Speed,Depth\ns,m/s,m\n0.0,1.2,3.0\n0.1,1.3,3.1\n0.2,1.4,3.1\n",
        columns=3,
        unit_rows=1,
    ),
    Example(
        "mostly empty cells",
        "Ref,Dept,Supplier,Notes,Code\n1,,,,\n2,,Acme,,\n3,,,,\n4,HR,,,7\n5,,,,\n",
        columns=5,
    ),
    Example(
        "true and false",
        "feature,enabled\nlogin,true\nsearch,false\nexport,true\n",
        columns=2,
    ),
    Example(
        "a dictionary of a data set",
        "Field,Type,Description\n"
        "id,integer,The key of the record\n"
        'name,text,"What it\'s called, in full"\n'
        "since,date,When it began\n",
        columns=3,
    ),
]

DELIMITERS = [
    Example(
        "tilde, pipe and tilde",
        "id~|~name~|~price\n1~|~bolt, long~|~1.50\n2~|~nut~|~0.20\n3~|~screw~|~0.40\n",
        delimiter="~|~",
        columns=3,
    ),
    Example(
        "two semicolons",
        "id;;name;;price\n1;;bolt;;1.50\n2;;nut;;0.20\n3;;screw;;0.40\n",
        delimiter=";;",
        columns=3,
    ),
    Example(
        "a colon between spaces",
        'a : b : c\n1 : "3:4" : 5\n2 : "5:6" : 7\n3 : "7:8" : 9\n',
        delimiter=" : ",
        columns=3,
    ),
    Example(
        "decimal commas",
        "a;b\n1,5;2,7\n3,25;4,0\n",
        columns=2,
        delimiter=";",
    ),
    Example(
        "decimal commas without a header",
        "1,5;2,7\n3,2;4,0\n2,2;9,1\n",
        columns=2,
        delimiter=";",
        has_header=False,
    ),
    Example(
        "decimal commas in every cell",
        "Jahr;Wert;Index\n2019;1.234,5;100,0\n2020;1.301,2;105,4\n2021;1.298,9;105,2\n",
        columns=3,
        delimiter=";",
    ),
    Example(
        "thousands in quotes",
        'State,Population,Area\nOhio,"11,799,448","44,825"\nIowa,"3,190,369","56,272"\n',
        columns=3,
    ),
    Example(
        "commas in text between semicolons",
        "id;name;note\n"
        "1;Smith, John;tall, dark\n"
        "2;Doe, Jane;short, fair, kind\n"
        "3;Roe, Max;old, grey\n",
        columns=3,
        delimiter=";",
    ),
    Example(
        "times between commas",
        "start,end,room\n12:30,13:45,A1\n14:00,15:15,A2\n09:10,10:00,B7\n",
        columns=3,
    ),
    Example(
        "times in a column of their own",
        "time\n12:30\n13:45\n17:05\n",
        columns=1,
    ),
    Example(
        "time stamps in a column of their own",
        "2024-01-01 12:30:00\n2024-01-02 13:00:00\n",
        columns=1,
        has_header=False,
    ),
    Example(
        "ISO times and zones",
        "ts,v\n2024-01-01T12:30:00+01:00,1\n2024-01-01T12:31:00+01:00,4\n",
        columns=2,
    ),
    Example(
        "links",
        "name,url\n"
        "Python,https://www.python.org/downloads/?a=1;b=2\n"
        "Perl,http://www.perl.org:80/x|y\n",
        columns=2,
    ),
    Example(
        "links in a column of their own",
        "url\nhttps://a.example/x,y\nhttps://b.example/z\nhttps://c.example/\n",
        columns=1,
    ),
    Example(
        "names in a column of their own",
        "name\nJohn Smith\nJane Doe\nBob Stone\n",
        columns=1,
    ),
    Example(
        "sentences in a column of their own",
        "comment\n"
        "It was fine, thank you.\n"
        "I'd come again: the food is good, the staff too, and cheap.\n"
        "No.\n"
        "Never again; cold soup, and rude.\n"
        "Good value\n",
        columns=1,
    ),
    Example(
        "numbers in a column of their own",
        "1\n22\n3\n17\n",
        columns=1,
        has_header=False,
    ),
    Example(
        "decimal commas in a column of their own",
        "value\n1,5\n2,7\n3,2\n",
        columns=1,
    ),
    Example(
        "words without a header are told from a list by nothing",
        "id\nalpha\nbeta\n",
        columns=1,
    ),
    Example(
        "tabs",
        "id\tname\tprice\n1\tBolt, long\t1,50\n2\tNut; small\t0,20\n",
        columns=3,
        delimiter="\t",
    ),
    Example(
        "tabs with empty cells",
        "gene\tdesc\tx\ty\nA1\t\t\t3\nB2\tkinase\t2\t\nC3\t\t1\t\n",
        columns=4,
        delimiter="\t",
    ),
    Example(
        "pipes",
        "id|name|city\n1|Doe, John|Paris\n2|Roe, Jane|Nice\n",
        columns=3,
        delimiter="|",
    ),
    Example(
        "pipes at both ends",
        "|id|name|\n|1|a|\n|2|b|\n",
        columns=4,
        delimiter="|",
    ),
    Example(
        "colons",
        "root:x:0:0:root:/root:/bin/bash\n"
        "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
        "bin:x:2:2:bin:/bin:/usr/sbin/nologin\n",
        columns=7,
        delimiter=":",
        has_header=False,
    ),
    Example(
        "colons under a header",
        "id:name:qty\n1:bolt:20\n2:nut:35\n3:screw:7\n",
        columns=3,
        delimiter=":",
    ),
    Example(
        "spaces that align",
        "  Year   Mean  Std\n  1990   1.25  0.31\n  1991   1.31  0.29\n  1992  11.40  0.33\n",
        columns=3,
        delimiter=" ",
    ),
    Example(
        "spaces, quoted words",
        '"name" "x" "y"\n"a b" 1 2\n"c" 3 4\n',
        columns=3,
        delimiter=" ",
    ),
    Example(
        "spaces, numbers alone",
        "1 2.5 3\n2 2.7 4\n3 2.9 5\n",
        columns=3,
        delimiter=" ",
        has_header=False,
    ),
    Example(
        "control-A",
        "1\x01Anna\x012024-01-01\n2\x01Bert, jr\x012024-01-02\n",
        columns=3,
        delimiter="\x01",
        has_header=False,
    ),
    Example(
        "two pipes",
        "id||name||note\n1||a|b||x\n2||c||y\n",
        columns=3,
        delimiter="||",
    ),
    Example(
        "two colons",
        "1::Toy Story (1995)::Animation|Children's\n"
        "2::Jumanji (1995)::Adventure\n"
        "3::Star Wars: Episode IV (1977)::Action|Sci-Fi\n",
        columns=3,
        delimiter="::",
        has_header=False,
    ),
    Example(
        "commas and spaces",
        "id, name, qty\n1, bolt, 4\n2, nut, 9\n",
        columns=3,
    ),
    Example(
        "commas and spaces before quotes that hold commas",
        'id, name, qty\n1, "bolt, long", 4\n2, "nut", 9\n3, "a, b, c", 1\n',
        columns=3,
        delimiter=", ",
    ),
    Example(
        "carets",
        "id^name^price\n1^bolt, long^1.50\n2^nut^0.20\n3^washer^0.10\n",
        columns=3,
        delimiter="^",
    ),
    Example(
        "tildes",
        "id~name~price\n1~bolt, long~1.50\n2~nut~0.20\n3~washer~0.10\n",
        columns=3,
        delimiter="~",
    ),
    Example(
        "Excel says which, against the look of it",
        "sep=;\na,x;b\n1,5;2\n2,5;3\n",
        columns=2,
        delimiter=";",
        preamble_rows=1,
    ),
    Example(
        "Excel says which, and it is the comma",
        "sep=,\nid,name\n1,a;b\n2,c;d\n",
        columns=2,
        preamble_rows=1,
    ),
    Example(
        "Excel says which, and nothing follows",
        "sep=;\r\n",
        columns=0,
        delimiter=";",
        has_header=False,
        preamble_rows=1,
    ),
    Example(
        "JSON inside cells",
        'id,payload\n1,"{""a"": 1, ""b"": [1, 2]}"\n2,"{""a"": 2, ""b"": []}"\n',
        columns=2,
    ),
    Example(
        "lists inside cells, unquoted, between tabs",
        "id\ttags\n1\t[1, 2, 3]\n2\t[4]\n3\t[5, 6, 7, 8]\n",
        columns=2,
        delimiter="\t",
    ),
    Example(
        "coordinates",
        "site;lat/lon\nA;52.1, 4.3\nB;51.9, 4.4\nC;52.0, 4.1\n",
        columns=2,
        delimiter=";",
    ),
]

QUOTES = [
    Example(
        "apostrophes quote",
        "'id','name'\n'1','Doe, John'\n'2','Roe, Jane'\n",
        columns=2,
        quote_character="'",
    ),
    Example(
        "apostrophes quote text alone",
        "'id','name'\n1,'Doe, John'\n2,'Roe, Jane'\n",
        columns=2,
        quote_character="'",
    ),
    Example(
        "apostrophes in text",
        "id,text\n1,it's late\n2,'tis the season\n3,rock 'n' roll\n",
        columns=2,
    ),
    Example(
        "doubled quotes",
        'id,text\n1,"say ""hi"", then go"\n2,"ok"\n',
        columns=2,
    ),
    Example(
        "newlines in quotes",
        'id,text\n1,"one\ntwo, three\n"\n2,"four"\n',
        columns=2,
    ),
    Example(
        "inches",
        'part,size\npipe,5" long\nrod,7" short\n',
        columns=2,
    ),
    Example(
        "apostrophes inside quotes",
        "id,q\n1,\"'a', 'b'\"\n2,\"'c'\"\n",
        columns=2,
    ),
    Example(
        "everything quoted, semicolons",
        '"a";"b";"c"\n"1,5";"x; y";"z"\n"2,5";"q";"r"\n',
        columns=3,
        delimiter=";",
    ),
    Example(
        "a quote that never ends",
        'id,text\n1,a\n2,b\n3,"c\n4,d\n5,e\n',
        columns=2,
    ),
]

PREAMBLES = [
    Example(
        "a title and a blank line",
        "Population by region\n\nRegion,2019,2020\nNorth,100,110\nSouth,90,95\n",
        columns=3,
        preamble_rows=1,
    ),
    Example(
        "title, units, source with commas",
        "Table 4: Deaths, by age and sex, England\n"
        "Units: thousands\n"
        "Source: ONS, 2021, revised\n"
        "\n"
        "Age,Males,Females,All\n"
        "0-4,1.2,1.0,2.2\n"
        "5-9,0.2,0.1,0.3\n"
        "10-14,0.2,0.2,0.4\n"
        "15-19,0.4,0.2,0.6\n",
        columns=4,
        preamble_rows=3,
    ),
    Example(
        "a spreadsheet's padded title",
        "Quarterly spend,,,\n,,,\nDepartment,Q1,Q2,Q3\nHealth,10,11,12\nTransport,5,6,7\n",
        columns=4,
        preamble_rows=2,
    ),
    Example(
        "a padded title and padded notes at the end",
        "Road length by county,,,,\n"
        "Miles,,,,\n"
        "County,Motorway,A road,B road,Total\n"
        "Kent,107,530,300,937\n"
        "Essex,60,400,250,710\n"
        "Surrey,80,300,200,580\n"
        ",,,,\n"
        "Note: rounded,,,,\n",
        columns=5,
        preamble_rows=2,
    ),
    Example(
        "a comment block",
        "# station: 4711\n"
        "# owner: Met Office, Exeter\n"
        "# units: mm\n"
        "date,rain\n"
        "2020-01-01,0.2\n"
        "2020-01-02,1.4\n",
        columns=2,
        preamble_rows=3,
    ),
    Example(
        "a header behind a hash",
        "#chrom\tstart\tend\nchr1\t100\t200\nchr2\t150\t250\n",
        columns=3,
        delimiter="\t",
    ),
    Example(
        "comments above a header behind a hash",
        "##format=1\n##source=x,y\n#chrom\tpos\tref\nchr1\t100\tA\nchr1\t170\tC\nchr2\t150\tG\n",
        columns=3,
        delimiter="\t",
        preamble_rows=2,
    ),
    Example(
        "a German office",
        "Statistisches Bundesamt (Destatis);;;\n"
        "Bevölkerung: Bundesländer, Stichtag;;;\n"
        "Bundesländer;31.12.2018;31.12.2019;31.12.2020\n"
        "Baden-Württemberg;11069533;11100394;11103043\n"
        "Bayern;13076721;13124737;13140183\n"
        "Berlin;3644826;3669491;3664088\n"
        "__________\n"
        "© Statistisches Bundesamt (Destatis), 2021\n",
        columns=4,
        delimiter=";",
        preamble_rows=2,
    ),
    Example(
        "a French office",
        "Insee - Comptes nationaux\n"
        "Unité : milliards d'euros, base 2014\n"
        "\n"
        "Année;PIB;Évolution (en %)\n"
        "2018;2 363,3;1,9\n"
        "2019;2 437,6;1,8\n"
        "2020;2 310,5;-7,8\n",
        columns=3,
        delimiter=";",
        preamble_rows=2,
    ),
    Example(
        "a Spanish office",
        "Índice de Precios de Consumo\n"
        "Índices nacionales\n"
        "\n"
        "Unidades: Índice, Tasas\n"
        "\n"
        "Periodo;Índice;Variación anual\n"
        "2024M01;113,404;3,4\n"
        "2023M12;113,308;3,1\n"
        "2023M11;113,283;3,2\n"
        "\n"
        "Notas: \n"
        "Base 2021=100\n"
        "Fuente: INE\n",
        columns=3,
        delimiter=";",
        preamble_rows=3,
    ),
    Example(
        "the World Bank",
        '"Data Source","World Development Indicators",\n'
        "\n"
        '"Last Updated Date","2021-06-30",\n'
        "\n"
        '"Country Name","Country Code","Indicator Name","1960","1961",\n'
        '"Aruba","ABW","Population, total","54208","55434",\n'
        '"Angola","AGO","Population, total","5454938","5531451",\n',
        columns=6,
        preamble_rows=2,
    ),
    Example(
        "keys and values above the table",
        "Station Name,TORONTO CITY\n"
        "Province,ONTARIO\n"
        "Latitude,43.67\n"
        "Longitude,-79.40\n"
        "\n"
        '"Date/Time","Year","Max Temp","Min Temp","Snow"\n'
        '"2012-01-01","2012","5.5","1.0","0"\n'
        '"2012-01-02","2012","1.3","-4.0","0"\n'
        '"2012-01-03","2012","-3.0","-9.0","2"\n',
        columns=5,
        preamble_rows=4,
    ),
    Example(
        "a header of two rows, the upper one spanning",
        ",Male,,Female,\n"
        "Year,Count,Rate,Count,Rate\n"
        "2001,10,1.5,12,1.7\n"
        "2002,11,1.6,13,1.8\n"
        "2003,9,1.4,12,1.6\n",
        columns=5,
        group_rows=1,
    ),
    Example(
        "a title, then a header of two rows",
        "Employment by sex,,,,\n"
        ",Men,,Women,\n"
        "Region,Full time,Part time,Full time,Part time\n"
        "North,100,20,80,60\n"
        "South,120,25,90,70\n"
        "East,90,15,60,50\n",
        columns=5,
        preamble_rows=1,
        group_rows=1,
    ),
    Example(
        "blank columns between",
        "Schools in receipt of grants,,,,,\n"
        ",,,,,\n"
        "School,,Pupils,,Grant,\n"
        "Abbey,,200,,1000,\n"
        "Brook,,150,,900,\n"
        "Court,,320,,1500,\n",
        columns=6,
        preamble_rows=2,
    ),
    Example(
        "an instrument",
        "Instrument: LX-200\n"
        "Serial no: 1234\n"
        "Date: 12/03/2020\n"
        "Operator: J. Doe\n"
        "Time [s]\tCH1 [V]\tCH2 [V]\n"
        "0.00\t1.20\t3.31\n"
        "0.01\t1.21\t3.30\n"
        "0.02\t1.19\t3.32\n"
        "0.03\t1.22\t3.31\n",
        columns=3,
        delimiter="\t",
        preamble_rows=4,
    ),
    Example(
        "a title over data without a header has nothing to tell it from a header",
        "Measurements\n1.5;2.5\n1.7;2.6\n1.9;2.8\n",
        columns=2,
        delimiter=";",
        has_header=False,
        preamble_rows=1,
    ),
    Example(
        "a bank statement",
        "Konto;DE12 3456\n"
        "Zeitraum;01.01.2024 - 31.01.2024\n"
        "Saldo;1.234,56 EUR\n"
        "\n"
        "Buchungstag;Verwendungszweck;Betrag;Währung\n"
        "02.01.2024;Miete, Januar;-800,00;EUR\n"
        "03.01.2024;Gehalt;2.500,00;EUR\n"
        "05.01.2024;Einkauf;-54,20;EUR\n",
        columns=4,
        delimiter=";",
        preamble_rows=3,
    ),
    Example(
        "totals and footnotes below",
        "Area,Homes,Empty\n"
        "Leeds,100,5\n"
        "York,60,2\n"
        "Hull,80,9\n"
        "Total,240,16\n"
        "\n"
        "1. Provisional\n"
        "2. Includes flats, houses\n",
        columns=3,
    ),
    Example(
        "a title in quotes, with a comma in it",
        '"Table 2, continued"\n'
        '"Series","Jan 2020","Feb 2020"\n'
        '"CPI","108.2","108.6"\n'
        '"RPI","290.6","292.0"\n',
        columns=3,
        preamble_rows=1,
    ),
    Example(
        "a UK spending return",
        "Department Family,Entity,Date,Expense Type,Supplier,Transaction Number,Amount\n"
        'DEFRA,Natural England,01/04/2015,Grants,ACME LTD,12345,"25,000.00"\n'
        'DEFRA,Natural England,02/04/2015,IT,"SMITH, JONES & CO",12346,"31,250.50"\n',
        columns=7,
    ),
]

PORTALS = [
    Example(
        "prices with thousands in quotes",
        "Postcode District,Average Price (£),Sales\n"
        'SW1A,"1,250,000",34\n'
        'SW1E,"980,000",12\n'
        'SW1H,"1,020,500",9\n'
        'SW1P,"899,950",41\n',
        columns=3,
    ),
    Example(
        "a ministry's padded titles",
        "Ministry of Justice,,,,\n"
        "Workforce management information,,,,\n"
        "March 2015,,,,\n"
        ",,,,\n"
        "Organisation name,Organisation type,Headcount,FTE,Cost\n"
        'MoJ HQ,Ministerial Department,"3,400",3320.5,"£12,000,000"\n'
        'HMCTS,Executive Agency,"17,000",15800.2,"£40,000,000"\n'
        'NOMS,Executive Agency,"44,000",41200.7,"£120,000,000"\n',
        columns=5,
        preamble_rows=4,
    ),
    Example(
        "French coordinates",
        "Ville;Code INSEE;Latitude;Longitude\n"
        "Abbeville;80001;50,105;1,836\n"
        "Amiens;80021;49,894;2,302\n"
        "Péronne;80620;49,930;2,935\n",
        columns=4,
        delimiter=";",
    ),
    Example(
        "months without a header",
        "2011-01,1.23,3.4\n2011-02,1.25,3.1\n2011-03,1.31,2.9\n",
        columns=3,
        has_header=False,
    ),
    Example(
        "a log between tabs",
        "timestamp\tlevel\tmessage\n"
        "2024-05-01T10:00:00Z\tINFO\tserver started, listening on :8080\n"
        "2024-05-01T10:00:02Z\tWARN\tslow query; 2.3s\n"
        "2024-05-01T10:00:09Z\tINFO\tGET /index.html 200\n",
        columns=3,
        delimiter="\t",
    ),
    Example(
        "Swedish towns under years",
        "Kommun,2018,2019,2020\n"
        "Stockholm,962154,974073,975551\n"
        "Göteborg,571868,579281,583056\n"
        "Malmö,339313,344166,347949\n",
        columns=4,
    ),
    Example(
        "Statistics Sweden",
        "Folkmängd efter region, år och kön\n"
        "\n"
        '"region","kön","Folkmängd 2020","Folkmängd 2021"\n'
        '"00 Riket","män",5222847,5260707\n'
        '"00 Riket","kvinnor",5156448,5191619\n'
        '"01 Stockholms län","män",1193850,1208108\n',
        columns=4,
        preamble_rows=1,
    ),
    Example(
        "Spanish traffic office",
        "Dirección General de Tráfico\n"
        "Parque de vehículos\n"
        "\n"
        "Provincia;Camiones;Turismos\n"
        "Álava;25.123;161.223\n"
        "Albacete;45.900;190.110\n"
        "Alicante;150.234;980.120\n"
        "\n"
        "Fuente: DGT\n",
        columns=3,
        delimiter=";",
        preamble_rows=2,
    ),
    Example(
        "geometries",
        "id,geometry,name\n"
        '1,"POLYGON((1 2, 3 4, 5 6, 1 2))",A\n'
        '2,"POLYGON((2 2, 3 4, 5 6, 2 2))",B\n',
        columns=3,
    ),
    Example(
        "Irish names and addresses",
        "Name,Address,Telephone\n"
        '"O\'Brien, Pat","1 The Mall, Cork",021 123456\n'
        '"D\'Arcy, Jo","2 Quay St, Galway",091 654321\n',
        columns=3,
    ),
    Example(
        "countries between pipes",
        "COUNTRY|ISO|POP_EST|GDP\n"
        "Fiji|FJI|920938|8374\n"
        "Tanzania|TZA|53950935|150600\n"
        "W. Sahara|ESH|603253|906.5\n",
        columns=4,
        delimiter="|",
    ),
    Example(
        "three names over numbers",
        "x y z\n0.1 0.2 0.3\n0.4 0.5 0.6\n",
        columns=3,
        delimiter=" ",
    ),
    Example(
        "a gauge's comments, semicolons",
        "# Time series of discharge\n"
        "# River: Rhine; Gauge: Basel\n"
        "# unit m3/s\n"
        "#\n"
        "Date;Q\n"
        "1990-01-01;1050,3\n"
        "1990-01-02;1043,9\n"
        "1990-01-03;1020,1\n",
        columns=2,
        delimiter=";",
        preamble_rows=4,
    ),
    Example(
        "events",
        "user_id,event,ts\n1,login,1700000000\n1,logout,1700000100\n2,login,1700000050\n",
        columns=3,
    ),
    Example(
        "Swedish people without a header",
        "Anna,Berg,F\nKarl,Dahl,M\nEva,Lund,F\nOlof,Strand,M\n",
        columns=3,
        has_header=False,
    ),
    Example(
        "a header of one word",
        "Name\n",
        columns=1,
    ),
    Example(
        "one number",
        "42\n",
        columns=1,
        has_header=False,
    ),
    Example(
        "a header over quoted numbers",
        'a,b\n"1","2"\n',
        columns=2,
    ),
    Example(
        "questions and answers",
        "Question,Answer\n"
        "What is 1+1?,2\n"
        '"Who, if anyone, is he?","Nobody, really"\n'
        "Why?,Because\n",
        columns=2,
    ),
    Example(
        "a council's budget",
        "Budget 2015/16\n"
        "All figures in £000s\n"
        "\n"
        "Service,Budget,Actual,Variance\n"
        'Adult Social Care,"54,200","55,100",-900\n'
        'Libraries,"3,200","3,150",50\n'
        'Highways,"12,000","11,400",600\n'
        'Total,"69,400","69,650",-250\n',
        columns=4,
        preamble_rows=2,
    ),
    Example(
        "hourly weather",
        "station,date,time,temp\n"
        "KLAX,2020-01-01,00:53,13.9\n"
        "KLAX,2020-01-01,01:53,13.3\n"
        "KLAX,2020-01-01,02:53,12.8\n",
        columns=4,
    ),
    Example(
        "German staff between colons",
        "Mitarbeiter:Abteilung:Gehalt\nMeier:IT:4500\nSchulz:HR:3900\nLang:IT:5100\n",
        columns=3,
        delimiter=":",
    ),
    Example(
        "links that hold commas",
        "https://example.org/a?x=1,2\nhttps://example.org/b\nhttps://example.org/c?y=3\n",
        columns=1,
        delimiter="\t",
        has_header=False,
    ),
    Example(
        "words",
        "word\nhello\nworld\nfoo\nbar\n",
        columns=1,
    ),
    Example(
        "addresses of machines",
        "ip,count\n10.0.0.1,5\n10.0.0.2,7\n192.168.1.4,1\n",
        columns=2,
    ),
    Example(
        "quarters with decimal commas",
        "Year;Q1;Q2;Q3;Q4\n2018;1,2;1,3;1,1;1,4\n2019;1,1;1,2;1,5;1,6\n",
        columns=5,
        delimiter=";",
    ),
    Example(
        "sales between tabs",
        "SalesID\tSaleDate\tAmount\n1001\t03/01/2020\t$1,200.00\n1002\t03/02/2020\t$850.50\n",
        columns=3,
        delimiter="\t",
    ),
    Example(
        "a report in pages",
        "Annual report\nPage 1\n\nA;B;C\n1;2;3\n4;5;6\n",
        columns=3,
        delimiter=";",
        preamble_rows=2,
    ),
    Example(
        "a German index without a name",
        ";Männer;Frauen\nBerlin;100;110\nHamburg;90;95\nKöln;50;52\n",
        columns=3,
        delimiter=";",
    ),
    Example(
        "coordinates and heights",
        "lat,lon,alt\n52.5,13.4,34\n48.1,11.6,519\n",
        columns=3,
    ),
    Example(
        "categories without a header",
        "M,3,Yes\nF,4,No\nM,2,Yes\nF,9,No\n",
        columns=3,
        has_header=False,
    ),
    Example(
        "carets around semicolons",
        "sku^desc^price\nA1^Bolt; long^1,20\nA2^Nut^0,05\nA3^Nail, small^0,01\n",
        columns=3,
        delimiter="^",
    ),
    Example(
        "the Brazilian census",
        '"Tabela 1.1 - População residente, por sexo"\n'
        '"Brasil - 2010"\n'
        '"Município";"Homens";"Mulheres";"Total"\n'
        '"Acre";"368 324";"365 235";"733 559"\n'
        '"Bahia";"6 880 368";"7 141 064";"14 021 432"\n'
        '"Fonte: IBGE"\n',
        columns=4,
        delimiter=";",
        preamble_rows=2,
    ),
    Example(
        "long notes with newlines",
        'name,notes\nA,"line one\nline two, with comma; and semi\nline three"\nB,\nC,"x"\n',
        columns=2,
    ),
    Example(
        "votes by year",
        "FIPS,County,State,2016 Votes,2020 Votes\n"
        "01001,Autauga,AL,24973,27770\n"
        "01003,Baldwin,AL,95215,109679\n",
        columns=5,
    ),
    Example(
        "Chinese regions",
        "地区,2019年,2020年\n北京市,2190,2189\n上海市,2481,2488\n广州市,1868,1874\n",
        columns=3,
    ),
    Example(
        "a Japanese title and unit",
        "表1 人口\n"
        "単位\uff1a人\n"
        "\n"
        "都道府県,男,女\n"
        "北海道,2465088,2759526\n"
        "青森県,583402,654582\n"
        "岩手県,582952,627582\n",
        columns=3,
        preamble_rows=2,
    ),
    Example(
        "Russian regions, comma in a name",
        "Субъект;Население, тыс.;Площадь\n"
        ""
        "Москва;12 655,1;2561\n"
        "Санкт-Петербург;5 384,3;1403\n"
        ""
        "Тула;467,9;146\n",
        columns=3,
        delimiter=";",
    ),
    Example(
        "share prices",
        "Date,Open,High,Low,Close,Volume\n"
        "2020-01-02,296.24,300.60,295.19,300.35,33911900\n"
        "2020-01-03,297.15,300.58,296.50,297.43,36633900\n",
        columns=6,
    ),
    Example(
        "an English index of deprivation",
        "Index of Multiple Deprivation 2010,,\n"
        ",,\n"
        "LSOA CODE,LA NAME,IMD SCORE\n"
        "E01000001,City of London,6.16\n"
        "E01000002,City of London,5.59\n"
        "E01000003,City of London,13.29\n",
        columns=3,
        preamble_rows=2,
    ),
    Example(
        "an English hospital's spending",
        "NHS Trust spend over £25k,,,,,,,\n"
        "Department Family,Entity,Date,Expense Type,Expense Area,Supplier,Trans"
        "action Number,Amount\n"
        "Department of Health,Barts Health,31/05/2015,Drugs,Pharmacy,PFIZER LTD"
        ',98765,"£45,000.00"\n'
        "Department of Health,Barts Health,31/05/2015,Rent,Estates,NHS PROPERTY"
        ',98766,"£125,000.00"\n',
        columns=8,
        preamble_rows=1,
    ),
    Example(
        "yes and no",
        "Yes,No\n",
        columns=2,
    ),
    Example(
        "American addresses without a header",
        '12,Main St,"Springfield, IL",62701\n'
        '14,Oak Ave,"Shelbyville, IL",62565\n'
        '15,Elm St,"Ogdenville, IL",62500\n',
        columns=4,
        has_header=False,
    ),
    Example(
        "blanks around commas",
        "Sample ID , Value , Unit\nS1 , 1.5 , mg\nS2 , 1.7 , mg\n",
        columns=3,
    ),
    Example(
        "Statistics New Zealand",
        "period,series_ref,value,status\n"
        "2019.03,BDCQ.SEA1AA,80078,F\n"
        "2019.06,BDCQ.SEA1AA,78324,F\n"
        "2019.09,BDCQ.SEA1AA,85850,F\n",
        columns=4,
    ),
    Example(
        "a title over pairs without a header",
        "Some 2 col\nA;1\nB;2\nC;3\n",
        columns=2,
        delimiter=";",
        has_header=False,
        preamble_rows=1,
    ),
    Example(
        "months as names",
        "Jan,Feb,Mar\n10,20,30\n11,21,31\n",
        columns=3,
    ),
    Example(
        "years as the only names",
        "1999,2000,2001\n3.4,2.2,1.1\n4.5,4.4,4.2\n",
        columns=3,
    ),
    Example(
        "a matrix between tabs",
        "\tA\tB\tC\nrow1\t1\t2\t3\nrow2\t4\t5\t6\n",
        columns=4,
        delimiter="\t",
    ),
    Example(
        "two spaces between columns",
        "A  B  C\n1  2  3\n4  5  6\n",
        columns=3,
        delimiter=" ",
    ),
    Example(
        "apostrophes between semicolons",
        "'Name';'Ort'\n'Meier; Jr';'Bonn'\n'Lang';'Köln'\n",
        columns=2,
        delimiter=";",
        quote_character="'",
    ),
    Example(
        "a quoted inch",
        'code,label\nA,"It\'s 5"" wide"\nB,plain\n',
        columns=2,
    ),
    Example(
        "Eurostat, downloaded",
        "Source: Eurostat\n"
        "Last update: 12.05.2021\n"
        "GEO/TIME\t2018\t2019\t2020\n"
        "Belgium\t11,398,589\t11,455,519\t11,522,440\n"
        "Bulgaria\t7,050,034\t7,000,039\t6,951,482\n"
        "Czechia\t10,610,055\t10,649,800\t10,693,939\n"
        ":=not available\n",
        columns=4,
        delimiter="\t",
        preamble_rows=2,
    ),
    Example(
        "Eurostat, in bulk",
        "unit,geo\\time,2012,2011,2010\n"
        "PC,AT,4.9,4.6,4.8\n"
        "PC,BE,7.6,7.2,8.3\n"
        "PC,BG,12.3,11.3,10.3\n",
        columns=5,
    ),
    Example(
        "Eurostat, in bulk, by tabs",
        "freq,unit,geo\\TIME_PERIOD\t2019 \t2020 \t2021 \n"
        "A,NR,AT\t8858775 \t8901064 \t8932664 \n"
        "A,NR,BE\t11455519 \t11522440 p\t11554767 \n"
        "A,NR,BG\t7000039 \t6951482 \t6916548 b\n",
        columns=4,
        delimiter="\t",
    ),
]

EXAMPLES = {
    "plain": PLAIN,
    "delimiters": DELIMITERS,
    "quotes": QUOTES,
    "preambles": PREAMBLES,
    "portals": PORTALS,
}
