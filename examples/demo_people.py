"""Who is in the FHIR files of the demo, and what of theirs may be sold."""
import json

from demo_output import DemoError


def fhir_files(directory):
    return sorted(p for p in directory.rglob("*") if p.suffix in (".json", ".ndjson") and p.is_file())


def split_by_institution(directory):
    """Two institutions: the first two folders of the directory, or every second file."""
    folders = sorted(p for p in directory.iterdir() if p.is_dir() and fhir_files(p))
    if len(folders) >= 2:
        return {folder.name: fhir_files(folder) for folder in folders[:2]}
    files = fhir_files(directory)
    if len(files) < 2:
        raise DemoError(f"{directory} holds fewer than two FHIR files (*.json, *.ndjson)")
    return {"hospital-a": files[0::2], "hospital-b": files[1::2]}


def resources(path):
    text = path.read_text(encoding="utf-8")
    documents = [json.loads(line) for line in text.splitlines() if line.strip()] if path.suffix == ".ndjson" \
        else [json.loads(text)]
    for document in documents:
        if document.get("resourceType") == "Bundle":
            yield from (entry["resource"] for entry in document.get("entry", []) if "resource" in entry)
        else:
            yield document


def find_people(files):
    """Every Patient; two with one identifier in common are the same person."""
    people = []
    for path in files:
        for resource in resources(path):
            if resource.get("resourceType") != "Patient":
                continue
            identifiers = {"|".join(filter(None, (i.get("system"), i["value"])))
                           for i in resource.get("identifier", []) if i.get("value")}
            if not identifiers:
                continue
            same = next((p for p in people if p["identifiers"] & identifiers), None)
            if same:
                same["identifiers"] |= identifiers
                continue
            name = (resource.get("name") or [{}])[0]
            text = name.get("text") or " ".join([*name.get("given", []), name.get("family", "")]).strip()
            people.append({"name": text or "(no name)", "identifiers": identifiers})
    if not people:
        raise DemoError("none of the files holds a Patient with an identifier")
    return people


def deidentified(resource):
    """An observation without what tells whose it is: identifiers and references go, of the time the year stays."""
    kept = {name: resource[name] for name in ("resourceType", "status", "category", "code", "valueQuantity",
                                              "valueString", "valueCodeableConcept", "interpretation", "component")
            if name in resource}
    when = resource.get("effectiveDateTime") or resource.get("issued") or ""
    return kept | ({"effectiveDateTime": when[:4]} if when else {})


def observations(files):
    return [resource for path in files for resource in resources(path) if resource.get("resourceType") == "Observation"]
