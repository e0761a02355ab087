// Keeps kernel settings at the values that the agent asks for, and gives back what was there before. A
// setting that the kernel refuses is told once; nothing depends on it but itself. What was there before is
// also kept in a file (held_settings_file.hpp), so that whoever follows a process that died gives it back.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "understudy/agent/action.hpp"
#include "understudy/os/kept_file.hpp"
#include "understudy/os/log.hpp"

#include "held_settings_file.hpp"

namespace understudy::daemon {

class SettingsKeeper {
public:
    // What a predecessor has left in the file counts as held.
    SettingsKeeper(os::Log& log, std::expected<os::KeptFile, os::SysError> file);

    // Replaces the previous list. What is held already and has been changed by somebody is set again.
    void hold(const std::vector<agent::HeldSetting>& wanted);
    // Gives back what a predecessor has left if nobody has asked for anything by now.
    void give_back_leftovers();

private:
    [[nodiscard]] bool holds(const agent::HeldSetting& setting) const;
    void set(const agent::HeldSetting& setting);
    void look_after(const HeldBefore& held);
    void restore(const HeldBefore& held);
    void store();
    void complain(const std::string& what);

    os::Log* log_;
    std::expected<os::KeptFile, os::SysError> file_;
    std::vector<HeldBefore> held_;
    bool asked_ = false;
    bool stored_ = true;  // the latest attempt
};

}  // namespace understudy::daemon
