#include "route_words.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <string_view>

namespace understudy::agent::words {

namespace {

// What the kernel's short words most likely mean here.
std::string_view explanation(int error) {
    switch (error) {
        case ENETUNREACH:
        case EHOSTUNREACH:
            return " (its gateway is on no network of the interface; \"onlink\" tells the kernel that it is)";
        case ENETDOWN:
            return " (the interface is switched off)";
        case EINVAL:
            return " (is its source an address of this host, and does its gateway fit its scope?)";
        case EEXIST:
            return " (another one to the same destination is there, and this one is to stand alone)";
        case EOPNOTSUPP:
        case EPROTONOSUPPORT:
        case EAFNOSUPPORT:
            return " (this kernel, or a module that is not loaded, does not know one of its options)";
        default:
            return "";
    }
}

}  // namespace

Record object_lost(const std::string& what, std::uint32_t times, bool at_once) {
    if (at_once) return {"route-lost", Level::Warning, what + " is gone: putting it back", {}};
    return {
        "route-lost-often",
        Level::Error,
        fmt::format("{} has gone {} times: from now on it is put back once a second. Another program that "
                    "manages routes is the usual cause",
                    what, times),
        {}};
}

Record object_repaired(const std::string& what) {
    return {"route-repaired", Level::Notice, what + " is back in place", {}};
}

Record object_refused(const std::string& what, desired::ChangeKind kind, int error) {
    const bool adding = kind == desired::ChangeKind::Add;
    return {"route-refused",
            Level::Error,
            fmt::format("the kernel refused to {} {}: {}{}; it is tried again, at once when an interface or "
                        "address changes",
                        adding ? "add" : "remove", what, std::strerror(error), explanation(error)),
            {}};
}

Record object_left_over(const std::string& what) {
    return {"route-left-over", Level::Notice, "removing " + what + ", left by an earlier run", {}};
}

}  // namespace understudy::agent::words
