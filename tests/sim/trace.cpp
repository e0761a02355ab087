#include "sim/trace.hpp"

#include <utility>

#include "support/printers.hpp"

namespace understudy::sim {

namespace {

constexpr std::size_t kKept = 2'000;

}  // namespace

void Trace::note(Instant at, std::string who, std::string what) {
    lines_.push_back({at, std::move(who), std::move(what)});
    if (lines_.size() > kKept) lines_.pop_front();
}

std::string Trace::tail(std::size_t lines) const {
    std::string text;
    for (std::size_t i = lines_.size() > lines ? lines_.size() - lines : 0; i < lines_.size(); ++i)
        text += to_text(lines_[i].at) + " " + lines_[i].who + ": " + lines_[i].what + "\n";
    return text;
}

}  // namespace understudy::sim
