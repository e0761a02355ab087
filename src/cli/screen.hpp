// The whole terminal as lines of text, and keys, by ncurses: it knows the terminal, follows its size, lets
// the program be suspended, and gives the terminal back on any way out, signals included.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>

#include "understudy/base/time.hpp"

namespace understudy::cli {

struct ScreenSize {
    std::size_t rows = 24;
    std::size_t columns = 80;
};

enum class Emphasis : std::uint8_t { None, Bold, Faint, Good, Bad, Reversed };

struct ScreenLine {
    std::string text;
    Emphasis emphasis = Emphasis::None;
    friend bool operator==(const ScreenLine&, const ScreenLine&) = default;
};

enum class Key : std::uint8_t { None, Quit, Up, Down, Redraw };

class Screen {
public:
    // In words what keeps it from working: no terminal, or one of an unknown kind.
    [[nodiscard]] static std::expected<Screen, std::string> open();
    Screen(Screen&&) noexcept;
    Screen& operator=(Screen&&) noexcept;
    ~Screen();

    [[nodiscard]] ScreenSize size() const;
    void draw(std::span<const ScreenLine> lines);
    // None: no key that means anything was pressed in time, or the other descriptor (none: -1) can be read.
    [[nodiscard]] Key wait(milliseconds patience, int other);

private:
    struct State;
    explicit Screen(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace understudy::cli
