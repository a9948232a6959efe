// JSON-RPC and GET as strangers send them, in front of a node whose chain is still empty.
#include <boost/asio/io_context.hpp>
#include <chrono>

#include "fuzz.h"
#include "rpc/dispatcher.h"
#include "rpc/health.h"
#include "rpc/submissions.h"

namespace {

using namespace generion;
using namespace generion::rpc;

constexpr std::size_t kBatchMax = 20;
constexpr std::size_t kWaitersMax = 10;

class EmptyNode : public Backend {
 public:
  void submit(SignedTransaction, Wait, SubmitCallback callback) override { callback(nothing()); }
  void simulate(SignedTransaction, SimulateCallback callback) override { callback(nothing()); }
  void watch(std::function<void()>) override {}
  Heights heights() const override { return {}; }
  NodeStatus status() const override { return {}; }
  NodeHealth health() const override { return {}; }
  const Genesis& genesis() const override { return genesis_; }
  const Hash& chain_id() const override { return chain_id_; }
  std::string metrics() const override { return {}; }
  Result<std::shared_ptr<const Version>> version(std::optional<Height>) const override {
    return nothing();
  }
  Result<BlockView> block(Height) const override { return nothing(); }
  Result<BlockHeader> header(Height) const override { return nothing(); }
  Result<std::vector<TransactionBody>> bodies(Height) const override { return nothing(); }
  Result<wire::ArchivedBlock> archived_block(Height) const override { return nothing(); }
  Result<LinksView> links(Height, std::size_t) const override { return nothing(); }
  Pending pending(std::size_t) const override { return {}; }
  std::vector<PeerView> peers() const override { return {}; }
  std::vector<EvidenceView> evidence() const override { return {}; }
  std::vector<TxId> expired() const override { return {}; }
  Result<TransactionView> transaction(const TxId&) const override { return nothing(); }
  Result<ReceiptView> receipt(const TxId&) const override { return nothing(); }
  Result<Bytes> prove_receipt(const TxId&) const override { return nothing(); }
  Result<Bytes> attachment(const contract::AttachmentId&) const override { return nothing(); }

 private:
  static std::unexpected<Error> nothing() { return fail(Code::not_found, "the chain is empty"); }

  const Genesis genesis_;
  const Hash chain_id_;
};

struct Node {
  boost::asio::io_context io;
  EmptyNode backend;
  Submissions submissions{io, backend, kWaitersMax, std::chrono::seconds(1)};
  MethodTable table = node_methods();
  Dispatcher dispatcher{table, {backend, submissions}, kBatchMax};
  net::Peer peer;
  MethodList served;  // all
};

Node& node() {
  static Node instance;
  return instance;
}

void check_post(ByteView text) {
  int replies = 0;
  node().dispatcher.call(text, {node().served, node().peer, 1}, [&](const Reply& reply) {
    ++replies;
    if (!reply.text.empty()) FUZZ_CHECK(parse_json(reply.text, {}).has_value());
  });
  node().io.poll();
  node().io.restart();
  FUZZ_CHECK(replies == 1);
}

void check_get(ByteView text) {
  const std::size_t mark = text.find('?');
  const ByteView query = mark == ByteView::npos ? ByteView() : text.substr(mark + 1);
  const net::Response response = node().dispatcher.get(text.substr(0, mark), query, {});
  FUZZ_CHECK(parse_json(response.body, {}).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const generion::ByteView input = generion::fuzz::as_view(data, size);
  check_post(input);
  check_get(input);
  return 0;
}
