// What a capsule's sealed meta says about its document; only a reader sees it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "types/ids.h"

namespace generion {

struct CapsuleMeta {
  std::string data_source_url;   // empty: the reader knows where to look
  std::optional<Hash> document;  // address of the ciphertext at the data source
  std::string media_type;        // such as application/fhir+json
  std::string title;
  std::uint64_t size = 0;          // of the plaintext, in bytes
  std::vector<std::string> codes;  // exact codes, "system|code"
  friend bool operator==(const CapsuleMeta&, const CapsuleMeta&) = default;
};

}  // namespace generion
