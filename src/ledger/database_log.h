// What RocksDB has to say, sent to the node's log: warnings and worse. Without this it would keep
// LOG files in the database directories.
#pragma once

#include <memory>

namespace rocksdb {
class Logger;
}

namespace generion::ledger {

std::shared_ptr<rocksdb::Logger> database_log();

}  // namespace generion::ledger
