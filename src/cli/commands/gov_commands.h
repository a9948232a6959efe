// The commands of `generion gov` that have a file of their own.
#pragma once

#include "cli/commands/command.h"

namespace generion::cli {

// propose: one command for each action.
void add_gov_propose(CLI::App& gov, Action& selected);

// epoch, end-epoch, ready.
void add_gov_epochs(CLI::App& gov, Action& selected);

}  // namespace generion::cli
