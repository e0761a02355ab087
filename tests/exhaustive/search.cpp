#include "exhaustive/search.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "understudy/base/assert.hpp"
#include "understudy/base/text.hpp"
#include "understudy/net/archive.hpp"

namespace understudy::exhaustive {

namespace {

std::string octets_of(const World& world, std::vector<std::byte>& scratch) {
    scratch.clear();
    ArchiveWriter out{scratch};
    put(out, world);
    return {reinterpret_cast<const char*>(scratch.data()), scratch.size()};
}

World world_of(const std::string& octets) {
    World world;
    ArchiveReader in{std::as_bytes(std::span{octets})};
    take(in, world);
    UNDERSTUDY_ASSERT(!in.failed() && in.rest().empty());
    return world;
}

class Search {
public:
    explicit Search(Cluster cluster) : cluster_(std::move(cluster)) {}

    Found run(std::size_t deepest) {
        add(cluster_.begin(), 0, {});
        while (!found_.story) {
            const std::size_t known = reached_.size();
            if (next_ == known) {
                found_.complete = true;
                --found_.depth;  // the last moves led nowhere new
                break;
            }
            if (found_.depth == deepest) break;
            for (; next_ < known && !found_.story; ++next_) expand(next_);
            ++found_.depth;
        }
        found_.states = reached_.size();
        return std::move(found_);
    }

private:
    struct Reached {
        const std::string* octets;
        std::size_t before;
        Move move;
    };

    bool add(const World& world, std::size_t before, Move move) {
        const auto [known, is_new] = index_.emplace(octets_of(world, scratch_), reached_.size());
        if (is_new) reached_.push_back({&known->first, before, move});
        return is_new;
    }

    void expand(std::size_t index) {
        const World world = world_of(*reached_[index].octets);
        for (const Move move : cluster_.moves(world)) {
            World after = world;
            ++found_.transitions;
            if (auto wrong = cluster_.make(after, move)) {
                found_.story = story(index) + cluster_.describe(world, move) + "\n  " +
                               cluster_.describe(after) + *wrong;
                return;
            }
            add(after, index, move);
        }
    }

    std::string story(std::size_t index) const {
        std::vector<std::size_t> way{index};
        while (way.back() != 0) way.push_back(reached_[way.back()].before);
        std::string text = "all hosts are switched on\n  ";
        for (std::size_t i = way.size(); i-- > 0;) {
            const World world = world_of(*reached_[way[i]].octets);
            text += cluster_.describe(world);
            if (i > 0) text += cluster_.describe(world, reached_[way[i - 1]].move) + "\n  ";
        }
        return text;
    }

    Cluster cluster_;
    std::unordered_map<std::string, std::size_t> index_;  // its keys stay where they are
    std::vector<Reached> reached_;
    std::size_t next_ = 0;
    std::vector<std::byte> scratch_;
    Found found_;
};

std::optional<std::size_t> asked_for(const char* variable) {
    const char* const asked = std::getenv(variable);
    if (asked == nullptr) return std::nullopt;
    const auto value = parse_number<std::size_t>(asked);
    UNDERSTUDY_ASSERT(value.has_value());
    return value;
}

}  // namespace

Found search(Cluster cluster, std::size_t deepest) { return Search{std::move(cluster)}.run(deepest); }

std::size_t depth(std::size_t usual) {
    if (const auto asked = asked_for("UNDERSTUDY_DEPTH")) return *asked;
    return usual - std::min(usual, asked_for("UNDERSTUDY_SHALLOWER").value_or(0));
}

std::ostream& operator<<(std::ostream& out, const Found& found) {
    return out << found.states << " states, " << found.transitions << " transitions, "
               << (found.complete ? "which is all there are; the farthest needs " : "all that are within ")
               << found.depth << " moves";
}

}  // namespace understudy::exhaustive
