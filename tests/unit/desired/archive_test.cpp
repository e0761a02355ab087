// The books of what is desired, as octets and back, and handed on.
#include "understudy/base/archive.hpp"

#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "understudy/desired/routes.hpp"
#include "understudy/desired/rules.hpp"

#include "support.hpp"
#include "support/model_routes.hpp"

namespace understudy::desired {
namespace {

// Two owners share one of three addresses on two links, and one addition is on its way.
Addresses busy_addresses() {
    Addresses addresses;
    addresses.manage(0, {on_link("192.0.2.1"), on_link("192.0.2.2", 9)});
    addresses.manage(1, {on_link("192.0.2.1"), on_link("2001:db8::6")});
    addresses.want(0, true);
    static_cast<void>(addresses.take_changes(1, kNow));
    return addresses;
}

template <typename Book>
std::vector<std::byte> octets_of_book(const Book& book) {
    std::vector<std::byte> octets;
    ArchiveWriter out{octets};
    book.save(out);
    return octets;
}

TEST(SavedBook, IsReadAsItWasWritten) {
    const std::vector<std::byte> saved = octets_of_book(busy_addresses());
    Addresses read;
    ArchiveReader in{saved};
    read.load(in);
    EXPECT_FALSE(in.failed());
    EXPECT_EQ(octets_of_book(read), saved);
    EXPECT_EQ(read.take_changes(kAll, kNow), busy_addresses().take_changes(kAll, kNow));
}

// Every octet with every single bit of it the other way round: read, or refused with a reason. That an
// address is not of its link, or an owner's item is not there, is told as unsound.
TEST(SavedBook, IsRefusedWhenItsPartsDoNotFit) {
    const std::vector<std::byte> saved = octets_of_book(busy_addresses());
    std::set<ArchiveFault> faults;
    for (std::size_t at = 0; at < saved.size(); ++at) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            std::vector<std::byte> changed = saved;
            changed[at] ^= std::byte{1} << bit;
            Addresses read;
            ArchiveReader in{changed};
            read.load(in);
            if (in.fault()) faults.insert(*in.fault());
        }
    }
    EXPECT_TRUE(faults.contains(ArchiveFault::Unsound));
}

template <typename Book, typename Object>
void expect_to_be_handed_on(const std::vector<Object>& managed) {
    Book first;
    first.manage(0, managed);
    first.want(0, true);
    const std::vector<std::byte> before = octets_of_book(first);
    Book second{std::move(first)};
    EXPECT_EQ(octets_of_book(second), before);
    Book third;
    third = std::move(second);
    EXPECT_EQ(octets_of_book(third), before);
    EXPECT_EQ(third.take_changes(kAll, kNow).size(), managed.size());
}

TEST(Book, KeepsAllWhenItIsHandedOn) {
    expect_to_be_handed_on<Addresses>(std::vector{on_link("192.0.2.1"), on_link("2001:db8::6")});
    expect_to_be_handed_on<Routes>(std::vector{route_to("203.0.113.0/24"), route_to("2001:db8:1::/48")});
    expect_to_be_handed_on<Rules>(std::vector{rule_from("192.0.2.9/32"), rule_from("2001:db8::9/128")});
}

}  // namespace
}  // namespace understudy::desired
