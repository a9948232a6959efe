#include "rpc/method_table.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cctype>

#include "base/assert.h"

namespace generion::rpc {
namespace {

constexpr std::size_t kNearMax = 3;            // steps between a misspelt name and what it means
constexpr std::size_t kSpellingBytesMax = 64;  // no method's name is near to a longer one

JsonObject schema(const Parameter& parameter) {
  JsonObject out;
  const auto set_text = [&out](std::string_view pattern) {
    out["type"] = "string";
    if (!pattern.empty()) out["pattern"] = pattern;
  };
  switch (parameter.type) {
    case ParameterType::number:
      out = {{"type", "integer"}, {"minimum", parameter.min}, {"maximum", parameter.max}};
      break;
    case ParameterType::amount:
      set_text("^[0-9]{1,20}$");
      break;
    case ParameterType::flag:
      out["type"] = "boolean";
      break;
    case ParameterType::choice:
      set_text("");
      out["enum"] = JsonArray(parameter.choices.begin(), parameter.choices.end());
      break;
    case ParameterType::text:
      set_text("");
      out["maxLength"] = parameter.max;
      break;
    case ParameterType::address:
      set_text("^gen1[02-9ac-hj-np-z]+$");
      break;
    case ParameterType::tx_id:
      set_text("^[0-9a-fA-F]{64}$");
      break;
    case ParameterType::hex:
      set_text("^([0-9a-fA-F]{2})*$");
      out["maxLength"] = 2 * parameter.max;
      break;
    case ParameterType::base64:
      set_text("");
      out["contentEncoding"] = "base64";
      out["maxLength"] = (parameter.max + 2) / 3 * 4;
      break;
    case ParameterType::record_ids:
      out["oneOf"] = JsonArray{
          JsonObject{{"type", "integer"}, {"minimum", 1}, {"maximum", limits::kSafeIntegerMax}},
          JsonObject{{"type", "string"}, {"pattern", "^[1-9][0-9]*(:[1-9][0-9]*)*$"}}};
      break;
  }
  return out;
}

std::string_view kind_of(const Method& method) {
  struct Name {
    std::string_view operator()(QueryHandler) const { return "query"; }
    std::string_view operator()(WriteHandler) const { return "write"; }
    std::string_view operator()(SimulationHandler) const { return "simulation"; }
    std::string_view operator()(SubscriptionHandler) const { return "subscription"; }
  };
  return std::visit(Name{}, method.handler);
}

JsonObject describe(const Method& method) {
  JsonArray params;
  for (const Parameter& parameter : method.parameters) {
    params.push_back(JsonObject{{"name", parameter.name},
                                {"description", parameter.description},
                                {"required", !parameter.is_optional},
                                {"schema", schema(parameter)}});
  }
  return {
      {"name", method.name},
      {"summary", method.summary},
      {"paramStructure", "either"},
      {"params", std::move(params)},
      {"result",
       JsonObject{{"name", "result"}, {"description", method.result}, {"schema", JsonObject()}}},
      {"x-kind", kind_of(method)}};
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = std::tolower(static_cast<unsigned char>(a[i - 1])) ==
                        std::tolower(static_cast<unsigned char>(b[j - 1]));
      const std::size_t replaced = diagonal + (same ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

MethodTable::MethodTable(std::vector<Method> methods) : methods_(std::move(methods)) {
  for (const Method& method : methods_) {
    GENERION_ASSERT(by_name_.emplace(method.name, &method).second);
  }
}

const Method* MethodTable::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

std::string_view MethodTable::nearest(std::string_view name) const {
  std::string_view best;
  std::size_t best_distance = kNearMax + 1;
  if (name.size() > kSpellingBytesMax) return best;
  for (const Method& method : methods_) {
    const std::size_t distance = edit_distance(name, method.name);
    if (distance < best_distance) {
      best = method.name;
      best_distance = distance;
    }
  }
  return best;
}

std::string MethodTable::openrpc() const {
  JsonArray methods;
  for (const Method& method : methods_) methods.push_back(describe(method));
  return boost::json::serialize(
      JsonObject{{"openrpc", "1.2.6"},
                 {"info", JsonObject{{"title", "Generion node RPC"}, {"version", "1"}}},
                 {"methods", std::move(methods)}});
}

MethodTable node_methods() {
  std::vector<Method> methods;
  for (auto* part :
       {transaction_methods, chain_methods, network_methods, contract_methods, market_methods,
        account_methods, epoch_methods, statistics_methods, subscription_methods}) {
    for (Method& method : part()) methods.push_back(std::move(method));
  }
  return MethodTable(std::move(methods));
}

}  // namespace generion::rpc
