#include "strangers.hpp"

namespace understudy::agent {

bool Strangers::is_news(net::LinkIndex wire, net::Vrid vrid, const net::Address& source, Instant now) {
    const Key key{wire, vrid.value(), source};
    if (const auto known = told_.find(key); known != told_.end() && now < known->second + kToldAgain)
        return false;
    std::erase_if(told_, [&](const auto& told) { return now >= told.second + kToldAgain; });
    if (told_.size() == kMost) return false;
    told_.emplace(key, now);
    return true;
}

}  // namespace understudy::agent
