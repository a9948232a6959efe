// The memory of an import: which resource went into which transaction, on disk before the
// transaction is sent. So a rerun sends again what may have got lost, with the same bytes, and
// nothing twice.
//
//   <directory>/chain          the chain id in hex
//   <directory>/import.log     lines: "sent <tx id> <resource>...", "done <tx id>", "void <tx id>"
//   <directory>/<tx id>.tx     a signed transaction whose end is not known yet
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "types/transaction.h"

namespace generion::client {

// Names one resource of one patient: a hash over the patient's address and the resource's exact
// bytes.
using ResourceKey = Hash;

ResourceKey resource_key(const Address& patient, ByteView json);

struct LoggedTransaction {
  TxId id;
  SignedTransaction transaction;
  std::vector<ResourceKey> resources;
};

// Holds the directory's lock. One thread at a time.
class ImportLog {
 public:
  // Makes the directory (mode 0700) if it is not there. A last line that a crash cut off is
  // removed: its transaction was not sent. Errors: locked, wrong_chain (it is another chain's),
  // damaged.
  static Result<ImportLog> open(const std::filesystem::path& directory, const Hash& chain_id);
  ImportLog(ImportLog&& other) noexcept;
  ImportLog& operator=(ImportLog&&) = delete;
  ~ImportLog();

  bool is_recorded(const ResourceKey& resource) const { return recorded_.contains(resource); }

  // Those of which neither done nor void is known. Error damaged if a file is gone.
  Result<std::vector<LoggedTransaction>> pending() const;

  // Durable when it returns: now the transactions may be sent.
  Result<void> sent(const std::vector<LoggedTransaction>& transactions);
  // It took effect: its resources are recorded.
  Result<void> done(const TxId& id);
  // It never will: its resources may go into another one.
  Result<void> voided(const TxId& id);

 private:
  ImportLog(std::filesystem::path directory, DirectoryLock lock)
      : directory_(std::move(directory)), lock_(std::move(lock)) {}

  Result<void> read();
  void remove_unsent();
  Result<void> read_line(std::string_view line);
  Result<void> append(std::string_view text);
  Result<void> end(std::string_view verb, const TxId& id);
  std::filesystem::path transaction_path(const TxId& id) const;

  std::filesystem::path directory_;
  DirectoryLock lock_;
  int file_ = -1;
  std::map<TxId, std::vector<ResourceKey>> pending_;
  std::set<ResourceKey> recorded_;
};

}  // namespace generion::client
