// A second machine that has the addresses of a master: how it is found, told, and what becomes of the two.
#include "split_brain.hpp"

#include <optional>
#include <set>
#include <utility>

#include "desk.hpp"

namespace understudy::agent::test {
namespace {

using namespace std::chrono_literals;
using model::OnConflict;

const net::Mac kLowMac = net::Mac::of(2, 0, 0, 0, 0, 1);  // ours, on the desk
const net::Mac kHighMac = net::Mac::of(2, 0, 0, 0, 0, 9);
const net::Address kShared = net::Address::v4(192, 0, 2, 100);

SplitBrain::Self self_with(OnConflict reaction, int priority = 100) {
    return {
        {.interval = 5s, .on_conflict = reaction, .witnesses = {}}, *net::Priority::from(priority), kOurs};
}

struct Rounds {
    SplitBrain guard;
    Instant now{1000s};
    SplitBrain::Self self;
    net::Mac mac = kLowMac;
    net::Mac rival = kHighMac;

    explicit Rounds(OnConflict reaction, int priority = 100) : self(self_with(reaction, priority)) {}

    SplitBrain::News next(bool answered, std::optional<int> priority = std::nullopt) {
        if (answered) guard.answered(kShared, rival, mac);
        if (priority) guard.heard(kPeer, *net::Priority::from(*priority));
        now += 5s;
        return guard.round(self, now);
    }
    // How many rounds with answers until it gives way; 0: never.
    int until_yield(std::optional<int> priority = std::nullopt) {
        for (int round = 1; round <= 50; ++round)
            if (next(true, priority).gives_way) return round;
        return 0;
    }
};

TEST(SplitBrainRounds, OneAnswerIsNoConflictAndTwoInARowAre) {
    Rounds rounds{OnConflict::Alert};
    EXPECT_FALSE(rounds.next(true).begun);
    EXPECT_FALSE(rounds.next(false).begun);
    EXPECT_FALSE(rounds.next(true).begun);
    EXPECT_TRUE(rounds.next(true).begun);
    EXPECT_FALSE(rounds.next(true).begun) << "it is told once";
}

TEST(SplitBrainRounds, ThreeSilentOnesEndAConflict) {
    Rounds rounds{OnConflict::Hold};
    rounds.next(true);
    rounds.next(true);
    EXPECT_FALSE(rounds.next(false).over);
    EXPECT_FALSE(rounds.next(false).over);
    EXPECT_TRUE(rounds.next(false).over);
    EXPECT_FALSE(rounds.guard.since());
}

TEST(SplitBrainRounds, TheLowerPriorityGivesWayAndTheHigherNever) {
    EXPECT_EQ(Rounds(OnConflict::Yield, 100).until_yield(200), 2);
    EXPECT_EQ(Rounds(OnConflict::Yield, 200).until_yield(100), 0);
}

TEST(SplitBrainRounds, OfEqualsTheLowerAddressGivesWay) {
    EXPECT_EQ(Rounds(OnConflict::Yield, 100).until_yield(100), 2);
    Rounds higher{OnConflict::Yield, 100};
    higher.self.address = net::Address::v4(192, 0, 2, 3);
    EXPECT_EQ(higher.until_yield(100), 0);
}

TEST(SplitBrainRounds, OfTwoThatHearNothingTheLowerMacGivesWayFirst) {
    EXPECT_EQ(Rounds(OnConflict::Yield).until_yield(), 2);
    Rounds other{OnConflict::Yield};
    std::swap(other.mac, other.rival);
    EXPECT_EQ(other.until_yield(), 7) << "the other one may not have been told to yield";
}

TEST(SplitBrainRounds, AdvertsAloneMakeNobodyGiveWay) {
    Rounds rounds{OnConflict::Yield};
    bool begun = false;
    for (int i = 0; i < 50; ++i) {
        const SplitBrain::News news = rounds.next(false, 254);
        begun |= news.begun;
        EXPECT_FALSE(news.gives_way);
    }
    EXPECT_TRUE(begun);
}

TEST(SplitBrainRounds, OnlyYieldGivesWay) {
    EXPECT_EQ(Rounds(OnConflict::Alert).until_yield(200), 0);
    EXPECT_EQ(Rounds(OnConflict::Hold).until_yield(200), 0);
}

TEST(SplitBrainRounds, HoldAnnouncesEverMoreSeldom) {
    Rounds rounds{OnConflict::Hold};
    int announced = 0;
    for (int i = 0; i < 100; ++i) announced += rounds.next(true).announce ? 1 : 0;
    EXPECT_EQ(announced, 8 + 10);
}

TEST(SplitBrainRounds, WhoHasGivenWayTakesUpAgainWhenNobodyAnswers) {
    Rounds rounds{OnConflict::Yield};
    std::swap(rounds.mac, rounds.rival);
    EXPECT_EQ(rounds.until_yield(), 7);
    for (int i = 0; i < 100; ++i) EXPECT_FALSE(rounds.next(true).over);
    EXPECT_FALSE(rounds.next(false).over);
    EXPECT_FALSE(rounds.next(false).over);
    EXPECT_TRUE(rounds.next(false).over);
    EXPECT_FALSE(rounds.guard.has_yielded());
}

TEST(SplitBrainRounds, TwoThatHaveBothGivenWayDoNotTakeUpTogether) {
    Rounds lower{OnConflict::Yield, 100};
    EXPECT_EQ(lower.until_yield(), 2);
    int silent = 0;
    while (!lower.next(false).over) ++silent;
    EXPECT_EQ(silent + 1, 8) << "the higher MAC needs three";
}

TEST(SplitBrainRounds, EachTimeItStaysAwayForLonger) {
    Rounds rounds{OnConflict::Yield, 100};
    std::vector<seconds> away;
    for (int i = 0; i < 8; ++i) {
        rounds.until_yield(200);
        const Instant since = rounds.now;
        while (!rounds.guard.may_follow(rounds.now)) rounds.now += 1s;
        away.push_back(std::chrono::duration_cast<seconds>(rounds.now - since));
        rounds.guard.forget();
    }
    EXPECT_EQ(away, (std::vector<seconds>{10s, 20s, 40s, 80s, 160s, 320s, 320s, 320s}));
}

TEST(SplitBrainQuestions, AreFewAndTakeTurnsAfterTheOneThatWasAnsweredFor) {
    std::vector<Announcement> all;
    for (int i = 0; i < 100; ++i)
        all.push_back({kEth0, kLowMac, net::Address::v4(198, 51, 100, static_cast<std::uint8_t>(i))});
    SplitBrain guard;
    std::set<net::Address> asked;
    for (int round = 0; round < 7; ++round) {
        const std::vector<Announcement> questions = guard.questions(all);
        EXPECT_EQ(questions.size(), 16u);
        for (const Announcement& one : questions) asked.insert(one.address);
    }
    EXPECT_EQ(asked.size(), 100u);
    guard.answered(all[99].address, kHighMac, kLowMac);
    EXPECT_EQ(guard.questions(all).front(), all[99]);
    EXPECT_EQ(guard.questions(all).front(), all[99]);
    EXPECT_TRUE(guard.questions({}).empty());
    EXPECT_EQ(guard.questions({all[99]}).size(), 1u);
}

model::Instance guarded(OnConflict reaction) {
    model::Instance made = instance();
    made.split_brain = {.interval = 5s, .on_conflict = reaction, .witnesses = {}};
    made.notify.split_brain = command("split");
    made.notify.fence = command("fence");
    return made;
}

// A master whose rival answers each question.
struct Contested {
    explicit Contested(const model::Instance& made) : desk(config_of({made})) {
        desk.become_master();
        desk.run_for(4s);
        desk.orders.clear();
    }
    void run_for(microseconds duration) {
        for (microseconds done{0}; done < duration; done += 100ms) {
            const std::size_t before = desk.all<AskNeighbours>().size();
            desk.run_for(100ms);
            if (answers && desk.all<AskNeighbours>().size() > before)
                desk.hear(AddressClaimed{kEth0, kShared, kHighMac});
        }
    }
    [[nodiscard]] std::vector<std::string> states() const {
        std::vector<std::string> found;
        for (const RunProgram& run : desk.all<RunProgram>())
            found.push_back(run.command.words.at(0) + " " + run.command.words.at(3));
        return found;
    }
    Desk desk;
    bool answers = true;
};

TEST(SplitBrainMaster, AsksNobodyUnlessToldTo) {
    Contested contested{instance()};
    contested.run_for(60s);
    EXPECT_TRUE(contested.desk.all<AskNeighbours>().empty());
    model::Instance off = guarded(OnConflict::Yield);
    off.split_brain->detect = false;
    Contested other{off};
    other.run_for(60s);
    EXPECT_TRUE(other.desk.all<AskNeighbours>().empty());
}

TEST(SplitBrainMaster, AsksOnceAnIntervalWithItsOwnMac) {
    Contested contested{guarded(OnConflict::Alert)};
    contested.answers = false;
    contested.run_for(50s);
    EXPECT_EQ(contested.desk.all<AskNeighbours>().size(), 10u);
    EXPECT_EQ(contested.desk.all<AskNeighbours>()[0].questions,
              (std::vector<Announcement>{{kEth0, kLowMac, kShared}}));
    EXPECT_EQ(contested.desk.told("split-brain"), 0u);
}

TEST(SplitBrainMaster, TellsRemembersAndRunsTheHooksOfAConflict) {
    Contested contested{guarded(OnConflict::Alert)};
    contested.run_for(60s);
    EXPECT_EQ(contested.desk.told("split-brain"), 1u);
    EXPECT_EQ(contested.desk.role(), vrrp::Role::Master);
    const InstanceReport report = contested.desk.agent.report().front();
    ASSERT_TRUE(report.split_brain);
    EXPECT_EQ(report.split_brain->rival, "02:00:00:00:00:09 answers for 192.0.2.100, too");
    contested.desk.end_last_program(true, 0);
    EXPECT_EQ(contested.states(), (std::vector<std::string>{"split SPLIT_BRAIN", "fence SPLIT_BRAIN"}));
    EXPECT_EQ(contested.desk.all<RunProgram>().back().command.words.back(), "02:00:00:00:00:09");
    contested.desk.end_last_program(true, 0);
    contested.answers = false;
    contested.run_for(30s);
    EXPECT_EQ(contested.desk.told("split-brain-over"), 1u);
    EXPECT_EQ(contested.states().back(), "split SPLIT_BRAIN_OVER");
    EXPECT_FALSE(contested.desk.agent.report().front().split_brain);
    std::vector<std::string> reasons;
    for (const Remember& one : contested.desk.all<Remember>())
        if (one.entry.kind == ctl::HistoryKind::Conflict) reasons.push_back(one.entry.reason);
    ASSERT_EQ(reasons.size(), 2u);
    EXPECT_EQ(reasons[0],
              "split brain: 02:00:00:00:00:09 answers for 192.0.2.100, too; this one stays master");
}

TEST(SplitBrainMaster, ThatYieldsIsInFaultAndSaysWhyUntilNobodyAnswers) {
    Contested contested{guarded(OnConflict::Yield)};
    contested.run_for(15s);
    EXPECT_EQ(contested.desk.role(), vrrp::Role::Fault);
    EXPECT_EQ(contested.desk.told("split-brain-yields"), 1u);
    EXPECT_EQ(contested.desk.agent.report().front().faults,
              std::vector<std::string>{"it has given way in a split brain (on_conflict yield): "
                                       "02:00:00:00:00:09 answers for 192.0.2.100, too"});
    const std::size_t announced = contested.desk.announced();
    contested.run_for(300s);
    EXPECT_EQ(contested.desk.role(), vrrp::Role::Fault);
    EXPECT_EQ(contested.desk.announced(), announced) << "whoever has given way is silent";
    contested.answers = false;
    contested.run_for(60s);
    EXPECT_EQ(contested.desk.role(), vrrp::Role::Master);
    EXPECT_EQ(contested.desk.told("split-brain-over"), 1u);
    EXPECT_EQ(contested.desk.programs(), (std::vector<std::string>{"split", "split"})) << "it fences nobody";
}

TEST(SplitBrainMaster, ThatHasYieldedFollowsAMasterItHearsAgain) {
    Contested contested{guarded(OnConflict::Yield)};
    contested.run_for(15s);
    ASSERT_EQ(contested.desk.role(), vrrp::Role::Fault);
    contested.run_for(15s);
    contested.desk.hear_advert(net::Priority{200});
    EXPECT_EQ(contested.desk.role(), vrrp::Role::Backup);
    contested.desk.hear_advert(net::Priority{200});
    EXPECT_EQ(contested.desk.agent.report().front().master, kPeer);
}

TEST(SplitBrainMaster, IsToldOfAWeakerMasterThatDoesNotHearIt) {
    model::Instance made = guarded(OnConflict::Yield);
    made.split_brain->interval = 1s;
    Contested contested{made};
    contested.answers = false;
    for (int i = 0; i < 5; ++i) {
        contested.run_for(1s);
        contested.desk.hear_advert(net::Priority{50});
    }
    EXPECT_EQ(contested.desk.told("split-brain"), 1u);
    EXPECT_EQ(contested.desk.role(), vrrp::Role::Master);
    EXPECT_EQ(contested.desk.agent.report().front().split_brain->rival,
              "192.0.2.2 advertises our addresses with priority 50");
}

TEST(SplitBrainMaster, EndsItsConflictWhenTheElectionTakesTheRole) {
    Contested contested{guarded(OnConflict::Alert)};
    contested.run_for(30s);
    contested.desk.hear_advert(net::Priority{200});
    EXPECT_EQ(contested.desk.role(), vrrp::Role::Backup);
    EXPECT_EQ(contested.desk.told("split-brain-over"), 1u);
    const std::size_t asked = contested.desk.all<AskNeighbours>().size();
    contested.desk.hear_advert(net::Priority{200});
    contested.run_for(3s);
    EXPECT_EQ(contested.desk.all<AskNeighbours>().size(), asked);
}

TEST(SplitBrainMaster, GoesBackToBackupWhenAReloadForgetsTheGuard) {
    Contested contested{guarded(OnConflict::Yield)};
    contested.run_for(15s);
    ASSERT_EQ(contested.desk.role(), vrrp::Role::Fault);
    contested.desk.hear(ConfigLoaded{std::make_shared<const model::Config>(config_of({instance()}))});
    EXPECT_EQ(contested.desk.role(), vrrp::Role::Backup);
    EXPECT_FALSE(contested.desk.agent.report().front().split_brain);
}

}  // namespace
}  // namespace understudy::agent::test
