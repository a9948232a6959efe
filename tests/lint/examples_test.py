"""The example patients are whole: every file parses, every reference leads somewhere, attachments match their hash."""

import base64
import hashlib
import json
import pathlib
import unittest

FHIR = pathlib.Path(__file__).resolve().parents[2] / 'examples' / 'fhir'
PERSON_SYSTEM = 'https://health-id.example/person'


def resources(hospital):
    """Every resource of a hospital: from bundles, single files and NDJSON."""
    for path in sorted((FHIR / hospital).rglob('*.*json')):
        text = path.read_text(encoding='utf-8')
        documents = [json.loads(line) for line in text.splitlines()] if path.suffix == '.ndjson' else [json.loads(text)]
        for document in documents:
            if document['resourceType'] == 'Bundle':
                for entry in document['entry']:
                    resource = entry['resource']
                    assert entry['fullUrl'].endswith(f"/{resource['resourceType']}/{resource['id']}"), entry['fullUrl']
                    yield resource
            else:
                yield document


class Examples(unittest.TestCase):
    def setUp(self):
        self.hospitals = {name: list(resources(name)) for name in ('hospital-a', 'hospital-b')}
        self.all = [resource for found in self.hospitals.values() for resource in found]

    def test_ids_are_distinct_and_well_formed(self):
        ids = [(resource['resourceType'], resource['id']) for resource in self.all]
        self.assertEqual(len(ids), len(set(ids)))
        for _, name in ids:
            self.assertRegex(name, r'^[A-Za-z0-9.-]{1,64}$')

    def test_every_resource_is_of_a_patient_of_its_hospital(self):
        for found in self.hospitals.values():
            patients = {'Patient/' + resource['id'] for resource in found if resource['resourceType'] == 'Patient'}
            for resource in found:
                if resource['resourceType'] != 'Patient':
                    subject = resource.get('subject') or resource.get('patient')
                    self.assertIn(subject['reference'], patients, resource['id'])

    def test_the_cases_that_the_examples_are_for(self):
        patients = [resource for resource in self.all if resource['resourceType'] == 'Patient']
        persons = [number['value'] for patient in patients for number in patient['identifier']
                   if number['system'] == PERSON_SYSTEM]
        self.assertEqual(len(persons), len(patients))
        self.assertEqual(len(set(persons)), len(persons) - 1, 'one person is known to both hospitals')
        self.assertTrue(any('deceasedDateTime' in patient for patient in patients))
        self.assertTrue(any(patient['birthDate'] > '2015' for patient in patients))
        kinds = {resource['resourceType'] for resource in self.all}
        self.assertLessEqual({'Observation', 'Condition', 'Immunization', 'MedicationRequest'}, kinds)

    def test_attachments(self):
        attachments = [content['attachment'] for resource in self.all
                       if resource['resourceType'] == 'DocumentReference' for content in resource['content']]
        self.assertTrue(attachments)
        for attachment in attachments:
            data = base64.b64decode(attachment['data'], validate=True)
            self.assertEqual(len(data), attachment['size'])
            self.assertEqual(base64.b64encode(hashlib.sha1(data).digest()).decode(), attachment['hash'])
        self.assertTrue(any(len(attachment['data']) > 250_000 for attachment in attachments))


if __name__ == '__main__':
    unittest.main()
