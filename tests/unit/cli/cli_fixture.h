// Runs the programs in-process: no terminal, a private directory, a node that the test plays.
#pragma once

#include <sys/stat.h>

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "cli/run.h"

namespace generion::cli {

// Answers calls by functions of their parameters, and remembers what it was asked.
struct FakeNode {
  using Answer = std::function<Result<boost::json::value>(const boost::json::object&)>;
  std::map<std::string, Answer, std::less<>> methods;
  std::vector<client::RpcCall> asked;
  std::string url;  // as the command gave it
};

class FakeRpc final : public client::Rpc {
 public:
  explicit FakeRpc(FakeNode& node) : node_(node) {}

  Result<boost::json::value> call(std::string_view method, boost::json::object params) override {
    node_.asked.push_back({std::string(method), params});
    const auto found = node_.methods.find(method);
    if (found == node_.methods.end()) {
      return fail(Code::unknown_method, "there is no method " + std::string(method));
    }
    return found->second(params);
  }

  Result<std::vector<Result<boost::json::value>>> call_batch(
      std::vector<client::RpcCall> calls) override {
    std::vector<Result<boost::json::value>> out;
    for (auto& one : calls) out.push_back(call(one.method, std::move(one.params)));
    return out;
  }

 private:
  FakeNode& node_;
};

class Cli {
 public:
  Cli() {
    std::string pattern = (std::filesystem::temp_directory_path() / "generion-cli-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    directory_ = pattern;
    streams.environment = {{"HOME", directory_.string()}};
  }
  ~Cli() { std::filesystem::remove_all(directory_); }
  Cli(const Cli&) = delete;
  Cli& operator=(const Cli&) = delete;

  // The exit code; out and err hold what this run wrote.
  int operator()(const std::vector<std::string>& arguments) {
    reset();
    const int code = run(arguments, streams);
    return take(code);
  }

  int daemon(const std::vector<std::string>& arguments, const ServeNode& serve) {
    reset();
    const int code = run_daemon(arguments, streams, serve);
    return take(code);
  }

  boost::json::value json() const { return boost::json::parse(out); }

  std::string path(std::string_view name) const { return (directory_ / name).string(); }

  std::string file(std::string_view name, std::string_view content, mode_t mode = 0600) {
    std::ofstream(directory_ / name) << content;
    ::chmod(path(name).c_str(), mode);
    return path(name);
  }

  std::string read(std::string_view name) const {
    std::ifstream in(directory_ / name);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }

  FakeNode node;
  std::vector<std::string> secrets;  // what the user types at secret questions, in order
  std::vector<std::string> lines;    // and at visible ones
  std::vector<std::string> questions;
  std::string out;
  std::string err;

 private:
  void reset() {
    out_stream_.str("");
    err_stream_.str("");
  }
  int take(int code) {
    out = out_stream_.str();
    err = err_stream_.str();
    return code;
  }
  static Result<std::string> next(std::vector<std::string>& answers) {
    if (answers.empty()) return fail(Code::usage, "there is no terminal to ask on");
    std::string out = answers.front();
    answers.erase(answers.begin());
    return out;
  }

  std::filesystem::path directory_;
  std::ostringstream out_stream_;
  std::ostringstream err_stream_;
  std::uint64_t steady_ms_ = 0;

 public:
  Streams streams{
      .out = out_stream_,
      .err = err_stream_,
      .environment = {},
      .ask_secret = [this](std::string_view question) -> Result<crypto::SecretBytes> {
        questions.emplace_back(question);
        const auto answer = next(secrets);
        if (!answer) return fail(answer.error());
        return crypto::SecretBytes::copy_of(*answer);
      },
      .ask_line =
          [this](std::string_view question) {
            questions.emplace_back(question);
            return next(lines);
          },
      .now_ms = [] { return std::uint64_t{1'700'000'000'000}; },
      .steady_ms = [this] { return steady_ms_; },
      .sleep_ms = [this](std::uint64_t ms) { steady_ms_ += ms; },
      .connect = [this](client::RpcOptions options) -> Result<std::unique_ptr<client::Rpc>> {
        node.url = options.url;
        return std::make_unique<FakeRpc>(node);
      }};
};

// The seed of RFC 8032, section 7.1, test 1.
inline constexpr std::string_view kSeed =
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

// A chain of its own, and what every command is given.
class Chain : public Cli {
 public:
  Chain() {
    REQUIRE((*this)({"init", "--dir", path("node"), "--plain-keys"}) == 0);
    streams.environment["GENERION_GENESIS"] = path("node/genesis.json");
    streams.environment["GENERION_KEYS"] = path("keys");
  }

  std::string key_file(std::string_view name) {
    file("seed", kSeed);
    REQUIRE((*this)({"keys", "import", path("seed"), "--out", path(name), "--plain"}) == 0);
    return path(name);
  }
};

}  // namespace generion::cli
