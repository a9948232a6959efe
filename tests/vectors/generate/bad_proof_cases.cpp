// What a verifier has to refuse.
#include "base/base64.h"
#include "base/hex.h"
#include "proof_cases.h"
#include "wire/proof.h"

namespace generion::vectors {

namespace json = boost::json;

namespace {

Bytes record(std::uint64_t id) {
  return contract::record_key(RecordId(id));
}
Bytes user(std::uint64_t id) {
  return contract::user_key(UserId(id));
}

Proof changed(Proof proof, const std::function<void(Proof&)>& change) {
  change(proof);
  return proof;
}

ObjectProof& content(Proof& proof) {
  return std::get<ObjectProof>(proof.content);
}
ReceiptProof& receipt(Proof& proof) {
  return std::get<ReceiptProof>(proof.content);
}

}  // namespace

void add_bad_seals(Cases& cases) {
  const ProofChain& chain = cases.chain;
  const std::string& set = chain.set(2);
  const std::string quorum = ProofChain::quorum(set);
  const auto bad = [&](std::string_view name, const std::function<void(Proof&)>& change,
                       std::string_view expect = "BAD_PROOF") {
    cases.object(name, expect, changed(chain.object(record(1)), change));
  };
  const auto sealed_by = [](Proof& proof, std::string_view by) {
    proof.certificate = ProofChain::sealed(proof.header, by);
  };
  bad("one seal below the quorum", [](Proof& p) { p.certificate.signers.pop_back(); });
  bad("no seals", [](Proof& p) { p.certificate.signers.clear(); });
  bad("a doubled signer", [](Proof& p) { p.certificate.signers[1] = p.certificate.signers[0]; });
  bad("signers out of order",
      [](Proof& p) { std::swap(p.certificate.signers[0], p.certificate.signers[1]); });
  bad("a foreign seal among the quorum", [&](Proof& p) { sealed_by(p, quorum.substr(1) + "z"); });
  bad("a foreign seal beside the quorum", [&](Proof& p) { sealed_by(p, quorum + "z"); });
  bad("one wrong signature among all", [&](Proof& p) {
    sealed_by(p, set);
    p.certificate.signers.back().signature = p.certificate.signers.front().signature;
  });
  bad("seals of another block",
      [&](Proof& p) { p.certificate = ProofChain::sealed(chain.head().header, quorum); });
  bad("an altered header", [](Proof& p) { p.header.time = TimeMs(p.header.time.value() + 1); });
  bad("an old set, above where it handed over", [&](Proof& p) {
    p.header = chain.header(2, 95, chain.set(1), chain.set(1));
    sealed_by(p, chain.set(1));
  });
  bad("seals of an old set", [&](Proof& p) { sealed_by(p, chain.set(0)); });
  bad("an epoch of before", [&](Proof& p) {
    p.header.epoch = Epoch(1);
    sealed_by(p, quorum);
  });
  bad(
      "another chain",
      [&](Proof& p) {
        p.header.chain_id = Hash();
        sealed_by(p, quorum);
      },
      "WRONG_CHAIN");
}

void add_bad_sets(Cases& cases) {
  const ProofChain& chain = cases.chain;
  const auto alone = [&](std::string_view name, const std::vector<SetChange>& changes) {
    Proof proof = chain.object(record(1));
    proof.set_changes = changes;
    cases.object(name, "BAD_PROOF", proof)["alone"] = true;
  };
  const ChainLink& first = chain.changes()[0];
  const ChainLink& second = chain.changes()[1];
  alone("no change of the set", {});
  alone("the first change missing", {second});
  alone("the last change missing", {first});
  alone("changes out of order", {second, first});
  alone("a change twice", {first, first, second});
  ChainLink bad = first;
  bad.next = ProofChain::set_of(chain.set(2));
  alone("others than the block names", {bad, second});
  bad = first;
  std::swap(bad.next.keys[0], bad.next.keys[1]);
  alone("keys of the next set out of order", {bad, second});
  bad = first;
  bad.certificate.signers.pop_back();
  alone("a change with one seal below the quorum", {bad, second});
  alone("a change by those who come",
        {ProofChain::link(first.header, chain.set(2), chain.set(1)), second});
  alone("a change that changes nothing",
        {ProofChain::link(chain.header(0, 39, chain.set(0), chain.set(0)), chain.set(0),
                          chain.set(0)),
         first, second});
  const auto fork = [&](std::string_view name, const ChainLink& other) {
    auto links = chain.links();
    links.push_back(other);
    cases.links(name, "FORK", links)["alone"] = true;
  };
  const std::string& now = chain.set(2);
  BlockHeader other = chain.head().header;
  other.state_root = Hash();
  fork("two heads of one height", ProofChain::link(other, now, now));
  other = first.header;
  other.state_root = Hash();
  fork("two last blocks of an epoch", ProofChain::link(other, chain.set(0), chain.set(1)));
  fork("a change of the set below the head",
       ProofChain::link(chain.header(2, 98, now, chain.set(0)), now, chain.set(0)));
  fork("a block that does not stand on the head",
       ProofChain::link(chain.header(2, 100, now, now), now, now));
  other = chain.header(2, 100, now, now);
  other.parent_hash = block_hash(chain.head().header);
  auto links = chain.links();
  links.push_back(ProofChain::link(other, ProofChain::quorum(now), now));
  json::object& child = cases.links("a block that stands on the head", "OK", links);
  child["alone"] = true;
  child["head"] = 100;
}

void add_bad_content(Cases& cases) {
  const ProofChain& chain = cases.chain;
  const auto bad = [&](std::string_view name, const std::function<void(Proof&)>& change) {
    cases.object(name, "BAD_PROOF", changed(chain.object(record(1)), change));
  };
  bad("an altered value", [](Proof& p) { content(p).value.back() ^= 1; });
  bad("a byte moved from the value to the key", [](Proof& p) {
    content(p).key += content(p).value.front();
    content(p).value.erase(0, 1);
  });
  bad("another slot", [](Proof& p) { content(p).slot = Slot(content(p).slot.value() + 1); });
  bad("a slot that is not there", [](Proof& p) { content(p).slot = Slot(p.header.object_count); });
  bad("a sibling missing", [](Proof& p) { content(p).path.pop_back(); });
  bad("a sibling too many", [](Proof& p) { content(p).path.emplace_back(); });
  const auto bad_receipt = [&](std::string_view name, const std::function<void(Proof&)>& change) {
    cases.outcome(name, "BAD_PROOF", changed(chain.receipt(1), change), chain.tx_hash(1));
  };
  bad_receipt("a refusal that is shown as success", [&](Proof& p) {
    Receipt altered = *decode_receipt(receipt(p).receipt);
    altered.code = Code::ok;
    altered.failed_operation = 0;
    receipt(p).receipt = encode_receipt(altered);
  });
  bad_receipt("another place", [](Proof& p) { receipt(p).index = 0; });
  bad_receipt("a place that is not there", [](Proof& p) { receipt(p).index = 3; });
  bad_receipt("another number of system receipts", [](Proof& p) { receipt(p).system_count = 1; });
  bad_receipt("system receipts beyond all bounds",
              [](Proof& p) { receipt(p).system_count = ~std::uint64_t{0}; });
  bad_receipt("the transaction's path missing",
              [](Proof& p) { receipt(p).transaction_path.clear(); });
  bad_receipt("another transaction's outcome", [&](Proof& p) { p = chain.receipt(0); });
  const Proof counters = chain.object(contract::counters_key());
  cases.absent("a record that is there", "BAD_PROOF", counters, "record", 5);
  cases.absent("a share that is there", "BAD_PROOF", counters, "share", 3);
  cases.absent("another object than the counters", "BAD_PROOF", chain.object(record(1)), "record",
               6);
  const std::string whole = wire::encode_proof(chain.object(record(1)));
  const auto malformed = [&](std::string_view name, const Bytes& bytes) {
    cases.object(name, "MALFORMED", chain.object(record(1)))["proof"] = to_base64(bytes);
  };
  malformed("truncated", whole.substr(0, whole.size() - 1));
  malformed("nothing", "");
  malformed("no protocol buffers", "a proof");
}

void add_bad_lists(Cases& cases) {
  const ProofChain& chain = cases.chain;
  const auto bad = [&](std::string_view name, const std::vector<ObjectsProof>& pages) {
    cases.list(name, "BAD_PROOF",
               {{"list", "records_of_owner"}, {"user", to_hex(client::ListChain::user(1))}}, pages);
  };
  bad("an entry withheld", {chain.objects({user(1), record(1), record(3)})});
  bad("an entry doubled in place of another",
      {chain.objects({user(1), record(1), record(2), record(2)})});
  bad("an entry doubled on two pages",
      {chain.objects({user(1), record(1), record(2)}), chain.objects({user(1), record(2)})});
  bad("somebody else's entry", {chain.objects({user(1), record(1), record(2), record(4)})});
  bad("an entry too many", {chain.objects({user(1), record(1), record(2), record(3), record(4)})});
  bad("nothing that counts", {chain.objects({record(1), record(2), record(3)})});
  bad("another user's count", {chain.objects({user(2), record(1), record(2), record(3)})});
  ObjectsProof altered = chain.objects({user(1), record(1), record(2), record(3)});
  altered.objects[3].value.back() ^= 1;
  bad("an altered entry", {altered});
  ObjectsProof later = chain.objects({user(1), record(3)});
  later.header.height = later.header.height.next();
  later.certificate = ProofChain::sealed(later.header, ProofChain::quorum(chain.set(2)));
  bad("pages of two blocks", {chain.objects({user(1), record(1), record(2)}), later});
}

}  // namespace generion::vectors
