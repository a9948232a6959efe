#include "cli/bench/stage.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/assert.h"
#include "cli/bench/parallel.h"

namespace generion::cli {
namespace {

constexpr std::uint64_t kValidForMs = 1'800'000;
constexpr std::size_t kAdmissionsAtOnce = 200;
constexpr std::size_t kRecordsAtOnce = 100;

SignedTransaction build(const client::TransactionBuilder& builder, const crypto::SigningKey& key) {
  auto built = builder.build(client::now(), kValidForMs);
  GENERION_ASSERT(built.has_value());
  auto signed_transaction = client::sign(std::move(*built), key);
  GENERION_ASSERT(signed_transaction.has_value());
  return std::move(*signed_transaction);
}

}  // namespace

Result<std::unique_ptr<Stage>> Stage::set(Context& context, const MixOptions& options,
                                          std::size_t people) {
  std::unique_ptr<Stage> out(new Stage(context, options));
  auto node = LocalChain::start(out->institution_);
  if (!node) return fail(node.error());
  out->node_ = std::move(*node);
  out->target_ = target_of(*out->node_);
  for (std::size_t i = 0; i < people; ++i) {
    auto key = crypto::SigningKey::generate();
    auto reader = crypto::ReaderSecret::from_seed(key.seed());
    out->people_.push_back({std::move(key), std::move(reader)});
  }
  const auto admit = [&](std::size_t number) {
    AdmitUser operation;
    const std::size_t end = std::min(people, (number + 1) * kAdmissionsAtOnce);
    for (std::size_t i = number * kAdmissionsAtOnce; i < end; ++i) {
      operation.usr_adr.push_back(out->people_[i].address());
    }
    return out->sign(out->institution_, {operation});
  };
  const std::size_t transactions = (people + kAdmissionsAtOnce - 1) / kAdmissionsAtOnce;
  auto admitted = out->load("admitting", {.transactions = transactions}, admit);
  if (!admitted) return fail(admitted.error());
  return out;
}

Result<std::vector<OwnedRecord>> Stage::create_records(std::size_t count, std::size_t owners) {
  std::vector<OwnedRecord> out(count);
  const auto create = [&](std::size_t number) {
    client::TransactionBuilder builder(chain(), institution_.public_key());
    const std::size_t end = std::min(count, (number + 1) * kRecordsAtOnce);
    for (std::size_t i = number * kRecordsAtOnce; i < end; ++i) {
      out[i].owner = i % owners;
      const Person& owner = people_[out[i].owner];
      const auto capsule = client::NewCapsule::lock_to(owner.reader.public_key());
      GENERION_ASSERT(capsule.has_value());
      out[i].lock = capsule->lock();
      builder.create_capsule_record({owner.address(), "Observation", std::nullopt, false}, *capsule,
                                    CapsuleMeta{.title = "a document", .size = 1'000});
    }
    return build(builder, institution_);
  };
  const std::size_t transactions = (count + kRecordsAtOnce - 1) / kRecordsAtOnce;
  auto created =
      load("records", {.transactions = transactions, .operations = kRecordsAtOnce}, create);
  if (!created) return fail(created.error());
  for (std::size_t i = 0; i < count; ++i) {
    out[i].id = RecordId(created->load.new_ids[i / kRecordsAtOnce][i % kRecordsAtOnce]);
  }
  return out;
}

SignedTransaction Stage::sign(const crypto::SigningKey& key,
                              std::vector<Operation> operations) const {
  client::TransactionBuilder builder(chain(), key.public_key());
  for (Operation& operation : operations) builder.add(std::move(operation));
  return build(builder, key);
}

Result<Measured> Stage::load(const std::string& label, const WorkloadShape& shape,
                             const std::function<SignedTransaction(std::size_t)>& make) {
  const Workload workload = prepare(context_, shape, make);
  const std::size_t clients = std::min(options_.clients, workload.requests.size());
  auto out = run_load(context_, target_, workload,
                      {.urls = target_.urls, .clients = clients, .keep_ids = true}, label);
  if (!out) return fail(out.error());
  if (out->load.failed > 0 || out->load.transactions != shape.transactions) {
    return fail(Code::diverged,
                fmt::format("{}: {} of {} transactions executed; the first that did not: {}", label,
                            out->load.transactions, shape.transactions, out->load.first_failure));
  }
  return out;
}

std::vector<std::uint64_t> first_ids(const LoadResult& load) {
  std::vector<std::uint64_t> out;
  for (const auto& ids : load.new_ids) out.insert(out.end(), ids.begin(), ids.end());
  return out;
}

}  // namespace generion::cli
