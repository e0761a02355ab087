// What Linux does with interface addresses, for tests: it holds addresses by Linux's rules (IPv4: one object
// per address and prefix length; IPv6: one per address, removed only with its own prefix length), answers
// batches and tells of every change in order. Answers and news are fetched separately, as from two sockets.
// What has a valid lifetime is gone when that is over, punctually.
#pragma once

#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "understudy/desired/addresses.hpp"

namespace understudy::desired {

// "192.0.2.1/24" on link 1, or another.
[[nodiscard]] net::InterfaceAddress on_link(std::string_view prefix, std::uint32_t link = 1);

class ModelKernel {
public:
    struct News {
        enum class Kind { Added, Removed, LinkRemoved };
        Kind kind = Kind::Added;
        net::InterfaceAddress address;  // of LinkRemoved only its link counts
    };

    // 0 or an errno.
    int add(const net::InterfaceAddress& address);
    int renew(const net::InterfaceAddress& address);
    int remove(const net::InterfaceAddress& address);
    int carry_out(const Change& change);
    void add_link(std::uint32_t link);
    void remove_link(std::uint32_t link);
    // Lifetimes begin at the time of the latest call; those that have ended by then are over.
    void time_is(Instant now);

    [[nodiscard]] bool has_link(net::LinkIndex link) const;
    // The object that stands in the way of another such addition.
    [[nodiscard]] const net::InterfaceAddress* find(const net::InterfaceAddress& address) const;
    [[nodiscard]] const std::vector<net::InterfaceAddress>& all() const { return addresses_; }

    std::deque<News> news;

private:
    std::vector<net::LinkIndex> links_ = {{1}, {2}};
    [[nodiscard]] std::optional<Instant> end_of(const net::InterfaceAddress& address) const;

    std::vector<net::InterfaceAddress> addresses_;
    std::vector<std::optional<Instant>> ends_;  // of each of them
    Instant now_{};
};

}  // namespace understudy::desired
