"""Every way in which a package can be broken is refused with file, line and reason, and never with a traceback."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domains.conftest import Break
from faces.conftest import PACKAGE
from leineweber.domains.applications.procedures import PackageError, package, publishing, read_folder, reading

FINDING = re.compile(r"[\w./-]+(, Zeile [1-9]\d*)?: .{8,}\Z", re.DOTALL)


def test_the_projects_package_is_sound(sound: dict[str, str]) -> None:
    found = publishing.check(sound)
    assert found.key == "wahlhelfer"
    assert found.areas["joellenbeck"] == "Jöllenbeck"
    assert found.letters["appointment"].file == "documents/notice.typ"
    assert found.digest == package.digest_of(sound)
    assert found.service_text("en")["title"] == "Registering as an election helper"
    assert found.service_text("fr") == found.service_text("de")


@pytest.mark.parametrize("name", ["procedure.yaml", "data.xdf3.xml", "process.bpmn", "texts/de.yaml"])
def test_a_file_that_is_needed(sound: dict[str, str], name: str) -> None:
    with pytest.raises(PackageError) as caught:
        publishing.check({key: text for key, text in sound.items() if key != name})
    assert str(caught.value) == f"{name}: Diese Datei fehlt."


def test_nothing_at_all() -> None:
    with pytest.raises(PackageError) as caught:
        publishing.check({})
    assert len(caught.value.findings) == 4


BOMB = """<?xml version="1.0"?>
<!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;">]>
<x>&b;</x>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>"""


@pytest.mark.parametrize("file", ["data.xdf3.xml", "process.bpmn", "decisions.dmn", "codelists/wahlen.xml"])
@pytest.mark.parametrize("text", [BOMB, OUTSIDE])
def test_xml_with_a_document_type(refusal: Break, file: str, text: str) -> None:
    found = refusal(file, new=text)
    line = text[: text.index("<!DOCTYPE")].count("\n") + 1
    assert any(finding.startswith(f"{file}, Zeile {line}: ") and "DOCTYPE" in finding for finding in found), (
        found
    )


@pytest.mark.parametrize("file", ["data.xdf3.xml", "process.bpmn", "decisions.dmn", "codelists/wahlen.xml"])
def test_xml_that_is_none(refusal: Break, file: str) -> None:
    found = refusal(file, new="<a>\n<b></a>")
    assert any(finding.startswith(f"{file}, Zeile 2: ") for finding in found), found


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        # the form
        ("data.xdf3.xml", ">familienname<", ">nachname<", "person.familienname"),
        ("texts/de.yaml", "  person.vorname:", "  person.rufname:", "person.rufname"),
        ("texts/de.yaml", "service:", "dienst:", "texts/de.yaml"),
        ("texts/de.yaml", "  summary: Melden", "  kurz: Melden", "service.summary fehlt"),
        ("texts/en.yaml", "  keywords: [election helper,", "  keywords: [1,", "service.keywords[1]"),
        # the process
        ("process.bpmn", 'lw:role="elections.head"', 'lw:role="elections.boss"', "elections.boss"),
        ("process.bpmn", 'lw:action="applications.ask"', 'lw:action="applications.raten"', "applications.raten"),
        ("process.bpmn", 'entscheidung = "annehmen"<', 'entscheidung = = "annehmen"<', "process.bpmn, Zeile"),
        ("process.bpmn", 'entscheidung = "annehmen"<', 'entscheidnug = "annehmen"<', "entscheidnug"),
        ("process.bpmn", 'targetRef="ende_zurueckgezogen"', 'targetRef="nirgends"', "process.bpmn, Zeile"),
        ("process.bpmn", 'lw:form="wahlhelfer.pruefen"', 'lw:form="wahlhelfer.pruefe"', "wahlhelfer.pruefe"),
        ("process.bpmn", "lw:outputs=\"entscheidung begruendung? frage?\"", "lw:outputs=\"entscheidung begruendung frage?\"", "begruendung ist nötig"),
        ("process.bpmn", 'lw:outputs="entscheidung begruendung? frage?"', 'lw:outputs="entscheidung begruendung?"', "frage"),
        ("process.bpmn", 'lw:decision="Funktionsvorschlag"', 'lw:decision="Vorschlag"', "Vorschlag"),
        # Shapes of the central file
        ("procedure.yaml", "key: wahlhelfer", "key: Wahl Helfer", "procedure.yaml, Zeile 3: Die Angabe key hat nicht die Form"),
        ("procedure.yaml", 'version: "1.0"', "version: 1.0", "procedure.yaml, Zeile 4: Die Angabe version ist ein Text"),
        ("procedure.yaml", "title: Meldung", "titel: Meldung", "Die Angabe titel ist nicht vorgesehen"),
        ("procedure.yaml", "decision_days: 10", "decision_days: 100000", "decision_days ist keine ganze Zahl"),
        ("procedure.yaml", "decision_days: 10", "decision_days: true", "decision_days ist keine ganze Zahl"),
        ("procedure.yaml", "answer_days: P14D", "answer_days: 14 Tage", "P14D, P2W oder P1M"),
        ("procedure.yaml", "reference_prefix: WH", "reference_prefix: wahlhelfer", "reference_prefix"),
        ("procedure.yaml", "  elections.clerk: ", "  auditor: ", "roles.auditor"),
        ("procedure.yaml", "  elections.clerk: ", "  records.manager: ", "Rolle der Stadt"),
        ("procedure.yaml", '{label: Landtagswahl, date: "2027-04-25"}', '{label: Landtagswahl, date: "2027-02-30"}', "Den Tag 2027-02-30 gibt es nicht"),
        ("procedure.yaml", "given_name: person.vorname", "given_name: person.rufname", "Im Formular gibt es person.rufname nicht"),
        ("procedure.yaml", "area: verfuegbarkeit.wunschbezirk", "area: verfuegbarkeit.bezirk", "Im Formular gibt es verfuegbarkeit.bezirk nicht"),
        ("procedure.yaml", "key: wahlhelfer", "key: &a wahlhelfer", "Anker"),
        ("procedure.yaml", "key: wahlhelfer", "key: wahlhelfer\nkey: nochmal", "procedure.yaml, Zeile 4: Die Angabe key steht doppelt"),
        # Expressions of the central file
        ("procedure.yaml", "wunschfunktion: answers.erfahrung", "wunschfunktion: antworten.erfahrung", "process_variables.wunschfunktion"),
        ("procedure.yaml", "meeting_time: settings.meeting_time", "meeting_time: settings.(", "letters.appointment.data.meeting_time"),
        ("procedure.yaml", "'entscheidung = \"rueckfragen\"'", "'begruendung = \"rueckfragen\"'", "task_forms.wahlhelfer.pruefen.fields[2].when"),
        ("procedure.yaml", "meeting_time: settings.meeting_time", "meeting_time: 7", "Jeder Wert ist ein FEEL-Ausdruck"),
        ("procedure.yaml", "wunschfunktion: answers.erfahrung.wunsch", "wunschfunktion: answers.erfahrnug.wunsch", "process_variables.wunschfunktion: Im Formular gibt es erfahrnug.wunschfunktion nicht"),
        ("procedure.yaml", "meeting_time: settings.meeting_time", "meeting_time: settings.zeit", "letters.appointment.data.meeting_time: Den Namen settings.zeit gibt es nicht (Spalte"),
        ("procedure.yaml", "'[outputs.begruendung]'", "'[outputs.begründung]'", "Den Namen outputs.begründung gibt es nicht"),
        ("procedure.yaml", "'[outputs.begruendung]'", "'decisions.Horoskop.reasons'", "Den Namen decisions.Horoskop gibt es nicht"),
        ("procedure.yaml", "'[outputs.begruendung]'", "'decisions.Funktionsvorschlag.notes.Grund'", "decisions.Funktionsvorschlag.notes.Grund gibt es nicht"),
        ("procedure.yaml", "meeting_time: settings.meeting_time", "meeting_time: settings +", "letters.appointment.data.meeting_time: "),
        ("procedure.yaml", "occasions:\n", "explain: [Horoskop]\noccasions:\n", "explain: Die Entscheidung Horoskop gibt es nicht"),
        ("data.xdf3.xml", "<xdf:skript>", "<xdf:skript>unbekannt and ", "(Spalte 1)"),
        ("process.bpmn", 'lw:variables="wunschfunktion frueher', 'lw:variables="wunschfunktion ', "braucht „frueher“"),
        ("process.bpmn", 'lw:variables="wunschfunktion frueher', 'lw:variables="nichts wunschfunktion frueher', "lw:variables nennt nichts"),
        ("cases/angenommen.yaml", "  errors: []", "  errors: []\n  decisions: {Mindestalter: 18}", "Einen Wert „wahlart“ bekommt sie nicht"),
        # letters
        ("procedure.yaml", "template: documents/notice.typ", "template: documents/brief.typ", "Die Vorlage documents/brief.typ fehlt"),
        ("procedure.yaml", "template: documents/notice.typ", "template: ../../../etc/passwd", "fehlt"),
        ("procedure.yaml", "    decision: accepted", "    decision: refused", "braucht decision: accepted"),
        ("procedure.yaml", "    decision: accepted\n", "", "braucht decision: accepted"),
        ("procedure.yaml", "  receipt:\n", "  quittung:\n", "letters.receipt fehlt"),
        ("procedure.yaml", "  refusal:\n", "  absage:\n", "letters.refusal"),
        ("procedure.yaml", "      meeting_time: settings.meeting_time\n", "", "documents/notice.typ, Zeile"),
        ("procedure.yaml", "meeting_time: settings.meeting_time", "meeting_time: settings.zeit", "kann mit cases/angenommen.yaml nicht gesetzt werden"),
        ("documents/notice.typ", "#let election = data.election", "#let election = ", "documents/notice.typ, Zeile"),
        ("documents/notice.typ", "#let election = data.election", "#let election = data.wahl", "documents/notice.typ, Zeile"),
        ("documents/notice.example.json", "{", "", "documents/notice.example.json, Zeile"),
        # task forms
        ("procedure.yaml", "kind: textarea", "kind: roman", "task_forms.wahlhelfer.pruefen.fields[2].kind ist keines von"),
        ("procedure.yaml", "        required: true\n        options:", "        required: wohl\n        options:", "weder true noch false"),
        ("procedure.yaml", "      - name: frage", "      - name: entscheidung", "Den Namen entscheidung gibt es schon"),
        ("procedure.yaml", "      - name: need", "      - name: platz", "Ein Feld der Art need heißt need"),
        ("procedure.yaml", "kind: radio", "kind: text", "Die Art radio hat options"),
        # needs
        ("needs.yaml", "area: mitte", "area: mite", "needs.yaml, Zeile 5: Eintrag 1: mite ist unter areas nicht bekannt"),
        ("needs.yaml", "occasion: landtagswahl", "occasion: papstwahl", "papstwahl"),
        ("needs.yaml", "wahlvorsteher: 1", "vorturner: 1", "Die Funktion vorturner ist nicht bekannt"),
        ("needs.yaml", "beisitz: 5", "beisitz: 99999999", "keine ganze Zahl von 0 bis 10000"),
        ("needs.yaml", "beisitz: 5", "beisitz: -1", "keine ganze Zahl"),
        ("needs.yaml", "beisitz: 5", "beisitz: viele", "keine ganze Zahl"),
        ("needs.yaml", '"012 Musterkita Mitte (Muster)"', '"011 Musterschule Mitte (Muster)"', "Eintrag 2: Dieser Ort steht schon da"),
        ("needs.yaml", "accessible: true", "accessible: 1.5", "steht in Anführungszeichen"),
        # worked cases
        ("cases/angenommen.yaml", "DE89370400440532013000", "DE89370400440532013001", "Erwartet werden Fehler bei keinem Feld, gefunden bei bank.iban"),
        ("cases/iban-falsch.yaml", "  - bank.iban", "  - bank.bic", "Erwartet werden Fehler bei"),
        ("cases/angenommen.yaml", "'2026-11-23'", "gestern", "cases/angenommen.yaml, Zeile 2: Die Angabe on"),
        ("cases/angenommen.yaml", "'2026-11-23'", "'2026-13-01'", "Den Tag 2026-13-01 gibt es nicht"),
        ("cases/angenommen.yaml", "  errors: []", "  errors: []\n  decisions: {Horoskop: gut}", "Horoskop"),
        ("cases/angenommen.yaml", "  errors: []", "  errors: []\n  decisions: {Funktionsvorschlag: koenig}", "erwartet 'koenig', gefunden {'funktion': 'beisitz'"),
        ("cases/angenommen.yaml", "answers:", "antworten:", "answers fehlt"),
        # the line is that of what does not agree
        ("cases/angenommen.yaml", "DE89370400440532013000", "DE89370400440532013001", "cases/angenommen.yaml, Zeile 29: "),
        ("cases/iban-falsch.yaml", "  - bank.iban", "  - bank.iban\n  - person.plz", "cases/iban-falsch.yaml, Zeile 35: "),
        ("cases/angenommen.yaml", "  errors: []", "  errors: []\n  decisions: {Horoskop: gut}", "cases/angenommen.yaml, Zeile 36: "),
        ("cases/angenommen.yaml", "  errors: []", "  errors: []\n  decisions: {Funktionsvorschlag: koenig}", "cases/angenommen.yaml, Zeile 36: "),
        ("procedure.yaml", "  receipt:\n", "  quittung:\n", "procedure.yaml, Zeile 85: Der Brief letters.receipt fehlt"),
        ("procedure.yaml", "  elections.clerk: ", "  records.manager: ", "procedure.yaml, Zeile 25: roles"),
        # answers that nobody is asked for
        ("procedure.yaml", "frueher: answers.erfahrung.frueher", "frueher: answers.erfahrung.vorher", "procedure.yaml, Zeile 49: process_variables.frueher: Im Formular gibt es erfahrung.vorher nicht"),
        ("procedure.yaml", "if answers.bank.auszahlung", "if answers.bank.auszahlng", "letters.appointment.data.allowance: Im Formular gibt es bank.auszahlng nicht"),
        ("decisions.dmn", "(alter &gt;= Mindestalter)", "(alter &gt;= Mindestalterr)", "decisions.dmn, Zeile 125: Der Name „Mindestalterr“ ist nicht bekannt. Meinten Sie „Mindestalter“? (Spalte 11)."),
        # another language than FEEL; a path of this machine
        ("process.bpmn", 'scriptFormat="feel"', 'scriptFormat="python"', "Die Sprache „python“ gibt es nicht"),
        ("documents/refusal.typ", '"lw/letter.typ"', '"lw/brief.typ"', "gesetzt werden: file not found"),
    ],
)  # fmt: skip
def test_a_broken_part(refusal: Break, file: str, old: str, new: str, expected: str) -> None:
    found = refusal(file, old, new)
    assert any(expected in finding for finding in found), found
    assert all(FINDING.match(finding) for finding in found), found
    assert not any("searched at" in finding for finding in found), found


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "      - name: frage\n",
            "      - name: zusatz\n        kind: text\n        label: Mehr\n      - name: frage\n",
            "Das Formular fragt zusatz, lw:outputs nennt es nicht",
        ),
        (
            "wunschfunktion: answers.erfahrung.wunschfunktion",
            "wunschfunktion: 'function(x) x'",
            "process_variables mit cases/angenommen.yaml: wunschfunktion",
        ),
        (
            "'[outputs.begruendung]'",
            "'[outputs.begruendung, outputs.nichts]'",
            "letters.refusal mit cases/angenommen.yaml: reasons",
        ),
    ],
)
def test_parts_that_do_not_go_together(refusal: Break, old: str, new: str, expected: str) -> None:
    found = refusal("procedure.yaml", old, new)
    assert any(expected in finding for finding in found), found


def test_nobody_who_works_it(refusal: Break) -> None:
    roles = "  elections.clerk: Sachbearbeitung Wahlen\n  elections.head: Leitung Wahlen\n"
    found = refusal("procedure.yaml", f"roles:\n{roles}", "roles: {}\n")
    assert "procedure.yaml, Zeile 24: Das Verfahren nennt keine Rolle (roles)." in found


def test_decisions_that_are_expected_of_no_table(sound: dict[str, str]) -> None:
    files = {name: text for name, text in sound.items() if name != "decisions.dmn"}
    files["cases/verzicht.yaml"] += "\n  decisions: {Funktionsvorschlag: x}\n"
    with pytest.raises(PackageError) as caught:
        publishing.check(files)
    assert "cases/verzicht.yaml, Zeile 35: Das Verfahren hat keine Entscheidungstabelle." in str(caught.value)
    assert "process.bpmn, Zeile" in str(caught.value)


def test_all_findings_at_once(refusal: Break) -> None:
    found = refusal(
        "procedure.yaml",
        "decision_days: 10",
        "decision_days: zehn",
        **{"needs.yaml": "- place: x\n", "cases/angenommen.yaml": "title: x\n", "texts/en.yaml": "[]"},
    )
    files = {finding.split(",")[0].split(":")[0] for finding in found}
    assert {"procedure.yaml", "needs.yaml", "cases/angenommen.yaml", "texts/en.yaml"} <= files


def test_no_worked_case(sound: dict[str, str]) -> None:
    with pytest.raises(PackageError, match="kein durchgerechnetes Beispiel"):
        publishing.check({name: text for name, text in sound.items() if not name.startswith("cases/")})


def test_no_case_that_may_be_submitted(sound: dict[str, str]) -> None:
    keep = {"cases/iban-falsch.yaml"}
    files = {name: text for name, text in sound.items() if not name.startswith("cases/") or name in keep}
    with pytest.raises(PackageError, match="Kein Beispiel kann abgesendet werden"):
        publishing.check(files)


def test_a_file_that_belongs_nowhere(refusal: Break) -> None:
    assert refusal("texts/fr.yaml", new="form: {}") == [
        "texts/fr.yaml: Diese Datei gehört zu keinem Teil eines Verfahrens."
    ]


# -- the folder ---------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, sound: dict[str, str]) -> Path:
    """A copy of the package that can be changed."""
    for name, text in sound.items():
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def _refused(folder: Path) -> str:
    with pytest.raises(PackageError) as caught:
        read_folder(folder)
    return str(caught.value)


def test_a_copy_is_read_alike(folder: Path, sound: dict[str, str]) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_bytes(b"\xff")
    (folder / ".DS_Store").write_bytes(b"\xff")
    assert read_folder(folder) == sound


def test_a_byte_order_mark_does_no_harm(folder: Path, sound: dict[str, str]) -> None:
    (folder / "procedure.yaml").write_text(sound["procedure.yaml"], encoding="utf-8-sig")
    assert read_folder(folder) == sound


def test_no_folder(tmp_path: Path) -> None:
    assert "Diesen Ordner gibt es nicht" in _refused(tmp_path / "fehlt")


def test_links_and_what_is_no_file(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("draussen") / "geheim.yaml"
    outside.write_text("x: 1")
    (folder / "cases" / "verweis.yaml").symlink_to(outside)
    (folder / "cases" / "leer.yaml").symlink_to("/gibt/es/nicht")
    (folder / "mehr").symlink_to(outside.parent)
    os.mkfifo(folder / "cases" / "rohr.yaml")
    found = _refused(folder)
    assert found.count("Verweise auf andere Dateien oder Ordner sind nicht erlaubt.") == 3
    assert "cases/rohr.yaml: Das ist keine gewöhnliche Datei." in found


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("cases/gross.yaml", b"x" * 3_000_000, "cases/gross.yaml: Die Datei ist größer als 2000000 Byte."),
        (
            "cases/bild.yaml",
            b"a: 1\n\x89PNG\r\n",
            "cases/bild.yaml, Zeile 2: Die Datei ist kein UTF-8 (Byte 5).",
        ),
        ("cases/null.yaml", b"a: 1\nb: \x00", "cases/null.yaml, Zeile 2: Die Datei enthält Steuerzeichen"),
        ("programm.py", b"import os", "programm.py: Dateien der Art .py gehören nicht in ein Verfahren."),
        ("LIESMICH", b"", "LIESMICH: Dateien der Art LIESMICH gehören nicht"),
        (
            "codelists/alt.xml",
            b'<?xml version="1.0" encoding="ISO-8859-1"?><a/>',
            "codelists/alt.xml, Zeile 1: Die Datei nennt die Kodierung ISO-8859-1; erwartet wird UTF-8.",
        ),
    ],
)
def test_files_that_are_none_of_a_package(folder: Path, name: str, data: bytes, reason: str) -> None:
    (folder / name).write_bytes(data)
    assert reason in _refused(folder)


def test_too_many_files_and_too_much_in_all(folder: Path) -> None:
    for number in range(package.FILES_LIMIT):
        (folder / "cases" / f"{number:04}.yaml").write_text("")
    assert "höchstens 200 Dateien" in _refused(folder)
    for number in range(package.FILES_LIMIT):
        (folder / "cases" / f"{number:04}.yaml").unlink()
    for number in range(11):
        (folder / "cases" / f"{number:04}.yaml").write_text("x" * 1_900_000)
    assert "größer als 20000000 Byte" in _refused(folder)


def test_a_file_that_may_not_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert "procedure.yaml: Die Datei kann nicht gelesen werden" in _refused(folder)


# -- whatever an author may write ------------------------------------------------------------------------------------

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 10**9)
    | st.sampled_from(["", "person.vorname", "x", "documents/notice.typ", "if", "need", "radio", "ä" * 5000]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["name", "kind", "fields", "template", "key", "x y", "decision"]),
            inner,
            max_size=2,
        )
    ),
    max_leaves=5,
)
PLACES = [
    *[(key,) for key in yaml.safe_load((PACKAGE / "procedure.yaml").read_text(encoding="utf-8"))],
    ("service", "slug"),
    ("office", "unit"),
    ("office", "address"),
    ("applicant", "email"),
    ("applicant", "by_post"),
    ("occasions", "landtagswahl"),
    ("occasions", "landtagswahl", "date"),
    ("areas", "mitte"),
    ("settings", "shift"),
    ("letters", "receipt"),
    ("letters", "receipt", "template"),
    ("letters", "appointment", "data"),
    ("letters", "appointment", "data", "election"),
    ("letters", "appointment", "decision"),
    ("task_forms", "wahlhelfer.pruefen"),
    ("task_forms", "wahlhelfer.pruefen", "fields"),
    ("task_forms", "wahlhelfer.pruefen", "fields", 0),
    ("task_forms", "wahlhelfer.pruefen", "fields", 0, "options"),
    ("task_forms", "wahlhelfer.pruefen", "fields", 1, "when"),
]


def _with(content: object, path: tuple[str | int, ...], value: object) -> object:
    if not path:
        return value
    changed = list(content) if isinstance(content, list) else dict(content)  # type: ignore[call-overload]
    changed[path[0]] = _with(changed[path[0]], path[1:], value)
    return changed


def _check(files: dict[str, str]) -> None:
    try:
        reading.build(files)
    except PackageError as error:
        assert error.findings
        assert all(FINDING.match(str(finding)) for finding in error.findings), str(error)


FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(path=st.sampled_from(PLACES), value=ANYTHING)
def test_whatever_stands_in_procedure_yaml(
    sound: dict[str, str], path: tuple[str | int, ...], value: object
) -> None:
    content = _with(yaml.safe_load(sound["procedure.yaml"]), path, value)
    _check({**sound, "procedure.yaml": yaml.safe_dump(content, allow_unicode=True)})


@FUZZ
@given(
    name=st.sampled_from(["needs.yaml", "texts/de.yaml", "texts/en.yaml", "cases/verzicht.yaml"]),
    value=ANYTHING,
)
def test_whatever_stands_in_the_other_texts(sound: dict[str, str], name: str, value: object) -> None:
    _check({**sound, name: yaml.safe_dump(value, allow_unicode=True)})


CASES = st.fixed_dictionaries(
    {},
    optional={
        "title": ANYTHING,
        "on": ANYTHING,
        "answers": ANYTHING | st.dictionaries(st.sampled_from(["person", "bank", "x"]), ANYTHING, max_size=2),
        "expect": ANYTHING | st.dictionaries(st.sampled_from(["errors", "decisions"]), ANYTHING, max_size=2),
    },
)


@settings(FUZZ, max_examples=40)
@given(value=CASES)
def test_whatever_stands_in_a_worked_case(sound: dict[str, str], value: object) -> None:
    files = {**sound, "cases/verzicht.yaml": yaml.safe_dump(value, allow_unicode=True)}
    try:
        publishing.check(files)
    except PackageError as error:
        assert all(FINDING.match(str(finding)) for finding in error.findings), str(error)


@FUZZ
@given(
    name=st.sampled_from(["procedure.yaml", "needs.yaml", "process.bpmn", "data.xdf3.xml", "decisions.dmn"]),
    at=st.floats(0, 1),
    length=st.integers(1, 400),
    put=st.text(max_size=8),
)
def test_a_file_damaged_at_any_place(
    sound: dict[str, str], name: str, at: float, length: int, put: str
) -> None:
    text = sound[name]
    start = int(at * len(text))
    _check({**sound, name: text[:start] + put + text[start + length :]})
