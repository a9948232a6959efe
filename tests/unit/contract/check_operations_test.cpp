#include "contract/check_operations.h"

#include "test_chain.h"

using namespace generion;
using namespace generion::contract;

namespace {

Code check(std::vector<Operation> operations, const Parameters& parameters) {
  const auto result =
      check_operations(make_transaction(person(1), std::move(operations)), parameters);
  return result ? Code::ok : result.error().code;
}

}  // namespace

TEST_CASE("operations within the parameters pass") {
  const Parameters parameters = test_genesis().parameters;
  CHECK(check({SetUserPubKey{}, record_for(person(1)), AdmitUser{{person(2)}},
               VerifyRecord{{RecordId(1)}}, DeleteRecord{RecordId(1)}},
              parameters) == Code::ok);
}

TEST_CASE("the number of operations") {
  Parameters parameters = test_genesis().parameters;
  parameters.operations_max = 3;
  const Operation op = DeleteRecord{RecordId(1)};
  CHECK(check({op, op, op}, parameters) == Code::ok);
  CHECK(check({op, op, op, op}, parameters) == Code::too_many);
}

TEST_CASE("the size of the body") {
  Parameters parameters = test_genesis().parameters;
  const auto transaction = make_transaction(person(1), {DeleteRecord{RecordId(1)}});
  parameters.body_bytes_max = transaction.envelope.body.size();
  CHECK(check_operations(transaction, parameters).has_value());
  --parameters.body_bytes_max;
  CHECK(check_operations(transaction, parameters).error().code == Code::too_large);
}

TEST_CASE("the attachments' sizes together, as the body states them") {
  Parameters parameters = test_genesis().parameters;
  parameters.attachment_bytes_max = 100;
  CreateRecord half = record_for(person(1));
  half.data.length = 50;
  CHECK(check({half, half}, parameters) == Code::ok);
  CreateRecord more = half;
  more.data.length = 51;
  CHECK(check({half, more}, parameters) == Code::too_large);
  // Lengths that would wrap around when summed.
  more.data.length = UINT64_MAX;
  CHECK(check({half, more}, parameters) == Code::too_large);
  CHECK(check({more, half}, parameters) == Code::too_large);
}

TEST_CASE("the number of proofs, whatever operations they are in") {
  Parameters parameters = test_genesis().parameters;
  parameters.proofs_max = 3;
  RelockRecord relocks;
  relocks.records.resize(2);
  ShareRecord share;
  share.access = Relocking{};
  ShareRecord opaque_share;
  opaque_share.access = AttachmentRef{};
  CHECK(check({relocks, share, opaque_share}, parameters) == Code::ok);
  CHECK(check({relocks, share, share}, parameters) == Code::too_many);
  CHECK(check({relocks, share, MoveUser{}}, parameters) == Code::too_many);
}
