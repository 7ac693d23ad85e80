import codecs
import gzip
import json
import random
import re
import tarfile
import zipfile
import zlib
from contextlib import suppress
from importlib.resources import files
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.csv_reader.detect.encoding import UnreadableCsv, detect_encoding

FRENCH = "commune;région;montant\nBesançon;Franche-Comté;12 €\nOrléans;Centre;5 €\nÉvry;Île;7 €\n"
GERMAN = "Gemeinde;Straße\nMünchen;Königsstraße\nKöln;Bäckergasse\nWürzburg;Große Gasse\n"


@pytest.mark.parametrize(
    ("sample", "encoding"),
    [
        (b"", "utf-8"),
        (b"id,name\n1,a\n", "utf-8"),
        (FRENCH.encode(), "utf-8"),
        ("id\n\N{GRINNING FACE}\n".encode(), "utf-8"),
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (FRENCH.encode("utf-8-sig"), "utf-8-sig"),
        (FRENCH.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + FRENCH.encode("utf-16-be"), "utf-16"),
        (FRENCH.encode("utf-32"), "utf-32"),
        (codecs.BOM_UTF32_BE + FRENCH.encode("utf-32-be"), "utf-32"),
        (FRENCH.encode("utf-16-le"), "utf-16-le"),
        (FRENCH.encode("utf-16-be"), "utf-16-be"),
        ("省份,城市\n广东省,广州市\n".encode("utf-16-le"), "utf-16-le"),
        (FRENCH.encode("utf-32-le"), "utf-32-le"),
        (FRENCH.encode("utf-32-be"), "utf-32-be"),
    ],
)
def test_unicode_is_known_by_its_mark_or_its_bytes(sample, encoding):
    assert detect_encoding(sample, complete=True).name == encoding
    assert sample.decode(encoding) is not None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-32-be"])
@pytest.mark.parametrize("cut", range(1, 9))
def test_a_sample_may_end_inside_a_character(encoding, cut):
    sample = (GERMAN * 20 + "\N{GRINNING FACE}é\N{GRINNING FACE}").encode(encoding)[:-cut]
    assert detect_encoding(sample, complete=False).name == encoding


@pytest.mark.parametrize(
    "sample",
    [
        "Ville\nOrléans\nBesançon\n".encode() + b"caf\xe9\n",
        "Ville\nOrléans\nBesançon\n".encode()[:-2] + b"\xc3",
        "城市\n广州市\n".encode().replace("州".encode(), b"\xff") + "北京\n".encode(),
    ],
)
def test_utf_8_with_fewer_broken_characters_than_good_ones_is_utf_8(sample):
    assert detect_encoding(sample, complete=True).name == "utf-8"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "cp1252"),
        (GERMAN, "cp1252"),
        ("id;name\n1;Café\n2;Bar\n", "cp1252"),
        ("id;price\n1;5 €\n2;6 £\n", "cp1252"),
        ("site;temp\nA;5°\nB;7°C\n", "cp1252"),
        ("id;text\n1;it’s “fine” – really\n2;don’t\n", "cp1252"),
        ("Kommun;Län\nMalmö;Skåne\nÖrebro;Örebro\nVäxjö;Kronoberg\n", "cp1252"),
        ("Comunidad;Año\nCastilla y León;2001\nCataluña;2002\nAndalucía;2003\n", "cp1252"),
        ("Powiat;Miasto\nŁęczycki;Łódź\nŻywiecki;Śląsk\nKońskie;Świętokrzyskie\n", "cp1250"),
        ("Регион;Город\nМосковская область;Химки\nЛенинградская область;Гатчина\n", "cp1251"),
        ("Регион;Город\nМосковская область;Химки\nЛенинградская область;Гатчина\n", "koi8_r"),
        ("Регион;Город\nМосковская область;Химки\nЛенинградская область;Гатчина\n", "cp866"),
        ("都道府県,市区町村,人口\n北海道,札幌市,1952356\n東京都,新宿区,346235\n", "cp932"),
        ("都道府県,市区町村,人口\n北海道,札幌市,1952356\n東京都,新宿区,346235\n", "euc_jp"),
        ("省份,城市,人口\n广东省,广州市,14043500\n浙江省,杭州市,9806000\n", "gb18030"),
        ("縣市,鄉鎮,人口\n臺北市,中正區,159608\n高雄市,左營區,197180\n", "big5"),
        ("시도,시군구,인구\n서울특별시,종로구,154770\n부산광역시,해운대구,411661\n", "cp949"),
        ("Περιφέρεια;Δήμος\nΑττική;Αθήνα\nΚρήτη;Ηράκλειο\n", "cp1253"),
        ("İl;İlçe\nİstanbul;Kadıköy\nŞanlıurfa;Viranşehir\nMuğla;Köyceğiz\n", "cp1254"),
        ("עיר;אוכלוסייה\nירושלים;936425\nתל אביב;460613\n", "cp1255"),
        ("المدينة;السكان\nالقاهرة;9540000\nالإسكندرية;5200000\n", "cp1256"),
        ("Savivaldybė;Gyventojai\nŠiauliai;100575\nKlaipėda;152008\nPanevėžys;87139\n", "cp1257"),
        ("จังหวัด,ประชากร\nกรุงเทพมหานคร,5588222\nเชียงใหม่,1789385\n", "cp874"),
        ("commune;région\nBesançon;Franche-Comté\nOrléans;Centre\nÉvry;Île\n", "cp850"),
        ("commune;région\nBesançon;Franche-Comté\nOrléans;Centre\nÉvry;Île\n", "mac_roman"),
    ],
)
def test_the_encodings_before_unicode_are_told_from_each_other(text, encoding):
    assert detect_encoding(text.encode(encoding), complete=True).name == encoding


