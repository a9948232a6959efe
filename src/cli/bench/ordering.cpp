#include "cli/bench/ordering.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "cli/bench/figures.h"
#include "cli/terminal/table.h"
#include "client/transaction_builder.h"
#include "node/client_signature.h"

namespace generion::cli {
namespace {

constexpr std::uint64_t kSeed = 7;  // of the users' addresses
constexpr std::uint64_t kValidForMs = 1'800'000;

// The institution admits one user: some 130 bytes.
SignedTransaction make_request(const Hash& chain, const Address& institution, std::size_t number) {
  TransactionBody body;
  body.chain_id = chain;
  body.sender = institution;
  body.nonce = crypto::random_fixed<Nonce>();
  body.valid_until = TimeMs(client::now().value() + kValidForMs);
  body.operations = {AdmitUser{{user_address(kSeed, number)}}};
  return {.body = encode_body(body), .signature = {}, .attachments = {}};
}

}  // namespace

Result<OrderingFigures> measure_ordering(Context& context, const OrderingOptions& options) {
  if (node::checks_client_signatures()) {
    return fail(Code::usage,
                "this build checks every client's signature; `./dev bench --unsigned` makes one "
                "that does not, for this measurement alone");
  }
  const auto institution = crypto::SigningKey::generate();
  auto chain =
      LocalChain::start(institution, {.validators = options.validators,
                                      .settings = options.settings,
                                      .chain_name = std::string(node::kUnsignedChainName)});
  if (!chain) return fail(chain.error());
  const Target target = target_of(**chain);
  const Workload workload = prepare(
      context,
      {.transactions = options.transactions, .transactions_per_request = options.per_request},
      [&](std::size_t number) {
        return make_request(target.chain, institution.public_key(), number);
      });
  auto load = run_load(context, target, workload, {.urls = target.urls, .clients = options.clients},
                       "ordering");
  if (!load) return fail(load.error());
  auto agreement = check_agreement(**chain, load->load.transactions);
  if (!agreement) return fail(agreement.error());
  return OrderingFigures{
      .cores = std::max(1U, std::thread::hardware_concurrency()),
      .validators = options.validators,
      .body_bytes = make_request(target.chain, institution.public_key(), 0).body.size(),
      .load = std::move(*load),
      .agreement = std::move(*agreement)};
}

boost::json::object ordering_json(const OrderingFigures& figures) {
  const Measured& load = figures.load;
  return {{"unsigned", true},
          {"cores", figures.cores},
          {"validators", figures.validators},
          {"body_bytes", figures.body_bytes},
          {"tps", load.tps()},
          {"closed_loop_latency_ms", latency_json(load.load.latencies)},
          {"cpu_us_per_tx", cpu_json(load, load.cpu_seconds())},
          {"client_cpu_us_per_tx", load.us_per_transaction(load.client_cpu_seconds)},
          {"cores_busy", load.cores_busy()},
          {"block_transactions", load.transactions_per_block()},
          {"agreed_height", figures.agreement.height.value()},
          {"told_executed", load.load.transactions},
          {"failed", load.load.failed}};
}

std::string ordering_text(const OrderingFigures& figures) {
  const Measured& load = figures.load;
  const auto latency = load.load.latencies.summary();
  return cpu_text(load) + "\n" +
         field_lines(
             {{"ordered without signatures",
               fmt::format("{:.0f} requests of {} bytes a second", load.tps(), figures.body_bytes)},
              {"failed", fmt::format("{}", load.load.failed)},
              {"latency, closed loop",
               fmt::format("p50 {:.2f} ms, p99 {:.2f} ms", latency.p50, latency.p99)},
              {"CPU, these clients",
               fmt::format("{:.1f} us/tx", load.us_per_transaction(load.client_cpu_seconds))},
              {"cores at work", fmt::format("{:.2f} of {}, nodes and clients together",
                                            load.cores_busy(), figures.cores)},
              {"transactions in a block", fmt::format("{:.0f}", load.transactions_per_block())},
              {"the same on all validators",
               fmt::format("block {}", figures.agreement.height.value())}});
}

}  // namespace generion::cli
