// The cases of tests/vectors/proofs: what is shown, and what a verifier has to say.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "proof_chain.h"

namespace generion::vectors {

// Cases in the shape that tests/vectors/README.md tells.
class Cases {
 public:
  explicit Cases(const ProofChain& of) : chain(of) {}

  const ProofChain& chain;
  std::vector<boost::json::object> all;

  // Each adds one and returns it, for more members. A proof is checked by somebody who has followed
  // the changes of the set, unless "alone" is set.
  boost::json::object& object(std::string_view name, std::string_view expect, const Proof& proof);
  boost::json::object& outcome(std::string_view name, std::string_view expect, const Proof& proof,
                               const Hash& tx_hash);
  boost::json::object& absent(std::string_view name, std::string_view expect, const Proof& proof,
                              std::string_view kind, std::uint64_t number);
  boost::json::object& list(std::string_view name, std::string_view expect,
                            boost::json::object question, const std::vector<ObjectsProof>& pages);
  boost::json::object& links(std::string_view name, std::string_view expect,
                             const std::vector<ChainLink>& links);

 private:
  boost::json::object& add(std::string_view name, std::string_view what, std::string_view expect);
};

void add_good(Cases& cases);
void add_bad_seals(Cases& cases);
void add_bad_sets(Cases& cases);
void add_bad_content(Cases& cases);
void add_bad_lists(Cases& cases);

}  // namespace generion::vectors