# Where English has characters beyond ASCII.
IN_ENGLISH = """
£5.10|Price (£)|£12m|£000s|€5.10|5,10 €|EUR (€)|¥500|50¢|PM10 (µg/m³)|5 µL|5°C|12.5°|Temp (°C)|90° N
12 m²|km²|R²|4 ft³|±5|5 ± 2|3 × 4|3×4|½|5½|¼ cup|¾ inch|© 2024 Acme|Acme®|Widget™|don’t|it’s|boys’
O’Brien|‘quoted’|“fine” he said|said “no”|10–20|a – b|2019–20|well — no|wait…|• item|a · b|§ 12
10 000|New York|6 ÷ 2|¶ 3|Smith†|5‰|1º|2ª|café|Renée|El Niño|Zürich|naïve|distance (Å)
"""


@pytest.mark.parametrize("rows", [1, 3, 200])
@pytest.mark.parametrize("cell", re.split(r"[|\n]", IN_ENGLISH.strip()))
def test_a_single_character_where_english_has_it_makes_cp1252_of_a_text(cell, rows):
    for cells in ([cell] * rows, ["plain text"] * (rows - 1) + [cell]):
        text = "id,name,amount\n" + "".join(f"{n},{c},{n * 3}\n" for n, c in enumerate(cells))
        assert detect_encoding(text.encode("cp1252"), complete=True) == ("cp1252", "cp1250")


def test_a_header_with_a_sign_decides_nothing_about_the_letters_below():
    header, rows = "miasto,PM10 (µg/m³)\n", "Łódź,5\nKraków,6\nGdańsk,7\nŻywiec,8\n"
    assert (
        detect_encoding((header + rows).encode("cp1250", "ignore"), complete=True).name == "cp1250"
    )


OF_EAST_ASIA = {
    "cp932": "都道府県,市区町村,人口\n北海道,札幌市,1952356\n東京都,新宿区,346235\n",
    "gb18030": "省份,城市,人口\n广东省,广州市,14043500\n浙江省,杭州市,9806000\n",
    "big5": "縣市,鄉鎮,人口\n臺北市,中正區,159608\n高雄市,左營區,197180\n",
    "cp949": "시도,시군구,인구\n서울특별시,종로구,154770\n부산광역시,해운대구,411661\n",
    "euc_jp": "都道府県,市区町村,人口\n北海道,札幌市,1952356\n東京都,新宿区,346235\n",
}


