// What relocking costs: a proof made, a proof checked, and for comparison an Ed25519 signature
// checked in the same run.
#include <benchmark/benchmark.h>

#include "crypto/relock.h"

namespace generion::crypto {
namespace {

ReaderSecret reader_of(char fill) {
  return ReaderSecret::from_seed(SecretBytes::copy_of(Bytes(32, fill)));
}

struct Sample {
  ReaderSecret owner = reader_of('o');
  RelockStatement statement;
  RelockProof proof;

  Sample() {
    const CapsuleKey key = CapsuleKey::generate();
    statement.context = delivery_context(1);
    statement.record_id = 1;
    statement.from_key = owner.public_key();
    statement.from_lock = *lock_capsule(key, owner.public_key());
    statement.to_key = reader_of('b').public_key();
    const Relocked made = make();
    statement.to_lock = made.lock;
    proof = made.proof;
  }

  Relocked make() const {
    return *relock(statement.chain, statement.context, statement.record_id, owner,
                   statement.from_lock, statement.to_key);
  }
};

void relock_proof(benchmark::State& state) {
  const Sample sample;
  for (auto _ : state) benchmark::DoNotOptimize(sample.make());
}
BENCHMARK(relock_proof)->Unit(benchmark::kMicrosecond);

void relock_check(benchmark::State& state) {
  const Sample sample;
  for (auto _ : state) {
    const auto checked = check_relock(sample.statement, sample.proof);
    if (!checked) state.SkipWithError(checked.error().message.c_str());
  }
}
BENCHMARK(relock_check)->Unit(benchmark::kMicrosecond);

// A refusal before the mathematics: a scalar out of range, a point that is none.
void relock_check_bad_scalar(benchmark::State& state) {
  const Sample sample;
  RelockProof proof = sample.proof;
  proof.data()[RelockProof::kSize - 1] = 0xff;
  for (auto _ : state) benchmark::DoNotOptimize(check_relock(sample.statement, proof));
}
BENCHMARK(relock_check_bad_scalar)->Unit(benchmark::kMicrosecond);

void relock_check_bad_point(benchmark::State& state) {
  const Sample sample;
  RelockStatement statement = sample.statement;
  statement.to_lock.data()[Lock::kSize - 1] |= 0x80;
  for (auto _ : state) benchmark::DoNotOptimize(check_relock(statement, sample.proof));
}
BENCHMARK(relock_check_bad_point)->Unit(benchmark::kMicrosecond);

void ed25519_verify(benchmark::State& state) {
  const SigningKey key = SigningKey::generate();
  const Bytes message(200, 'm');
  const Signature signature = key.sign("tag", message);
  for (auto _ : state) {
    benchmark::DoNotOptimize(verify_signature(key.public_key(), "tag", message, signature));
  }
}
BENCHMARK(ed25519_verify)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace generion::crypto

BENCHMARK_MAIN();
