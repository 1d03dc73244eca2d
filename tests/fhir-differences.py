#!/usr/bin/env python3
"""Compares bundles of the Hub with published ones and counts the differences by class: docs/fhir-differences.md is what it writes.

usage: fhir-differences.py PAIRS_FOLDER -- CONVERT COMMAND... > docs/fhir-differences.md
  PAIRS_FOLDER  holds a folder a source, with x.hl7 beside x.fhir.json
  CONVERT       is "hub convert --to fhir-r4" or the like: run with .hl7 paths appended it writes a Bundle a line, in their order
An element is a value with its resource type and path, list positions left out; a reference counts by the type it names. Ids, displays,
narrative, Provenance and extensions of a house's own host do not count. Each element that is not found again falls into the first class that fits.
"""
import collections
import json
import pathlib
import re
import subprocess
import sys

IGNORED = {"id", "fullUrl", "meta", "text", "display", "timestamp", "div"}
HOUSES = ("reportstream.cdc.gov", "healthcare-data-harmonization", "microsoft.com")
TIME = re.compile(r"^\d{4}-\d\d-\d\dT")
MENTIONED = {"Practitioner", "PractitionerRole", "Organization", "Location", "Device", "RelatedPerson"}
UNMADE = {"ClaimResponse", "Substance", "ResearchStudy", "Linkage", "Consent", "SupplyRequest", "NutritionOrder", "Task"}
# Sites that convert and name themselves in each bundle, which no message says: hub convert --assembler.
CONVERTERS = {"cdc-prime-reportstream": "CDC PRIME - Atlanta^2.16.840.1.114222.4.1.237821^ISO"}
ERROR = re.compile(r"^(.*): HUB\d+ error ([^:]*): ([^.]*\.)")
STANDS = "stands"
OURS = "ours"

# Name, whether only leaving the guide or FHIR would gain it, and whether an element falls into it.
CLASSES = [
    ("the house's own constants: what every bundle of the source holds and the messages do not say (name and OID of the converting site)", STANDS, lambda e: e.is_constant),
    ("systems, codes and extensions under `example.com`", STANDS, lambda e: "example.com" in e.value),
    ("`Location.description` put together from all parts of PL", STANDS, lambda e: e.at("Location.description") and "--" in e.value),
    ("check digit schemes as `valueCode`; the guide and the extension's definition say string", STANDS, lambda e: e.path.endswith("identifier.extension.valueCode")),
    ("a point of care as a level (`lvl`); the guide gives it no code", STANDS, lambda e: e.at("Location.physicalType.coding.code") and e.value == "lvl"),
    ("the universal ID as system, or with `urn:oid:` before it, where the guide has the namespace or the bare ID", STANDS, lambda e: e.value.startswith(("urn:oid:", "urn:uuid:")) or (e.value == "urn:ietf:rfc:3986")),
    ("times in another zone than the message's: that of the machine that made the bundle, or UTC", STANDS, lambda e: TIME.match(e.value) is not None and e.has_other),
    ("social security numbers as `SB`; the guide says `SS`", STANDS, lambda e: e.value == "SB"),
    ("roles by HL7 table 0443, or as text; the guide has codes of FHIR and SNOMED CT", STANDS, lambda e: e.at("PractitionerRole.code") or e.at("Procedure.performer.function") or "event-performerFunction" in e.value or e.path.startswith("extension.valueCodeableConcept") and e.kind == "PractitionerRole"),
    ("the v2 status of an observation as an extension", STANDS, lambda e: e.at("Observation.extension.valueCodeableConcept")),
    ("languages, race, religion, family relations and other extensions of persons by lists of the source", STANDS, lambda e: "communication.language" in e.path or "relationship" in e.path or (e.kind in ("Patient", "RelatedPerson") and e.path.startswith("extension"))),
    ("temporary places by a flag; the guide has a concept", STANDS, lambda e: e.at("Encounter.location.extension")),
    ("HL7 null kept as text", STANDS, lambda e: e.value == '""'),
    ("codes that R4 does not allow there", STANDS, lambda e: e.path.split(".")[-1] in ("use", "status") and not re.fullmatch(r"[a-z-]+", e.value)),
    ("units and their systems otherwise written (`http://unitsofmeasure.org/`, `d` for days)", STANDS, lambda e: e.value in ("http://unitsofmeasure.org/", "urn:iso:std:iso:3986") or e.at("Encounter.length")),
    ("applications of the header otherwise chosen (MSH-24 and MSH-25 or MSH-3 and MSH-5)", STANDS, lambda e: e.at("MessageHeader")),
    ("mentioned more often than in the guide: found again, but not as many times", STANDS, lambda e: e.kind in MENTIONED and e.is_made),
    ("a DiagnosticReport for each order, document and picture, also without a result", STANDS, lambda e: e.kind == "DiagnosticReport" or "-> DiagnosticReport" in e.value),
    ("resources of segments that the guide does not map: " + ", ".join(sorted(UNMADE)), OURS, lambda e: e.kind in UNMADE),
    ("people, places and organizations of fields and segments that the guide does not map (PRT beside orders, SCH-15, NK1-13 of an emergency contact)", OURS, lambda e: e.kind in MENTIONED or any(f"-> {kind}" in e.value for kind in MENTIONED)),
    ("other values at an element that ours has too", OURS, lambda e: e.has_other),
    ("elements that ours does not have", OURS, lambda e: True),
]


