// A chain in memory, one transaction a block, executed by the contract itself.
#pragma once

#include <algorithm>
#include <map>
#include <mutex>

#include "contract/execution.h"
#include "rpc/backend.h"
#include "rpc/submissions.h"
#include "types/address.h"

namespace generion::test {

inline crypto::SigningKey key_of(char name) {
  return crypto::SigningKey::from_seed(crypto::SecretBytes::copy_of(std::string(32, name)));
}

inline std::string address_of(char name) {
  return address_text(key_of(name).public_key());
}

class MapState : public contract::StateReader {
 public:
  std::optional<Bytes> object(ByteView key) const override { return find(objects_, key); }
  std::optional<Bytes> lookup(ByteView key) const override { return find(lookups_, key); }
  std::vector<Entry> scan(ByteView prefix, ByteView after, std::size_t limit) const override {
    std::vector<Entry> out;
    auto at = after < prefix ? lookups_.lower_bound(prefix) : lookups_.upper_bound(after);
    for (; at != lookups_.end() && at->first.starts_with(prefix) && out.size() < limit; ++at) {
      out.push_back(*at);
    }
    return out;
  }
  void apply(const contract::BlockWrites& writes) {
    for (const auto& write : writes.objects) objects_[write.key] = write.value;
    for (const auto& write : writes.lookups) {
      if (write.value) {
        lookups_[write.key] = *write.value;
      } else {
        lookups_.erase(write.key);
      }
    }
  }

 private:
  using Map = std::map<Bytes, Bytes, std::less<>>;
  static std::optional<Bytes> find(const Map& map, ByteView key) {
    const auto found = map.find(key);
    return found == map.end() ? std::nullopt : std::optional(found->second);
  }

