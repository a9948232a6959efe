// What is done to a chain, block by block, in words that stay meaningful when parts are left out:
// people and keys by letter and number, records, shares, orders and proposals by the label that
// their maker got here. Prints as text, one line for an operation, and is read from it again:
//
//   setup 0
//   block 1000 idle 128                                   (after so many empty blocks)
//   h1: admitUser user=p1 user=p2
//   p1: createRecord as=r1 owner=p1 key=k3 lock=l1
//   p1: shareRecord as=c1 record=r1 to=p2 key=k4 lock=l2
//     + revokeShare share=c1                              (of the same transaction)
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "types/ids.h"

namespace generion::contract::model {

// A letter and a number, such as p3. Letters: p h g v s keys of people, hospitals, governance,
// validators, and spare ones; r c o q labels of records, shares, orders, proposals; k reader keys,
// l locks, b opaque bytes, t types, n plain numbers.
struct Value {
  char letter = 'n';
  std::uint64_t number = 0;
  friend bool operator==(const Value&, const Value&) = default;
};

PublicKey key_of(Value value);
Value name_of(const PublicKey& key);  // of a key that key_of made
ReaderKey reader_key_of(Value value);
Lock lock_of(Value value);

struct Argument {
  std::string name;
  Value value;
  friend bool operator==(const Argument&, const Argument&) = default;
};

struct Step {
  std::string operation;  // of operations.h
  std::vector<Argument> arguments;

  std::optional<Value> find(std::string_view name) const;
  std::vector<Value> all(std::string_view name) const;
  bool has(std::string_view name) const { return find(name).has_value(); }
  std::uint64_t number(std::string_view name, std::uint64_t otherwise = 0) const;
  Step& add(std::string_view name, Value value);
  friend bool operator==(const Step&, const Step&) = default;
};

struct SignedSteps {
  Value sender;
  std::vector<Step> steps;
  friend bool operator==(const SignedSteps&, const SignedSteps&) = default;
};

struct Block {
  std::uint64_t milliseconds = 1;  // since the one before, at least 1
  std::uint64_t idle = 0;          // empty blocks of 1 ms each that come before it
  std::vector<SignedSteps> transactions;
  friend bool operator==(const Block&, const Block&) = default;
};

struct Sequence {
  std::uint64_t setup = 0;  // of setup.h
  std::vector<Block> blocks;
  friend bool operator==(const Sequence&, const Sequence&) = default;
};

std::size_t count_steps(const Sequence& sequence);

std::string print(const Sequence& sequence);
// nullopt: it is no such text.
std::optional<Sequence> parse(std::string_view text);

// What was made under which label; those that were never made stand for numbers that are not there.
class Labels {
 public:
  std::uint64_t id_of(Value label) const;
  Value label_of(char letter, std::uint64_t id) const;
  void put(Value label, std::uint64_t id);

 private:
  std::map<std::pair<char, std::uint64_t>, std::uint64_t> ids_;
  std::map<std::pair<char, std::uint64_t>, std::uint64_t> labels_;
};

}  // namespace generion::contract::model
