#include "understudy/os/memory.hpp"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <memory>

namespace understudy::os {

namespace {

constexpr int kStep = 32 << 20;
constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kMoreThanIsLeft = std::size_t{1} << 20;
constexpr int kLargestInHeap = 1 << 20;
constexpr int kKeptHeap = 8 << 20;

std::byte* end_of_heap() { return static_cast<std::byte*>(::sbrk(0)); }

}  // namespace

void expect_large_heap() {
    ::mallopt(M_MMAP_THRESHOLD, kStep);
    ::mallopt(M_TRIM_THRESHOLD, 2 * kStep);
    ::mallopt(M_TOP_PAD, kStep);
    std::byte* const before = end_of_heap();
    void* volatile grown =
        std::malloc(kMoreThanIsLeft);  // volatile: a compiler leaves out what it need not do
    std::free(grown);
    void* first = before;
    auto size = static_cast<std::size_t>(end_of_heap() - before);
    // A kernel without huge pages refuses, which costs time only.
    if (std::align(kHugePage, kHugePage, first, size) != nullptr) ::madvise(first, size, MADV_HUGEPAGE);
}

void keep_freed_heap() {
    ::mallopt(M_MMAP_THRESHOLD, kLargestInHeap);
    ::mallopt(M_TRIM_THRESHOLD, kKeptHeap);
}

void give_back_freed_heap() { ::malloc_trim(0); }

}  // namespace understudy::os
