// A server with a handler whose paths and messages do one thing each.
#pragma once

#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "io/io_threads.h"
#include "net/http_server.h"
#include "raw_client.h"

namespace generion::test {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    char name[] = "/tmp/generion-test-XXXXXX";
    if (::mkdtemp(name) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }
  std::filesystem::path write(std::string_view name, std::string_view content,
                              bool is_secret) const {
    const auto path = path_ / name;
    std::ofstream(path, std::ios::binary) << content;
    using std::filesystem::perms;
    const perms owner = perms::owner_read | perms::owner_write;
    std::filesystem::permissions(
        path, is_secret ? owner : owner | perms::group_read | perms::others_read);
    return path;
  }

 private:
  std::filesystem::path path_;
};

// POST /echo gives the body, GET /peer who asks, /thread answers from another thread, /hold not
// before `release`, /drop never, /throw throws. A WebSocket message comes back, "big N" as N bytes,
// "hold" not before `release`, "none" not at all; "push N BYTES" pushes N messages of so many
// bytes, each when the one before was taken; "cut REASON" cuts the connection off.
class TestHandler : public net::HttpHandler {
 public:
  ~TestHandler() override {
    release();
    for (std::thread& thread : threads_) thread.join();
  }

  void on_request(net::Request request, net::Respond respond) override {
    net::Response out;
    out.body = request.path == "/peer"
                   ? request.peer.address + " " + request.peer.certificate_name
                   : std::string(net::method_name(request.method)) + " " + request.path + "?" +
                         request.query + " " + request.body;
    if (request.path == "/throw") throw std::runtime_error("thrown by the test");
    if (request.path == "/drop") return;
    if (request.path == "/hold") {
      const std::lock_guard lock(mutex_);
      held_.push_back(std::move(respond));
    } else if (request.path == "/thread") {
      const std::lock_guard lock(mutex_);
      threads_.emplace_back(
          [respond = std::move(respond), out]() mutable { respond(std::move(out)); });
    } else {
      respond(std::move(out));
    }
  }
  std::optional<net::Response> refuse_upgrade(const net::Request& request) override {
    if (request.path == "/ws") return std::nullopt;
    return net::error_response(404, {Code::not_found, "the WebSocket is at /ws"});
  }
  std::unique_ptr<net::MessageHandler> on_open(net::Peer,
                                               std::shared_ptr<net::Channel> channel) override {
    return std::make_unique<Messages>(*this, std::move(channel));
  }
  void on_message(const std::shared_ptr<net::Channel>& channel, std::string message,
                  net::Reply reply) {
    if (message.starts_with("push ")) {
      const std::size_t space = message.find(' ', 5);
      pushes_ = {std::stoul(message.substr(5, space)), std::stoul(message.substr(space + 1))};
      push(channel, 1);
      reply("");
    } else if (message.starts_with("cut ")) {
      channel->cut_off(message.substr(4));
      reply("not sent any more");
    } else if (message.starts_with("big ")) {
      reply(std::string(std::stoul(message.substr(4)), 'x'));
    } else if (message == "hold") {
      const std::lock_guard lock(mutex_);
      held_replies_.push_back(std::move(reply));
    } else if (message == "none") {
      reply("");
    } else {
      reply(std::move(message));
    }
  }

  void release() {
    std::vector<net::Respond> responds;
    std::vector<net::Reply> replies;
    {
      const std::lock_guard lock(mutex_);
      responds.swap(held_);
      replies.swap(held_replies_);
    }
    net::Response released;
    released.body = "released";
    for (auto& respond : responds) respond(released);
    for (auto& reply : replies) reply("released");
  }
  std::size_t held() const {
    const std::lock_guard lock(mutex_);
    return held_.size() + held_replies_.size();
  }
  std::size_t pushed() const { return pushed_; }
  std::size_t open_sockets() const { return sockets_; }

 private:
  class Messages : public net::MessageHandler {
   public:
    Messages(TestHandler& owner, std::shared_ptr<net::Channel> channel)
        : owner_(owner), channel_(std::move(channel)) {
      ++owner_.sockets_;
    }
    ~Messages() override { --owner_.sockets_; }
    void on_message(std::string message, net::Reply reply) override {
      owner_.on_message(channel_, std::move(message), std::move(reply));
    }
    std::string advice() const override { return "; come back later"; }

   private:
    TestHandler& owner_;
    std::shared_ptr<net::Channel> channel_;
  };

  void push(const std::shared_ptr<net::Channel>& channel, std::size_t number) {
    std::string text = std::to_string(number) + " ";
    text.resize(pushes_.second, '.');
    ++pushed_;
    channel->push(std::move(text), [this, channel, number] {
      if (number < pushes_.first) push(channel, number + 1);
    });
  }

  std::pair<std::size_t, std::size_t> pushes_;  // how many, of how many bytes
  std::atomic<std::size_t> pushed_{0};
  std::atomic<std::size_t> sockets_{0};
  mutable std::mutex mutex_;
  std::vector<net::Respond> held_;
  std::vector<net::Reply> held_replies_;
  std::vector<std::thread> threads_;
};

struct TestServer {
  explicit TestServer(const net::HttpLimits& limits = {}, const net::Listener& listener = {})
      : server(threads.context(), limits) {
    const auto bound = server.listen(listener, handler);
    if (!bound) throw std::runtime_error(bound.error().message);
    port = *bound;
  }

  io::IoThreads threads{2};
  std::shared_ptr<TestHandler> handler = std::make_shared<TestHandler>();
  net::HttpServer server;
  std::uint16_t port = 0;
};

// Waits for what another thread is about to do.
template <class Condition>
bool becomes_true(Condition condition) {
  for (int i = 0; i < 5'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

}  // namespace generion::test
