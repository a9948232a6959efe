// A call's parameters, checked against what the method takes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "rpc/json.h"
#include "types/ids.h"

namespace generion::rpc {

enum class ParameterType : std::uint8_t {
  number,      // min to max
  amount,      // a number as text, so that every JSON reader keeps it exact
  flag,        // true or false
  choice,      // one of `choices`
  text,        // at most max bytes
  address,     // "gen1..."
  tx_id,       // 64 hexadecimal digits
  hex,         // at most max bytes, twice as many digits
  base64,      // at most max bytes
  record_ids,  // a number, or the original's "1:2:3"
};

struct Parameter {
  std::string_view name;
  ParameterType type = ParameterType::number;
  bool is_optional = false;
  std::string_view description;
  std::uint64_t min = 0;
  std::uint64_t max = 0;
  std::vector<std::string_view> choices = {};
};

// What the type takes, in words: "a whole number from 1 to 1000".
std::string expectation(const Parameter& parameter);

// Values of checked parameters. Asking for one that the method does not have, or of another type,
// is a bug.
class Arguments {
 public:
  // `params` null: none were given. Error bad_params: names the parameter, what was expected and
  // what came. Texts borrow from `params`.
  static Result<Arguments> from_json(std::string_view method, std::span<const Parameter> parameters,
                                     const Json* params);

  bool has(std::string_view name) const;
  std::optional<std::uint64_t> number(std::string_view name) const;  // number or amount
  bool flag(std::string_view name) const;                            // false if absent
  std::string_view text(std::string_view name) const;  // choice or text; empty if absent
  const Address& address(std::string_view name) const;
  const TxId& tx_id(std::string_view name) const;
  const Bytes& bytes(std::string_view name) const;  // hex or base64
  const std::vector<std::uint64_t>& ids(std::string_view name) const;
  bool is_list(std::string_view name) const;  // record_ids that were given as "1:2:3"

  // All that decides the answer besides height, limit and cursor, as one text: what a cursor is
  // bound to.
  std::string fingerprint() const;

 private:
  struct Ids {
    std::vector<std::uint64_t> values;
    bool is_list = false;
  };
  using Value = std::variant<std::monostate, std::uint64_t, bool, std::string_view, Address, TxId,
                             Bytes, Ids>;

  Arguments(std::string_view method, std::span<const Parameter> parameters)
      : method_(method), parameters_(parameters), values_(parameters.size()) {}
  static Result<Value> convert(const Parameter& parameter, const Json& value);
  static Result<Value> convert_text(const Parameter& parameter, std::string_view text);
  Result<void> set(std::size_t index, const Json& value);
  const Value& value(std::string_view name) const;

  std::string_view method_;
  std::span<const Parameter> parameters_;
  std::vector<Value> values_;  // in the order of parameters_
};

// The params object of GET's name=value pairs: numbers and flags where the method takes them.
// Unknown names are kept, so that from_json refuses them. Error bad_params: a name twice.
Result<Json> params_from_query(std::span<const Parameter> parameters, std::string_view query);

}  // namespace generion::rpc