@pytest.mark.parametrize("times", [1, 3, 200])
@pytest.mark.parametrize("encoding", OF_EAST_ASIA)
def test_a_sample_that_ends_within_a_character_of_two_bytes_changes_nothing(encoding, times):
    data = (OF_EAST_ASIA[encoding] * times).encode(encoding)
    for cut in range(40):
        assert detect_encoding(data[: len(data) - cut], complete=False).name == encoding


@pytest.mark.parametrize("encoding", OF_EAST_ASIA)
def test_nor_does_one_of_a_single_long_line(encoding):
    letters = re.sub(r"[\n,0-9]", "", OF_EAST_ASIA[encoding]) * 1000
    for size in range(60_000, 60_004):
        assert detect_encoding(letters.encode(encoding)[:size], complete=False).name == encoding


def test_zeros_behind_digits_are_no_utf_16():
    padded = b"id,v,w\n" + b"".join(b"%d,%d\0,%d\0\n" % (n, n % 9, n % 7) for n in range(3000))
    assert detect_encoding(padded, complete=False).name == "utf-8"


def test_latin_1_is_read_as_the_windows_code_page_that_contains_it():
    assert detect_encoding(GERMAN.encode("latin-1"), complete=True).name == "cp1252"


def test_characters_that_no_table_is_without_do_not_sway_the_guess():
    text = "".join(f'"{i}",1.234,"Köln";{i}\n' for i in range(2000))
    assert detect_encoding(text.encode("cp1252"), complete=False).name == "cp1252"


def tarred(name, format_):
    stream = BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=format_) as archive:
        archive.addfile(tarfile.TarInfo(name), BytesIO())
    return stream.getvalue()


def zipped(*names):
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, b"x" * 100)
    return stream.getvalue()


NOISE = random.Random(7).randbytes(4096)  # noqa: S311


