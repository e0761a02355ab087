#include "understudy/os/files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "understudy/os/unique_fd.hpp"

#include "uninterrupted.hpp"

namespace understudy::os {
namespace {

constexpr mode_t kAnyExecute = S_IXUSR | S_IXGRP | S_IXOTH;
constexpr mode_t kPermissions = 07777;
constexpr mode_t kFolderMode = 0755;

std::unexpected<ReadError> refused(ReadFault fault, const std::string& path, int code) {
    return std::unexpected(ReadError{fault, SysError{"read " + path, code}});
}

std::unexpected<ReadError> refused(const std::string& path, int code) {
    const bool missing = code == ENOENT || code == ENOTDIR;
    const bool forbidden = code == EACCES || code == EPERM;
    return refused(missing     ? ReadFault::Missing
                   : forbidden ? ReadFault::Forbidden
                               : ReadFault::Unreadable,
                   path, code);
}

std::optional<ReadFault> objection(const struct stat& status, Executables executables, std::size_t limit) {
    if (S_ISDIR(status.st_mode)) return ReadFault::Directory;
    if (!S_ISREG(status.st_mode)) return ReadFault::NotAFile;
    if (executables == Executables::Refuse && (status.st_mode & kAnyExecute) != 0)
        return ReadFault::Executable;
    if (static_cast<std::uint64_t>(status.st_size) > limit) return ReadFault::TooLarge;
    return std::nullopt;
}

int errno_of(ReadFault fault) {
    switch (fault) {
        case ReadFault::Directory:
            return EISDIR;
        case ReadFault::TooLarge:
            return EFBIG;
        case ReadFault::NotAFile:
            return EINVAL;
        case ReadFault::Missing:
            return ENOENT;
        case ReadFault::Executable:
        case ReadFault::Forbidden:
        case ReadFault::Unreadable:
            return EACCES;
    }
    return EACCES;
}

FileFacts facts_of(const struct stat& status) {
    FileFacts facts;
    if (S_ISREG(status.st_mode)) facts.type = FileFacts::Type::Regular;
    if (S_ISDIR(status.st_mode)) facts.type = FileFacts::Type::Directory;
    if (S_ISLNK(status.st_mode)) facts.type = FileFacts::Type::SymbolicLink;
    facts.owner = status.st_uid;
    facts.group = status.st_gid;
    facts.mode = status.st_mode & kPermissions;
    facts.size = static_cast<std::uint64_t>(status.st_size);
    return facts;
}

// Why there may be more than glob(3) finds: it takes what it cannot look at for missing, and only tells of
// folders that cannot be listed, not of those that cannot be entered.
thread_local constinit int glob_is_blind_by = 0;

template <typename Result>
Result noted(Result result, bool failed) {
    const bool absent = errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == ENAMETOOLONG;
    if (failed && !absent) glob_is_blind_by = errno;
    return result;
}

glob_t with_eyes_of_ours() {
    glob_t eyes{};
    eyes.gl_opendir = [](const char* path) -> void* {
        DIR* const folder = ::opendir(path);
        return noted(folder, folder == nullptr);
    };
    eyes.gl_readdir = [](void* folder) { return ::readdir(static_cast<DIR*>(folder)); };
    eyes.gl_closedir = [](void* folder) { ::closedir(static_cast<DIR*>(folder)); };
    eyes.gl_stat = [](const char* path, struct stat* status) {
        const int result = ::stat(path, status);
        return noted(result, result < 0);
    };
    eyes.gl_lstat = [](const char* path, struct stat* status) {
        const int result = ::lstat(path, status);
        return noted(result, result < 0);
    };
    return eyes;
}

std::expected<void, SysError> write_all(int fd, std::string_view content, const std::string& path) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return std::unexpected(SysError::last("write " + path));
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

}  // namespace

std::expected<std::string, ReadError> read_file(const std::string& path, Executables executables,
                                                std::size_t limit) {
    auto read = read_file_with_facts(path, executables, limit);
    if (!read) return std::unexpected(read.error());
    return std::move(read->content);
}

std::expected<FileContent, ReadError> read_file_with_facts(const std::string& path, Executables executables,
                                                           std::size_t limit) {
    // Without O_NONBLOCK opening a FIFO would wait for its writer.
    const UniqueFd fd{
        uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); })};
    if (!fd) return refused(path, errno);
    struct stat status{};
    if (::fstat(fd.get(), &status) < 0) return refused(path, errno);
    if (const auto fault = objection(status, executables, limit))
        return refused(*fault, path, errno_of(*fault));
    std::string content;
    std::array<char, 65536> piece;
    // The size is only a hint: files in /proc claim to be empty, and a log grows while it is read.
    for (;;) {
        const ssize_t size = ::read(fd.get(), piece.data(), piece.size());
        if (size == 0) return FileContent{std::move(content), facts_of(status)};
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return refused(path, errno);
        if (content.size() + static_cast<std::size_t>(size) > limit)
            return refused(ReadFault::TooLarge, path, EFBIG);
        content.append(piece.data(), static_cast<std::size_t>(size));
    }
}

