// A chain on which things are sold: hospital(1) has admitted seller, buyer and a third person.
#pragma once

#include "contract/due.h"
#include "test_chain.h"

namespace generion::contract {

inline const Address kSeller = person(1);
inline const Address kBuyer = person(2);
inline const Address kOther = person(3);
constexpr std::uint64_t kPrice = 1'001;

inline Lock lock_of(char byte) {
  return *Lock::from(Bytes(64, byte));
}

inline CreateRecord capsule_for(const Address& owner, std::string type = "Observation") {
  CreateRecord op = record_for(owner, std::move(type));
  op.lock = lock_of('l');
  return op;
}

inline Relocking relocking_for(const CreateRecord& capsule, char byte = 'm') {
  Relocking out;
  out.from_key = capsule.data_pub_key;
  out.from_lock = *capsule.lock;
  out.lock = lock_of(byte);
  return out;
}

inline AttachmentRef attachment(std::string_view text) {
  return {crypto::blake2b256({text}), text.size()};
}

class MarketChain : public TestChain {
 public:
  explicit MarketChain(const Genesis& genesis = test_genesis()) : TestChain(genesis) {
    admit({kSeller, kBuyer, kOther});
    give(kBuyer, 10'000);
  }

  // Tokens out of nothing: what a vote of the validators mints.
  void give(const Address& address, std::uint64_t amount) {
    auto found = *find_user(state, address);
    found.user.balance += amount;
    Counters counters = read_counters(state);
    counters.minted += amount;
    BlockWrites writes;
    writes.objects.push_back({counters_key(), encode_counters(counters)});
    writes.objects.push_back({user_key(found.id), encode_user(found.user)});
    state.apply(writes);
  }

  // Records of the seller's own, and an order of all of them; its id.
  OrderId offer(const std::vector<CreateRecord>& records, std::uint64_t price = kPrice) {
    CreateOrder op;
    op.price = price;
    for (const CreateRecord& record : records) {
      op.record_id_list.push_back(RecordId(must(kSeller, {record}).front()));
    }
    return OrderId(must(kSeller, {op}).front());
  }

  OrderId sell(const std::vector<CreateRecord>& records, std::uint64_t price = kPrice) {
    const OrderId id = offer(records, price);
    must(kBuyer, {PurchaseData{id, reader_key('b'), price}});
    return id;
  }

  // An empty block.
  std::vector<SystemReceipt> run_due() {
    BlockExecution block(state, next_block());
    auto out = block.handle_due();
    last_writes = std::move(block).finish();
    height = height.next();
    state.apply(last_writes);
    check_tokens();
    return out;
  }

  void wait(std::uint64_t milliseconds) { time = time.plus(milliseconds); }

  Order order(OrderId id) const { return *decode_order(*state.object(order_key(id))); }
  Record record(std::uint64_t id) const {
    return *decode_record(*state.object(record_key(RecordId(id))));
  }
  User user(const Address& address) const { return find_user(state, address)->user; }
  std::vector<std::uint64_t> with_status(Order::Status status) const {
    return list_members(state, IdList::status_orders, static_cast<std::uint64_t>(status), 0,
                        1'000'000);
  }
  Cell cell(const CellName& name) const {
    const auto value = state.object(cell_key(name));
    return value ? *decode_cell(*value) : Cell();
  }
  std::vector<AccountEntry> account(const Address& address) const {
    const auto id = find_user(state, address)->id;
    std::vector<AccountEntry> out;
    for (const auto& [key, value] : state.scan(account_prefix(id), {}, 1'000)) {
      const AccountEntry entry = parse_account(key, value);
      if (entry.change != AccountChange::sent) out.push_back(entry);
    }
    return out;
  }
  std::vector<RecordChange> changes(std::uint64_t id) const {
    std::vector<RecordChange> out;
    for (const auto& entry : record_history(state, RecordId(id), std::nullopt, 1'000)) {
      out.push_back(entry.change);
    }
    return out;
  }

  // All tokens are somebody's or held, and what is held is the price of what is purchased.
  void check_tokens() const {
    const Counters counters = read_counters(state);
    std::uint64_t balances = 0;
    for (std::uint64_t n = 1; n <= counters.users; ++n) {
      balances += find_user(state, UserId(n))->user.balance;
    }
    std::uint64_t prices = 0;
    for (const std::uint64_t id : with_status(Order::Status::purchased)) {
      prices += order(OrderId(id)).price;
    }
    REQUIRE(counters.escrowed == prices);
    REQUIRE(counters.minted == balances + prices);
  }

  struct Refused {
    Address sender;
    Operation operation;
    Code code;
  };
  void refuses(const std::vector<Refused>& rows) {
    for (const Refused& row : rows) {
      INFO("expected " << code_name(row.code));
      const MemoryState before = state;
      const Receipt receipt = run(row.sender, {row.operation});
      INFO(last_message);
      CHECK(receipt.code == row.code);
      CHECK(state == before);
    }
  }
};

}  // namespace generion::contract
