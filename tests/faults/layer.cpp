// Stands between a program and the C library, and lets calls fail as the board says. It is linked into the
// tests of os, and loaded with LD_PRELOAD in front of a daemon whose UNDERSTUDY_FAULTS names the file with
// the board; the daemon itself knows nothing of it. Each call is made under an assembler name, because what
// the headers say of the real one (which exceptions, which attributes) need not concern us.
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "board.hpp"

namespace understudy::faults {
namespace {

using Number = long;

struct Call {
    const char* name;
    void* real;
};
constinit std::array<Call, kMostCalls> calls{};
constinit int known = 0;
constinit Board* the_board = nullptr;

template <typename Function>
Function* real_of(int index) {
    return reinterpret_cast<Function*>(calls[static_cast<std::size_t>(index)].real);
}

// Before main(): a child that shares our memory may not look anything up.
int enter(const char* name, const char* symbol) {
    const auto at = static_cast<std::size_t>(known);
    calls.at(at) = {name, dlsym(RTLD_NEXT, symbol)};
    return known++;
}

// Around this layer: what it asks for itself is not the program's call.
Number kernel(Number number, Number one, Number two = 0, Number three = 0, Number four = 0, Number five = 0,
              Number six = 0) {
    static auto* const real = reinterpret_cast<Number (*)(Number, ...)>(dlsym(RTLD_NEXT, "syscall"));
    return real(number, one, two, three, four, five, six);
}

template <typename Pointer>
Number number_of(Pointer* pointer) {
    return reinterpret_cast<Number>(pointer);
}

struct Object {
    int fd = -1;
    const char* path = nullptr;
    int family = -1;
    int type = 0;
    int protocol = 0;
};

int option_of(int fd, int option) {
    int value = -1;
    socklen_t size = sizeof value;
    kernel(SYS_getsockopt, fd, SOL_SOCKET, option, number_of(&value), number_of(&size));
    return value;
}

void describe(const Object& object, std::array<char, 256>& text) {
    text[0] = '\0';
    if (object.path != nullptr) {
        std::snprintf(text.data(), text.size(), "%s", object.path);
    } else if (object.family >= 0) {
        std::snprintf(text.data(), text.size(), "socket %d %d %d", object.family, object.type & 0xf,
                      object.protocol);
    } else if (object.fd >= 0) {
        std::array<char, 40> link{};
        std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", object.fd);
        const Number size = kernel(SYS_readlinkat, AT_FDCWD, number_of(link.data()), number_of(text.data()),
                                   static_cast<Number>(text.size() - 1));
        text[static_cast<std::size_t>(size > 0 ? size : 0)] = '\0';
        if (std::strncmp(text.data(), "socket:", 7) == 0)
            std::snprintf(text.data(), text.size(), "socket %d %d %d", option_of(object.fd, SO_DOMAIN),
                          option_of(object.fd, SO_TYPE), option_of(object.fd, SO_PROTOCOL));
    }
}

bool is_about(const Rule& rule, const Object& object) {
    if (rule.process[0] != '\0') {
        constexpr int kGetName = 16;  // of prctl(2)
        std::array<char, 16> name{};
        kernel(SYS_prctl, kGetName, number_of(name.data()));
        if (std::strncmp(name.data(), rule.process.data(), std::strlen(rule.process.data())) != 0)
            return false;
    }
    if (rule.object[0] == '\0') return true;
    std::array<char, 256> text{};
    describe(object, text);
    return std::strstr(text.data(), rule.object.data()) != nullptr;
}

// 0, or the errno that the call fails with.
int struck_by(Rule& rule, const char* name, const Object& object) {
    if (__atomic_load_n(&rule.remaining, __ATOMIC_ACQUIRE) == 0) return 0;
    if (std::strcmp(rule.call.data(), name) != 0 || !is_about(rule, object)) return 0;
    if (rule.skip > 0) {
        __atomic_sub_fetch(&rule.skip, 1, __ATOMIC_ACQ_REL);
        return 0;
    }
    if (rule.remaining > 0) __atomic_sub_fetch(&rule.remaining, 1, __ATOMIC_ACQ_REL);
    __atomic_add_fetch(&rule.struck, 1, __ATOMIC_ACQ_REL);
    return rule.error;
}

int strike(int index, const Object& object) {
    if (the_board == nullptr || the_board->counting == 0) return 0;
    const int before = errno;
    const auto at = static_cast<std::size_t>(index);
    __atomic_add_fetch(&the_board->seen[at], 1, __ATOMIC_ACQ_REL);
    int error = 0;
    for (Rule& rule : the_board->rules)
        if (error = struck_by(rule, calls[at].name, object); error != 0) break;
    errno = before;
    return error;
}

Object of(int fd) { return {.fd = fd}; }
Object of(const char* path) { return {.path = path}; }
Object nothing() { return {}; }

// How a call says that it failed.
int by_errno(int error) {
    errno = error;
    return -1;
}
template <typename Pointer>
Pointer none(int error) {
    errno = error;
    return nullptr;
}
int by_value(int error) { return error; }

// One that is mapped by name, or one of our own.
[[gnu::constructor]] void make_board() {
    const char* const path = std::getenv("UNDERSTUDY_FAULTS");
    int fd = -1;
    int how = MAP_SHARED;
    if (path != nullptr)
        fd = static_cast<int>(kernel(SYS_openat, AT_FDCWD, number_of(path), O_RDWR | O_CLOEXEC));
    if (path == nullptr) how |= MAP_ANONYMOUS;
    const Number room =
        kernel(SYS_mmap, 0, static_cast<Number>(sizeof(Board)), PROT_READ | PROT_WRITE, how, fd, 0);
    if (fd >= 0) kernel(SYS_close, fd);
    the_board = room == -1 ? nullptr : reinterpret_cast<Board*>(room);
}

}  // namespace

Board* board() { return the_board; }
void leave() { the_board = nullptr; }

int call_index(const char* call, int from) {
    for (int i = from; i < known; ++i)
        if (std::strcmp(calls[static_cast<std::size_t>(i)].name, call) == 0) return i;
    return -1;
}

}  // namespace understudy::faults

