#include "net/listen_socket.h"

#include <fmt/core.h>
#include <sys/stat.h>
#include <sys/un.h>

namespace generion::net {
namespace {

constexpr mode_t kSocketMode = 0660;

// Removes the file of a server that is gone.
Result<void> remove_stale(const std::filesystem::path& path, const Strand& strand) {
  struct stat info{};
  if (::lstat(path.c_str(), &info) != 0) return {};
  if (!S_ISSOCK(info.st_mode)) {
    return fail(Code::file_exists,
                fmt::format("{} is there and is no socket; move it away or give another path",
                            path.string()));
  }
  asio::basic_stream_socket<asio::local::stream_protocol, Strand> probe(strand);
  error_code ec;
  probe.connect(asio::local::stream_protocol::endpoint(path.string()), ec);
  if (!ec) {
    return fail(Code::port_in_use,
                fmt::format("{} is in use by a running server; stop it or give another path",
                            path.string()));
  }
  ::unlink(path.c_str());
  return {};
}

}  // namespace

Result<UnixAcceptor> bind_unix(const UnixAddress& where, const Strand& strand) {
  const std::string path = where.path.string();
  if (path.empty() || path.size() >= sizeof(sockaddr_un::sun_path)) {
    return fail(Code::bad_config,
                fmt::format("the socket path {} has {} bytes; 1 to {} are allowed", path,
                            path.size(), sizeof(sockaddr_un::sun_path) - 1));
  }
  if (auto ok = remove_stale(where.path, strand); !ok) return fail(ok.error());
  error_code ec;
  UnixAcceptor acceptor(strand);
  acceptor.open({}, ec);
  // Before bind: Linux gives the file the socket's mode, so it is never open to more than its
  // owner.
  if (!ec && ::fchmod(acceptor.native_handle(), 0600) != 0)
    ec.assign(errno, boost::system::system_category());
  if (!ec) acceptor.bind(asio::local::stream_protocol::endpoint(path), ec);
  if (!ec && ::chmod(path.c_str(), kSocketMode) != 0)
    ec.assign(errno, boost::system::system_category());
  if (!ec) acceptor.listen(asio::socket_base::max_listen_connections, ec);
  if (ec) return fail(Code::io_error, fmt::format("can't listen on {}: {}", path, ec.message()));
  return acceptor;
}

}  // namespace generion::net
