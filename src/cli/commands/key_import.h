// `generion keys import`.
#pragma once

#include "cli/commands/command.h"

namespace generion::cli {

void add_key_import(CLI::App& keys, Action& selected);

}  // namespace generion::cli
