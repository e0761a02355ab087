// What a scenario of the fault tests acts on: it prepares at leisure, then acts with calls being counted and
// failing, and says what it was told. The table (adapters.tsv) says what each call's failure must lead to.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "understudy/os/loop.hpp"
#include "understudy/os/sys_error.hpp"

namespace understudy::os::test {

class Stage {
public:
    // Calls count, and fail as planned, while `act` runs.
    void act(const std::function<void()>& act);
    // The same in a process of its own, for what cannot be taken back. What it says is said here.
    void act_in_a_child(const std::function<void()>& act);
    // In between: what the test does for the other side.
    void aside(const std::function<void()>& does);

    void complain(const SysError& error) { complaints_.push_back(error.to_string()); }
    void complain(std::string text) { complaints_.push_back(std::move(text)); }
    void complain_of(int code) {
        if (code != 0) complain(SysError{"do it", code});
    }
    template <typename Value>
    bool check(const std::expected<Value, SysError>& result) {
        if (!result) complain(result.error());
        return result.has_value();
    }
    // What came of it; a retried call must lead to the same.
    void result(std::string text) { results_.push_back(std::move(text)); }

    [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }
    [[nodiscard]] const std::vector<std::string>& results() const { return results_; }

private:
    std::vector<std::string> complaints_;
    std::vector<std::string> results_;
};

// A loop that has all it needs before anything can fail.
struct PreparedLoop {
    Loop loop{1};
    boost::asio::steady_timer timer{loop};
};

struct Scenario {
    std::string_view source;  // the adapter: a file of src/os
    std::string_view title;
    void (*run)(Stage&);
};

// Each file of scenarios has its own.
[[nodiscard]] std::vector<Scenario> file_scenarios();
[[nodiscard]] std::vector<Scenario> process_scenarios();
[[nodiscard]] std::vector<Scenario> local_socket_scenarios();
[[nodiscard]] std::vector<Scenario> network_scenarios();

}  // namespace understudy::os::test
