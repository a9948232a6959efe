#include "client/record_reader.h"

#include <catch2/catch.hpp>

#include "client/transaction_builder.h"
#include "fake_node.h"
#include "temporary_directory.h"

namespace generion::client {
namespace {

const Hash kChain = crypto::blake2b256({"a chain"});

// A hospital that wrote one document for one patient.
struct Scene {
  TemporaryDirectory directory;
  FakeNode node{kChain};
  crypto::SigningKey hospital = crypto::SigningKey::generate();
  std::unique_ptr<DirectoryStore> store;
  std::unique_ptr<KeyStore> keys;
  UserKey patient;
  Bytes text = Bytes(100'000, 't');
  CapsuleMeta meta{"", std::nullopt, "text/plain", "A letter", 100'000, {"s|c"}};

  Scene() {
    store = std::move(*DirectoryStore::open(directory / "documents", ""));
    auto made = KeyStore::create(directory / "keys", KeyStore::new_phrase(), {}, {});
    REQUIRE(made);
    keys = std::make_unique<KeyStore>(std::move(*made));
    patient = *keys->add_key(kChain);
    REQUIRE(keys->add_key(kChain));
  }

  RecordId write(const ReaderKey& reader) {
    const auto capsule = NewCapsule::lock_to(reader);
    REQUIRE(capsule);
    meta.document = *store_document(*store, capsule->document_key(), text);
    TransactionBuilder builder(kChain, hospital.public_key());
    builder.create_capsule_record({patient.address, "", std::nullopt, false}, *capsule, meta);
    REQUIRE(send_transaction(node, *sign(*builder.build(now(), 60'000), hospital), Wait::executed));
    return RecordId(node.records.size());
  }

  RecordReader reader() { return {node, *keys, kChain}; }
};

Result<Bytes> read_all(const OpenedRecord& opened, const DocumentStore& store) {
  Bytes out;
  auto read = read_document(opened, store, [&out](ByteView piece) -> Result<void> {
    out.append(piece);
    return {};
  });
  if (!read) return fail(read.error());
  return out;
}

}  // namespace

TEST_CASE("the patient reads what the hospital wrote, with the right one of his keys") {
  Scene scene;
  const RecordId id = scene.write(scene.patient.reader_key);
  const auto opened = scene.reader().open(id);
  REQUIRE(opened);
  CHECK(opened->reader == scene.patient.reader_key);
  CHECK(opened->meta == scene.meta);
  CHECK(opened->record.creator_adr == scene.hospital.public_key());
  CHECK(*read_all(*opened, *scene.store) == scene.text);
}

TEST_CASE("a record that cannot be read says why") {
  Scene scene;
  const auto stranger = crypto::ReaderSecret::from_seed(scene.hospital.seed());
  CHECK(scene.reader().open(RecordId(5)).error().code == Code::record_not_found);
  CHECK(scene.reader().open(scene.write(stranger.public_key())).error().code == Code::bad_key);

  const RecordId id = scene.write(scene.patient.reader_key);
  auto record = get_record(scene.node, id);
  REQUIRE(record);
  const auto code = [&scene](RecordView view) {
    const auto opened = scene.reader().open(std::move(view));
    return opened ? Code::ok : opened.error().code;
  };
  CHECK(code(*record) == Code::ok);
  RecordView view = *record;
  view.deleted = true;
  CHECK(code(view) == Code::record_deleted);
  view = *record;
  view.data_encr.reset();
  CHECK(code(view) == Code::erased);
  view = *record;
  view.data_encr = "opaque";
  CHECK(code(view) == Code::bad_argument);
  view = *record;
  view.data_encr->back() ^= 1;
  CHECK(code(view) == Code::bad_capsule);
  view = *record;
  view.data_encr->resize(30);
  CHECK(code(view) == Code::bad_capsule);
  view = *record;
  view.pub_key =
      scene.keys->derive(kChain, 1)->reader_key;  // mine, but not the one it is locked to
  CHECK(code(view) == Code::bad_capsule);
  auto locked = KeyStore::open(scene.directory / "keys");
  REQUIRE(locked);
  CHECK(RecordReader(scene.node, *locked, kChain).open(id).error().code == Code::locked);
}

TEST_CASE("a document that is gone, damaged or another's says so") {
  Scene scene;
  const RecordId id = scene.write(scene.patient.reader_key);
  const RecordId other = scene.write(scene.patient.reader_key);
  auto opened = scene.reader().open(id);
  REQUIRE(opened);
  OpenedRecord mixed{opened->record, opened->reader, opened->meta, opened->document_key.clone()};
  mixed.record.document = get_record(scene.node, other)->document;
  CHECK(read_all(mixed, *scene.store).error().code == Code::bad_capsule);
  mixed.record.document.reset();
  mixed.meta.document.reset();
  CHECK(read_all(mixed, *scene.store).error().code == Code::not_found);
  REQUIRE(scene.store->remove(*opened->record.document));
  CHECK(read_all(*opened, *scene.store).error().code == Code::not_found);
}

}  // namespace generion::client
