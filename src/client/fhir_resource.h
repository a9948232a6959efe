// What the import wants to know of one FHIR resource, from its parsed JSON.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "client/fhir.h"

namespace generion::client {

// "system|code" of code, vaccineCode, medicationCodeableConcept and type, each once, in that order.
std::vector<std::string> fhir_codes(const boost::json::object& resource);

// The text or display of these, else the resource's own title or description, else its type; cut to
// limits::kTitleBytesMax.
std::string fhir_title(const boost::json::object& resource);

std::vector<FhirIdentifier> fhir_identifiers(const boost::json::object& resource);

// How a resource names its patient.
struct FhirPatientReference {
  std::string reference;                // as written; empty if it names him by identifier only
  std::vector<FhirIdentifier> patient;  // what the reference itself or a contained Patient tells
};

// subject, patient, beneficiary, for or individual, whichever refers to a patient.
FhirPatientReference fhir_patient_reference(const boost::json::object& resource);

}  // namespace generion::client
