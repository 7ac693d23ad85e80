"""Print how many of the examples each detector reads as a person would.

python -m tests.compare_detection       clevercsv is asked too where it is installed
"""

import csv
from collections.abc import Callable

from chalicelib.csv_reader.detect.dialect import detect_dialect
from tests.unit.csv_reader.detect.dialect_examples import EXAMPLES

Answer = tuple[str | None, bool | None]


def ours(text: str) -> Answer:
    dialect = detect_dialect(text, complete=True)
    return dialect.delimiter, dialect.has_header


def sniffed_by(module) -> Callable[[str], Answer]:
    def answer(text: str) -> Answer:
        answers = []
        for question in (lambda: module.Sniffer().sniff(text).delimiter or ",",
                         lambda: module.Sniffer().has_header(text)):  # fmt: skip
            try:
                answers.append(question())
            except Exception:  # noqa: BLE001  (both refuse texts, and fail on some)
                answers.append(None)
        return answers[0], answers[1]

    return answer


def main() -> None:
    detectors = {"this project": ours, "csv.Sniffer": sniffed_by(csv)}
    try:
        import clevercsv
    except ImportError:
        pass
    else:
        detectors["clevercsv"] = sniffed_by(clevercsv)
    print(
        "| examples | of | " + " | ".join(f"{name}: delimiter, header" for name in detectors), "|"
    )
    print("| --- " * (2 + len(detectors)) + "|")
    for group, examples in EXAMPLES.items():
        cells = []
        for detector in detectors.values():
            answers = [detector(example.text) for example in examples]
            pairs = list(zip(examples, answers, strict=True))
            delimiters = sum(example.delimiter == delimiter for example, (delimiter, _) in pairs)
            headers = sum(example.has_header == header for example, (_, header) in pairs)
            cells.append(f"{delimiters}, {headers}")
        print(f"| {group} | {len(examples)} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
