// Reads FHIR R4 JSON files: Bundles (transaction, batch, collection, searchset, document, history),
// single resources, and NDJSON (one resource a line).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace generion::client {

// A Patient's business identifier.
struct FhirIdentifier {
  std::string system;  // may be empty
  std::string value;
  std::string text() const;  // "system|value", or "value" without a system
  friend auto operator<=>(const FhirIdentifier&, const FhirIdentifier&) = default;
};

struct FhirResource {
  std::string type;      // resourceType
  std::string id;        // may be empty
  std::string full_url;  // of its entry in a Bundle; empty elsewhere
  ByteView json;         // the resource's exact bytes in the file; valid during the callback
  std::string title;     // display text of its code, else its type
  // "system|code" of code, vaccineCode, medicationCodeableConcept, type.
  std::vector<std::string> codes;
  // The reference to its patient as written; empty if it has none. A Patient refers to itself.
  std::string patient_reference;
  std::vector<FhirIdentifier> patient;  // that patient's identifiers as far as this file tells
  std::uint64_t line = 1;               // where it begins
};

struct FhirCounts {
  std::uint64_t resources = 0;
  std::uint64_t bytes = 0;  // of their JSON
};

// Calls `visit` for each resource of the file in its order; an error from `visit` ends the reading
// and is returned. A resource with no patient (Practitioner, Organization) is visited too. The
// whole file is checked before the first call. Errors: file_missing, too_large
// (limits::kFhirFileBytesMax), malformed with "file:line:column: what is wrong".
using FhirVisitor = std::function<Result<void>(const FhirResource&)>;
Result<FhirCounts> read_fhir_file(const std::filesystem::path& path, const FhirVisitor& visit);

// The same from memory; `name` stands in error messages.
Result<FhirCounts> read_fhir(std::string_view text, std::string_view name,
                             const FhirVisitor& visit);

// The files among `paths`; a directory stands for its *.json and *.ndjson files (and those of its
// subdirectories), sorted. Error file_missing.
Result<std::vector<std::filesystem::path>> find_fhir_files(
    const std::vector<std::filesystem::path>& paths);

}  // namespace generion::client
