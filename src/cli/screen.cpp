#include "screen.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <clocale>
#include <cstdio>
#include <utility>

#define NCURSES_NOMACROS 1
#include <ncurses.h>

namespace understudy::cli {

namespace {

constexpr int kRedraw = 'L' - '@';  // control and L, as in every program of this kind

enum Colour : short { kGreen = 1, kRed = 2 };

chtype attribute(Emphasis emphasis) {
    switch (emphasis) {
        case Emphasis::None:
            return A_NORMAL;
        case Emphasis::Bold:
            return A_BOLD;
        case Emphasis::Faint:
            return A_DIM;
        case Emphasis::Good:
            return static_cast<chtype>(COLOR_PAIR(kGreen));
        case Emphasis::Bad:
            return static_cast<chtype>(COLOR_PAIR(kRed)) | A_BOLD;
        case Emphasis::Reversed:
            return A_REVERSE;
    }
    return A_NORMAL;
}

}  // namespace

struct Screen::State {
    SCREEN* screen = nullptr;

    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
        ::endwin();
        ::delscreen(screen);
    }
};

Screen::Screen(std::unique_ptr<State> state) : state_(std::move(state)) {}
Screen::Screen(Screen&&) noexcept = default;
Screen& Screen::operator=(Screen&&) noexcept = default;
Screen::~Screen() = default;

std::expected<Screen, std::string> Screen::open() {
    if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0)
        return std::unexpected("this needs a terminal; `understudyctl status` and `history` do not");
    std::setlocale(LC_CTYPE, "");  // names may be of any script
    SCREEN* const screen = ::newterm(nullptr, stdout, stdin);
    if (screen == nullptr) return std::unexpected("this kind of terminal is unknown: what is TERM set to?");
    auto state = std::make_unique<State>();
    state->screen = screen;
    ::cbreak();
    ::noecho();
    ::nonl();
    ::keypad(stdscr, true);
    ::curs_set(0);
    if (::has_colors() && ::start_color() == OK && ::use_default_colors() == OK) {
        ::init_pair(kGreen, COLOR_GREEN, -1);
        ::init_pair(kRed, COLOR_RED, -1);
    }
    return Screen{std::move(state)};
}

ScreenSize Screen::size() const {
    return {static_cast<std::size_t>(std::max(::getmaxy(stdscr), 1)),
            static_cast<std::size_t>(std::max(::getmaxx(stdscr), 1))};
}

void Screen::draw(std::span<const ScreenLine> lines) {
    ::werase(stdscr);
    const ScreenSize now = size();
    for (std::size_t row = 0; row < std::min(lines.size(), now.rows); ++row) {
        ::wattrset(stdscr, static_cast<int>(attribute(lines[row].emphasis)));
        ::mvwaddnstr(stdscr, static_cast<int>(row), 0, lines[row].text.c_str(), -1);
    }
    ::wattrset(stdscr, A_NORMAL);
    ::wrefresh(stdscr);
}

Key Screen::wait(milliseconds patience, int other) {
    ::wtimeout(stdscr, 0);
    int pressed = ::wgetch(stdscr);  // ncurses may hold one already
    if (pressed == ERR) {
        std::array<pollfd, 2> waiting{pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{other, POLLIN, 0}};
        ::poll(waiting.data(), waiting.size(), static_cast<int>(patience.count()));
        pressed = ::wgetch(stdscr);
    }
    switch (pressed) {
        case 'q':
        case 'Q':
            return Key::Quit;
        case 'k':
        case KEY_UP:
            return Key::Up;
        case 'j':
        case KEY_DOWN:
            return Key::Down;
        case kRedraw:
            ::clearok(stdscr, true);
            return Key::Redraw;
        case KEY_RESIZE:
            return Key::Redraw;
        default:
            return Key::None;
    }
}

}  // namespace understudy::cli
