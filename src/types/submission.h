// What a sender and a node say to each other about a transaction's way: how long to wait, how far
// it has come. Their names are those of docs/protocol/rpc.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace generion {

// How long a sender wants to wait for his transaction.
enum class Wait : std::uint8_t { accepted, executed, sealed };

enum class TxState : std::uint8_t { accepted, executed, refused, expired, unknown };

// "accepted", "executed", "sealed".
std::string_view wait_name(Wait wait);
std::optional<Wait> wait_from(std::string_view name);

// "accepted", "executed", "refused", "expired", "unknown".
std::string_view tx_state_name(TxState state);
std::optional<TxState> tx_state_from(std::string_view name);

}  // namespace generion
