// Any octets as a day of several routers: adverts, timers, lost carriers, deleted addresses, scripts,
// reloads, drains, deaths and whatever else may happen to them (sim/mishap.hpp), in any order and at any
// time. The simulator's auditor looks on after every single event, so what must always hold must hold here.
//
// The first two octets are the seed, the third says what kind of a day it is; then each mishap has five: its
// kind, to whom and with whom, after what pause, and two for what else there is to say of it.
#include <chrono>
#include <cstdint>
#include <iostream>
#include <optional>
#include <span>

#include "understudy/base/assert.hpp"
#include "understudy/base/bytes.hpp"

#include "sim/day.hpp"

namespace understudy::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kHeadSize = 3;
constexpr std::size_t kMishapSize = 5;
constexpr std::size_t kMostMishaps = 100;

// Half of them happen to the one who is master, where it hurts.
std::size_t host_of(std::uint8_t octet, const Lan& lan) {
    const Node* const master = only_master(lan);
    if (octet % 2 > 0 && master != nullptr) return master->number();
    return octet / 2 % 8 % lan.nodes().size();
}

// From none at all to 8 s, and the short ones finely: much happens within a few milliseconds.
microseconds pause_of(std::uint8_t octet) { return octet * octet * octet * 500us / 1000; }

Mishap mishap_of(Reader& in, const Lan& lan) {
    constexpr auto kKinds = static_cast<std::uint8_t>(Mishap::Kind::Thaw) + 1;
    Mishap mishap;
    mishap.kind = static_cast<Mishap::Kind>(in.u8() % kKinds);
    const std::uint8_t hosts = in.u8();
    mishap.host = host_of(hosts, lan);
    mishap.other = hosts / 16U % lan.nodes().size();
    mishap.pause = pause_of(in.u8());
    mishap.detail = in.u16();
    return mishap;
}

struct Setting {
    Seed seed;
    const Weather& weather;
    Fashion fashion;
};

Setting setting_of(Reader& in) {
    const Seed seed{in.u16()};
    const std::uint8_t kind = in.u8();
    Fashion fashion{.virtual_mac = (kind & 0x10) != 0, .routes = (kind & 0x20) != 0, .address_lease = {}};
    if ((kind & 0x40) != 0) fashion.address_lease = 3s;
    return {seed, climate()[kind % climate().size()], fashion};
}

void live_through(Bytes octets) {
    Reader in{octets};
    const Setting setting = setting_of(in);
    Day day{setting.seed, setting.weather, setting.fashion};
    day.run([&](const Lan& lan) -> std::optional<Mishap> {
        if (in.remaining() < kMishapSize) return std::nullopt;
        return mishap_of(in, lan);
    });
    if (!day.failure()) return;
    const Shrunk shorter = shrink(setting.seed, setting.weather, day, setting.fashion);
    std::cerr << "on a day of seed " << setting.seed.value << ", weather " << setting.weather.name << ":\n"
              << to_text(shorter.script) << shorter.failure << "\n";
    UNDERSTUDY_ASSERT(!day.failure());
}

}  // namespace
}  // namespace understudy::sim

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace understudy::sim;
    if (size < kHeadSize || size > kHeadSize + kMostMishaps * kMishapSize) return -1;
    live_through(std::as_bytes(std::span{data, size}));
    return 0;
}
