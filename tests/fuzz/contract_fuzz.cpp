// The whole contract against the reference model of tests/unit/contract/model: the bytes choose who
// does what and when. The first chooses the chain. What fails is printed short and readable.
#include <cstdio>

#include "fuzz.h"
#include "model/campaign.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace generion;
  using namespace generion::contract::model;
  constexpr std::size_t kOperationsMax = 1'000;
  BytesSource source(fuzz::as_view(data, size));
  Subject contract;
  const std::uint64_t setup = source.byte() % kSetups;
  const Played played = play_random(source, setup, kOperationsMax, contract);
  if (!played.wrong) return 0;
  const auto finding = Campaign(contract).shrink_found(0, played.sequence);
  std::fprintf(stderr, "%s\n", finding ? print(*finding).c_str() : played.wrong->c_str());
  FUZZ_CHECK(false);
  return 0;
}
