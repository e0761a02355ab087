#include "sim/trace.hpp"

#include "support/printers.hpp"

namespace understudy::sim {

namespace {

constexpr std::size_t kKept = 2'000;

}  // namespace

void Trace::note(Instant at, const std::string& who, const std::string& what) {
    lines_.push_back(to_text(at) + " " + who + ": " + what);
    if (lines_.size() > kKept) lines_.pop_front();
}

std::string Trace::tail(std::size_t lines) const {
    std::string text;
    for (std::size_t i = lines_.size() > lines ? lines_.size() - lines : 0; i < lines_.size(); ++i)
        text += lines_[i] + "\n";
    return text;
}

}  // namespace understudy::sim
