// Which patient has which keys, for an import: FHIR identifier -> enrolment.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "client/enrolment.h"
#include "client/fhir.h"

namespace generion::client {

// A CSV file (RFC 4180) with two columns: FHIR identifier ("system|value" or "value"), path of the
// enrolment file (relative to the list). Empty lines and lines starting with # are passed over.
//
//   # identifier,enrolment
//   http://hospital.example/mrn|4711,maria.json
class PatientList {
 public:
  // Every enrolment is read and checked. Errors, with the list's line: file_missing, malformed,
  // duplicate (one identifier twice), and those of load_enrolment.
  static Result<PatientList> load(const std::filesystem::path& path, const Hash& chain_id);

  // By any of the identifiers, as "system|value" or as value alone. nullptr if none is listed.
  // Error duplicate if they lead to different patients.
  Result<const Enrolment*> find(const std::vector<FhirIdentifier>& identifiers) const;
  std::size_t size() const { return enrolments_.size(); }  // of identifiers
  // Each patient once, ordered by address.
  std::vector<Address> addresses() const;

 private:
  std::map<std::string, Enrolment> enrolments_;
};

}  // namespace generion::client
