#include "setup.h"

#include <fmt/core.h>

#include <limits>

#include "sequence.h"

namespace generion::contract::model {

Genesis genesis_of(std::uint64_t setup) {
  Genesis genesis;
  genesis.chain_name = "model";
  genesis.time = TimeMs(kStartTime);
  for (std::uint64_t n = 1; n <= 3; ++n) {
    genesis.institutions.push_back({key_of({'h', n}), fmt::format("H{}", n), "hospital", ""});
  }
  constexpr std::uint64_t kValidators[] = {4, 1, 2, 7};
  for (std::uint64_t n = 1; n <= kValidators[setup / 16 % 4]; ++n) {
    genesis.validators.push_back({key_of({'v', n}), key_of({'g', n}), fmt::format("v{}", n)});
  }
  Parameters& parameters = genesis.parameters;
  parameters = default_parameters();
  parameters.record_types = {"t0", "t1", "t2"};
  if (setup & 1) parameters.user_admission = Parameters::UserAdmission::open;
  if (setup & 2) {
    parameters.records_per_user_max = 12;
    parameters.operations_per_day_max = 6;
    parameters.admissions_per_day_max = 3;
    parameters.shares_per_record_max = 2;
    parameters.open_orders_per_user_max = 3;
    parameters.orders_per_record_max = 2;
    parameters.proofs_max = 2;
    parameters.attachment_bytes_max = 4'096;
  }
  if (setup & 4) parameters.due_per_block = 2;
  if (setup & 8) parameters.mint_per_period_max = std::numeric_limits<std::uint64_t>::max();
  if (setup & 64) {
    parameters.epoch_min_ms = 1'000;
    parameters.epoch_max_ms = 3'600'000;
    parameters.epoch_max_blocks = 40;
  }
  return genesis;
}

Hash chain_hash() {
  return *Hash::from(Bytes(Hash::kSize, 'c'));
}

Hash hash_of_block(Height height) {
  Hash out;
  for (std::size_t i = 0; i < 8; ++i) {
    out.data()[i] = static_cast<std::uint8_t>(height.value() >> (8 * i));
  }
  return out;
}

}  // namespace generion::contract::model
