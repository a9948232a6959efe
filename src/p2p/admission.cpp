#include "p2p/admission.h"

#include <fmt/core.h>

#include "base/hex.h"
#include "types/address.h"

namespace generion::p2p {

Refusal refusal(RefusalReason reason, std::string text, std::chrono::milliseconds retry_after) {
  return {reason, std::move(text), static_cast<std::uint64_t>(retry_after.count())};
}

Refusal stopping() {
  return refusal(RefusalReason::stopping, "this node is shut down");
}

std::optional<Refusal> check_hello(const OwnSide& own, const PublicKey& peer, const Hello& hello,
                                   const Standing& standing) {
  if (hello.protocol != own.protocol) {
    return refusal(RefusalReason::wrong_protocol,
                   fmt::format("this node speaks protocol {}, not {}: run a release that speaks {}",
                               own.protocol, hello.protocol, own.protocol));
  }
  if (hello.chain != own.chain) {
    return refusal(RefusalReason::wrong_chain,
                   fmt::format("this node's chain is {}, not {}: use its genesis file",
                               to_hex(own.chain.view()), to_hex(hello.chain.view())));
  }
  if (peer == own.key) {
    return refusal(RefusalReason::self,
                   "this node has the same key: it was dialled by itself, or by a copy of it");
  }
  if (!standing.role) {
    return refusal(RefusalReason::unknown_key,
                   fmt::format("{} is no validator of the epoch that this node knows, nor one of "
                               "its listed observers",
                               address_text(peer)));
  }
  if (standing.pause_left.count() > 0) {
    return refusal(RefusalReason::paused,
                   fmt::format("{} is paused for breaking the rules", address_text(peer)),
                   standing.pause_left);
  }
  return std::nullopt;
}

bool takes_place(const PublicKey& own, const PublicKey& peer, const Connection& present,
                 const Connection& fresh) {
  if (present.instance != fresh.instance || present.dialled == fresh.dialled) return true;
  return fresh.dialled == (own < peer);
}

}  // namespace generion::p2p
