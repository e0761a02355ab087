// Letters about transitions: who gets which, and who gets none.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "desk.hpp"

namespace understudy::agent {
namespace {

using namespace test;

model::Config mailing(std::vector<model::Instance> instances) {
    model::Config config = config_of(std::move(instances));
    for (model::Instance& one : config.instances) one.notify.mail = true;
    config.globals.router_id = "r1";
    config.globals.mail.server = "192.0.2.25";
    config.globals.mail.recipients = {"ops@example.org"};
    return config;
}

std::vector<std::string> subjects(const Desk& desk) {
    std::vector<std::string> all;
    for (const SendMail& mail : desk.all<SendMail>()) all.push_back(mail.subject);
    return all;
}

void cut_eth0(Desk& desk) {
    net::Link eth0{.index = kEth0, .name = "eth0", .mac = net::Mac::of(2, 0, 0, 0, 0, 1)};
    eth0.admin_up = true;
    desk.hear(LinkSeen{eth0});
}

// smtp_server, notification_email, smtp_alert, router_id
TEST(Mail, IsSentOnceForEachTransition) {
    Desk desk{mailing({instance()})};
    desk.become_master();
    desk.run_for(seconds{30});
    EXPECT_EQ(desk.all<SendMail>(),
              (std::vector<SendMail>{{"[r1] VRRP Instance VI_51 - Entering BACKUP state",
                                      "=> VRRP Instance is no longer owning VRRP VIPs <=\n"},
                                     {"[r1] VRRP Instance VI_51 - Entering MASTER state",
                                      "=> VRRP Instance is now owning VRRP VIPs <=\n"}}));
}

TEST(Mail, DoesNotWaitForTheKernel) {
    Desk desk{mailing({instance()})};
    desk.start();
    desk.run_for(seconds{4});
    ASSERT_EQ(desk.role(), vrrp::Role::Master);
    EXPECT_EQ(subjects(desk).back(), "[r1] VRRP Instance VI_51 - Entering MASTER state");
}

TEST(Mail, NeedsAServerARecipientAndSomebodyWhoWantsIt) {
    std::vector<model::Config> configs(3, mailing({instance()}));
    configs[0].globals.mail.server.clear();
    configs[1].globals.mail.recipients.clear();
    configs[2].instances[0].notify.mail = false;
    for (const model::Config& config : configs) {
        Desk desk{config};
        desk.become_master();
        EXPECT_EQ(subjects(desk), std::vector<std::string>{});
    }
}

// no_email_faults
TEST(Mail, IsSentForFaultsUnlessNobodyWantsThat) {
    for (const bool without : {false, true}) {
        model::Config config = mailing({instance()});
        config.globals.mail.no_faults = without;
        Desk desk{config};
        desk.become_master();
        cut_eth0(desk);
        ASSERT_EQ(desk.role(), vrrp::Role::Fault);
        EXPECT_EQ(subjects(desk).back(), without ? "[r1] VRRP Instance VI_51 - Entering MASTER state"
                                                 : "[r1] VRRP Instance VI_51 - Entering FAULT state");
    }
}

// smtp_alert of a group
TEST(Mail, IsSentForGroups) {
    model::Config config = mailing({instance(51), instance(52)});
    config.instances[0].notify.mail = config.instances[1].notify.mail = false;
    model::SyncGroup group;
    group.name = "both";
    group.members = {0, 1};
    group.notify.mail = true;
    config.sync_groups = {group};
    Desk desk{config};
    desk.start();
    desk.run_for(seconds{8});
    EXPECT_EQ(desk.all<SendMail>(),
              (std::vector<SendMail>{{"[r1] VRRP Group both - Entering BACKUP state",
                                      "=> All VRRP group instances are now in BACKUP state <=\n"},
                                     {"[r1] VRRP Group both - Entering MASTER state",
                                      "=> All VRRP group instances are now in MASTER state <=\n"}}));
}

TEST(Mail, SaysThatAnInstanceStopsOrIsDeleted) {
    Desk stopping{mailing({instance()})};
    stopping.start();
    stopping.hear(StopAsked{});
    EXPECT_EQ(subjects(stopping).back(), "[r1] VRRP Instance VI_51 - Stopping");
    for (const bool deleted : {false, true}) {
        model::Config config = mailing({instance(51), instance(52)});
        config.instances[1].notify.report_deleted = deleted;
        Desk desk{config};
        desk.start();
        model::Config without = config;
        without.instances.pop_back();
        desk.hear(ConfigLoaded{std::make_shared<const model::Config>(without)});
        EXPECT_EQ(subjects(desk).back(), deleted ? "[r1] VRRP Instance VI_52 - Deleted"
                                                 : "[r1] VRRP Instance VI_52 - Entering FAULT state");
    }
}

}  // namespace
}  // namespace understudy::agent
