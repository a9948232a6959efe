#include "types/epoch_chain.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>

namespace generion {

Result<TrustAnchor> follow_epochs(TrustAnchor anchor, const std::vector<EpochEnd>& ends) {
  for (const EpochEnd& end : ends) {
    const BlockHeader& header = end.header;
    if (header.epoch != anchor.epoch) {
      return fail(Code::bad_proof,
                  fmt::format("block {} is of epoch {}; the last one of epoch {} "
                              "comes next",
                              header.height.value(), header.epoch.value(), anchor.epoch.value()));
    }
    if (auto ok = verify_header(header, end.certificate, anchor); !ok) return fail(ok.error());
    const auto& keys = end.next.keys;
    const bool ascend =
        std::adjacent_find(keys.begin(), keys.end(), std::greater_equal<>()) == keys.end();
    if (keys.empty() || !ascend || header.next_validator_set_hash != validator_set_hash(end.next)) {
      return fail(Code::bad_proof,
                  fmt::format("the validators after block {} are not those that it names",
                              header.height.value()));
    }
    anchor.validators = end.next;
    anchor.epoch = header.epoch.next();
    anchor.after = header.height;
  }
  return anchor;
}

}  // namespace generion
