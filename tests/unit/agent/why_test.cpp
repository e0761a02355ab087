// Every sentence of `why`, in virtual time.
#include "understudy/agent/why.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "desk.hpp"

namespace understudy::agent {

void PrintTo(const WhatIf& one, std::ostream* out) { *out << one.event << ": " << one.outcome; }

namespace test {
namespace {

using Sentences = std::vector<std::string>;

Why why(const Desk& desk) {
    const Moment moment{desk.now, std::chrono::floor<milliseconds>(kWallAtBoot + (desk.now - kBoot))};
    return explain(desk.agent.why("VI_51").value(), moment);
}

std::string outcome(const Why& found, std::string_view event) {
    const auto one = std::ranges::find(found.what_if, event, &WhatIf::event);
    return one == found.what_if.end() ? "nothing is said of that" : one->outcome;
}

bool says(const Sentences& sentences, std::string_view sentence) {
    return std::ranges::find(sentences, sentence) != sentences.end();
}

Desk some_backup(model::Instance asked, net::Priority master) {
    Desk desk{config_of({std::move(asked)})};
    desk.start();
    desk.run_for(seconds{1});
    desk.hear_advert(master);
    desk.run_for(milliseconds{500});
    return desk;
}

Desk some_backup(net::Priority master) { return some_backup(instance(), master); }

Desk lone_master() {
    Desk desk{config_of({instance()})};
    desk.become_master();
    return desk;
}

model::Config tracking_web(model::Weight weight) {
    model::Config config = config_of({instance()});
    model::Script script;
    script.name = "web";
    script.command = command("/bin/check");
    config.scripts = {script};
    config.instances[0].tracked_scripts = {{0, weight}};
    return config;
}

TEST(Why, OfABackupBeginsWithItsRoleAndItsMaster) {
    const Why found = why(some_backup(net::Priority{200}));
    EXPECT_EQ(
        found.answer,
        "VI_51 is BACKUP on this host for 1.5 s, since 2026-01-01T00:00:00.000Z: starts as backup; takes "
        "over in 3.609 s unless a master is heard.");
    EXPECT_EQ(found.master,
              "192.0.2.2 is master, with priority 200, for 0.5 s, since 2026-01-01T00:00:01.000Z.");
    EXPECT_EQ(found.reasons, Sentences{"192.0.2.2 has priority 200, ours is 100: the higher one wins."});
    EXPECT_EQ(found.priority, Sentences{"The priority is 100: 100 configured."});
    EXPECT_EQ(found.changes, (Sentences{"It takes over when 192.0.2.2 is silent for 3.609 s, or resigns.",
                                        "It preempts when its priority, now 100, is above 200."}));
    EXPECT_EQ(found.what_if, (std::vector<WhatIf>{
                                 {"this host died", "192.0.2.2 would stay master"},
                                 {"192.0.2.2 failed",
                                  "this host would take over 3.609 s after its last advert, unless a better "
                                  "backup does"}}));
}

TEST(Why, OfAMasterWithALeaseSaysWhatTheKernelWouldDo) {
    model::Instance leased = instance();
    leased.address_lease = seconds{6};
    Desk desk{config_of({leased})};
    desk.become_master();
    constexpr std::string_view kGone = "this daemon was killed with all its processes, or hung";
    EXPECT_EQ(outcome(why(desk), kGone),
              "the kernel would take the addresses away when their lease ends, in at most 6 s");
    EXPECT_EQ(outcome(why(lone_master()), kGone), "nothing is said of that");
}

TEST(Why, OfABackupThatHearsNobodySaysWhenItTakesOver) {
    Desk desk{config_of({instance()})};
    desk.start();
    desk.run_for(seconds{1});
    const Why found = why(desk);
    EXPECT_EQ(found.master, "No master is heard.");
    EXPECT_EQ(found.reasons, Sentences{"It takes over in 2.609 s unless a master is heard."});
    EXPECT_EQ(outcome(found, "this host died"), "nobody would be master");
}

TEST(Why, OfAnEqualSaysThatItIsNotPreempted) {
    const Why found = why(some_backup(net::Priority{100}));
    EXPECT_EQ(found.reasons,
              Sentences{"192.0.2.2 has priority 100 as we have: a master is not preempted by an equal."});
}

TEST(Why, NamesNopreempt) {
    model::Instance polite = instance();
    polite.preempt = false;
    const Why found = why(some_backup(polite, net::Priority{50}));
    EXPECT_EQ(found.reasons,
              Sentences{"192.0.2.2 has only priority 50, ours is 100, but nopreempt keeps us from "
                        "taking over."});
    EXPECT_TRUE(says(found.changes, "A higher priority alone changes nothing, because of nopreempt."));
}

TEST(Why, SaysThatAFailoverHoldsItBack) {
    model::Config config = tracking_web({-20, false});
    Desk desk{config};
    desk.start();
    desk.end_last_program(true, 0);
    desk.run_for(seconds{5});
    desk.hear(FailoverAsked{"VI_51"});
    desk.hear_advert(net::Priority{50});
    desk.run_for(microseconds{0});
    desk.hear_advert(net::Priority{50});
    const Why found = why(desk);
    EXPECT_EQ(found.reasons,
              Sentences{"192.0.2.2 has only priority 50, ours is 100, but a failover holds us back: since "
                        "the operator moved the role away, it is taken back from nobody."});
    EXPECT_TRUE(says(found.changes,
                     "understudyctl resume, or a priority of understudyctl set, ends what holds it back."));
    EXPECT_EQ(outcome(found, "script web failed"),
              "the priority would be 80: it would stay backup: a failover holds it back");
}

TEST(Why, NamesThePreemptDelay) {
    model::Instance patient = instance();
    patient.preempt_delay = seconds{60};
    const Why found = why(some_backup(patient, net::Priority{50}));
    EXPECT_EQ(found.reasons,
              Sentences{"192.0.2.2 has only priority 50, ours is 100: preempt_delay is over in 59.500 s."});
}

TEST(Why, OfOneThatPreemptsNamesWhomItWaitsOut) {
    const Why found = why(some_backup(net::Priority{50}));
    EXPECT_EQ(found.master, "192.0.2.2 is master, with priority 50, heard last 0.5 s ago.");
    EXPECT_EQ(found.reasons, Sentences{"It takes over in 2.109 s unless a better master is heard."});
}

TEST(Why, OfAMasterThatHeardNobodySaysWhatItDoesNotKnow) {
    const Why found = why(lone_master());
    EXPECT_TRUE(found.answer.ends_with("no master was heard for 3.609 s.")) << found.answer;
    EXPECT_EQ(found.master,
              "This host is master: it has the addresses and advertises priority 100 every 1 s.");
    EXPECT_EQ(found.reasons, Sentences{"No other router has been heard; one that is backup says nothing."});
    EXPECT_EQ(found.changes,
              Sentences{"It stays master until it hears a priority above 100, or the same from a "
                        "greater address, has a fault, is drained, or stops."});
    EXPECT_EQ(
        found.what_if,
        (std::vector<WhatIf>{
            {"this host died",
             "the addresses would have no owner until a backup has waited, at most 4.000 s; whether there "
             "is a backup is not known, as none has ever been heard"},
            {"this daemon was stopped", "it would resign, and a backup would take over within 1.000 s"}}));
}

TEST(Why, OfAMasterNamesWhoCouldSucceedIt) {
    Desk desk = some_backup(net::Priority{80});
    desk.run_for(seconds{4});
    const Why found = why(desk);
    EXPECT_EQ(found.reasons, Sentences{"192.0.2.2 was heard last 4.5 s ago, with priority 80; ours is 100."});
    EXPECT_TRUE(outcome(found, "this host died")
                    .ends_with("; known to have been there: 192.0.2.2 (priority 80 "
                               "when heard last)"))
        << outcome(found, "this host died");
    EXPECT_EQ(outcome(found, "192.0.2.2 failed"), "nothing would change: it is not master");
    desk.hear_advert(net::kResigning);
    EXPECT_EQ(why(desk).reasons, Sentences{"192.0.2.2 resigned 0.0 s ago."});
}

TEST(Why, SaysThatAnOwnerIsMasterByRight) {
    model::Instance owner = instance();
    owner.priority = net::kOwner;
    Desk desk{config_of({owner})};
    desk.start();
    desk.run_for(seconds{4});
    const Why found = why(desk);
    EXPECT_EQ(found.priority, Sentences{"The priority is 255: 255 configured, which nothing changes."});
    EXPECT_TRUE(says(found.changes,
                     "It owns the addresses (priority 255): only a fault, a drain or a stop ends "
                     "its role."));
}

TEST(Why, ShowsEachWeightWithTheLastResultAndItsTime) {
    Desk desk{tracking_web({-20, false})};
    desk.start();
    EXPECT_TRUE(says(why(desk).priority, "script web has no result yet: nothing to the priority."));
    desk.end_last_program(true, 0);
    desk.run_for(milliseconds{300});
    EXPECT_TRUE(
        says(why(desk).priority, "script web is good (exit status 0, 0.3 s ago): nothing to the priority."));
    desk.run_for(seconds{2});
    desk.end_last_program(false, 3);
    const Why found = why(desk);
    EXPECT_EQ(found.priority,
              (Sentences{"The priority is 80: 100 configured, -20 by script web (bad).",
                         "script web is bad (exit status 3, 0.0 s ago): -20 to the priority."}));
}

TEST(Why, ForetellsWhatATrackerWouldDoToAMaster) {
    Desk desk{tracking_web({-60, false})};
    desk.start();
    desk.end_last_program(true, 0);
    desk.hear_advert(net::Priority{50});
    desk.run_for(seconds{5});
    ASSERT_EQ(desk.role(), vrrp::Role::Master);
    EXPECT_EQ(
        outcome(why(desk), "script web failed"),
        "the priority would be 40: 192.0.2.2 (priority 50 when heard last) would take over, unless it has "
        "nopreempt");
    desk.hear(PriorityOrdered{"VI_51", net::Priority{90}});
    EXPECT_EQ(outcome(why(desk), "script web failed"),
              "nothing would change: the priority is the operator's");
}

TEST(Why, ForetellsThatALoneMasterStays) {
    Desk desk{tracking_web({-60, false})};
    desk.start();
    desk.end_last_program(true, 0);
    desk.run_for(seconds{5});
    EXPECT_EQ(
        outcome(why(desk), "script web failed"),
        "the priority would be 40: it would stay master unless a backup has more: none that has is known");
}

TEST(Why, ForetellsWhatATrackerWouldDoToABackup) {
    Desk desk{tracking_web({-60, false})};
    desk.start();
    desk.end_last_program(false, 1);
    desk.hear_advert(net::Priority{90});
    EXPECT_EQ(outcome(why(desk), "script web succeeded"),
              "the priority would be 100: it would take over from "
              "192.0.2.2");
    desk.hear_advert(net::Priority{120});
    EXPECT_EQ(outcome(why(desk), "script web succeeded"), "the priority would be 100: it would stay backup");
}

TEST(Why, ForetellsThatABfdSessionChangesNothing) {
    model::Config config = config_of({instance()});
    config.bfd_sessions.emplace_back().name = "west";
    config.instances[0].tracked_bfd_sessions.push_back({0, {0, false}});
    Desk desk{config};
    desk.start();
    EXPECT_EQ(outcome(why(desk), "bfd west failed"),
              "nothing would change: this version runs no BFD sessions, so none of them counts");
}

TEST(Why, ForetellsAFault) {
    Desk desk{tracking_web({0, false})};
    desk.start();
    EXPECT_TRUE(says(why(desk).reasons, "It waits for the first result of script web."));
    EXPECT_EQ(why(desk).changes, Sentences{"It begins when the first results are in."});
    desk.end_last_program(true, 0);
    EXPECT_TRUE(says(why(desk).priority,
                     "script web is good (exit status 0, 0.0 s ago): otherwise it would be in "
                     "FAULT."));
    EXPECT_EQ(outcome(why(desk), "script web failed"), "FAULT: it would not take over from anybody");
    desk.run_for(seconds{5});
    EXPECT_EQ(outcome(why(desk), "script web failed"),
              "FAULT: it would resign, and give the addresses up at once");
}

TEST(Why, OfAFaultNamesItsReasonAndWhoIsMasterMeanwhile) {
    Desk desk{tracking_web({0, false})};
    desk.start();
    desk.end_last_program(false, 7);
    desk.hear_advert(net::Priority{90});
    const Why found = why(desk);
    EXPECT_TRUE(found.answer.ends_with(": tracked script web fails.")) << found.answer;
    EXPECT_EQ(found.master, "192.0.2.2 is master, with priority 90, heard last 0.0 s ago.");
    EXPECT_EQ(found.reasons, Sentences{"FAULT because tracked script web fails."});
    EXPECT_EQ(found.changes, Sentences{"It leaves FAULT when no reason for it is left."});
    EXPECT_TRUE(
        says(found.priority, "script web is bad (exit status 7, 0.0 s ago): that is a reason for FAULT."));
    EXPECT_EQ(outcome(found, "192.0.2.2 failed"), "this host could not take over: it is FAULT");
    EXPECT_EQ(outcome(found, "script web succeeded"),
              "it would leave FAULT, and be BACKUP until it has waited for a master");
}

TEST(Why, SaysThatTheOperatorHasDrainedIt) {
    Desk desk = lone_master();
    desk.hear(DrainAsked{"VI_51", seconds{600}});
    const Why found = why(desk);
    EXPECT_EQ(found.priority.front(),
              "The priority is 1: drained by the operator; otherwise 100 configured.");
    EXPECT_EQ(found.reasons.front(),
              "The operator has drained it 0.0 s ago (waiting), until "
              "2026-01-01T00:10:04.001Z: it advertises priority 1.");
    desk.hear_advert(net::Priority{90});
    EXPECT_TRUE(says(why(desk).changes, "understudyctl resume ends the drain."));
}

TEST(Why, TellsAFailoverFromADrain) {
    Desk desk = lone_master();
    desk.hear(FailoverAsked{"VI_51"});
    EXPECT_EQ(why(desk).reasons.front(),
              "The operator has ordered a failover 0.0 s ago (waiting): it advertises priority 1.");
}

TEST(Why, SaysThatTheOperatorHasSetThePriority) {
    Desk desk = some_backup(net::Priority{200});
    desk.hear(PriorityOrdered{"VI_51", net::Priority{42}});
    EXPECT_TRUE(says(why(desk).changes, "understudyctl unset ends the priority of the operator."));
}

TEST(Why, NamesTheMemberOfItsGroupThatIsWaitedFor) {
    model::Config config = grouped({instance(51), instance(52)});
    config.track_files.push_back({"f", "/run/f", {}, {}});
    config.instances[1].tracked_files.push_back({0, {}});
    Desk desk{config};
    desk.start();
    const std::string of_other =
        " of sync group all cannot tell yet how it begins, and members begin together.";
    EXPECT_TRUE(says(why(desk).reasons, "VI_52" + of_other));
    EXPECT_FALSE(says(why(desk).reasons, "VI_51" + of_other));
    desk.hear(FileRead{"/run/f", "0", 0});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    EXPECT_FALSE(says(why(desk).reasons, "VI_52" + of_other));
}

TEST(Why, NamesTheMemberOfItsGroupThatHasFailed) {
    model::Instance other = instance(52);
    other.interface = "eth9";
    model::Config config = config_of({instance(), other});
    model::SyncGroup group;
    group.name = "both";
    group.members = {0, 1};
    config.sync_groups = {group};
    Desk desk{config};
    desk.start();
    EXPECT_TRUE(says(why(desk).reasons, "VI_52 of sync group both has failed, and members move together."));
    EXPECT_EQ(desk.agent.groups(),
              (std::vector<GroupReport>{{"both", vrrp::Role::Fault, {"VI_51", "VI_52"}}}));
}

TEST(Why, NamesPeersWhoseAdvertsAreIgnored) {
    model::Instance strict = instance();
    strict.version = net::VrrpVersion::V2;
    Desk desk = some_backup(strict, net::Priority{200});
    const Why found = why(desk);
    ASSERT_EQ(desk.agent.report().front().peers.size(), 1u);
    const PeerReport peer = desk.agent.report().front().peers.front();
    EXPECT_TRUE(peer.refused);
    EXPECT_TRUE(says(found.reasons,
                     "Adverts of 192.0.2.2 are ignored: " + peer.mismatch + " (heard last 0.5 s ago)."));
    EXPECT_EQ(found.master, "No master is heard.");
}

TEST(Why, HasJsonForPrograms) {
    const nlohmann::json object = to_json(why(some_backup(net::Priority{200})));
    EXPECT_EQ(object.at("instance"), "VI_51");
    EXPECT_EQ(object.at("reasons").at(0), "192.0.2.2 has priority 200, ours is 100: the higher one wins.");
    EXPECT_EQ(object.at("what_if").at(0),
              nlohmann::json({{"event", "this host died"}, {"outcome", "192.0.2.2 would stay master"}}));
}

}  // namespace
}  // namespace test
}  // namespace understudy::agent
