// A node with a fake backend that is asked as by JSON-RPC.
#pragma once

#include <boost/json/parse.hpp>
#include <string>

#include "fake_backend.h"
#include "io/io_threads.h"
#include "rpc/dispatcher.h"

namespace generion::test {

using rpc::Context, rpc::Dispatcher, rpc::Json, rpc::MethodList, rpc::MethodTable, rpc::Reply;
using rpc::Submissions, rpc::node_methods;

class AskedNode {
 public:
  // The bare result, or the error object.
  Json ask(const std::string& method, const std::string& params = "{}") {
    Json out;
    dispatcher_.call(
        R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}",
        {served_, peer_, 1}, [&out](Reply reply) { out = boost::json::parse(reply.text); });
    return out.as_object().contains("result") ? out.at("result") : out.at("error");
  }
  std::string code(const std::string& method, const std::string& params) {
    return std::string(ask(method, params).at("data").at("code").as_string());
  }
  net::Response get(const std::string& method, const std::string& query) {
    return dispatcher_.get(method, query, served_);
  }

  FakeBackend backend;

 private:
  io::IoThreads threads_{1};
  Submissions submissions_{threads_.context(), backend, 100, std::chrono::milliseconds(60'000)};
  MethodTable table_ = node_methods();
  MethodList served_;
  net::Peer peer_;
  Dispatcher dispatcher_{table_, Context{backend, submissions_}, 10};
};

inline std::string quoted(const std::string& text) {
  return "\"" + text + "\"";
}

inline std::vector<std::uint64_t> numbers(const rpc::Json& items) {
  std::vector<std::uint64_t> out;
  for (const rpc::Json& item : items.as_array()) out.push_back(item.to_number<std::uint64_t>());
  return out;
}

}  // namespace generion::test