std::expected<void, SysError> replace_file(const std::string& path, std::string_view content, mode_t mode) {
    // A device or pipe of that name is the host's, and would be gone.
    struct stat present{};
    if (::lstat(path.c_str(), &present) == 0 && !S_ISREG(present.st_mode) && !S_ISLNK(present.st_mode))
        return std::unexpected(SysError{"replace " + path + ", which is no file", EEXIST});
    std::string temporary = path + ".XXXXXX";
    const UniqueFd fd{::mkostemp(temporary.data(), O_CLOEXEC)};
    if (!fd) return std::unexpected(SysError::last("create a file beside " + path));
    auto written = write_all(fd.get(), content, temporary);
    if (written && ::fchmod(fd.get(), mode) < 0)
        written = std::unexpected(SysError::last("set the mode of " + temporary));
    if (written && ::rename(temporary.c_str(), path.c_str()) < 0)
        written = std::unexpected(SysError::last("rename " + temporary + " to " + path));
    if (!written) ::unlink(temporary.c_str());
    return written;
}

std::expected<void, SysError> make_empty_file(const std::string& path) {
    const int how = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    const UniqueFd file{
        uninterrupted([&] { return ::open(path.c_str(), how, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH); })};
    if (!file) return std::unexpected(SysError::last("make " + path));
    return {};
}

void make_runtime_folders_of(const std::string& path) {
    if (!path.starts_with("/run/") && !path.starts_with("/var/run/")) return;
    for (auto slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1))
        ::mkdir(path.substr(0, slash).c_str(), kFolderMode);
}

std::expected<void, SysError> remove_file(const std::string& path) {
    if (::unlink(path.c_str()) < 0 && errno != ENOENT)
        return std::unexpected(SysError::last("remove " + path));
    return {};
}

std::expected<std::vector<std::string>, SysError> glob(const std::string& pattern) {
    glob_t found = with_eyes_of_ours();
    glob_is_blind_by = 0;
    const int result = ::glob(pattern.c_str(), GLOB_BRACE | GLOB_ALTDIRFUNC, nullptr, &found);
    const std::unique_ptr<glob_t, decltype(&::globfree)> guard{&found, &::globfree};
    if (glob_is_blind_by != 0) return std::unexpected(SysError{"list " + pattern, glob_is_blind_by});
    if (result == GLOB_NOMATCH) return std::vector<std::string>{};
    if (result != 0)
        return std::unexpected(SysError{"list " + pattern, result == GLOB_NOSPACE ? ENOMEM : EIO});
    // With braces each alternative is sorted for itself; in their order they stay.
    return std::vector<std::string>(found.gl_pathv, found.gl_pathv + found.gl_pathc);
}

std::expected<FileFacts, SysError> file_facts(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) < 0) return std::unexpected(SysError::last("examine " + path));
    return facts_of(status);
}

std::expected<std::vector<PathComponent>, SysError> path_components(const std::string& path) {
    std::string whole = path;
    if (!path.starts_with('/')) {
        const auto here = resolved_path(".");
        if (!here) return std::unexpected(here.error());
        whole = *here + "/" + path;
    }
    std::vector<PathComponent> components;
    for (std::size_t end = 0; end != std::string::npos; end = whole.find('/', end + 1)) {
        const std::string part = end == 0 ? "/" : whole.substr(0, end);
        if (part.ends_with('/') && end != 0) continue;  // a doubled slash
        struct stat status{};
        if (::lstat(part.c_str(), &status) < 0) return std::unexpected(SysError::last("examine " + part));
        components.push_back({part, facts_of(status)});
    }
    if (whole.ends_with('/')) return components;
    struct stat status{};
    if (::lstat(whole.c_str(), &status) < 0) return std::unexpected(SysError::last("examine " + whole));
    components.push_back({whole, facts_of(status)});
    return components;
}

std::expected<std::string, SysError> resolved_path(const std::string& path) {
    const std::unique_ptr<char, decltype(&std::free)> resolved{::realpath(path.c_str(), nullptr), &std::free};
    if (!resolved) return std::unexpected(SysError::last("resolve " + path));
    return std::string{resolved.get()};
}

bool is_executable_by(const FileFacts& facts, uid_t uid, gid_t gid) {
    if (uid == 0) return (facts.mode & kAnyExecute) != 0;
    if (facts.owner == uid) return (facts.mode & S_IXUSR) != 0;
    if (facts.group == gid) return (facts.mode & S_IXGRP) != 0;
    return (facts.mode & S_IXOTH) != 0;
}

std::vector<std::string> program_candidates(std::string_view name) {
    if (name.find('/') != std::string_view::npos) return {std::string{name}};
    std::vector<std::string> candidates;
    const std::string directories = environment("PATH").value_or("/usr/local/bin:/usr/bin:/bin");
    for (std::size_t begin = 0; begin <= directories.size();) {
        const std::size_t end = std::min(directories.find(':', begin), directories.size());
        const std::string_view directory = std::string_view{directories}.substr(begin, end - begin);
        std::string& candidate = candidates.emplace_back(directory.empty() ? "." : directory);
        candidate += '/';
        candidate += name;
        begin = end + 1;
    }
    return candidates;
}

std::optional<std::string> search_path(std::string_view name) {
    for (const std::string& candidate : program_candidates(name)) {
        const auto facts = file_facts(candidate);
        if (facts && facts->type == FileFacts::Type::Regular && (facts->mode & kAnyExecute) != 0)
            return candidate;
    }
    return std::nullopt;
}

std::string hostname() {
    std::array<char, HOST_NAME_MAX + 1> name{};
    if (::gethostname(name.data(), name.size() - 1) < 0) return "localhost";
    return name.data();
}

std::optional<std::string> environment(const std::string& name) {
    const char* const value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
}

}  // namespace understudy::os
