#include "options.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <syslog.h>

#include <initializer_list>
#include <utility>
#include <vector>

namespace understudy::daemon {
namespace {

std::expected<Options, std::string> parse(std::initializer_list<const char*> words) {
    std::vector<const char*> argv{"understudyd"};
    argv.insert(argv.end(), words);
    return parse_options(static_cast<int>(argv.size()), argv.data());
}

TEST(Options, DefaultToADaemonWithKeepalivedsFile) {
    const auto options = parse({});
    ASSERT_TRUE(options);
    EXPECT_EQ(options->task, Options::Task::Run);
    EXPECT_EQ(options->config_file, "/etc/keepalived/keepalived.conf");
    EXPECT_FALSE(options->foreground);
    EXPECT_TRUE(options->respawn);
}

TEST(Options, TakeKeepalivedsShortOptions) {
    const auto options = parse({"-n", "-l", "-f", "ha.conf", "-p", "P1", "-r", "P2", "-c", "P3"});
    ASSERT_TRUE(options) << options.error();
    EXPECT_TRUE(options->foreground);
    EXPECT_TRUE(options->log_console);
    EXPECT_EQ(options->config_file, "ha.conf");
    EXPECT_EQ(options->pid_file, "P1");
    EXPECT_EQ(options->vrrp_pid_file, "P2");
    EXPECT_EQ(options->checkers_pid_file, "P3");
}

TEST(Options, MayBeJoinedAndRepeated) {
    const auto options = parse({"-nlDD", "-S3"});
    ASSERT_TRUE(options) << options.error();
    EXPECT_TRUE(options->foreground);
    EXPECT_EQ(options->log_detail, 2);
    EXPECT_EQ(options->facility, LOG_LOCAL3);
}

TEST(Options, SayWhereTheControlSocketIs) {
    EXPECT_EQ(parse({})->control_socket, std::nullopt);
    EXPECT_EQ(parse({"--control-socket=/srv/c.sock"})->control_socket, "/srv/c.sock");
    EXPECT_EQ(parse({"--control-socket=none"})->control_socket, "");
    EXPECT_EQ(parse({"--control-socket", ""})->control_socket, "");
    EXPECT_EQ(parse({"--recording=/srv/kept"})->recording, "/srv/kept");
    EXPECT_EQ(parse({"--recording=none"})->recording, "");
    EXPECT_TRUE(parse({"--no-sandbox"})->no_sandbox);
    EXPECT_EQ(parse({"--hooks-socket=/run/h"})->hooks_socket, "/run/h");
    EXPECT_EQ(parse({"--serve-hooks"})->task, Options::Task::ServeHooks);
    EXPECT_EQ(parse({"--recording-size=100"})->recording_size, 100u);
    EXPECT_FALSE(parse({"--recording-size=63"}));
    EXPECT_FALSE(parse({"--recording-size=much"}));
    EXPECT_EQ(parse({"--control-group=wheel"})->control_group, "wheel");
    EXPECT_EQ(parse({"--control-readers=adm"})->control_readers, "adm");
    EXPECT_EQ(parse({"--control-mode=0600"})->control_mode, 0600u);
    EXPECT_EQ(parse({"--control-mode=666"})->control_mode, 0666u);
    for (const char* const odd : {"--control-mode=1000", "--control-mode=rw", "--control-mode=068"})
        EXPECT_FALSE(parse({odd})) << odd;
}

TEST(Options, MayBeAbbreviated) {
    const auto options = parse({"--use-f=ha.conf", "--dont-fork"});
    ASSERT_TRUE(options) << options.error();
    EXPECT_EQ(options->config_file, "ha.conf");
}

TEST(Options, TestTheConfigurationWithAnAttachedReportFile) {
    EXPECT_EQ(parse({"-t"})->task, Options::Task::TestConfig);
    EXPECT_EQ(parse({"-t"})->report, std::nullopt);
    EXPECT_EQ(parse({"-tout.txt"})->report, "out.txt");
    EXPECT_EQ(parse({"--config-test=out.txt"})->report, "out.txt");
}

TEST(Options, LeaveTheWordBehindATestOptionAlone) {
    const auto options = parse({"-t", "-f", "ha.conf"});
    ASSERT_TRUE(options) << options.error();
    EXPECT_EQ(options->config_file, "ha.conf");
    EXPECT_EQ(options->report, std::nullopt);
}

TEST(Options, OnlyRemarkOnExtraWordsAndWrongFacilities) {
    const auto options = parse({"extra", "-S", "mail"});
    ASSERT_TRUE(options) << options.error();
    EXPECT_EQ(options->remarks.size(), 2u);
    EXPECT_EQ(options->facility, std::nullopt);
}

TEST(Options, RefuseWhatIsNotOfferedWithAReason) {
    for (const char* option : {"-T", "-x", "--snmp-agent-socket=a", "--nonsense", "-f"}) {
        const auto options = parse({option});
        ASSERT_FALSE(options) << option;
        EXPECT_GT(options.error().size(), 10u);
    }
}

TEST(Options, TakeOneProcessAndWhatGoesWithIt) {
    EXPECT_FALSE(parse({})->single_process);
    EXPECT_TRUE(parse({"--single-process"})->single_process);
    EXPECT_TRUE(parse({"--single-process", "--no-sandbox", "-R", "-r", "P2"})->single_process);
}

TEST(Options, ContradictEachOtherInWhateverOrder) {
    for (const auto& words : {std::pair{"--single-process", "--check-upgrade"},
                              std::pair{"--check-upgrade", "--single-process"}}) {
        const auto options = parse({words.first, words.second});
        ASSERT_FALSE(options);
        EXPECT_TRUE(options.error().contains("--check-upgrade has no meaning with --single-process"));
    }
}

TEST(Options, TakeMasksInEachBase) {
    EXPECT_EQ(parse({"-u", "022"})->umask, 022u);
    EXPECT_EQ(parse({"-u", "0x12"})->umask, 022u);
    EXPECT_EQ(parse({"-u", "18"})->umask, 022u);
    EXPECT_FALSE(parse({"-u", "01000"}));
    EXPECT_FALSE(parse({"-u", "rwx"}));
}

TEST(Options, CanBeMadeToHoldFromAnywhere) {
    Options options;
    options.config_file = "ha.conf";
    options.pid_file = "/run/p";
    options.directory = "/etc/ha";
    const Options absolute = with_absolute_paths(options);
    EXPECT_EQ(absolute.config_file, "/etc/ha/ha.conf");
    EXPECT_EQ(absolute.pid_file, "/run/p");
    EXPECT_EQ(absolute.vrrp_pid_file, std::nullopt);
}

TEST(SignalNumber, MatchesKeepalived) {
    EXPECT_EQ(signal_number("STOP"), SIGTERM);
    EXPECT_EQ(signal_number("RELOAD"), SIGHUP);
    EXPECT_EQ(signal_number("DATA"), SIGUSR1);
    EXPECT_EQ(signal_number("STATS"), SIGUSR2);
    EXPECT_EQ(signal_number("STATS_CLEAR"), SIGRTMAX - 1);
    EXPECT_EQ(signal_number("JSON"), SIGRTMIN + 2);
    EXPECT_EQ(signal_number("TDUMP"), std::nullopt);
}

TEST(HelpText, NamesEveryOptionOnALineOfItsOwn) {
    const std::string text = help_text();
    EXPECT_NE(text.find("\n  -f, --use-file=ARG"), std::string::npos);
    EXPECT_NE(text.find("\n  -t, --config-test[=ARG]"), std::string::npos);
    EXPECT_NE(text.find("\n      --lenient"), std::string::npos);
}

}  // namespace
}  // namespace understudy::daemon
