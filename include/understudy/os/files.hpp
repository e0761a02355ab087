// The disk and the host as plain functions: contents, patterns, and the facts that decide whether a file may
// be trusted.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/os/sys_error.hpp"

namespace understudy::os {

inline constexpr std::size_t kLargestFile = 64u << 20;

enum class ReadFault : std::uint8_t {
    Missing,
    Directory,
    NotAFile,    // a device, FIFO or socket: reading it might never end
    Executable,  // somebody may execute it, and the caller asked to refuse that
    Forbidden,   // we may not read it, or not look into a folder on the way
    TooLarge,
    Unreadable,  // anything else, see the errno
};

struct ReadError {
    ReadFault fault = ReadFault::Unreadable;
    SysError error;
    friend bool operator==(const ReadError&, const ReadError&) = default;
};

enum class Executables : std::uint8_t { Read, Refuse };

// The whole content of a regular file.
[[nodiscard]] std::expected<std::string, ReadError> read_file(const std::string& path,
                                                              Executables executables = Executables::Read,
                                                              std::size_t limit = kLargestFile);

// The same, and what was true of that very file, whatever the path leads to by now.
struct FileContent;
[[nodiscard]] std::expected<FileContent, ReadError> read_file_with_facts(
    const std::string& path, Executables executables = Executables::Read, std::size_t limit = kLargestFile);

// Writes a new file beside and renames it over the old, so that readers see the old or the new content, never
// a part.
[[nodiscard]] std::expected<void, SysError> replace_file(const std::string& path, std::string_view content,
                                                         mode_t mode);

// The folders on the way to a file below /run, which vanish at each boot; others are the administrator's to
// make. Whoever opens the file hears what is wrong.
void make_runtime_folders_of(const std::string& path);

// Empties the file if it is there.
[[nodiscard]] std::expected<void, SysError> make_empty_file(const std::string& path);
// That there is none is no error.
[[nodiscard]] std::expected<void, SysError> remove_file(const std::string& path);

// What matches a shell pattern, sorted; with {braces} the alternatives in their order, each sorted. Nothing
// if nothing matches, but an error where a folder on the way cannot be looked into: it is not taken for an
// empty one.
[[nodiscard]] std::expected<std::vector<std::string>, SysError> glob(const std::string& pattern);

struct FileFacts {
    enum class Type : std::uint8_t { Regular, Directory, SymbolicLink, Other };
    Type type = Type::Other;
    uid_t owner = 0;
    gid_t group = 0;
    mode_t mode = 0;  // permission bits with set-user-id, set-group-id and sticky
    std::uint64_t size = 0;

    friend bool operator==(const FileFacts&, const FileFacts&) = default;
};

struct FileContent {
    std::string content;
    FileFacts facts;
};

// Of what the path leads to, through symbolic links.
[[nodiscard]] std::expected<FileFacts, SysError> file_facts(const std::string& path);

struct PathComponent {
    std::string path;  // "/", "/usr", "/usr/bin", …
    FileFacts facts;   // of the component itself, a symbolic link included
};

// Each directory on the way and the file itself, links not followed beyond what the path names.
[[nodiscard]] std::expected<std::vector<PathComponent>, SysError> path_components(const std::string& path);

// The path without symbolic links.
[[nodiscard]] std::expected<std::string, SysError> resolved_path(const std::string& path);

// Could this user execute it? Decided from the mode bits alone.
[[nodiscard]] bool is_executable_by(const FileFacts& facts, uid_t uid, gid_t gid);

// Where a program is looked for, in order: where its name says if there is a slash in it, else in each
// directory of PATH.
[[nodiscard]] std::vector<std::string> program_candidates(std::string_view name);
// The first of these that is a regular file somebody may execute.
[[nodiscard]] std::optional<std::string> search_path(std::string_view name);

[[nodiscard]] std::string hostname();
// None: not set.
[[nodiscard]] std::optional<std::string> environment(const std::string& name);

}  // namespace understudy::os
