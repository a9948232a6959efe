#include "cli/commands/backup.h"
#include "cli/commands/command.h"

namespace generion::cli {

void add_commands(CLI::App& root, Action& selected) {
  add_init(root, selected);
  add_localnet(root, selected);
  add_keys(root, selected);
  add_institution(root, selected);
  add_record(root, selected);
  add_share(root, selected);
  add_order(root, selected);
  add_token(root, selected);
  add_user(root, selected);
  add_gov(root, selected);
  add_stats(root, selected);
  add_tx(root, selected);
  add_query(root, selected);
  add_proof(root, selected);
  add_export(root, selected);
  add_audit(root, selected);
  add_node(root, selected);
  add_backup(root, selected);
  add_bench(root, selected);
  add_completion(root, selected);
}

}  // namespace generion::cli
