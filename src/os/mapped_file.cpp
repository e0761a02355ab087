#include "understudy/os/mapped_file.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>

#include "understudy/os/files.hpp"

#include "uninterrupted.hpp"

namespace understudy::os {

namespace {

constexpr mode_t kMappedFileMode = S_IRUSR | S_IWUSR;

std::unexpected<SysError> cannot(const std::string& attempted, const std::string& path, int code) {
    return std::unexpected(SysError{attempted + " " + path, code});
}

bool is_regular(int fd) {
    struct stat facts{};
    return ::fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode);
}

// Exactly this size, with room for all of it on the file system.
int give_size(int fd, std::size_t size) {
    struct stat facts{};
    if (::fstat(fd, &facts) != 0) return errno;
    const auto wanted = static_cast<off_t>(size);
    const auto cut = [&](off_t to) { return uninterrupted([&] { return ::ftruncate(fd, to); }) == 0; };
    if (facts.st_size != wanted && (!cut(0) || !cut(wanted))) return errno;
    int error = 0;
    do error = ::posix_fallocate(fd, 0, wanted);
    while (error == EINTR);
    return error;
}

// Empty: errno says why.
std::span<std::byte> map(int fd, std::size_t size) {
    void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
    if (memory == MAP_FAILED) return {};
    return {static_cast<std::byte*>(memory), size};
}

}  // namespace

std::expected<MappedFile, SysError> MappedFile::open(const std::string& path, std::size_t size) {
    make_runtime_folders_of(path);
    constexpr int kFlags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
    UniqueFd fd{uninterrupted([&] { return ::open(path.c_str(), kFlags, kMappedFileMode); })};
    if (!fd) return cannot("open", path, errno);
    if (!is_regular(fd.get())) return cannot("keep anything in", path, EINVAL);  // before it is changed
    if (uninterrupted([&] { return ::flock(fd.get(), LOCK_EX | LOCK_NB); }) != 0)
        return cannot("use", path, errno == EWOULDBLOCK ? EBUSY : errno);
    if (::fchmod(fd.get(), kMappedFileMode) != 0) return cannot("set the mode of", path, errno);
    if (const int code = give_size(fd.get(), size)) return cannot("reserve room for", path, code);
    const auto content = map(fd.get(), size);
    if (content.empty()) return cannot("map", path, errno);
    return MappedFile{std::move(fd), content};
}

std::expected<MappedFile, SysError> MappedFile::of(const UniqueFd& memory_file, std::size_t size) {
    if (const int code = give_size(memory_file.get(), size))
        return std::unexpected(SysError{"reserve room for a file in memory", code});
    const auto content = map(memory_file.get(), size);
    if (content.empty()) return std::unexpected(SysError::last("map a file in memory"));
    return MappedFile{{}, content};
}

bool MappedFile::is_in_memory() const {
    struct statfs facts{};
    return ::fstatfs(fd_.get(), &facts) == 0 && (facts.f_type == TMPFS_MAGIC || facts.f_type == RAMFS_MAGIC);
}

MappedFile::~MappedFile() {
    if (!content_.empty()) ::munmap(content_.data(), content_.size());
}

}  // namespace understudy::os
