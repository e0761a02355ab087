// Addresses as octets; see base/archive.hpp. Everything else of `net` is a plain struct.
#pragma once

#include "understudy/base/archive.hpp"
#include "understudy/net/address.hpp"

namespace understudy {

template <>
struct Archived<net::Address> {
    static void put(ArchiveWriter& out, const net::Address& value) {
        understudy::put(out, value.family());
        out.octets(value.bytes());
    }
    static void take(ArchiveReader& in, net::Address& value) {
        net::Family family{};
        understudy::take(in, family);
        if (const auto address = net::Address::from_bytes(in.octets(net::address_size(family))))
            value = *address;
    }
    static Shape shape() { return shape_of("Address"); }
};

template <>
struct Archived<net::Prefix> {
    static void put(ArchiveWriter& out, const net::Prefix& value) {
        understudy::put(out, value.address);
        understudy::put(out, value.length);
    }
    static void take(ArchiveReader& in, net::Prefix& value) {
        understudy::take(in, value.address);
        understudy::take(in, value.length);
        if (value.length > net::full_length(value.address.family())) in.fail(ArchiveFault::OutOfRange);
    }
    static Shape shape() { return shape_of("Prefix"); }
};

}  // namespace understudy
