// Any text as a configuration, in one file or several. Whatever it says, reading it ends with a value; the
// same text always gives the same findings; each finding points into the file it names; and what is accepted
// means the same when it is read again, from the files that were handed over and from its own outline.
//
// A line "--- NAME" begins another file, which the first, ha.conf, may include. A first line
// "! options: ..." may hold the words lenient and offline.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/base/assert.hpp"
#include "understudy/config/load.hpp"
#include "understudy/config/outline.hpp"
#include "understudy/config/render.hpp"

#include "fake_host.hpp"

namespace understudy::config {
namespace {

constexpr std::string_view kMain = "ha.conf";
constexpr std::string_view kNextFile = "--- ";

struct Input {
    MemoryReader files;
    LoadOptions options;
};

std::string_view take_line(std::string_view& rest) {
    const std::size_t length = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, length);
    rest.remove_prefix(std::min(length + 1, rest.size()));
    return line;
}

Input read_input(std::string_view text) {
    Input input;
    std::string_view rest = text;
    if (const std::string_view first = take_line(rest); first.starts_with("! options:")) {
        input.options.lenient = first.contains("lenient");
        input.options.offline = first.contains("offline");
    }
    std::string name{kMain};
    std::string contents;
    for (rest = text; !rest.empty();) {
        const std::string_view line = take_line(rest);
        if (line.starts_with(kNextFile)) {
            input.files.add(name, std::exchange(contents, {}));
            name = line.substr(kNextFile.size());
        } else {
            contents.append(line);
            if (!rest.empty() || text.ends_with('\n')) contents += '\n';
        }
    }
    input.files.add(name, contents);
    return input;
}

// Loops of thousands of rounds are read as they are asked for, which takes its time and finds nothing.
bool is_slow(std::string_view text) {
    constexpr std::ptrdiff_t kMostLoops = 3;
    if (!text.contains("~SEQ")) return false;
    const std::ptrdiff_t loops = std::ranges::count(text, '~');
    const std::size_t most_digits = loops > 1 ? 2 : 3;
    std::size_t digits = 0;
    for (const char c : text) {
        digits = c >= '0' && c <= '9' ? digits + 1 : 0;
        if (digits > most_digits) return true;
    }
    return loops > kMostLoops;
}

LoadResult load_all(const SourceReader& files, const LoadOptions& options) {
    return load(std::string{kMain}, files, golden::FakeHost{}, options);
}

std::string_view line_of(std::string_view contents, std::uint32_t number) {
    std::string_view line = take_line(contents);
    for (std::uint32_t i = 1; i < number; ++i) line = take_line(contents);
    return line;
}

void expect_inside(const Diagnostic& diagnostic, const std::vector<SourceFile>& files) {
    const Span& span = diagnostic.span;
    UNDERSTUDY_ASSERT(span.file < files.size() || (files.empty() && span.line == 0));
    if (span.line == 0) return;
    const std::string& contents = files[span.file].contents;
    UNDERSTUDY_ASSERT(diagnostic.file == files[span.file].path);
    UNDERSTUDY_ASSERT(span.line <= 1 + std::ranges::count(contents, '\n'));
    UNDERSTUDY_ASSERT(span.column >= 1);
    // One past the end is where a word is missing.
    UNDERSTUDY_ASSERT(span.column - 1 + span.length <= line_of(contents, span.line).size() + 1);
}

void expect_same_again(const LoadResult& result, const LoadOptions& options) {
    MemoryReader handed_over;
    for (const SourceFile& file : result.files) handed_over.add(file.path, file.contents);
    UNDERSTUDY_ASSERT(load_all(handed_over, options).config == result.config);

    MemoryReader shown;
    shown.add(std::string{kMain}, render_text(outline(result.config)));
    const LoadResult again = load_all(shown, options);
    UNDERSTUDY_ASSERT(!again.diagnostics.has_errors());
    UNDERSTUDY_ASSERT(again.config == result.config);
}

void read_everything(std::string_view text) {
    const Input input = read_input(text);
    const LoadResult result = load_all(input.files, input.options);
    for (const Diagnostic& diagnostic : result.diagnostics.all()) expect_inside(diagnostic, result.files);
    const std::string findings = render(result.diagnostics.all());
    UNDERSTUDY_ASSERT(!render_json(result.diagnostics.all()).empty());
    const LoadResult again = load_all(input.files, input.options);
    UNDERSTUDY_ASSERT(render(again.diagnostics.all()) == findings && again.config == result.config);
    if (!result.diagnostics.has_errors()) expect_same_again(result, input.options);
}

}  // namespace
}  // namespace understudy::config

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    if (understudy::config::is_slow(text)) return -1;
    understudy::config::read_everything(text);
    return 0;
}
