// All that can become of a cluster, breadth first: every move from every state that differs from those
// before, up to a number of moves in a row. The first thing that is wrong comes with the shortest story that
// leads to it.
#pragma once

#include <concepts>
#include <cstddef>
#include <deque>
#include <optional>
#include <ostream>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "understudy/base/assert.hpp"

#include "exhaustive/moves.hpp"

namespace understudy::exhaustive {

struct Found {
    std::size_t states = 0;
    std::size_t transitions = 0;
    std::size_t depth = 0;             // moves in a row
    bool complete = false;             // there are no other states, however many moves
    std::optional<std::string> story;  // of what is wrong
};

// What a cluster is, is its own business. It begins as a world, in which all hosts are switched on at once,
// and offers moves in it. Making one tells what is wrong with it, or with the world it leads to; none:
// nothing. The key is the same for two worlds that nobody can tell apart.
template <typename Cluster>
using WorldOf = decltype(std::declval<Cluster&>().begin());
template <typename Cluster>
concept Searchable = requires(Cluster& cluster, const Cluster& same, WorldOf<Cluster>& world, Move move) {
    { same.key(world) } -> std::convertible_to<std::string>;
    { same.moves(world) } -> std::convertible_to<std::vector<Move>>;
    { cluster.make(world, move) } -> std::convertible_to<std::optional<std::string>>;
    { same.describe(world, move) } -> std::convertible_to<std::string>;
    { same.describe(world) } -> std::convertible_to<std::string>;
};

template <Searchable Cluster>
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
    using World = WorldOf<Cluster>;
    struct Reached {
        std::size_t before;
        Move move;
    };

    void add(World world, std::size_t before, Move move) {
        if (!keys_.insert(cluster_.key(world)).second) return;
        reached_.push_back({before, move});
        ahead_.push_back(std::move(world));
    }

    void expand(std::size_t index) {
        const World world = std::move(ahead_.front());
        ahead_.pop_front();
        for (const Move move : cluster_.moves(world)) {
            World after = world;
            ++found_.transitions;
            if (auto wrong = cluster_.make(after, move)) {
                found_.story = story(index) + cluster_.describe(world, move) + "\n  " +
                               cluster_.describe(after) + *wrong;
                return;
            }
            add(std::move(after), index, move);
        }
    }

    // Made once more from the beginning: only those worlds are kept whose moves are yet to be made.
    std::string story(std::size_t index) {
        std::vector<Move> way;
        for (; index != 0; index = reached_[index].before) way.push_back(reached_[index].move);
        World world = cluster_.begin();
        std::string text = "all hosts are switched on\n  " + cluster_.describe(world);
        for (; !way.empty(); way.pop_back()) {
            text += cluster_.describe(world, way.back()) + "\n  ";
            UNDERSTUDY_ASSERT(!cluster_.make(world, way.back()));
            text += cluster_.describe(world);
        }
        return text;
    }

    Cluster cluster_;
    std::unordered_set<std::string> keys_;
    std::vector<Reached> reached_;
    std::deque<World> ahead_;  // of those that were reached, from next_ on
    std::size_t next_ = 0;
    Found found_;
};

template <Searchable Cluster>
[[nodiscard]] Found search(Cluster cluster, std::size_t deepest) {
    return Search{std::move(cluster)}.run(deepest);
}

// UNDERSTUDY_DEPTH if it is set, else that; with UNDERSTUDY_SHALLOWER so many less.
[[nodiscard]] std::size_t depth(std::size_t usual);

std::ostream& operator<<(std::ostream& out, const Found& found);

}  // namespace understudy::exhaustive
