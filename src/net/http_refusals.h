// What a connection is told when its limits are reached or its bytes are no request.
#pragma once

#include "net/server_state.h"

namespace generion::net {

Method method_of(http::verb verb);

// The fields that check_head looks at; they borrow from `request`.
Head head_of(const ParsedRequest& request);

// 503 or 429 for a connection that was let in only to be told so; nullopt for an admitted one.
std::optional<Response> refuse_connection(io::Connections::Admission admission,
                                          const HttpLimits& limits, const Peer& peer);

// 429 if the peer's rate does not allow one more request; nullopt once it is charged.
std::optional<Response> charge_request(const HttpLimits& limits, const Peer& peer);

// 408, 431, 413 or 400 for a request that could not be read to its end; nullopt if nobody is there
// to be told.
std::optional<Response> refuse_broken(error_code ec, bool timed_out, const HttpLimits& limits);

}  // namespace generion::net
