// Asks one question to the network and waits for its answer: an echo (ICMP, RFC 792 and RFC 4443), a TCP
// connection, a status by HTTP, a neighbour on a link (ARP, RFC 826; neighbour discovery, RFC 4861). Names
// are not resolved, nothing is forked, nothing blocks; whoever asks sets the limit of time and withdraws the
// question when it has passed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "understudy/net/address.hpp"
#include "understudy/os/loop.hpp"

namespace understudy::os {

struct Question {
    // EchoOfGateway: of the first default route in the main table, as it is at that moment.
    enum class Kind : std::uint8_t { Echo, Connect, HttpStatus, Neighbour, EchoOfGateway };
    Kind kind = Kind::Echo;
    net::Address host;  // of EchoOfGateway only its family counts
    std::uint16_t port = 0;
    std::string request;      // of HttpStatus
    std::uint16_t least = 0;  // expected status
    std::uint16_t most = 0;
    std::string interface;  // empty: wherever the route leads; of Neighbour: given
    std::optional<net::Address> source;
};

struct ProbeAnswer {
    bool good = false;
    std::string reason;  // "connection refused", "status 503"
};

class Prober {
public:
    using Answered = std::move_only_function<void(std::uint64_t id, const ProbeAnswer&)>;

    Prober(Loop& loop, Answered answered);
    Prober(Prober&&) noexcept;
    Prober& operator=(Prober&&) noexcept;
    ~Prober();

    // Answered once, from the loop, unless withdrawn.
    void ask(std::uint64_t id, const Question& question);
    void withdraw(std::uint64_t id);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace understudy::os
