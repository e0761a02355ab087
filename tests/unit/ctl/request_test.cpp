#include "understudy/ctl/request.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace understudy::ctl {
namespace {

BadRequest fault_of(std::string_view line) {
    const auto parsed = parse_request(line);
    return parsed ? BadRequest{RequestFault::NotJson, "nothing is wrong with it", 0} : parsed.error();
}

TEST(Request, SurvivesItsOwnLine) {
    const std::vector<Question> questions{Ping{},
                                          Status{},
                                          Status{"VI_1"},
                                          Status{"a\"b\\c"},
                                          ShowConfig{},
                                          Reload{false},
                                          Reload{true},
                                          Drain{},
                                          Drain{"VI_1", 600},
                                          Resume{},
                                          Resume{"VI_1"},
                                          SetPriority{"VI_1", 254},
                                          UnsetPriority{"VI_1"},
                                          Dump{DumpKind::State},
                                          Dump{DumpKind::Json},
                                          Dump{DumpKind::Statistics, true},
                                          Failover{"VI_1"},
                                          CheckState{"web"},
                                          RunCheck{"web"},
                                          SetLogLevel{LogLevel::Debug},
                                          SetLogLevel{LogLevel::Critical},
                                          ResetStatistics{},
                                          ResetStatistics{"VI_1"},
                                          History{},
                                          History{"VI_1", WallTime{milliseconds{1'700'000'000'123}}},
                                          Why{},
                                          Why{"VI_1"},
                                          Subscribe{},
                                          Subscribe{"VI_1"},
                                          Upgrade{},
                                          Upgrade{true}};
    for (const Question& question : questions) {
        const Request request{7, question};
        const std::string line = to_line(request);
        EXPECT_EQ(line.find('\n'), std::string::npos);
        const auto parsed = parse_request(line);
        ASSERT_TRUE(parsed) << line << ": " << parsed.error().message;
        EXPECT_EQ(*parsed, request) << line;
    }
}

TEST(Request, NeedsNoNumber) {
    const auto parsed = parse_request(R"({"version":1,"command":"ping"})");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->id, 0u);
}

