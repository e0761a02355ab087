#include "exhaustive/moves.hpp"

#include "understudy/base/assert.hpp"

namespace understudy::exhaustive {

std::string name_of(std::size_t host) { return "R" + std::to_string(host + 1); }

std::string_view words_of(Kind kind) {
    switch (kind) {
        case Kind::Pass:
        case Kind::PassABit:
            return "time passes";
        case Kind::Timer:
            return "its timer";
        case Kind::Deliver:
            return "is heard";
        case Kind::Duplicate:
            return "is heard, and will be again";
        case Kind::Lose:
            return "is lost";
        case Kind::Boot:
            return "boots";
        case Kind::PowerOff:
            return "loses its power";
        case Kind::Stop:
            return "stops";
        case Kind::Freeze:
            return "freezes";
        case Kind::Thaw:
            return "thaws";
        case Kind::Die:
            return "its vrrp process dies";
        case Kind::Adopt:
            return "another vrrp process goes on";
        case Kind::Begin:
            return "another vrrp process begins anew";
        case Kind::Priority:
            return "its priority changes";
        case Kind::Fault:
            return "a fault begins or ends";
        case Kind::Invite:
            return "invites another to take over";
        case Kind::Drain:
            return "is drained, or need not stand back any more";
        case Kind::Failover:
            return "is to give its role to another";
    }
    assertion_failed("a kind is one of those", __FILE__, __LINE__);
}

std::string_view name_of(Life life) {
    switch (life) {
        case Life::Off:
            return "off";
        case Life::Works:
            return "works";
        case Life::Frozen:
            return "frozen";
        case Life::Dead:
            return "without a vrrp process";
    }
    assertion_failed("a life is one of those", __FILE__, __LINE__);
}

}  // namespace understudy::exhaustive
