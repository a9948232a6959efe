#include "audit/certificate_check.h"

#include <fmt/format.h>

#include "base/hex.h"

namespace generion::audit {

std::optional<Fault> check_certificate(const Certificate& certificate,
                                       const std::vector<char>& seal_holds, Height height,
                                       const Hash& hash, const ValidatorSet& set) {
  const auto wrong = [&](std::string object, std::string expected, std::string found) {
    return block_fault(height, std::move(object), std::move(expected), std::move(found));
  };
  if (certificate.block_hash != hash) {
    return wrong("certificate", "seals of block " + to_hex(hash),
                 "seals of " + to_hex(certificate.block_hash));
  }
  const std::size_t quorum = quorum_size(set.size());
  const PublicKey* last = nullptr;
  for (std::size_t i = 0; i < certificate.signers.size(); ++i) {
    const PublicKey& key = certificate.signers[i].key;
    if (last != nullptr && !(*last < key)) {
      return wrong(
          "certificate",
          fmt::format("{} seals of distinct validators, in the order of their keys", quorum),
          fmt::format("{} {}", to_hex(key), *last == key ? "twice" : "out of order"));
    }
    last = &key;
    if (!set.index_of(key)) {
      return wrong("certificate", fmt::format("seals of the {} validators in force", set.size()),
                   fmt::format("a seal of {}, who is none of them", to_hex(key)));
    }
    if (seal_holds[i] == 0) {
      return wrong("seal of " + to_hex(key), "a signature of block " + to_hex(hash),
                   "one that does not hold");
    }
  }
  if (certificate.signers.size() >= quorum) return std::nullopt;
  return wrong("certificate", fmt::format("at least {} seals of {} validators", quorum, set.size()),
               fmt::format("{}", certificate.signers.size()));
}

}  // namespace generion::audit
