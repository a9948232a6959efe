#include "audit/attachment_check.h"

#include <catch2/catch.hpp>

#include "audit_fixture.h"

namespace generion::audit {

TEST_CASE("attachments may lack exactly where the chain erased them") {
  test::Chain chain(4);
  test::fill(chain);
  auto entries = chain.entries_with_attachments();
  const auto find = [&](Height height, std::uint32_t place) {
    return std::find_if(entries.begin(), entries.end(), [&](const auto& entry) {
      const auto* held = std::get_if<wire::ArchivedAttachment>(&entry);
      return held != nullptr && held->id.height == height && held->id.transaction == place;
    });
  };
  // All are there, even the deleted record's.
  const AuditReport all = test::audit_all(chain.genesis, entries, true);
  CHECK_FALSE(all.fault);
  CHECK(all.attachments == 4);
  CHECK(all.attachments_erased == 1);
  CHECK(all.attachments_kept == 2);  // that one, and of the skipped transaction

  // The deleted record's went.
  entries.erase(find(Height(1), 0));
  entries.erase(find(Height(3), 1));
  const AuditReport erased = test::audit_all(chain.genesis, entries, true);
  CHECK_FALSE(erased.fault);
  CHECK(erased.attachments_kept == 0);

  // So did one of a living record.
  const auto living = find(Height(1), 1);
  auto without = entries;
  without.erase(without.begin() + (living - entries.begin()));
  const AuditReport lacking = test::audit_all(chain.genesis, without, true);
  REQUIRE(lacking.fault);
  CHECK(lacking.fault->height == Height(1));
  CHECK(lacking.fault->transaction == chain.blocks[0].batch.ids[1]);
  CHECK(lacking.fault->object == "attachment 0");
  CHECK(lacking.fault->expected == "its bytes, since no block up to 4 has erased them");

  // Other bytes.
  std::get<wire::ArchivedAttachment>(*living).data[0] ^= 1;
  const AuditReport changed = test::audit_all(chain.genesis, entries, true);
  REQUIRE(changed.fault);
  CHECK(changed.fault->object == "attachment 0");
  CHECK(changed.fault->expected.starts_with("6 bytes with hash"));
  // Without attachments nothing is missed.
  CHECK_FALSE(test::audit_all(chain.genesis, chain.entries()).fault);
}

}  // namespace generion::audit
