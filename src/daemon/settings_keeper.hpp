// Keeps kernel settings at the values that the agent asks for, and gives back what was there before. A
// setting that the kernel refuses is told once; nothing depends on it but itself. Whoever dies leaves them as
// they are.
#pragma once

#include <string>
#include <vector>

#include "understudy/agent/action.hpp"
#include "understudy/os/log.hpp"

namespace understudy::daemon {

class SettingsKeeper {
public:
    explicit SettingsKeeper(os::Log& log) : log_(&log) {}

    // Replaces the previous list.
    void hold(const std::vector<agent::HeldSetting>& wanted);

private:
    struct Held {
        agent::HeldSetting setting;
        std::string before;
    };
    void set(const agent::HeldSetting& setting);
    void restore(const Held& held);
    void complain(const std::string& what);

    os::Log* log_;
    std::vector<Held> held_;
};

}  // namespace understudy::daemon
