// A chain in memory, executed by the contract itself.
#pragma once

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>

#include "base/byte_io.h"
#include "contract/execution.h"
#include "fake_version.h"
#include "rpc/health.h"
#include "rpc/submissions.h"
#include "types/address.h"

namespace generion::test {

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
    versions_.push_back(std::make_shared<FakeVersion>(Height(0), std::move(state), sealed));
  }

  SignedTransaction sign(char sender, std::vector<Operation> operations,
                         std::vector<Bytes> attachments = {}) {
    const auto key = key_of(sender);
    TransactionBody body;
    body.chain_id = chain_id_;
    body.sender = key.public_key();
    body.nonce = *Nonce::from("nonce..." + ByteWriter().u64(++nonce_).bytes());
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
    return commit_all({std::move(transaction)}).front();
  }
  std::vector<Receipt> commit_all(const std::vector<SignedTransaction>& transactions) {
    const std::lock_guard lock(chain_mutex_);
    const Height height = versions_.back()->height().next();
    MapState state = versions_.back()->copy();
    contract::BlockExecution block(state, {height, TimeMs(1'000 * height.value())});
    Block made;
    for (const SignedTransaction& transaction : transactions) {
      const auto place = static_cast<std::uint32_t>(made.receipts.size());
      made.transactions.push_back(*check_transaction(transaction, Attachments::required));
      made.receipts.push_back(block.apply(made.transactions.back(), place));
      for (std::size_t i = 0; i < transaction.attachments.size(); ++i) {
        attachments_[{height, place, static_cast<std::uint32_t>(i)}] = transaction.attachments[i];
      }
    }
    const contract::BlockWrites writes = std::move(block).finish();
    state.apply(writes);
    blocks_.push_back(std::move(made));
    versions_.push_back(std::make_shared<FakeVersion>(height, std::move(state), sealed));
    return blocks_.back().receipts;
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
  void simulate(SignedTransaction transaction, SimulateCallback callback) override {
    const auto checked = check_transaction(std::move(transaction), Attachments::required);
    if (!checked) return callback(fail(checked.error()));
    const auto& tip = *versions_.back();
    contract::BlockExecution block(tip.state(), {tip.height().next(), TimeMs(1)});
    callback(rpc::Simulation{checked->id, checked->hash, tip.height(), block.apply(*checked, 0),
                             "simulated"});
  }
  void watch(std::function<void()> listener) override {
    const std::lock_guard lock(mutex_);
    listener_ = std::move(listener);
  }
  // Tells the watcher of what was committed or sealed.
  void notify() {
    const std::lock_guard lock(mutex_);
    if (listener_) listener_();
  }
  rpc::Heights heights() const override {
    const std::lock_guard lock(chain_mutex_);
    return {versions_.back()->height(), sealed};
  }
  std::vector<rpc::PeerView> peers() const override { return known_peers; }
  std::vector<rpc::EvidenceView> evidence() const override { return known_evidence; }
  rpc::NodeStatus status() const override {
    rpc::NodeStatus out;
    const std::lock_guard lock(chain_mutex_);
    out.version = "1.0";
    out.role = "validator";
    out.height = versions_.back()->height();
    out.sealed_height = sealed;
    out.ready = ready;
    if (!ready) out.not_ready_reason = "fetching blocks: 3 of 10";
    return out;
  }
  rpc::NodeHealth health() const override {
    rpc::NodeHealth out = known_health;
    out.status = status();
    return out;
  }
  const Genesis& genesis() const override { return genesis_; }
  const Hash& chain_id() const override { return chain_id_; }
  std::string metrics() const override { return "generion_height 7\n"; }
  Result<std::shared_ptr<const rpc::Version>> version(std::optional<Height> height) const override {
    const std::lock_guard lock(chain_mutex_);
    if (!height) return versions_.back();
    if (*height < oldest) return fail(Code::height_gone, "that height is not kept any more");
    if (*height > versions_.back()->height()) return fail(Code::height_ahead, "not there yet");
    return versions_[height->value()];
  }
  Result<rpc::BlockView> block(Height height) const override {
    const std::lock_guard lock(chain_mutex_);
    if (height < first_block || height.value() > blocks_.size())
      return fail(Code::not_found, "no such block");
    ++block_reads;
    const Block& from = blocks_[height.value() - 1];
    rpc::BlockView out;
    out.header.chain_id = chain_id_;
    out.header.height = height;
    out.block_hash = versions_[height.value()]->block_hash();
    out.header.time = versions_[height.value()]->block_time();
    for (const Transaction& transaction : from.transactions) out.tx_ids.push_back(transaction.id);
    out.receipts = from.receipts;
    out.skipped = from.skipped;
    if (height <= sealed && height != final_by_later)
      out.certificate = Certificate{out.block_hash, {{key_of('V').public_key(), {}}}};
    return out;
  }
  Result<BlockHeader> header(Height height) const override {
    auto found = block(height);
    if (!found) return fail(found.error());
    return found->header;
  }
  Result<wire::ArchivedBlock> archived_block(Height height) const override {
    const std::lock_guard lock(chain_mutex_);
    if (reads_throw) throw std::runtime_error("disk failed");
    if (height < first_block) return fail(Code::not_found, "no such block");
    const Block& held = blocks_.at(height.value() - 1);
    wire::ArchivedBlock out;
    out.header.height = height;
    out.batch.height = height;
    for (const Transaction& transaction : held.transactions) {
      out.batch.ids.push_back(transaction.id);
      out.envelopes.push_back({transaction.envelope.body, transaction.envelope.signature, 0});
    }
    return out;
  }
  Result<rpc::LinksView> links(Height from, std::size_t limit) const override {
    if (from > sealed) return fail(Code::height_ahead, "not sealed yet");
    rpc::LinksView out = known_links;
    out.more = out.links.size() > limit;
    if (out.more) out.links.resize(limit);
    return out;
  }
  Result<std::vector<TransactionBody>> bodies(Height height) const override {
    const std::lock_guard lock(chain_mutex_);
    if (reads_throw) throw std::runtime_error("disk failed");
    std::vector<TransactionBody> out;
    for (const Transaction& transaction : blocks_.at(height.value() - 1).transactions) {
      out.push_back(transaction.body);
    }
    return out;
  }
  rpc::Pending pending(std::size_t ids_max) const override {
    return {2, std::vector<TxId>(std::min<std::size_t>(2, ids_max), last_id())};
  }
  std::vector<TxId> expired() const override { return {last_id()}; }
  Result<rpc::TransactionView> transaction(const TxId& id) const override {
    const std::lock_guard lock(chain_mutex_);
    rpc::TransactionView out;
    out.outcome.tx_id = id;
    if (const auto found = receipt(id)) {
      const bool is_ok = found->receipt.code == Code::ok;
      out.outcome.state = is_ok ? rpc::Outcome::State::executed : rpc::Outcome::State::refused;
      out.outcome.height = found->height;
      out.outcome.index = found->index;
      out.outcome.code = found->receipt.code;
      out.outcome.new_ids = found->receipt.new_ids;
      out.transaction = blocks_[found->height.value() - 1].transactions[found->index].envelope;
      out.block_time = versions_[found->height.value()]->block_time();
    }
    return out;
  }
  Result<rpc::ReceiptView> receipt(const TxId& id) const override {
    const std::lock_guard lock(chain_mutex_);
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      for (std::size_t k = 0; k < blocks_[i].transactions.size(); ++k) {
        if (blocks_[i].transactions[k].id == id)
          return rpc::ReceiptView{blocks_[i].receipts[k], Height(i + 1), k};
      }
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

  // Changes the newest state itself.
  void put(const contract::BlockWrites& writes) {
    const std::lock_guard lock(chain_mutex_);
    MapState state = versions_.back()->copy();
    state.apply(writes);
    versions_.back() =
        std::make_shared<FakeVersion>(versions_.back()->height(), std::move(state), sealed);
  }
  // As if the first transaction of that block had been skipped when it was executed.
  void skip_first(Height height) {
    Block& block = blocks_.at(height.value() - 1);
    block.receipts.erase(block.receipts.begin());
    block.skipped = {0};
  }
  TxId last_id() const { return blocks_.back().transactions.back().id; }
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

  // All blocks get their certificate, and watchers are told.
  void seal_all() {
    {
      const std::lock_guard lock(chain_mutex_);
      sealed = versions_.back()->height();
    }
    notify();
  }

  Height sealed;
  rpc::LinksView known_links;
  std::vector<rpc::PeerView> known_peers;
  std::vector<rpc::EvidenceView> known_evidence;
  rpc::NodeHealth known_health;          // but for its status
  Height first_block = Height(1);        // below, they are pruned
  std::optional<Height> final_by_later;  // has no certificate of its own
  mutable std::atomic<std::size_t> block_reads{0};
  Height oldest;
  bool ready = true;
  bool answers_at_once = false;
  bool reads_throw = false;

 private:
  struct Block {
    std::vector<Transaction> transactions;
    std::vector<Receipt> receipts;
    std::vector<std::uint32_t> skipped;
  };
  Genesis genesis_;
  Hash chain_id_;
  std::vector<std::shared_ptr<FakeVersion>> versions_;
  std::vector<Block> blocks_;
  std::map<contract::AttachmentId, Bytes> attachments_;
  std::uint64_t nonce_ = 0;
  mutable std::recursive_mutex chain_mutex_;  // of what blocks are made of
  mutable std::mutex mutex_;
  std::function<void()> listener_;            // guarded by mutex_
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
