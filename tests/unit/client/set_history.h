// A chain whose validators change, as headers and certificates; no state below them.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "crypto/hash.h"
#include "types/proof.h"

namespace generion::client {

// Sets are texts: "abcd" are the validators with the keys a, b, c and d.
class SetHistory {
 public:
  static std::vector<crypto::SigningKey> keys_of(std::string_view names) {
    std::vector<crypto::SigningKey> out;
    for (const char name : names) {
      out.push_back(crypto::SigningKey::from_seed(crypto::SecretBytes::copy_of(Bytes(32, name))));
    }
    std::ranges::sort(out, {}, [](const crypto::SigningKey& key) { return key.public_key(); });
    return out;
  }

  static ValidatorSet set_of(std::string_view names) {
    ValidatorSet out;
    for (const auto& key : keys_of(names)) out.keys.push_back(key.public_key());
    return out;
  }

  static Hash chain_id() { return crypto::blake2b256({"a chain"}); }
  static TrustAnchor genesis(std::string_view set) { return {chain_id(), set_of(set)}; }

  // `branch` tells blocks of one height apart.
  static BlockHeader header(std::uint64_t epoch, std::uint64_t height, std::string_view set,
                            std::string_view next, std::string_view branch = "") {
    BlockHeader out;
    out.chain_id = chain_id();
    out.epoch = Epoch(epoch);
    out.height = Height(height);
    out.time = TimeMs(1'000 * height);
    out.parent_hash = crypto::blake2b256({"parent"});
    out.state_root = crypto::blake2b256({branch});
    out.validator_set_hash = validator_set_hash(set_of(set));
    out.next_validator_set_hash = validator_set_hash(set_of(next));
    return out;
  }

  static Certificate sealed(const BlockHeader& header, std::string_view by) {
    Certificate out{block_hash(header), {}};
    for (const auto& key : keys_of(by)) {
      const Seal seal = make_seal(header, key);
      out.signers.push_back({seal.signer, seal.signature});
    }
    return out;
  }

  static ChainLink link(const BlockHeader& header, std::string_view by, std::string_view next) {
    return {header, sealed(header, by), set_of(next)};
  }
  // Sealed by all.
  static ChainLink link(std::uint64_t epoch, std::uint64_t height, std::string_view set,
                        std::string_view next, std::string_view branch = "") {
    return link(header(epoch, height, set, next, branch), set, next);
  }
};

}  // namespace generion::client
