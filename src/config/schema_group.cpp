// Blocks that bind instances or interfaces together.
#include "bind.hpp"
#include "bind_instance.hpp"
#include "bind_tracker.hpp"
#include "schema.hpp"

namespace understudy::config {

namespace {

constexpr Keyword kSyncGroupRows[] = {
    {"group", nothing(), "required", Tier::Core, "Members, any number per line", nullptr, &kGroupMembers,
     Occurs::Repeats},
    {"track_interface", nothing(), "", Tier::Core, "Tracked for every member, weights honoured", nullptr,
     &kGroupTrackInterface, Occurs::Repeats},
    {"track_script", nothing(), "", Tier::Core, "Tracked for every member, weights honoured", nullptr,
     &kGroupTrackScript, Occurs::Repeats},
    {"track_file", nothing(), "", Tier::Vrrp, "Tracked for every member", nullptr, &kGroupTrackFile,
     Occurs::Repeats},
    {"track_process", nothing(), "", Tier::Vrrp, "Tracked for every member", nullptr, &kGroupTrackProcess,
     Occurs::Repeats},
    {"track_bfd", nothing(), "", Tier::Bfd, "Tracked for every member", nullptr, &kGroupTrackBfd,
     Occurs::Repeats},
    {"notify_backup", command(), "none", Tier::Core, "Run when the group enters BACKUP",
     set<&GroupDraft::notify, &NotifyDraft::backup>, nullptr, Occurs::FirstWins},
    {"notify_master", command(), "none", Tier::Core, "Run when the group enters MASTER",
     set<&GroupDraft::notify, &NotifyDraft::master>, nullptr, Occurs::FirstWins},
    {"notify_fault", command(), "none", Tier::Core, "Run when the group enters FAULT",
     set<&GroupDraft::notify, &NotifyDraft::fault>, nullptr, Occurs::FirstWins},
    {"notify_stop", command(), "none", Tier::Core, "Run when the group enters STOP",
     set<&GroupDraft::notify, &NotifyDraft::stop>, nullptr, Occurs::FirstWins},
    {"notify", command(), "none", Tier::Core,
     "Run on every group transition with GROUP <name> <STATE> 0 appended",
     set<&GroupDraft::notify, &NotifyDraft::any>, nullptr, Occurs::FirstWins},
    {"smtp_alert", optional(boolean()), "smtp_alert_vrrp, smtp_alert, else off", Tier::Deep,
     "Mail on group transitions", set<&GroupDraft::notify, &NotifyDraft::mail>},
    {"global_tracking", nothing(), "", Tier::Legacy, "Old name of sync_group_tracking_weight",
     set_global_tracking},
    {"sync_group_tracking_weight", nothing(), "off", Tier::Core,
     "Allow weighted trackers in member instances", set_flag<&GroupDraft::tracking_weight>},
    {"notify_priority_changes", optional(boolean()), "global", Tier::Vrrp, "Default for the members",
     set<&GroupDraft::notify, &NotifyDraft::priority_changes>},
};

constexpr auto kSyncGroupRowsIndex = index_of(kSyncGroupRows);

constexpr Keyword kTrackGroupRows[] = {
    {"group", nothing(), "required", Tier::Vrrp, "Members of the track group", nullptr, &kTrackGroupMembers,
     Occurs::Repeats},
};

constexpr auto kTrackGroupRowsIndex = index_of(kTrackGroupRows);

constexpr Keyword kGarpGroupRows[] = {
    {"garp_interval", decimal_seconds(microseconds{0}, microseconds{4294000000}), "none", Tier::Vrrp,
     "Minimum gap between GARPs of the group", set<&AnnounceGroupDraft::garp_interval>},
    {"gna_interval", decimal_seconds(microseconds{0}, microseconds{4294000000}), "none", Tier::Vrrp,
     "Minimum gap between NAs of the group", set<&AnnounceGroupDraft::gna_interval>},
    {"interface", interface_name(), "", Tier::Vrrp,
     "Add one interface; an interface can be in one group only", add_announce_interface, nullptr,
     Occurs::Repeats},
    {"interfaces", nothing(), "", Tier::Vrrp,
     "Add interfaces; a group without any interval is removed with an error", nullptr, &kAnnounceInterfaces,
     Occurs::Repeats},
};

constexpr auto kGarpGroupRowsIndex = index_of(kGarpGroupRows);

}  // namespace

constinit const Block kSyncGroup{
    .path = "vrrp_sync_group", .keywords = kSyncGroupRows, .index = &kSyncGroupRowsIndex, .open = open_group};
constinit const Block kTrackGroup{.path = "track_group",
                                  .keywords = kTrackGroupRows,
                                  .index = &kTrackGroupRowsIndex,
                                  .open = open_track_group};
constinit const Block kGarpGroup{.path = "garp_group",
                                 .keywords = kGarpGroupRows,
                                 .index = &kGarpGroupRowsIndex,
                                 .open = open_announce_group};

constinit const Block kTrackGroupMembers{
    .path = "track_group/group", .kind = BlockKind::Entries, .entry = add_track_group_members};
constinit const Block kAnnounceInterfaces{
    .path = "garp_group/interfaces", .kind = BlockKind::Entries, .entry = add_announce_interfaces};

}  // namespace understudy::config
