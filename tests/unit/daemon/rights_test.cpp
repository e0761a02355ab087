// Which rights the vrrp process keeps, by configuration and host.
#include "rights.hpp"

#include <gtest/gtest.h>

namespace understudy::daemon {
namespace {

using os::Privilege;

const HostRights kOrdinaryHost{.is_root = true,
                               .is_the_user = false,
                               .user = os::Identity{990, 990, {}},
                               .may_become_user = true,
                               .may_signal_user = true};
const std::vector<Privilege> kTwo{Privilege::NetAdmin, Privilege::NetRaw};

std::vector<Privilege> with(Privilege privilege) {
    std::vector<Privilege> kept = kTwo;
    kept.push_back(privilege);
    return kept;
}

model::Config scheduled(Scheduling scheduling) {
    model::Config config;
    config.globals.processes.vrrp.scheduling = std::move(scheduling);
    return config;
}

TEST(VrrpRights, AreThoseOfTheUserAndTwoPrivileges) {
    const VrrpRights rights = vrrp_rights({}, kOrdinaryHost, true);
    EXPECT_EQ(rights.confinement.user, kOrdinaryHost.user);
    EXPECT_EQ(rights.confinement.kept, kTwo);
    EXPECT_EQ(rights.shortcoming, "");
}

TEST(VrrpRights, AreTheSameForOneInRealTime) {
    const model::Config config = scheduled({-5, 50, true, {}});
    EXPECT_EQ(vrrp_rights(config, kOrdinaryHost, true).confinement.kept, kTwo);
}

TEST(VrrpRights, WithoutLimitsIncludeWhatIsAskedFor) {
    const auto kept = [](const model::Config& config) {
        return vrrp_rights(config, kOrdinaryHost, false).confinement.kept;
    };
    EXPECT_EQ(kept({}), kTwo);
    EXPECT_EQ(kept(scheduled({{}, 50, false, {}})), with(Privilege::SysNice));
    EXPECT_EQ(kept(scheduled({-1, {}, false, {}})), with(Privilege::SysNice));
    EXPECT_EQ(kept(scheduled({1, {}, false, {}})), kTwo);
    EXPECT_EQ(kept(scheduled({{}, {}, true, {}})), with(Privilege::IpcLock));
    model::Config automatic;
    automatic.globals.processes.max_auto_priority = 2;
    EXPECT_EQ(kept(automatic), with(Privilege::SysNice));
}

TEST(VrrpRights, OfADaemonThatIsAllOfThatUserNeedNoChange) {
    HostRights host = kOrdinaryHost;
    host.is_root = host.may_become_user = host.may_signal_user = false;
    host.is_the_user = true;
    const VrrpRights rights = vrrp_rights({}, host, true);
    EXPECT_EQ(rights.confinement.user, std::nullopt);
    EXPECT_EQ(rights.confinement.kept, kTwo);
    EXPECT_EQ(rights.shortcoming, "");
}

TEST(VrrpRights, OfOneWhoStaysWhoItIsAreExplained) {
    const auto why = [](auto&& change) {
        HostRights host = kOrdinaryHost;
        change(host);
        const VrrpRights rights = vrrp_rights({}, host, true);
        EXPECT_EQ(rights.confinement.user, std::nullopt);
        EXPECT_EQ(rights.confinement.kept, kTwo);
        return rights.shortcoming;
    };
    EXPECT_EQ(why([](HostRights& host) { host.is_root = false; }), "the daemon was not started by root");
    EXPECT_EQ(why([](HostRights& host) { host.user.reset(); }),
              "there is no user understudy; systemd-sysusers makes it");
    EXPECT_EQ(why([](HostRights& host) { host.may_become_user = false; }),
              "CAP_SETUID and CAP_SETGID are needed for that");
    EXPECT_EQ(why([](HostRights& host) { host.may_signal_user = false; }),
              "without CAP_KILL it could not be stopped then");
}

TEST(SchedulingLimits, AreWhatTheConfigurationMayComeToAskFor) {
    EXPECT_EQ(limits_for({}), std::nullopt);
    model::Processes processes;
    processes.vrrp.scheduling.realtime = 10;
    processes.max_auto_priority = 20;
    EXPECT_EQ(limits_for(processes), (os::SchedulingLimits{0, 20, false}));
    processes.vrrp.scheduling = {-3, {}, true, {}};
    processes.max_auto_priority = -1;
    EXPECT_EQ(limits_for(processes), (os::SchedulingLimits{-3, 0, true}));
}

}  // namespace
}  // namespace understudy::daemon
