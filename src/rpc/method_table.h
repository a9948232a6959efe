// The table of all methods: it serves the calls and describes itself as OpenRPC, so the two cannot
// differ.
#pragma once

#include <map>
#include <string>

#include "rpc/method.h"

namespace generion::rpc {

class MethodTable {
 public:
  // Names must be distinct.
  explicit MethodTable(std::vector<Method> methods);

  // nullptr: there is none.
  const Method* find(std::string_view name) const;
  // The name that a misspelt one most likely means; empty if none is near.
  std::string_view nearest(std::string_view name) const;
  const std::vector<Method>& methods() const { return methods_; }

  // The OpenRPC 1.2.6 document.
  std::string openrpc() const;

 private:
  std::vector<Method> methods_;
  std::map<std::string_view, const Method*> by_name_;
};

// Every method of docs/protocol/rpc.md.
MethodTable node_methods();

// The parts of that table: transactions; blocks and the node; the contract's state; subscriptions.
std::vector<Method> transaction_methods();
std::vector<Method> chain_methods();
std::vector<Method> network_methods();
std::vector<Method> contract_methods();
std::vector<Method> market_methods();
std::vector<Method> account_methods();
std::vector<Method> statistics_methods();
std::vector<Method> epoch_methods();
std::vector<Method> subscription_methods();

// Steps of inserting, deleting or replacing a letter, regardless of case.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace generion::rpc
