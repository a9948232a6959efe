// The commands of `generion record` that have a file of their own.
#pragma once

#include "cli/commands/command.h"

namespace generion::cli {

void add_record_create(CLI::App& records, Action& selected);
void add_record_import(CLI::App& records, Action& selected);
void add_record_read(CLI::App& records, Action& selected);

}  // namespace generion::cli
