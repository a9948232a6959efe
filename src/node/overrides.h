// Values from outside the configuration file: GENERION_* variables and `--set key=value`.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "node/config.h"

namespace generion::node {

struct Override {
  std::string origin;  // the variable's name, or "--set rpc.batch_max"
  std::string value;
};

// The variable that overrides a key: "rpc.batch_max" -> "GENERION_RPC_BATCH_MAX".
std::string variable_name(std::string_view key);

// The known one with the fewest typing errors, if these are at most a third of its length.
std::optional<std::string> nearest(std::string_view text, std::span<const std::string> known);

class Overrides {
 public:
  explicit Overrides(const ConfigSource& source);

  // The override of this key; --set wins over a variable. It counts as asked for.
  std::optional<Override> take(std::string_view key);

  // Whether one stands for a key below `key`.
  bool any_below(std::string_view key) const;

  // Settings that nothing asked for. A GENERION_* variable is ours only if it starts like one of
  // the sections (GENERION_RPC_...); others belong to other programs.
  std::vector<Mistake> unknown(std::span<const std::string> known_keys) const;

 private:
  struct Entry {
    std::string
        variable;       // "GENERION_RPC_BATCH_MAX", also for --set: keys are compared in this form
    std::string key{};  // as the user wrote it
    Override value{};
    bool from_environment = false;
    bool taken = false;
  };
  std::vector<Entry> entries_;  // --set first, the last of them in front
};

}  // namespace generion::node
