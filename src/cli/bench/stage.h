// A node of its own with users who sign for themselves and own capsule records: what benchmarks of
// shares and sales begin with.
#pragma once

#include <memory>
#include <vector>

#include "cli/bench/local_chain.h"
#include "cli/bench/mixes.h"
#include "cli/bench/run.h"
#include "client/transaction_builder.h"
#include "crypto/capsule.h"

namespace generion::cli {

struct Person {
  crypto::SigningKey key;
  crypto::ReaderSecret reader;
  const Address& address() const { return key.public_key(); }
};

struct OwnedRecord {
  RecordId id;
  std::size_t owner = 0;  // place in Stage::people()
  Lock lock;              // of its capsule, for the owner
};

class Stage {
 public:
  // `people` are admitted. Errors: those of LocalChain::start, and of the transactions.
  static Result<std::unique_ptr<Stage>> set(Context& context, const MixOptions& options,
                                            std::size_t people);

  const std::vector<Person>& people() const { return people_; }
  const Hash& chain() const { return target_.chain; }
  const LocalChain& node() const { return *node_; }
  const crypto::SigningKey& institution() const { return institution_; }

  // Capsule records that the institution makes for `owners` people, in turn.
  Result<std::vector<OwnedRecord>> create_records(std::size_t count, std::size_t owners);

  // One operation or more, signed by `key`.
  SignedTransaction sign(const crypto::SigningKey& key, std::vector<Operation> operations) const;

  // Signs, then sends and measures. Error: any that did not execute.
  Result<Measured> load(const std::string& label, const WorkloadShape& shape,
                        const std::function<SignedTransaction(std::size_t)>& make);

 private:
  Stage(Context& context, const MixOptions& options)
      : context_(context), options_(options), institution_(crypto::SigningKey::generate()) {}

  Context& context_;
  MixOptions options_;
  crypto::SigningKey institution_;
  std::unique_ptr<LocalChain> node_;
  Target target_;
  std::vector<Person> people_;
};

// The one number that each transaction of a load made, in their order.
std::vector<std::uint64_t> first_ids(const LoadResult& load);

}  // namespace generion::cli
