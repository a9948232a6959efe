#include "cli/commands/backup.h"

#include <fmt/format.h>

#include "base/hex.h"
#include "node/backup_request.h"
#include "node/node_settings.h"

namespace generion::cli {
namespace {

constexpr const char* kConfigName = "generiond.toml";

struct BackupArgs {
  std::filesystem::path directory;  // the node's
  std::filesystem::path out;
};

struct RestoreArgs {
  std::filesystem::path directory;
  std::filesystem::path from;
};

struct NodeFiles {
  node::Config config;
  Genesis genesis;
};

Result<NodeFiles> read_node(const std::filesystem::path& directory) {
  node::LoadedConfig loaded =
      node::load_config({.file = directory / kConfigName, .checks = node::FileChecks::none});
  if (!loaded.mistakes.empty()) {
    return fail(Code::bad_config, node::mistake_text(loaded.mistakes.front()));
  }
  auto genesis = node::load_genesis(loaded.config.genesis);
  if (!genesis) return fail(genesis.error());
  return NodeFiles{std::move(loaded.config), std::move(*genesis)};
}

Report report(const ledger::BackupInfo& info, std::string text) {
  Report out;
  out.json = {{"chain_id", to_hex(info.chain)},
              {"height", info.height.value()},
              {"block_hash", to_hex(info.block)},
              {"first_block", info.first_block.value()},
              {"attachments", info.attachments}};
  out.text = std::move(text);
  return out;
}

Result<Report> backup(Context& /*context*/, const BackupArgs& args) {
  const auto files = read_node(args.directory);
  if (!files) return fail(files.error());
  const auto made = node::backup_node(files->config, files->genesis, args.out);
  if (!made) return fail(made.error());
  return report(*made, fmt::format("{}: blocks {} to {}, the state, and {} living attachments\n"
                                   "block hash  {}\n"
                                   "It holds no keys, configuration or votes: keep those apart.\n",
                                   args.out.string(), made->first_block.value(),
                                   made->height.value(), made->attachments, to_hex(made->block)));
}

Result<Report> restore(Context& /*context*/, const RestoreArgs& args) {
  const auto files = read_node(args.directory);
  if (!files) return fail(files.error());
  const auto restored = node::restore_node(files->config, files->genesis, args.from);
  if (!restored) return fail(restored.error());
  return report(
      *restored,
      fmt::format("{} is at block {} now. Start the node: it fetches what came after, and "
                  "gives out no attachments before it has erased what was deleted since.\n",
                  files->config.data_dir.string(), restored->height.value()));
}

}  // namespace

void add_backup(CLI::App& root, Action& selected) {
  auto [making, made] = add_command<BackupArgs>(
      root, "backup", "Copy a node's chain and state, while it runs or not", selected, backup);
  making->add_option("--dir", made->directory, "The node's directory, with generiond.toml")
      ->required();
  making->add_option("--out", made->out, "A directory that is not there yet")->required();
  auto [restoring, restored] = add_command<RestoreArgs>(
      root, "restore", "Put a backup into the directory of a node that does not run", selected,
      restore);
  restoring->add_option("--dir", restored->directory, "The node's directory, with generiond.toml")
      ->required();
  restoring->add_option("--from", restored->from, "Made by `generion backup`")->required();
}

}  // namespace generion::cli
