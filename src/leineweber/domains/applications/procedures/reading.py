"""From the files of a package to what is run: shapes first, then what must fit together."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from leineweber.capabilities import forms
from leineweber.domains.applications.procedures import plain_yaml
from leineweber.domains.applications.procedures.package import (
    Finding,
    Letter,
    NeedRow,
    Package,
    PackageError,
    TaskField,
    TaskForm,
    digest_of,
)
from leineweber.domains.applications.procedures.shapes import (
    IDENTIFIER,
    Anything,
    Choice,
    Flag,
    Listing,
    Path,
    Record,
    Shape,
    Table,
    Text,
    Tree,
    Whole,
    dotted,
)
from leineweber.kernel import decisions
from leineweber.kernel import expressions as feel
from leineweber.kernel.deadlines.rules import Period
from leineweber.kernel.decisions.sheets import read_sheets

_PLACES = re.compile(
    r"procedure\.yaml|data\.xdf3\.xml|process\.bpmn|decisions\.dmn|needs\.yaml|texts/(de|en|leicht)\.yaml"
    r"|codelists/[^/]+\.xml|documents/[^/]+\.(typ|json)|cases/[^/]+\.yaml"
)
REQUIRED = ("procedure.yaml", "data.xdf3.xml", "process.bpmn", "texts/de.yaml")
LANGUAGES = ("de", "en", "leicht")
LETTER_NAMES = frozenset(
    {"application", "case", "answers", "need", "occasion", "settings", "outputs", "decisions"}
)
APPLICANT = ("given_name", "family_name", "email")
APPLICANT_MORE = ("birth_date", "street", "house_number", "postcode", "city", "contact")

_NAME = r"[a-z][a-z0-9-]{1,58}[a-z0-9]"
_CODE = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,59}"
_DAY = Text(10, r"\d{4}-\d{2}-\d{2}", "JJJJ-MM-TT")
_WORDS = Text(4000)
_LINES = Listing(_WORDS, 0, 50)

PROCEDURE = Record(
    {
        "key": Text(60, _NAME, "kleine Buchstaben, Ziffern, Bindestrich"),
        "version": Text(20, r"\d{1,4}(\.\d{1,4}){0,2}", "1.0 oder 1.0.2"),
        "title": Text(200),
        "reference_prefix": Text(6, r"[A-Z]{1,6}", "ein bis sechs große Buchstaben"),
        "service": Record(
            {"slug": Text(60, _NAME, "kleine Buchstaben, Ziffern, Bindestrich"), "key": Text(40)}
        ),
        "office": Record(
            {"unit": Text(40), "name": Text()},
            {
                **{
                    name: Text() for name in ("city", "authority", "return_line", "phone", "email", "website")
                },
                "address": Listing(Text(), 0, 10),
                "note": Text(500),
            },
        ),
        "roles": Table(Text(200), r"[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+", 50),
        "file_plan": Text(40),
        "answer_days": Text(6, r"P\d{1,3}[DWMY]", "P14D, P2W oder P1M"),
        "applicant": Record(
            {name: Text(200) for name in APPLICANT},
            {name: Text(200) for name in (*APPLICANT_MORE, "by_post")},
        ),
        "letters": Table(
            Record(
                {"template": Text(200), "title": Text(200)},
                {"decision": Choice(("accepted", "refused")), "data": Tree()},
            ),
            most=50,
        ),
    },
    {
        "decision_days": Whole(0, 400),
        "area": Text(200),
        "process_variables": Table(Text(2000), most=100),
        "occasions": Table(Record({"label": Text(200)}, {"date": _DAY}), _CODE),
        "areas": Table(Text(200), _CODE),
        "functions": Table(Text(200), _CODE),
        "settings": Tree(),
        "explain": Listing(Text(200), 0, 50),
        "task_forms": Table(
            Record(
                {},
                {
                    "shows": Choice(("notice",)),
                    "fields": Listing(
                        Record(
                            {
                                "name": Text(60, IDENTIFIER, "ein Wort aus Buchstaben, Ziffern, _"),
                                "kind": Choice(("radio", "textarea", "text", "need")),
                                "label": Text(),
                            },
                            {
                                "help": Text(1000),
                                "required": Flag(),
                                "options": Table(Text(), _CODE, 100),
                                "when": Text(2000),
                            },
                        ),
                        0,
                        50,
                    ),
                },
            ),
            _CODE,
            100,
        ),
    },
)
NEEDS = Listing(
    Record(
        {
            "occasion": Text(60),
            "area": Text(60),
            "place": Text(200),
            "functions": Table(Whole(0, 10_000), _CODE, 100),
        },
        {"detail": Tree(decimals=False)},
    ),
    most=5000,
)
SERVICE = Record(
    {"title": Text(200), "summary": Text(1000)},
    {
        **dict.fromkeys(("what", "cost", "duration", "remedies", "note", "hint"), _WORDS),
        **dict.fromkeys(("keywords", "who", "documents", "steps"), _LINES),
        "legal_basis": Listing(Record({"text": Text(1000)}, {"url": Text(500, blank=True)}), 0, 50),
        "office": Table(Text(1000, blank=True), most=20),
    },
)
CASE = Record(
    {"title": Text(), "answers": Tree()},
    {
        "on": _DAY,
        "expect": Record(
            {}, {"errors": Listing(Text(), 0, 500), "decisions": Table(Anything(), r".{1,200}", 50)}
        ),
    },
)


def found_at(files: Mapping[str, str], name: str, path: Path, reason: str) -> Finding:
    """Return a finding at the line of a path in a YAML file that was read before."""
    return Finding(name, plain_yaml.load(files[name]).line(path), reason)


class _Reader:
    """Collects findings while the parts are read, so that an author sees all of them at once."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files
        self.findings: list[Finding] = []
        self.lines: dict[str, plain_yaml.PlainYaml] = {}

    def fail(self, file: str, path: Path, reason: str) -> None:
        """Keep a finding at the line of a path."""
        read = self.lines.get(file)
        self.findings.append(Finding(file, read.line(path) if read else 0, reason))

    def stop(self) -> None:
        """Raise what was found so far."""
        if self.findings:
            raise PackageError(sorted(set(self.findings)))

    def load(self, name: str, shape: Shape | None, empty: Any) -> Any:
        """Return the content of a YAML file in its shape, `empty` if there is none or it has findings."""
        if name not in self.files:
            return empty
        try:
            read = plain_yaml.load(self.files[name])
        except plain_yaml.PlainYamlError as error:
            self.findings.append(Finding(name, error.line, error.reason))
            return empty
        self.lines[name] = read
        if read.content is None:
            return empty
        if not isinstance(read.content, type(empty)):
            self.fail(name, (), "Erwartet wird " + ("eine Zuordnung." if empty == {} else "eine Liste."))
            return empty
        problems = list(shape.problems(read.content)) if shape else []
        for path, reason in problems:
            self.fail(name, path, reason)
        return empty if problems else read.content

    def feel(
        self, path: Path, source: str, names: frozenset[str], members: frozenset[str] = frozenset()
    ) -> feel.Expression | None:
        """Compile an expression of procedure.yaml; `members` are names of entries that hold spaces or signs."""
        try:
            return feel.compile(source, names=names, members=members)
        except feel.FeelError as error:
            place = placed((error.line, error.column))
            self.fail("procedure.yaml", path, f"{dotted(path)}: {error.message_de} {place}")
            return None

    def tree(self, node: Any, path: Path, members: frozenset[str]) -> Any:
        """Return a tree whose text leaves are compiled expressions."""
        if isinstance(node, dict):
            return {name: self.tree(value, (*path, name), members) for name, value in node.items()}
        if isinstance(node, list):
            return [self.tree(value, (*path, number), members) for number, value in enumerate(node)]
        if isinstance(node, str):
            return self.feel(path, node, LETTER_NAMES, members)
        self.fail("procedure.yaml", path, f"{dotted(path)}: Jeder Wert ist ein FEEL-Ausdruck als Text.")
        return None

    def task_form(self, key: str, content: Mapping[str, Any]) -> TaskForm:
        """Return a task form; a condition may use the fields before it."""
        fields: list[TaskField] = []
        for number, entry in enumerate(content.get("fields") or ()):
            path: Path = ("task_forms", key, "fields", number)
            name, kind = entry["name"], entry["kind"]
            before = frozenset(field.name for field in fields)
            if name in before:
                self.fail("procedure.yaml", path, f"{dotted(path)}: Den Namen {name} gibt es schon.")
            if (kind == "need") != (name == "need"):
                self.fail("procedure.yaml", path, f"{dotted(path)}: Ein Feld der Art need heißt need.")
            if (kind == "radio") != bool(entry.get("options")):
                self.fail("procedure.yaml", path, f"{dotted(path)}: Die Art radio hat options, und nur sie.")
            when = entry.get("when")
            fields.append(
                TaskField(
                    name=name,
                    kind=kind,
                    label=entry["label"],
                    help=entry.get("help") or "",
                    required=bool(entry.get("required")),
                    options=tuple((entry.get("options") or {}).items()),
                    when=self.feel((*path, "when"), when, before) if when else None,
                )
            )
        return TaskForm(key, tuple(fields), content.get("shows") or "")

    def letter(self, key: str, content: Mapping[str, Any], members: frozenset[str]) -> Letter:
        """Return a letter, its template as text; whether it can be set is found out at the check."""
        template = content["template"]
        if template not in self.files or not template.endswith(".typ"):
            self.fail(
                "procedure.yaml",
                ("letters", key, "template"),
                f"letters.{key}: Die Vorlage {template} fehlt.",
            )
        return Letter(
            key=key,
            title=content["title"],
            template=self.files.get(template, ""),
            decision=content.get("decision") or "",
            data=self.tree(content.get("data") or {}, ("letters", key, "data"), members),
            file=template,
        )

    def needs(self, content: list[Any], known: Mapping[str, Any]) -> tuple[NeedRow, ...]:
        """Return the lines of needs.yaml, each with known area, function and occasion, none twice."""
        rows: list[NeedRow] = []
        seen: set[tuple[str, str, str]] = set()
        for number, entry in enumerate(content):
            where: Path = (number,)
            for name, words in (("occasion", "occasions"), ("area", "areas")):
                if entry[name] not in (known.get(words) or {}):
                    self.fail(
                        "needs.yaml",
                        (number, name),
                        f"Eintrag {number + 1}: {entry[name]} ist unter {words} nicht bekannt.",
                    )
            place = (entry["occasion"], entry["area"], entry["place"])
            if place in seen:
                self.fail("needs.yaml", where, f"Eintrag {number + 1}: Dieser Ort steht schon da.")
            seen.add(place)
            for function, required in entry["functions"].items():
                if function not in (known.get("functions") or {}):
                    self.fail(
                        "needs.yaml",
                        (number, "functions", function),
                        f"Eintrag {number + 1}: Die Funktion {function} ist nicht bekannt.",
                    )
                rows.append(NeedRow(*place, function, required, dict(entry.get("detail") or {})))
        return tuple(rows)

    def form(self, texts: Mapping[str, Mapping[str, Any]]) -> forms.FormSchema | None:
        """Return the form; what the reader of forms refuses becomes a finding."""
        try:
            return forms.load(
                self.files["data.xdf3.xml"].encode(),
                texts=texts,
                codelists={
                    name.removeprefix("codelists/"): text.encode()
                    for name, text in self.files.items()
                    if name.startswith("codelists/")
                },
            )
        except forms.SchemaError as error:
            self.findings.append(Finding(error.file, error.line or self.line_naming(error), error.message))
            return None

    def line_naming(self, error: forms.SchemaError) -> int:
        """Return the line of a text file that names what an error is about, 0 if none does."""
        quoted = error.message.partition("„")[2].partition("“")[0]
        for number, line in enumerate(self.files.get(error.file, "").splitlines(), 1):
            if quoted and quoted.rpartition(".")[2] in line:
                return number
        return 0

    def model(self) -> decisions.Model | None:
        """Return the decisions; None if there are none."""
        if "decisions.dmn" not in self.files:
            return None
        try:
            return decisions.load(self.files["decisions.dmn"].encode())
        except decisions.DecisionError as error:
            place = f" {placed((1, error.column))}" if error.column else ""
            self.findings.append(Finding("decisions.dmn", error.line, f"{error.message_de}{place}"))
            return None

    def paths(self, content: Mapping[str, Any], schema: forms.FormSchema) -> None:
        """Find paths into the answers that lead nowhere."""
        given: dict[Path, Any] = {("area",): content.get("area") or None}
        for name, path in content["applicant"].items():
            if name != "by_post":
                given["applicant", name] = path
        for where, path in given.items():
            if path is not None and path not in schema.fields:
                self.fail("procedure.yaml", where, f"{dotted(where)}: Im Formular gibt es {path} nicht.")

    def days(self, content: Mapping[str, Any], cases: Mapping[str, Any]) -> None:
        """Find days that are not in the calendar."""
        for key, occasion in (content.get("occasions") or {}).items():
            self._day("procedure.yaml", ("occasions", key, "date"), occasion.get("date"))
        for name, case in cases.items():
            self._day(name, ("on",), case.get("on"))

    def _day(self, file: str, path: Path, text: str | None) -> None:
        try:
            date.fromisoformat(text or "2000-01-01")
        except ValueError:
            self.fail(file, path, f"Den Tag {text} gibt es nicht.")

    def examples(self) -> None:
        """Find example data of templates that are no JSON object."""
        for name, text in self.files.items():
            if not name.endswith(".json"):
                continue
            try:
                content = json.loads(text)
            except (json.JSONDecodeError, RecursionError) as error:
                line = getattr(error, "lineno", 1)
                self.findings.append(Finding(name, line, "Die Beispieldaten sind kein gültiges JSON."))
                continue
            if not isinstance(content, dict):
                self.findings.append(Finding(name, 1, "Die Beispieldaten sind kein JSON-Objekt."))


