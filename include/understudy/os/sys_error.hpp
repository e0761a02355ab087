// What the operating system refused: what was attempted, in words that complete "cannot …", and the errno. It
// is a value; whoever receives it decides whether anybody is told.
#pragma once

#include <string>
#include <string_view>

namespace understudy::os {

struct SysError {
    std::string attempted;  // "open a raw VRRP socket"
    int code = 0;           // errno

    // With the errno of the call that has just failed.
    [[nodiscard]] static SysError last(std::string_view attempted);

    // "No such device"
    [[nodiscard]] std::string text() const;
    // "cannot open a raw VRRP socket: Operation not permitted"
    [[nodiscard]] std::string to_string() const;

    friend bool operator==(const SysError&, const SysError&) = default;
};

}  // namespace understudy::os
