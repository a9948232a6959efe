// Reads a list with its proofs from a node, and checks that nothing is missing.
#pragma once

#include "client/list_proof.h"
#include "client/rpc_client.h"

namespace generion::client {

// All pages at one height, verified against `anchor`. If the height is not kept any more before the
// last page it begins again, three times in all. Errors: those of ListCheck; height_gone;
// too_many (more entries than limits::kListedMax); what the node says, such as user_not_found,
// which is the node's word alone; malformed.
Result<ProvenList> read_proven_list(Rpc& node, const ListQuestion& question,
                                    const TrustAnchor& anchor);
// The same, where headers are checked in another way.
Result<ProvenList> read_proven_list(Rpc& node, const ListQuestion& question,
                                    const HeaderCheck& check_header);

}  // namespace generion::client
