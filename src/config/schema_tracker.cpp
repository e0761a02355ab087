// What an instance can track: scripts, processes, files, BFD sessions.
#include "bind.hpp"
#include "bind_script.hpp"
#include "bind_tracker.hpp"
#include "schema.hpp"

namespace understudy::config {

namespace {

constexpr Keyword kScriptRows[] = {
    {"script", program(), "required", Tier::Core, "Command", set<&ScriptDraft::command>},
    {"interval", decimal_seconds(seconds{0}, seconds{4294}), "1", Tier::Core, "Time between runs",
     set_script_time<&ScriptDraft::interval>},
    {"timeout", decimal_seconds(seconds{0}, seconds{4294}), "interval", Tier::Core, "Run time limit",
     set_script_time<&ScriptDraft::timeout>},
    {"weight", weight(253), "0", Tier::Core, "Priority effect", set<&ScriptDraft::weight>},
    {"rise", number(0), "1", Tier::Core, "Consecutive successes needed to be up",
     set_at_least_one<&ScriptDraft::rise>},
    {"fall", number(0), "1", Tier::Core, "Consecutive failures needed to be down",
     set_at_least_one<&ScriptDraft::fall>},
    {"user", owner(), "script_user", Tier::Core, "User to run as; unknown user drops the script",
     set_script_owner},
    {"init_fail", nothing(), "off", Tier::Core,
     "No effect, as in keepalived: the first run, at the start, decides at once",
     set_flag<&ScriptDraft::init_fail>},
};

constexpr auto kScriptRowsIndex = index_of(kScriptRows);

constexpr Keyword kTrackedProcessRows[] = {
    {"process", free_form("<name or path> [<params>]"), "required", Tier::Vrrp, "Process to count",
     set_process_command, nullptr, Occurs::FirstWins},
    {"param_match", optional(choice("initial|partial")), "exact when parameters are given", Tier::Vrrp,
     "How parameters are compared", set_parameter_match},
    {"weight", bearable(weight(254)), "0", Tier::Vrrp,
     "Priority effect while the quorum holds or fails; 0 = FAULT", set<&TrackProcessDraft::weight>, nullptr,
     Occurs::FirstWins},
    {"quorum", number(1, 65535), "1", Tier::Vrrp, "Minimum number of processes",
     set<&TrackProcessDraft::quorum>},
    {"quorum_max", number(0, 65535), "unlimited", Tier::Vrrp, "Maximum number of processes",
     set<&TrackProcessDraft::quorum_max>},
    {"delay", decimal_seconds(microseconds{1}, microseconds{3600000000}), "0", Tier::Vrrp,
     "Sets both delays below", set_both_delays},
    {"terminate_delay", decimal_seconds(microseconds{1}, microseconds{3600000000}), "0", Tier::Vrrp,
     "Wait before believing a loss", set<&TrackProcessDraft::plain, &model::TrackProcess::terminate_delay>},
    {"fork_delay", decimal_seconds(microseconds{1}, microseconds{3600000000}), "0", Tier::Vrrp,
     "Wait before believing a gain", set<&TrackProcessDraft::plain, &model::TrackProcess::fork_delay>},
    {"full_command", nothing(), "off", Tier::Vrrp,
     "Match the whole command line rather than the 15 character name",
     raise<&TrackProcessDraft::plain, &model::TrackProcess::full_command>},
};

constexpr auto kTrackedProcessRowsIndex = index_of(kTrackedProcessRows);

constexpr Keyword kTrackFileRows[] = {
    {"file", bearable(text("<path>")), "required", Tier::Vrrp,
     "File to watch; content is an integer; missing file counts as 0", set<&TrackFileDraft::path>},
    {"weight", bearable(weight(254)), "1", Tier::Vrrp,
     "Factor for the number in the file; 0 = FAULT when non-zero", set<&TrackFileDraft::weight>},
    {"init_file", free_form("[<value>] [overwrite]"), "0", Tier::Vrrp,
     "Create the file at start with this number", set_file_init},
};

constexpr auto kTrackFileRowsIndex = index_of(kTrackFileRows);

constexpr Keyword kBfdInstanceRows[] = {
    {"source_ip", ip_address(), "kernel choice", Tier::Bfd, "Local address",
     set<&BfdDraft::plain, &model::BfdSession::source>},
    {"neighbor_ip", ip_address(), "required", Tier::Bfd, "Peer address; one session per address",
     set<&BfdDraft::neighbor>},
    {"neighbour_ip", ip_address(), "", Tier::Bfd, "Same as neighbor_ip", set<&BfdDraft::neighbor>},
    {"min_rx", number(1, 4294967), "10", Tier::Bfd, "Required receive interval; above 10000 only warned",
     set<&BfdDraft::plain, &model::BfdSession::min_rx>},
    {"min_tx", number(1, 4294967), "10", Tier::Bfd, "Desired transmit interval",
     set<&BfdDraft::plain, &model::BfdSession::min_tx>},
    {"idle_tx", number(1000, 4294967), "1000", Tier::Bfd, "Transmit interval while not Up",
     set<&BfdDraft::plain, &model::BfdSession::idle_tx>},
    {"multiplier", number(1, 255), "5", Tier::Bfd, "Detection multiplier",
     set<&BfdDraft::plain, &model::BfdSession::multiplier>},
    {"passive", nothing(), "off", Tier::Bfd, "Do not send before the peer has",
     raise<&BfdDraft::plain, &model::BfdSession::passive>},
    {"ttl", number(1, 255), "255", Tier::Bfd, "TTL of sent packets",
     set<&BfdDraft::plain, &model::BfdSession::ttl>},
    {"hoplimit", number(1, 255), "255", Tier::Bfd, "Same as ttl",
     set<&BfdDraft::plain, &model::BfdSession::ttl>},
    {"max_hops", number(-1, 255), "0", Tier::Bfd,
     "Accept packets whose TTL is at least own ttl minus max_hops", set_max_hops},
    {"multihop", optional(boolean()), "false", Tier::Bfd,
     "Use UDP port 4784 instead of 3784 (keepalived 2.2.8)",
     set<&BfdDraft::plain, &model::BfdSession::multihop>},
    {"weight", weight(253), "0", Tier::Bfd, "Default weight for track_bfd; 0 = FAULT while not Up",
     set<&BfdDraft::plain, &model::BfdSession::weight>},
    {"vrrp", nothing(), "both", Tier::Bfd, "Deliver events to VRRP only (together with checker: both)",
     raise<&BfdDraft::vrrp>},
    {"checker", nothing(), "both", Tier::Bfd, "Deliver events to checkers only", raise<&BfdDraft::checker>},
};

constexpr auto kBfdInstanceRowsIndex = index_of(kBfdInstanceRows);

}  // namespace

constinit const Block kScript{
    .path = "vrrp_script", .keywords = kScriptRows, .index = &kScriptRowsIndex, .open = open_script};
constinit const Block kTrackProcess{.path = "vrrp_track_process",
                                    .keywords = kTrackedProcessRows,
                                    .index = &kTrackedProcessRowsIndex,
                                    .open = open_track_process};
constinit const Block kTrackFile{
    .path = "track_file", .keywords = kTrackFileRows, .index = &kTrackFileRowsIndex, .open = open_track_file};
constinit const Block kBfdInstance{.path = "bfd_instance",
                                   .keywords = kBfdInstanceRows,
                                   .index = &kBfdInstanceRowsIndex,
                                   .open = open_bfd,
                                   .feature = Feature::Bfd};

}  // namespace understudy::config
