#include "client/document_store.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "base/hex.h"
#include "client/record_reader.h"
#include "crypto/document.h"
#include "temporary_directory.h"

namespace generion::client {
namespace {

Hash address_of(ByteView ciphertext) {
  crypto::DocumentAddress address;
  address.update(ciphertext);
  return address.finish();
}

std::unique_ptr<DirectoryStore> open_store(const TemporaryDirectory& directory) {
  auto store = DirectoryStore::open(directory / "documents", "");
  REQUIRE(store);
  return std::move(*store);
}

Result<void> put(DocumentStore& store, const Hash& address, ByteView ciphertext) {
  auto upload = store.begin_upload(Durability::at_commit);
  REQUIRE(upload);
  REQUIRE((*upload)->write(ciphertext.substr(0, ciphertext.size() / 2)));
  REQUIRE((*upload)->write(ciphertext.substr(ciphertext.size() / 2)));
  return (*upload)->commit(address);
}

Result<Bytes> get(const DocumentStore& store, const Hash& address) {
  Bytes out;
  auto got = store.get(address, [&out](ByteView piece) -> Result<void> {
    out.append(piece);
    return {};
  });
  if (!got) return fail(got.error());
  return out;
}

std::size_t file_count(const std::filesystem::path& path) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
    count += entry.is_regular_file() ? 1 : 0;
  }
  return count;
}

}  // namespace

TEST_CASE("a document comes back as it was put, and goes when removed") {
  const TemporaryDirectory directory;
  const auto store = open_store(directory);
  const Bytes content(200'000, 'c');
  const Hash address = address_of(content);
  CHECK_FALSE(*store->exists(address));
  REQUIRE(put(*store, address, content));
  REQUIRE(put(*store, address, content));  // again is no error
  CHECK(*store->exists(address));
  CHECK(*get(*store, address) == content);
  struct stat status{};
  const std::string name = to_hex(address);
  const auto path = directory / "documents" / name.substr(0, 2) / name;
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK(file_count(directory / "documents") == 1);
  REQUIRE(store->remove(address));
  CHECK_FALSE(*store->exists(address));
  CHECK(get(*store, address).error().code == Code::not_found);
  CHECK(store->remove(address).error().code == Code::not_found);
}

TEST_CASE("a document is not filed under an address that is not its own") {
  const TemporaryDirectory directory;
  const auto store = open_store(directory);
  const Hash wrong = address_of("something else");
  CHECK(put(*store, wrong, "content").error().code == Code::bad_argument);
  CHECK_FALSE(*store->exists(wrong));
  CHECK(file_count(directory / "documents") == 0);
}

TEST_CASE("an upload that is dropped leaves nothing behind") {
  const TemporaryDirectory directory;
  const auto store = open_store(directory);
  {
    auto upload = store->begin_upload(Durability::at_sync);
    REQUIRE(upload);
    REQUIRE((*upload)->write("half"));
    CHECK(file_count(directory / "documents") == 1);
  }
  CHECK(file_count(directory / "documents") == 0);
}

TEST_CASE("a document that was changed or cut on disk is reported as damaged") {
  const TemporaryDirectory directory;
  const auto store = open_store(directory);
  const Bytes content = "a small document";
  const Hash address = address_of(content);
  REQUIRE(put(*store, address, content));
  const std::string name = "documents/" + to_hex(address).substr(0, 2) + "/" + to_hex(address);
  directory.write(name, "a small documenT");
  CHECK(get(*store, address).error().code == Code::damaged);
  directory.write(name, "a small");
  CHECK(get(*store, address).error().code == Code::damaged);
}

TEST_CASE("a sink's error ends the reading") {
  const TemporaryDirectory directory;
  const auto store = open_store(directory);
  REQUIRE(put(*store, address_of("x"), "x"));
  const auto got = store->get(
      address_of("x"), [](ByteView) -> Result<void> { return fail(Code::disk_full, "no space"); });
  CHECK(got.error().code == Code::disk_full);
}

TEST_CASE("a store needs a private directory") {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory / "open");
  std::filesystem::permissions(directory / "open", std::filesystem::perms(0755));
  CHECK(DirectoryStore::open(directory / "open", "").error().code == Code::bad_file_mode);
}

TEST_CASE("an encrypted document of any size is stored under its ciphertext's address") {
  const TemporaryDirectory directory;
  const auto store = open_store(directory);
  const auto key = crypto::SecretBytes::copy_of(Bytes(32, 'k'));
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{65'536}, std::size_t{200'000}}) {
    const Bytes plaintext(size, 'p');
    const auto address = store_document(*store, key, plaintext, Durability::at_sync);
    REQUIRE(address);
    REQUIRE(store->sync());
    const auto ciphertext = get(*store, *address);
    REQUIRE(ciphertext);
    CHECK(ciphertext->size() == crypto::document_ciphertext_size(size));
    crypto::DocumentDecryptor decryptor(key);
    Bytes read = *decryptor.push(*ciphertext);
    read += *decryptor.finish();
    CHECK(read == plaintext);
  }
}

}  // namespace generion::client
