// What an operation with a proof brings: points, scalars and their statement, all from strangers.
#include "crypto/relock.h"
#include "fuzz.h"
#include "relock_example.h"

namespace {

using namespace generion;
using namespace generion::crypto;

// Nobody makes a second proof without the secrets: only the example's own bytes may pass.
void check_input(ByteView input) {
  ByteReader in(input);
  RelockStatement statement;
  statement.chain = in.fixed<Hash>();
  statement.context = in.fixed<RelockContext>();
  statement.record_id = in.u64();
  statement.from_key = in.fixed<ReaderKey>();
  statement.from_lock = in.fixed<Lock>();
  statement.to_key = in.fixed<ReaderKey>();
  statement.to_lock = in.fixed<Lock>();
  const auto proof = in.fixed<RelockProof>();
  if (!in.done()) return;
  static const Bytes example = fuzz::encode_relock(fuzz::relock_example());
  const auto checked = check_relock(statement, proof);
  FUZZ_CHECK(checked.has_value() == (input == example));
  if (checked) return;
  const Code code = checked.error().code;
  FUZZ_CHECK(code == Code::bad_proof || code == Code::bad_key || code == Code::bad_capsule);
  const bool points_hold = check_reader_key(statement.from_key) &&
                           check_reader_key(statement.to_key) && check_lock(statement.from_lock) &&
                           check_lock(statement.to_lock);
  FUZZ_CHECK(points_hold || code != Code::bad_proof || !is_scalar(proof.data()) ||
             !is_scalar(proof.data() + kScalarBytes) ||
             !is_scalar(proof.data() + 2 * kScalarBytes));
}

// Whatever the random scalars are, what is made holds.
void check_made(ByteView input) {
  if (input.size() != 3) return;
  const auto scalar = [&](std::size_t i) { return static_cast<std::uint8_t>(input[i]); };
  const auto made = fuzz::relock_example(scalar(0), scalar(1), scalar(2));
  FUZZ_CHECK(check_relock(made.statement, made.proof).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input = fuzz::as_view(data, size);
  check_input(input);
  check_made(input);
  return 0;
}
