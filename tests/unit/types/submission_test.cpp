#include "types/submission.h"

#include <catch2/catch.hpp>

using namespace generion;

TEST_CASE("a wait and its name are each other's, and nothing else is a wait") {
  CHECK(wait_from("accepted") == Wait::accepted);
  CHECK(wait_from("executed") == Wait::executed);
  CHECK(wait_from("sealed") == Wait::sealed);
  for (const char* name : {"", "Sealed", "sealed ", "refused", "unknown"}) {
    INFO(name);
    CHECK_FALSE(wait_from(name));
  }
}

TEST_CASE("a transaction's state and its name are each other's") {
  for (const TxState state : {TxState::accepted, TxState::executed, TxState::refused,
                              TxState::expired, TxState::unknown}) {
    CHECK(tx_state_from(tx_state_name(state)) == state);
  }
  CHECK(tx_state_name(TxState::refused) == "refused");
  CHECK_FALSE(tx_state_from(""));
  CHECK_FALSE(tx_state_from("sealed"));
}
