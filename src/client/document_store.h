// Where encrypted documents are kept, by the address of their ciphertext (crypto/document.h). A
// local directory here; a data source over HTTP has the same interface.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "types/ids.h"

namespace generion::client {

// Takes the next piece of a stream. An error ends the stream.
using Sink = std::function<Result<void>(ByteView)>;

// Ciphertext on its way in. Dropping one that is not committed leaves nothing behind.
class DocumentUpload {
 public:
  virtual ~DocumentUpload() = default;
  virtual Result<void> write(ByteView ciphertext) = 0;
  // Files it under `address`, whole or not at all. Error bad_argument if that is not the address of
  // what was written. Filing a document twice is no error.
  virtual Result<void> commit(const Hash& address) = 0;
};

// When a committed document is safe on disk: when commit returns, or, for many at once, after
// DocumentStore::sync.
enum class Durability { at_commit, at_sync };

class DocumentStore {
 public:
  virtual ~DocumentStore() = default;

  // What a record's meta says about where to look: an https:// URL, empty for a local directory.
  virtual std::string url() const = 0;

  virtual Result<std::unique_ptr<DocumentUpload>> begin_upload(Durability durability) = 0;
  // Makes all that was committed durable.
  virtual Result<void> sync() = 0;
  // Streams the ciphertext. Errors: not_found, damaged (it does not have its address; known only at
  // the end, so a sink must not trust what it got before success), the sink's own.
  virtual Result<void> get(const Hash& address, const Sink& sink) const = 0;
  virtual Result<bool> exists(const Hash& address) const = 0;
  virtual Result<void> remove(const Hash& address) = 0;  // error not_found
};

// Files <directory>/<first two hex digits>/<address in hex>, mode 0600, written beside and renamed.
// Several processes may use one directory. One thread at a time an upload; the store itself any.
class DirectoryStore final : public DocumentStore {
 public:
  // Makes the directory (mode 0700) if it is not there. `url`: what url() says, see above.
  static Result<std::unique_ptr<DirectoryStore>> open(const std::filesystem::path& directory,
                                                      std::string url);

  std::string url() const override { return url_; }
  Result<std::unique_ptr<DocumentUpload>> begin_upload(Durability durability) override;
  Result<void> sync() override;
  Result<void> get(const Hash& address, const Sink& sink) const override;
  Result<bool> exists(const Hash& address) const override;
  Result<void> remove(const Hash& address) override;

 private:
  DirectoryStore(std::filesystem::path directory, std::string url)
      : directory_(std::move(directory)), url_(std::move(url)) {}
  std::filesystem::path path_of(const Hash& address) const;

  std::filesystem::path directory_;
  std::string url_;
};

}  // namespace generion::client
