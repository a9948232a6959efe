#include "rpc/block_events.h"

#include <catch2/catch.hpp>

#include "base/limits.h"
#include "contract/queries.h"
#include "fake_backend.h"

using namespace generion;
using namespace generion::rpc;
using namespace generion::test;

namespace {

UserId user(const FakeBackend& backend, char name) {
  return *contract::find_user_id((*backend.version(std::nullopt))->state(),
                                 key_of(name).public_key());
}

}  // namespace

TEST_CASE("the events of a block are the operations that took effect, in their order") {
  FakeBackend backend;
  backend.create_record('H', 'P', "one");
  AdmitUser admit{{key_of('R').public_key(), key_of('S').public_key()}};
  backend.commit_all({
      backend.sign('H', {admit, FakeBackend::record('P', "two"), FakeBackend::record('Q', "three")},
                   {"two", "three"}),
      backend.sign('Q', {DeleteRecord{RecordId(1)}}),  // not his
      backend.sign('P', {VerifyRecord{{RecordId(2), RecordId(1)}}, DeleteRecord{RecordId(2)}}),
  });
  BlockReader reader(backend);
  const auto events = reader.read(Height(2), Detail::operations);
  REQUIRE(events);
  const BlockEvents& seen = **events;
  REQUIRE(seen.transactions.size() == 3);
  CHECK(seen.transactions[1].sender == key_of('Q').public_key());
  CHECK(seen.transactions[2].tx_id == seen.block.tx_ids[2]);
  REQUIRE(seen.records.size() == 5);
  const auto is = [&](std::size_t at, std::size_t transaction, char owner, std::uint64_t record,
                      std::string_view operation) {
    const RecordEvent& event = seen.records[at];
    return event.cause == transaction && event.owner == user(backend, owner) &&
           event.record == RecordId(record) &&
           contract::change_operation(event.change) == operation;
  };
  CHECK(is(0, 0, 'P', 2, "createRecord"));
  CHECK(is(1, 0, 'Q', 3, "createRecord"));
  CHECK(is(2, 2, 'P', 2, "verifyRecord"));
  CHECK(is(3, 2, 'P', 1, "verifyRecord"));
  CHECK(is(4, 2, 'P', 2, "deleteRecord"));
}

TEST_CASE("transactions that were skipped are no events, and keep the others in their places") {
  FakeBackend backend;
  backend.create_record('H', 'P', "one");
  const auto first = backend.sign('P', {VerifyRecord{{RecordId(1)}}});
  backend.commit_all({first, backend.sign('P', {DeleteRecord{RecordId(1)}})});
  backend.skip_first(Height(2));
  BlockReader reader(backend);
  const auto events = reader.read(Height(2), Detail::operations);
  REQUIRE(events);
  REQUIRE((*events)->transactions.size() == 1);
  REQUIRE((*events)->records.size() == 1);
  CHECK((*events)->records[0].change == contract::RecordChange::deleted);
}

TEST_CASE("a block is read once for all who ask soon, and again later") {
  FakeBackend backend;
  for (int i = 0; i < 40; ++i) backend.create_record('H', 'P', "data");
  BlockReader reader(backend);
  for (int i = 0; i < 100; ++i) REQUIRE(reader.read(Height(7), Detail::operations));
  CHECK(backend.block_reads == 1);
  CHECK((*reader.read(Height(7), Detail::block))->records.size() == 1);
  CHECK(backend.block_reads == 1);
  REQUIRE(reader.read(Height(8), Detail::block));
  CHECK((*reader.read(Height(8), Detail::operations))->records.size() == 1);
  CHECK(backend.block_reads == 3);
  for (std::uint64_t h = 1; h <= limits::kBlockEventsKept + 8; ++h)
    REQUIRE(reader.read(Height(h), Detail::block));
  REQUIRE(reader.read(Height(7), Detail::operations));
  CHECK(backend.block_reads > limits::kBlockEventsKept);
  CHECK(reader.read(Height(41), Detail::block).error().code == Code::not_found);
  backend.reads_throw = true;
  CHECK(reader.read(Height(30), Detail::operations).error().code == Code::io_error);
}
