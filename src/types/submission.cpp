#include "types/submission.h"

namespace generion {

std::string_view wait_name(Wait wait) {
  switch (wait) {
    case Wait::accepted:
      return "accepted";
    case Wait::executed:
      return "executed";
    case Wait::sealed:
      return "sealed";
  }
  return {};
}

std::optional<Wait> wait_from(std::string_view name) {
  for (const Wait wait : {Wait::accepted, Wait::executed, Wait::sealed}) {
    if (name == wait_name(wait)) return wait;
  }
  return std::nullopt;
}

std::string_view tx_state_name(TxState state) {
  switch (state) {
    case TxState::accepted:
      return "accepted";
    case TxState::executed:
      return "executed";
    case TxState::refused:
      return "refused";
    case TxState::expired:
      return "expired";
    case TxState::unknown:
      return "unknown";
  }
  return {};
}

std::optional<TxState> tx_state_from(std::string_view name) {
  for (const TxState state : {TxState::accepted, TxState::executed, TxState::refused,
                              TxState::expired, TxState::unknown}) {
    if (name == tx_state_name(state)) return state;
  }
  return std::nullopt;
}

}  // namespace generion
