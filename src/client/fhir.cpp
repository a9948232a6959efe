#include "client/fhir.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <set>

#include "base/file.h"
#include "base/limits.h"
#include "client/fhir_resource.h"
#include "client/json_scan.h"

namespace generion::client {
namespace json = boost::json;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Where one resource stands in the file.
struct Place {
  std::string_view json;
  std::string full_url;
  std::string type;
};

class FhirFile {
 public:
  FhirFile(std::string_view text, std::string_view name) : text_(text), name_(name) {}

  Result<void> scan() {
    auto values = split_json(text_, name_);
    if (!values) return fail(values.error());
    for (const std::string_view value : *values) {
      const std::string type = json_text(find_member(value, "resourceType"));
      auto ok = type == "Bundle" ? add_entries(value) : add(value, {});
      if (!ok) return ok;
    }
    return {};
  }

  Result<FhirCounts> visit_all(const FhirVisitor& visit) {
    FhirCounts counts;
    std::size_t line_offset = 0;
    std::uint64_t line = 1;
    for (const Place& place : places_) {
      const std::size_t offset = static_cast<std::size_t>(place.json.data() - text_.data());
      line += static_cast<std::uint64_t>(
          std::ranges::count(text_.substr(line_offset, offset - line_offset), '\n'));
      line_offset = offset;
      FhirResource resource = read(place);
      resource.line = line;
      if (auto ok = visit(resource); !ok) return fail(ok.error());
      ++counts.resources;
      counts.bytes += place.json.size();
    }
    return counts;
  }

 private:
  Result<void> add(std::string_view value, std::string full_url) {
    std::string type = json_text(find_member(value, "resourceType"));
    if (type.empty()) {
      const TextPosition at =
          position_of(text_, static_cast<std::size_t>(value.data() - text_.data()));
      return fail(Code::malformed,
                  fmt::format("{}:{}:{}: this value has no resourceType, so it is no FHIR resource",
                              name_, at.line, at.column));
    }
    if (type == "Patient") remember_patient(value, full_url);
    places_.push_back({value, std::move(full_url), std::move(type)});
    return {};
  }

  Result<void> add_entries(std::string_view bundle) {
    const std::string_view entries = find_member(bundle, "entry");
    if (!entries.starts_with('[')) return {};
    Result<void> result;
    for_each_element(entries, [&](std::string_view entry) {
      const std::string_view resource = find_member(entry, "resource");
      // An entry may carry only a request or a response.
      if (!resource.empty()) result = add(resource, json_text(find_member(entry, "fullUrl")));
      return result.has_value();
    });
    return result;
  }

  void remember_patient(std::string_view value, const std::string& full_url) {
    const json::value parsed = parse(value);
    const auto identifiers = fhir_identifiers(parsed.get_object());
    const std::string id = json_text(find_member(value, "id"));
    if (!full_url.empty()) remember(full_url, identifiers);
    if (!id.empty()) remember("Patient/" + id, identifiers);
  }

  // Two Patients under one name are one person only as far as they agree.
  void remember(const std::string& name, const std::vector<FhirIdentifier>& identifiers) {
    const auto [entry, fresh] = patients_.emplace(name, identifiers);
    if (!fresh) {
      std::erase_if(entry->second, [&identifiers](const FhirIdentifier& known) {
        return std::ranges::count(identifiers, known) == 0;
      });
    }
  }

  static json::value parse(std::string_view value) {
    json::parse_options options;
    options.max_depth = limits::kFhirDepthMax;
    boost::system::error_code ec;
    return json::parse(value, ec, {}, options);
  }

  FhirResource read(const Place& place) const {
    const json::value parsed = parse(place.json);
    const json::object& object = parsed.get_object();
    FhirResource out;
    out.type = place.type;
    out.id = json_text(find_member(place.json, "id"));
    out.full_url = place.full_url;
    out.json = place.json;
    out.title = fhir_title(object);
    out.codes = fhir_codes(object);
    if (place.type == "Patient") {
      out.patient_reference = out.id.empty() ? place.full_url : "Patient/" + out.id;
      out.patient = fhir_identifiers(object);
      return out;
    }
    FhirPatientReference reference = fhir_patient_reference(object);
    out.patient_reference = std::move(reference.reference);
    out.patient = std::move(reference.patient);
    const auto known = patients_.find(out.patient_reference);
    if (out.patient.empty() && known != patients_.end()) out.patient = known->second;
    if (out.patient_reference.empty() && !out.patient.empty()) {
      out.patient_reference = out.patient.front().text();
    }
    return out;
  }

  std::string_view text_;
  std::string_view name_;
  std::vector<Place> places_;
  std::map<std::string, std::vector<FhirIdentifier>> patients_;
};

bool is_fhir_name(const fs::path& path) {
  return path.extension() == ".json" || path.extension() == ".ndjson";
}

}  // namespace

Result<FhirCounts> read_fhir(std::string_view text, std::string_view name,
                             const FhirVisitor& visit) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  FhirFile file(text, name);
  if (auto ok = file.scan(); !ok) return fail(ok.error());
  return file.visit_all(visit);
}

Result<FhirCounts> read_fhir_file(const fs::path& path, const FhirVisitor& visit) {
  auto text = read_file(path, limits::kFhirFileBytesMax);
  if (!text) return fail(text.error());
  return read_fhir(*text, path.string(), visit);
}

Result<std::vector<fs::path>> find_fhir_files(const std::vector<fs::path>& paths) {
  std::set<fs::path> out;
  for (const fs::path& path : paths) {
    std::error_code ec;
    const fs::file_status status = fs::status(path, ec);
    if (!fs::exists(status)) {
      return fail(
          Code::file_missing,
          fmt::format("{} does not exist: give FHIR files or a directory of them", path.string()));
    }
    if (!fs::is_directory(status)) {
      out.insert(path);
      continue;
    }
    fs::recursive_directory_iterator entries(path, ec);
    for (; !ec && entries != fs::recursive_directory_iterator(); entries.increment(ec)) {
      std::error_code ignored;
      if (entries->is_regular_file(ignored) && is_fhir_name(entries->path())) {
        out.insert(entries->path());
      }
    }
    if (ec) {
      return fail(Code::io_error,
                  fmt::format("{} cannot be listed: {}", path.string(), ec.message()));
    }
  }
  return std::vector<fs::path>(out.begin(), out.end());
}

}  // namespace generion::client
