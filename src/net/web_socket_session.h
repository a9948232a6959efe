// One WebSocket: messages in, answers out, both bounded.
#pragma once

#include "net/server_state.h"

namespace generion::net {

// Takes over the connection of a request to upgrade that was found acceptable.
void start_web_socket(Socket stream, std::shared_ptr<const ListenerState> listener, Peer peer,
                      std::unique_ptr<io::Connections::Ticket> ticket, ParsedRequest upgrade);
void start_web_socket(TlsStream stream, std::shared_ptr<const ListenerState> listener, Peer peer,
                      std::unique_ptr<io::Connections::Ticket> ticket, ParsedRequest upgrade);

}  // namespace generion::net
