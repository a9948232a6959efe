#include <fmt/format.h>

#include <chrono>
#include <random>
#include <thread>

#include "cli/bench/local_chain.h"
#include "cli/bench/mixes.h"
#include "client/list_reader.h"
#include "client/proof.h"
#include "client/rpc_client.h"
#include "node/init.h"
#include "types/address.h"

namespace generion::cli {
namespace {

constexpr std::uint64_t kSeed = 6;
constexpr std::size_t kRecordsOfUser = 100;
constexpr std::size_t kOperations = 200;
constexpr std::size_t kQueries = 5'000;  // of single objects
constexpr std::size_t kLists = 500;
constexpr std::size_t kOfOneUser = 10'000;  // records of one more user, for a long list

// Asks for `name` on one connection and on many.
Result<MixQuery> ask(const std::string& url, std::size_t clients, const std::string& name,
                     std::size_t count, const std::function<std::string()>& target) {
  std::vector<std::string> targets;
  for (std::size_t i = 0; i < count; ++i) targets.push_back(target());
  auto one = send_queries(url, targets, 1);
  if (!one) return fail(one.error());
  auto many = send_queries(url, targets, clients);
  if (!many) return fail(many.error());
  return MixQuery{name, std::move(*one), std::move(*many)};
}

Result<void> fill(Context& context, const Target& target, const MixOptions& options,
                  const crypto::SigningKey& institution, std::size_t records,
                  const RecordOptions& of) {
  const std::size_t operations = std::min(kOperations, records);
  const Workload workload = prepare_records(
      context, {.transactions = (records + operations - 1) / operations, .operations = operations},
      of, institution);
  const auto filled = run_load(context, target, workload,
                               {.urls = target.urls, .clients = options.clients}, "filling");
  if (!filled) return fail(filled.error());
  if (filled->load.failed > 0) return fail(Code::diverged, filled->load.first_failure);
  return {};
}

// The lists of users with so many records, read and verified as `record list --proof` does.
Result<CompleteList> read_list(const LocalChain& node, const Address& user) {
  const auto genesis = client::load_genesis(node.directory() / node::kGenesisFile);
  if (!genesis) return fail(genesis.error());
  const auto rpc = client::RpcClient::create({.url = node.url()});
  if (!rpc) return fail(rpc.error());
  const auto start = std::chrono::steady_clock::now();
  const auto list = client::read_proven_list(**rpc, {client::ListKind::records_of_owner, user, {}},
                                             trust_anchor(*genesis));
  if (!list) return fail(list.error());
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  return CompleteList{list->items.size(), took.count()};
}

}  // namespace

Result<MixFigures> measure_query_mix(Context& context, const MixOptions& options) {
  const auto institution = crypto::SigningKey::generate();
  const auto node = LocalChain::start(institution);
  if (!node) return fail(node.error());
  const Target target = target_of(**node);
  const std::size_t users = std::max<std::size_t>(1, options.records / kRecordsOfUser);
  const RecordOptions of_many{.chain = target.chain, .users = users, .seed = kSeed};
  const RecordOptions of_one{.chain = target.chain, .users = 1, .seed = kSeed + 1};
  if (auto ok = fill(context, target, options, institution, options.records, of_many); !ok) {
    return fail(ok.error());
  }
  const std::size_t long_list = std::min(kOfOneUser, options.records);
  if (auto ok = fill(context, target, options, institution, long_list, of_one); !ok) {
    return fail(ok.error());
  }

  MixFigures out{.mix = "queries",
                 .cores = std::max(1U, std::thread::hardware_concurrency()),
                 .records = options.records + long_list};
  std::mt19937_64 random(1);
  const auto record = [&] { return 1 + random() % options.records; };
  const auto user = [&] { return address_text(user_address(kSeed, random() % users)); };
  struct Query {
    std::string name;
    std::size_t count;
    std::function<std::string()> target;
  };
  const std::vector<Query> queries = {
      {"getRecord", kQueries, [&] { return fmt::format("/getRecord?record_id={}", record()); }},
      {"getRecord, proof", kQueries,
       [&] { return fmt::format("/getRecord?record_id={}&proof=true", record()); }},
      {"getUser", kQueries, [&] { return "/getUser?address=" + user(); }},
      {"getUser, proof", kQueries, [&] { return "/getUser?address=" + user() + "&proof=true"; }},
      {"getRecordIdList, 100", kLists, [&] { return "/getRecordIdList?usr_adr=" + user(); }},
      {"getRecordList, 100", kLists, [&] { return "/getRecordList?usr_adr=" + user(); }},
      {"getRecordList, 100, proof", kLists,
       [&] { return "/getRecordList?usr_adr=" + user() + "&proof=true"; }},
      {"getStatistics", kLists, [] { return std::string("/getStatistics"); }},
  };
  for (const Query& query : queries) {
    auto asked = ask((*node)->url(), options.clients, query.name, query.count, query.target);
    if (!asked) return fail(asked.error());
    out.queries.push_back(std::move(*asked));
  }
  for (const Address& whose : {user_address(kSeed, 0), user_address(kSeed + 1, 0)}) {
    const auto list = read_list(**node, whose);
    if (!list) return fail(list.error());
    out.lists.push_back(*list);
  }
  return out;
}

}  // namespace generion::cli
