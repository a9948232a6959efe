// `generion backup` and `generion restore`.
#pragma once

#include "cli/commands/command.h"

namespace generion::cli {

void add_backup(CLI::App& root, Action& selected);

}  // namespace generion::cli