namespace faults = understudy::faults;

// Shape: result, name, symbol, parameters, arguments, how it fails, what it is about.
#define FAULTY_AS(result, name, symbol, parameters, arguments, fail, about)                       \
    static int index_##symbol = -1;                                                               \
    [[gnu::constructor(200)]] static void enter_##symbol() {                                      \
        index_##symbol = faults::enter(#name, #symbol);                                           \
    }                                                                                             \
    extern "C" [[gnu::visibility("default")]] result faulty_##symbol parameters __asm__(#symbol); \
    extern "C" result faulty_##symbol parameters {                                                \
        if (index_##symbol < 0) enter_##symbol();                                                 \
        if (const int error = faults::strike(index_##symbol, about)) return fail(error);          \
        return faults::real_of<result parameters>(index_##symbol) arguments;                      \
    }
#define FAULTY(result, name, parameters, arguments, about) \
    FAULTY_AS(result, name, name, parameters, arguments, faults::by_errno, about)
// Those that take sizes and offsets of files have a second name with 64 bits, which is what Meson asks for.
#define FAULTY_64(result, name, parameters, arguments, about) \
    FAULTY(result, name, parameters, arguments, about)        \
    FAULTY_AS(result, name, name##64, parameters, arguments, faults::by_errno, about)

using Size = std::size_t;
using Length = unsigned int;
using faults::nothing;
using faults::of;

// Descriptors of every kind.
FAULTY(int, socket, (int family, int type, int protocol), (family, type, protocol),
       (faults::Object{.family = family, .type = type, .protocol = protocol}))
FAULTY(int, socketpair, (int family, int type, int protocol, int* ends), (family, type, protocol, ends),
       nothing())
FAULTY(int, pipe2, (int* ends, int flags), (ends, flags), nothing())
FAULTY(int, eventfd, (unsigned first, int flags), (first, flags), nothing())
FAULTY(int, timerfd_create, (int clock, int flags), (clock, flags), nothing())
FAULTY(int, signalfd, (int fd, const void* set, int flags), (fd, set, flags), nothing())
FAULTY(int, memfd_create, (const char* name, unsigned flags), (name, flags), of(name))
FAULTY(int, inotify_init1, (int flags), (flags), nothing())
FAULTY(int, inotify_add_watch, (int fd, const char* path, unsigned mask), (fd, path, mask), of(path))
FAULTY(int, inotify_rm_watch, (int fd, int watch), (fd, watch), of(fd))
FAULTY(int, epoll_create1, (int flags), (flags), nothing())
static int index_epoll_add = -1;
[[gnu::constructor(200)]] static void enter_epoll_add() {
    index_epoll_add = faults::enter("epoll_ctl", "epoll_ctl");
}
extern "C" [[gnu::visibility("default")]] int faulty_epoll_ctl(int fd, int what, int about,
                                                               void* event) __asm__("epoll_ctl");
// To watch one more is what the kernel may have no memory for.
extern "C" int faulty_epoll_ctl(int fd, int what, int about, void* event) {
    constexpr int kAdd = 1;
    if (index_epoll_add < 0) enter_epoll_add();
    if (what == kAdd)
        if (const int error = faults::strike(index_epoll_add, of(about))) return faults::by_errno(error);
    return faults::real_of<int(int, int, int, void*)>(index_epoll_add)(fd, what, about, event);
}
FAULTY(int, dup2, (int from, int to), (from, to), of(from))
FAULTY(int, accept4, (int fd, void* address, Length* length, int flags), (fd, address, length, flags), of(fd))
FAULTY(int, accept, (int fd, void* address, Length* length), (fd, address, length), of(fd))

// Sockets.
FAULTY(int, bind, (int fd, const void* address, Length length), (fd, address, length), of(fd))
FAULTY(int, connect, (int fd, const void* address, Length length), (fd, address, length), of(fd))
FAULTY(int, listen, (int fd, int backlog), (fd, backlog), of(fd))
FAULTY(int, getsockname, (int fd, void* address, Length* length), (fd, address, length), of(fd))
FAULTY(int, getsockopt, (int fd, int level, int name, void* value, Length* size),
       (fd, level, name, value, size), of(fd))
FAULTY(int, setsockopt, (int fd, int level, int name, const void* value, Length size),
       (fd, level, name, value, size), of(fd))
FAULTY(ssize_t, send, (int fd, const void* octets, Size size, int flags), (fd, octets, size, flags), of(fd))
FAULTY(ssize_t, sendto, (int fd, const void* octets, Size size, int flags, const void* to, Length length),
       (fd, octets, size, flags, to, length), of(fd))
FAULTY(ssize_t, sendmsg, (int fd, const void* message, int flags), (fd, message, flags), of(fd))
FAULTY(int, sendmmsg, (int fd, void* messages, unsigned count, int flags), (fd, messages, count, flags),
       of(fd))
FAULTY(ssize_t, recv, (int fd, void* octets, Size size, int flags), (fd, octets, size, flags), of(fd))
FAULTY(ssize_t, recvfrom, (int fd, void* octets, Size size, int flags, void* from, Length* length),
       (fd, octets, size, flags, from, length), of(fd))
FAULTY(ssize_t, recvmsg, (int fd, void* message, int flags), (fd, message, flags), of(fd))
FAULTY(int, recvmmsg, (int fd, void* messages, unsigned count, int flags, void* time),
       (fd, messages, count, flags, time), of(fd))
FAULTY(int, poll, (void* waiting, unsigned long count, int time), (waiting, count, time), nothing())

// Files.
FAULTY(ssize_t, read, (int fd, void* octets, Size size), (fd, octets, size), of(fd))
FAULTY(ssize_t, write, (int fd, const void* octets, Size size), (fd, octets, size), of(fd))
FAULTY(ssize_t, writev, (int fd, const void* pieces, int count), (fd, pieces, count), of(fd))
FAULTY_64(ssize_t, pread, (int fd, void* octets, Size size, long at), (fd, octets, size, at), of(fd))
FAULTY_64(ssize_t, pwrite, (int fd, const void* octets, Size size, long at), (fd, octets, size, at), of(fd))
FAULTY_64(int, open, (const char* path, int how, unsigned mode), (path, how, mode), of(path))
FAULTY_64(int, mkostemp, (char* path, int how), (path, how), of(path))
FAULTY_64(int, ftruncate, (int fd, long size), (fd, size), of(fd))
FAULTY_64(int, fstat, (int fd, void* facts), (fd, facts), of(fd))
FAULTY_64(int, stat, (const char* path, void* facts), (path, facts), of(path))
FAULTY_64(int, lstat, (const char* path, void* facts), (path, facts), of(path))
FAULTY_64(int, fstatfs, (int fd, void* facts), (fd, facts), of(fd))
FAULTY_64(int, fcntl, (int fd, int what, void* argument), (fd, what, argument), of(fd))
FAULTY(int, ioctl, (int fd, unsigned long what, void* argument), (fd, what, argument), of(fd))
FAULTY(int, fchmod, (int fd, unsigned mode), (fd, mode), of(fd))
FAULTY(int, fchown, (int fd, unsigned user, unsigned group), (fd, user, group), of(fd))
FAULTY(int, flock, (int fd, int how), (fd, how), of(fd))
FAULTY(int, chmod, (const char* path, unsigned mode), (path, mode), of(path))
FAULTY(int, lchown, (const char* path, unsigned user, unsigned group), (path, user, group), of(path))
FAULTY(int, mkdir, (const char* path, unsigned mode), (path, mode), of(path))
FAULTY(int, mkfifo, (const char* path, unsigned mode), (path, mode), of(path))
FAULTY(int, rename, (const char* from, const char* to), (from, to), of(from))
FAULTY(int, unlink, (const char* path), (path), of(path))
FAULTY(ssize_t, readlink, (const char* path, char* room, Size size), (path, room, size), of(path))
FAULTY_AS(char*, realpath, realpath, (const char* path, char* room), (path, room), faults::none<char*>,
          of(path))
FAULTY_AS(void*, opendir, opendir, (const char* path), (path), faults::none<void*>, of(path))
FAULTY_AS(int, posix_fallocate, posix_fallocate, (int fd, long at, long size), (fd, at, size),
          faults::by_value, of(fd))
FAULTY_AS(int, posix_fallocate, posix_fallocate64, (int fd, long at, long size), (fd, at, size),
          faults::by_value, of(fd))

static void* unmapped(int error) {
    errno = error;
    return MAP_FAILED;
}
FAULTY_AS(void*, mmap, mmap, (void* at, Size size, int what, int how, int fd, long from),
          (at, size, what, how, fd, from), unmapped, of(fd))
FAULTY_AS(void*, mmap, mmap64, (void* at, Size size, int what, int how, int fd, long from),
          (at, size, what, how, fd, from), unmapped, of(fd))

static int unmatched(int error) {
    errno = error;
    return error == ENOMEM ? 1 : 2;  // GLOB_NOSPACE, GLOB_ABORTED
}
FAULTY_AS(int, glob, glob, (const char* pattern, int how, void* told, void* found),
          (pattern, how, told, found), unmatched, of(pattern))
FAULTY_AS(int, glob, glob64, (const char* pattern, int how, void* told, void* found),
          (pattern, how, told, found), unmatched, of(pattern))

// Processes.
FAULTY(int, fork, (), (), nothing())
FAULTY(int, clone,
       (int (*begin)(void*), void* stack, int how, void* argument, int* one, void* two, int* three),
       (begin, stack, how, argument, one, two, three), nothing())
FAULTY(int, execve, (const char* path, char* const* words, char* const* variables), (path, words, variables),
       of(path))
FAULTY_AS(int, posix_spawnp, posix_spawnp,
          (int* child, const char* program, const void* actions, const void* how, char* const* words,
           char* const* variables),
          (child, program, actions, how, words, variables), faults::by_value, of(program))
FAULTY(int, waitpid, (int child, int* status, int how), (child, status, how), nothing())
FAULTY(int, waitid, (unsigned kind, unsigned id, void* info, int how), (kind, id, info, how), nothing())
FAULTY(int, kill, (int process, int number), (process, number), nothing())
FAULTY(int, setpgid, (int process, int group), (process, group), nothing())
FAULTY(int, setsid, (), (), nothing())
FAULTY(int, chdir, (const char* path), (path), of(path))
FAULTY(int, setns, (int fd, int kind), (fd, kind), of(fd))
FAULTY(int, setuid, (unsigned user), (user), nothing())
FAULTY(int, setgid, (unsigned group), (group), nothing())
FAULTY(int, setgroups, (Size count, const unsigned* groups), (count, groups), nothing())
FAULTY(int, prctl, (int what, unsigned long one, unsigned long two, unsigned long three, unsigned long four),
       (what, one, two, three, four), nothing())
FAULTY(long, syscall, (long number, long one, long two, long three, long four, long five, long six),
       (number, one, two, three, four, five, six), nothing())
FAULTY_64(int, setrlimit, (int which, const void* limit), (which, limit), nothing())
FAULTY_64(int, getrlimit, (int which, void* limit), (which, limit), nothing())
FAULTY_64(int, prlimit, (int process, int which, const void* now, void* before),
          (process, which, now, before), nothing())
FAULTY(int, getpriority, (int which, unsigned who), (which, who), nothing())
FAULTY(int, setpriority, (int which, unsigned who, int nice), (which, who, nice), nothing())
FAULTY(int, sched_setaffinity, (int process, Size size, const void* set), (process, size, set), nothing())
FAULTY(int, sched_getaffinity, (int process, Size size, void* set), (process, size, set), nothing())
FAULTY(int, sched_getparam, (int process, void* parameters), (process, parameters), nothing())
FAULTY(int, sched_getscheduler, (int process), (process), nothing())
FAULTY(int, mlockall, (int what), (what), nothing())
FAULTY(int, munlockall, (), (), nothing())
FAULTY(int, madvise, (void* at, Size size, int how), (at, size, how), nothing())
FAULTY(int, sigtimedwait, (const void* set, void* info, const void* time), (set, info, time), nothing())

// What the host knows of itself.
FAULTY(int, adjtimex, (void* state), (state), nothing())
FAULTY(int, uname, (void* names), (names), nothing())
FAULTY(int, gethostname, (char* room, Size size), (room, size), nothing())
FAULTY(ssize_t, getrandom, (void* room, Size size, unsigned how), (room, size, how), nothing())
static unsigned no_index(int error) {
    errno = error;
    return 0;
}
FAULTY_AS(unsigned, if_nametoindex, if_nametoindex, (const char* name), (name), no_index, of(name))
FAULTY_AS(char*, if_indextoname, if_indextoname, (unsigned index, char* room), (index, room),
          faults::none<char*>, nothing())
static int unresolved(int error) {
    errno = error;
    return -11;  // EAI_SYSTEM
}
FAULTY_AS(int, getaddrinfo, getaddrinfo,
          (const char* host, const char* port, const void* wanted, void* found), (host, port, wanted, found),
          unresolved, of(host))
FAULTY_AS(int, getpwnam_r, getpwnam_r, (const char* name, void* entry, char* room, Size size, void* found),
          (name, entry, room, size, found), faults::by_value, of(name))
FAULTY_AS(int, getgrnam_r, getgrnam_r, (const char* name, void* entry, char* room, Size size, void* found),
          (name, entry, room, size, found), faults::by_value, of(name))
FAULTY_AS(int, getpwuid_r, getpwuid_r, (unsigned user, void* entry, char* room, Size size, void* found),
          (user, entry, room, size, found), faults::by_value, nothing())
