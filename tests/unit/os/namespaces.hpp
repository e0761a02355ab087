// Network namespaces of a test's own. Whoever makes them must be root; everything in them goes with them.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "understudy/net/link.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os::test {

// Made anew, with its loopback up; not entered.
class Namespace {
public:
    Namespace();

    // What this thread opens from now on belongs there.
    void enter() const;
    // For ip(8): a path that names it.
    [[nodiscard]] std::string path() const;

private:
    UniqueFd fd_;
};

// In the present namespace: `ip ARGUMENTS` must succeed.
void ip(const std::string& arguments);
// 0: there is none of this name in the present namespace.
[[nodiscard]] net::LinkIndex link_index(const std::string& name);

// Skips the test unless it is run by root; goes back to where it was when the test ends.
class NamespaceTest : public testing::Test {
protected:
    void SetUp() override;
    void TearDown() override;

private:
    UniqueFd home_;
};

// Two hosts, "left" and "right", on one cable. Each end has 192.0.2.1 or .2 /24, 2001:db8::1 or ::2 /64 and
// fe80::1 or ::2.
class TwoHosts : public NamespaceTest {
protected:
    void SetUp() override;
    void TearDown() override;

    struct Host {
        Namespace home;
        net::LinkIndex link;
    };
    Host& left() { return *left_; }
    Host& right() { return *right_; }

private:
    std::unique_ptr<Host> left_;
    std::unique_ptr<Host> right_;
};

}  // namespace understudy::os::test
