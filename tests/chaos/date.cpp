// A date of their own for the processes of one host: UNDERSTUDY_TEST_DATE names a file that holds a number of
// seconds (64 bits), which is added to the true date whenever it is asked for. Loaded by LD_PRELOAD, because
// a time namespace has clocks of its own but not a date.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

using ClockGetTime = int(clockid_t, timespec*);
using Offset = std::atomic<std::int64_t>;

ClockGetTime* true_time() {
    static auto* const found = reinterpret_cast<ClockGetTime*>(::dlsym(RTLD_NEXT, "clock_gettime"));
    return found;
}

// Mapped once and for all, before anybody gives up the right to open files.
const Offset* map_offset() {
    const char* const path = std::getenv("UNDERSTUDY_TEST_DATE");
    const int file = path != nullptr ? ::open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return nullptr;
    void* const mapped = ::mmap(nullptr, sizeof(Offset), PROT_READ, MAP_SHARED, file, 0);
    ::close(file);
    return mapped == MAP_FAILED ? nullptr : static_cast<const Offset*>(mapped);
}

const Offset* offset() {
    static const Offset* const mapped = map_offset();
    return mapped;
}

[[gnu::constructor]] void begin() {
    static_cast<void>(true_time());
    static_cast<void>(offset());
}

}  // namespace

// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): those of the C library are reserved
extern "C" {

[[gnu::visibility("default")]] int clock_gettime(clockid_t clock, timespec* now) noexcept {
    const int result = true_time()(clock, now);
    if (offset() != nullptr && clock == CLOCK_REALTIME) now->tv_sec += offset()->load();
    return result;
}

[[gnu::visibility("default")]] std::time_t time(std::time_t* result) noexcept {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    if (result != nullptr) *result = now.tv_sec;
    return now.tv_sec;
}

}  // extern "C"
// NOLINTEND(readability-inconsistent-declaration-parameter-name)
