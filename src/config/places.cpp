#include "understudy/config/places.hpp"

namespace understudy::config {

namespace {

std::string header(std::span<const Word> words) {
    std::string text{words.front().text};
    if (words.size() > 1) text += " " + std::string{words[1].text};
    return text;
}

}  // namespace

Places::Places(const Listing& listing) {
    std::map<std::string, Span, std::less<>>* block = nullptr;  // the outermost that is open
    std::span<const Word> last;
    std::size_t depth = 0;
    for (const Item& item : listing.items) {
        if (item.kind == Item::Kind::Close) {
            if (depth > 0) --depth;
        } else if (item.kind == Item::Kind::Open) {
            if (depth++ > 0) continue;
            block = last.empty() ? nullptr : &blocks_[header(last)];
            if (block != nullptr) (*block)[""] = last.front().span;
        } else {
            last = listing.words_of(item);
            if (depth > 0 && block != nullptr)
                (*block)[std::string{last.front().text}] = last[last.size() > 1 ? 1 : 0].span;
        }
    }
}

std::optional<Span> Places::find(std::string_view block, std::string_view word) const {
    const auto found = blocks_.find(block);
    if (found == blocks_.end()) return std::nullopt;
    const auto place = found->second.find(word);
    return place == found->second.end() ? std::nullopt : std::optional{place->second};
}

}  // namespace understudy::config
