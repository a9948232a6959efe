#include "client/fhir_resource.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <functional>

#include "base/limits.h"

namespace generion::client {
namespace json = boost::json;

namespace {

constexpr std::size_t kCodeBytesMax = 256;

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// FHIR repeats an element as a list; one object and a list of objects are read alike.
void for_each_object(const json::object& parent, std::string_view name,
                     const std::function<void(const json::object&)>& visit) {
  const json::value* value = parent.if_contains(name);
  if (value == nullptr) return;
  if (value->is_object()) visit(value->get_object());
  if (!value->is_array()) return;
  for (const json::value& element : value->get_array()) {
    if (element.is_object()) visit(element.get_object());
  }
}

void for_each_concept(const json::object& resource,
                      const std::function<void(const json::object&)>& visit) {
  for (const std::string_view name : {"code", "vaccineCode", "medicationCodeableConcept", "type"}) {
    for_each_object(resource, name, visit);
  }
}

std::string cut(std::string text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max;
  const auto continues = [&text](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
  };
  while (end > 0 && continues(end)) --end;
  text.resize(end);
  return text;
}

// Whether a reference that is written out names another kind of resource than a patient.
bool names_another_type(const json::object& reference) {
  const std::string type = text_of(reference, "type");
  if (!type.empty()) return type != "Patient";
  const std::string target = text_of(reference, "reference");
  if (target.starts_with("urn:") || target.starts_with('#')) return false;
  return !target.empty() && !target.starts_with("Patient/") &&
         target.find("/Patient/") == std::string::npos;
}

std::vector<FhirIdentifier> contained_patient(const json::object& resource, std::string_view id) {
  std::vector<FhirIdentifier> out;
  for_each_object(resource, "contained", [&](const json::object& inner) {
    if (text_of(inner, "resourceType") == "Patient" && text_of(inner, "id") == id) {
      out = fhir_identifiers(inner);
    }
  });
  return out;
}

}  // namespace

std::string FhirIdentifier::text() const {
  return system.empty() ? value : system + "|" + value;
}

std::vector<std::string> fhir_codes(const json::object& resource) {
  std::vector<std::string> out;
  for_each_concept(resource, [&out](const json::object& concept_object) {
    for_each_object(concept_object, "coding", [&out](const json::object& coding) {
      const std::string code = text_of(coding, "code");
      const std::string system = text_of(coding, "system");
      std::string text = system.empty() ? code : system + "|" + code;
      if (code.empty() || text.size() > kCodeBytesMax) return;
      if (out.size() == limits::kCapsuleCodesMax || std::ranges::count(out, text) > 0) return;
      out.push_back(std::move(text));
    });
  });
  return out;
}

std::string fhir_title(const json::object& resource) {
  std::string title;
  for_each_concept(resource, [&title](const json::object& concept_object) {
    if (title.empty()) title = text_of(concept_object, "text");
    for_each_object(concept_object, "coding", [&title](const json::object& coding) {
      if (title.empty()) title = text_of(coding, "display");
    });
  });
  for (const std::string_view name : {"title", "description", "resourceType"}) {
    if (title.empty()) title = text_of(resource, name);
  }
  return cut(std::move(title), limits::kTitleBytesMax);
}

std::vector<FhirIdentifier> fhir_identifiers(const json::object& resource) {
  std::vector<FhirIdentifier> out;
  for_each_object(resource, "identifier", [&out](const json::object& identifier) {
    FhirIdentifier entry{text_of(identifier, "system"), text_of(identifier, "value")};
    if (!entry.value.empty() && std::ranges::count(out, entry) == 0) out.push_back(entry);
  });
  return out;
}

FhirPatientReference fhir_patient_reference(const json::object& resource) {
  FhirPatientReference out;
  for (const std::string_view name : {"subject", "patient", "beneficiary", "for", "individual"}) {
    const json::value* value = resource.if_contains(name);
    if (value == nullptr || !value->is_object()) continue;
    const json::object& reference = value->get_object();
    if (names_another_type(reference)) continue;
    out.reference = text_of(reference, "reference");
    if (out.reference.starts_with('#')) {
      out.patient = contained_patient(resource, std::string_view(out.reference).substr(1));
    } else {
      out.patient = fhir_identifiers(reference);
    }
    if (!out.reference.empty() || !out.patient.empty()) return out;
  }
  return {};
}

}  // namespace generion::client
