// Virtual routers that are heard and not configured here (log_unknown_vrids): which of them are worth a line
// now. Whoever sends may invent as many as it likes, so both the lines and the memory are bounded.
#pragma once

#include <cstddef>
#include <map>
#include <tuple>

#include "understudy/base/members.hpp"
#include "understudy/base/time.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/link.hpp"
#include "understudy/net/virtual_router.hpp"

namespace understudy::agent {

class Strangers {
public:
    static constexpr std::size_t kMost = 32;
    static constexpr seconds kToldAgain{60};

    // Each is news once a minute; beyond kMost of them within a minute none is.
    [[nodiscard]] bool is_news(net::LinkIndex wire, net::Vrid vrid, const net::Address& source, Instant now);

private:
    friend class understudy::Members;
    static constexpr std::size_t kMembers = 1;

    using Key = std::tuple<net::LinkIndex, std::uint8_t, net::Address>;
    std::map<Key, Instant> told_;
};

}  // namespace understudy::agent
