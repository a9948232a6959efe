#include "client/patient_list.h"

#include <fmt/core.h>

#include <optional>
#include <set>

#include "base/file.h"
#include "base/limits.h"
#include "types/address.h"

namespace generion::client {
namespace {

// The fields of one CSV line; nullopt for a quote that does not close or stands inside a field.
std::optional<std::vector<std::string>> split_csv(std::string_view line) {
  std::vector<std::string> out(1);
  std::size_t at = 0;
  while (at < line.size()) {
    if (line[at] == ',') {
      out.emplace_back();
      ++at;
    } else if (line[at] == '"' && out.back().empty()) {
      for (++at;; ++at) {
        if (at == line.size()) return std::nullopt;
        if (line[at] != '"') {
          out.back().push_back(line[at]);
        } else if (line.substr(at + 1).starts_with('"')) {
          out.back().push_back(line[++at]);
        } else {
          break;
        }
      }
      ++at;
      if (at < line.size() && line[at] != ',') return std::nullopt;
    } else if (line[at] == '"') {
      return std::nullopt;
    } else {
      out.back().push_back(line[at++]);
    }
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

}  // namespace

Result<PatientList> PatientList::load(const std::filesystem::path& path, const Hash& chain_id) {
  const auto text = read_file(path, limits::kPatientListBytesMax);
  if (!text) return fail(text.error());
  PatientList out;
  std::string_view rest = *text;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty() || line.starts_with('#')) continue;
    const auto at_line = [&](Code code, std::string_view what) {
      return fail(code, fmt::format("{}:{}: {}", path.string(), number, what));
    };
    const auto fields = split_csv(line);
    if (!fields || fields->size() != 2 || trimmed((*fields)[0]).empty() ||
        trimmed((*fields)[1]).empty()) {
      return at_line(Code::malformed,
                     "the line is not \"identifier,enrolment file\"; a field with a comma or quote "
                     "stands in quotes");
    }
    const std::string identifier(trimmed((*fields)[0]));
    const std::filesystem::path file(std::string(trimmed((*fields)[1])));
    const auto enrolment = load_enrolment(path.parent_path() / file, chain_id);
    if (!enrolment) return at_line(enrolment.error().code, enrolment.error().message);
    if (!out.enrolments_.emplace(identifier, *enrolment).second) {
      return at_line(Code::duplicate,
                     fmt::format("{} stands in the list twice; keep one line", identifier));
    }
  }
  if (out.enrolments_.empty()) {
    return fail(
        Code::malformed,
        fmt::format("{} lists no patient; a line is \"identifier,enrolment file\"", path.string()));
  }
  return out;
}

Result<const Enrolment*> PatientList::find(const std::vector<FhirIdentifier>& identifiers) const {
  const Enrolment* found = nullptr;
  for (const FhirIdentifier& identifier : identifiers) {
    for (const std::string& name : {identifier.text(), identifier.value}) {
      const auto entry = enrolments_.find(name);
      if (entry == enrolments_.end()) continue;
      if (found != nullptr && found->address != entry->second.address) {
        return fail(Code::duplicate,
                    fmt::format("the list gives this patient two addresses, {} and {}; correct it",
                                address_text(found->address), address_text(entry->second.address)));
      }
      found = &entry->second;
    }
  }
  return found;
}

std::vector<Address> PatientList::addresses() const {
  std::set<Address> out;
  for (const auto& [identifier, enrolment] : enrolments_) out.insert(enrolment.address);
  return {out.begin(), out.end()};
}

}  // namespace generion::client