class Element:
    """One element that is in the published bundle and not in ours."""

    def __init__(self, key, produced, paths, constants):
        self.kind, self.path, self.value = key
        self.is_constant = key in constants
        self.is_made = key in produced
        self.has_other = (self.kind, self.path) in paths

    def at(self, prefix):
        """Whether the element stands there or below."""
        return f"{self.kind}.{self.path}".startswith(prefix)


def elements(bundle):
    kinds = {}
    for entry in bundle.get("entry", []):
        resource = entry.get("resource", {})
        for key in (entry.get("fullUrl"), f"{resource.get('resourceType')}/{resource.get('id')}", f"urn:uuid:{resource.get('id')}"):
            kinds[key] = resource.get("resourceType")
    found = collections.Counter()

    def visit(kind, path, value):
        if isinstance(value, list):
            for item in value:
                visit(kind, path, item)
        elif isinstance(value, dict):
            if any(house in str(value.get("url", "")) for house in HOUSES):
                return
            reference = value.get("reference")
            if isinstance(reference, str):
                found[kind, path, "-> " + (kinds.get(reference) or reference.split("/")[0])] += 1
                return
            for key, item in value.items():
                if key not in IGNORED and not key.startswith("_"):
                    visit(kind, f"{path}.{key}" if path else key, item)
        else:
            found[kind, path, (str(value).lower() if isinstance(value, bool) else str(value)).strip()] += 1

    for entry in bundle.get("entry", []):
        resource = dict(entry.get("resource", {}))
        kind = resource.pop("resourceType", None)
        if kind not in (None, "Provenance"):
            visit(kind, "", resource)
    return found


def convert(command, files):
    lines = []
    for start in range(0, len(files), 100):
        run = subprocess.run([*command, *map(str, files[start:start + 100])], capture_output=True, text=True, check=False)
        lines += run.stdout.split("\n")[:-1]
    if len(lines) != len(files):
        sys.exit(f"{len(lines)} lines for {len(files)} messages")
    return [elements(json.loads(line)) if line.strip() else collections.Counter() for line in lines]


def compare(folder, command):
    files = sorted(file for file in folder.rglob("*.hl7") if file.with_suffix(".fhir.json").exists())
    published = [elements(json.loads(file.with_suffix(".fhir.json").read_text("utf-8-sig"))) for file in files]
    texts = [file.read_text("utf-8", "replace") for file in files]
    everywhere = collections.Counter(key for bundle in published for key in bundle)
    constants = {key for key, times in everywhere.items() if len(files) > 20 and times > 0.9 * len(files) and sum(key[2] in text for text in texts) < 0.1 * len(files) and not key[2].startswith(("->", "http"))}
    counts, found, all_published, all_made = collections.Counter(), 0, 0, 0
    for expected, made in zip(published, convert(command, files)):
        found += sum((expected & made).values())
        all_published += sum(expected.values())
        all_made += sum(made.values())
        paths = {(kind, path) for kind, path, _ in made}
        for key, times in (expected - made).items():
            element = Element(key, made, paths, constants)
            counts[next(name for name, _, fits in CLASSES if fits(element))] += times
    return len(files), all_published, found, all_made, counts