TEST(Request, TellsWhatIsWrongByName) {
    struct Case {
        std::string line;
        RequestFault fault;
        std::string said;
    };
    const std::vector<Case> cases{
        {"", RequestFault::NotJson, "one JSON object a line"},
        {"status", RequestFault::NotJson, "one JSON object a line"},
        {R"({"version":1,"command":"ping"} x)", RequestFault::NotJson, "one JSON object a line"},
        {"\xff\xfe", RequestFault::NotJson, "one JSON object a line"},
        {"[1]", RequestFault::NotAnObject, "array"},
        {R"({"command":"ping"})", RequestFault::UnknownVersion, "must be 1, and is missing"},
        {R"({"version":2,"command":"ping"})", RequestFault::UnknownVersion, "must be 1"},
        {R"({"version":"1","command":"ping"})", RequestFault::UnknownVersion, "must be 1"},
        {R"({"version":1,"id":-1,"command":"ping"})", RequestFault::BadId, "not less than 0"},
        {R"({"version":1,"id":1.5,"command":"ping"})", RequestFault::BadId, "whole number"},
        {R"({"version":1})", RequestFault::MissingCommand, "the name of a command"},
        {R"({"version":1,"command":7})", RequestFault::MissingCommand, "the name of a command"},
        {R"({"version":1,"command":"statsu"})", RequestFault::UnknownCommand, "did you mean 'status'?"},
        {R"({"version":1,"command":"reload","dryrun":true})", RequestFault::UnknownArgument,
         "did you mean 'dry_run'?"},
        {R"({"version":1,"command":"ping","":1})", RequestFault::UnknownArgument, "has no argument ''"},
        {R"({"version":1,"command":"ping","instance":"VI_1"})", RequestFault::UnknownArgument,
         "'ping' has no argument 'instance'"},
        {R"({"version":1,"command":"reload","dry_run":"yes"})", RequestFault::BadArgument, "true or false"},
        {R"({"version":1,"command":"status","instance":1})", RequestFault::BadArgument, "a string"},
        {R"({"version":1,"command":"drain","seconds":0})", RequestFault::BadArgument, "from 1 to"},
        {R"({"version":1,"command":"drain","seconds":-5})", RequestFault::BadArgument, "a whole number"},
        {R"({"version":1,"command":"drain","seconds":1e300})", RequestFault::BadArgument, "a whole number"},
        {R"({"version":1,"command":"history","since":"soon"})", RequestFault::BadArgument,
         "'since' must be a date such as 2026-01-31T22:15:30Z"},
        {R"({"version":1,"command":"set-priority","instance":"a"})", RequestFault::BadArgument,
         "'priority' must be given"},
        {R"({"version":1,"command":"set-priority","priority":7})", RequestFault::BadArgument,
         "'instance' must be given"},
        {R"({"version":1,"command":"set-priority","instance":"a","priority":255})", RequestFault::BadArgument,
         "from 1 to 254"},
        {R"({"version":1,"command":"unset-priority"})", RequestFault::BadArgument, "must be given"},
        {R"({"version":1,"command":"failover"})", RequestFault::BadArgument, "the name of an instance"},
        {R"({"version":1,"command":"run-check"})", RequestFault::BadArgument, "the name of a check"},
        {R"({"version":1,"command":"check","name":1})", RequestFault::BadArgument, "a string"},
        {R"({"version":1,"command":"log-level"})", RequestFault::BadArgument, "'debug', 'info'"},
        {R"({"version":1,"command":"log-level","level":"loud"})", RequestFault::BadArgument, "'critical'"},
        {R"({"version":1,"command":"log-level","level":7})", RequestFault::BadArgument, "a string"},
        {R"({"version":1,"command":"dump"})", RequestFault::BadArgument, "'statistics' or 'json'"},
        {R"({"version":1,"command":"dump","what":"xml"})", RequestFault::BadArgument, "'what' must be"},
        {R"({"version":1,"command":"dump","what":7})", RequestFault::BadArgument, "a string"},
    };
    for (const Case& c : cases) {
        const BadRequest bad = fault_of(c.line);
        EXPECT_EQ(name(bad.fault), name(c.fault)) << c.line;
        EXPECT_NE(bad.message.find(c.said), std::string::npos) << c.line << ": " << bad.message;
    }
}

TEST(Request, KeepsItsNumberWhenItIsRefused) {
    EXPECT_EQ(fault_of(R"({"version":1,"id":12,"command":"nonsense"})").id, 12u);
    EXPECT_EQ(fault_of(R"({"version":9,"id":13})").id, 13u);
}

TEST(Request, IsBoundedInLengthAndDepth) {
    const std::string longest = R"({"version":1,"command":"ping"})";
    EXPECT_TRUE(parse_request(longest + std::string(kLongestRequest - longest.size(), ' ')));
    EXPECT_EQ(fault_of(longest + std::string(kLongestRequest, ' ')).fault, RequestFault::TooLong);
    EXPECT_EQ(fault_of(std::string(kLongestRequest, '[')).fault, RequestFault::NotJson);
    const std::string nested = std::string(kLongestRequest / 2, '[') + std::string(kLongestRequest / 2, ']');
    EXPECT_EQ(fault_of(nested).fault, RequestFault::NotAnObject);
}

TEST(Request, SaysWhoMayAsk) {
    EXPECT_EQ(needed_access(Ping{}), Access::Read);
    EXPECT_EQ(needed_access(Status{}), Access::Read);
    EXPECT_EQ(needed_access(CheckState{}), Access::Read);
    for (const Question& question :
         {Question{Reload{}}, Question{Drain{}}, Question{Resume{}}, Question{SetPriority{}},
          Question{UnsetPriority{}}, Question{Failover{}}, Question{RunCheck{}}, Question{SetLogLevel{}},
          Question{ResetStatistics{}}})
        EXPECT_EQ(needed_access(question), Access::Change);
    EXPECT_EQ(needed_access(Dump{}), Access::Secret);
    EXPECT_EQ(needed_access(ShowConfig{}), Access::Secret);
}

}  // namespace
}  // namespace understudy::ctl
