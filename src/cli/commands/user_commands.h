// The commands of `generion user` that have a file of their own.
#pragma once

#include "cli/commands/command.h"

namespace generion::cli {

// set-recovery, accept-move, move, cancel-move.
void add_user_move(CLI::App& users, Action& selected);
void add_user_relock(CLI::App& users, Action& selected);

}  // namespace generion::cli