@pytest.mark.parametrize(
    ("sample", "what"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + NOISE, "a PNG image"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF" + NOISE, "a JPEG image"),
        (b"GIF89a\x01\0\x01\0" + NOISE, "a GIF image"),
        (b"%PDF-1.7\n1 0 obj\n", "a PDF document"),
        (zipped("a.csv"), "a zip archive"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "an Excel workbook (.xlsx)"),
        (zipped("[Content_Types].xml", "word/document.xml"), "a Word document (.docx)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + NOISE, "an old Microsoft Office file"),
        (b"PAR1\x15\x04\x15" + NOISE, "a Parquet file"),
        (b"ORC\x08\x03\x10" + NOISE, "an ORC file"),
        (b"Obj\x01\x04\x14avro.codec", "an Avro file"),
        (b"ARROW1\0\0\xff\xff\xff\xff" + NOISE, "an Arrow (Feather) file"),
        (b"SQLite format 3\0\x10\0" + NOISE, "an SQLite database"),
        (b"\x89HDF\r\n\x1a\n" + NOISE, "an HDF5 file"),
        (b"\x7fELF\x02\x01\x01\0" + NOISE, "an ELF program"),
        (b"7z\xbc\xaf\x27\x1c" + NOISE, "a 7z archive"),
        (b"BZh91AY&SY" + NOISE, "a bzip2 file"),
        (b"\xfd7zXZ\0" + NOISE, "an xz file"),
        (b"\x28\xb5\x2f\xfd" + NOISE, "a Zstandard file"),
        (NOISE, "binary data"),
        (gzip.compress(NOISE, mtime=0)[10:], "binary data"),
        (b"\x03\x78\x05\x14" + b"\0" * 28 + b"NAME" + b"\0" * 60, "binary data"),
        (gzip.compress(b"a", mtime=0), "a gzip file within a compressed one"),
        (zlib.compress(b"id,name\n1,Ada\n"), "a zlib stream"),
        (zlib.compress(b"id,name\n1,Ada\n", 1), "a zlib stream"),
        (tarred("a.csv", tarfile.USTAR_FORMAT), "a tar archive"),
        (tarred("a.csv", tarfile.PAX_FORMAT), "a tar archive"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 9\n", "a Git LFS"),
        (b"<!DOCTYPE html>\n<html><body>404</body></html>", "an HTML page"),
        (b"<head><title>302 Found</title></head>\n<body>moved</body>\n", "an HTML page"),
        (b'<!-- x -->\n<table border="1">\n<tr><td>1</td></tr>\n</table>\n', "an HTML page"),
        (b"<div>a</div>\n<div>b</div>\n", "an HTML page"),
        (b"<p>The file is <b>gone</b></p>\n", "part of an HTML page"),
        (b"<Error><Code>AccessDenied</Code></Error>", "an S3 error document (XML)"),
        (
            b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code></Error>',
            "an S3 error document (XML)",
        ),
        (b"<rows><row id='1'/><row id='2'/></rows>\n", "an XML document"),
        (b"\r\n<HTML><head>\n", "an HTML page"),
        ("<html><p>Société".encode("utf-16"), "an HTML page"),
        (b'<?xml version="1.0"?>\n<rows/>', "an XML document"),
        (b'{"a": [1, 2]}', "a JSON document"),
        (b'[{"a": 1}, {"a": 2}]\n', "a JSON document"),
        (b'{"a": 1}\n{"a": 2}\n', "a JSON document"),
    ],
)
def test_a_file_of_another_format_is_refused_by_name(sample, what):
    with pytest.raises(UnreadableCsv, match="^looks like " + re.escape(what)):
        detect_encoding(sample, complete=True)


@pytest.mark.parametrize("cut", [40, 300, 555])
def test_the_beginning_of_a_long_json_document_is_refused(cut):
    sample = json.dumps([{"name": "x" * 30, "value": True}] * 50).encode()[:cut]
    with pytest.raises(UnreadableCsv, match="looks like a JSON document"):
        detect_encoding(sample, complete=False)


def test_a_file_of_nothing_but_nuls_is_refused():
    with pytest.raises(UnreadableCsv, match="nothing but NUL bytes"):
        detect_encoding(b"\0" * 4096, complete=True)


@pytest.mark.parametrize(
    "sample",
    [
        b"id,name\n1,a\0b\n2,c\n",
        b"<p>a</p>\n<p>b</p>\n",
        b"<div>a</div>,5\n<div>b</div>,6\n",
        b"<b>,</b>\n1,2\n",
        b"version https://git-lfs.github.com,size\n1,2\n",
        b"id,name\n1,a\n2,b\n" + b"\0" * 4000,
        b"\0\0\0\0id,name\n1,a\n",
        b"1\x01Anna\x012024\n2\x01Bert\x012025\n",
        b"id,name\n1,\x1b[31mred\x1b[0m\n\x1a",
        b"PAR1,x\n1,2\n",
        b"ORC,count\n1,2\n",
        b"MZ,MM,II\n1,2,3\n",
        b"ID3,BZh,GIF89a\n1,2,3\n",
        b'{"a": 1},5\n{"a": 2},6\n',
        b"[1,2]\n[3,4]\n",
        b"<b>bold</b>,1\n",
        b"<htmlish>,1\n",
    ],
)
def test_what_may_be_a_csv_file_is_never_refused(sample):
    assert detect_encoding(sample, complete=True).name == "utf-8"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])))
def test_any_text_in_utf_8_is_utf_8(text):
    sample = ("id,text\n" + text).encode()
    assert detect_encoding(sample, complete=True).name == "utf-8"


@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_are_refused_or_have_an_encoding_that_decodes_them(sample, complete):
    with suppress(UnreadableCsv):
        encoding = detect_encoding(sample, complete).name
        assert isinstance(sample.decode(encoding, errors="replace"), str)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32-le", "cp1252"])
@pytest.mark.parametrize("name", ["airports.csv", "seattle-weather.csv", "stocks.csv"])
def test_a_real_file_decodes_to_its_text_in_every_encoding(name, encoding):
    text = files("vega_datasets").joinpath("_data", name).read_text(encoding="utf-8")[:30_000]
    text += "1,Orléans,Besançon\n"
    sample = text.encode(encoding)
    assert sample.decode(detect_encoding(sample, complete=True).name) == text
