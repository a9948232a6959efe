#include "cli/commands/key_scan.h"

#include <fmt/format.h>

#include "client/market_api.h"
#include "client/reader_keys.h"

namespace generion::cli {
namespace {

// Each order's key is looked for only a gap beyond those that are known, and orders come by their
// numbers, so those of one buyer are found in the order in which their keys were made.
Result<void> scan_purchases(client::Rpc& node, const client::KeyStore& store, const Hash& chain,
                            const Address& buyer) {
  const auto orders = client::get_purchases(node, buyer);
  if (!orders) return fail(orders.error());
  for (const client::OrderView& order : *orders) {
    if (!order.pub_key) continue;
    const auto noted = client::note_one_time_reader(store, chain, *order.pub_key);
    if (!noted) return fail(noted.error());
  }
  return {};
}

}  // namespace

Result<std::uint64_t> scan_chain(Context& context, client::KeyStore& store, const Hash& chain) {
  const auto node = context.node();
  if (!node) return fail(node.error());
  Progress progress = context.progress("looking for your keys on the chain", "keys");
  std::uint64_t found = 0;
  std::uint32_t last_used = 0;
  for (std::uint32_t index = 0; index <= last_used + client::kRestoreGap; ++index) {
    const auto key = store.derive(chain, index);
    if (!key) return fail(key.error());
    const auto user = client::get_user(**node, key->address);
    if (user) {
      last_used = index;
      ++found;
      if (auto ok = scan_purchases(**node, store, chain, key->address); !ok) {
        return fail(ok.error());
      }
    } else if (user.error().code != Code::not_found && user.error().code != Code::user_not_found) {
      return fail(user.error().code,
                  fmt::format("{}; the phrase is stored, `generion keys scan` goes on",
                              user.error().message));
    }
    progress.update(index + 1, last_used + client::kRestoreGap + 1);
  }
  if (const auto added = store.add_keys_up_to(chain, last_used); !added) return fail(added.error());
  return found;
}

}  // namespace generion::cli
