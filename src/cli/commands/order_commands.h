// The commands of `generion order` by which a sale goes on once there is an order.
#pragma once

#include "cli/commands/command.h"

namespace generion::cli {

void add_order_purchase(CLI::App& orders, Action& selected);
void add_order_deliver(CLI::App& orders, Action& selected);
void add_order_read(CLI::App& orders, Action& selected);

}  // namespace generion::cli
