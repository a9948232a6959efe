#include "bench.h"

namespace generion::consensus::testing {
namespace {

TEST_CASE("replica: one validator alone goes the whole way") {
  Bench b(1, 0);
  REQUIRE(b.started.persist.size() == 1);
  CHECK(std::get<Leads>(b.started.persist[0].entry) == Leads{Epoch(0), View(0)});
  CHECK(b.started.status.wants_proposal == ProposalWish::none);  // not before Leads is durable
  CHECK(b.settle(b.started).status.wants_proposal == ProposalWish::any_batch);

  auto proposed = b.replica->propose(TimeMs(kWall), {tx(1)}, BatchSize::below_fill);
  REQUIRE(proposed);
  REQUIRE(proposed->send.size() == 1);
  const Batch batch = std::get<PrePrepare>(proposed->send[0]).batch;
  REQUIRE(asked<Prepare>(*proposed).size() == 1);
  REQUIRE(proposed->persist[0].batch);
  CHECK(*proposed->persist[0].batch == batch);
  CHECK(proposed->execute.empty());  // nothing counts before it is durable

  const Actions ordered = b.settle(*proposed);
  CHECK(asked<Commit>(ordered).size() == 1);
  REQUIRE(ordered.execute.size() == 1);
  CHECK(*ordered.execute[0].batch == batch);

  const Actions executed = b.replica->executed(b.block(batch));
  CHECK(executed.stable.empty());
  const Actions sealed = b.settle(executed);
  REQUIRE(sealed.stable.size() == 1);
  CHECK(verify_certificate(sealed.stable[0].certificate, sealed.stable[0].header,
                           b.members.membership.set));
  CHECK(sealed.status.stable == Height(1));
}

}  // namespace
}  // namespace generion::consensus::testing
