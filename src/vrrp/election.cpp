#include "understudy/vrrp/election.hpp"

namespace understudy::vrrp {

bool outranks(const AdvertHeard& advert, const Router& me) {
    if (advert.priority != me.priority) return advert.priority > me.priority;
    return advert.source > me.address;
}

bool is_own_reflection(const AdvertHeard& advert, const Router& me) {
    return advert.priority == me.priority && advert.source == me.address;
}

}  // namespace understudy::vrrp