def placed(at: tuple[int, int]) -> str:
    """Return a place in an expression in words; the line only where it is not the first."""
    line, column = at
    return f"(Spalte {column})." if line == 1 else f"(Zeile {line}, Spalte {column} des Ausdrucks)."


def names_of_decisions(files: Mapping[str, str]) -> Iterator[str]:
    """Yield the names of decisions and of annotation columns, which may hold spaces and signs."""
    if "decisions.dmn" in files:
        for decision in read_sheets(files["decisions.dmn"].encode()).decisions:
            yield decision.name
            for table in decision.tables:
                yield from filter(None, table.notes)


def build(files: Mapping[str, str]) -> Package:
    """Put a package together from its files.

    Raises:
        PackageError: something is missing or does not fit; all findings at once.
    """
    reader = _Reader(files)
    for name in REQUIRED:
        if name not in files:
            reader.fail(name, (), "Diese Datei fehlt.")
    for name in files:
        if not _PLACES.fullmatch(name):
            reader.fail(name, (), "Diese Datei gehört zu keinem Teil eines Verfahrens.")
    reader.stop()
    content = reader.load("procedure.yaml", PROCEDURE, {})
    texts = {
        language: reader.load(f"texts/{language}.yaml", None, {})
        for language in LANGUAGES
        if f"texts/{language}.yaml" in files
    }
    for language, sections in texts.items():
        if language == "de" or sections.get("service") is not None:
            for path, reason in SERVICE.problems(sections.get("service"), ("service",)):
                reader.fail(f"texts/{language}.yaml", path, reason)
    needs = reader.load("needs.yaml", NEEDS, [])
    cases = {
        name: reader.load(name, CASE, {})
        for name in sorted(files)
        if name.startswith("cases/") and name.endswith(".yaml")
    }
    reader.examples()
    schema = reader.form(texts)
    model = reader.model()
    # What follows asks how things fit together; that needs every part in its shape.
    reader.stop()
    if schema is None:  # pragma: no cover - form() left a finding, so stop() has raised
        raise PackageError([])
    reader.paths(content, schema)
    reader.days(content, cases)
    variables = {
        name: reader.feel(("process_variables", name), source, frozenset({"answers"}))
        for name, source in (content.get("process_variables") or {}).items()
    }
    members = frozenset(names_of_decisions(files))
    letters = {key: reader.letter(key, entry, members) for key, entry in content["letters"].items()}
    task_forms = {
        key: reader.task_form(key, entry) for key, entry in (content.get("task_forms") or {}).items()
    }
    rows = reader.needs(needs, content)
    for number, name in enumerate(content.get("explain") or ()):
        if name not in (model.decisions if model else ()):
            reader.fail(
                "procedure.yaml", ("explain", number), f"explain: Die Entscheidung {name} gibt es nicht."
            )
    reader.stop()
    return Package(
        key=content["key"],
        version=content["version"],
        title=content["title"],
        prefix=content["reference_prefix"],
        service_slug=content["service"]["slug"],
        service_key=content["service"]["key"],
        unit=content["office"]["unit"],
        office={name: value for name, value in content["office"].items() if value is not None},
        roles=content["roles"],
        file_plan=content["file_plan"],
        decision_days=content.get("decision_days") or 0,
        answer_period=Period.parse(content["answer_days"]),
        applicant={name: path for name, path in content["applicant"].items() if path is not None},
        area_path=content.get("area") or "",
        occasions=content.get("occasions") or {},
        areas=content.get("areas") or {},
        functions=content.get("functions") or {},
        settings=content.get("settings") or {},
        letters=letters,
        task_forms=task_forms,
        process_variables={name: found for name, found in variables.items() if found is not None},
        needs=rows,
        texts=texts,
        schema=schema,
        process=files["process.bpmn"].encode(),
        model=model,
        cases=cases,
        files=dict(files),
        digest=digest_of(files),
        explain=tuple(content.get("explain") or ()),
    )
