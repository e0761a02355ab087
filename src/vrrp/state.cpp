#include "understudy/vrrp/state.hpp"

#include "understudy/base/assert.hpp"
#include "understudy/base/overloaded.hpp"

namespace understudy::vrrp {

Role role(const State& state) {
    return std::visit(overloaded{
                          [](const Idle&) { return Role::Idle; },
                          [](const Backup&) { return Role::Backup; },
                          [](const Master&) { return Role::Master; },
                          [](const Fault&) { return Role::Fault; },
                      },
                      state);
}

std::string_view name(Role role) {
    switch (role) {
        case Role::Idle:
            return "INIT";
        case Role::Backup:
            return "BACKUP";
        case Role::Master:
            return "MASTER";
        case Role::Fault:
            return "FAULT";
    }
    assertion_failed("role is one of the four", __FILE__, __LINE__);
}

std::optional<Instant> deadline(const State& state) {
    using Due = std::optional<Instant>;
    return std::visit(overloaded{
                          [](const Idle&) -> Due { return std::nullopt; },
                          [](const Backup& backup) -> Due { return backup.takeover_at; },
                          [](const Master& master) -> Due { return master.advertise_at; },
                          [](const Fault&) -> Due { return std::nullopt; },
                      },
                      state);
}

}  // namespace understudy::vrrp
