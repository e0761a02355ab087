#include <algorithm>
#include <utility>

#include "understudy/base/assert.hpp"
#include "understudy/config/lexer.hpp"
#include "understudy/config/source.hpp"

namespace understudy::config {

const Line::Piece& Line::piece_at(std::size_t offset) const {
    const auto after = std::ranges::upper_bound(pieces_, offset, {}, &Piece::at);
    UNDERSTUDY_ASSERT(after != pieces_.begin());
    return *std::prev(after);
}

Span Line::locate(std::size_t begin, std::size_t length) const {
    Span span = start_;
    if (pieces_.empty()) {
        span.column += static_cast<std::uint32_t>(begin);
        span.length = static_cast<std::uint32_t>(length);
        return span;
    }
    const Piece& first = piece_at(begin);
    const std::size_t end_at = length == 0 ? begin : begin + length - 1;
    // Most words lie within one piece, and lines that grow without end have tens of thousands of both.
    const Piece* const next = &first == &pieces_.back() ? nullptr : &first + 1;
    const Piece& last = next == nullptr || next->at > end_at ? first : piece_at(end_at);
    const auto offset_in = [](const Piece& piece, std::size_t at) {
        return piece.verbatim ? static_cast<std::uint32_t>(at) - piece.at : 0;
    };
    span.column = first.column + offset_in(first, begin);
    const std::uint32_t end =
        last.verbatim ? last.column + offset_in(last, begin + length) : last.column + last.length;
    span.length = end > span.column ? end - span.column : 0;
    return span;
}

Line Line::part(std::size_t begin, std::size_t length) const {
    begin = std::min(begin, text_.size());
    Line part;
    part.text_ = text_.substr(begin, length);
    part.start_ = start_;
    if (pieces_.empty()) {
        part.start_.column += static_cast<std::uint32_t>(begin);
        return part;
    }
    auto piece = std::prev(std::ranges::upper_bound(pieces_, begin, {}, &Piece::at));
    for (; piece != pieces_.end() && (part.pieces_.empty() || piece->at < begin + part.text_.size());
         ++piece) {
        Piece moved = *piece;
        const auto cut = piece->at < begin ? static_cast<std::uint32_t>(begin) - piece->at : 0;
        moved.at = piece->at < begin ? 0 : piece->at - static_cast<std::uint32_t>(begin);
        if (moved.verbatim) moved.column += cut;
        part.pieces_.push_back(moved);
    }
    return part;
}

Line Line::trimmed() const {
    std::size_t begin = 0;
    std::size_t end = text_.size();
    while (begin < end && is_blank(text_[begin])) ++begin;
    while (end > begin && is_blank(text_[end - 1])) --end;
    return begin == 0 && end == text_.size() ? *this : part(begin, end - begin);
}

void LineBuilder::append(const Line& line, std::size_t begin, std::size_t length) {
    if (length == 0) return;
    const Line part = line.part(begin, length);
    const auto at = static_cast<std::uint32_t>(text_.size());
    if (part.pieces_.empty())
        pieces_.push_back({at, part.start_.column, static_cast<std::uint32_t>(length), true});
    for (Line::Piece piece : part.pieces_) {
        piece.at += at;
        pieces_.push_back(piece);
    }
    text_ += part.text_;
}

void LineBuilder::append(std::string_view text, Span written) {
    if (text.empty()) return;
    pieces_.push_back({static_cast<std::uint32_t>(text_.size()), written.column, written.length, false});
    text_ += text;
}

Line LineBuilder::finish(std::deque<std::string>& storage) && {
    Line line{storage.emplace_back(std::move(text_)), start_};
    // An empty line has no piece to take its place from; it stands where it was written.
    line.pieces_ = std::move(pieces_);
    return line;
}

}  // namespace understudy::config