  Map objects_;
  Map lookups_;
};

class FakeVersion : public rpc::Version {
 public:
  FakeVersion(Height height, MapState state) : height_(height), state_(std::move(state)) {}
  Height height() const override { return height_; }
  Hash block_hash() const override { return crypto::blake2b256({std::to_string(height_.value())}); }
  TimeMs block_time() const override { return TimeMs(1'000 * height_.value()); }
  const contract::StateReader& state() const override { return state_; }
  MapState copy() const { return state_; }
  Result<Bytes> prove(ByteView key) const override {
    if (!state_.object(key)) return fail(Code::not_found, "no such object");
    return "proof of " + Bytes(key);
  }

 private:
  Height height_;
  MapState state_;
};

// Blocks are made by `commit`; submitted transactions wait for the test.
class FakeBackend : public rpc::Backend {
 public:
  FakeBackend() {
    genesis_.chain_name = "test";
    genesis_.time = TimeMs(1);
    genesis_.validators.push_back({key_of('V').public_key(), key_of('G').public_key(), "one"});
    genesis_.institutions.push_back(
        {key_of('H').public_key(), "Hospital", "hospital", "https://data.example"});
    genesis_.institutions.push_back({key_of('L').public_key(), "Laboratory", "laboratory", ""});
    std::sort(genesis_.institutions.begin(), genesis_.institutions.end(),
              [](const auto& a, const auto& b) { return a.address < b.address; });
    genesis_.parameters = default_parameters();
    chain_id_ = generion::chain_id(genesis_);
    callbacks_.reserve(10'000);
    MapState state;
    state.apply(contract::genesis_writes(genesis_));
    versions_.push_back(std::make_shared<FakeVersion>(Height(0), std::move(state)));
  }

  SignedTransaction sign(char sender, std::vector<Operation> operations,
                         std::vector<Bytes> attachments = {}) {
    const auto key = key_of(sender);
    TransactionBody body;
    body.chain_id = chain_id_;
    body.sender = key.public_key();
    body.nonce = *Nonce::from(std::string(15, 'n') + static_cast<char>(++nonce_));
    body.valid_until = TimeMs(3'000'000);
    body.operations = std::move(operations);
    return sign_transaction(body, std::move(attachments), key);
  }
  static CreateRecord record(char owner, const Bytes& data) {
    CreateRecord out;
    out.usr_adr = key_of(owner).public_key();
    out.data_pub_key = *ReaderKey::from(std::string(32, 'k'));
    out.data = {crypto::blake2b256({data}), data.size()};
    return out;
  }
  Receipt create_record(char sender, char owner, const Bytes& data) {
    return commit(sign(sender, {record(owner, data)}, {data}));
  }
  // A block of this one transaction, which must be well-formed.
  Receipt commit(SignedTransaction transaction) {
    const Transaction checked = *check_transaction(std::move(transaction), Attachments::required);
    const Height height = versions_.back()->height().next();
    MapState state = versions_.back()->copy();
    contract::BlockExecution block(state, {height, TimeMs(1'000 * height.value())});
    const Receipt receipt = block.apply(checked, 0);
    const contract::BlockWrites writes = std::move(block).finish();
    state.apply(writes);
    for (std::size_t i = 0; i < checked.envelope.attachments.size(); ++i) {
      attachments_[{height, 0, static_cast<std::uint32_t>(i)}] = checked.envelope.attachments[i];
    }
    blocks_.push_back({checked, receipt});
    versions_.push_back(std::make_shared<FakeVersion>(height, std::move(state)));
    return receipt;
  }

  void submit(SignedTransaction transaction, rpc::Wait, SubmitCallback callback) override {
    {
      const std::lock_guard lock(mutex_);
      submitted_.push_back(std::move(transaction));
      if (!answers_at_once) {
        callbacks_.push_back(std::move(callback));
        return;
      }
    }
    rpc::Outcome outcome;
    outcome.state = rpc::Outcome::State::accepted;
    callback(outcome);
  }
  rpc::NodeStatus status() const override {
    rpc::NodeStatus out;
    out.version = "1.0";
    out.role = "validator";
    out.height = versions_.back()->height();
    out.sealed_height = sealed;
    out.ready = ready;
    if (!ready) out.not_ready_reason = "fetching blocks: 3 of 10";
    return out;
  }
  const Genesis& genesis() const override { return genesis_; }
  const Hash& chain_id() const override { return chain_id_; }
  std::string metrics() const override { return "generion_height 7\n"; }
  Result<std::shared_ptr<const rpc::Version>> version(std::optional<Height> height) const override {
    if (!height) return versions_.back();
    if (*height < oldest) return fail(Code::height_gone, "that height is not kept any more");
    if (*height > versions_.back()->height()) return fail(Code::height_ahead, "not there yet");
    return versions_[height->value()];
  }
  Result<rpc::BlockView> block(Height height) const override {
    if (height.value() == 0 || height.value() > blocks_.size())
      return fail(Code::not_found, "no such block");
    const Block& from = blocks_[height.value() - 1];
    rpc::BlockView out;
    out.header.chain_id = chain_id_;
    out.header.height = height;
    out.block_hash = versions_[height.value()]->block_hash();
    out.tx_ids = {from.transaction.id};
    out.receipts = {from.receipt};
    if (height <= sealed)
      out.certificate = Certificate{out.block_hash, {{key_of('V').public_key(), {}}}};
    return out;
  }
  Result<rpc::TransactionView> transaction(const TxId& id) const override {
    rpc::TransactionView out;
    out.outcome.tx_id = id;
    if (const auto found = receipt(id)) {
      const bool is_ok = found->receipt.code == Code::ok;
      out.outcome.state = is_ok ? rpc::Outcome::State::executed : rpc::Outcome::State::refused;
      out.outcome.height = found->height;
      out.outcome.index = 0;
      out.outcome.code = found->receipt.code;
      out.outcome.new_ids = found->receipt.new_ids;
      out.transaction = blocks_[found->height.value() - 1].transaction.envelope;
      out.block_time = versions_[found->height.value()]->block_time();
    }
    return out;
  }
  Result<rpc::ReceiptView> receipt(const TxId& id) const override {
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      if (blocks_[i].transaction.id == id)
        return rpc::ReceiptView{blocks_[i].receipt, Height(i + 1), 0};
    }
    return fail(Code::not_found, "no such transaction");
  }
  Result<Bytes> prove_receipt(const TxId& id) const override {
    const auto found = receipt(id);
    if (!found) return fail(found.error());
    if (found->height > sealed) return fail(Code::not_ready, "not sealed yet");
    return Bytes("receipt proof");
  }
  Result<Bytes> attachment(const contract::AttachmentId& id) const override {
    if (reads_throw) throw std::runtime_error("disk failed");
    const auto found = attachments_.find(id);
    if (found == attachments_.end()) return fail(Code::erased, "erased");
    return found->second;
  }

  TxId last_id() const { return blocks_.back().transaction.id; }
  void erase_attachments() { attachments_.clear(); }
  std::size_t submitted() const {
    const std::lock_guard lock(mutex_);
    return submitted_.size();
  }
  SignedTransaction submitted_at(std::size_t i) const {
    const std::lock_guard lock(mutex_);
    return submitted_.at(i);
  }
  // Calls what the i-th submission waits for; as often as the test likes.
  void report(std::size_t i, Result<rpc::Outcome> outcome) {
    SubmitCallback* callback = nullptr;
    {
      const std::lock_guard lock(mutex_);
      callback = &callbacks_.at(i);
    }
    (*callback)(std::move(outcome));
  }

  Height sealed;
  Height oldest;
  bool ready = true;
  bool answers_at_once = false;
  bool reads_throw = false;

 private:
  struct Block {
    Transaction transaction;
    Receipt receipt;
  };
  Genesis genesis_;
  Hash chain_id_;
  std::vector<std::shared_ptr<FakeVersion>> versions_;
  std::vector<Block> blocks_;
  std::map<contract::AttachmentId, Bytes> attachments_;
  unsigned char nonce_ = 0;
  mutable std::mutex mutex_;
  std::vector<SignedTransaction> submitted_;  // guarded by mutex_
  std::vector<SubmitCallback> callbacks_;  // guarded by mutex_; reserved, so that they do not move
};

inline rpc::Outcome outcome_of(rpc::Outcome::State state,
                               std::optional<Height> height = std::nullopt, bool sealed = false) {
  rpc::Outcome out;
  out.tx_id = *TxId::from(std::string(32, 't'));
  out.state = state;
  out.height = height;
  out.sealed = sealed;
  return out;
}

}  // namespace generion::test
