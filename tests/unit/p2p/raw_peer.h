// A peer that says whatever a test wants, byte by byte, over blocking sockets.
#pragma once

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <string>

#include "base/byte_io.h"
#include "io/asio.h"
#include "p2p/session.h"
#include "p2p/tls.h"
#include "test_node.h"
#include "wire/peer.h"

namespace generion::p2p {

class RawPeer {
 public:
  // Connects over TCP; `handshake` or `introduce` go on from there.
  RawPeer(const crypto::SigningKey& key, std::uint16_t port)
      : tls_(*make_tls_context(key)), stream_(io::Socket(io::asio::make_strand(io_)), *tls_) {
    stream_.next_layer().connect(
        io::asio::ip::tcp::endpoint(io::asio::ip::address_v4::loopback(), port));
  }

  // TLS; the error, if it fails.
  std::string handshake() {
    io::error_code ec;
    stream_.handshake(io::asio::ssl::stream_base::client, ec);
    return ec ? ec.message() : "";
  }

  // TLS, Hello and Welcome: what the node said last, Welcome or Refusal; none: it closed.
  std::optional<LinkMessage> introduce(const Hello& hello = usual_hello()) {
    if (!handshake().empty()) return std::nullopt;
    say(LinkMessage(hello));
    if (!std::holds_alternative<Hello>(hear_link().value_or(Welcome{}))) return std::nullopt;
    auto answer = hear_link();
    if (answer && std::holds_alternative<Welcome>(*answer)) say(LinkMessage(Welcome{}));
    return answer;
  }
  static Hello usual_hello() { return {kPeerProtocol, kChain, PeerRole::validator, 7, "raw"}; }

  template <class M>
  void say(const M& message) {
    say_bytes(*make_frame(wire::encode_frame(message)));
  }
  // False: the node has closed.
  bool say_bytes(ByteView bytes) {
    io::error_code ec;
    io::asio::write(stream_, io::asio::buffer(bytes.data(), bytes.size()), ec);
    return !ec;
  }
  void say_without_tls(ByteView bytes) {
    io::error_code ec;
    io::asio::write(stream_.next_layer(), io::asio::buffer(bytes.data(), bytes.size()), ec);
  }

  // The next frame; none: the node has closed.
  std::optional<PeerFrame> hear() {
    Bytes header(kFrameHeaderBytes, '\0');
    io::error_code ec;
    io::asio::read(stream_, io::asio::buffer(header), ec);
    if (ec) return std::nullopt;
    Bytes body(ByteReader(header).u32(), '\0');
    io::asio::read(stream_, io::asio::buffer(body), ec);
    if (ec) return std::nullopt;
    return std::move(*wire::decode_frame(body));
  }
  std::optional<LinkMessage> hear_link() {
    auto frame = hear();
    if (!frame || !std::holds_alternative<LinkMessage>(*frame)) return std::nullopt;
    return std::get<LinkMessage>(std::move(*frame));
  }
  // Everything up to the node's last word; none: it closed without one.
  std::optional<Refusal> hear_refusal() {
    while (auto frame = hear()) {
      const auto* link = std::get_if<LinkMessage>(&*frame);
      if (link == nullptr) continue;
      if (const auto* refusal = std::get_if<Refusal>(link)) return *refusal;
    }
    return std::nullopt;
  }
  bool is_closed() { return !hear(); }
  void close() { stream_.next_layer().close(); }
  SSL* native() { return stream_.native_handle(); }

 private:
  io::asio::io_context io_;
  std::shared_ptr<io::asio::ssl::context> tls_;
  io::TlsStream stream_;
};

}  // namespace generion::p2p
