#include "understudy/os/file_watch.hpp"

#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "understudy/os/files.hpp"
#include "understudy/os/unique_fd.hpp"

#include "readiness.hpp"
#include "uninterrupted.hpp"

namespace understudy::os {
namespace {

constexpr std::size_t kLargestWatched = 64 * 1024;  // more than any number needs
constexpr int kMostLinks = 40;                      // as the kernel follows
constexpr std::uint32_t kChanges =
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_DELETE_SELF | IN_MOVE_SELF;

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string name_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? path : path.substr(slash + 1);
}

// Where a link points to; false: it is none.
bool follow(std::string& path) {
    std::array<char, PATH_MAX> room{};
    const ssize_t size = ::readlink(path.c_str(), room.data(), room.size());
    if (size <= 0) return false;
    const std::string target(room.data(), static_cast<std::size_t>(size));
    path = target.front() == '/' ? target : parent_of(path) + "/" + target;
    return true;
}

FileNews read_news(const std::string& path) {
    auto content = read_file(path, Executables::Read, kLargestWatched);
    if (content) return {path, *std::move(content), 0};
    const ReadError& error = content.error();
    const bool missing = error.fault == ReadFault::Missing;
    return {path, "", missing ? ENOENT : error.error.code != 0 ? error.error.code : EINVAL};
}

// Whoever makes a file is going to write into it, and its closing is told. A link is complete at once.
bool is_complete_at_creation(const std::string& path) {
    struct stat facts{};
    return ::lstat(path.c_str(), &facts) == 0 && (!S_ISREG(facts.st_mode) || facts.st_nlink > 1);
}

}  // namespace

struct FileWatch::State : std::enable_shared_from_this<FileWatch::State> {
    struct Watched {
        std::optional<FileNews> told;
        // What would change the file: a name in a folder, the folder itself with an empty name.
        std::set<std::pair<int, std::string>> causes;
    };

    State(Loop& the_loop, UniqueFd the_fd, Changed the_changed)
        : loop(the_loop), fd(std::move(the_fd)), changed(std::move(the_changed)) {}

    void listen() {
        readiness.emplace(loop, fd.get(), [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->on_ready();
        });
    }

    void on_ready() {
        alignas(inotify_event) std::array<char, 16 * 1024> room;
        const ssize_t size = ::read(fd.get(), room.data(), room.size());
        if (size <= 0) return;
        std::set<std::string> touched;
        std::size_t at = 0;
        while (at + sizeof(inotify_event) <= static_cast<std::size_t>(size)) {
            inotify_event event;
            std::memcpy(&event, room.data() + at, sizeof event);
            const char* const name = room.data() + at + sizeof event;
            collect(event, event.len > 0 ? std::string{name} : std::string{}, touched);
            at += sizeof event + event.len;
        }
        for (const std::string& path : touched) look(path);
    }

    void collect(const inotify_event& event, const std::string& name, std::set<std::string>& touched) const {
        for (const auto& [path, file] : files) {
            const bool all = (event.mask & IN_Q_OVERFLOW) != 0;  // some were lost: look at everything
            const bool meant = all || file.causes.contains({event.wd, name}) ||
                               ((event.mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED)) != 0 &&
                                watches_folder(file, event.wd));
            const bool being_written =
                event.mask == IN_CREATE && name == name_of(path) && !is_complete_at_creation(path);
            if (meant && !being_written) touched.insert(path);
        }
    }

    static bool watches_folder(const Watched& file, int folder) {
        return std::ranges::any_of(file.causes, [&](const auto& cause) { return cause.first == folder; });
    }

    // First the watches, then the reading: what happens in between is told again.
    void look(const std::string& path) {
        const auto known = files.find(path);
        if (known == files.end()) return;
        std::set<std::pair<int, std::string>> causes;
        add_causes(path, causes);
        std::string target = path;
        for (int links = 0; links < kMostLinks && follow(target); ++links) add_causes(target, causes);
        if (const auto real = resolved_path(path); real && *real != path) add_causes(*real, causes);
        known->second.causes = std::move(causes);
        drop_unused();
        FileNews news = read_news(path);
        if (known->second.told == news) return;
        known->second.told = news;
        changed(news);
    }

    // The file's folder, and each folder above it: any of them may be moved away and another put in its
    // place.
    void add_causes(const std::string& path, std::set<std::pair<int, std::string>>& causes) {
        std::string below = path;
        while (true) {
            const std::string folder = parent_of(below);
            const int watch = ::inotify_add_watch(fd.get(), folder.c_str(), kChanges | IN_ONLYDIR);
            if (watch >= 0) causes.insert({watch, name_of(below)});
            if (watch >= 0) folders.insert(watch);
            if (folder == "/" || folder == ".") return;
            below = folder;
        }
    }

    void drop_unused() {
        std::erase_if(folders, [this](int folder) {
            const bool used = std::ranges::any_of(
                files, [&](const auto& entry) { return watches_folder(entry.second, folder); });
            if (!used) ::inotify_rm_watch(fd.get(), folder);
            return !used;
        });
    }

    void watch(const std::vector<std::string>& paths) {
        files.clear();
        for (const std::string& path : paths) files[path];
        boost::asio::post(loop, [weak = weak_from_this()] {
            const auto self = weak.lock();
            if (!self) return;
            std::vector<std::string> all;
            for (const auto& [path, file] : self->files) all.push_back(path);
            for (const std::string& path : all)
                if (!self->stopped) self->look(path);
            if (all.empty()) self->drop_unused();
        });
    }

    void stop() {
        stopped = true;
        files.clear();
        readiness.reset();
    }

    Loop& loop;
    UniqueFd fd;
    std::optional<Readiness> readiness;  // after the descriptor it watches
    Changed changed;
    std::map<std::string, Watched> files;
    std::set<int> folders;
    bool stopped = false;
};

std::expected<FileWatch, SysError> FileWatch::open(Loop& loop, Changed changed) {
    UniqueFd fd{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
    if (!fd) return std::unexpected(SysError::last("watch files"));
    auto state = std::make_shared<State>(loop, std::move(fd), std::move(changed));
    state->listen();
    return FileWatch{std::move(state)};
}

FileWatch::FileWatch(std::shared_ptr<State> state) : state_(std::move(state)) {}
FileWatch::FileWatch(FileWatch&&) noexcept = default;

FileWatch& FileWatch::operator=(FileWatch&& other) noexcept {
    FileWatch old{std::exchange(state_, std::move(other.state_))};
    return *this;
}

FileWatch::~FileWatch() {
    if (state_) state_->stop();
}

void FileWatch::watch(const std::vector<std::string>& paths) { state_->watch(paths); }

std::expected<void, SysError> make_number_file(const std::string& path, std::int64_t number, bool overwrite) {
    const int how = O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (overwrite ? O_TRUNC : O_EXCL);
    const UniqueFd fd{
        uninterrupted([&] { return ::open(path.c_str(), how, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH); })};
    if (!fd && errno == EEXIST && !overwrite) return {};
    if (!fd) return std::unexpected(SysError::last("make the tracked file " + path));
    const std::string text = std::to_string(number) + '\n';
    if (uninterrupted([&] { return ::write(fd.get(), text.data(), text.size()); }) < 0)
        return std::unexpected(SysError::last("write into the tracked file " + path));
    return {};
}

}  // namespace understudy::os