def errors(hub, folder):
    """What is wrong with each published bundle: its errors, and the two that come most often, those of fullUrl last, which say nothing of the content."""
    files = sorted(folder.rglob("*.fhir.json"))
    run = subprocess.run([*hub, "fhir", "validate", *map(str, files)], capture_output=True, text=True, check=False)
    found = collections.defaultdict(collections.Counter)
    for line in run.stdout.split("\n"):
        if error := ERROR.match(line):
            place = re.sub(r"\[\d+\]", "", error[2]).removeprefix("Bundle.entry.")
            found[error[1]][f"`{place}`: {error[3]}"] += 1
    return [(pathlib.Path(file).relative_to(folder), counts.total(), sorted(counts.items(), key=lambda of: (of[0].startswith("`fullUrl`"), -of[1]))[:2]) for file, counts in sorted(found.items())]


def main():
    at = sys.argv.index("--")
    sources = {folder.name: compare(folder, sys.argv[at + 1:]) for folder in sorted(pathlib.Path(sys.argv[1]).iterdir()) if any(folder.rglob("*.fhir.json"))}
    print("# Where published FHIR bundles differ from ours\n")
    print("Made by `tests/fhir-differences.py`, not by hand. Published pairs of a message and a bundle: of the elements that the published bundle has, how many ours has too (recall), and of ours how many the published one has (precision). The guide is [HL7 Version 2 to FHIR](how-to/convert-to-fhir.md).\n")
    print("| source | pairs | elements | found again | recall | precision |\n| --- | --- | --- | --- | --- | --- |")
    for name, (pairs, published, found, made, _) in sources.items():
        print(f"| {name} | {pairs} | {published:,} | {found:,} | {found / published:.3f} | {found / made:.3f} |")
    for name, assembler in CONVERTERS.items():
        pairs, published, found, made, _ = compare(pathlib.Path(sys.argv[1]) / name, [*sys.argv[at + 1:], "--assembler", assembler])
        print(f"| {name}, who converts named as there: `--assembler \"{assembler}\"` | {pairs} | {published:,} | {found:,} | {found / published:.3f} | {found / made:.3f} |")
    print("\nOf what the messages do not say, the name and number of the site that converts can be given (`hub convert --assembler`, `\"assembler\"` in a channel file); the guide has them in Provenance. The recall of cdc-prime-reportstream without that stays below 0.92, since it is told by no message.")
    for state, title in ((STANDS, "Only leaving the guide, or FHIR, would gain these"), (OURS, "The rest: fields and segments that a source maps and the guide does not")):
        print(f"\n## {title}\n")
        print("| class | " + " | ".join(sources) + " |\n| --- |" + " --- |" * len(sources))
        total = [0] * len(sources)
        for name, of, _ in CLASSES:
            if of != state:
                continue
            row = [source[4][name] for source in sources.values()]
            total = [a + b for a, b in zip(total, row)]
            if any(row):
                print(f"| {name} | " + " | ".join(f"{count:,}" for count in row) + " |")
        print("| sum | " + " | ".join(f"{count:,}" for count in total) + " |")
        if state == STANDS:
            print("| recall, were these found | " + " | ".join(f"{(source[2] + count) / source[1]:.3f}" for source, count in zip(sources.values(), total)) + " |")
    hub = sys.argv[at + 1:sys.argv.index("convert")]
    wrong = errors(hub, pathlib.Path(sys.argv[1]))
    print(f"\n## Published bundles that are wrong themselves\n\n`hub fhir validate` finds {sum(count for _, count, _ in wrong):,} errors in {len(wrong)} of them. Of each the two that come most often:\n")
    print("| bundle | errors | the most often |\n| --- | --- | --- |")
    for file, count, often in wrong:
        print(f"| {file} | {count} | " + "<br>".join(f"{times} × {text}" for text, times in often) + " |")


main()
