// Files as the configuration reader sees them: contents, lines, and spans that say where a word was written.
// The reader asks for files through SourceReader, so that the same code reads the disk in the supervisor and
// a map everywhere else.
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::config {

// A place in a file. Lines and columns count from 1, columns in bytes; line 0 is the file as a whole.
struct Span {
    std::uint32_t file = 0;  // index into Sources
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    std::uint32_t length = 0;

    friend constexpr auto operator<=>(const Span&, const Span&) = default;
};

enum class ReadFault : std::uint8_t {
    Missing,
    Directory,
    Executable,  // refused, so that a directory of scripts is not read by accident
    Forbidden,   // to who reads, as may be the folder that it is in
    Unreadable,
};

[[nodiscard]] std::string_view name(ReadFault fault);

class SourceReader {
public:
    virtual ~SourceReader() = default;
    [[nodiscard]] virtual std::expected<std::string, ReadFault> read(const std::string& path) const = 0;
    // The files that match a pattern with `*`, `?` and `[...]`, sorted. Braces are expanded before.
    [[nodiscard]] virtual std::expected<std::vector<std::string>, ReadFault> glob(
        const std::string& pattern) const = 0;
};

// Files that are already in memory: what the supervisor handed over, or what a test made up.
class MemoryReader final : public SourceReader {
public:
    void add(std::string path, std::string contents);
    void add_fault(std::string path, ReadFault fault);

    [[nodiscard]] std::expected<std::string, ReadFault> read(const std::string& path) const override;
    [[nodiscard]] std::expected<std::vector<std::string>, ReadFault> glob(
        const std::string& pattern) const override;

private:
    std::map<std::string, std::expected<std::string, ReadFault>, std::less<>> files_;
};

// Whether a path matches a pattern as glob(7) says: no wildcard matches a slash, or a dot that begins a name.
[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view path);
[[nodiscard]] bool has_wildcard(std::string_view pattern);
// "a{b,c}d" gives "abd" and "acd". Braces without a partner stay as they are. At most 1024 alternatives are
// made.
[[nodiscard]] std::vector<std::string> brace_alternatives(std::string_view pattern);

struct SourceFile {
    std::string path;
    std::string contents;

    friend bool operator==(const SourceFile&, const SourceFile&) = default;
};

// The files read so far. Views of their contents stay valid as long as this lives.
class Sources {
public:
    std::uint32_t add(std::string path, std::string contents);

    [[nodiscard]] std::size_t size() const { return files_.size(); }
    [[nodiscard]] const SourceFile& file(std::uint32_t index) const { return files_[index].file; }
    // Without its line end; empty when there is no such line.
    [[nodiscard]] std::string_view line(std::uint32_t file, std::uint32_t number) const;
    [[nodiscard]] std::vector<SourceFile> copy() const;

private:
    struct Indexed {
        SourceFile file;
        std::vector<std::uint32_t> line_starts;
    };
    std::deque<Indexed> files_;
};

// A line to be read, with the place where each piece of it was written: variables put text where other text
// stood.
class Line {
public:
    Line() = default;
    // Text exactly as it stands in a file, its first byte at `start`.
    Line(std::string_view text, Span start) : text_(text), start_(start) {}

    [[nodiscard]] std::string_view text() const { return text_; }
    [[nodiscard]] Span locate(std::size_t begin, std::size_t length) const;
    [[nodiscard]] Span whole() const { return locate(0, text_.size()); }
    [[nodiscard]] Line part(std::size_t begin, std::size_t length = std::string_view::npos) const;
    [[nodiscard]] Line trimmed() const;

private:
    friend class LineBuilder;
    struct Piece {
        std::uint32_t at = 0;      // where in the text it begins
        std::uint32_t column = 0;  // where in the file
        std::uint32_t length = 0;  // in the file
        bool verbatim = true;      // false: other text stands in the file, such as a variable's name
    };
    [[nodiscard]] const Piece& piece_at(std::size_t offset) const;

    std::string_view text_;
    Span start_;
    std::vector<Piece> pieces_;  // none: the text stands in the file as it is
};

class LineBuilder {
public:
    explicit LineBuilder(Span start) : start_(start) {}

    void append(const Line& line, std::size_t begin, std::size_t length);
    // Text that stands for what is written at `written`.
    void append(std::string_view text, Span written);
    [[nodiscard]] std::size_t size() const { return text_.size(); }
    // The text moves into `storage`, which must outlive the line.
    [[nodiscard]] Line finish(std::deque<std::string>& storage) &&;

private:
    std::string text_;
    Span start_;
    std::vector<Line::Piece> pieces_;
};

}  // namespace understudy::config
