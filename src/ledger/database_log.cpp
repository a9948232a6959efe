#include "ledger/database_log.h"

#include <rocksdb/env.h>
#include <spdlog/spdlog.h>

#include <array>
#include <cstdarg>
#include <cstdio>

namespace generion::ledger {
namespace {

class LogAdapter : public rocksdb::Logger {
 public:
  LogAdapter() : Logger(rocksdb::InfoLogLevel::WARN_LEVEL) {}

  using Logger::Logv;
  [[gnu::format(printf, 3, 0)]] void Logv(const rocksdb::InfoLogLevel level, const char* format,
                                          va_list arguments) override {
    if (level < rocksdb::InfoLogLevel::WARN_LEVEL || level == rocksdb::InfoLogLevel::HEADER_LEVEL) {
      return;
    }
    std::array<char, 1024> text{};
    std::vsnprintf(text.data(), text.size(), format, arguments);
    if (level == rocksdb::InfoLogLevel::WARN_LEVEL) {
      spdlog::warn("rocksdb: {}", text.data());
    } else {
      spdlog::error("rocksdb: {}", text.data());
    }
  }
  void Logv(const char*, va_list) override {}  // header lines: the options in use
};

}  // namespace

std::shared_ptr<rocksdb::Logger> database_log() {
  return std::make_shared<LogAdapter>();
}

}  // namespace generion::ledger
