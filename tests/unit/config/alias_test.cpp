// Old names, other names and other spellings mean the same; what is said twice over is said once.
#include <gtest/gtest.h>

#include "understudy/config/load.hpp"

#include "fake_host.hpp"

namespace understudy::config {
namespace {

model::Config loaded(const std::string& text, Seed seed = {}) {
    MemoryReader reader;
    reader.add("ha.conf", text);
    LoadOptions options;
    options.random_seed = seed;
    return load("ha.conf", reader, golden::FakeHost{}, options).config;
}

// @ stands for what is tested.
std::string with(std::string text, std::string_view what) { return text.replace(text.find('@'), 1, what); }

struct Pair {
    std::string_view one;
    std::string_view other;
};

void expect_same(const std::string& around, std::span<const Pair> pairs) {
    const model::Config neither = loaded(with(around, ""));
    for (const auto& [one, other] : pairs) {
        EXPECT_EQ(loaded(with(around, one)), loaded(with(around, other))) << one << " | " << other;
        EXPECT_NE(loaded(with(around, one)), neither) << one << " has no effect on the model";
    }
}

const std::string kInstance = "interface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n192.0.2.10\n}\n";

TEST(Aliases, OfGlobalSettingsMeanTheSame) {
    constexpr Pair kPairs[] = {
        {"lvs_process_name x", "checker_process_name x"},
        {"vrrp_rlimit_rtime 500", "vrrp_rlimit_rttime 500"},
        {"checker_rlimit_rtime 500", "checker_rlimit_rttime 500"},
        {"bfd_rlimit_rtime 500", "bfd_rlimit_rttime 500"},
        {"enable_snmp_keepalived", "enable_snmp_vrrp"},
        {"enable_snmp_rfc", "enable_snmp_rfcv2\nenable_snmp_rfcv3"},
        {"vrrp_vmac_garp_intvl all 60", "vrrp_garp_extra_if all 60"},
        {"umask 022", "umask IWGRP | IWOTH"},
        {"umask 0x12", "umask 18"},
        {"vrrp_rx_bufs_policy mtu", "vrrp_rx_bufs_policy MTU"},
        {"max_auto_priority", "max_auto_priority 99"},
        {"vrrp_min_garp", "vrrp_garp_master_repeat 1\nvrrp_garp_master_delay 0"},
    };
    expect_same("global_defs {\n@\n}\nvrrp_instance web {\n" + kInstance + "}\n", kPairs);
}

TEST(Aliases, OfInstanceSettingsMeanTheSame) {
    constexpr Pair kPairs[] = {
        {"nopreempt\nthread_timer_expired 90", "nopreempt\ntimer_expired_backup 90"},
        {"nopreempt\ntimer_expired_backup", "nopreempt\ntimer_expired_backup 254"},
        {"vmac_garp_intvl 60", "garp_extra_if 60"},
        {"use_vmac vip0", "use_vmac name vip0"},
        {"use_vmac 02:00:00:00:00", "use_vmac 02:00:00:00:00:01"},
        {"use_ipvlan 192.0.2.5", "use_ipvlan bridge 192.0.2.5/32"},
    };
    expect_same("vrrp_instance web {\n" + kInstance + "@\n}\n", kPairs);
}

TEST(Aliases, OfTrackersMeanTheSame) {
    constexpr Pair kPairs[] = {
        {"vrrp_track_file a {\nfile /run/a\n}", "track_file a {\nfile /run/a\nweight 1\n}"},
        {"bfd_instance a {\nneighbour_ip 192.0.2.7\nhoplimit 9\n}",
         "bfd_instance a {\nneighbor_ip 192.0.2.7\nttl 9\n}"},
        {"bfd_instance a {\nneighbor_ip 192.0.2.7\nvrrp\nchecker\n}",
         "bfd_instance a {\nneighbor_ip 192.0.2.7\n}"},
        {"bfd_instance a {\nneighbor_ip 192.0.2.7\nmax_hops 255\n}",
         "bfd_instance a {\nneighbor_ip 192.0.2.7\nmax_hops -1\n}"},
        {"vrrp_track_process a {\nprocess b c\n}", "vrrp_track_process a {\nprocess b c\nparam_match\n}"},
        {"vrrp_track_process a {\nprocess b\ndelay 2\n}",
         "vrrp_track_process a {\nprocess b\nterminate_delay 2\nfork_delay 2\n}"},
        {"interface_up_down_delays {\neth0 2\n}", "interface_up_down_delays {\neth0 1\neth0 2 2\n}"},
        {"garp_group {\ngarp_interval 1\ninterface eth0\ninterface eth1\n}",
         "garp_group {\ngarp_interval 1\ninterfaces {\neth0 eth1\n}\n}"},
    };
    expect_same("@\nvrrp_instance web {\n" + kInstance + "}\n", kPairs);
}

TEST(RandomSeed, MakesEveryReadingTheSame) {
    const std::string text = "global_defs {\nrandom_seed 7\nrouter_id ${_RANDOM}\n}\n";
    EXPECT_EQ(loaded(text, Seed{1}), loaded(text, Seed{2}));
    const std::string unseeded = "global_defs {\nrouter_id ${_RANDOM}\n}\n";
    EXPECT_NE(loaded(unseeded, Seed{1}), loaded(unseeded, Seed{2}));
}

}  // namespace
}  // namespace understudy::config
